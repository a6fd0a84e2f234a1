//! The checksums of a release, in the form that `sha256sum --check` reads.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::spec::tool::{self, Result};

/// Writes `SHA256SUMS` for all files below a directory, and returns how many there are.
pub(super) fn write(directory: &Path) -> Result<usize> {
    let mut files = Vec::new();
    list(directory, &mut files)?;
    files.sort();
    let mut sums = String::new();
    for file in &files {
        for byte in Sha256::digest(fs::read(file)?) {
            write!(sums, "{byte:02x}")?;
        }
        writeln!(sums, "  {}", file.strip_prefix(directory)?.display())?;
    }
    tool::write(&directory.join("SHA256SUMS"), sums)?;
    Ok(files.len() + 1)
}

fn list(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
