//! When requests are retried: after the wait that the server requests or a growing backoff, within limits.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use fake_gitlab::Fault;
use gitlab_jobs::RetryPolicy;
use httpdate::fmt_http_date;

use crate::flavour::{Flavour, for_one_client};
use crate::retries::PASSING;
use crate::scene::{MILLISECOND, Scene, quick, quick_retries};

for_one_client! {
    the_requested_wait_is_honored,
    the_requested_wait_overrides_the_backoff,
    a_wait_beyond_the_retry_time_is_not_started,
    attempts_are_counted_and_limited,
    the_time_for_retries_is_limited,
    a_policy_without_retries_sends_once,
    the_backoff_grows_to_its_limit,
}

fn seconds_from_now(seconds: i64) -> DateTime<Utc> {
    DateTime::<Utc>::from(SystemTime::now()) + chrono::Duration::seconds(seconds)
}

/// Sends a request that is refused once, and returns the time at which the second attempt arrived.
fn second_arrival(flavour: Flavour, refusal: Fault) -> DateTime<Utc> {
    let scene = Scene::with_job("running");
    let (arrived, arrivals) = channel();
    scene.gitlab.on_request(move |_, _| {
        // The test stops receiving once it has what it needs.
        let _ = arrived.send(seconds_from_now(0));
    });
    scene.gitlab.inject(refusal.times(1));
    scene.get_job(&scene.client(flavour)).unwrap();
    arrivals.iter().nth(1).unwrap()
}

/// The ways in which a server can request a wait of two seconds. Some have a resolution of one second.
fn the_requested_wait_is_honored(flavour: Flavour) {
    let until = seconds_from_now(2);
    let reset = until.timestamp().to_string();
    let forms = [
        Fault::new().status(429).header("retry-after", "2"),
        Fault::new().status(503).header("retry-after", "2"),
        Fault::new()
            .status(503)
            .header("retry-after", fmt_http_date(until.into())),
        Fault::new()
            .status(429)
            .header("retry-after", fmt_http_date(until.into())),
        Fault::new().status(429).header("ratelimit-reset", &reset),
        Fault::new()
            .too_many_requests()
            .header("ratelimit-reset", &reset),
    ];
    std::thread::scope(|threads| {
        let waiting = forms.map(|form| threads.spawn(move || second_arrival(flavour, form)));
        for (number, waiting) in waiting.into_iter().enumerate() {
            let arrival = waiting.join().unwrap();
            assert!(
                arrival.timestamp() >= until.timestamp(),
                "form {number}: {arrival}"
            );
        }
    });
}

fn the_requested_wait_overrides_the_backoff(flavour: Flavour) {
    let hour = Duration::from_secs(3600);
    let patient = RetryPolicy::default()
        .min_backoff(hour)
        .max_backoff(hour)
        .max_time(10 * hour);
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).retry_policy(patient));
    let past = fmt_http_date(seconds_from_now(-60).into());
    for refusal in [
        Fault::new().status(503).header("retry-after", "0"),
        Fault::new().status(429).header("retry-after", &past),
        Fault::new().status(429).header("ratelimit-reset", "1"),
    ] {
        scene.gitlab.inject(refusal.times(1));
        assert_eq!(scene.get_job(&client).unwrap().attempts(), 2);
    }
}

fn a_wait_beyond_the_retry_time_is_not_started(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = flavour.build(quick(&scene.gitlab).max_retry_time(Duration::from_secs(60)));
    let began = Instant::now();
    scene.gitlab.inject(Fault::new().retry_later(3600));
    for result in [scene.get_job(&client), scene.play_job(&client)] {
        let error = result.unwrap_err();
        assert!(error.is_rate_limited(), "{error:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(scene.gitlab.requests().len(), 2);
    assert!(began.elapsed() < Duration::from_secs(60));
}

fn attempts_are_counted_and_limited(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).max_attempts(3));
    assert_eq!(scene.get_job(&client).unwrap().attempts(), 1);
    scene.gitlab.clear_requests();
    scene.gitlab.inject(Fault::new().status(500).times(1));
    scene
        .gitlab
        .inject(Fault::new().reset_before_response().times(1));
    scene.gitlab.inject(Fault::new().bad_gateway());

    let error = scene.get_job(&client).unwrap_err();

    assert_eq!(
        (error.attempts(), error.status().unwrap().as_u16()),
        (3, 502)
    );
    assert!(error.to_string().ends_with("3 attempts)"), "{error}");
    assert_eq!(scene.gitlab.requests().len(), 3);
}

/// At most seven attempts, at least 50 ms apart, fit into 300 ms.
fn the_time_for_retries_is_limited(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let policy = RetryPolicy::default()
        .min_backoff(50 * MILLISECOND)
        .max_backoff(50 * MILLISECOND)
        .max_attempts(40)
        .max_time(300 * MILLISECOND);
    scene.gitlab.inject(Fault::new().bad_gateway());

    let client = flavour.build(quick(&scene.gitlab).retry_policy(policy));
    let error = scene.get_job(&client).unwrap_err();

    assert!(error.attempts() <= 7, "{}", error.attempts());
    assert_eq!(scene.gitlab.requests().len(), error.attempts() as usize);
}

fn a_policy_without_retries_sends_once(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = flavour.build(quick(&scene.gitlab).retry_policy(RetryPolicy::none()));
    for (name, fault) in PASSING {
        scene.gitlab.inject(fault().times(2));
        assert_eq!(scene.get_job(&client).unwrap_err().attempts(), 1, "{name}");
        scene.play_job(&client).unwrap_err();
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{name}");
    }
}

fn the_backoff_grows_to_its_limit(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let policy = quick_retries()
        .min_backoff(20 * MILLISECOND)
        .max_backoff(80 * MILLISECOND)
        .max_attempts(6);
    scene.gitlab.inject(Fault::new().bad_gateway());

    let client = flavour.build(quick(&scene.gitlab).retry_policy(policy));
    scene.get_job(&client).unwrap_err();

    let requests = scene.gitlab.requests();
    let waits = requests
        .windows(2)
        .map(|pair| pair[1].arrived - pair[0].arrived);
    let shortest = [20, 40, 80, 80, 80].map(|wait| wait * MILLISECOND);
    for (wait, shortest) in waits.zip(shortest) {
        assert!(wait >= shortest, "{wait:?} {shortest:?}");
    }
}
