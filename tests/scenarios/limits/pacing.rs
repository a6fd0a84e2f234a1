//! Pacing: clones of a client share what they learn about rate limits, and a cap on concurrent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use chrono::Utc;
use fake_gitlab::{Clock, FakeGitlab, Fault, RateLimit};
use tokio::task::{JoinSet, spawn_blocking};

use crate::flavour::{Flavour, for_one_client};
use crate::scene::{MILLISECOND, Scene, quick, requests_of};

for_one_client! {
    a_clone_waits_for_the_next_period_when_nothing_is_left,
    the_smallest_remainder_of_a_period_counts,
    a_limit_beyond_the_retry_time_is_not_waited_for,
    concurrent_requests_are_capped,
    a_call_that_waits_for_its_retry_does_not_block_another,
    an_open_log_does_not_block_other_requests,
    a_cap_of_zero_is_invalid,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_secs(20);

/// The clocks of client and server are paused, and are advanced when all remaining calls wait.
#[test]
fn all_of_200_calls_succeed_at_60_a_minute_and_few_are_rejected() {
    let clock = Clock::manual_at(Utc::now());
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let (project, job) = gitlab.with(|state| {
        state.settings.rate_limit = Some(RateLimit::text(60, MINUTE));
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        (project, state.add_job(pipeline, "build").id())
    });
    let client = quick(&gitlab).max_retry_time(60 * MINUTE).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();

    let began = Instant::now();
    let attempts = runtime.block_on(async {
        let mut calls = JoinSet::new();
        for _ in 0..200 {
            let call = client.clone().get_job(project, job);
            calls.spawn(async move { call.await.map(|job| job.attempts()) });
        }
        let mut attempts = Vec::new();
        for period in 1..=4 {
            while attempts.len() < (60 * period).min(200) {
                // Tokio does not advance its paused clock while a blocking task runs.
                spawn_blocking(|| thread::sleep(MILLISECOND)).await.unwrap();
                assert!(began.elapsed() < MINUTE, "{} calls", attempts.len());
                while let Some(call) = calls.try_join_next() {
                    attempts.push(call.unwrap().unwrap());
                }
            }
            clock.advance(MINUTE);
            // Past the end of the period, relative to the system time in the `Date` header.
            tokio::time::advance(MINUTE * u32::try_from(period).unwrap() + 2 * SECOND).await;
        }
        attempts
    });

    assert_eq!(attempts.len(), 200);
    let requests = requests_of(&gitlab, "get_job");
    let rejected = requests
        .iter()
        .filter(|request| request.response_status() == Some(429));
    let rejected = rejected.count();
    assert!(rejected <= 5, "{rejected}");
    assert_eq!(requests.len(), 200 + rejected);
}

fn a_clone_waits_for_the_next_period_when_nothing_is_left(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let reset = unix_time() + 2;
    let fault = Fault::new().header("RateLimit-Remaining", "0").times(1);
    scene
        .gitlab
        .inject(fault.header("RateLimit-Reset", reset.to_string()));
    let last_arrival = last_arrival(&scene);

    let clone = client.clone();
    scene.get_job(&client).unwrap();
    let job = scene.get_job(&clone).unwrap();

    assert_eq!(job.attempts(), 1);
    assert_eq!(scene.gitlab.requests().len(), 2);
    assert!(last_arrival.load(Ordering::SeqCst) >= reset);
}

/// Keeps the time at which the last request arrived.
fn last_arrival(scene: &Scene) -> Arc<AtomicU64> {
    let last_arrival = Arc::new(AtomicU64::new(0));
    let arrival = Arc::clone(&last_arrival);
    scene
        .gitlab
        .on_request(move |_, _| arrival.store(unix_time(), Ordering::SeqCst));
    last_arrival
}

/// Responses can overtake each other.
fn the_smallest_remainder_of_a_period_counts(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let reset = unix_time() + 2;
    let remaining = |remaining| {
        let fault = Fault::new()
            .header("RateLimit-Remaining", remaining)
            .times(1);
        fault.header("RateLimit-Reset", reset.to_string())
    };
    scene.gitlab.inject(remaining("5").delay(300 * MILLISECOND));
    scene.gitlab.inject(remaining("0"));
    let last_arrival = last_arrival(&scene);

    thread::scope(|scope| {
        scope.spawn(|| scene.get_job(&client).unwrap());
        wait_for_a_request(&scene);
        scene.get_job(&client).unwrap();
    });
    scene.get_job(&client).unwrap();

    assert!(last_arrival.load(Ordering::SeqCst) >= reset);
}

fn wait_for_a_request(scene: &Scene) {
    while scene.gitlab.requests().is_empty() {
        thread::sleep(MILLISECOND);
    }
}

fn a_limit_beyond_the_retry_time_is_not_waited_for(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).max_retry_time(MINUTE));
    // Without the headers of a limit for everything, it holds for the endpoint.
    let rejection = Fault::new().status(429).header("retry-after", "3600");
    scene.gitlab.inject(rejection);
    for _ in 0..2 {
        let error = scene.get_job(&client.with_timeout(SOON)).unwrap_err();
        assert!(error.is_rate_limited(), "{error:?}");
    }
    assert_eq!(scene.gitlab.requests().len(), 2);
}

fn a_call_that_waits_for_its_retry_does_not_block_another(flavour: Flavour) {
    let scene = Arc::new(Scene::with_job("manual"));
    let builder = quick(&scene.gitlab).max_concurrent_requests(1);
    let client = flavour.build(builder.max_retry_time(120 * MINUTE));
    let busy = Fault::new().status(503).header("retry-after", "3600");
    scene.gitlab.inject(busy.times(1));
    // The thread outlives the test.
    let (waiting, shared) = (client.clone(), Arc::clone(&scene));
    thread::spawn(move || shared.get_job(&waiting).map(drop));
    wait_for_a_request(&scene);

    scene.play_job(&client.with_timeout(SOON)).unwrap();
}

fn unix_time() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs()
}

fn concurrent_requests_are_capped(flavour: Flavour) {
    const MOST: usize = 3;
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().delay(20 * MILLISECOND));
    let most = scene.most_in_flight();
    let client = flavour.build(quick(&scene.gitlab).max_concurrent_requests(MOST));

    // They are not sent one by one, either: on a busy machine, it may take some rounds until that many overlap.
    for _ in 0..50 {
        if most.load(Ordering::SeqCst) >= MOST {
            break;
        }
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| scene.get_job(&client.clone()).unwrap());
            }
        });
    }

    assert_eq!(most.load(Ordering::SeqCst), MOST);
}

fn an_open_log_does_not_block_other_requests(flavour: Flavour) {
    let scene = Scene::with_log("a line\n".repeat(100_000));
    let client = flavour.build(quick(&scene.gitlab).max_concurrent_requests(1));

    let mut log = client.log(scene.project, scene.job).unwrap().into_inner();
    let first = log.next().unwrap().unwrap();
    scene.get_job(&client).unwrap();

    let rest = log.map(|chunk| chunk.unwrap().len()).sum::<usize>();
    assert_eq!(first.len() + rest, 700_000);
}

fn a_cap_of_zero_is_invalid(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let builder = quick(&scene.gitlab).max_concurrent_requests(0);
    let error = flavour.try_build(builder).unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    assert!(error.to_string().contains("max_concurrent_requests"));
}
