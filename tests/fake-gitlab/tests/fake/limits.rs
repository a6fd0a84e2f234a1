//! Rate limits of both shapes, on all requests and on actions.

use std::time::Duration;

use fake_gitlab::{Clock, DEVELOPER_TOKEN, FakeGitlab, MAINTAINER_TOKEN, RateLimit, Settings};

use crate::wire::{Response, project, request, request_with};

const MINUTE: Duration = Duration::from_secs(60);

fn limited(configure: impl FnOnce(&mut Settings)) -> (FakeGitlab, Clock) {
    let clock = Clock::manual();
    let builder = FakeGitlab::builder().clock(clock.clone());
    (builder.configure(configure).start(), clock)
}

fn get(gitlab: &FakeGitlab) -> Response {
    request(gitlab, "GET", "/api/v4/projects/1/jobs/8")
}

#[test]
fn the_front_end_limiter_sends_what_remains_and_when_it_resets() {
    let (gitlab, clock) = limited(|it| it.rate_limit = Some(RateLimit::text(2, MINUTE)));
    assert_eq!(get(&gitlab).header("ratelimit-remaining"), Some("1"));
    assert_eq!(get(&gitlab).status, 200);
    clock.advance(MINUTE / 3);
    let refused = get(&gitlab);
    assert_eq!(
        (refused.status, &*refused.body),
        (429, &b"Retry later\n"[..])
    );
    assert_eq!(refused.header("retry-after"), Some("40"));
    clock.advance(MINUTE * 2 / 3);
    assert_eq!(get(&gitlab).status, 200);
}

#[test]
fn the_endpoint_limiter_sends_retry_after_unless_the_server_is_old() {
    let (gitlab, _) = limited(|it| it.rate_limit = Some(RateLimit::json(0, MINUTE)));
    let refused = get(&gitlab);
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("60"))
    );
    assert!(refused.json()["message"]["error"].is_string());
    assert_eq!(refused.header("ratelimit-limit"), None);
    gitlab.with(|state| state.settings.json_retry_after = false);
    let refused = get(&gitlab);
    assert_eq!((refused.status, refused.header("retry-after")), (429, None));
}

#[test]
fn a_rolling_limit_refuses_a_client_that_does_not_pause() {
    let (gitlab, clock) = limited(|it| it.rate_limit = Some(RateLimit::json(2, MINUTE).rolling()));
    let statuses = [(); 9].map(|()| {
        let status = get(&gitlab).status;
        clock.advance(MINUTE / 4);
        status
    });
    assert_eq!(statuses, [200, 200, 429, 429, 429, 429, 429, 429, 429]);
    let wait: u32 = get(&gitlab).header("retry-after").unwrap().parse().unwrap();
    clock.advance(Duration::from_secs(u64::from(wait) - 1));
    assert_eq!(get(&gitlab).status, 429);
    let wait: u32 = get(&gitlab).header("retry-after").unwrap().parse().unwrap();
    clock.advance(Duration::from_secs(wait.into()));
    assert_eq!(get(&gitlab).status, 200);
}

#[test]
fn actions_are_limited_by_user_job_and_operation() {
    let (gitlab, clock) = limited(|it| it.action_limit = Some(RateLimit::json(3, MINUTE)));
    let (project, pipeline) = project(&gitlab);
    let [one, other] = gitlab.with(|state| {
        ["one", "other"].map(|name| state.add_job(pipeline, name).set_status("manual").id())
    });
    let post = |job: u64, action: &str, token: &str| {
        let target = format!("/api/v4/projects/{project}/jobs/{job}/{action}");
        request_with(&gitlab, "POST", &target, &[("private-token", token)], "").status
    };
    let plays = [(); 4].map(|()| post(one, "play", MAINTAINER_TOKEN));
    assert_eq!(plays, [200, 400, 400, 429]);
    assert_eq!(post(one, "play", DEVELOPER_TOKEN), 400);
    assert_eq!(post(other, "play", MAINTAINER_TOKEN), 200);
    assert_eq!(post(one, "retry", MAINTAINER_TOKEN), 403);
    let cancels = [(); 4].map(|()| post(one, "cancel", MAINTAINER_TOKEN));
    assert_eq!(cancels, [201; 4]);
    gitlab.with(|state| state.settings.limits_cancel_and_erase = true);
    let cancels = [(); 4].map(|()| post(one, "cancel", MAINTAINER_TOKEN));
    assert_eq!(cancels, [201, 201, 201, 429]);
    clock.advance(MINUTE);
    assert_eq!(post(one, "play", MAINTAINER_TOKEN), 400);
}
