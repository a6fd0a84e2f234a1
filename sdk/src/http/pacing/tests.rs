//! Calls to a server that is simulated in virtual time.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::*;
use crate::request::{BaseUrl, Method, Operation, Request, Tokens};

const MINUTE: Duration = Duration::from_secs(60);
const LATENCY: Duration = Duration::from_millis(50);

static LIST: Operation = Operation {
    id: "list_project_jobs",
    method: Method::GET,
    path: "/projects/{id}/jobs",
    tokens: Tokens::Any,
    fallback: None,
};

static PLAY: Operation = Operation {
    id: "play_job",
    method: Method::POST,
    path: "/projects/{id}/jobs/{job_id}/play",
    tokens: Tokens::NoJob,
    fallback: None,
};

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(test);
}

fn list(project: &str) -> RequestContext {
    let mut request = Request::new(&LIST);
    request.set_path::<String>("id", "project", project);
    context(&request)
}

fn play(job: u64) -> RequestContext {
    let mut request = Request::new(&PLAY);
    request.set_path::<u64>("id", "project", 1_u64);
    request.set_path::<u64>("job_id", "job_id", job);
    context(&request)
}

fn context(request: &Request) -> RequestContext {
    request.check().unwrap();
    let base = BaseUrl::parse("https://gitlab.com").unwrap();
    RequestContext::new(request, &base, &std::sync::Arc::default())
}

fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_str(value).unwrap())
        })
        .collect()
}

/// Returns how long a request waits before it may be sent.
async fn wait_of(pacing: &Arc<Pacing>, request: &RequestContext) -> Duration {
    let began = Instant::now();
    drop(pacing.admit(request, 3 * MINUTE).await);
    began.elapsed()
}

/// A limiter of 60 requests a minute, which reports what is left.
struct Server {
    began: Instant,
    handled: Mutex<Vec<(u64, bool)>>,
    most_at_once: AtomicUsize,
    at_once: AtomicUsize,
    reports: bool,
}

impl Server {
    fn new(reports: bool) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            handled: Mutex::default(),
            most_at_once: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            reports,
        })
    }

    async fn handle(&self) -> (StatusCode, HeaderMap) {
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        sleep(LATENCY).await;
        let response = self.count();
        sleep(LATENCY).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        response
    }

    fn count(&self) -> (StatusCode, HeaderMap) {
        // A clock that is an hour behind that of the client.
        let began = DateTime::<Utc>::from_timestamp(Utc::now().timestamp() - 3600, 0).unwrap();
        let elapsed = self.began.elapsed();
        let period = elapsed.as_secs() / 60;
        let mut handled = self.handled.lock().unwrap();
        let observed = 1 + handled.iter().filter(|(of, _)| *of == period).count() as u64;
        let allowed = observed <= 60;
        handled.push((period, allowed));
        let now = began + elapsed;
        let reset = began + MINUTE * (u32::try_from(period).unwrap() + 1);
        let mut sent = headers(&[("date", now.format("%a, %d %b %Y %H:%M:%S GMT").to_string())]);
        if self.reports || !allowed {
            sent.extend(headers(&[
                (
                    "ratelimit-remaining",
                    60_u64.saturating_sub(observed).to_string(),
                ),
                ("ratelimit-reset", reset.timestamp().to_string()),
            ]));
        }
        if allowed {
            (StatusCode::OK, sent)
        } else {
            (StatusCode::TOO_MANY_REQUESTS, sent)
        }
    }

    fn rejected(&self) -> usize {
        let handled = self.handled.lock().unwrap();
        handled.iter().filter(|(_, allowed)| !allowed).count()
    }
}

/// Sends a request until it is not rejected, as a call with retries does.
async fn call(pacing: Arc<Pacing>, server: Arc<Server>, request: RequestContext) {
    loop {
        let slot = pacing.admit(&request, 3 * MINUTE).await;
        let (status, headers) = server.handle().await;
        pacing.observe(&request, status, &headers);
        drop(slot);
        if status.is_success() {
            return;
        }
        sleep(MINUTE).await;
    }
}

async fn call_200_times(pacing: &Arc<Pacing>, server: &Arc<Server>) {
    let mut calls = JoinSet::new();
    for _ in 0..200 {
        let (pacing, server) = (Arc::clone(pacing), Arc::clone(server));
        calls.spawn(call(pacing, server, list("1")));
    }
    calls.join_all().await;
}

#[test]
fn none_of_200_calls_is_rejected_at_60_a_minute() {
    run(async {
        let (pacing, server) = (Pacing::new(None), Server::new(true));
        call_200_times(&pacing, &server).await;
        assert_eq!(server.rejected(), 0);
        assert_eq!(server.handled.lock().unwrap().len(), 200);
        // Every minute was used.
        assert!(server.began.elapsed() < 4 * MINUTE);
    });
}

#[test]
fn a_period_that_others_use_up_costs_no_more_than_the_probes() {
    run(async {
        let (pacing, server) = (Pacing::new(None), Server::new(true));
        let others = Arc::clone(&server);
        tokio::spawn(async move {
            for _ in 0..58 {
                others.count();
            }
        });
        call_200_times(&pacing, &server).await;
        assert!(server.rejected() <= 4, "{}", server.rejected());
    });
}

#[test]
fn a_cap_bounds_rejections_by_a_server_that_reports_only_those() {
    run(async {
        let (pacing, server) = (Pacing::new(Some(3)), Server::new(false));
        call_200_times(&pacing, &server).await;
        // No more than the cap in each of three full minutes.
        assert!(server.rejected() <= 9, "{}", server.rejected());
        assert_eq!(server.most_at_once.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn a_server_without_limits_is_not_slowed_down() {
    run(async {
        let pacing = Pacing::new(None);
        let began = Instant::now();
        let mut calls = JoinSet::new();
        for _ in 0..200 {
            let pacing = Arc::clone(&pacing);
            calls.spawn(async move {
                let _slot = pacing.admit(&list("1"), MINUTE).await;
                sleep(LATENCY).await;
                pacing.observe(&list("1"), StatusCode::OK, &HeaderMap::new());
            });
        }
        calls.join_all().await;
        assert_eq!(began.elapsed(), 2 * LATENCY);
    });
}

#[test]
fn a_server_that_does_not_respond_blocks_no_one_for_long() {
    run(async {
        let pacing = Pacing::new(None);
        let mut slots = Vec::new();
        let began = Instant::now();
        for _ in 0..200 {
            slots.push(pacing.admit(&list("1"), MINUTE).await);
        }
        assert_eq!(began.elapsed(), Duration::from_secs(1));
    });
}

#[test]
fn a_rejected_endpoint_waits_and_the_others_do_not() {
    run(async {
        let pacing = Pacing::new(None);
        let rejected = headers(&[("retry-after", "30".to_owned())]);
        for request in [list("1"), play(8)] {
            pacing.observe(&request, StatusCode::TOO_MANY_REQUESTS, &rejected);
        }
        let began = Instant::now();
        assert_eq!(wait_of(&pacing, &play(9)).await, Duration::ZERO);
        // Lists are limited by user, whatever the project.
        assert_eq!(wait_of(&pacing, &list("2")).await, Duration::from_secs(30));
        assert_eq!(wait_of(&pacing, &play(8)).await, Duration::ZERO);
        assert_eq!(began.elapsed(), Duration::from_secs(30));
    });
}

#[test]
fn no_request_waits_longer_than_its_max_wait() {
    run(async {
        let pacing = Pacing::new(None);
        let rejected = headers(&[
            ("retry-after", "61".to_owned()),
            ("ratelimit-remaining", "0".to_owned()),
        ]);
        pacing.observe(&list("1"), StatusCode::TOO_MANY_REQUESTS, &rejected);
        let began = Instant::now();
        for max_wait in [Duration::ZERO, MINUTE] {
            drop(pacing.admit(&play(8), max_wait).await);
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        drop(pacing.admit(&play(8), 2 * MINUTE).await);
        assert_eq!(began.elapsed(), Duration::from_secs(61));
    });
}

/// The report of a limiter with nothing left, until a number of seconds from now.
fn used_up(name: &str, reset: i64) -> HeaderMap {
    headers(&[
        ("ratelimit-name", name.to_owned()),
        ("ratelimit-remaining", "0".to_owned()),
        (
            "ratelimit-reset",
            (Utc::now().timestamp() + reset).to_string(),
        ),
    ])
}

fn with_token(mut request: RequestContext, token: &'static str) -> RequestContext {
    request.tokens.push(crate::credential::TokenHeader {
        kind: crate::TokenKind::Private,
        name: HeaderName::from_static("private-token"),
        value: HeaderValue::from_static(token),
    });
    request
}

fn custom(path: &str) -> RequestContext {
    context(&Request::custom(Method::GET, path))
}

#[test]
fn a_limit_is_that_of_one_token() {
    run(async {
        let pacing = Pacing::new(None);
        let [mine, yours] = ["glpat-1", "glpat-2"].map(|token| with_token(list("1"), token));
        let endpoint = headers(&[("retry-after", "30".to_owned())]);
        for rejected in [used_up("throttle_authenticated_api", 60), endpoint] {
            pacing.observe(&mine, StatusCode::TOO_MANY_REQUESTS, &rejected);
            assert_eq!(wait_of(&pacing, &yours).await, Duration::ZERO);
            assert_eq!(wait_of(&pacing, &list("1")).await, Duration::ZERO);
            assert!(wait_of(&pacing, &mine).await > MINUTE / 3);
        }
    });
}

#[test]
fn a_limit_is_that_of_one_limiter() {
    run(async {
        let pacing = Pacing::new(None);
        let file = custom("/projects/1/repository/files/a");
        let files = used_up("throttle_authenticated_files_api", 60);
        for first in [true, false] {
            pacing.observe(&file, StatusCode::OK, &files);
            assert_eq!(
                wait_of(&pacing, &list("1")).await,
                Duration::ZERO,
                "{first}"
            );
            // Any other path is assumed to share the limiter of the operations.
            let other = custom("/projects/1");
            assert_eq!(wait_of(&pacing, &other).await, Duration::ZERO);
            assert!(wait_of(&pacing, &file).await > MINUTE / 2);
        }
        pacing.observe(
            &list("1"),
            StatusCode::OK,
            &used_up("throttle_authenticated_api", 60),
        );
        assert!(wait_of(&pacing, &play(8)).await > MINUTE / 2);
        assert_eq!(wait_of(&pacing, &file).await, Duration::ZERO);
    });
}

#[test]
fn custom_requests_share_the_limiter_of_the_operations_even_if_they_came_first() {
    run(async {
        let pacing = Pacing::new(None);
        let (name, project) = ("throttle_authenticated_api", custom("/projects/1"));
        let left = headers(&[
            ("ratelimit-name", name.to_owned()),
            ("ratelimit-remaining", "9".to_owned()),
        ]);
        for request in [&project, &list("1"), &project] {
            pacing.observe(request, StatusCode::OK, &left);
        }
        pacing.observe(&list("1"), StatusCode::OK, &used_up(name, 60));
        assert!(wait_of(&pacing, &project).await > MINUTE / 2);
    });
}

#[test]
fn a_reset_in_another_unit_is_ignored_and_the_next_report_is_not() {
    run(async {
        let pacing = Pacing::new(None);
        let now = Utc::now();
        for reset in [now.timestamp_millis(), now.timestamp() + 3700] {
            let absurd = headers(&[
                ("ratelimit-remaining", "0".to_owned()),
                ("ratelimit-reset", reset.to_string()),
            ]);
            for status in [StatusCode::OK, StatusCode::TOO_MANY_REQUESTS] {
                pacing.observe(&list("1"), status, &absurd);
            }
            let began = Instant::now();
            drop(pacing.admit(&list("1"), Duration::MAX).await);
            assert_eq!(began.elapsed(), Duration::ZERO);
        }
        let years = headers(&[("retry-after", "1700000000000".to_owned())]);
        pacing.observe(&list("1"), StatusCode::TOO_MANY_REQUESTS, &years);
        pacing.observe(
            &list("1"),
            StatusCode::OK,
            &used_up("throttle_authenticated_api", 60),
        );
        let began = Instant::now();
        drop(pacing.admit(&list("1"), Duration::MAX).await);
        assert!(began.elapsed() > MINUTE / 2 && began.elapsed() <= MINUTE);
    });
}

#[test]
fn the_limits_of_any_number_of_tokens_take_bounded_memory() {
    run(async {
        let pacing = Pacing::new(None);
        let waiting = with_token(list("1"), "glpat-waiting");
        let slot = pacing.admit(&waiting, MINUTE).await;
        for user in 0..5000 {
            let mut request = with_token(list("1"), "");
            request.tokens[0].value = HeaderValue::from(user);
            drop(pacing.admit(&request, MINUTE).await);
            pacing.observe(
                &request,
                StatusCode::OK,
                &used_up("throttle_authenticated_api", 60),
            );
        }
        assert!(pacing.limits().len() <= REMEMBERED);
        drop(slot);

        let pacing = Pacing::new(None);
        for number in 0..5000 {
            let file = custom(&format!("/files/{number}"));
            pacing.observe(&file, StatusCode::OK, &used_up(&number.to_string(), 60));
        }
        let limits = pacing.limits();
        let size = limits.values().map(|limits| format!("{limits:?}").len());
        assert!(size.sum::<usize>() < 30_000);
    });
}

#[test]
fn the_probes_of_a_burst_do_not_delay_the_next_one() {
    run(async {
        let pacing = Pacing::new(None);
        let wait_of_five = async || {
            let began = Instant::now();
            let mut slots = Vec::new();
            for _ in 0..5 {
                slots.push(pacing.admit(&list("1"), MINUTE).await);
            }
            began.elapsed()
        };
        // Nothing is learned from requests that end without a response. The window of probes begins anew with each burst.
        assert_eq!(wait_of_five().await, Duration::from_secs(1));
        sleep(MINUTE).await;
        assert_eq!(wait_of_five().await, Duration::from_secs(1));
    });
}

#[test]
fn a_dropped_call_frees_its_slot() {
    run(async {
        let pacing = Pacing::new(Some(1));
        let request = list("1");
        let held = pacing.admit(&request, MINUTE).await;
        for _ in 0..10 {
            let waiting = pacing.admit(&request, MINUTE);
            assert!(tokio::time::timeout(LATENCY, waiting).await.is_err());
        }
        drop(held);
        assert!(
            pacing
                .limits()
                .values()
                .all(|limits| limits.in_flight() == 0)
        );
        let began = Instant::now();
        drop(pacing.admit(&request, MINUTE).await);
        assert_eq!(began.elapsed(), Duration::ZERO);
    });
}
