//! What is sent again, how often, and when: a GET after any passing trouble, a POST only if it cannot have been done.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use fake_gitlab::Fault;
use gitlab_jobs::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use gitlab_jobs::{Error, RetryPolicy};

use crate::flavour::{Client, Flavour, for_both_clients, items, send};
use crate::scene::{MILLISECOND, Scene, asked, quick, quick_retries};

for_both_clients! {
    a_get_is_sent_again_after_passing_trouble,
    a_get_is_sent_again_after_a_timeout,
    a_list_and_a_log_are_asked_for_again_too,
    an_error_that_will_not_pass_is_told_at_once,
    a_post_whose_answer_is_lost_is_sent_once,
    a_post_that_may_have_arrived_is_sent_once,
    a_post_is_sent_again_after_429,
    a_post_is_sent_again_when_no_connection_could_be_made,
    a_connection_that_takes_too_long_is_tried_again,
    retry_after_in_seconds_is_waited_for,
    retry_after_as_a_date_is_waited_for,
    the_reset_of_a_rate_limit_is_waited_for,
    what_the_server_asks_for_counts_rather_than_the_backoff,
    a_wait_past_the_end_is_not_begun,
    attempts_are_counted_and_limited,
    the_time_for_retries_is_limited,
    a_policy_of_none_sends_once,
    the_backoff_grows_to_its_limit,
}

/// What passes: a name, and how the server does it.
type Trouble = (&'static str, fn() -> Fault);

const PASSING: [Trouble; 12] = [
    ("429 in JSON", || Fault::new().too_many_requests()),
    ("429 in text", || Fault::new().retry_later(0)),
    ("500", || Fault::new().status(500)),
    ("502", || Fault::new().bad_gateway()),
    ("503", || Fault::new().status(503)),
    ("504", || Fault::new().status(504)),
    ("a reset before", || Fault::new().reset_before_handling()),
    ("a reset after", || Fault::new().reset_before_answer()),
    ("a cut head", || Fault::new().cut_after(0)),
    ("a cut body", || Fault::new().cut_after(20)),
    ("a cut chunk", || Fault::new().chunked().cut_after(20)),
    ("a reset body", || Fault::new().reset_after(20)),
];

fn a_get_is_sent_again_after_passing_trouble(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for (name, fault) in PASSING {
        scene.gitlab.inject(fault().times(2));

        let job = scene.get_job(&client).unwrap();

        assert_eq!((job.id, job.attempts()), (scene.job, 3), "{name}");
        assert_eq!(scene.gitlab.take_requests().len(), 3, "{name}");
    }
}

fn a_get_is_sent_again_after_a_timeout(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(Duration::from_millis(400)));
    let long = Duration::from_secs(60);
    for fault in [
        Fault::new().delay(long),
        Fault::new().delay_body(long),
        Fault::new().stall_after(20),
    ] {
        scene.gitlab.inject(fault.times(1));

        let job = scene.get_job(&client).unwrap();

        let requests = scene.gitlab.take_requests();
        assert!(requests.len() > 1);
        assert_eq!(requests.len(), job.attempts() as usize);
    }
}

fn a_list_and_a_log_are_asked_for_again_too(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let client = scene.client(flavour);
    for (name, fault) in PASSING {
        scene.gitlab.inject(fault().times(1));
        let jobs = items!(client, list_project_jobs().id(scene.project));
        assert_eq!(jobs.map(Result::unwrap).count(), 1, "{name}");
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{name}");
    }
    // The body of a log is handed out as it comes: only what goes wrong before can be made up for.
    for (name, fault) in &PASSING[..8] {
        scene.gitlab.inject(fault().times(1));
        let log = client.log(scene.project, scene.job).unwrap();
        assert_eq!(log.attempts(), 2, "{name}");
        assert_eq!(log.into_inner().next().unwrap().unwrap(), "a line\n");
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{name}");
    }
}

fn an_error_that_will_not_pass_is_told_at_once(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    for status in [400, 401, 403, 404, 405, 408, 409, 412, 422, 501, 505] {
        scene.gitlab.inject(Fault::new().times(2).status(status));
        for answer in [scene.get_job(&client), scene.play_job(&client)] {
            let error = answer.unwrap_err();
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.attempts(), 1);
        }
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{status}");
    }
}

/// A POST that is carried out, and whose answer does not arrive: what is lost, and what the error says.
type Loss = (&'static str, fn() -> Fault, fn(&Error) -> bool);

const LOSSES: [Loss; 11] = [
    (
        "all",
        || Fault::new().reset_before_answer(),
        Error::is_transport,
    ),
    (
        "the body",
        || Fault::new().cut_after(0),
        Error::is_transport,
    ),
    (
        "half the body",
        || Fault::new().cut_after(20),
        Error::is_transport,
    ),
    (
        "the last chunk",
        || Fault::new().chunked().cut_after(20),
        Error::is_transport,
    ),
    (
        "the rest",
        || Fault::new().reset_after(20),
        Error::is_transport,
    ),
    (
        "a proxy's patience",
        || Fault::new().status(504).after_handling(),
        Error::is_server_error,
    ),
    (
        "a proxy's upstream",
        || Fault::new().bad_gateway().after_handling(),
        Error::is_server_error,
    ),
    (
        "a worker",
        || Fault::new().status(500).after_handling(),
        Error::is_server_error,
    ),
    (
        "a maintenance page",
        || Fault::new().status(503).after_handling(),
        Error::is_server_error,
    ),
    (
        "our patience with the head",
        || Fault::new().delay(Duration::from_secs(60)),
        Error::is_timeout,
    ),
    (
        "our patience with the body",
        || Fault::new().stall_after(20),
        Error::is_timeout,
    ),
];

fn a_post_whose_answer_is_lost_is_sent_once(flavour: Flavour) {
    for (what, fault, is_of_its_kind) in LOSSES {
        let scene = Scene::with_job("manual");
        let client = flavour.build(quick(&scene.gitlab).idle_timeout(Duration::from_millis(400)));
        scene.gitlab.inject(fault().method("POST").times(1));

        let error = scene.play_job(&client).unwrap_err();

        assert!(is_of_its_kind(&error), "{what}: {error:?}");
        assert_eq!(error.attempts(), 1, "{what}");
        assert_eq!(scene.gitlab.requests().len(), 1, "{what}");
        assert_eq!(scene.gitlab.job(scene.job).status(), "pending", "{what}");
    }
    // What is done twice shows: a second retry would make a third job.
    let scene = Scene::with_job("failed");
    scene.gitlab.inject(Fault::new().reset_before_answer());
    scene.retry_job(&scene.client(flavour)).unwrap_err();
    assert_eq!(scene.gitlab.requests().len(), 1);
    assert_eq!(scene.jobs(), 2);
}

fn a_post_that_may_have_arrived_is_sent_once(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let (project, job) = (scene.project, scene.job);
    let client = scene.client(flavour);
    // The first request opens the connection that the POST is sent on: reused or not, nobody knows how far it came.
    for warm_up in [false, true] {
        for operation in ["play_job", "cancel_job", "retry_job", "erase_job"] {
            let broken = Fault::new().method("POST").times(1);
            scene.gitlab.inject(broken.reset_before_handling());
            if warm_up {
                scene.get_job(&client).unwrap();
            }

            let error = match operation {
                "play_job" => send!(client, play_job().id(project).job_id(job)),
                "cancel_job" => send!(client, cancel_job().id(project).job_id(job)),
                "retry_job" => send!(client, retry_job().id(project).job_id(job)),
                _ => send!(client, erase_job().id(project).job_id(job)),
            }
            .unwrap_err();

            assert!(error.is_transport(), "{error:?}");
            assert_eq!(error.operation_id(), Some(operation));
            assert_eq!(asked(&scene.gitlab, operation).len(), 1, "{operation}");
            scene.gitlab.clear_requests();
        }
    }
    assert_eq!(scene.gitlab.job(job).status(), "manual");
}

fn a_post_is_sent_again_after_429(flavour: Flavour) {
    for fault in [
        Fault::new().too_many_requests(),
        Fault::new().retry_later(0),
    ] {
        let scene = Scene::with_job("failed");
        scene.gitlab.inject(fault.times(2));

        let job = scene.retry_job(&scene.client(flavour)).unwrap();

        assert_eq!(job.attempts(), 3);
        assert_eq!(scene.gitlab.requests().len(), 3);
        assert_eq!(scene.jobs(), 2);
    }
}

/// Names lead to an address where nobody listens, until they were asked for a few times.
#[derive(Clone)]
struct Unreachable {
    lookups: Arc<AtomicU64>,
    for_lookups: u64,
}

impl Resolve for Unreachable {
    fn resolve(&self, _: Name) -> Resolving {
        let lookup = self.lookups.fetch_add(1, Ordering::SeqCst);
        let dead = lookup < self.for_lookups;
        let ip = IpAddr::V4(Ipv4Addr::new(127, 0, 0, if dead { 2 } else { 1 }));
        let addresses: Addrs = Box::new(std::iter::once(SocketAddr::new(ip, 0)));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

/// A client of the scene's server by a name, which the resolver knows or not.
fn client_by_name(scene: &Scene, flavour: Flavour, resolver: impl Resolve + 'static) -> Client {
    let port = scene.gitlab.url().rsplit(':').next().unwrap().to_owned();
    let resolver = Arc::new(resolver);
    flavour.build(
        quick(&scene.gitlab)
            .base_url(format!("http://gitlab.test:{port}"))
            .connect_timeout(Duration::from_millis(200))
            .configure_http(|http| http.no_proxy().dns_resolver(resolver)),
    )
}

fn a_post_is_sent_again_when_no_connection_could_be_made(flavour: Flavour) {
    let scene = Scene::with_job("failed");
    let unreachable = |for_lookups| Unreachable {
        lookups: Arc::default(),
        for_lookups,
    };
    let client = client_by_name(&scene, flavour, unreachable(2));

    let job = scene.retry_job(&client).unwrap();

    assert_eq!(job.attempts(), 3);
    assert_eq!(scene.gitlab.requests().len(), 1);
    assert_eq!(scene.jobs(), 2);

    let client = client_by_name(&scene, flavour, unreachable(u64::MAX));
    let error = scene.retry_job(&client).unwrap_err();
    assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
    assert_eq!(error.attempts(), 5);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

/// A name server that never answers.
struct Silent(Arc<AtomicU64>);

impl Resolve for Silent {
    fn resolve(&self, _: Name) -> Resolving {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::pending())
    }
}

fn a_connection_that_takes_too_long_is_tried_again(flavour: Flavour) {
    let scene = Scene::with_job("failed");
    let lookups = Arc::<AtomicU64>::default();
    let client = client_by_name(&scene, flavour, Silent(Arc::clone(&lookups)));

    let error = scene.retry_job(&client).unwrap_err();

    assert!(error.is_timeout() && error.is_connect(), "{error:?}");
    assert_eq!(error.attempts(), 5);
    assert_eq!(lookups.load(Ordering::SeqCst), 5);
    assert!(scene.gitlab.requests().is_empty());
}

fn retry_after_in_seconds_is_waited_for(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().times(1).retry_later(1));
    scene.get_job(&scene.client(flavour)).unwrap();

    let requests = scene.gitlab.requests();
    let waited = requests[1].arrived - requests[0].arrived;
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
}

fn seconds_from_now(seconds: i64) -> DateTime<Utc> {
    DateTime::<Utc>::from(SystemTime::now()) + chrono::Duration::seconds(seconds)
}

fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Asks until the server stops refusing, and gives the time at which the second request arrived.
fn second_arrival(scene: &Scene, flavour: Flavour, refusal: Fault) -> DateTime<Utc> {
    let (sender, receiver) = std::sync::mpsc::channel();
    scene.gitlab.on_request(move |_, _| {
        // The test takes no more than it needs.
        let _ = sender.send(seconds_from_now(0));
    });
    scene.gitlab.inject(refusal.times(1));
    scene.get_job(&scene.client(flavour)).unwrap();
    receiver.iter().nth(1).unwrap()
}

fn retry_after_as_a_date_is_waited_for(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let until = seconds_from_now(2);
    let date = http_date(until);
    let refusal = Fault::new().status(503).header("retry-after", &date);

    let arrival = second_arrival(&scene, flavour, refusal);

    assert!(arrival.timestamp() >= until.timestamp(), "{date} {arrival}");
}

fn the_reset_of_a_rate_limit_is_waited_for(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let until = seconds_from_now(2).timestamp();
    let refusal = Fault::new()
        .too_many_requests()
        .header("ratelimit-reset", until.to_string());

    let arrival = second_arrival(&scene, flavour, refusal);

    assert!(arrival.timestamp() >= until, "{until} {arrival}");
}

fn what_the_server_asks_for_counts_rather_than_the_backoff(flavour: Flavour) {
    let hour = Duration::from_secs(3600);
    let patient = RetryPolicy::default()
        .min_backoff(hour)
        .max_backoff(hour)
        .max_time(10 * hour);
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).retry_policy(patient));
    let past = http_date(seconds_from_now(-60));
    for refusal in [
        Fault::new().status(503).header("retry-after", "0"),
        Fault::new().status(429).header("retry-after", &past),
        Fault::new().status(429).header("ratelimit-reset", "1"),
    ] {
        scene.gitlab.inject(refusal.times(1));
        assert_eq!(scene.get_job(&client).unwrap().attempts(), 2);
    }
}

fn a_wait_past_the_end_is_not_begun(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = flavour.build(quick(&scene.gitlab).max_retry_time(Duration::from_secs(60)));
    let began = Instant::now();
    scene.gitlab.inject(Fault::new().retry_later(3600));
    for answer in [scene.get_job(&client), scene.play_job(&client)] {
        let error = answer.unwrap_err();
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
        .inject(Fault::new().reset_before_answer().times(1));
    scene.gitlab.inject(Fault::new().bad_gateway());

    let error = scene.get_job(&client).unwrap_err();

    assert_eq!(
        (error.attempts(), error.status().unwrap().as_u16()),
        (3, 502)
    );
    assert!(error.to_string().ends_with("after 3 attempts"), "{error}");
    assert_eq!(scene.gitlab.requests().len(), 3);
}

/// 300 ms have room for seven attempts that are at least 50 ms apart.
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

fn a_policy_of_none_sends_once(flavour: Flavour) {
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
