//! External programs: finding them, installing pinned versions below `target/spec-tools`, and running them with
//! progress messages.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The number of output lines shown of a failed program.
const SHOWN: usize = 60;

/// Prints a step and how long it took.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    print!("  {what} …");
    let _ = std::io::stdout().flush();
    let result = work();
    let end = if result.is_ok() { "" } else { " failed" };
    println!("{end} {:.1} s", began.elapsed().as_secs_f64());
    result
}

/// Returns whether a program is on the search path.
pub(crate) fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

/// Runs a program and returns its standard output.
///
/// # Errors
///
/// Returns an error if the program cannot be started or fails; the error contains the end of its output.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run `{shown}`: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let all = format!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = all.trim_end().lines().collect();
    let end = lines[lines.len().saturating_sub(SHOWN)..].join("\n    ");
    Err(format!("`{shown}` ended with {}\n    {end}", output.status).into())
}

/// Installs the packages that `requirements` pins into a virtual environment of their own. Returns the directory of its
/// programs.
pub(crate) fn python_environment(tools: &Path, name: &str, requirements: &Path) -> Result<PathBuf> {
    let directory = tools.join(name);
    let bin = directory.join("bin");
    installed(&directory, name, requirements, || {
        run(Command::new("python3").args(["-m", "venv"]).arg(&directory))?;
        run(Command::new(bin.join("pip"))
            .args([
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(requirements))
    })?;
    Ok(bin)
}

/// Installs the Node packages that the lock file in `source` pins. Returns the directory that holds `node_modules`.
pub(crate) fn node_packages(tools: &Path, name: &str, source: &Path) -> Result<PathBuf> {
    let directory = tools.join(name);
    let lock = source.join("package-lock.json");
    installed(&directory, name, &lock, || {
        fs::create_dir_all(&directory)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(source.join(file), directory.join(file))?;
        }
        run(Command::new("npm")
            .args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--loglevel=error",
            ])
            .current_dir(&directory))
    })?;
    Ok(directory)
}

/// Installs unless the same versions are already installed.
fn installed(
    directory: &Path,
    name: &str,
    versions: &Path,
    install: impl FnOnce() -> Result<String>,
) -> Result<()> {
    let wanted = read(versions)?;
    let stamp = directory.join("installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step(&format!("install {name}"), || {
        empty(directory)?;
        install()?;
        write(&stamp, wanted)
    })
}

/// Creates an empty directory, removing what was there.
pub(crate) fn empty(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)
            .map_err(|error| format!("cannot empty {}: {error}", directory.display()))?;
    }
    create(directory)
}

/// Creates a directory and its parents.
pub(crate) fn create(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory)
        .map_err(|error| format!("cannot create {}: {error}", directory.display()).into())
}

pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content)
        .map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}

/// Prints a heading, in bold on a terminal.
pub(crate) fn heading(text: &str) {
    if std::io::stdout().is_terminal() {
        println!("\x1b[1m{text}\x1b[0m");
    } else {
        println!("{text}");
    }
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
