//! Custom requests, for endpoints that the SDK does not model, behave like the operations.

use fake_gitlab::{FakeGitlab, Fault, GUEST_TOKEN, MAINTAINER_TOKEN};
use gitlab_jobs::{Error, Method, StatusCode};
use serde_json::{Value, json};

use crate::flavour::{Client, Flavour, Items, Pages, RUNTIME, for_both_clients, send};
use crate::scene::{Scene, quick};

for_both_clients! {
    a_custom_request_is_sent_like_an_operation,
    body_query_and_headers_are_sent,
    a_header_with_a_credential_is_rejected,
    a_path_that_leaves_the_api_is_rejected,
    a_method_that_the_api_does_not_have_is_rejected,
    get_is_retried_and_put_and_delete_are_not,
    only_the_request_itself_is_sent_to_another_origin,
    an_error_names_the_request,
    a_body_is_limited_and_a_download_is_not,
    a_download_is_requested_uncompressed,
    a_range_can_be_requested,
    a_list_is_read_to_its_last_page,
    a_list_uses_keyset_pagination_if_the_query_requests_it,
    only_get_requests_can_be_lists,
    debug_output_shows_no_secrets,
}

/// Sends a request and decodes its response.
macro_rules! send_value {
    ($client:expr, $($request:tt)+) => {
        match &$client {
            Client::Async(client) => RUNTIME.block_on(client.$($request)+.send_as::<Value>()),
            Client::Blocking(client) => client.$($request)+.send_as::<Value>(),
        }
    };
}

/// Sends a request and streams the response's body; returns its length in bytes.
macro_rules! download {
    ($client:expr, $($request:tt)+) => {
        match &$client {
            Client::Async(client) => RUNTIME.block_on(async {
                let mut body = client.$($request)+.send_bytes().await?.into_inner();
                let mut length = 0;
                while let Some(bytes) = body.try_next().await? {
                    length += bytes.len();
                }
                Ok::<_, Error>(length)
            }),
            Client::Blocking(client) => client.$($request)+.send_bytes().and_then(|body| {
                body.into_inner().map(|bytes| Ok(bytes?.len())).sum::<Result<usize, Error>>()
            }),
        }
    };
}

macro_rules! values {
    ($client:expr, $($request:tt)+) => {
        match &$client {
            Client::Async(client) => Items::Async(client.$($request)+.stream_as::<Value>()),
            Client::Blocking(client) => Items::Blocking(client.$($request)+.iter_as::<Value>()),
        }
    };
}

macro_rules! pages_of_values {
    ($client:expr, $($request:tt)+) => {
        match &$client {
            Client::Async(client) => Pages::Async(client.$($request)+.pages_as::<Value>()),
            Client::Blocking(client) => Pages::Blocking(client.$($request)+.pages_as::<Value>()),
        }
    };
}

/// The path of the scene's job below the root of the API.
fn job_path(scene: &Scene) -> String {
    format!("projects/{}/jobs/{}", scene.project, scene.job)
}

fn a_custom_request_is_sent_like_an_operation(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    let path = job_path(&scene);

    let job = send_value!(client, request(Method::GET, format!("/{path}"))).unwrap();
    assert_eq!(
        (job["id"].as_u64(), job.status()),
        (Some(scene.job), StatusCode::OK)
    );
    scene.get_job(&client).unwrap();
    let played = send!(client, request(Method::POST, format!("{path}/play"))).unwrap();
    assert_eq!(
        (played.into_inner(), scene.gitlab.job(scene.job).status()),
        ((), "pending")
    );
    scene.play_job(&client).unwrap_err();

    let requests = scene.gitlab.requests();
    for (custom, modelled) in [(0, 1), (2, 3)] {
        assert_eq!(requests[custom].line(), requests[modelled].line());
        assert_eq!(requests[custom].headers, requests[modelled].headers);
        assert_eq!(requests[custom].body, requests[modelled].body);
    }
}

fn body_query_and_headers_are_sent(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).default_header("X-Team", "operators"));
    scene
        .gitlab
        .inject(Fault::new().times(1).status(201).body(r#"{"a": [1]}"#));
    scene.gitlab.inject(Fault::new().status(204).body(""));

    let created = send_value!(
        client,
        request(Method::PUT, "projects/group%2Fproject/variables/KEY")
            .json(json!({"value": "x", "masked": true}))
            .query("filter[environment_scope]", "a b&c")
            .query("page", 2)
            .query("page", 3)
            .header("Sudo", "root")
            .header("x-team", "deployers")
    )
    .unwrap();
    let deleted = send!(client, request(Method::DELETE, "projects/42/variables/KEY")).unwrap();

    assert_eq!(*created, json!({"a": [1]}));
    assert_eq!(
        (created.status().as_u16(), deleted.status().as_u16()),
        (201, 204)
    );
    let requests = scene.gitlab.requests();
    assert_eq!(
        requests[0].line(),
        "PUT /api/v4/projects/group%2Fproject/variables/KEY\
         ?filter%5Benvironment_scope%5D=a+b%26c&page=2&page=3"
    );
    assert_eq!(requests[0].body, r#"{"masked":true,"value":"x"}"#);
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].header("sudo"), Some("root"));
    assert_eq!(requests[0].header("x-team"), Some("deployers"));
    assert_eq!(
        requests[1].line(),
        "DELETE /api/v4/projects/42/variables/KEY"
    );
    assert_eq!(requests[1].header("x-team"), Some("operators"));
    for request in requests {
        assert_eq!(request.header("private-token"), Some(MAINTAINER_TOKEN));
    }
}

fn a_header_with_a_credential_is_rejected(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for name in [
        "PRIVATE-TOKEN",
        "Authorization",
        "cookie",
        "Deploy-Token",
        "content-type",
        "Host",
        "Transfer-Encoding",
        "a b",
    ] {
        let request = || Method::GET;
        let error = send!(
            client,
            request(request(), "projects").header(name, "secret")
        );
        let error = error.unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(name) && !shown.contains("secret"), "{shown}");
    }
    assert!(scene.gitlab.requests().is_empty());
}

/// The unit test of the check covers every form of path; this one covers every way to send.
fn a_path_that_leaves_the_api_is_rejected(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for path in [
        "../../admin",
        "projects/%2e%2E/%2e%2e/admin",
        "projects/42%2F..%2F..%2Fadmin",
        "//127.0.0.1:1/x",
        "http://127.0.0.1:1/x",
        "projects\\..\\..\\admin",
        "projects?private_token=x",
    ] {
        for error in [
            send!(client, request(Method::GET, path)).unwrap_err(),
            send_value!(client, request(Method::POST, path)).unwrap_err(),
            download!(client, request(Method::GET, path)).unwrap_err(),
            values!(client, request(Method::GET, path))
                .next()
                .unwrap()
                .unwrap_err(),
            pages_of_values!(client, request(Method::GET, path))
                .next()
                .unwrap()
                .unwrap_err(),
        ] {
            assert!(error.is_invalid(), "{error:?}");
            assert!(error.to_string().contains(&format!("{path:?}")), "{error}");
        }
    }
    assert_eq!(scene.gitlab.connections(), 0);
}

fn a_method_that_the_api_does_not_have_is_rejected(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for method in [
        Method::CONNECT,
        Method::TRACE,
        Method::from_bytes(b"PURGE").unwrap(),
    ] {
        let name = method.to_string();
        let error = send!(client, request(method.clone(), "projects")).unwrap_err();
        assert!(
            error.is_invalid() && error.to_string().contains(&name),
            "{error}"
        );
    }
    assert_eq!(scene.gitlab.connections(), 0);
}

fn get_is_retried_and_put_and_delete_are_not(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let path = job_path(&scene);
    for (method, attempts) in [
        (Method::GET, 5),
        (Method::POST, 1),
        (Method::PUT, 1),
        (Method::PATCH, 1),
        (Method::DELETE, 1),
    ] {
        scene.gitlab.inject(Fault::new().status(503));
        let error = send!(client, request(method.clone(), &path)).unwrap_err();
        assert_eq!(error.attempts(), attempts, "{method}");
        scene.gitlab.clear_faults();
        assert_eq!(scene.gitlab.take_requests().len() as u32, attempts);

        // A request that was rejected for its rate was not processed.
        scene
            .gitlab
            .inject(Fault::new().times(1).too_many_requests());
        scene.gitlab.inject(Fault::new().body("{}"));
        let response = send!(client, request(method.clone(), &path)).unwrap();
        assert_eq!(response.attempts(), 2, "{method}");
        scene.gitlab.clear_faults();
        scene.gitlab.clear_requests();
    }
}

/// Neither the token, nor the headers and the body of the caller.
fn only_the_request_itself_is_sent_to_another_origin(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    let client = home.client(flavour);
    let away = format!("{}/artifacts.zip", elsewhere.url());
    home.gitlab.inject(Fault::new().redirect(302, &away));
    elsewhere.inject(Fault::new().body("0123456789"));

    let path = format!("{}/artifacts", job_path(&home));
    let length = download!(
        client,
        request(Method::GET, &path)
            .header("Sudo", "root")
            .json("secret")
    );
    assert_eq!(length.unwrap(), 10);
    let error = send!(client, request(Method::PUT, &path)).unwrap_err();
    assert!(error.is_redirect(), "{error}");

    let requests = elsewhere.requests();
    assert_eq!(requests.len(), 1);
    for name in ["private-token", "sudo", "content-type"] {
        assert_eq!(requests[0].header(name), None);
    }
    assert!(requests[0].body.is_empty());
    assert_eq!(home.gitlab.requests()[0].body, r#""secret""#);
    for request in home.gitlab.requests() {
        assert_eq!(request.header("private-token"), Some(MAINTAINER_TOKEN));
    }
}

fn an_error_names_the_request(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);

    let error = send!(
        client,
        request(Method::PATCH, "projects/42/x").query("a", 1)
    )
    .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.method(), Some(&Method::PATCH));
    assert_eq!(error.path(), Some("/projects/42/x"));
    assert!(
        error.to_string().starts_with("PATCH /projects/42/x: 404 "),
        "{error}"
    );

    scene.gitlab.inject(Fault::new().body("<html>"));
    let error = send_value!(client, request(Method::GET, "projects/42")).unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("GET /projects/42: cannot decode"),
        "{error}"
    );
}

fn a_body_is_limited_and_a_download_is_not(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).max_body(1000));
    scene.gitlab.inject(Fault::new().generated_body(8 << 20));
    let error = send_value!(client, request(Method::GET, "projects/42/archive")).unwrap_err();
    assert!(error.is_too_large(), "{error}");
    let length = download!(client, request(Method::GET, "projects/42/archive"));
    assert_eq!(length.unwrap(), 8 << 20);
}

fn a_download_is_requested_uncompressed(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    send_value!(client, request(Method::GET, job_path(&scene))).unwrap();
    download!(client, request(Method::GET, job_path(&scene))).unwrap();
    for (request, coding) in scene.gitlab.requests().iter().zip(["gzip", "identity"]) {
        assert_eq!(request.header("accept-encoding"), Some(coding));
    }
}

fn a_range_can_be_requested(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    scene.gitlab.inject(Fault::new().status(206).body("01234"));
    let path = "projects/42/archive";
    let length = download!(
        client,
        request(Method::GET, path).header("Range", "bytes=0-4")
    );
    assert_eq!(length.unwrap(), 5);
    let error = download!(client, request(Method::GET, path)).unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::PARTIAL_CONTENT));
    // A POST was processed, and is not reported as failed.
    send!(client, request(Method::POST, path)).unwrap();
}

fn a_list_is_read_to_its_last_page(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| state.seed_jobs(scene.project, 4));
    let client = scene.client(flavour);
    let path = format!("projects/{}/jobs", scene.project);

    let ids = values!(client, request(Method::GET, &path).query("per_page", 2));
    let ids: Vec<_> = ids
        .map(|job| job.unwrap()["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids.len(), 5);
    assert!(ids.is_sorted_by(|newer, older| newer > older), "{ids:?}");
    let queries: Vec<_> = scene
        .gitlab
        .take_requests()
        .into_iter()
        .map(|request| request.query.unwrap())
        .collect();
    assert_eq!(queries[0], "per_page=2");
    assert_eq!(queries.len(), 3);
    assert!(queries[2].contains("page=3"), "{queries:?}");

    let pages = pages_of_values!(
        client,
        request(Method::GET, &path).query("scope[]", "success")
    );
    let pages: Vec<_> = pages.map(|page| page.unwrap().len()).collect();
    assert_eq!(pages, [4]);
    assert_eq!(
        scene.gitlab.requests()[0].query.as_deref(),
        Some("scope%5B%5D=success&per_page=100")
    );
}

fn a_list_uses_keyset_pagination_if_the_query_requests_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| state.seed_jobs(scene.project, 4));
    let path = format!("projects/{}/jobs", scene.project);
    let jobs = values!(
        scene.client(flavour),
        request(Method::GET, &path)
            .query("pagination", "keyset")
            .query("order_by", "id")
            .query("sort", "desc")
            .query("per_page", 2)
    );
    assert_eq!(jobs.map(Result::unwrap).count(), 5);
    for request in scene.gitlab.requests() {
        assert!(request.query.unwrap().contains("pagination=keyset"));
    }
}

fn only_get_requests_can_be_lists(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let mut list = values!(client, request(Method::POST, "projects"));
    let error = list.next().unwrap().unwrap_err();
    assert!(
        error.is_invalid() && error.to_string().contains("GET"),
        "{error}"
    );
    assert!(list.next().is_none());
    assert!(scene.gitlab.requests().is_empty());
}

fn debug_output_shows_no_secrets(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).private_token(GUEST_TOKEN));
    let shown = match &client {
        Client::Async(client) => format!(
            "{:?}",
            client
                .request(Method::PUT, "projects/42")
                .json(["secret"])
                .query("token", "secret")
                .header("x-key", "secret")
        ),
        Client::Blocking(client) => format!(
            "{:?}",
            client
                .request(Method::PUT, "projects/42")
                .json(["secret"])
                .query("token", "secret")
                .header("x-key", "secret")
        ),
    };
    assert!(
        shown.contains("PUT") && shown.contains("/projects/42"),
        "{shown}"
    );
    assert!(
        !shown.contains("secret") && !shown.contains(GUEST_TOKEN),
        "{shown}"
    );
}
