//! `cargo xtask codegen`: generates code from the spec, and writes the files that differ from the checked-in ones.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use gitlab_jobs_codegen::{DIRECTORIES, Files, Spec, Taken, generate};
use similar::TextDiff;

use crate::Outcome;

/// Writes the files that differ, removes those that are no longer generated, and reports both.
pub(crate) fn write(root: &Path) -> Result<Outcome, Box<dyn Error>> {
    write_files(root, generated(root)?)
}

/// Writes nothing, and shows what `write` would do.
pub(crate) fn check(root: &Path) -> Result<Outcome, Box<dyn Error>> {
    check_files(root, generated(root)?)
}

fn generated(root: &Path) -> Result<Files, Box<dyn Error>> {
    let spec = Spec::load(&root.join("spec"))?;
    Ok(generate(&spec, &Taken::read(root)?)?)
}

fn write_files(root: &Path, files: Files) -> Result<Outcome, Box<dyn Error>> {
    let count = files.len();
    let changes = changes(root, files)?;
    let mut text = String::new();
    for change in &changes {
        change.write(root)?;
        let done = change.kind(["new", "changed", "removed"]);
        writeln!(text, "{done:<9}{}", change.path.display())?;
    }
    if changes.is_empty() {
        writeln!(text, "up to date: {count} files")?;
    }
    Ok(Outcome { text, good: true })
}

fn check_files(root: &Path, files: Files) -> Result<Outcome, Box<dyn Error>> {
    let count = files.len();
    let changes = changes(root, files)?;
    if changes.is_empty() {
        return Ok(Outcome {
            text: format!("up to date: {count} files\n"),
            good: true,
        });
    }
    let mut text = String::new();
    for change in &changes {
        let state = change.kind(["missing", "changed", "orphaned"]);
        writeln!(text, "{state:<9}{}", change.path.display())?;
    }
    for change in &changes {
        write!(text, "\n{}", change.diff())?;
    }
    writeln!(
        text,
        "\nThe generated code is out of date: run `cargo xtask codegen`"
    )?;
    Ok(Outcome { text, good: false })
}

/// A file that differs. It has no old text if it is missing, and no new text if it is no longer generated.
struct Change {
    path: PathBuf,
    old: Option<String>,
    new: Option<String>,
}

/// Returns the changes after which the generated directories hold exactly these files, ordered by path.
fn changes(root: &Path, files: Files) -> Result<Vec<Change>, Box<dyn Error>> {
    let mut present = Vec::new();
    for directory in DIRECTORIES {
        list(root, Path::new(directory), &mut present)?;
    }
    present.retain(|path| !files.contains_key(path));
    let orphans = present.into_iter().map(|path| (path, None));
    let mut changes = Vec::new();
    for (path, new) in files
        .into_iter()
        .map(|(path, text)| (path, Some(text)))
        .chain(orphans)
    {
        let old = read(&root.join(&path))?;
        if old != new {
            changes.push(Change { path, old, new });
        }
    }
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(changes)
}

impl Change {
    /// Returns one of three words: for a file that is missing, for one that differs, and for one that is obsolete.
    fn kind(&self, [missing, changed, orphaned]: [&'static str; 3]) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => missing,
            (_, None) => orphaned,
            _ => changed,
        }
    }

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
        TextDiff::from_lines(
            self.old.as_deref().unwrap_or_default(),
            self.new.as_deref().unwrap_or_default(),
        )
        .unified_diff()
        .header(&name("a", &self.old), &name("b", &self.new))
        .to_string()
    }
}

fn list(root: &Path, directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let refused = |error| failed("read", directory, &error);
    let entries = match fs::read_dir(root.join(directory)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refused(error)),
    };
    for entry in entries {
        let entry = entry.map_err(refused)?;
        let path = directory.join(entry.file_name());
        if entry.file_type().map_err(refused)?.is_dir() {
            list(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns the text of a file, or `None` if there is no such file.
fn read(path: &Path) -> Result<Option<String>, Box<dyn Error>> {
    match fs::read(path) {
        // A file that is not UTF-8 differs from any generated text either way.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

fn failed(action: &str, path: &Path, error: &io::Error) -> Box<dyn Error> {
    format!("cannot {action} {}: {error}", path.display()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary directory, removed after the test.
    struct Root(PathBuf);

    impl Root {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn put(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    const CHANGED: &str = "sdk/src/generated/mod.rs";
    const NEW: &str = "sdk/src/generated/types/job.rs";
    const ORPHAN: &str = "sdk-blocking/src/generated/old/job.rs";

    fn files() -> Files {
        Files::from([
            (CHANGED.into(), "one\ntwo\n".to_owned()),
            (NEW.into(), "three\n".to_owned()),
        ])
    }

    fn stale_root(name: &str) -> Root {
        let root = Root::new(name);
        root.put(CHANGED, "one\n2\n");
        root.put(ORPHAN, "four\n");
        root.put("sdk/src/lib.rs", "by hand\n");
        root
    }

    #[test]
    fn check_shows_every_difference_and_writes_nothing() {
        let root = stale_root("check");

        let Outcome { text, good } = check_files(&root.0, files()).unwrap();

        let expected = "\
changed  sdk/src/generated/mod.rs
missing  sdk/src/generated/types/job.rs
orphaned sdk-blocking/src/generated/old/job.rs

--- a/sdk/src/generated/mod.rs
+++ b/sdk/src/generated/mod.rs
@@ -1,2 +1,2 @@
 one
-2
+two

--- /dev/null
+++ b/sdk/src/generated/types/job.rs
@@ -0,0 +1 @@
+three

--- a/sdk-blocking/src/generated/old/job.rs
+++ /dev/null
@@ -1 +0,0 @@
-four

The generated code is out of date: run `cargo xtask codegen`
";
        assert_eq!(text, expected);
        assert!(!good);
        assert_eq!(read(&root.0.join(CHANGED)).unwrap().unwrap(), "one\n2\n");
        assert_eq!(read(&root.0.join(NEW)).unwrap(), None);
    }

    #[test]
    fn write_leaves_nothing_for_check_and_touches_nothing_else() {
        let root = stale_root("write");

        let outcome = write_files(&root.0, files()).unwrap();

        assert!(outcome.good);
        assert!(
            outcome
                .text
                .contains("removed  sdk-blocking/src/generated/old/job.rs\n"),
            "{}",
            outcome.text
        );
        assert!(
            outcome.text.contains("changed  sdk/src/generated/mod.rs\n"),
            "{}",
            outcome.text
        );
        assert!(
            outcome
                .text
                .contains("new      sdk/src/generated/types/job.rs\n"),
            "{}",
            outcome.text
        );
        let outcome = check_files(&root.0, files()).unwrap();
        assert_eq!(
            (outcome.text.as_str(), outcome.good),
            ("up to date: 2 files\n", true)
        );
        assert_eq!(
            read(&root.0.join("sdk/src/lib.rs")).unwrap().unwrap(),
            "by hand\n"
        );
    }

    #[test]
    fn a_file_that_is_up_to_date_is_not_written() {
        let root = Root::new("untouched");
        write_files(&root.0, files()).unwrap();
        let written = || fs::metadata(root.0.join(NEW)).unwrap().modified().unwrap();
        let before = written();

        let outcome = write_files(&root.0, files()).unwrap();

        assert_eq!(outcome.text, "up to date: 2 files\n");
        assert_eq!(written(), before);
    }
}
