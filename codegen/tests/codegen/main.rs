//! The generator as a whole, on small specs: what loading and the checks reject, and what is generated.

mod check;
mod generate;
mod load;

use gitlab_jobs_codegen::Spec;

/// A small spec that the checks accept.
const MINIMAL: &str = include_str!("minimal.yaml");

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
