//! A file of either crate before it is printed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

/// Directories that hold generated files and nothing else: of the async crate, and of the blocking one.
pub const DIRECTORIES: [&str; 2] = ["sdk/src/generated", "sdk-blocking/src/generated"];

/// Generated files by path from the root of the repository.
pub type Files = BTreeMap<PathBuf, String>;

/// One of the two crates that are generated.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Crate {
    Async,
    Blocking,
}

/// A file before it is printed.
pub(crate) struct Source {
    pub(crate) target: Crate,
    /// The path from the root of the repository.
    pub(crate) path: PathBuf,
    /// The purpose of the file.
    pub(crate) about: String,
    pub(crate) tokens: TokenStream,
}

impl Crate {
    /// Returns a file, by its path below the directory of generated code.
    pub(crate) fn file(
        self,
        path: impl AsRef<Path>,
        about: impl Into<String>,
        tokens: TokenStream,
    ) -> Source {
        let directory = match self {
            Self::Async => DIRECTORIES[0],
            Self::Blocking => DIRECTORIES[1],
        };
        Source {
            target: self,
            path: Path::new(directory).join(path),
            about: about.into(),
            tokens,
        }
    }
}
