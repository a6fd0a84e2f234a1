//! How often a followed log is polled, and for how long.

use std::time::Duration;

use fake_gitlab::{Fault, RecordedRequest};

use super::{Step, followed};
use crate::flavour::{Flavour, for_both_clients};
use crate::scene::{MILLISECOND, Scene, layers, requests_of};

for_both_clients! {
    the_interval_rises_to_its_limit,
    the_interval_falls_back_when_the_log_grows,
    a_slow_poll_is_followed_by_a_longer_wait,
    a_deadline_ends_it,
    a_deadline_that_passes_after_a_failure_names_it,
}

/// The times between the starts of successive polls.
fn waits(polls: &[RecordedRequest]) -> impl Iterator<Item = Duration> {
    polls
        .windows(2)
        .map(|pair| pair[1].arrived - pair[0].arrived)
}

fn the_interval_rises_to_its_limit(flavour: Flavour) {
    let scene = Scene::with_steps(vec![(|_| {}) as Step; 7]);
    let follow = scene
        .follow(flavour)
        .interval(20 * MILLISECOND)
        .max_interval(60 * MILLISECOND);
    assert_eq!(followed(follow).0, "");
    let polls = requests_of(&scene.gitlab, "get_job");
    assert_eq!(polls.len(), 8);
    let shortest = [20, 30, 45, 60, 60, 60, 60].map(|wait| wait * MILLISECOND);
    for (wait, shortest) in waits(&polls).zip(shortest) {
        assert!(wait >= shortest, "{wait:?} {shortest:?}");
    }

    // Without a limit, the last of these waits would take forever.
    let scene = Scene::with_steps(vec![(|_| {}) as Step; 60]);
    let follow = scene.follow(flavour).deadline(Duration::from_secs(60));
    assert_eq!(followed(follow).0, "");
}

fn the_interval_falls_back_when_the_log_grows(flavour: Flavour) {
    let grows: Step = |job| _ = job.append_log("x");
    let rests: Step = |_| {};
    let scene = Scene::with_steps([grows, rests, rests].into_iter().cycle().take(90));
    let follow = scene
        .follow(flavour)
        .max_interval(Duration::from_secs(3600))
        .deadline(Duration::from_secs(60));
    assert_eq!(followed(follow).0, "x".repeat(30));
}

fn a_slow_poll_is_followed_by_a_longer_wait(flavour: Flavour) {
    let delay = 60 * MILLISECOND;
    let scene = Scene::with_steps::<[Step; 2]>([
        |job| _ = job.append_log("x"),
        |job| _ = job.append_log("x"),
    ]);
    scene
        .gitlab
        .inject(Fault::new().operation("get_job_log").delay(delay));
    let follow = scene.follow(flavour).max_interval(Duration::from_secs(60));
    assert_eq!(followed(follow).0, "xx");
    for wait in waits(&requests_of(&scene.gitlab, "get_job")) {
        assert!(wait >= 2 * delay, "{wait:?}");
    }
}

fn a_deadline_ends_it(flavour: Flavour) {
    for fault in [Fault::new(), Fault::new().delay(Duration::from_secs(600))] {
        let scene = Scene::with_job("running");
        scene.gitlab.with(|state| {
            state.job_mut(scene.job).append_log("so far");
        });
        let second_look = fault.operation("get_job").skip(1).times(1);
        scene.gitlab.inject(second_look);
        let mut follow = scene.follow(flavour).deadline(500 * MILLISECOND);

        assert_eq!(&follow.next().unwrap().unwrap()[..], b"so far");
        let error = follow.next().unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert!(error.to_string().contains("deadline"), "{error}");
        assert_eq!(error.operation_id(), Some("follow_job_log"));
        assert!(follow.next().is_none());
    }
    // A deadline that is far away, or overflows the clock, does no harm.
    let scene = Scene::with_log("so far");
    for deadline in [Duration::from_secs(3600), Duration::MAX] {
        let follow = scene.follow(flavour).deadline(deadline);
        assert_eq!(followed(follow).0, "so far");
    }
}

fn a_deadline_that_passes_after_a_failure_names_it(flavour: Flavour) {
    for operation in ["get_job", "get_job_log"] {
        let scene = Scene::with_job("running");
        let failure = Fault::new().operation(operation).skip(1);
        scene.gitlab.inject(failure.retry_later(60));
        let mut follow = scene
            .follow_without_retries(flavour)
            .deadline(500 * MILLISECOND);

        let error = follow.next().unwrap().unwrap_err();

        assert!(error.is_timeout(), "{error:?}");
        let layers = layers(&error);
        assert!(layers[0].contains("/trace: the deadline"), "{layers:?}");
        assert!(layers[1].contains("429"), "{layers:?}");
    }
}
