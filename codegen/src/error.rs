//! Error type of the generator.

use std::path::PathBuf;
use std::{fmt, io};

use crate::finding::Finding;

/// Why nothing could be generated.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The spec cannot be read.
    Read {
        /// Path of the document.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The spec is invalid, for all these reasons.
    Spec(Vec<Finding>),
    /// progenitor rejects the lowered schemas, or its structs do not match them.
    Progenitor(String),
    /// The emitted code is not valid Rust.
    Emit(String),
    /// rustfmt is missing, or rejects the code.
    Format(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "cannot read {}", path.display()),
            Self::Spec(findings) => {
                for finding in findings {
                    writeln!(f, "{finding}")?;
                }
                let plural = if findings.len() == 1 { "" } else { "s" };
                write!(f, "{} finding{plural} in the spec", findings.len())
            }
            Self::Progenitor(problem) => {
                write!(f, "progenitor, given the lowered schemas: {problem}")
            }
            Self::Emit(problem) | Self::Format(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}
