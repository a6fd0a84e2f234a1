//! The generator as a whole, on small specs: what the lint refuses, what loading refuses, and what comes out.

mod generate;
mod lint;
mod load;
mod lower;

use gitlab_jobs_codegen::Spec;

/// A spec that uses every form the generator knows, and that the lint has nothing to say about.
const MINIMAL: &str = include_str!("minimal.yaml");

/// The sample that it refers to.
const SAMPLE: &str = r#"[{"id": 7, "status": "web_ide", "created_at": "2015-12-24T15:51:21.802Z", "user": {"id": 1}}]"#;

/// The minimal spec with some of its text replaced.
fn edited(edits: &[(&str, &str)]) -> Spec {
    let mut yaml = MINIMAL.to_owned();
    for (from, to) in edits {
        assert!(yaml.contains(from), "the minimal spec has no {from:?}");
        yaml = yaml.replacen(from, to, 1);
    }
    parse(&yaml)
}

fn parse(yaml: &str) -> Spec {
    let examples = [(
        "examples/documented/list_jobs.json".to_owned(),
        SAMPLE.to_owned(),
    )];
    Spec::parse("spec/openapi.yaml", yaml, examples).unwrap()
}
