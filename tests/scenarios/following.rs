//! Following a log: each byte once, until the job is finished and its log is read.

mod changes;
mod cost;
mod pace;
mod trouble;

use std::time::{Duration, Instant};

use fake_gitlab::Job;
use gitlab_jobs::Error;
use gitlab_jobs::log::LogChunk;

use crate::flavour::{Flavour, Follow, for_both_clients, send};
use crate::scene::{MILLISECOND, Scene, quick, requests_of};

for_both_clients! {
    each_byte_is_returned_once_however_the_log_grows,
    every_finished_status_ends_it,
    an_unknown_status_does_not_end_it,
    the_log_of_a_finished_job_is_read_to_its_end,
    a_job_without_a_log_is_waited_for,
    position_and_offsets_agree,
    an_endless_log_is_followed_from_its_start,
    lines_are_whole_across_polls,
    lines_that_the_runner_has_split_are_joined_across_polls,
    invalid_parameters_are_rejected_before_sending,
}

/// A change to the job before a poll.
pub(crate) type Step = fn(&mut Job);

impl Scene {
    /// Creates a running job that takes one of these steps before each poll, and succeeds after the last.
    pub(crate) fn with_steps<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let scene = Self::with_job("running");
        let mut steps = steps.into_iter().collect::<Vec<_>>().into_iter();
        scene.on_each_poll(move |job| match steps.next() {
            Some(step) => step(job),
            None => {
                job.set_status("success");
            }
        });
        scene
    }

    /// Changes the job before each poll, which requests the job and then its log.
    fn on_each_poll(&self, mut change: impl FnMut(&mut Job) + Send + 'static) {
        let job = self.job;
        self.gitlab.on_request(move |request, state| {
            if request.operation == Some("get_job") {
                change(state.job_mut(job));
            }
        });
    }

    pub(crate) fn follow(&self, flavour: Flavour) -> Follow {
        self.client(flavour)
            .follow(self.project, self.job)
            .interval(MILLISECOND)
            .max_interval(3 * MILLISECOND)
    }

    /// Follows with a client without retries, so that the follower has to deal with every failure.
    pub(crate) fn follow_without_retries(&self, flavour: Flavour) -> Follow {
        self.client_without_retries(flavour)
            .follow(self.project, self.job)
            .interval(MILLISECOND)
            .max_interval(3 * MILLISECOND)
    }
}

/// The log since its last restart, and the number of restarts.
pub(crate) fn followed(follow: impl Iterator<Item = Result<LogChunk, Error>>) -> (String, usize) {
    let (mut log, mut restarts) = (Vec::new(), 0);
    for chunk in follow {
        let chunk = chunk.unwrap();
        if chunk.is_restart() {
            log.clear();
            restarts += 1;
        }
        log.extend_from_slice(&chunk);
    }
    (String::from_utf8(log).unwrap(), restarts)
}

fn each_byte_is_returned_once_however_the_log_grows(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 8]>([
        |_| {},
        |job| _ = job.append_log("a"),
        |_| {},
        |job| _ = job.append_log("bcd\n"),
        |job| _ = job.append_log("e".repeat(200_000)),
        |_| {},
        |_| {},
        |job| _ = job.append_log("f"),
    ]);
    let log = followed(scene.follow(flavour));
    assert_eq!(log, (format!("abcd\n{}f", "e".repeat(200_000)), 0));
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 9);
    // One per poll, and the beginning of the log before the first part and after the last one.
    assert_eq!(requests_of(&scene.gitlab, "get_job_log").len(), 11);
}

fn every_finished_status_ends_it(flavour: Flavour) {
    for status in ["success", "failed", "canceled", "skipped"] {
        let scene = Scene::with_job("running");
        let mut polls = 0;
        scene.on_each_poll(move |job| {
            polls += 1;
            job.append_log(format!("poll {polls}\n"));
            if polls == 3 {
                job.set_status(status);
            }
        });
        let log = followed(scene.follow(flavour));
        assert_eq!(log, ("poll 1\npoll 2\npoll 3\n".to_owned(), 0));
        assert_eq!(scene.gitlab.requests().len(), 6, "{status}");
    }
}

fn an_unknown_status_does_not_end_it(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 5]>([
        |job| _ = job.set_status("created").append_log("1"),
        |job| _ = job.set_status("brand_new").append_log("2"),
        |job| _ = job.set_status("canceling").append_log("3"),
        |job| _ = job.set_status("waiting_for_callback").append_log("4"),
        |job| _ = job.set_status("manual").append_log("5"),
    ]);
    assert_eq!(followed(scene.follow(flavour)), ("12345".to_owned(), 0));
}

/// The end of the log is written after the job is requested and before its log is.
fn the_log_of_a_finished_job_is_read_to_its_end(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 1]>([|job| _ = job.append_log("begun, ")]);
    let job = scene.job;
    scene.gitlab.on_request(move |request, state| {
        let finished = state.job(job).is_finished();
        if request.operation == Some("get_job_log") && finished {
            state.job_mut(job).append_log("ended");
        }
    });
    let (log, _) = followed(scene.follow(flavour));
    assert_eq!(log, "begun, ended");
}

fn a_job_without_a_log_is_waited_for(flavour: Flavour) {
    for missing_is_404 in [true, false] {
        let steps: [Step; 4] = [
            |job| _ = job.set_status("pending"),
            |job| _ = job.set_status("running"),
            |_| {},
            |job| _ = job.append_log("at last"),
        ];
        let scene = Scene::with_steps(steps);
        scene
            .gitlab
            .with(|state| state.settings.missing_log_is_404 = missing_is_404);
        let log = followed(scene.follow_without_retries(flavour));
        assert_eq!(log, ("at last".to_owned(), 0));

        // A job that finishes without a log.
        let scene = Scene::with_steps::<[Step; 1]>([|_| {}]);
        scene
            .gitlab
            .with(|state| state.settings.missing_log_is_404 = missing_is_404);
        let mut follow = scene
            .follow_without_retries(flavour)
            .max_outage(20 * MILLISECOND);
        // Only the status tells a server that has no log from one that has lost it.
        match follow.next() {
            Some(Err(error)) => assert!(missing_is_404 && error.is_not_found(), "{error:?}"),
            other => assert!(!missing_is_404 && other.is_none(), "{other:?}"),
        }
    }
}

fn position_and_offsets_agree(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 4]>([
        |job| _ = job.append_log("x".repeat(300_000)),
        |job| _ = job.append_log("yy"),
        |job| _ = job.set_log("zzz"),
        |job| _ = job.append_log("zzzz"),
    ]);
    let mut follow = scene.follow(flavour);
    assert_eq!((follow.position(), follow.restarts()), (0, 0));
    let (mut read, mut restarted) = (0, false);
    while let Some(chunk) = follow.next() {
        let chunk = chunk.unwrap();
        if chunk.is_restart() {
            assert_eq!(read, 300_002);
            (read, restarted) = (0, true);
        }
        assert_eq!(follow.restarts(), u32::from(restarted));
        assert_eq!(chunk.offset(), read);
        read += chunk.len() as u64;
        assert_eq!(follow.position(), read);
    }
    assert_eq!((read, restarted), (7, true));
}

fn an_endless_log_is_followed_from_its_start(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(1 << 50);
    });
    let mut read = 0;
    for chunk in scene.follow(flavour).take(100) {
        let chunk = chunk.unwrap();
        assert!(chunk.len() < 1 << 20);
        assert_eq!(chunk.offset(), read);
        read += chunk.len() as u64;
    }
    assert_eq!(requests_of(&scene.gitlab, "get_job_log").len(), 1);
}

fn lines_are_whole_across_polls(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 6]>([
        |job| _ = job.append_log("one\ntw"),
        |job| _ = job.append_log("o\r"),
        |job| _ = job.append_log(b"\ngr\xc3"),
        |job| _ = job.append_log(b"\xbc\xc3"),
        |job| _ = job.append_log(b"\x9fe\n"),
        |job| _ = job.append_log("last"),
    ]);
    let lines = scene.follow(flavour).lines().map(Result::unwrap);
    let lines = lines.collect::<Vec<_>>();
    assert_eq!(lines, ["one", "two", "grüße", "last"]);
}

fn lines_that_the_runner_has_split_are_joined_across_polls(flavour: Flavour) {
    const TIME: &str = "2024-05-22T12:43:46.962646Z 00O";
    let scene = Scene::with_steps::<[Step; 3]>([
        |job| _ = job.append_log(format!("{TIME} 1%\r\n")),
        |job| _ = job.append_log(format!("{TIME}+2%\r\n{TIME}+don")),
        |job| _ = job.append_log(format!("e\n{TIME} next\n")),
    ]);
    let lines = scene.follow(flavour).lines().map(Result::unwrap);
    let lines = lines.collect::<Vec<_>>();
    assert_eq!(
        lines,
        [format!("{TIME} 1%\r2%\rdone"), format!("{TIME} next")]
    );
}

fn invalid_parameters_are_rejected_before_sending(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let follow = scene.follow(flavour).interval(Duration::ZERO);
    let client = flavour.build(quick(&scene.gitlab));
    let nowhere = match &client {
        crate::flavour::Client::Async(client) => Follow::Async(client.follow_job_log("a/..", 1)),
        crate::flavour::Client::Blocking(client) => {
            Follow::Blocking(client.follow_job_log("a/..", 1))
        }
    };
    for (mut follow, operation) in [(follow, "follow_job_log"), (nowhere, "get_job")] {
        let error = follow.next().unwrap().unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert_eq!(error.operation_id(), Some(operation));
        assert!(follow.next().is_none());
    }
    assert!(scene.gitlab.requests().is_empty());

    // An interval longer than the maximum raises the maximum, and vice versa.
    let began = Instant::now();
    let follow = scene.follow(flavour).interval(Duration::from_secs(3600));
    let follow = follow.max_interval(MILLISECOND);
    assert_eq!(followed(follow).0, "a line\n");
    assert!(began.elapsed() < Duration::from_secs(60));
    let job = send!(client, get_job(scene.project, scene.job));
    assert!(job.unwrap().is_finished());
}
