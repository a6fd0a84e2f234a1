//! Logs that break off are resumed, and arrive whole whatever the server supports.

use std::io::Read;
use std::time::Duration;

use fake_gitlab::{Fault, GeneratedLog, Settings};
use flate2::Compression;
use gitlab_jobs::RetryPolicy;

use super::broken::BREAKS;
use super::{assert_generated, read};
use crate::flavour::{Flavour, for_both_clients};
use crate::gzip::gzip;
use crate::scene::{MILLISECOND, Scene, quick, requests_of};

for_both_clients! {
    a_broken_log_arrives_whole_from_every_kind_of_server,
    a_log_that_stalls_is_resumed,
    a_log_of_64_mib_that_is_reset_every_8_mib_costs_little_more,
    a_repetitive_log_is_resumed,
    an_overlap_that_arrives_in_pieces_is_compared_whole,
    an_archived_log_is_resumed_by_its_range,
    a_range_sent_in_several_parts_arrives_whole,
    a_part_that_does_not_reach_beyond_the_known_bytes_is_given_up_on,
    a_part_of_unknown_length_leads_to_the_whole_log,
    a_part_that_was_not_requested_is_an_error,
    a_log_that_is_compressed_unasked_is_not_resumed_by_a_range,
    a_changed_entity_tag_leads_to_the_whole_log,
    an_unsatisfiable_range_means_that_the_log_has_changed,
    another_log_is_an_error,
    a_server_that_always_breaks_off_is_given_up_on,
    new_bytes_reset_the_count_of_attempts,
    a_policy_without_retries_does_not_resume,
    resuming_can_be_turned_off,
    a_request_that_cannot_be_repeated_is_an_error,
    reading_and_lines_continue_across_a_resumption,
}

/// A kind of server: a name, and its settings.
pub(crate) type Server = (&'static str, fn(&mut Settings));

/// The kinds of servers.
pub(crate) const SERVERS: [Server; 4] = [
    ("parts", |settings| *settings = Settings::default()),
    ("ranges", |settings| {
        *settings = Settings::default();
        settings.log_ranges = true;
    }),
    ("an older one", |settings| {
        *settings = Settings::older_server()
    }),
    ("an older one with ranges", |settings| {
        *settings = Settings::older_server();
        settings.log_ranges = true;
    }),
];

impl Scene {
    fn with_log_on(log: impl AsRef<[u8]>, configure: fn(&mut Settings)) -> Self {
        let scene = Self::with_log(log);
        scene.gitlab.with(|state| configure(&mut state.settings));
        scene
    }

    /// The bytes that the server sent for logs.
    pub(crate) fn log_bytes(&self) -> u64 {
        let requests = requests_of(&self.gitlab, "get_job_log");
        requests.iter().map(|request| request.bytes_sent()).sum()
    }
}

/// 7000 bytes without repetitions.
fn text() -> String {
    (0..1000).map(|number| format!("{number:06}\n")).collect()
}

fn a_broken_log_arrives_whole_from_every_kind_of_server(flavour: Flavour) {
    let text = text();
    for (server, configure) in SERVERS {
        let scene = Scene::with_log_on(&text, configure);
        let client = scene.client(flavour);
        let ends = [0, 1, 511, 512, 513, 6999, 7000].map(|at| Fault::new().cut_after(at));
        for fault in BREAKS.map(|fault| fault()).into_iter().chain(ends) {
            scene.gitlab.inject(fault.operation("get_job_log").times(1));
            let mut log = scene.log(&client);
            let (bytes, error) = read(&mut log);
            assert!(error.is_none(), "{server}: {error:?}");
            assert!(bytes == text.as_bytes(), "{server}: {}", bytes.len());
            assert_eq!((log.position(), log.attempts()), (7000, 2), "{server}");
            assert_eq!(log.content_length().unwrap_or(7000) / 7000, 1, "{server}");
        }
    }
}

fn a_log_that_stalls_is_resumed(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log(&text);
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(300 * MILLISECOND));
    scene.gitlab.inject(Fault::new().stall_after(5000).times(1));

    let mut log = scene.log(&client);
    let (bytes, error) = read(&mut log);

    assert!(bytes == text.as_bytes() && error.is_none(), "{error:?}");
    assert_eq!(log.attempts(), 2);
}

fn a_log_of_64_mib_that_is_reset_every_8_mib_costs_little_more(flavour: Flavour) {
    let length = 64 << 20;
    for (server, configure) in [SERVERS[0], SERVERS[1]] {
        let scene = Scene::with_log_on("", configure);
        scene.gitlab.with(|state| {
            state.job_mut(scene.job).set_generated_log(length);
        });
        let reset = Fault::new().operation("get_job_log").reset_after(8 << 20);
        scene.gitlab.inject(reset.spare_short_bodies());

        let mut log = scene.log(&scene.client(flavour));

        assert_eq!(assert_generated(&mut log, length), length);
        assert!(log.attempts() > 7, "{}", log.attempts());
        let cost = scene.log_bytes();
        assert!(cost <= length + length / 20, "{server}: {cost}");
    }
}

/// Every part of such a log looks like its beginning.
fn a_repetitive_log_is_resumed(flavour: Flavour) {
    for (server, configure) in SERVERS {
        for log in ["x".repeat(7000), "tick\n".repeat(1400)] {
            let scene = Scene::with_log_on(&log, configure);
            let cut = Fault::new().operation("get_job_log").cut_after(3000);
            scene.gitlab.inject(cut.times(1));
            let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));
            assert!(error.is_none(), "{server}: {error:?}");
            assert!(bytes == log.as_bytes(), "{server}: {}", bytes.len());
        }
    }
}

/// A response to the second request repeats bytes that the client has. They arrive in many pieces here.
fn an_overlap_that_arrives_in_pieces_is_compared_whole(flavour: Flavour) {
    let text = text();
    // How far the second response reaches back differs: to the beginning of the log, or 512 bytes.
    for (server, configure) in SERVERS {
        for changed in [None, Some(4999), Some(4600), Some(4489)] {
            let scene = Scene::with_log_on(&text, configure);
            scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
            let pieces = Fault::new().operation("get_job_log");
            // Each piece is a chunk of its own, however fast they arrive.
            scene
                .gitlab
                .inject(pieces.chunked().trickle(100, Duration::ZERO));
            let mut log = scene.log(&scene.client(flavour));
            if let Some(changed) = changed {
                let mut other = text.clone();
                other.replace_range(changed..=changed, "x");
                scene.gitlab.with(|state| {
                    state.job_mut(scene.job).set_log(&other);
                });
            }
            let (bytes, error) = read(&mut log);

            match changed {
                None => {
                    assert!(error.is_none(), "{server}: {error:?}");
                    assert!(bytes == text.as_bytes(), "{server}: {}", bytes.len());
                }
                Some(changed) => {
                    let error = error.unwrap();
                    assert!(error.is_log_changed(), "{server}, {changed}: {error:?}");
                    assert_eq!(bytes, &text.as_bytes()[..5000], "{server}, {changed}");
                }
            }
        }
    }
}

fn an_archived_log_is_resumed_by_its_range(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log_on(&text, SERVERS[3].1);
    scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
    let (bytes, _) = read(&mut scene.log(&scene.client(flavour)));

    assert!(bytes == text.as_bytes());
    let requests = requests_of(&scene.gitlab, "get_job_log");
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("range"), None);
    assert_eq!(requests[1].header("range"), Some("bytes=4488-"));
    assert!(requests[1].header("if-range").is_some());
    assert_eq!(requests[1].response_status(), Some(206));
    assert_eq!(requests[1].bytes_sent(), 7000 - 4488);
}

/// A front-end that limits how much of a range it sends.
fn part(text: &str, first: usize, end: usize) -> Fault {
    let range = format!("bytes {first}-{}/{}", end - 1, text.len());
    let part = Fault::new().status(206).header("content-range", range);
    let body = text.as_bytes()[first..end].to_vec();
    part.header("etag", "\"8-1\"").body(body)
}

fn a_range_sent_in_several_parts_arrives_whole(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log_on(&text, SERVERS[3].1);
    scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
    scene.gitlab.inject(part(&text, 4488, 5900).times(1));
    scene
        .gitlab
        .inject(part(&text, 5388, 7000).chunked().times(1));
    let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));

    assert!(bytes == text.as_bytes(), "{}: {error:?}", bytes.len());
    assert!(error.is_none(), "{error:?}");
    let requests = requests_of(&scene.gitlab, "get_job_log");
    let ranges: Vec<_> = requests.iter().map(|it| it.header("range")).collect();
    assert_eq!(ranges, [None, Some("bytes=4488-"), Some("bytes=5388-")]);
}

fn a_part_that_does_not_reach_beyond_the_known_bytes_is_given_up_on(flavour: Flavour) {
    let text = text();
    for end in [4600, 5000] {
        let scene = Scene::with_log_on(&text, SERVERS[3].1);
        scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
        scene.gitlab.inject(part(&text, 4488, end));
        let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));

        let error = error.unwrap();
        assert!(error.is_transport(), "{error:?}");
        assert_eq!((bytes.len(), error.attempts()), (5000, 5));
        assert!(format!("{error:#}").contains("range"), "{error:#}");
    }
}

fn a_part_of_unknown_length_leads_to_the_whole_log(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log_on(&text, SERVERS[3].1);
    scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
    let part = Fault::new().status(206).body(text[4488..6000].to_owned());
    let part = part.header("content-range", "bytes 4488-5999/*");
    scene.gitlab.inject(part.times(1));
    let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));

    assert!(bytes == text.as_bytes(), "{}: {error:?}", bytes.len());
    assert_eq!(requests_of(&scene.gitlab, "get_job_log").len(), 3);
}

fn a_part_that_was_not_requested_is_an_error(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    scene.gitlab.inject(part(&text, 0, 5000));
    let requests = [
        client.log(scene.project, scene.job).map(|_| ()),
        scene.get_job(&client).map(|_| ()),
    ];
    for request in requests {
        let error = request.unwrap_err();
        assert_eq!(
            (error.status().unwrap().as_u16(), error.attempts()),
            (206, 1)
        );
        assert!(error.to_string().contains("range"), "{error}");
    }
}

/// The range and the entity tag would be those of the compressed bytes, as in an object store that keeps these.
fn a_log_that_is_compressed_unasked_is_not_resumed_by_a_range(flavour: Flavour) {
    let text = "a line\n".repeat(20_000);
    let scene = Scene::with_log_on(&text, SERVERS[3].1);
    let compressed = Fault::new().header("content-encoding", "gzip");
    let compressed = compressed
        .header("etag", "\"8-1\"")
        .body(gzip(text.as_bytes(), Compression::none()));
    scene.gitlab.inject(compressed.cut_after(70_000).times(1));
    let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));

    assert!(bytes == text.as_bytes(), "{}: {error:?}", bytes.len());
    for request in requests_of(&scene.gitlab, "get_job_log") {
        assert_eq!(request.header("accept-encoding"), Some("identity"));
        assert_eq!(request.header("range"), None);
    }
}

/// GitLab's front-end then sends the whole log. If it is the same one, the bytes already read are skipped.
fn a_changed_entity_tag_leads_to_the_whole_log(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log_on(&text, SERVERS[3].1);
    let client = scene.client(flavour);
    for same in [true, false] {
        scene.gitlab.clear_requests();
        scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
        let mut log = scene.log(&client);
        let log_now = if same {
            text.clone()
        } else {
            text.replace('3', "4")
        };
        scene.gitlab.with(|state| {
            state.job_mut(scene.job).set_log(&log_now);
        });
        let (bytes, error) = read(&mut log);

        let requests = requests_of(&scene.gitlab, "get_job_log");
        assert_eq!(requests[1].response_status(), Some(200));
        assert_eq!(error.is_none(), same, "{error:?}");
        assert_eq!(bytes == text.as_bytes(), same);
        assert!(text.as_bytes().starts_with(&bytes));
    }
}

/// The entity tag is unchanged, yet there are fewer bytes.
fn an_unsatisfiable_range_means_that_the_log_has_changed(flavour: Flavour) {
    let scene = Scene::with_log_on(text(), SERVERS[1].1);
    scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
    scene.gitlab.inject(Fault::new().status(416));
    let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));
    assert!(bytes.len() == 5000 && error.unwrap().is_log_changed());
}

fn another_log_is_an_error(flavour: Flavour) {
    let text = text();
    let others = [
        ("erased", String::new()),
        ("shorter", text[..4000].to_owned()),
        ("as long", "x".repeat(7000)),
        ("with another beginning", format!("x{}", &text[1..])),
        (
            "with another end",
            format!("{}x{}", &text[..4999], &text[5000..]),
        ),
        ("longer by a line", format!("one\n{text}")),
    ];
    for (server, configure) in SERVERS {
        for (what, other) in &others {
            let scene = Scene::with_log_on(&text, configure);
            scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
            let mut log = scene.log(&scene.client(flavour));
            scene.gitlab.with(|state| {
                state.job_mut(scene.job).set_log(other);
            });
            let (bytes, error) = read(&mut log);

            assert_eq!(bytes, &text.as_bytes()[..5000], "{server}, {what}");
            let error = error.unwrap();
            assert!(error.is_log_changed(), "{server}, {what}: {error:?}");
            assert_eq!(error.operation_id(), Some("get_job_log"));
            assert_eq!(error.attempts(), 2, "{server}, {what}");
            assert!(error.to_string().contains("has changed"), "{error}");
            assert!(log.next().is_none());
        }
    }
}

fn a_server_that_always_breaks_off_is_given_up_on(flavour: Flavour) {
    let scene = Scene::with_log(text());
    let breaks = || Fault::new().operation("get_job_log");
    scene.gitlab.inject(breaks().cut_after(5000).times(1));
    // The beginning of the log arrives, but the new bytes do not.
    scene.gitlab.inject(breaks().cut_after(512));
    let client = flavour.build(quick(&scene.gitlab).max_attempts(3));

    let mut log = scene.log(&client);
    let (bytes, error) = read(&mut log);

    assert_eq!(bytes.len(), 5000);
    let error = error.unwrap();
    assert!(error.is_transport(), "{error:?}");
    assert_eq!((error.attempts(), log.attempts()), (3, 3));
    assert_eq!(requests_of(&scene.gitlab, "get_job_log").len(), 3);
    assert!(log.next().is_none());
}

/// Each response has at least one new byte.
fn new_bytes_reset_the_count_of_attempts(flavour: Flavour) {
    let scene = Scene::with_log("x".repeat(100));
    for attempt in 1..=20 {
        let cut = Fault::new().cut_after(5 * attempt - 1);
        scene.gitlab.inject(cut.times(1));
    }
    let client = flavour.build(quick(&scene.gitlab).max_attempts(2));
    let mut log = scene.log(&client);
    let (bytes, error) = read(&mut log);
    assert!(error.is_none(), "{error:?}");
    assert_eq!((bytes.len(), log.attempts()), (100, 21));
}

fn a_policy_without_retries_does_not_resume(flavour: Flavour) {
    let scene = Scene::with_log(text());
    scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
    let client = flavour.build(quick(&scene.gitlab).retry_policy(RetryPolicy::none()));
    let (bytes, error) = read(&mut scene.log(&client));
    let error = error.unwrap();
    assert!(error.is_transport(), "{error:?}");
    assert_eq!((bytes.len(), error.attempts()), (5000, 1));
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn resuming_can_be_turned_off(flavour: Flavour) {
    let scene = Scene::with_log(text());
    let client = scene.client(flavour);
    scene.gitlab.inject(Fault::new().cut_after(5000).times(2));
    let (bytes, error) = read(&mut scene.log(&client).resume(false));
    assert!(error.is_some_and(|error| error.is_transport()));
    assert_eq!(bytes.len(), 5000);
    assert_eq!(scene.gitlab.requests().len(), 1);

    // And turned on again.
    let (bytes, error) = read(&mut scene.log(&client).resume(false).resume(true));
    assert!(bytes.len() == 7000 && error.is_none(), "{error:?}");
}

fn a_request_that_cannot_be_repeated_is_an_error(flavour: Flavour) {
    for status in [401, 403, 404] {
        let scene = Scene::with_log(text());
        scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
        scene.gitlab.inject(Fault::new().status(status));
        let (bytes, error) = read(&mut scene.log(&scene.client(flavour)));
        let error = error.unwrap();
        assert_eq!(
            (bytes.len(), error.status().unwrap().as_u16()),
            (5000, status)
        );
        assert_eq!(scene.gitlab.requests().len(), 2);
    }
}

fn reading_and_lines_continue_across_a_resumption(flavour: Flavour) {
    let text = text();
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    let cuts = || {
        scene.gitlab.clear_faults();
        // Pieces that arrive one by one, so that the cut comes while some of them are in use.
        let cut = Fault::new().trickle(700, Duration::ZERO).cut_after(5000);
        scene.gitlab.inject(cut.times(1));
    };

    cuts();
    let mut bytes = Vec::new();
    scene.log(&client).read_to_end(&mut bytes).unwrap();
    assert!(bytes == text.as_bytes());

    cuts();
    let lines = scene.log(&client).lines().map(Result::unwrap);
    assert!(lines.eq(text.lines()));

    // The generated log, read in small pieces.
    let length = 200_000;
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(length);
    });
    cuts();
    let (mut log, mut read, mut buffer) = (scene.log(&client), Vec::new(), [0; 999]);
    while let amount @ 1.. = log.read(&mut buffer).unwrap() {
        read.extend_from_slice(&buffer[..amount]);
        assert_eq!(log.position(), read.len() as u64);
    }
    assert!(read == GeneratedLog::new(length).collect::<Vec<_>>().concat());
}
