//! Secrets are never shown: not by the client, nor by the values it returns, nor by any error.

use std::collections::HashMap;
use std::time::Duration;

use fake_gitlab::{Fault, GUEST_TOKEN, MAINTAINER_TOKEN};
use gitlab_jobs::{ClientBuilder, Error, Method, TokenKind};

use crate::credentials::token_files::{file_with, write};
use crate::flavour::{Client, Flavour, RUNTIME, for_one_client, items, pages, send};
use crate::scene::{MILLISECOND, Scene, quick};
use tempfile::NamedTempFile;

for_one_client! {
    no_error_shows_the_token,
    no_error_shows_a_token_that_the_server_repeats,
    no_error_shows_a_token_in_the_host_of_a_redirect,
    no_error_shows_a_token_that_is_cut_off,
    no_error_shows_a_token_at_the_end_of_a_long_message,
    no_error_shows_a_token_at_the_end_of_a_long_path,
    a_list_does_not_show_the_query_that_the_server_chose,
    lists_logs_responses_and_builders_do_not_show_the_token,
    a_builder_and_its_errors_show_no_secret,
    the_password_of_a_proxy_is_never_shown,
    the_value_of_a_variable_is_not_shown,
}

/// Everything that a program could print of an error, also after conversion to an `io::Error`.
fn all_that_is_shown(error: Error) -> String {
    let mut shown = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        shown += &format!("\n{error}\n{error:?}\n{error:#?}");
        source = error.source();
    }
    let error = std::io::Error::from(error);
    shown + &format!("\n{error}\n{error:?}")
}

/// A failure: its name, the fault, and the predicate of the error.
type Failure = (&'static str, fn() -> Fault, fn(&Error) -> bool);

const FAILURES: [Failure; 8] = [
    ("401", || Fault::new().status(401), Error::is_unauthorized),
    ("502", || Fault::new().bad_gateway(), Error::is_server_error),
    (
        "a reset",
        || Fault::new().reset_before_response(),
        Error::is_transport,
    ),
    (
        "a cut",
        || Fault::new().body("{}").cut_after(1),
        Error::is_transport,
    ),
    (
        "a stall",
        || Fault::new().body("{}").stall_after(1),
        Error::is_timeout,
    ),
    ("not JSON", || Fault::new().body("<html>"), Error::is_decode),
    (
        "a large body",
        || Fault::new().body(vec![b' '; 9000]),
        Error::is_too_large,
    ),
    (
        "a redirect",
        || Fault::new().redirect(302, "/api/v4/job"),
        Error::is_redirect,
    ),
];

fn no_error_shows_the_token(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let tokens = [
        ClientBuilder::private_token,
        ClientBuilder::job_token,
        ClientBuilder::bearer_token,
    ];
    for set in tokens {
        let options = || {
            set(quick(&scene.gitlab), GUEST_TOKEN.to_owned())
                .max_attempts(1)
                .max_body(8000)
        };
        let client = flavour.build(options());
        let impatient = flavour.build(options().idle_timeout(100 * MILLISECOND));
        for (name, fault, is_of_its_kind) in FAILURES {
            scene.gitlab.clear_faults();
            scene.gitlab.inject(fault());
            let client = if name == "a stall" {
                &impatient
            } else {
                &client
            };
            let error = scene.get_job(client).unwrap_err();
            assert!(is_of_its_kind(&error), "{name}: {error:?}");
            let shown = all_that_is_shown(error);
            assert!(!shown.contains(GUEST_TOKEN), "{name}: {shown}");
        }

        scene.gitlab.clear_faults();
        let deadline = send!(
            client,
            wait_for_job(scene.project, scene.job).deadline(Duration::ZERO)
        );
        let closed = flavour.build(options().base_url("http://127.0.0.1:1"));
        for error in [
            deadline.unwrap_err(),
            scene.get_job(&closed).unwrap_err(),
            send!(client, get_job("a/..", 1)).unwrap_err(),
            flavour.try_build(options().max_attempts(0)).unwrap_err(),
        ] {
            let shown = all_that_is_shown(error);
            assert!(!shown.contains(GUEST_TOKEN), "{shown}");
        }
    }
}

fn no_error_shows_a_token_that_the_server_repeats(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let token = GUEST_TOKEN;
    let file = file_with(token);
    let kinds: [fn(ClientBuilder, &NamedTempFile) -> ClientBuilder; 4] = [
        |builder, _| builder.private_token(GUEST_TOKEN),
        |builder, _| builder.bearer_token(GUEST_TOKEN),
        |builder, file| builder.token_file(TokenKind::Private, file.path()),
        |builder, _| builder.token_source(TokenKind::Job, || async { Ok::<_, Error>(GUEST_TOKEN) }),
    ];
    for set in kinds {
        let client = flavour.build(set(quick(&scene.gitlab), &file).max_attempts(1));
        let message = format!(r#"{{"message": "the token {token} is wrong"}}"#);
        for fault in [
            Fault::new().status(401).body(message.clone()),
            Fault::new().status(500).body(format!("<h1>{token}</h1>")),
            Fault::new().status(403).header("x-request-id", token),
            Fault::new().body(format!(r#"{{"id": "{token}"}}"#)),
            Fault::new().body(format!(
                r#"{{"id": 1, "user": {{"{token}": 1}}, "name": 1}}"#
            )),
            Fault::new().redirect(302, &format!("/api/v4/{token}")),
        ] {
            scene.gitlab.inject(fault.times(1));
            let error = match scene.play_job(&client) {
                Err(error) => error,
                Ok(job) => panic!("{job:?}"),
            };
            let mut kept = format!("{:?} {:?}", error.message(), error.headers());
            kept += &String::from_utf8_lossy(error.body().unwrap());
            kept += error.redirect_target().unwrap_or_default();
            let shown = all_that_is_shown(error);
            assert!(
                !shown.contains(token) && !kept.contains(token),
                "{shown} {kept}"
            );
            assert!(kept.contains("[REDACTED]"), "{kept}");
        }
    }
    // The rejected token is as secret as its replacement.
    let old = GUEST_TOKEN.to_owned() + "-of-yesterday";
    write(&file, &old);
    let client = flavour.build(quick(&scene.gitlab).token_file(TokenKind::Private, file.path()));
    scene
        .gitlab
        .on_request(move |_, _| write(&file, GUEST_TOKEN));
    let message = format!(r#"{{"message": "neither {old} nor {token}"}}"#);
    scene.gitlab.inject(Fault::new().status(401).body(message));
    let error = scene.get_job(&client).unwrap_err();
    assert_eq!(
        scene
            .gitlab
            .take_requests()
            .last()
            .unwrap()
            .header("private-token"),
        Some(token)
    );
    assert_eq!(error.message(), Some("neither [REDACTED] nor [REDACTED]"));
}

fn no_error_shows_a_token_in_the_host_of_a_redirect(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let token = "glpat-Upper-and-lower";
    let location = format!("http://{token}.invalid:81/");
    scene.gitlab.inject(Fault::new().redirect(302, &location));
    let builder = quick(&scene.gitlab).private_token(token);
    let client = flavour.build(builder.max_attempts(1));

    let (read, played) = (scene.get_job(&client), scene.play_job(&client));

    assert!(read.as_ref().unwrap_err().is_connect(), "{read:?}");
    for error in [read.unwrap_err(), played.unwrap_err()] {
        let target = error.redirect_target().unwrap_or_default().to_owned();
        let shown = target + &all_that_is_shown(error);
        assert!(shown.contains("[REDACTED].invalid:81"), "{shown}");
        let token = token.to_ascii_lowercase();
        assert!(!shown.to_ascii_lowercase().contains(&token), "{shown}");
    }
}

/// The tests of truncated texts look for all of the token except its last character.
const ALMOST: &str = GUEST_TOKEN.split_at(GUEST_TOKEN.len() - 1).0;

#[track_caller]
fn assert_not_even_almost_shown(error: Error) {
    let mut kept = format!("{:?} {:?}", error.message(), error.decode_path());
    kept += &all_that_is_shown(error);
    assert!(!kept.contains(ALMOST), "{kept}");
}

fn no_error_shows_a_token_that_is_cut_off(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let builder = || {
        quick(&scene.gitlab)
            .private_token(GUEST_TOKEN)
            .max_attempts(1)
    };
    let text = format!("bad token {GUEST_TOKEN}");
    let kept = "bad token ".len() + ALMOST.len();
    for status in [200, 401] {
        let fault = Fault::new().times(1).status(status).body(text.clone());
        let fault = fault.header("content-type", "text/plain");
        scene.gitlab.inject(fault);
        let client = flavour.build(builder().max_error_body(kept));
        let by_client = scene.get_job(&client).unwrap_err();
        assert_eq!(by_client.body().unwrap(), b"bad token [REDACTED]");
        assert_not_even_almost_shown(by_client);

        let fault = Fault::new().times(1).status(status).body(text.clone());
        let fault = fault.header("content-type", "text/plain");
        scene.gitlab.inject(fault.cut_after(kept as u64));
        let by_server = scene.get_job(&flavour.build(builder())).unwrap_err();
        assert_eq!(by_server.body().unwrap(), b"bad token [REDACTED]");
        assert_not_even_almost_shown(by_server);
    }
}

fn no_error_shows_a_token_at_the_end_of_a_long_message(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).private_token(GUEST_TOKEN));
    // The escape hides the token in the body, but not in the message. Messages are truncated after 1000 bytes.
    let escaped = GUEST_TOKEN.replacen('g', "\\u0067", 1);
    let words = "x".repeat(1000 - ALMOST.len());
    let body = format!(r#"{{"message": "{words}{escaped}"}}"#);
    scene.gitlab.inject(Fault::new().status(401).body(body));
    assert_not_even_almost_shown(scene.get_job(&client).unwrap_err());
}

fn no_error_shows_a_token_at_the_end_of_a_long_path(flavour: Flavour) {
    type Counts = HashMap<String, u64>;
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).private_token(GUEST_TOKEN));
    let key = "x".repeat(1000 - ALMOST.len()) + GUEST_TOKEN;
    let body = format!(r#"{{"{key}": []}}"#);
    scene.gitlab.inject(Fault::new().body(body));
    let error = match &client {
        Client::Async(client) => {
            let request = client.request(Method::GET, "counts");
            RUNTIME.block_on(request.send_as::<Counts>()).unwrap_err()
        }
        Client::Blocking(client) => {
            let request = client.request(Method::GET, "counts");
            request.send_as::<Counts>().unwrap_err()
        }
    };
    assert!(error.decode_path().unwrap().len() < 1010, "{error:?}");
    assert_not_even_almost_shown(error);
}

fn a_list_does_not_show_the_query_that_the_server_chose(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).private_token(MAINTAINER_TOKEN));
    let next = format!("</?page=2&private_token={MAINTAINER_TOKEN}>; rel=\"next\"");
    scene.gitlab.inject(Fault::new().link(&next));
    let mut pages = pages!(client, list_project_jobs(scene.project)).prefetch(false);
    pages.next().unwrap().unwrap();
    let mut items = items!(client, list_project_jobs(scene.project)).prefetch(false);
    items.next().unwrap().unwrap();

    let cursor = pages.cursor().unwrap();
    let shown = format!("{pages:?} {items:?} {cursor:?}");
    assert!(shown.contains("Cursor"), "{shown}");
    assert!(!shown.contains(MAINTAINER_TOKEN), "{shown}");
    // The text is for storage.
    assert!(cursor.to_string().contains(MAINTAINER_TOKEN), "{cursor}");
}

fn lists_logs_responses_and_builders_do_not_show_the_token(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let client = flavour.build(quick(&scene.gitlab).bearer_token(GUEST_TOKEN));
    let (project, job) = (scene.project, scene.job);
    let mut items = items!(client, list_project_jobs(project));
    items.next().unwrap().unwrap();
    let mut pages = pages!(client, list_project_jobs(project));
    pages.next().unwrap().unwrap();
    let mut follow = client.follow(project, job);
    follow.next().unwrap().unwrap();
    let builders = match &client {
        Client::Async(client) => format!(
            "{:?} {:?} {:?} {:?}",
            client.get_job(project, job),
            client.play_job(project, job),
            client.list_project_jobs(project),
            client.wait_for_job(project, job),
        ),
        Client::Blocking(client) => format!(
            "{:?} {:?} {:?} {:?}",
            client.get_job(project, job),
            client.play_job(project, job),
            client.list_project_jobs(project),
            client.wait_for_job(project, job),
        ),
    };

    let shown = format!(
        "{client:?} {items:?} {pages:?} {follow:?} {:?} {:?} {builders}",
        client.log(project, job).unwrap(),
        scene.get_job(&client).unwrap(),
    );

    assert!(
        shown.contains("Items") && shown.contains("JobLog"),
        "{shown}"
    );
    assert!(!shown.contains(GUEST_TOKEN), "{shown}");
}

fn a_builder_and_its_errors_show_no_secret(flavour: Flavour) {
    let builders: [fn() -> ClientBuilder; 7] = [
        || ClientBuilder::new().private_token("glpat-secret\n"),
        || ClientBuilder::new().job_token("glpat secret"),
        || ClientBuilder::new().bearer_token("glpat-secret\u{0}"),
        || ClientBuilder::new().bearer_token("glpat-secreté"),
        || ClientBuilder::new().base_url("https://user:secret@gitlab.com"),
        || ClientBuilder::new().base_url("https://gitlab.com?private_token=secret"),
        || ClientBuilder::new().proxy("http://user:secret@["),
    ];
    for builder in builders {
        let shown = format!("{:?} {:#?}", builder(), builder());
        assert!(!shown.contains("secret"), "{shown}");
        let error = flavour.try_build(builder()).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        let shown = all_that_is_shown(error);
        assert!(!shown.contains("secret"), "{shown}");
    }
}

fn the_password_of_a_proxy_is_never_shown(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let builder = || {
        quick(&scene.gitlab)
            .max_attempts(1)
            .proxy("http://user:secret@127.0.0.1:1")
    };
    let client = flavour.build(builder());

    let error = scene.get_job(&client).unwrap_err();

    assert!(error.is_connect(), "{error:?}");
    let shown = format!("{:?} {client:?} {}", builder(), all_that_is_shown(error));
    assert!(!shown.contains("secret"), "{shown}");
    assert!(scene.gitlab.requests().is_empty());
}

fn the_value_of_a_variable_is_not_shown(flavour: Flavour) {
    let play = |key, value| match flavour.build(ClientBuilder::new()) {
        Client::Async(client) => format!("{:?}", client.play_job(1, 8).variable(key, value)),
        Client::Blocking(client) => format!("{:?}", client.play_job(1, 8).variable(key, value)),
    };
    let shown = play("DATABASE", "hunter2");
    assert!(
        shown.contains("DATABASE") && !shown.contains("hunter2"),
        "{shown}"
    );
}
