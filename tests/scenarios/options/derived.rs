//! Derived clients: other options on the same connections.

use std::collections::BTreeSet;
use std::time::Duration;

use fake_gitlab::{Fault, GUEST_TOKEN, MAINTAINER_TOKEN};
use gitlab_jobs::{RetryPolicy, TokenKind};

use crate::flavour::{Client, Flavour, RUNTIME, for_both_clients, items, send};
use crate::scene::{MILLISECOND, Scene, layers, quick};

for_both_clients! {
    a_timeout_covers_all_attempts_and_the_body,
    the_timeout_of_a_log_ends_with_its_head,
    a_retry_that_would_begin_after_the_timeout_is_not_waited_for,
    a_retry_policy_is_replaced,
    an_invalid_retry_policy_is_reported_by_the_call,
    a_header_is_added_or_replaced,
    a_token_is_replaced,
    a_header_with_a_credential_is_rejected_at_once,
    no_header_that_the_client_sends_can_be_replaced,
    lists_followers_and_waits_keep_the_options,
    the_connections_are_shared,
}

const MINUTE: Duration = Duration::from_secs(60);

fn a_timeout_covers_all_attempts_and_the_body(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let limited = client.with_timeout(200 * MILLISECOND);
    for fault in [
        Fault::new().delay(MINUTE),
        Fault::new().stall_after(10),
        // Neither a pause nor an attempt is long enough for the idle timeout here.
        Fault::new().trickle(1, 20 * MILLISECOND),
    ] {
        scene.gitlab.inject(Fault::new().times(1).bad_gateway());
        scene.gitlab.inject(fault.times(1));
        let error = scene.get_job(&limited).unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(error.attempts(), 2, "{error:?}");
        assert!(layers(&error)[1].contains("200ms"), "{error:?}");
        assert_eq!(scene.gitlab.take_requests().len(), 2);
    }
    // The original has no such limit.
    scene
        .gitlab
        .inject(Fault::new().times(1).delay(300 * MILLISECOND));
    scene.get_job(&client).unwrap();
}

fn the_timeout_of_a_log_ends_with_its_head(flavour: Flavour) {
    let scene = Scene::with_log("0123456789");
    let limited = scene.client(flavour).with_timeout(200 * MILLISECOND);
    scene
        .gitlab
        .inject(Fault::new().times(1).trickle(1, 40 * MILLISECOND));
    let log = limited.log(scene.project, scene.job).unwrap().into_inner();
    let log = log.collect::<Result<Vec<_>, _>>().unwrap().concat();
    assert_eq!(log, b"0123456789");

    scene.gitlab.inject(Fault::new().delay(MINUTE));
    let error = limited.log(scene.project, scene.job).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

fn a_retry_that_would_begin_after_the_timeout_is_not_waited_for(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let limited = scene.client(flavour).with_timeout(MINUTE);
    scene.gitlab.inject(Fault::new().retry_later(100));

    let error = scene.get_job(&limited).unwrap_err();

    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn a_retry_policy_is_replaced(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let once = client.with_retry_policy(RetryPolicy::none());
    for (client, attempts) in [(&once, 1), (&client, 5)] {
        scene.gitlab.inject(Fault::new().bad_gateway());
        assert_eq!(scene.get_job(client).unwrap_err().attempts(), attempts);
        scene.gitlab.clear_faults();
    }
}

fn an_invalid_retry_policy_is_reported_by_the_call(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let never = RetryPolicy::default().max_attempts(0);
    let error = scene
        .get_job(&scene.client(flavour).with_retry_policy(never))
        .unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    assert!(error.to_string().contains("max_attempts"), "{error}");
    assert!(scene.gitlab.requests().is_empty());
}

fn a_header_is_added_or_replaced(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).default_header("X-Team", "operators"));
    let derived = client.with_header("Sudo", "root").unwrap();
    let derived = derived.with_header("x-team", "deployers").unwrap();
    scene.get_job(&derived).unwrap();
    scene.get_job(&client).unwrap();

    let requests = scene.gitlab.requests();
    let headers = |name| [0, 1].map(|request: usize| requests[request].header(name));
    assert_eq!(headers("sudo"), [Some("root"), None]);
    assert_eq!(headers("x-team"), [Some("deployers"), Some("operators")]);
}

fn a_token_is_replaced(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let other = client.with_token(TokenKind::Bearer, GUEST_TOKEN).unwrap();
    scene.get_job(&other).unwrap();
    scene.get_job(&client).unwrap();

    let requests = scene.gitlab.requests();
    let bearer = format!("Bearer {GUEST_TOKEN}");
    assert_eq!(requests[0].header("authorization"), Some(bearer.as_str()));
    assert_eq!(requests[0].header("private-token"), None);
    assert_eq!(requests[1].header("private-token"), Some(MAINTAINER_TOKEN));
    assert_eq!(requests[1].header("authorization"), None);

    let error = client.with_token(TokenKind::Job, "secret\n").unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("secret"));
}

fn a_header_with_a_credential_is_rejected_at_once(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for name in [
        "Private-Token",
        "authorization",
        "cookie",
        "Deploy-Token",
        "accept",
        "Range",
        "a b",
    ] {
        let error = client.with_header(name, "secret").unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(name) && !shown.contains("secret"), "{shown}");
    }
    assert!(scene.gitlab.requests().is_empty());
}

/// The list of the headers that the client sets is complete.
fn no_header_that_the_client_sends_can_be_replaced(flavour: Flavour) {
    let scene = Scene::with_log("a line\n".repeat(1000));
    let client = scene.client(flavour);
    scene.get_job(&client).unwrap();
    let play = send!(
        client,
        play_job(scene.project, scene.job).variable("KEY", "value")
    );
    play.unwrap_err();
    send!(client, retry_job(scene.project, scene.job)).unwrap();
    scene
        .gitlab
        .inject(Fault::new().path("trace").times(1).reset_after(4000));
    client.log(scene.project, scene.job).unwrap();

    let requests = scene.gitlab.take_requests();
    let names: BTreeSet<_> = requests
        .iter()
        .flat_map(|request| request.headers.iter())
        .map(|(name, _)| name.to_string())
        .collect();
    for name in ["accept", "content-type", "host", "private-token"] {
        assert!(names.contains(name), "{names:?}");
    }
    for name in names {
        let error = client.with_header(&name, "x").unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
    }
}

fn lists_followers_and_waits_keep_the_options(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    scene.gitlab.with(|state| state.seed_jobs(scene.project, 3));
    let derived = scene.client(flavour).with_header("Sudo", "root").unwrap();

    let jobs = items!(derived, list_project_jobs(scene.project).per_page(2));
    assert_eq!(jobs.count(), 4);
    assert_eq!(derived.follow(scene.project, scene.job).count(), 1);
    if let Client::Async(client) = &derived {
        let wait = client.wait_for_job(scene.project, scene.job);
        RUNTIME.block_on(wait.send()).unwrap();
    }

    let requests = scene.gitlab.requests();
    assert!(requests.len() >= 4, "{requests:#?}");
    for request in requests {
        assert_eq!(request.header("sudo"), Some("root"), "{}", request.line());
    }
    let hurried = derived.with_timeout(100 * MILLISECOND);
    scene.gitlab.inject(Fault::new().delay(MINUTE));
    let list = items!(hurried, list_project_jobs(scene.project)).next();
    assert!(list.unwrap().unwrap_err().is_timeout());
}

fn the_connections_are_shared(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    scene.get_job(&client).unwrap();

    // A request opens another connection if the previous one has not yet returned to the pool.
    let shared = (0..100).any(|_| {
        let derived = client.with_timeout(MINUTE).with_header("Sudo", "root");
        scene.get_job(&derived.unwrap()).unwrap();
        scene.gitlab.requests().pop().unwrap().number_on_connection > 0
    });
    assert!(shared);
}
