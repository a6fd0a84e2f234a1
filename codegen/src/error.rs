//! Why nothing could be generated.

use std::path::PathBuf;
use std::{fmt, io};

use crate::lint::Finding;

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
    /// The lint has something to say, all of it here.
    Lint(Vec<Finding>),
    /// A form that the lint lets through and that lowering does not know.
    Lower {
        /// The lowering pass.
        pass: &'static str,
        /// What it met.
        problem: String,
    },
    /// progenitor refuses the lowered document.
    Progenitor(String),
    /// progenitor's output is not what a pass expects, as after an upgrade.
    Pass {
        /// The pass.
        pass: &'static str,
        /// What it misses or what it met.
        problem: String,
    },
    /// The generated code cannot be formatted.
    Format(String),
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
            Self::Lint(findings) => {
                for finding in findings {
                    writeln!(f, "{finding}")?;
                }
                write!(f, "{} in the spec", counted(findings.len(), "finding"))
            }
            Self::Lower { pass, problem } => write!(f, "lowering, {pass}: {problem}"),
            Self::Progenitor(problem) => {
                write!(f, "progenitor refuses the lowered spec: {problem}")
            }
            Self::Pass { pass, problem } => {
                write!(
                    f,
                    "pass {pass}: {problem}. If progenitor was upgraded, codegen/src/passes has to follow it."
                )
            }
            Self::Format(problem) => f.write_str(problem),
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
