//! A token is sent to the origin of the base URL only: neither redirects nor `Link` headers take it elsewhere.

mod kinds;
mod secrets;
mod sources_that_call;
pub(crate) mod token_files;
mod token_sources;

use std::net::SocketAddr;

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN, RecordedRequest};
use gitlab_jobs::{ClientBuilder, TokenKind, reqwest};

use crate::flavour::{Flavour, for_one_client, items, send};
use crate::scene::{Scene, layers, plain_and_direct, quick, requests_of};
use crate::telemetry::traced;

for_one_client! {
    a_redirect_to_another_port_drops_credentials,
    a_redirect_to_another_host_drops_credentials,
    a_redirect_of_a_log_drops_credentials,
    a_redirect_back_does_not_restore_credentials,
    a_redirect_within_the_origin_keeps_the_credential,
    default_headers_are_not_sent_to_another_origin,
    a_secret_header_goes_to_the_origin_only_and_is_never_shown,
    only_the_header_of_the_token_cannot_be_a_secret_header,
    a_user_name_in_a_location_is_not_sent,
    the_number_of_redirects_is_limited,
    an_unusable_location_is_reported_with_its_response,
    a_link_to_another_origin_is_requested_from_the_base_url,
    a_post_is_not_redirected,
}

const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// A kind of token: the setter, the name of the header, and the prefix of its value.
type Kind = (
    fn(ClientBuilder, String) -> ClientBuilder,
    &'static str,
    &'static str,
);

const KINDS: [Kind; 3] = [
    (ClientBuilder::private_token, "private-token", ""),
    (ClientBuilder::job_token, "job-token", ""),
    (ClientBuilder::bearer_token, "authorization", "Bearer "),
];

const CREDENTIAL_HEADERS: [&str; 5] = [
    "private-token",
    "job-token",
    "authorization",
    "proxy-authorization",
    "cookie",
];

/// The headers of a request that carry a credential.
fn credentials(request: &RecordedRequest) -> Vec<(&'static str, String)> {
    let found = CREDENTIAL_HEADERS.into_iter().filter_map(|name| {
        let value = request.headers.get(name)?;
        Some((name, String::from_utf8_lossy(value.as_bytes()).into_owned()))
    });
    found.collect()
}

/// Asserts that a request carries no credential.
fn assert_bare(request: &RecordedRequest, token: &str) {
    assert_eq!(credentials(request), [], "{}", request.line());
    let shown = format!("{request:?}");
    assert!(!shown.contains(token), "{shown}");
}

fn a_redirect_to_another_port_drops_credentials(flavour: Flavour) {
    for (set, header, prefix) in KINDS {
        let (home, elsewhere) = (Scene::with_job("running"), Scene::with_job("running"));
        let client = flavour.build(set(quick(&home.gitlab), MAINTAINER_TOKEN.to_owned()));
        let job = include_str!("../../spec/examples/documented/get_job.json");
        elsewhere.gitlab.inject(Fault::new().body(job));
        for status in REDIRECTS {
            let location = format!("{}{}", elsewhere.gitlab.url(), elsewhere.job_path());
            home.gitlab
                .inject(Fault::new().times(1).redirect(status, &location));

            let job = home.get_job(&client).unwrap();

            assert_eq!((job.id, job.attempts()), (8, 1));
            let expected = [(header, format!("{prefix}{MAINTAINER_TOKEN}"))];
            assert_eq!(credentials(&home.gitlab.take_requests()[0]), expected);
            let requests = elsewhere.gitlab.take_requests();
            assert_eq!(requests.len(), 1, "{status}");
            assert_bare(&requests[0], MAINTAINER_TOKEN);
        }
    }
}

/// The same server under two names, one of which is in the base URL.
fn a_redirect_to_another_host_drops_credentials(flavour: Flavour) {
    for name in ["elsewhere.test", "gitlab.test.elsewhere.test", "gitlab.tes"] {
        let scene = Scene::with_job("running");
        let address: SocketAddr = scene.gitlab.url()["http://".len()..].parse().unwrap();
        let resolve = move |http: reqwest::ClientBuilder| {
            let http = plain_and_direct(http);
            http.resolve("gitlab.test", address).resolve(name, address)
        };
        let base = format!("http://gitlab.test:{}", address.port());
        let client = flavour.build(quick(&scene.gitlab).base_url(base).configure_http(resolve));
        let location = format!("http://{name}:{}{}", address.port(), scene.job_path());
        scene
            .gitlab
            .inject(Fault::new().times(1).redirect(302, &location));

        let error = scene.get_job(&client).unwrap_err();

        assert!(error.is_unauthorized(), "{error}");
        let requests = scene.gitlab.requests();
        assert_eq!(requests.len(), 2, "{name}");
        assert_eq!(credentials(&requests[0]).len(), 1);
        assert!(requests[1].header("host").unwrap().starts_with(name));
        assert_bare(&requests[1], MAINTAINER_TOKEN);
    }
}

fn a_redirect_of_a_log_drops_credentials(flavour: Flavour) {
    let (home, store) = (Scene::with_job("success"), FakeGitlab::start());
    let location = format!("{}/log?X-Signature=abc", store.url());
    home.gitlab.inject(Fault::new().redirect(302, &location));
    store.inject(Fault::new().times(1).body("from the store"));
    let client = home.client(flavour);

    let log = client.log(home.project, home.job).unwrap().into_inner();
    let log = log.collect::<Result<Vec<_>, _>>().unwrap().concat();

    assert_eq!(log, b"from the store");
    assert_eq!(store.requests()[0].target, "/log?X-Signature=abc");
    assert_bare(&store.requests()[0], MAINTAINER_TOKEN);

    // The signature is a credential too, though not ours.
    let refused = client.log(home.project, home.job).unwrap_err();
    assert_eq!(refused.status().unwrap(), 404, "{refused}");
    store.inject(Fault::new().reset_before_response());
    let broken = client.log(home.project, home.job).unwrap_err();
    assert!(broken.is_transport(), "{broken}");
    for error in [refused, broken] {
        let shown = format!("{error} {error:?} {:?}", layers(&error));
        assert!(!shown.contains("abc"), "{shown}");
    }
}

fn a_redirect_back_does_not_restore_credentials(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    let there = format!("{}/detour", elsewhere.url());
    let back = format!("{}{}", home.gitlab.url(), home.job_path());
    home.gitlab
        .inject(Fault::new().times(1).redirect(302, &there));
    elsewhere.inject(Fault::new().redirect(302, &back));

    let error = home.get_job(&home.client(flavour)).unwrap_err();

    assert!(error.is_unauthorized(), "{error}");
    let requests = home.gitlab.requests();
    assert_eq!(requests.len(), 2);
    assert_bare(&requests[1], MAINTAINER_TOKEN);
}

fn a_redirect_within_the_origin_keeps_the_credential(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let path = scene.job_path();
    for location in [path.clone(), format!("{}{path}", scene.gitlab.url())] {
        scene
            .gitlab
            .inject(Fault::new().path("old").times(1).redirect(301, &location));

        let job = send!(client, get_job("group/old", 1)).unwrap();

        assert_eq!(job.id, scene.job);
        let requests = scene.gitlab.take_requests();
        assert_eq!(requests.len(), 2);
        assert_eq!(credentials(&requests[0]), credentials(&requests[1]));
        assert_eq!(requests[1].header("private-token"), Some(MAINTAINER_TOKEN));
    }
}

fn default_headers_are_not_sent_to_another_origin(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    let builder = quick(&home.gitlab)
        .default_header("X-Team", "operators")
        .default_header("X-Team", "deployers");
    let client = flavour.build(builder);
    home.get_job(&client).unwrap();
    home.play_job(&client).unwrap_err();
    let away = format!("{}/elsewhere", elsewhere.url());
    home.gitlab
        .inject(Fault::new().times(1).redirect(302, &away));
    home.get_job(&client).unwrap_err();

    let requests = home.gitlab.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.header("x-team"), Some("deployers"));
    }
    let requests = elsewhere.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("x-team"), None);
}

fn a_secret_header_goes_to_the_origin_only_and_is_never_shown(flavour: Flavour) {
    const BASIC: &str = "dXNlcjpwYXNzd29yZA==";
    const COOKIE: &str = "0123456789abcdef";
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    let builder = quick(&home.gitlab)
        .max_attempts(1)
        .secret_header("Authorization", format!("Basic {BASIC}"))
        .secret_header("Cookie", format!("first=1; session={COOKIE}"));
    let mut shown = format!("{builder:?}");
    let client = flavour.build(builder);
    home.get_job(&client).unwrap();
    let away = format!("{}/elsewhere", elsewhere.url());
    home.gitlab
        .inject(Fault::new().times(1).redirect(302, &away));
    home.get_job(&client).unwrap_err();
    let request = &home.gitlab.requests()[0];
    assert_eq!(
        request.header("authorization"),
        Some(format!("Basic {BASIC}").as_str())
    );
    assert_eq!(request.header("private-token"), Some(MAINTAINER_TOKEN));
    assert_bare(&elsewhere.requests()[0], BASIC);
    assert_bare(&elsewhere.requests()[0], COOKIE);

    for secret in [BASIC, COOKIE] {
        let fault = Fault::new()
            .times(1)
            .status(403)
            .header("x-request-id", secret)
            .body(format!(r#"{{"message": "{secret} is wrong"}}"#));
        home.gitlab.inject(fault);
        let trace = traced(|| {
            let error = home.get_job(&client).unwrap_err();
            assert_eq!(error.message(), Some("[REDACTED] is wrong"));
            shown += &format!("{error} {error:#} {error:?} {:?}", error.headers());
        });
        shown += &trace;
    }
    shown += &format!("{client:?}");
    for secret in [BASIC, COOKIE] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn only_the_header_of_the_token_cannot_be_a_secret_header(flavour: Flavour) {
    type Set = fn(ClientBuilder) -> ClientBuilder;
    let tokens: [(&str, Set); 3] = [
        ("Private-Token", |builder| builder.private_token("glpat-x")),
        ("Job-Token", |builder| builder.job_token("glcbt-x")),
        ("Authorization", |builder| builder.bearer_token("glpat-x")),
    ];
    for (own, set) in tokens {
        for name in tokens.map(|(name, _)| name) {
            let builder = set(ClientBuilder::new()).secret_header(name, "hunter2");
            let built = flavour.try_build(builder);
            assert_eq!(built.is_err(), name == own, "{name} {own}");
        }
        for name in [
            "Host",
            "Range",
            "Accept",
            "Proxy-Authorization",
            "TE",
            "a b",
        ] {
            let builder = set(ClientBuilder::new()).secret_header(name, "hunter2");
            let error = flavour.try_build(builder).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(error.is_invalid() && shown.contains(name), "{shown}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
    let builder = ClientBuilder::new().secret_header("Authorization", "Basic x");
    let client = flavour.build(builder);
    let error = client.with_token(TokenKind::Bearer, "glpat-x").unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    client.with_token(TokenKind::Private, "glpat-x").unwrap();
}

fn a_user_name_in_a_location_is_not_sent(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    let port = elsewhere.url().rsplit(':').next().unwrap().to_owned();
    let location = format!("http://user:password@127.0.0.1:{port}/x");
    home.gitlab.inject(Fault::new().redirect(307, &location));

    home.get_job(&home.client(flavour)).unwrap_err();

    assert_bare(&elsewhere.requests()[0], "password");
}

fn the_number_of_redirects_is_limited(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene
        .gitlab
        .inject(Fault::new().redirect(302, &scene.job_path()));

    let error = scene.get_job(&scene.client(flavour)).unwrap_err();

    assert!(error.is_redirect(), "{error}");
    assert!(error.to_string().contains("too many redirects"), "{error}");
    assert_eq!(scene.gitlab.requests().len(), 6);
}

fn an_unusable_location_is_reported_with_its_response(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for location in ["file:///etc/passwd", "http://[", "javascript:0"] {
        scene
            .gitlab
            .inject(Fault::new().times(1).redirect(302, location));

        let error = scene.get_job(&client).unwrap_err();

        assert_eq!(error.status().unwrap(), 302, "{error}");
        assert_eq!(scene.gitlab.take_requests().len(), 1, "{location}");
    }
    let without_location = Fault::new().times(1).status(302);
    scene.gitlab.inject(without_location);
    assert_eq!(scene.get_job(&client).unwrap_err().status().unwrap(), 302);
}

fn a_link_to_another_origin_is_requested_from_the_base_url(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    home.gitlab.with(|state| {
        state.seed_jobs(home.project, 6);
        state.settings.external_url = Some(elsewhere.url());
    });
    let client = home.client(flavour);
    let (project, pipeline) = (home.project, home.pipeline);
    let keyset = items!(client, list_project_jobs(project).per_page(2)).count();
    let offset = items!(
        client,
        list_project_jobs(project).per_page(2).pagination("offset")
    );
    let pages = 4;

    assert_eq!((keyset, offset.count()), (7, 7));
    let requests = requests_of(&home.gitlab, "list_project_jobs");
    assert_eq!(requests.len(), 2 * pages);
    for request in requests {
        assert_eq!(request.header("private-token"), Some(MAINTAINER_TOKEN));
    }
    let bridges = items!(client, list_pipeline_bridges(project, pipeline));
    assert_eq!(bridges.count(), 0);
    assert!(elsewhere.requests().is_empty());
}

fn a_post_is_not_redirected(flavour: Flavour) {
    for status in REDIRECTS {
        for away in [true, false] {
            let (home, elsewhere) = (Scene::with_job("manual"), FakeGitlab::start());
            let root = if away {
                elsewhere.url()
            } else {
                home.gitlab.url()
            };
            let target = format!("{root}/api/v4/projects/7/jobs/8/play");
            home.gitlab.inject(
                Fault::new()
                    .times(1)
                    .redirect(status, &format!("{target}?token=secret")),
            );

            let error = home.play_job(&home.client(flavour)).unwrap_err();

            assert!(error.is_redirect(), "{error}");
            assert_eq!(error.redirect_target(), Some(target.as_str()));
            assert_eq!(error.status().unwrap(), status);
            assert!(error.message().unwrap().contains("moved"), "{error}");
            let requests = home.gitlab.requests();
            assert_eq!(requests.len(), 1, "{status}");
            assert_eq!(requests[0].method, "POST");
            assert!(elsewhere.requests().is_empty());
            assert_eq!(home.gitlab.job(home.job).status(), "manual");
        }
    }
}
