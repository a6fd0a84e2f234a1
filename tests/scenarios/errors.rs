//! Errors keep the server's message, whatever its form.

mod context;
mod decoding;
mod layers;
mod predicates;
mod refusals;
mod verdicts;

use std::time::{Duration, Instant};

use fake_gitlab::Fault;

use crate::flavour::{Flavour, for_one_client};
use crate::scene::{MILLISECOND, Scene, quick};

for_one_client! {
    every_shape_of_body_keeps_its_message,
    an_error_with_an_incomplete_body_keeps_its_status,
    a_success_with_an_incomplete_body_keeps_its_head,
    an_error_with_a_slow_body_is_reported_before_its_end,
}

/// Content type, body, and the message in it.
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

fn every_shape_of_body_keeps_its_message(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client_without_retries(flavour);
    for (content_type, body, words) in SHAPES {
        for status in [400, 404, 422, 429, 500, 502] {
            let response = Fault::new().status(status).body(body).times(2);
            let response = response.header("content-type", content_type);
            let response = response
                .header("x-request-id", "01HXYZ")
                .header("x-more", "é");
            scene.gitlab.inject(response);
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

                let shown = error.to_string();
                assert!(shown.contains(&status.to_string()), "{shown}");
                assert!(shown.contains("01HXYZ"), "{shown}");
                assert!(words.is_none_or(|words| shown.contains(words)), "{shown}");
                assert_eq!(shown.lines().count(), 1, "{shown}");
            }
        }
    }
}

fn an_error_with_an_incomplete_body_keeps_its_status(flavour: Flavour) {
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

fn a_success_with_an_incomplete_body_keeps_its_head(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    for broken in [
        Fault::new().cut_after(9),
        Fault::new().chunked().cut_after(9),
    ] {
        scene.gitlab.inject(broken.times(1));
        let error = scene.get_job(&client).unwrap_err();
        assert!(error.is_transport() && !error.is_status(), "{error:?}");
        assert_eq!(error.status().unwrap(), 200);
        assert!(error.request_id().unwrap().starts_with("01FAKE"));
        assert_eq!(error.body().unwrap().len(), 9);
        assert_eq!(error.message(), None);
    }
}

fn an_error_with_a_slow_body_is_reported_before_its_end(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let builder = quick(&scene.gitlab).max_attempts(1);
    let client = flavour.build(builder.idle_timeout(300 * MILLISECOND));
    // A proxy's page that takes an hour, one byte at a time.
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
