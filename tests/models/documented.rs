//! Each sample of GitLab's documentation, as its model shows it.
//!
//! A snapshot shows the fields that a sample sets. Absent optional fields are left out, so a new field does not change
//! it. A changed snapshot is a change for users of the models. To accept it, run `INSTA_UPDATE=always cargo test -p
//! gitlab-jobs-tests --test models`, and commit it.

use crate::samples::sample;
use crate::spec::repository;

macro_rules! pinned {
    ($($name:ident)+) => {
        const PINNED: &[&str] = &[$(stringify!($name)),+];

        $(
            #[test]
            fn $name() {
                pin(stringify!($name));
            }
        )+
    };
}

// `tests/build.rs` reads the names of the samples.
include!(concat!(env!("OUT_DIR"), "/pinned.rs"));

fn pin(name: &str) {
    let (model, value) = sample(&format!("examples/documented/{name}.json"));
    let shown = model.decode(value).shown;
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, condensed(&shown)));
}

/// Leaves out absent fields, and puts the value of a `Some` on the same line.
fn condensed(shown: &str) -> String {
    let is_set = |line: &&str| {
        ![": None,", ": [],", ": {},"]
            .iter()
            .any(|end| line.ends_with(end))
    };
    let lines: Vec<&str> = shown.lines().filter(is_set).collect();
    let mut rest = &lines[..];
    let mut text = String::new();
    while let [line, after @ ..] = rest {
        text.push_str(line);
        rest = after;
        if line.ends_with("Some(")
            && let [value, end, after @ ..] = rest
            && let (value, end @ (")" | "),")) = (value.trim(), end.trim())
        {
            text.push_str(value.trim_end_matches(','));
            text.push_str(end);
            rest = after;
        }
        text.push('\n');
    }
    text
}

/// A snapshot without a sample is obsolete.
#[test]
fn every_snapshot_has_its_sample() {
    for entry in std::fs::read_dir(repository("tests/models/snapshots")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        // Pending snapshots of insta have another extension.
        let name = file.strip_suffix(".snap");
        assert!(
            name.is_none_or(|name| PINNED.contains(&name)),
            "remove tests/models/snapshots/{file}: it has no sample"
        );
    }
}
