//! Options hold with an adjusted HTTP client, and through the blocking builder.

use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::reqwest::{redirect, retry};
use gitlab_jobs::{HeaderMap, RetryPolicy, TokenKind};

use crate::credentials::token_files::file_with;
use crate::flavour::{Client, Flavour, for_one_client};
use crate::scene::{MILLISECOND, Scene, plain_and_direct, quick};

for_one_client! {
    the_http_client_can_be_adjusted,
    no_adjustment_disables_the_safeguards,
}

fn the_http_client_can_be_adjusted(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let headers = [("x-team", "deployers")]
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let headers = HeaderMap::from_iter(headers);
    let client = flavour.build(quick(&scene.gitlab).configure_http(|http| {
        plain_and_direct(http)
            .default_headers(headers)
            .pool_max_idle_per_host(0)
    }));
    for _ in 0..3 {
        scene.get_job(&client).unwrap();
    }
    for request in scene.gitlab.requests() {
        assert_eq!(request.header("x-team"), Some("deployers"));
    }
    assert_eq!(scene.gitlab.connections(), 3);
}

fn no_adjustment_disables_the_safeguards(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("manual"), FakeGitlab::start());
    let careless = retry::for_host("127.0.0.1")
        .no_budget()
        .max_retries_per_request(5)
        .classify_fn(|response| response.retryable());
    let client = flavour.build(
        quick(&home.gitlab)
            .max_attempts(1)
            .idle_timeout(500 * MILLISECOND)
            .user_agent("mine")
            .configure_http(|http| {
                plain_and_direct(http)
                    .redirect(redirect::Policy::limited(10))
                    .retry(careless)
                    .referer(true)
                    .read_timeout(Duration::from_secs(600))
                    .user_agent("other")
            }),
    );
    let away = format!("{}/elsewhere", elsewhere.url());

    home.gitlab
        .inject(Fault::new().times(1).redirect(301, &away));
    assert!(home.play_job(&client).unwrap_err().is_redirect());
    assert!(elsewhere.requests().is_empty());

    home.gitlab
        .inject(Fault::new().times(1).redirect(302, &away));
    home.get_job(&client).unwrap_err();
    let request = &elsewhere.requests()[0];
    assert_eq!(request.header("private-token"), None);
    assert_eq!(request.header("referer"), None);
    assert_eq!(request.header("user-agent"), Some("mine"));

    home.gitlab.clear_requests();
    home.gitlab.inject(Fault::new().times(1).status(503));
    home.gitlab
        .inject(Fault::new().times(1).delay(Duration::from_secs(60)));
    assert!(home.play_job(&client).unwrap_err().is_server_error());
    assert!(home.play_job(&client).unwrap_err().is_timeout());
    assert_eq!(home.gitlab.requests().len(), 2);
}

/// The blocking builder is another type: each of its options must reach the client.
#[test]
fn the_options_of_the_blocking_builder_have_their_effect() {
    let scene = Scene::with_job("running");
    let builder = || {
        gitlab_jobs_blocking::Client::builder()
            .base_url(scene.gitlab.url())
            .configure_http(plain_and_direct)
    };
    let get_job = |builder: gitlab_jobs_blocking::ClientBuilder| {
        scene.get_job(&Client::Blocking(builder.build().unwrap()))
    };

    get_job(builder().private_token(MAINTAINER_TOKEN).user_agent("mine")).unwrap();
    get_job(builder().bearer_token(MAINTAINER_TOKEN)).unwrap();
    // GitLab does not accept job tokens here.
    let refused = get_job(builder().job_token(scene.gitlab.job(scene.job).token()));
    assert!(refused.unwrap_err().is_unauthorized());
    let file = file_with(MAINTAINER_TOKEN);
    get_job(builder().token_file(TokenKind::Private, file.path())).unwrap();
    let source = || async { Ok::<_, String>(MAINTAINER_TOKEN) };
    get_job(builder().token_source(TokenKind::Bearer, source)).unwrap();
    let requests = scene.gitlab.take_requests();
    assert!(requests[3].headers.contains_key("private-token"));
    assert!(requests[4].headers.contains_key("authorization"));
    assert_eq!(requests[0].header("user-agent"), Some("mine"));
    assert!(requests[0].headers.contains_key("private-token"));
    assert!(requests[1].headers.contains_key("authorization"));
    assert!(requests[2].headers.contains_key("job-token"));

    scene
        .gitlab
        .inject(Fault::new().status(503).body("0123456789"));
    let error = get_job(builder().max_attempts(1).max_error_body(4)).unwrap_err();
    assert_eq!((error.attempts(), error.body().unwrap()), (1, &b"0123"[..]));
    let error = get_job(builder().max_retry_time(Duration::ZERO)).unwrap_err();
    assert_eq!(error.attempts(), 1);
    let error = get_job(builder().retry_policy(RetryPolicy::none())).unwrap_err();
    assert_eq!(error.attempts(), 1);

    scene.gitlab.clear_faults();
    let builder = || builder().private_token(MAINTAINER_TOKEN).max_attempts(1);
    assert!(get_job(builder().max_body(10)).unwrap_err().is_too_large());
    let dead = builder().proxy("http://127.0.0.1:1");
    assert!(get_job(dead).unwrap_err().is_connect());
    scene
        .gitlab
        .inject(Fault::new().delay(Duration::from_secs(60)));
    let impatient = builder().idle_timeout(100 * MILLISECOND);
    assert!(get_job(impatient).unwrap_err().is_timeout());
    for builder in [
        builder().connect_timeout(Duration::ZERO),
        builder().add_root_certificate("no PEM"),
        builder().client_certificate("no PEM"),
    ] {
        assert!(builder.build().unwrap_err().is_invalid());
    }
}
