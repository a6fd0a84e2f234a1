//! Any course of a log, on every kind of server.

use std::sync::{LazyLock, Mutex};

use fake_gitlab::{Fault, Job};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Bench, cases};
use crate::flavour::{Client, Flavour};
use crate::logs::{SERVERS, read};
use crate::scene::{MILLISECOND, Scene};

/// What a request for a log meets.
#[derive(Clone, Debug)]
enum Look {
    Nothing,
    Growth(Vec<u8>),
    Cut(Vec<u8>, u64),
    Refused(u16),
    Lost,
    Erased(Vec<u8>),
    Rewritten(u64, Vec<u8>),
}

/// A few bytes, or as many as it takes for a log to be requested in parts, or such that look alike everywhere.
fn bytes(repeated: u8) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => vec(any::<u8>(), 0..20),
        2 => vec(any::<u8>(), 400..1500),
        1 => (400..1500_usize).prop_map(move |length| vec![repeated; length]),
    ]
}

fn look() -> impl Strategy<Value = Look> {
    prop_oneof![
        1 => Just(Look::Nothing),
        4 => bytes(b'a').prop_map(Look::Growth),
        2 => (bytes(b'a'), 0..2000_u64).prop_map(|(bytes, at)| Look::Cut(bytes, at)),
        1 => select(vec![429_u16, 500, 502, 503]).prop_map(Look::Refused),
        1 => Just(Look::Lost),
        // A log that looks like the old one at both of its ends, and not in between, could not be told from it.
        1 => bytes(b'z').prop_map(Look::Erased),
        1 => (1..40_u64, vec(any::<u8>(), 0..60)).prop_map(|(removed, bytes)| Look::Rewritten(removed, bytes)),
    ]
}

impl Look {
    /// What goes wrong with the request.
    fn fault(&self) -> Fault {
        let fault = Fault::new().operation("get_job_log").times(1);
        match self {
            Self::Cut(_, at) => fault.cut_after(*at),
            Self::Refused(status) => fault.status(*status),
            Self::Lost => fault.reset_before_response(),
            _ => fault,
        }
    }

    fn change(&self, job: &mut Job) {
        match self {
            Self::Growth(bytes) | Self::Cut(bytes, _) => _ = job.append_log(bytes),
            Self::Erased(bytes) => _ = job.set_log(bytes),
            Self::Rewritten(removed, bytes) => _ = job.rewrite_log_end(*removed, bytes),
            _ => {}
        }
    }

    fn fails(&self) -> bool {
        matches!(self, Self::Cut(..) | Self::Refused(_) | Self::Lost)
    }

    /// Whether the log does more than grow.
    fn changes(&self) -> bool {
        matches!(self, Self::Erased(_) | Self::Rewritten(..))
    }
}

/// How the job that is followed goes on: a look at a time, and after the last it is a success.
struct Course {
    job: u64,
    looks: std::vec::IntoIter<Look>,
    over: bool,
}

static COURSE: Mutex<Option<Course>> = Mutex::new(None);

static LOOKS: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench::new();
    bench.gitlab().on_request(|request, state| {
        let mut course = COURSE.lock().unwrap();
        let Some(course) = &mut *course else {
            return;
        };
        let job = state.job_mut(course.job);
        match request.operation {
            Some("get_job") if course.over => _ = job.set_status("success"),
            Some("get_job_log") => match course.looks.next() {
                Some(look) => look.change(job),
                None => course.over = true,
            },
            _ => {}
        }
    });
    bench
});

/// A log that is broken off wherever it is.
static BROKEN: LazyLock<(Scene, [Client; 2])> = LazyLock::new(|| {
    let scene = Scene::with_job("success");
    let clients = [Flavour::Async, Flavour::Blocking].map(|flavour| scene.client(flavour));
    (scene, clients)
});

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_course_of_a_log_gives_each_byte_once(
        looks in vec(look(), 0..9),
        changes: bool,
        server in 0..SERVERS.len(),
        blocking: bool,
    ) {
        // Without changes there must be no restart. With them, the log is what arrived since the last one.
        let mut looks = looks;
        looks.retain(|look| changes || !look.changes());
        let gitlab = LOOKS.gitlab();
        let job = gitlab.with(|state| {
            SERVERS[server].1(&mut state.settings);
            let job = state.add_job(LOOKS.scene.pipeline, "build");
            job.set_status("running").id()
        });
        gitlab.clear_faults();
        for look in &looks {
            gitlab.inject(look.fault());
        }
        *COURSE.lock().unwrap() = Some(Course {
            job,
            looks: looks.clone().into_iter(),
            over: false,
        });

        let follow = LOOKS.client(blocking).follow(LOOKS.scene.project, job);
        let follow = follow.interval(MILLISECOND).max_interval(MILLISECOND);
        let (mut log, mut failed) = (Vec::new(), false);
        for chunk in follow {
            match chunk {
                Ok(chunk) if chunk.is_restart() => {
                    prop_assert!(changes);
                    log.clear();
                }
                Ok(chunk) => {
                    prop_assert_eq!(chunk.offset(), log.len() as u64);
                    log.extend_from_slice(&chunk);
                }
                // Five failed rounds in a row, after which the follower gives up.
                Err(_) => failed = true,
            }
        }
        let now = gitlab.job(job);
        gitlab.with(|state| state.remove_job(job));
        if failed {
            prop_assert!(looks.iter().filter(|look| look.fails()).count() >= 5);
        } else {
            prop_assert!(log == now.log(), "{} of {} bytes", log.len(), now.log().len());
        }
    }

    #[test]
    fn a_log_that_breaks_off_anywhere_is_resumed_to_its_end(
        pieces in vec(bytes(b'a'), 0..5),
        cuts in vec(0..3000_u64, 0..5),
        server in 0..SERVERS.len(),
        blocking: bool,
    ) {
        let (scene, clients) = &*BROKEN;
        let expected = pieces.concat();
        scene.gitlab.clear_faults();
        scene.gitlab.with(|state| {
            SERVERS[server].1(&mut state.settings);
            state.job_mut(scene.job).set_log(&expected);
        });
        for cut in &cuts {
            scene.gitlab.inject(Fault::new().cut_after(*cut).times(1));
        }
        let mut log = scene.log(&clients[usize::from(blocking)]);
        let (bytes, error) = read(&mut log);
        prop_assert!(error.is_none(), "{:?}", error);
        prop_assert!(bytes == expected, "{} of {} bytes", bytes.len(), expected.len());
    }
}
