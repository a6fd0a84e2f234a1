//! What a response carries besides its value.

use std::time::{Duration, SystemTime};

use fake_gitlab::{DEMO_FINISHED_JOB, RateLimit};
use gitlab_jobs::PageInfo;

use crate::flavour::{Flavour, for_one_client, send};
use crate::scene::{demo, quick};

for_one_client! {
    a_response_has_its_status_headers_and_request_id,
    a_response_can_be_used_as_its_value,
    the_rate_limit_is_known_if_the_server_sends_it,
    a_response_that_is_not_a_list_has_no_page_info,
}

fn a_response_has_its_status_headers_and_request_id(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let first = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();
    let second = send!(client, retry_job(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(
        (first.status().as_u16(), second.status().as_u16()),
        (200, 201)
    );
    assert_eq!(first.headers()["content-type"], "application/json");
    assert_eq!(first.headers()["server"], "nginx");
    // fake-gitlab names its requests by their number.
    assert_eq!(first.request_id(), Some("01FAKE00000000000000000000"));
    assert_eq!(second.request_id(), Some("01FAKE00000000000000000001"));
    assert_eq!((first.attempts(), second.attempts()), (1, 1));
}

fn a_response_can_be_used_as_its_value(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let mut response = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(response.name, "compile");
    response.name.push_str(", read");
    let name = response.clone().map(|job| job.name);
    assert_eq!((name.status().as_u16(), &**name), (200, "compile, read"));
    assert_eq!(response.into_inner().id, DEMO_FINISHED_JOB);
}

fn the_rate_limit_is_known_if_the_server_sends_it(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let response = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();
    assert_eq!(response.rate_limit(), None);

    let limit = RateLimit::text(10, Duration::from_secs(60));
    gitlab.with(|state| state.settings.rate_limit = Some(limit));
    let response = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();
    let limit = response.rate_limit().unwrap();
    assert_eq!(limit.name.as_deref(), Some("throttle_authenticated_api"));
    assert_eq!(
        (limit.limit, limit.observed, limit.remaining),
        (Some(10), Some(1), Some(9))
    );
    let reset = response.headers()["ratelimit-reset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        limit.reset,
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(reset))
    );
}

fn a_response_that_is_not_a_list_has_no_page_info(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let response = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(response.page_info(), PageInfo::default());
    assert!(!response.page_info().has_next());
}

/// The other tests await calls directly. This one also calls `send`.
#[tokio::test]
async fn an_async_call_can_be_sent_or_awaited() {
    let gitlab = demo();
    let client = quick(&gitlab).build().unwrap();
    let call = client.get_job(42, DEMO_FINISHED_JOB);

    let awaited = call.clone().await.unwrap();
    let sent = call.send().await.unwrap();

    assert_eq!(awaited.into_inner(), sent.into_inner());
    let requests = gitlab.take_requests();
    assert_eq!(requests[0].line(), requests[1].line());
    assert_eq!(requests[0].headers, requests[1].headers);
}

#[tokio::test]
async fn nothing_is_sent_until_a_call_is_awaited() {
    let gitlab = demo();
    let client = quick(&gitlab).build().unwrap();

    let call = client.cancel_job(42, DEMO_FINISHED_JOB);
    let future = call.clone().into_future();
    let stream = client.list_project_jobs(42).stream();
    drop((call, future, stream));

    assert_eq!((gitlab.connections(), gitlab.take_requests().len()), (0, 0));
}
