//! What is wrong with a spec, and where.

use std::fmt;

/// Something wrong with the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// The file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// JSON pointer into the file, empty for the whole document.
    pub pointer: String,
    /// The problem, and in a second sentence its remedy.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        write!(f, "{}.", self.message)
    }
}
