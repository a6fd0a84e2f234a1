//! The generator as a whole, on small specs: what loading and the checks reject, and what is generated.

mod check;
mod generate;
mod layers;
mod load;

use std::path::Path;
use std::sync::LazyLock;

use gitlab_jobs_codegen::{Error, Files, Finding, Spec, Taken};

/// A small spec that the checks accept.
const MINIMAL: &str = include_str!("minimal.yaml");

static TAKEN: LazyLock<Taken> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Taken::read(&root).unwrap_or_else(|error| panic!("{error}"))
});

fn check(spec: &Spec) -> Vec<Finding> {
    gitlab_jobs_codegen::check(spec, &TAKEN)
}

fn generate(spec: &Spec) -> Result<Files, Error> {
    gitlab_jobs_codegen::generate(spec, &TAKEN)
}

/// The minimal spec with some of its text replaced.
fn edited(edits: &[(&str, &str)]) -> Spec {
    let mut yaml = MINIMAL.to_owned();
    for (from, to) in edits {
        assert!(
            yaml.contains(from),
            "the minimal spec does not contain {from:?}"
        );
        yaml = yaml.replacen(from, to, 1);
    }
    Spec::parse("spec/openapi.yaml", &yaml).unwrap_or_else(|error| panic!("{error}"))
}
