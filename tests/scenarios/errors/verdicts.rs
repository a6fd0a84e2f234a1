//! What is not GitLab is not taken for GitLab, and an error leads to its cause.

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN, RecordedRequest};
use gitlab_jobs::Error;

use crate::flavour::{Client, Flavour, for_one_client, refused};
use crate::scene::{MILLISECOND, Scene, quick};

for_one_client! {
    a_page_of_html_is_never_data_or_a_log,
    a_log_that_looks_like_html_is_a_log,
    an_encoding_that_was_not_requested_is_an_error,
    a_server_that_moved_is_named_as_the_base_url,
    a_post_to_a_server_that_moved_is_told_where,
    a_post_that_leads_to_a_sign_in_page_says_so,
    a_refusal_of_another_server_is_not_that_of_gitlab,
    a_page_of_html_in_place_of_a_refusal_is_explained,
    a_status_of_cloudflare_has_a_name,
    a_resource_lock_passes_and_other_conflicts_stay,
    an_unknown_host_is_tried_twice,
    a_proxy_that_fails_is_named_without_its_password,
}

/// Requests that fail in all the ways in which a body is read.
fn errors(client: &Client, scene: &Scene) -> [Error; 5] {
    let (project, job) = (scene.project, scene.job);
    let follow = client.follow(project, job).interval(MILLISECOND);
    let part = client.log_part((project, job), 3, Some(9));
    [
        refused!(client, get_job(project, job)),
        refused!(client, list_project_jobs(project)),
        refused!(client, get_job_log(project, job)),
        part.map(drop).unwrap_err(),
        follow
            .deadline(300 * MILLISECOND)
            .last()
            .unwrap()
            .unwrap_err(),
    ]
}

fn a_page_of_html_is_never_data_or_a_log(flavour: Flavour) {
    let scene = Scene::with_log("a log");
    let client = scene.client(flavour);
    for fault in [
        Fault::new().html_page(200, "Maintenance"),
        Fault::new().sign_in_page(),
        Fault::new()
            .body("<html>")
            .header("content-type", "TEXT/HTML; charset=utf-8"),
    ] {
        scene.gitlab.clear_faults();
        let is_api = |request: &RecordedRequest| request.path.starts_with("/api");
        scene.gitlab.inject(fault.matching(is_api));
        let [get, list, log, part, follow] = errors(&client, &scene);
        for error in [get, list, log, part] {
            assert!(error.is_html() && error.is_decode(), "{error:?}");
            assert!(!error.is_transient() && error.attempts() == 1, "{error:?}");
            let text = error.to_string();
            assert!(text.contains("a page of HTML from 127.0.0.1:"), "{text}");
            assert_eq!(error.status().unwrap(), 200);
            assert!(error.body().unwrap().starts_with(b"<"));
        }
        let text = format!("{follow:#}");
        assert!(text.contains("a page of HTML from"), "{text}");
    }
}

fn a_log_that_looks_like_html_is_a_log(flavour: Flavour) {
    let page = "<!DOCTYPE html><html>Sign in</html>";
    let scene = Scene::with_log(page);
    let client = scene.client(flavour);
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/octet-stream"),
        Some(""),
    ] {
        if let Some(content_type) = content_type {
            let typed = Fault::new().times(1).header("content-type", content_type);
            scene.gitlab.inject(typed.body(page));
        }
        let log = client.read_log(scene.project, scene.job).unwrap();
        assert_eq!(log, page.as_bytes(), "{content_type:?}");
    }
}

fn an_encoding_that_was_not_requested_is_an_error(flavour: Flavour) {
    let scene = Scene::with_log("a log");
    let client = scene.client(flavour);
    scene
        .gitlab
        .inject(Fault::new().header("content-encoding", "br"));
    let [get, list, log, part, _] = errors(&client, &scene);
    for error in [get, list, log, part] {
        assert!(error.is_decode(), "{error:?}");
        assert!(error.to_string().contains("\"br\""), "{error}");
    }
}

/// A server that redirects each request to the same path of another, as one for plain http does to https.
fn moved() -> (Scene, FakeGitlab) {
    let (old, new) = (Scene::with_job("manual"), FakeGitlab::start());
    let url = new.url();
    for path in [format!("{}/play", old.job_path()), old.job_path()] {
        let fault = Fault::new()
            .path(&path)
            .redirect(301, &format!("{url}{path}"));
        old.gitlab.inject(fault);
    }
    (old, new)
}

fn a_server_that_moved_is_named_as_the_base_url(flavour: Flavour) {
    let (old, new) = moved();
    let error = old.get_job(&old.client(flavour)).unwrap_err();
    assert!(error.is_unauthorized() || error.is_not_found(), "{error:?}");
    let advice = format!("use {} as the base URL", new.url());
    assert!(error.to_string().contains(&advice), "{error}");
}

fn a_post_to_a_server_that_moved_is_told_where(flavour: Flavour) {
    let (old, new) = moved();
    let error = old.play_job(&old.client(flavour)).unwrap_err();
    assert!(error.is_redirect(), "{error:?}");
    let advice = format!("use {} as the base URL", new.url());
    assert!(error.to_string().contains(&advice), "{error}");
    assert!(new.requests().is_empty());
}

fn a_post_that_leads_to_a_sign_in_page_says_so(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    scene.gitlab.inject(Fault::new().sign_in_page());
    let error = scene.play_job(&scene.client(flavour)).unwrap_err();
    assert!(error.to_string().contains("sign-in page"), "{error}");
}

fn a_refusal_of_another_server_is_not_that_of_gitlab(flavour: Flavour) {
    let scene = Scene::with_log("a log");
    let store = FakeGitlab::start();
    let location = format!("{}/bucket/log?X-Signature=abc", store.url());
    scene.gitlab.inject(Fault::new().redirect(302, &location));
    let client = flavour.build(quick(&scene.gitlab).job_token("a-token-of-a-job"));
    for status in [401, 403, 404] {
        store.clear_faults();
        store.inject(Fault::new().status(status));
        let error = refused!(client, get_job_log(scene.project, scene.job));
        assert_eq!(error.status().unwrap(), status);
        let of_gitlab = error.is_unauthorized() || error.is_forbidden() || error.is_not_found();
        assert!(!of_gitlab, "{error:?}");
        let text = error.to_string();
        let host = store.url()["http://".len()..].to_owned();
        assert!(
            text.contains(&format!("from {host} after a redirect")),
            "{text}"
        );
        assert!(
            !text.contains("token") && !text.contains("Signature"),
            "{text}"
        );
    }
}

fn a_page_of_html_in_place_of_a_refusal_is_explained(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    for (status, words) in [
        (401, "credential"),
        (403, "numeric id"),
        (404, "numeric id"),
    ] {
        scene
            .gitlab
            .inject(Fault::new().times(1).html_page(status, "No"));
        let error = scene.get_job(&client).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("a page of HTML") && text.contains(words),
            "{text}"
        );
    }
}

fn a_status_of_cloudflare_has_a_name(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    scene.gitlab.inject(Fault::new().status(521).body(""));
    let error = scene.get_job(&client).unwrap_err();
    assert!(
        error.to_string().contains("521 Web Server Is Down"),
        "{error}"
    );
    assert!(error.is_transient() && error.is_server_error());
}

fn a_resource_lock_passes_and_other_conflicts_stay(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    scene.gitlab.inject(Fault::new().times(2).resource_lock());
    assert_eq!(scene.get_job(&client).unwrap().attempts(), 3);

    scene.gitlab.inject(Fault::new().times(1).status(409));
    let error = scene.get_job(&client).unwrap_err();
    assert!(error.is_conflict() && !error.is_transient());
    assert_eq!(error.attempts(), 1);

    // Something may have been written before the lock was missed.
    scene.gitlab.clear_requests();
    scene.gitlab.inject(Fault::new().times(1).resource_lock());
    let error = scene.play_job(&client).unwrap_err();
    assert!(error.is_conflict() && error.is_transient());
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn an_unknown_host_is_tried_twice(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let builder = quick(&gitlab).base_url("http://gitlab.invalid");
    let client = flavour.build(builder.private_token(MAINTAINER_TOKEN));
    let error = refused!(client, get_job(1, 8));
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(error.attempts(), 2);
}

fn a_proxy_that_fails_is_named_without_its_password(flavour: Flavour) {
    // Nothing listens on the reserved port.
    let gitlab = FakeGitlab::start();
    let builder = quick(&gitlab).configure_http(|http| http);
    let down = flavour.build(builder.proxy("http://user:pass-word-1@127.0.0.1:1"));
    let error = refused!(down, get_job(1, 8));
    let text = format!("{error} {error:#} {error:?}");
    assert!(text.contains("through the proxy 127.0.0.1:1"), "{text}");
    assert!(!text.contains("pass-word-1"), "{text}");

    // A proxy that wants another password, and repeats the one that it got.
    let proxy = FakeGitlab::start();
    proxy.inject(Fault::new().status(407).body("not pass-word-1"));
    let host = proxy.url()["http://".len()..].to_owned();
    let builder = quick(&gitlab).base_url("http://gitlab.test");
    let client = flavour.build(builder.proxy(format!("http://user:pass-word-1@{host}")));
    let error = refused!(client, get_job(1, 8));
    let text = format!("{error} {error:#} {error:?}");
    assert_eq!(
        (error.status().unwrap().as_u16(), error.attempts()),
        (407, 1)
    );
    assert!(text.contains(&format!("from the proxy {host}")), "{text}");
    assert!(!text.contains("pass-word-1"), "{text}");
}
