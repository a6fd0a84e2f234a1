//! Last step: rustfmt formats all files at once, with the settings of this repository.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::error::Error;
use crate::source::{DIRECTORIES, Files};

const SETTINGS: &str = include_str!("../../.rustfmt.toml");

/// Formats files that do not depend on others: each directory has a `mod.rs` that declares the rest.
pub(crate) fn format(mut files: Files) -> Result<Files, Error> {
    // rustfmt reads modules from the file system only.
    let directory = tempfile::tempdir().map_err(failed)?;
    let at = |path: &Path| directory.path().join(path);
    fs::write(at(Path::new(".rustfmt.toml")), SETTINGS).map_err(failed)?;
    for (path, text) in &files {
        let path = at(path);
        fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(failed)?;
        fs::write(path, text).map_err(failed)?;
    }
    let mut command = Command::new("rustfmt");
    command.args(DIRECTORIES.map(|directory| at(Path::new(directory)).join("mod.rs")));
    let output = command.output().map_err(|error| {
        let remedy = "Install it with `rustup component add rustfmt`";
        Error::Format(format!("cannot run rustfmt: {error}. {remedy}"))
    })?;
    if !output.status.success() {
        return Err(Error::Format(
            String::from_utf8_lossy(&output.stderr).into(),
        ));
    }
    for (path, text) in &mut files {
        *text = fs::read_to_string(at(path)).map_err(failed)?;
    }
    Ok(files)
}

fn failed(error: io::Error) -> Error {
    Error::Format(format!("cannot use the temporary directory: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Files {
        DIRECTORIES
            .map(|directory| (Path::new(directory).join("mod.rs"), text.to_owned()))
            .into()
    }

    #[test]
    fn files_are_formatted() {
        assert_eq!(format(files("mod  a {}")).unwrap(), files("mod a {}\n"));
    }

    #[test]
    fn what_rustfmt_rejects_is_an_error_with_its_reason() {
        let error = format(files("mod a {")).unwrap_err().to_string();
        assert!(error.contains("unclosed"), "{error}");
    }
}
