//! The options of a client: bad values are refused with reasons, good ones have their effect.

use std::process::Command;
use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::reqwest::{redirect, retry};
use gitlab_jobs::{ClientBuilder, HeaderMap, RetryPolicy};

use crate::flavour::{Client, Flavour, for_both_clients, items};
use crate::gzip::MILLION_SPACES;
use crate::scene::{MILLISECOND, Scene, asked, plain_and_direct, quick};

for_both_clients! {
    bad_values_are_refused_with_reasons,
    building_a_client_does_no_network,
    a_body_may_have_so_many_bytes_and_no_more,
    a_compressed_body_is_measured_as_it_is_inflated,
    an_error_keeps_so_much_of_its_body,
    the_user_agent_is_what_the_server_sees,
    everything_goes_through_the_proxy,
    a_root_below_a_path_is_kept,
    the_http_client_can_be_adjusted,
    no_adjustment_undoes_the_safety,
    a_default_header_with_a_credential_is_refused,
}

fn bad_values_are_refused_with_reasons(flavour: Flavour) {
    let builders: [(fn(ClientBuilder) -> ClientBuilder, &str); 22] = [
        (|builder| builder.base_url(""), "the base URL is empty"),
        (|builder| builder.base_url("gitlab.com"), "with its scheme"),
        (|builder| builder.base_url("ftp://gitlab.com"), "`https://`"),
        (|builder| builder.base_url("file:///etc"), "`https://`"),
        (
            |builder| builder.base_url("https://u:p@gitlab.com"),
            "password",
        ),
        (|builder| builder.base_url("https://gitlab.com/?x=1"), "`?`"),
        (|builder| builder.base_url("https://gitlab.com/#x"), "`#`"),
        (
            |builder| builder.private_token(""),
            "the private token is empty",
        ),
        (
            |builder| builder.private_token("a\n"),
            "a line break at position 1",
        ),
        (
            |builder| builder.job_token("a b"),
            "white space at position 1",
        ),
        (
            |builder| builder.job_token("\t"),
            "white space at position 0",
        ),
        (
            |builder| builder.bearer_token("aé"),
            "a character that no token",
        ),
        (
            |builder| builder.bearer_token("a\0b"),
            "a character that no token",
        ),
        (|builder| builder.user_agent("a\r\nb: c"), "the user agent"),
        (|builder| builder.proxy("http://["), "the proxy"),
        (
            |builder| builder.connect_timeout(Duration::ZERO),
            "connect_timeout",
        ),
        (
            |builder| builder.idle_timeout(Duration::ZERO),
            "idle_timeout",
        ),
        (|builder| builder.max_attempts(0), "max_attempts"),
        (|builder| builder.max_body(0), "max_body"),
        (
            |builder| builder.retry_policy(RetryPolicy::default().min_backoff(Duration::MAX)),
            "min_backoff is longer than max_backoff",
        ),
        (
            |builder| builder.add_root_certificate("no PEM"),
            "root certificate",
        ),
        (
            |builder| builder.client_certificate("no PEM"),
            "client certificate",
        ),
    ];
    for (set, reason) in builders {
        let error = flavour.try_build(set(ClientBuilder::new())).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert_eq!(error.attempts(), 0);
        assert!(error.to_string().contains(reason), "{error}");
    }
    for pem in [
        "",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nsecret",
        "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
    ] {
        let root = ClientBuilder::new().add_root_certificate(pem);
        let error = flavour.try_build(root).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        let client = ClientBuilder::new().client_certificate(pem);
        let error = flavour.try_build(client).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

fn building_a_client_does_no_network(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));
    drop((client.clone(), client));
    flavour.build(ClientBuilder::new().base_url("https://does-not-exist.test"));
    assert_eq!(gitlab.connections(), 0);
}

fn a_body_may_have_so_many_bytes_and_no_more(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).max_body(1000));
    let list = |length: usize| {
        let body = format!("[{}]", " ".repeat(length - 2));
        let answer = move || Fault::new().times(1).body(body.clone());
        scene.gitlab.inject(answer().chunked());
        scene.gitlab.inject(answer());
        let list = || items!(client, list_project_jobs().id(scene.project)).next();
        [list(), list()]
    };

    assert!(list(1000).iter().all(Option::is_none));
    scene.gitlab.clear_requests();
    for answer in list(1001) {
        let error = answer.unwrap().unwrap_err();
        assert!(error.is_too_large(), "{error:?}");
        assert!(error.to_string().contains("1000 bytes"), "{error}");
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(scene.gitlab.requests().len(), 2);

    // It need not even end.
    scene.gitlab.inject(Fault::new().generated_body(1 << 50));
    assert!(scene.get_job(&client).unwrap_err().is_too_large());
    let error = scene.play_job(&client).unwrap_err();
    assert!(error.is_too_large() && error.attempts() == 1, "{error:?}");
}

fn a_compressed_body_is_measured_as_it_is_inflated(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let zipped = Fault::new().header("content-encoding", "gzip");
    scene.gitlab.inject(zipped.body(MILLION_SPACES));
    for (max_body, fits) in [(10_000, false), (1_000_001, false), (1_000_002, true)] {
        let client = flavour.build(quick(&scene.gitlab).max_body(max_body));
        let first = items!(client, list_project_jobs().id(scene.project)).next();
        match first {
            None => assert!(fits, "{max_body}"),
            Some(entry) => {
                let error = entry.unwrap_err();
                assert!(error.is_too_large() && !fits, "{max_body}: {error:?}");
            }
        }
    }
}

fn an_error_keeps_so_much_of_its_body(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let page = "<p>maintenance</p>".repeat(100);
    for (most, kept) in [(0, 0), (10, 10), (1800, 1800), (1801, 1800)] {
        for status in [200, 503] {
            for fault in [Fault::new(), Fault::new().chunked()] {
                let client = quick(&scene.gitlab).max_attempts(1).max_error_body(most);
                let fault = fault.times(1).status(status).body(page.clone());
                scene.gitlab.inject(fault);
                let error = scene.get_job(&flavour.build(client)).unwrap_err();
                assert_eq!(error.status().unwrap(), status);
                assert_eq!(error.body().unwrap(), &page.as_bytes()[..kept]);
            }
        }
    }
    // It need not even end.
    scene
        .gitlab
        .inject(Fault::new().status(404).generated_body(1 << 50));
    let error = scene.get_job(&scene.client(flavour)).unwrap_err();
    assert_eq!(error.body().unwrap().len(), 64 << 10);
}

fn the_user_agent_is_what_the_server_sees(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.get_job(&scene.client(flavour)).unwrap();
    let own = flavour.build(quick(&scene.gitlab).user_agent("deploy-bot/7 (ops)"));
    scene.get_job(&own).unwrap();

    let requests = scene.gitlab.requests();
    let default = requests[0].header("user-agent").unwrap();
    assert!(default.starts_with("gitlab-jobs/"), "{default}");
    assert_eq!(requests[1].header("user-agent"), Some("deploy-bot/7 (ops)"));
}

/// The fake takes a request for a whole URL as a proxy does, and answers it itself.
fn everything_goes_through_the_proxy(flavour: Flavour) {
    let proxy = Scene::with_job("manual");
    let authority = &proxy.gitlab.url()["http://".len()..];
    let client = flavour.build(
        quick(&proxy.gitlab)
            .base_url("http://gitlab.test:8080/gitlab")
            .proxy(format!("http://user:password@{authority}")),
    );
    let job = include_str!("../../spec/examples/documented/get_job.json");
    proxy.gitlab.inject(Fault::new().body(job));

    proxy.get_job(&client).unwrap();
    proxy.play_job(&client).unwrap();

    let requests = proxy.gitlab.requests();
    let url = format!("http://gitlab.test:8080/gitlab{}", proxy.job_path());
    assert_eq!(requests[0].line(), format!("GET {url}"));
    assert_eq!(requests[1].line(), format!("POST {url}/play"));
    for request in requests {
        assert_eq!(request.header("host"), Some("gitlab.test:8080"));
        assert_eq!(
            request.header("proxy-authorization"),
            Some("Basic dXNlcjpwYXNzd29yZA==")
        );
    }
}

fn a_root_below_a_path_is_kept(flavour: Flavour) {
    let gitlab = FakeGitlab::builder().relative_root("/git/lab").start();
    let project = gitlab.with(|state| {
        let project = state.add_project("group/project");
        state.seed_jobs(project, 3);
        project
    });
    for url in [
        gitlab.url(),
        format!("{}/", gitlab.url()),
        format!("{}/api/v4", gitlab.url()),
        format!(" {}/api/v4/\n", gitlab.url()),
    ] {
        let client = flavour.build(quick(&gitlab).base_url(url));
        let jobs = items!(client, list_project_jobs().id(project).per_page(2));
        assert_eq!(jobs.map(Result::unwrap).count(), 3);
    }
    for request in asked(&gitlab, "list_project_jobs") {
        assert_eq!(
            request.path,
            format!("/git/lab/api/v4/projects/{project}/jobs")
        );
    }
    assert_eq!(gitlab.requests().len(), 8);
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

fn no_adjustment_undoes_the_safety(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("manual"), FakeGitlab::start());
    let careless = retry::for_host("127.0.0.1")
        .no_budget()
        .max_retries_per_request(5)
        .classify_fn(|answer| answer.retryable());
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

fn a_default_header_with_a_credential_is_refused(flavour: Flavour) {
    for name in ["Private-Token", "JOB-TOKEN", "authorization", "Cookie"] {
        let header = (name.parse().unwrap(), "secret".parse().unwrap());
        let headers = HeaderMap::from_iter([header]);
        let builder = ClientBuilder::new().configure_http(|http| http.default_headers(headers));
        let error = flavour.try_build(builder).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
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
    get_job(builder().job_token(scene.gitlab.job(scene.job).token())).unwrap();
    let requests = scene.gitlab.take_requests();
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

/// Runs a test of this binary by itself, in an environment of its own; gives whether it passed, and what it printed.
fn run_alone(test: &str, environment: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&printed).into_owned(),
    )
}

#[test]
fn a_ci_job_needs_no_configuration() {
    let scene = Scene::with_job("running");
    let (url, token) = (scene.gitlab.url(), scene.gitlab.job(scene.job).token());
    let api = format!("{url}/api/v4");
    let ci = [("CI_API_V4_URL", api.as_str()), ("CI_JOB_TOKEN", &token)];
    let own = [
        ("GITLAB_URL", url.as_str()),
        ("GITLAB_TOKEN", MAINTAINER_TOKEN),
    ];

    let (passed, printed) = run_alone("options::in_an_environment_of_its_own", &ci);
    assert!(passed, "{printed}");
    let requests = scene.gitlab.take_requests();
    assert_eq!(requests.len(), 2, "{printed}");
    for request in requests {
        assert_eq!(request.header("job-token"), Some(token.as_str()));
    }

    // A token that was given for the purpose comes first, and is no job token.
    let (passed, printed) = run_alone("options::in_an_environment_of_its_own", &[ci, own].concat());
    assert!(
        !passed && printed.contains("not the job token"),
        "{printed}"
    );
    let requests = scene.gitlab.take_requests();
    assert_eq!(requests[0].header("private-token"), Some(MAINTAINER_TOKEN));

    let (passed, printed) = run_alone("options::in_an_environment_of_its_own", &ci[..1]);
    assert!(
        !passed && printed.contains("CI_JOB_TOKEN is not set"),
        "{printed}"
    );
}

#[test]
#[ignore = "run by `a_ci_job_needs_no_configuration`"]
fn in_an_environment_of_its_own() {
    for flavour in [Flavour::Async, Flavour::Blocking] {
        let client = flavour.build(ClientBuilder::from_env().unwrap_or_else(|e| panic!("{e}")));
        let job = crate::flavour::send!(client, get_job_token_job());
        println!("{}", job.unwrap_or_else(|error| panic!("{error}")).name);
    }
}
