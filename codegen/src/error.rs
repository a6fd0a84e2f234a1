//! Why nothing could be generated.

use std::path::PathBuf;
use std::{fmt, io};

use crate::check::Finding;

/// Why nothing could be generated.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file of the spec cannot be read.
    Read {
        /// The file, or the directory it should be in.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is no YAML or JSON, or has a key twice.
    Syntax {
        /// The file, as findings call it.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        remedy: String,
    },
    /// The checks refuse the spec, for all these reasons.
    Check(Vec<Finding>),
    /// progenitor refuses the lowered schemas, or does not write a struct for each.
    Progenitor(String),
    /// Emitted code is not Rust.
    Emit(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "cannot read {}", path.display()),
            Self::Syntax {
                file,
                line,
                problem,
                remedy,
            } => write!(f, "{file}:{line}: {problem}. {remedy}."),
            Self::Check(findings) => {
                for finding in findings {
                    writeln!(f, "{finding}")?;
                }
                write!(f, "{} in the spec", counted(findings.len(), "finding"))
            }
            Self::Progenitor(problem) => {
                write!(f, "progenitor, given the lowered schemas: {problem}")
            }
            Self::Emit(problem) => f.write_str(problem),
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

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
