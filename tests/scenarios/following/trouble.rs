//! Following a log that is erased, truncated, or temporarily unavailable.

use std::time::Duration;

use fake_gitlab::{Fault, Script};

use super::{Step, followed};
use crate::flavour::{Flavour, Follow, for_both_clients};
use crate::scene::{MILLISECOND, Scene, requests_of};

for_both_clients! {
    an_erased_log_restarts,
    a_truncated_response_is_not_taken_for_a_shorter_log,
    transient_failures_are_survived,
    new_bytes_reset_the_count_of_failures,
    an_outage_longer_than_its_limit_ends_it,
    a_job_that_is_gone_ends_it,
    a_log_that_is_gone_from_the_store_is_an_error,
    a_retried_job_is_followed_if_asked,
    a_project_that_is_renamed_is_followed,
    a_requested_wait_of_hours_ends_it,
    permanent_errors_end_it_at_once,
    a_line_ends_where_the_log_restarts,
}

fn an_erased_log_restarts(flavour: Flavour) {
    let changes: [(&str, Step); 6] = [
        ("shorter", |job| _ = job.set_log("new")),
        ("a part of it", |job| _ = job.set_log("the ol")),
        ("as long", |job| _ = job.set_log("the new log")),
        ("longer", |job| {
            _ = job.set_log("the new log, which is longer")
        }),
        ("much longer", |job| _ = job.set_log("new ".repeat(50_000))),
        ("erased", |job| _ = job.erase()),
    ];
    for (what, change) in changes {
        for missing_is_404 in [true, false] {
            let scene = Scene::with_steps::<[Step; 5]>([
                |job| _ = job.append_log("the old log"),
                change,
                |_| {},
                |job| _ = job.append_log(" and more"),
                |_| {},
            ]);
            scene
                .gitlab
                .with(|state| state.settings.missing_log_is_404 = missing_is_404);
            let mut follow = scene.follow(flavour);

            let first = follow.next().unwrap().unwrap();
            assert_eq!(
                (&first[..], first.is_restart()),
                (&b"the old log"[..], false)
            );
            let restart = follow.next().unwrap().unwrap();
            assert!(restart.is_restart() && restart.is_empty(), "{what}");
            assert_eq!((restart.offset(), follow.position()), (0, 0));
            let second = follow.next().unwrap().unwrap();
            assert_eq!(second.offset(), 0, "{what}");

            let (rest, restarts) = followed(follow);
            let log = [&second[..], rest.as_bytes()].concat();
            assert!(log == scene.gitlab.job(scene.job).log(), "{what}");
            assert_eq!(restarts, 0, "{what}");
        }
    }
}

fn a_truncated_response_is_not_taken_for_a_shorter_log(flavour: Flavour) {
    for length in [0, 1, 5, 9, 10, 11] {
        let faults = [
            Fault::new().cut_after(length),
            Fault::new().reset_after(length),
            Fault::new().chunked().cut_after(length),
        ];
        for fault in faults {
            let scene = Scene::with_steps::<[Step; 4]>([
                |job| _ = job.append_log("ten bytes\n"),
                |job| _ = job.append_log("and ten b\n"),
                |_| {},
                |job| _ = job.append_log("more"),
            ]);
            let cut = fault.operation("get_job_log").skip(1).times(2);
            scene.gitlab.inject(cut);
            let log = followed(scene.follow_without_retries(flavour));
            assert_eq!(log, ("ten bytes\nand ten b\nmore".to_owned(), 0));
        }
    }
}

fn transient_failures_are_survived(flavour: Flavour) {
    let troubles: [fn() -> Fault; 8] = [
        || Fault::new().too_many_requests(),
        || Fault::new().retry_later(0),
        || Fault::new().status(500),
        || Fault::new().bad_gateway(),
        || Fault::new().status(503),
        || Fault::new().reset_before_handling(),
        || Fault::new().reset_before_response(),
        || Fault::new().cut_after(3),
    ];
    for trouble in troubles {
        for operation in ["get_job", "get_job_log"] {
            let scene = Scene::with_steps::<[Step; 8]>([
                |job| _ = job.append_log("one "),
                |job| _ = job.append_log("two "),
                |job| _ = job.append_log("three "),
                |job| _ = job.append_log("four "),
                |job| _ = job.append_log("five "),
                |_| {},
                |_| {},
                |_| {},
            ]);
            let fault = || trouble().operation(operation);
            scene.gitlab.inject(fault().skip(1).times(4));
            scene.gitlab.inject(fault().skip(6).times(4));
            let log = followed(scene.follow_without_retries(flavour));
            assert_eq!(log, ("one two three four five ".to_owned(), 0));
            assert!(requests_of(&scene.gitlab, operation).len() >= 10);
        }
    }
}

/// A proxy that truncates every response, each time a little later.
fn new_bytes_reset_the_count_of_failures(flavour: Flavour) {
    let scene = Scene::with_log("x".repeat(100));
    for poll in 1..=9 {
        let cut = Fault::new().operation("get_job_log").cut_after(10 * poll);
        scene.gitlab.inject(cut.times(1));
    }
    let log = followed(scene.follow_without_retries(flavour));
    assert_eq!(log, ("x".repeat(100), 0));
    assert_eq!(requests_of(&scene.gitlab, "get_job_log").len(), 10);
}

fn a_requested_wait_of_hours_ends_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().retry_later(3600));
    let mut follow = scene.follow(flavour);
    let error = follow.next().unwrap().unwrap_err();
    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(follow.next().is_none());
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn an_outage_longer_than_its_limit_ends_it(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 1]>([|job| _ = job.append_log("one ")]);
    let broken = Fault::new().operation("get_job_log").skip(1);
    scene.gitlab.inject(broken.bad_gateway());
    let mut follow = scene
        .follow_without_retries(flavour)
        .max_outage(60 * MILLISECOND);

    assert_eq!(&follow.next().unwrap().unwrap()[..], b"one ");
    let error = follow.next().unwrap().unwrap_err();

    assert!(error.is_server_error(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job_log"));
    assert!(follow.next().is_none());
    assert!(requests_of(&scene.gitlab, "get_job_log").len() >= 3);
}

fn a_job_that_is_gone_ends_it(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 1]>([|job| _ = job.append_log("one ")]);
    let gone = Fault::new().operation("get_job").skip(1).status(404);
    scene.gitlab.inject(gone);
    let mut follow = scene.follow(flavour).max_outage(20 * MILLISECOND);

    assert_eq!(&follow.next().unwrap().unwrap()[..], b"one ");
    let error = follow.next().unwrap().unwrap_err();

    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job"));
    assert!(follow.next().is_none());
    assert!(requests_of(&scene.gitlab, "get_job").len() >= 3);
}

fn a_log_that_is_gone_from_the_store_is_an_error(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    scene
        .gitlab
        .with(|state| _ = state.job_mut(scene.job).set_log_lost(true));
    let max_outage = 20 * MILLISECOND;

    let error = scene.follow(flavour).max_outage(max_outage).next();

    let error = error.unwrap().unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job_log"));

    // One that was erased on purpose is not missed, and neither is that of a job that never ran.
    scene.gitlab.with(|state| {
        state.settings.missing_log_is_404 = true;
        state.job_mut(scene.job).set_log_lost(false).erase();
    });
    assert!(scene.follow(flavour).next().is_none());
    let scene = Scene::with_job("skipped");
    scene
        .gitlab
        .with(|state| state.settings.missing_log_is_404 = true);
    assert!(scene.follow(flavour).next().is_none());
}

fn a_retried_job_is_followed_if_asked(flavour: Flavour) {
    let start = || {
        let scene = Scene::with_job("running");
        let next = Script::new()
            .write(Duration::ZERO, "second run")
            .end(20 * MILLISECOND, "success");
        let flaky = Script::new()
            .write(Duration::ZERO, "first run")
            .end(20 * MILLISECOND, "failed")
            .auto_retry(60 * MILLISECOND, next);
        scene
            .gitlab
            .with(|state| _ = state.job_mut(scene.job).run(flaky));
        scene
    };
    let scene = start();
    let mut follow = scene
        .follow(flavour)
        .settle_time(300 * MILLISECOND)
        .follow_retries(true);
    assert_eq!(follow.job_id(), scene.job);

    assert_eq!(&follow.next().unwrap().unwrap()[..], b"first run");
    let restart = follow.next().unwrap().unwrap();
    assert!(restart.is_restart());
    assert!(follow.job_id() > scene.job);
    assert_eq!((follow.position(), follow.restarts()), (0, 1));
    assert_eq!(followed(follow).0, "second run");

    let scene = start();
    let follow = scene.follow(flavour).settle_time(300 * MILLISECOND);
    assert_eq!(followed(follow), ("first run".to_owned(), 0));
}

fn permanent_errors_end_it_at_once(flavour: Flavour) {
    for (operation, status) in [("get_job", 401), ("get_job_log", 401), ("get_job_log", 403)] {
        let scene = Scene::with_steps::<[Step; 1]>([|job| _ = job.append_log("one ")]);
        let fault = Fault::new().operation(operation).skip(1).status(status);
        scene.gitlab.inject(fault);
        let mut follow = scene.follow(flavour);

        assert_eq!(&follow.next().unwrap().unwrap()[..], b"one ");
        let error = follow.next().unwrap().unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert!(follow.next().is_none());
        assert_eq!(requests_of(&scene.gitlab, operation).len(), 2);
    }
}

fn a_line_ends_where_the_log_restarts(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 2]>([
        |job| _ = job.append_log("one\nhalf a li"),
        |job| _ = job.set_log("new\n"),
    ]);
    let lines = scene.follow(flavour).lines().map(Result::unwrap);
    assert_eq!(lines.collect::<Vec<_>>(), ["one", "half a li", "new"]);
}

/// The project gets a new path, and the old one redirects to it.
fn a_project_that_is_renamed_is_followed(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 4]>([
        |job| _ = job.append_log("one "),
        |job| _ = job.append_log("two "),
        |job| _ = job.append_log("three "),
        |job| _ = job.append_log("four"),
    ]);
    let (old, new) = (
        "/projects/group%2Fproject/",
        format!("/projects/{}/", scene.project),
    );
    for target in ["", "/trace"] {
        let location = format!("/api/v4{new}jobs/{}{target}", scene.job);
        let matching = format!("{old}jobs/{}{target}", scene.job);
        let moved = Fault::new().matching(move |request| request.path.ends_with(&matching));
        scene.gitlab.inject(moved.skip(2).redirect(301, &location));
    }
    let client = scene.client(flavour);
    let follow = match &client {
        crate::flavour::Client::Async(client) => {
            Follow::Async(client.follow_job_log("group/project", scene.job))
        }
        crate::flavour::Client::Blocking(client) => {
            Follow::Blocking(client.follow_job_log("group/project", scene.job))
        }
    };
    let log = followed(follow.interval(MILLISECOND).max_interval(MILLISECOND));
    assert_eq!(log, ("one two three four".to_owned(), 0));
}
