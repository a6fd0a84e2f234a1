//! What is retried: a GET after any transient failure, a POST only if it cannot have been processed.

mod backoff;
mod idle_connections;
mod lost_responses;
mod unsent;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs::ClientBuilder;
use gitlab_jobs::reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::flavour::{Flavour, for_one_client, items};
use crate::scene::{MILLISECOND, Scene, plain_and_direct, quick};

for_one_client! {
    a_get_is_retried_after_transient_failures,
    a_get_is_retried_after_a_timeout,
    lists_and_logs_are_retried_too,
    a_permanent_error_is_returned_at_once,
    every_status_that_passes_is_retried_by_get_alone,
    a_post_is_retried_after_429,
    a_post_is_retried_if_no_connection_could_be_made,
    a_connection_that_takes_too_long_is_retried,
}

/// A transient failure: its name, and the fault.
pub(crate) type Trouble = (&'static str, fn() -> Fault);

pub(crate) const PASSING: [Trouble; 12] = [
    ("429 in JSON", || Fault::new().too_many_requests()),
    ("429 in text", || Fault::new().retry_later(0)),
    ("500", || Fault::new().status(500)),
    ("502", || Fault::new().bad_gateway()),
    ("503", || Fault::new().status(503)),
    ("504", || Fault::new().status(504)),
    ("a reset before", || Fault::new().reset_before_handling()),
    ("a reset after", || Fault::new().reset_before_response()),
    ("a cut before the body", || Fault::new().cut_after(0)),
    ("a cut body", || Fault::new().cut_after(20)),
    ("a cut chunk", || Fault::new().chunked().cut_after(20)),
    ("a reset body", || Fault::new().reset_after(20)),
];

fn a_get_is_retried_after_transient_failures(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for (name, fault) in PASSING {
        scene.gitlab.inject(fault().times(2));

        let job = scene.get_job(&client).unwrap();

        assert_eq!((job.id, job.attempts()), (scene.job, 3), "{name}");
        assert_eq!(scene.gitlab.take_requests().len(), 3, "{name}");
    }
}

fn a_get_is_retried_after_a_timeout(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(200 * MILLISECOND));
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

fn lists_and_logs_are_retried_too(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let client = scene.client(flavour);
    for (name, fault) in PASSING {
        scene.gitlab.inject(fault().times(1));
        let jobs = items!(client, list_project_jobs(scene.project));
        assert_eq!(jobs.map(Result::unwrap).count(), 1, "{name}");
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{name}");
    }
    // These repeat the request. A log that breaks off later is resumed.
    for (name, fault) in &PASSING[..8] {
        scene.gitlab.inject(fault().times(1));
        let log = client.log(scene.project, scene.job).unwrap();
        assert_eq!(log.attempts(), 2, "{name}");
        assert_eq!(log.into_inner().next().unwrap().unwrap(), "a line\n");
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{name}");
    }
}

fn every_status_that_passes_is_retried_by_get_alone(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    for status in (520..=527).chain([408, 425, 529, 530]) {
        scene.gitlab.inject(Fault::new().times(1).status(status));
        assert_eq!(scene.get_job(&client).unwrap().attempts(), 2, "{status}");
        scene.gitlab.inject(Fault::new().times(1).status(status));
        let error = scene.play_job(&client).unwrap_err();
        assert_eq!(
            (error.attempts(), error.is_transient()),
            (1, true),
            "{status}"
        );
    }
}

fn a_permanent_error_is_returned_at_once(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    for status in [400, 401, 403, 404, 405, 409, 412, 422, 501, 505, 528] {
        scene.gitlab.inject(Fault::new().times(2).status(status));
        for result in [scene.get_job(&client), scene.play_job(&client)] {
            let error = result.unwrap_err();
            assert_eq!(error.status().unwrap(), status);
            assert_eq!(error.attempts(), 1);
        }
        assert_eq!(scene.gitlab.take_requests().len(), 2, "{status}");
    }
}

fn a_post_is_retried_after_429(flavour: Flavour) {
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

/// The first lookups of a name return an address on which nothing listens.
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

/// The options of a client that refers to the scene's server by name.
fn by_name(scene: &Scene, resolver: impl Resolve + 'static) -> ClientBuilder {
    let port = scene.gitlab.url().rsplit(':').next().unwrap().to_owned();
    let resolver = Arc::new(resolver);
    quick(&scene.gitlab)
        .base_url(format!("http://gitlab.test:{port}"))
        .configure_http(|http| plain_and_direct(http).dns_resolver(resolver))
}

fn a_post_is_retried_if_no_connection_could_be_made(flavour: Flavour) {
    let scene = Scene::with_job("failed");
    let unreachable = |for_lookups| Unreachable {
        lookups: Arc::default(),
        for_lookups,
    };
    let client = flavour.build(by_name(&scene, unreachable(2)));

    let job = scene.retry_job(&client).unwrap();

    assert_eq!(job.attempts(), 3);
    assert_eq!(scene.gitlab.requests().len(), 1);
    assert_eq!(scene.jobs(), 2);

    let client = flavour.build(by_name(&scene, unreachable(u64::MAX)));
    let error = scene.retry_job(&client).unwrap_err();
    assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
    assert_eq!(error.attempts(), 5);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

/// A resolver that never returns.
struct Silent(Arc<AtomicU64>);

impl Resolve for Silent {
    fn resolve(&self, _: Name) -> Resolving {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::pending())
    }
}

fn a_connection_that_takes_too_long_is_retried(flavour: Flavour) {
    let scene = Scene::with_job("failed");
    let lookups = Arc::<AtomicU64>::default();
    let builder = by_name(&scene, Silent(Arc::clone(&lookups))).max_attempts(3);
    let client = flavour.build(builder.connect_timeout(100 * MILLISECOND));

    let error = scene.retry_job(&client).unwrap_err();

    assert!(error.is_timeout() && error.is_connect(), "{error:?}");
    assert_eq!(error.attempts(), 3);
    assert_eq!(lookups.load(Ordering::SeqCst), 3);
    assert!(scene.gitlab.requests().is_empty());
}
