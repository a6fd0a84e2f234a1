//! Any history of a log, on every kind of server.

use std::sync::{LazyLock, Mutex};

use fake_gitlab::{Fault, Job};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Bench, cases};
use crate::flavour::{Client, Flavour};
use crate::logs::{SERVERS, read};
use crate::scene::{MILLISECOND, Scene};

/// What happens to a log, or to a request for it.
#[derive(Clone, Debug)]
enum Event {
    Nothing,
    Growth(Vec<u8>),
    Cut(Vec<u8>, u64),
    Refused(u16),
    Lost,
    Erased(Vec<u8>),
    Rewritten(u64, Vec<u8>),
}

/// A few bytes, enough bytes for the log to be requested in parts, or bytes that are all the same.
fn bytes(repeated: u8) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => vec(any::<u8>(), 0..20),
        2 => vec(any::<u8>(), 400..1500),
        1 => (400..1500_usize).prop_map(move |length| vec![repeated; length]),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(Event::Nothing),
        4 => bytes(b'a').prop_map(Event::Growth),
        2 => (bytes(b'a'), 0..2000_u64).prop_map(|(bytes, at)| Event::Cut(bytes, at)),
        1 => select(vec![429_u16, 500, 502, 503]).prop_map(Event::Refused),
        1 => Just(Event::Lost),
        // A log that differs from the old one only between its ends could not be distinguished from it.
        1 => bytes(b'z').prop_map(Event::Erased),
        1 => (1..40_u64, vec(any::<u8>(), 0..60)).prop_map(|(removed, bytes)| Event::Rewritten(removed, bytes)),
    ]
}

impl Event {
    /// The fault of the request.
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

    /// Whether the log changes other than by growing.
    fn changes(&self) -> bool {
        matches!(self, Self::Erased(_) | Self::Rewritten(..))
    }
}

/// The history of the followed job, one event per poll. The job succeeds after the last.
struct History {
    job: u64,
    events: std::vec::IntoIter<Event>,
    over: bool,
}

static HISTORY: Mutex<Option<History>> = Mutex::new(None);

static EVENTS: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench::new();
    bench.gitlab().on_request(|request, state| {
        let mut history = HISTORY.lock().unwrap();
        let Some(history) = &mut *history else {
            return;
        };
        let job = state.job_mut(history.job);
        match request.operation {
            Some("get_job") if history.over => _ = job.set_status("success"),
            Some("get_job_log") => match history.events.next() {
                Some(event) => event.change(job),
                None => history.over = true,
            },
            _ => {}
        }
    });
    bench
});

/// A log whose responses break off anywhere.
static BROKEN: LazyLock<(Scene, [Client; 2])> = LazyLock::new(|| {
    let scene = Scene::with_job("success");
    let clients = [Flavour::Async, Flavour::Blocking].map(|flavour| scene.client(flavour));
    (scene, clients)
});

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_history_of_a_log_yields_each_byte_once(
        events in vec(event(), 0..9),
        changes: bool,
        server in 0..SERVERS.len(),
        blocking: bool,
    ) {
        // Without changes, there must be no restart. With changes, the log is everything since the last restart.
        let mut events = events;
        events.retain(|event| changes || !event.changes());
        let gitlab = EVENTS.gitlab();
        let job = gitlab.with(|state| {
            SERVERS[server].1(&mut state.settings);
            let job = state.add_job(EVENTS.scene.pipeline, "build");
            job.set_status("running").id()
        });
        gitlab.clear_faults();
        for event in &events {
            gitlab.inject(event.fault());
        }
        *HISTORY.lock().unwrap() = Some(History {
            job,
            events: events.clone().into_iter(),
            over: false,
        });

        let follow = EVENTS.client(blocking).follow(EVENTS.scene.project, job);
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
                // Five failed polls in a row, after which the follower gives up.
                Err(_) => failed = true,
            }
        }
        let now = gitlab.job(job);
        gitlab.with(|state| state.remove_job(job));
        if failed {
            prop_assert!(events.iter().filter(|event| event.fails()).count() >= 5);
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
