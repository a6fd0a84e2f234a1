//! Rate limits as data: in successful responses, in both forms of 429, and in incomplete or missing headers.

mod pacing;

use std::time::{Duration, SystemTime};

use fake_gitlab::{Clock, FakeGitlab, Fault, RateLimit};

use crate::flavour::{Flavour, for_one_client, items, pages};
use crate::scene::{MILLISECOND, Scene, quick, quick_retries, requests_of};

for_one_client! {
    a_success_reports_what_is_left,
    a_server_without_limits_reports_none,
    the_front_end_limiter_reports_everything,
    the_project_jobs_limiter_sends_only_a_message,
    some_of_the_headers_give_some_of_the_fields,
    invalid_values_are_ignored,
    a_long_list_outlasts_the_limit,
    a_limit_that_counts_rejected_requests_is_outlasted,
}

const HOUR: Duration = Duration::from_secs(3600);

fn a_success_reports_what_is_left(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    scene.gitlab.with(|state| {
        state.settings.rate_limit = Some(RateLimit::text(60, HOUR));
    });
    let client = scene.client(flavour);

    let job = scene.get_job(&client).unwrap();
    let page = pages!(client, list_project_jobs(scene.project));
    let page = page.take(1).next().unwrap().unwrap();
    let log = client.log(scene.project, scene.job).unwrap();

    let limit = job.rate_limit().unwrap();
    assert_eq!(limit.name.as_deref(), Some("throttle_authenticated_api"));
    assert_eq!((limit.limit, limit.observed), (Some(60), Some(1)));
    assert_eq!(limit.remaining, Some(59));
    let reset = limit.reset.unwrap().duration_since(SystemTime::now());
    assert!(reset.unwrap() <= HOUR + Duration::from_secs(1));
    assert_eq!(page.rate_limit().unwrap().remaining, Some(58));
    assert_eq!(log.rate_limit().unwrap().remaining, Some(57));
}

fn a_server_without_limits_reports_none(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    assert_eq!(scene.get_job(&client).unwrap().rate_limit(), None);
    scene.gitlab.inject(Fault::new().status(403));
    let error = scene.get_job(&client).unwrap_err();
    assert_eq!((error.rate_limit(), error.retry_after()), (None, None));
}

fn the_front_end_limiter_reports_everything(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client_without_retries(flavour);
    scene.gitlab.inject(Fault::new().retry_later(17));
    for result in [scene.get_job(&client), scene.play_job(&client)] {
        let error = result.unwrap_err();

        assert!(error.is_rate_limited(), "{error:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
        assert_eq!(error.message(), Some("Retry later"));
        let limit = error.rate_limit().unwrap();
        assert_eq!(limit.name.as_deref(), Some("throttle_authenticated_api"));
        assert_eq!((limit.limit, limit.observed), (Some(60), Some(61)));
        assert_eq!(limit.remaining, Some(0));
        assert!(limit.reset.unwrap() > SystemTime::now());
    }
}

fn the_project_jobs_limiter_sends_only_a_message(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client_without_retries(flavour);
    scene.gitlab.with(|state| {
        state.settings.json_retry_after = false;
        state.settings.rate_limit = Some(RateLimit::json(0, HOUR));
    });
    for result in [scene.get_job(&client), scene.play_job(&client)] {
        let error = result.unwrap_err();

        assert!(error.is_rate_limited(), "{error:?}");
        let message = "This endpoint has been requested too many times. Try again later.";
        assert_eq!(error.message(), Some(message));
        assert_eq!((error.rate_limit(), error.retry_after()), (None, None));
    }
}

fn some_of_the_headers_give_some_of_the_fields(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    let in_an_hour = SystemTime::now() + HOUR;
    let seconds = in_an_hour.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let remaining = Fault::new().header("RateLimit-Remaining", "4");
    scene.gitlab.inject(remaining.times(1));
    let reset = Fault::new().status(429).times(1);
    scene
        .gitlab
        .inject(reset.header("RateLimit-Reset", seconds.as_secs().to_string()));

    let limit = scene.get_job(&client).unwrap().rate_limit().unwrap();
    assert_eq!((limit.remaining, limit.limit), (Some(4), None));
    assert_eq!(limit.reset, None);

    let error = scene.get_job(&client).unwrap_err();
    let wait = error.retry_after().unwrap();
    assert!(wait <= HOUR && wait > HOUR / 2, "{wait:?}");
    assert_eq!(error.rate_limit().unwrap().remaining, None);
}

fn invalid_values_are_ignored(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    let senseless = Fault::new()
        .header("ratelimit-limit", "many")
        .header("ratelimit-remaining", "-1")
        .header("ratelimit-observed", b"\xff\xfe")
        .header("ratelimit-reset", "18446744073709551615");
    scene.gitlab.inject(senseless.times(1));
    assert_eq!(scene.get_job(&client).unwrap().rate_limit(), None);

    for value in ["soon", "-1", "1.5", "99999999999999999999", ""] {
        let fault = Fault::new().status(429).header("retry-after", value);
        scene.gitlab.inject(fault.times(1));
        let error = scene.get_job(&client).unwrap_err();
        assert_eq!(error.retry_after(), None, "{value}");
    }
}

/// Six pages at four requests per period: the client waits as requested, and misses nothing.
fn a_long_list_outlasts_the_limit(flavour: Flavour) {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let project = gitlab.with(|state| {
        let project = state.add_project("group/project");
        state.seed_jobs(project, 6);
        state.settings.rate_limit = Some(RateLimit::text(4, Duration::from_secs(1)));
        project
    });
    let mut requests = 0;
    gitlab.on_request(move |_, _| {
        requests += 1;
        // The fifth request is refused. By the sixth, the period that the client had to wait for is over.
        if requests == 6 {
            clock.advance(Duration::from_secs(1));
        }
    });

    let client = flavour.build(quick(&gitlab));
    let jobs = items!(client, list_project_jobs(project).per_page(1)).prefetch(false);

    assert_eq!(jobs.map(Result::unwrap).count(), 6);
    let requests = requests_of(&gitlab, "list_project_jobs");
    assert_eq!(requests.len(), 7);
    assert!(requests[5].arrived - requests[4].arrived >= Duration::from_secs(1));
    assert_eq!(requests[5].query, requests[4].query);
}

/// A client that keeps sending requests within the window is never let in. Here, the window is over once the client has
/// waited for its longest backoff.
fn a_limit_that_counts_rejected_requests_is_outlasted(flavour: Flavour) {
    let (window, longest) = (HOUR, 50 * MILLISECOND);
    let policy = quick_retries().max_backoff(longest);
    for action in [false, true] {
        let (scene, clock) = Scene::with_clock("failed");
        scene.gitlab.with(|state| {
            state.settings.json_retry_after = false;
            state.settings.rate_limit = Some(RateLimit::json(1, window).rolling());
        });
        let mut arrivals = Vec::new();
        scene.gitlab.on_request(move |request, _| {
            arrivals.push(request.arrived);
            if let [_, _, third, fourth] = arrivals[..]
                && fourth - third >= longest
            {
                clock.advance(window);
            }
        });
        let client = flavour.build(quick(&scene.gitlab).retry_policy(policy.clone()));
        assert_eq!(scene.get_job(&client).unwrap().attempts(), 1);

        let job = if action {
            scene.retry_job(&client)
        } else {
            scene.get_job(&client)
        };

        assert_eq!(job.unwrap().attempts(), 3);
        assert_eq!(scene.jobs(), if action { 2 } else { 1 });
        assert_eq!(scene.gitlab.requests().len(), 4);
    }
}
