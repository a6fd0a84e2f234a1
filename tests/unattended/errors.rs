//! Errors: nothing that the server said is lost, whatever its form, and each is told once, with what to do about it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fake_gitlab::{Fault, GUEST_TOKEN, OUTSIDER_TOKEN, READ_ONLY_TOKEN};
use gitlab_jobs::reqwest::dns::{Name, Resolve, Resolving};
use gitlab_jobs::types::Job;
use gitlab_jobs::{Error, Response};

use crate::flavour::{Client, Flavour, for_both_clients, items, send};
use crate::scene::{MILLISECOND, Scene, layers, plain_and_direct, quick};

for_both_clients! {
    every_shape_of_body_keeps_what_was_said,
    every_documented_error_has_its_words,
    an_error_whose_body_breaks_off_keeps_its_status,
    an_error_whose_body_trickles_is_told_before_its_end,
    each_predicate_knows_its_error_and_no_other,
    a_token_without_a_job_is_told_as_such,
    an_answer_that_cannot_be_decoded_tells_where,
    a_page_of_a_proxy_is_no_job,
    each_layer_is_told_once,
}

/// Content type, body, and the words in it.
type Shape = (&'static str, &'static [u8], Option<&'static str>);

const SHAPES: [Shape; 20] = [
    (
        "application/json",
        br#"{"message": "404 Not found"}"#,
        Some("404 Not found"),
    ),
    (
        "application/json",
        br#"{"message": {"name": ["is too long", "is taken"]}}"#,
        Some("name is too long, is taken"),
    ),
    (
        "application/json",
        br#"{"message": {"error": "no\n more"}}"#,
        Some("no more"),
    ),
    (
        "application/json",
        br#"{"error": "404 Not Found"}"#,
        Some("404 Not Found"),
    ),
    (
        "application/json",
        br#"{"error": "invalid_token", "error_description": "Expired.", "scope": "api"}"#,
        Some("invalid_token: Expired."),
    ),
    (
        "application/json; charset=utf-8",
        br#"{"message":"x"}"#,
        Some("x"),
    ),
    (
        "text/html",
        br#"{"message":"mislabelled"}"#,
        Some("mislabelled"),
    ),
    ("text/plain", b"Retry later\n", Some("Retry later")),
    (
        "text/plain; charset=utf-8",
        "später".as_bytes(),
        Some("später"),
    ),
    ("text/html", b"<html><h1>502 Bad Gateway</h1></html>", None),
    ("text/plain", b"<html>502</html>", None),
    ("text/plain", b"\xff\xfe", None),
    ("application/json", b"", None),
    ("text/plain", b"", None),
    ("application/json", b"{}", None),
    ("application/json", b"{\"message\": \"40", None),
    ("application/json", b"null", None),
    ("application/json", b"[1, 2]", None),
    ("application/json", br#"{"message": null}"#, None),
    ("image/png", b"\x89PNG\r\n\x1a\n", None),
];

fn every_shape_of_body_keeps_what_was_said(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client_without_retries(flavour);
    for (content_type, body, words) in SHAPES {
        for status in [400, 404, 422, 429, 500, 502] {
            let answer = Fault::new().status(status).body(body).times(2);
            let answer = answer.header("content-type", content_type);
            let answer = answer
                .header("x-request-id", "01HXYZ")
                .header("x-more", "é");
            scene.gitlab.inject(answer);
            for error in [scene.get_job(&client), scene.play_job(&client)] {
                let error = error.unwrap_err();
                assert_eq!(error.status().unwrap(), status);
                assert_eq!(error.body().unwrap(), body);
                assert_eq!(error.message(), words);
                assert_eq!(error.request_id(), Some("01HXYZ"));
                let headers = error.headers().unwrap();
                assert_eq!(headers["content-type"], content_type);
                assert_eq!(headers["x-more"].as_bytes(), "é".as_bytes());
                assert_eq!(error.attempts(), 1);

                let told = error.to_string();
                assert!(told.contains(&status.to_string()), "{told}");
                assert!(told.contains("01HXYZ"), "{told}");
                assert!(words.is_none_or(|words| told.contains(words)), "{told}");
                assert_eq!(told.lines().count(), 1, "{told}");
            }
        }
    }
}

fn every_documented_error_has_its_words(flavour: Flavour) {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/examples/additional");
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    let mut found = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("error_") {
            continue;
        }
        found += 1;
        let body = std::fs::read(&path).unwrap();
        scene
            .gitlab
            .inject(Fault::new().times(1).status(400).body(body.clone()));
        let error = scene.get_job(&client).unwrap_err();
        assert!(error.message().is_some(), "{name}");
        assert_eq!(error.body().unwrap(), body, "{name}");
    }
    assert!(found > 5);
}

fn an_error_whose_body_breaks_off_keeps_its_status(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let builder = quick(&scene.gitlab).idle_timeout(600 * MILLISECOND);
    let client = flavour.build(builder);
    for broken in [
        Fault::new().cut_after(9),
        Fault::new().chunked().cut_after(9),
        Fault::new().stall_after(9),
    ] {
        let body = r#"{"message": "403 Forbidden"}"#;
        scene.gitlab.inject(broken.times(1).status(403).body(body));
        let error = scene.play_job(&client).unwrap_err();
        assert!(error.is_forbidden(), "{error:?}");
        assert_eq!(error.body().unwrap(), &body.as_bytes()[..9]);
    }
}

fn an_error_whose_body_trickles_is_told_before_its_end(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let builder = quick(&scene.gitlab).max_attempts(1);
    let client = flavour.build(builder.idle_timeout(300 * MILLISECOND));
    // An hour of a proxy's page, a byte at a time.
    let page = Fault::new().status(502).body(vec![b'x'; 72_000]);
    scene.gitlab.inject(page.trickle(1, 20 * MILLISECOND));
    let began = Instant::now();
    for error in [scene.get_job(&client), scene.play_job(&client)] {
        let error = error.unwrap_err();
        assert!(error.is_server_error(), "{error:?}");
        assert!(error.body().unwrap().starts_with(b"x"));
    }
    assert!(began.elapsed() < Duration::from_secs(60));
}

/// All predicates, by name.
const PREDICATES: [(&str, fn(&Error) -> bool); 14] = [
    ("status", Error::is_status),
    ("unauthorized", Error::is_unauthorized),
    ("forbidden", Error::is_forbidden),
    ("not_found", Error::is_not_found),
    ("conflict", Error::is_conflict),
    ("rate_limited", Error::is_rate_limited),
    ("server_error", Error::is_server_error),
    ("timeout", Error::is_timeout),
    ("connect", Error::is_connect),
    ("transport", Error::is_transport),
    ("decode", Error::is_decode),
    ("too_large", Error::is_too_large),
    ("redirect", Error::is_redirect),
    ("invalid", Error::is_invalid),
];

fn true_of(error: &Error) -> Vec<&'static str> {
    let found = PREDICATES.iter().filter(|(_, holds)| holds(error));
    found.map(|(name, _)| *name).collect()
}

fn each_predicate_knows_its_error_and_no_other(flavour: Flavour) {
    let scene = Scene::with_job("failed");
    let (project, job) = (scene.project, scene.job);
    scene.gitlab.with(|state| {
        state.job_mut(job).set_size_refreshing(true);
    });
    let quick = || quick(&scene.gitlab).max_attempts(1).max_body(9000);
    let client = flavour.build(quick());
    let impatient = flavour.build(quick().idle_timeout(100 * MILLISECOND));
    let with = |token: &str| flavour.build(quick().private_token(token));
    let closed = flavour.build(quick().base_url("http://127.0.0.1:1"));
    let get = |fault: Fault, client: &Client| {
        scene.gitlab.inject(fault.times(1));
        scene.get_job(client).unwrap_err()
    };
    let refused = |answer: Result<Response<Job>, Error>| answer.unwrap_err();

    for (error, expected) in [
        (
            refused(scene.get_job(&with("unknown"))),
            &["status", "unauthorized"][..],
        ),
        (
            refused(scene.retry_job(&with(GUEST_TOKEN))),
            &["status", "forbidden"],
        ),
        (
            refused(scene.retry_job(&with(READ_ONLY_TOKEN))),
            &["status", "forbidden"],
        ),
        (
            refused(scene.get_job(&with(OUTSIDER_TOKEN))),
            &["status", "not_found"],
        ),
        (
            refused(send!(client, erase_job().id(project).job_id(job))),
            &["status", "conflict"],
        ),
        (
            get(Fault::new().too_many_requests(), &client),
            &["status", "rate_limited"],
        ),
        (
            get(Fault::new().bad_gateway(), &client),
            &["status", "server_error"],
        ),
        (get(Fault::new().status(418), &client), &["status"]),
        (get(Fault::new().stall_after(1), &impatient), &["timeout"]),
        (refused(scene.get_job(&closed)), &["connect"]),
        (get(Fault::new().cut_after(1), &client), &["transport"]),
        (get(Fault::new().body("{}"), &client), &["decode"]),
        (
            get(Fault::new().body(vec![b' '; 9001]), &client),
            &["too_large"],
        ),
        (refused(send!(client, get_job().id(project))), &["invalid"]),
        (
            refused(send!(client, get_job().id("/").job_id(1))),
            &["invalid"],
        ),
    ] {
        assert_eq!(true_of(&error), expected, "{error:?}");
        let sent = u32::from(!error.is_invalid());
        assert_eq!(error.attempts(), sent, "{error:?}");
    }
    scene
        .gitlab
        .inject(Fault::new().redirect(302, "/api/v4/job"));
    let error = scene.play_job(&client).unwrap_err();
    assert_eq!(true_of(&error), ["redirect"]);
}

fn a_token_without_a_job_is_told_as_such(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let errors = [
        send!(client, get_job_token_job()).unwrap_err(),
        send!(client, get_allowed_agents()).unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_not_found(), "{error:?}");
        let told = error.to_string();
        assert!(
            told.contains("not the job token of a running job"),
            "{told}"
        );
    }
    // 404 says so nowhere else, and no other status says so here.
    let error = send!(client, get_job().id(scene.project).job_id(1)).unwrap_err();
    assert!(!error.to_string().contains("token"), "{error}");
    scene.gitlab.inject(Fault::new().status(403));
    let error = send!(client, get_job_token_job()).unwrap_err();
    assert!(!error.to_string().contains("token of a"), "{error}");
}

fn an_answer_that_cannot_be_decoded_tells_where(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let jobs = include_str!("../../spec/examples/documented/list_project_jobs.json");
    let jobs = serde_json::from_str::<serde_json::Value>(jobs).unwrap();
    let cases: [(&str, serde_json::Value, &str, &str); 4] = [
        ("/1/user/id", "x".into(), "[1].user.id", "expected u64"),
        ("/0/status", 7.into(), "[0].status", "expected a string"),
        (
            "/1/commit/created_at",
            "soon".into(),
            "[1].commit.created_at",
            "",
        ),
        ("/1/id", (-1).into(), "[1].id", "u64"),
    ];
    for (pointer, value, path, reason) in cases {
        let mut body = jobs.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        let body = body.to_string();
        scene
            .gitlab
            .inject(Fault::new().times(1).body(body.clone()));

        let mut list = items!(client, list_project_jobs().id(scene.project));
        let error = list.next().unwrap().unwrap_err();

        assert!(error.is_decode(), "{error:?}");
        assert_eq!(error.decode_path(), Some(path));
        assert_eq!(error.operation_id(), Some("list_project_jobs"));
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body().unwrap(), body.as_bytes());
        assert_eq!(error.attempts(), 1);
        let request_id = error.request_id().unwrap();
        let told = error.to_string();
        for part in [path, "list_project_jobs", "200", request_id] {
            assert!(told.contains(part), "{told}");
        }
        assert!(layers(&error)[1].contains(reason), "{error:?}");
        assert_eq!(scene.gitlab.take_requests().len(), 1);
    }
}

fn a_page_of_a_proxy_is_no_job(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    for (status, body) in [
        (200, &b"<html>Sign in</html>"[..]),
        (200, b""),
        (204, b""),
        (200, b"{\"id\": 1, \"na"),
        (200, b"{\"id\": \"\xff\"}"),
        (200, b"[]"),
    ] {
        let page = Fault::new().times(2).status(status).body(body);
        scene.gitlab.inject(page);
        for error in [scene.get_job(&client), scene.play_job(&client)] {
            let error = error.unwrap_err();
            assert!(error.is_decode(), "{error:?}");
            assert!(error.decode_path().is_some());
            assert_eq!(error.body().unwrap(), body);
            assert_eq!(error.message(), None);
        }
        assert_eq!(scene.gitlab.take_requests().len(), 2);
    }
}

/// A name server that knows no name.
struct NoSuchName;

impl Resolve for NoSuchName {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::ready(Err("no such name".into())))
    }
}

fn each_layer_is_told_once(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let quick = || {
        let builder = quick(&scene.gitlab).max_attempts(1).max_body(9000);
        builder.idle_timeout(200 * MILLISECOND)
    };
    let client = flavour.build(quick());
    let closed = flavour.build(quick().base_url("http://127.0.0.1:1"));
    let nowhere = quick()
        .base_url("http://does-not-exist.invalid")
        .configure_http(|http| plain_and_direct(http).dns_resolver(Arc::new(NoSuchName)));
    let nowhere = flavour.build(nowhere);
    let mut errors = vec![
        scene.get_job(&closed).unwrap_err(),
        scene.get_job(&nowhere).unwrap_err(),
        send!(client, get_job().id("a//b").job_id(1)).unwrap_err(),
        flavour.try_build(quick().base_url("http://[")).unwrap_err(),
        flavour.try_build(quick().user_agent("\n")).unwrap_err(),
        flavour
            .try_build(quick().add_root_certificate("x"))
            .unwrap_err(),
    ];
    for fault in [
        Fault::new().status(403),
        Fault::new().stall_after(1),
        Fault::new().delay(Duration::from_secs(60)),
        Fault::new().cut_after(1),
        Fault::new().reset_before_answer(),
        Fault::new().chunked().cut_after(1),
        Fault::new()
            .header("content-encoding", "gzip")
            .body("plain"),
        Fault::new().body("{\"id\": true}"),
        Fault::new().body(b"\xff".to_vec()),
    ] {
        scene.gitlab.inject(fault.times(1));
        errors.push(scene.get_job(&client).unwrap_err());
    }
    for error in errors {
        let layers = layers(&error);
        for (outer, inner) in layers.iter().zip(&layers[1..]) {
            assert!(!outer.contains(inner.as_str()), "{layers:#?}");
        }
        let different = layers.iter().collect::<BTreeSet<_>>();
        assert_eq!(different.len(), layers.len(), "{layers:#?}");
    }
}
