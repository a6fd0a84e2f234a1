//! Following a log: each byte once, whatever happens in between, until the job is finished and its log is read.

use std::time::{Duration, Instant};

use fake_gitlab::{Fault, Job, RecordedRequest};
use gitlab_jobs::Error;
use gitlab_jobs::log::LogChunk;

use crate::flavour::{Flavour, Follow, for_both_clients, send};
use crate::scene::{MILLISECOND, Scene, asked, quick};

for_both_clients! {
    each_byte_comes_once_however_the_log_grows,
    every_finished_status_ends_it,
    an_unknown_status_goes_on,
    the_log_of_a_finished_job_is_read_to_its_end,
    a_job_without_a_log_is_waited_for,
    a_log_that_was_erased_begins_anew,
    a_cut_log_is_not_taken_for_a_shorter_one,
    trouble_in_between_is_survived,
    trouble_that_stays_ends_it,
    what_will_not_pass_ends_it_at_once,
    the_position_and_the_offsets_fit,
    a_deadline_ends_it,
    the_interval_rises_to_its_limit,
    the_interval_falls_back_when_the_log_grows,
    a_slow_look_is_followed_by_a_longer_wait,
    an_endless_log_is_followed_from_its_start,
    lines_are_whole_over_many_looks,
    a_line_ends_where_the_log_begins_anew,
    a_senseless_call_is_refused_before_anything_is_sent,
}

/// What one look at the log finds changed since the one before.
type Step = fn(&mut Job);

impl Scene {
    /// A running job whose log takes one of these steps at each look, and which is a success after the last.
    fn that_goes<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let scene = Self::with_job("running");
        let mut steps = steps.into_iter().collect::<Vec<_>>().into_iter();
        scene.on_each_look(move |job| match steps.next() {
            Some(step) => step(job),
            None => {
                job.set_status("success");
            }
        });
        scene
    }

    /// Changes the job before its log is looked at: each look asks for the job, and then for its log.
    fn on_each_look(&self, mut change: impl FnMut(&mut Job) + Send + 'static) {
        let job = self.job;
        self.gitlab.on_request(move |request, state| {
            if request.operation == Some("get_job") {
                change(state.job_mut(job));
            }
        });
    }

    fn follow(&self, flavour: Flavour) -> Follow {
        self.client(flavour)
            .follow(self.project, self.job)
            .interval(MILLISECOND)
            .max_interval(3 * MILLISECOND)
    }

    /// With a client that leaves all trouble to the follower.
    fn follow_without_retries(&self, flavour: Flavour) -> Follow {
        self.client_without_retries(flavour)
            .follow(self.project, self.job)
            .interval(MILLISECOND)
            .max_interval(3 * MILLISECOND)
    }
}

/// The log since it last began anew, and how often it did.
fn followed(follow: impl Iterator<Item = Result<LogChunk, Error>>) -> (String, usize) {
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

fn each_byte_comes_once_however_the_log_grows(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 8]>([
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
    assert_eq!(asked(&scene.gitlab, "get_job").len(), 9);
    assert_eq!(asked(&scene.gitlab, "get_job_log").len(), 9);
}

fn every_finished_status_ends_it(flavour: Flavour) {
    for status in ["success", "failed", "canceled", "skipped"] {
        let scene = Scene::with_job("running");
        let mut looks = 0;
        scene.on_each_look(move |job| {
            looks += 1;
            job.append_log(format!("look {looks}\n"));
            if looks == 3 {
                job.set_status(status);
            }
        });
        let log = followed(scene.follow(flavour));
        assert_eq!(log, ("look 1\nlook 2\nlook 3\n".to_owned(), 0));
        assert_eq!(scene.gitlab.requests().len(), 6, "{status}");
    }
}

fn an_unknown_status_goes_on(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 5]>([
        |job| _ = job.set_status("created").append_log("1"),
        |job| _ = job.set_status("brand_new").append_log("2"),
        |job| _ = job.set_status("canceling").append_log("3"),
        |job| _ = job.set_status("waiting_for_callback").append_log("4"),
        |job| _ = job.set_status("manual").append_log("5"),
    ]);
    assert_eq!(followed(scene.follow(flavour)), ("12345".to_owned(), 0));
}

/// The job's last words come after its status was asked for, and before its log was.
fn the_log_of_a_finished_job_is_read_to_its_end(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 1]>([|job| _ = job.append_log("begun, ")]);
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
        let scene = Scene::that_goes(steps);
        scene
            .gitlab
            .with(|state| state.settings.missing_log_is_404 = missing_is_404);
        let log = followed(scene.follow_without_retries(flavour));
        assert_eq!(log, ("at last".to_owned(), 0));

        // One that ends without a word.
        let scene = Scene::that_goes::<[Step; 1]>([|_| {}]);
        scene
            .gitlab
            .with(|state| state.settings.missing_log_is_404 = missing_is_404);
        assert!(scene.follow_without_retries(flavour).next().is_none());
    }
}

fn a_log_that_was_erased_begins_anew(flavour: Flavour) {
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
            let scene = Scene::that_goes::<[Step; 5]>([
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

fn a_cut_log_is_not_taken_for_a_shorter_one(flavour: Flavour) {
    for length in [0, 1, 5, 9, 10, 11] {
        let faults = [
            Fault::new().cut_after(length),
            Fault::new().reset_after(length),
            Fault::new().chunked().cut_after(length),
        ];
        for fault in faults {
            let scene = Scene::that_goes::<[Step; 4]>([
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

fn trouble_in_between_is_survived(flavour: Flavour) {
    let troubles: [fn() -> Fault; 8] = [
        || Fault::new().too_many_requests(),
        || Fault::new().retry_later(0),
        || Fault::new().status(500),
        || Fault::new().bad_gateway(),
        || Fault::new().status(503),
        || Fault::new().reset_before_handling(),
        || Fault::new().reset_before_answer(),
        || Fault::new().cut_after(3),
    ];
    for trouble in troubles {
        for operation in ["get_job", "get_job_log"] {
            let scene = Scene::that_goes::<[Step; 8]>([
                |job| _ = job.append_log("one "),
                |job| _ = job.append_log("two "),
                |job| _ = job.append_log("three "),
                |job| _ = job.append_log("four "),
                |job| _ = job.append_log("five "),
                |_| {},
                |_| {},
                |_| {},
            ]);
            // Four in a row are survived, again and again.
            let fault = || trouble().operation(operation);
            scene.gitlab.inject(fault().skip(1).times(4));
            scene.gitlab.inject(fault().skip(6).times(4));
            let log = followed(scene.follow_without_retries(flavour));
            assert_eq!(log, ("one two three four five ".to_owned(), 0));
            assert!(asked(&scene.gitlab, operation).len() >= 10);
        }
    }
}

fn trouble_that_stays_ends_it(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 1]>([|job| _ = job.append_log("one ")]);
    let broken = Fault::new().operation("get_job_log").skip(1);
    scene.gitlab.inject(broken.bad_gateway());
    let mut follow = scene.follow_without_retries(flavour);

    assert_eq!(&follow.next().unwrap().unwrap()[..], b"one ");
    let error = follow.next().unwrap().unwrap_err();

    assert!(error.is_server_error(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job_log"));
    assert!(follow.next().is_none());
    assert_eq!(asked(&scene.gitlab, "get_job_log").len(), 6);
}

fn what_will_not_pass_ends_it_at_once(flavour: Flavour) {
    for (operation, status) in [
        ("get_job", 401),
        ("get_job", 404),
        ("get_job_log", 401),
        ("get_job_log", 403),
    ] {
        let scene = Scene::that_goes::<[Step; 1]>([|job| _ = job.append_log("one ")]);
        let fault = Fault::new().operation(operation).skip(1).status(status);
        scene.gitlab.inject(fault);
        let mut follow = scene.follow(flavour);

        assert_eq!(&follow.next().unwrap().unwrap()[..], b"one ");
        let error = follow.next().unwrap().unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert!(follow.next().is_none());
        assert_eq!(asked(&scene.gitlab, operation).len(), 2);
    }
}

fn the_position_and_the_offsets_fit(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 4]>([
        |job| _ = job.append_log("x".repeat(300_000)),
        |job| _ = job.append_log("yy"),
        |job| _ = job.set_log("zzz"),
        |job| _ = job.append_log("zzzz"),
    ]);
    let mut follow = scene.follow(flavour);
    assert_eq!(follow.position(), 0);
    let mut read = 0;
    while let Some(chunk) = follow.next() {
        let chunk = chunk.unwrap();
        if chunk.is_restart() {
            assert_eq!(read, 300_002);
            read = 0;
        }
        assert_eq!(chunk.offset(), read);
        read += chunk.len() as u64;
        assert_eq!(follow.position(), read);
    }
    assert_eq!(read, 7);
}

fn a_deadline_ends_it(flavour: Flavour) {
    let scene = Scene::with_log("so far");
    let on = |status: &'static str| {
        scene.gitlab.with(|state| {
            state.job_mut(scene.job).set_status(status);
        });
    };
    on("running");
    for fault in [Fault::new(), Fault::new().delay(Duration::from_secs(600))] {
        let hang = fault.operation("get_job").skip(1).times(1);
        scene.gitlab.inject(hang);
        let mut follow = scene.follow(flavour).deadline(300 * MILLISECOND);

        assert_eq!(&follow.next().unwrap().unwrap()[..], b"so far");
        let error = follow.next().unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert!(error.to_string().contains("deadline"), "{error}");
        assert!(follow.next().is_none());
        scene.gitlab.clear_faults();
    }
    // One that is far away, or past the end of time, does no harm.
    on("success");
    for deadline in [Duration::from_secs(3600), Duration::MAX] {
        let follow = scene.follow(flavour).deadline(deadline);
        assert_eq!(followed(follow).0, "so far");
    }
}

/// How long after the look before each look began.
fn waits(looks: &[RecordedRequest]) -> impl Iterator<Item = Duration> {
    looks
        .windows(2)
        .map(|pair| pair[1].arrived - pair[0].arrived)
}

fn the_interval_rises_to_its_limit(flavour: Flavour) {
    let scene = Scene::that_goes(vec![(|_| {}) as Step; 7]);
    let follow = scene
        .follow(flavour)
        .interval(20 * MILLISECOND)
        .max_interval(60 * MILLISECOND);
    assert_eq!(followed(follow).0, "");
    let looks = asked(&scene.gitlab, "get_job");
    assert_eq!(looks.len(), 8);
    let shortest = [20, 30, 45, 60, 60, 60, 60].map(|wait| wait * MILLISECOND);
    for (wait, shortest) in waits(&looks).zip(shortest) {
        assert!(wait >= shortest, "{wait:?} {shortest:?}");
    }

    // Without a limit, the last of these waits would be longer than anyone lives.
    let scene = Scene::that_goes(vec![(|_| {}) as Step; 60]);
    let follow = scene.follow(flavour).deadline(Duration::from_secs(60));
    assert_eq!(followed(follow).0, "");
}

fn the_interval_falls_back_when_the_log_grows(flavour: Flavour) {
    let grows: Step = |job| _ = job.append_log("x");
    let rests: Step = |_| {};
    let scene = Scene::that_goes([grows, rests, rests].into_iter().cycle().take(90));
    let follow = scene
        .follow(flavour)
        .max_interval(Duration::from_secs(3600))
        .deadline(Duration::from_secs(60));
    assert_eq!(followed(follow).0, "x".repeat(30));
}

fn a_slow_look_is_followed_by_a_longer_wait(flavour: Flavour) {
    let delay = 60 * MILLISECOND;
    let scene = Scene::that_goes::<[Step; 2]>([
        |job| _ = job.append_log("x"),
        |job| _ = job.append_log("x"),
    ]);
    scene
        .gitlab
        .inject(Fault::new().operation("get_job_log").delay(delay));
    let follow = scene.follow(flavour).max_interval(Duration::from_secs(60));
    assert_eq!(followed(follow).0, "xx");
    for wait in waits(&asked(&scene.gitlab, "get_job")) {
        assert!(wait >= 2 * delay, "{wait:?}");
    }
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
    assert_eq!(asked(&scene.gitlab, "get_job_log").len(), 1);
}

fn lines_are_whole_over_many_looks(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 6]>([
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

fn a_line_ends_where_the_log_begins_anew(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 2]>([
        |job| _ = job.append_log("one\nhalf a li"),
        |job| _ = job.set_log("new\n"),
    ]);
    let lines = scene.follow(flavour).lines().map(Result::unwrap);
    assert_eq!(lines.collect::<Vec<_>>(), ["one", "half a li", "new"]);
}

fn a_senseless_call_is_refused_before_anything_is_sent(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let follow = scene.follow(flavour).interval(Duration::ZERO);
    let client = flavour.build(quick(&scene.gitlab));
    let nowhere = match &client {
        crate::flavour::Client::Async(client) => Follow::Async(client.follow_job_log("a/..", 1)),
        crate::flavour::Client::Blocking(client) => {
            Follow::Blocking(client.follow_job_log("a/..", 1))
        }
    };
    for mut follow in [follow, nowhere] {
        let error = follow.next().unwrap().unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert_eq!(error.operation_id(), Some("follow_job_log"));
        assert!(follow.next().is_none());
    }
    assert!(scene.gitlab.requests().is_empty());

    // An interval longer than the longest one raises that, and the other way round.
    let began = Instant::now();
    let follow = scene.follow(flavour).interval(Duration::from_secs(3600));
    let follow = follow.max_interval(MILLISECOND);
    assert_eq!(followed(follow).0, "a line\n");
    assert!(began.elapsed() < Duration::from_secs(60));
    let job = send!(client, get_job().id(scene.project).job_id(scene.job));
    assert!(job.unwrap().is_finished());
}
