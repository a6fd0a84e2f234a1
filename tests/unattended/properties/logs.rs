//! Any course of a log.

use std::sync::{LazyLock, Mutex};

use fake_gitlab::{Fault, Job};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Bench, cases};
use crate::scene::MILLISECOND;

/// What a look at a log meets.
#[derive(Clone, Debug)]
enum Look {
    Nothing,
    Growth(Vec<u8>),
    Cut(Vec<u8>, u64),
    Refused(u16),
    Lost,
    Erased(Vec<u8>),
}

fn look() -> impl Strategy<Value = Look> {
    let bytes = || vec(any::<u8>(), 0..20);
    prop_oneof![
        1 => Just(Look::Nothing),
        4 => bytes().prop_map(Look::Growth),
        2 => (bytes(), 0..40_u64).prop_map(|(bytes, at)| Look::Cut(bytes, at)),
        1 => select(vec![429_u16, 500, 502, 503]).prop_map(Look::Refused),
        1 => Just(Look::Lost),
        1 => bytes().prop_map(Look::Erased),
    ]
}

impl Look {
    /// What goes wrong with the log.
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
            _ => {}
        }
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

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_course_of_a_log_gives_each_byte_once(
        looks in vec(look(), 0..7),
        erasures: bool,
        blocking: bool,
    ) {
        // Without erasures there must be no restart, with them the log is what came since the last.
        let mut looks = looks;
        looks.retain(|look| erasures || !matches!(look, Look::Erased(_)));
        let gitlab = LOOKS.gitlab();
        let job = gitlab.with(|state| {
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
                    prop_assert!(erasures);
                    log.clear();
                }
                Ok(chunk) => {
                    prop_assert_eq!(chunk.offset(), log.len() as u64);
                    log.extend_from_slice(&chunk);
                }
                // Five failures in a row, which is what the follower gives up at.
                Err(_) => failed = true,
            }
        }
        let now = gitlab.job(job);
        gitlab.with(|state| state.remove_job(job));
        if failed {
            let fails = |look: &Look| matches!(look, Look::Cut(..) | Look::Refused(_) | Look::Lost);
            prop_assert!(looks.windows(5).any(|looks| looks.iter().all(fails)));
        } else {
            prop_assert_eq!(&log, now.log());
        }
    }
}
