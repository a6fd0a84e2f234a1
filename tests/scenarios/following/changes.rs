//! Following a long log that is rewritten, replaced or repetitive, on every kind of server.

use super::{Step, followed};
use crate::flavour::{Flavour, for_both_clients};
use crate::logs::SERVERS;
use crate::scene::{Scene, requests_of};

for_both_clients! {
    a_log_whose_end_is_rewritten_restarts,
    a_long_log_that_is_replaced_restarts,
    a_replacement_that_no_part_reveals_restarts_at_the_end,
    a_repetitive_log_can_be_erased_and_replaced,
    a_log_that_is_erased_after_the_last_part_restarts,
    a_server_that_sends_parts_only_sometimes_yields_each_byte_once,
    a_part_longer_than_its_limit_restarts_the_log,
}

/// Lines that all differ.
fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| format!("{number:09}\n")).collect()
}

/// Follows a log on each kind of server, and compares it with the log at the end.
fn follow_on_all(flavour: Flavour, what: &str, steps: &[Step], expected_restarts: usize) {
    for (server, configure) in SERVERS {
        let scene = Scene::with_steps(steps.to_vec());
        scene.gitlab.with(|state| configure(&mut state.settings));
        let (log, restarts) = followed(scene.follow(flavour));
        let job = scene.gitlab.job(scene.job);
        assert!(
            log.as_bytes() == job.log(),
            "{server}, {what}: {}",
            log.len()
        );
        assert_eq!(restarts, expected_restarts, "{server}, {what}");
    }
}

fn a_log_whose_end_is_rewritten_restarts(flavour: Flavour) {
    let endings: [(&str, Step); 4] = [
        ("shorter", |job| _ = job.rewrite_log_end(10, "")),
        ("as long", |job| _ = job.rewrite_log_end(10, "Job failed")),
        ("longer", |job| {
            _ = job.rewrite_log_end(10, "Job succeeded, at last\n")
        }),
        ("much longer", |job| {
            _ = job.rewrite_log_end(700, lines(900..2000))
        }),
    ];
    let write: Step = |job| _ = job.append_log(lines(0..1000));
    for (what, rewrite) in endings {
        follow_on_all(flavour, what, &[write, rewrite], 1);
        follow_on_all(flavour, what, &[write, |_| {}, rewrite, |_| {}], 1);
    }
}

fn a_long_log_that_is_replaced_restarts(flavour: Flavour) {
    let others: [(&str, Step); 5] = [
        ("erased", |job| _ = job.erase()),
        ("as long", |job| _ = job.set_log(lines(1000..2000))),
        ("longer", |job| _ = job.set_log(lines(1000..3000))),
        ("a part of it", |job| _ = job.set_log(lines(0..500))),
        ("shifted", |job| _ = job.set_log(lines(1..1001))),
    ];
    let write: Step = |job| _ = job.append_log(lines(0..1000));
    let grow: Step = |job| _ = job.append_log(lines(3000..3100));
    for (what, replace) in others {
        follow_on_all(flavour, what, &[write, replace], 1);
        follow_on_all(flavour, what, &[write, grow, grow, replace, grow], 1);
    }
}

/// The new log has the length and the end of the old one, so none of the requested parts reveals the change.
fn a_replacement_that_no_part_reveals_restarts_at_the_end(flavour: Flavour) {
    let write: Step = |job| _ = job.append_log(format!("old\n{}", "x\n".repeat(5000)));
    let replace: Step = |job| _ = job.set_log(format!("new\n{}", "x\n".repeat(5000)));
    let grow: Step = |job| _ = job.append_log("x\n".repeat(1000));
    follow_on_all(flavour, "replaced", &[write, |_| {}, replace], 1);
    follow_on_all(
        flavour,
        "replaced, and grown",
        &[write, grow, replace, grow],
        1,
    );
}

/// Everything known about such a log occurs throughout it, so only its length reveals the change.
fn a_repetitive_log_can_be_erased_and_replaced(flavour: Flavour) {
    let writes: [Step; 2] = [
        |job| _ = job.append_log("x".repeat(5000)),
        |job| _ = job.append_log("tick\n".repeat(1000)),
    ];
    for write in writes {
        let shortened: [Step; 3] = [
            |job| _ = job.rewrite_log_end(2000, ""),
            |job| _ = job.rewrite_log_end(4485, ""),
            |job| _ = job.rewrite_log_end(4990, ""),
        ];
        for shorten in shortened {
            follow_on_all(flavour, "shortened", &[write, shorten], 1);
            follow_on_all(
                flavour,
                "shortened, and grown",
                &[write, write, shorten, write],
                1,
            );
        }
        follow_on_all(flavour, "grown", &[write, write, |_| {}, write], 0);
        let erase: Step = |job| _ = job.erase();
        follow_on_all(flavour, "erased", &[write, erase], 1);
        follow_on_all(
            flavour,
            "erased, and written again",
            &[write, write, erase, write],
            1,
        );
    }
}

fn a_log_that_is_erased_after_the_last_part_restarts(flavour: Flavour) {
    for missing_log_is_404 in [false, true] {
        let scene = Scene::with_steps::<[Step; 2]>([
            |job| _ = job.append_log(lines(0..1000)),
            |job| _ = job.append_log(lines(1000..1001)),
        ]);
        let job = scene.job;
        scene
            .gitlab
            .with(|state| state.settings.missing_log_is_404 = missing_log_is_404);
        scene.gitlab.on_request(move |request, state| {
            let last = request.query_values("byte_limit") == ["512"];
            if last && state.job(job).is_finished() {
                state.job_mut(job).erase();
            }
        });
        let log = followed(scene.follow(flavour));
        assert_eq!(log, (String::new(), 1), "{missing_log_is_404}");
    }
}

/// As during a rolling upgrade of the servers behind one address.
fn a_server_that_sends_parts_only_sometimes_yields_each_byte_once(flavour: Flavour) {
    for period in [2, 3, 4] {
        let scene = Scene::with_steps(vec![
            (|job| {
                let next = u32::try_from(job.log_length() / 10).unwrap();
                job.append_log(lines(next..next + 300));
            }) as Step;
            12
        ]);
        let mut requests = 0;
        scene.gitlab.on_request(move |request, state| {
            if request.operation == Some("get_job_log") {
                requests += 1;
                state.settings.log_parts = requests % period != 0;
            }
        });
        let log = followed(scene.follow(flavour));
        assert_eq!(log, (lines(0..3600), 0), "{period}");
    }
}

/// A repetitive log, on servers of which only some send parts. It restarts, since the part's position is unknown.
fn a_part_longer_than_its_limit_restarts_the_log(flavour: Flavour) {
    let scene = Scene::with_steps(vec![
        (|job| _ = job.append_log("x".repeat(300_000))) as Step;
        4
    ]);
    scene.gitlab.on_request(|request, state| {
        // Only the beginning of the log is sent as a part.
        let beginning = request.query_values("byte_limit") == ["512"];
        state.settings.log_parts = beginning;
    });
    let (log, restarts) = followed(scene.follow(flavour));
    assert!(log == "x".repeat(1_200_000), "{}", log.len());
    assert!(restarts > 0);
    assert!(requests_of(&scene.gitlab, "get_job").len() > 4);
}
