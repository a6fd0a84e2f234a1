//! Each sample of GitLab's documentation as its model shows it.
//!
//! A snapshot that changes is a change for the users of the models. `INSTA_UPDATE=always cargo test -p
//! gitlab-jobs-tests --test models` accepts it.

use std::collections::BTreeSet;

use crate::models::model;
use crate::samples::documented;
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

pinned! {
    list_project_jobs list_pipeline_jobs list_pipeline_bridges get_job_token_job get_allowed_agents get_job cancel_job
    retry_job erase_job play_job play_job_request
}

fn pin(name: &str) {
    let sample = documented(name);
    let shown = model(&sample.schema).decode(&sample.value).shown;
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, on_one_line(&shown)));
}

/// Puts what stands in `Some(…)` on the same line, where it is a line by itself.
fn on_one_line(shown: &str) -> String {
    let lines: Vec<&str> = shown.lines().collect();
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

#[test]
fn every_documented_sample_is_pinned_and_nothing_else() {
    let names = |folder: &str, extension: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(repository(folder)).unwrap();
        let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        files
            .filter_map(|file| Some(file.strip_suffix(extension)?.to_owned()))
            .collect()
    };
    let pinned: BTreeSet<String> = PINNED.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(names("spec/examples/documented", ".json"), pinned);
    assert_eq!(names("tests/models/snapshots", ".snap"), pinned);
}
