//! `cargo xtask codegen`: compares what the spec generates with what is checked in, and writes the difference.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gitlab_jobs_codegen::{DIRECTORIES, Spec, generate};
use similar::TextDiff;

/// Writes the files that differ, removes those that nothing generates, and says which.
pub(crate) fn write() -> ExitCode {
    report(|root| {
        let comparison = Comparison::make(root)?;
        for change in &comparison.changes {
            change.write(root)?;
            println!("{change}");
        }
        if comparison.changes.is_empty() {
            println!("up to date: {} files", comparison.generated);
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Writes nothing, and fails with a diff if anything would change.
pub(crate) fn check() -> ExitCode {
    report(|root| {
        let comparison = Comparison::make(root)?;
        if comparison.changes.is_empty() {
            println!("up to date: {} files", comparison.generated);
            return Ok(ExitCode::SUCCESS);
        }
        for change in &comparison.changes {
            println!("{change}");
            print!("{}", change.diff());
        }
        eprintln!("The generated code is out of date: run `cargo xtask codegen`");
        Ok(ExitCode::FAILURE)
    })
}

fn report(command: impl FnOnce(&Path) -> Result<ExitCode, Box<dyn Error>>) -> ExitCode {
    root().and_then(|root| command(&root)).unwrap_or_else(|error| {
        eprintln!("{error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            eprintln!("  because: {error}");
            cause = error.source();
        }
        ExitCode::FAILURE
    })
}

/// The root of the repository. cargo names this package's directory, so the current one does not matter.
fn root() -> Result<PathBuf, Box<dyn Error>> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&package).parent().ok_or("this package has no directory above it")?;
    Ok(root.to_owned())
}

struct Comparison {
    /// How many files are generated.
    generated: usize,
    changes: Vec<Change>,
}

/// A file that differs. Without an old text it is new, without a new one nothing generates it any more.
struct Change {
    path: PathBuf,
    old: Option<String>,
    new: Option<String>,
}

impl Comparison {
    fn make(root: &Path) -> Result<Self, Box<dyn Error>> {
        let files = generate(&Spec::load(&root.join("spec"))?)?;
        let generated = files.len();
        let mut present = Vec::new();
        for directory in DIRECTORIES {
            list(root, Path::new(directory), &mut present)?;
        }
        let orphans = present.into_iter().filter(|path| !files.contains_key(path)).map(|path| (path, None));
        let orphans: Vec<_> = orphans.collect();
        let mut changes = Vec::new();
        for (path, new) in files.into_iter().map(|(path, new)| (path, Some(new))).chain(orphans) {
            let old = read(&root.join(&path))?;
            if old != new {
                changes.push(Change { path, old, new });
            }
        }
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { generated, changes })
    }
}

impl Change {
    fn write(&self, root: &Path) -> Result<(), Box<dyn Error>> {
        let path = root.join(&self.path);
        let Some(new) = &self.new else {
            return fs::remove_file(&path).map_err(|error| failed("remove", &path, &error));
        };
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(|error| failed("create", directory, &error))?;
        }
        fs::write(&path, new).map_err(|error| failed("write", &path, &error))
    }

    fn diff(&self) -> String {
        let path = self.path.display();
        let name = |side: &str, text: &Option<String>| match text {
            Some(_) => format!("{side}/{path}"),
            None => "/dev/null".to_owned(),
        };
        TextDiff::from_lines(self.old.as_deref().unwrap_or_default(), self.new.as_deref().unwrap_or_default())
            .unified_diff()
            .header(&name("a", &self.old), &name("b", &self.new))
            .to_string()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (&self.old, &self.new) {
            (None, _) => "new",
            (_, None) => "removed",
            _ => "changed",
        };
        write!(f, "{what:<8} {}", self.path.display())
    }
}

fn list(root: &Path, directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let entries = match fs::read_dir(root.join(directory)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read", directory, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", directory, &error))?;
        let path = directory.join(entry.file_name());
        if entry.path().is_dir() {
            list(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The text of a file; none when there is no such file.
fn read(path: &Path) -> Result<Option<String>, Box<dyn Error>> {
    match fs::read(path) {
        // A file of other bytes differs from any text, which is all that matters.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

fn failed(action: &str, path: &Path, error: &io::Error) -> Box<dyn Error> {
    format!("cannot {action} {}: {error}", path.display()).into()
}
