//! Times: the fast path of the models always yields the instant that chrono reads.

use chrono::{DateTime, Utc};
use gitlab_jobs::types::{Job, Pipeline};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::samples::documented;

/// Decodes a time as the creation time of a job, which is required, and of its pipeline, which is optional.
fn read(text: &str) -> Option<DateTime<Utc>> {
    let mut value = documented("get_job").clone();
    value["created_at"] = json!(text);
    let job = serde_json::from_str::<Job>(&value.to_string()).ok();

    let mut value: Value = value["pipeline"].take();
    value["created_at"] = json!(text);
    let pipeline = serde_json::from_str::<Pipeline>(&value.to_string()).ok();

    let time = job.map(|job| job.created_at);
    assert_eq!(
        pipeline.map(|pipeline| pipeline.created_at),
        time.map(Some),
        "{text}"
    );
    time
}

prop_compose! {
    /// A well-formed time, though not always a valid one.
    fn time()(
        (year, month, day) in (0..10_000, 0..14, 0..33),
        (hour, minute, second) in (0..26, 0..62, 0..62),
        fraction in prop_oneof![Just(""), Just(".802"), Just(".000"), Just(".8"), Just(".802123456")],
        offset in prop_oneof![Just("Z"), Just("+00:00"), Just("+01:00"), Just("-03:30"), Just("+25:00"), Just("")],
    ) -> String {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}")
    }
}

proptest! {
    #[test]
    fn time_is_the_instant_that_chrono_reads_or_an_error(text in time()) {
        prop_assert_eq!(read(&text), text.parse().ok());
    }

    #[test]
    fn time_with_a_wrong_character_is_read_as_by_chrono(
        time in prop_oneof![Just("2015-12-24T15:51:21.802Z"), Just("2015-12-24T16:51:21.802+01:00")],
        at: Index,
        wrong in "[a-zA-Z0-9/;+ -]",
    ) {
        let mut text = time.to_owned();
        let at = at.index(text.len());
        text.replace_range(at..=at, &wrong);
        prop_assert_eq!(read(&text), text.parse().ok());
    }
}

#[test]
fn invalid_time_is_an_error_that_shows_it() {
    let mut value = documented("get_job").clone();
    value["finished_at"] = json!("yesterday");
    let error = serde_json::from_str::<Job>(&value.to_string())
        .unwrap_err()
        .to_string();
    assert!(error.contains("yesterday"), "{error}");
}
