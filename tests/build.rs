//! Generates macro calls with everything that the tests iterate over: `models!` with the types of the SDK, and
//! `pinned!` with the samples of the documentation.

use std::fs;
use std::path::Path;

const TYPES: &str = "../sdk/src/generated/types/mod.rs";
const SAMPLES: &str = "../spec/examples/documented";

fn main() {
    let types = fs::read_to_string(TYPES).expect(TYPES);
    let exports = types
        .lines()
        .filter_map(|line| line.strip_prefix("pub use ")?.strip_suffix(';'));
    let names = exports
        .filter_map(|path| path.rsplit("::").next())
        .map(str::to_owned);
    write("models", TYPES, names.collect());

    let samples = fs::read_dir(SAMPLES)
        .expect(SAMPLES)
        .map(|entry| entry.expect(SAMPLES).path());
    let names = samples.map(|path| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    });
    write("pinned", SAMPLES, names.collect());
}

/// Writes a macro call with all names.
fn write(name: &str, source: &str, mut names: Vec<String>) {
    assert!(
        !names.is_empty(),
        "{source} has no names: does it have another form?"
    );
    names.sort();
    println!("cargo::rerun-if-changed={source}");
    let directory = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let path = Path::new(&directory).join(format!("{name}.rs"));
    fs::write(path, format!("{name}! {{ {} }}\n", names.join(" "))).expect(name);
}
