//! Errors name their request, its server, and their cause.

use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs::Error;

use crate::flavour::{Flavour, for_one_client, items, send};
use crate::scene::{MILLISECOND, Scene, layers, quick};

for_one_client! {
    every_error_names_method_and_path,
    errors_of_pages_and_logs_name_method_and_path,
    the_alternate_form_is_one_line_with_url_and_causes,
    the_form_for_main_is_readable,
    a_failure_behind_a_redirect_names_its_host,
    an_error_before_the_request_names_the_operation,
}

fn every_error_names_method_and_path(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let quick = || quick(&scene.gitlab).max_attempts(1).max_body(9000);
    let client = flavour.build(quick().idle_timeout(100 * MILLISECOND));
    let path = format!("/projects/{}/jobs/{}", scene.project, scene.job);
    let closed = flavour.build(quick().base_url("http://127.0.0.1:1"));
    let no_token = quick().token_source(gitlab_jobs::TokenKind::Job, || async {
        Err::<String, _>("no network")
    });
    let mut errors = vec![
        scene.get_job(&closed).unwrap_err(),
        scene.get_job(&flavour.build(no_token)).unwrap_err(),
    ];
    for fault in [
        Fault::new().status(404),
        Fault::new().too_many_requests(),
        Fault::new().delay(Duration::from_secs(60)),
        Fault::new().stall_after(1),
        Fault::new().cut_after(1),
        Fault::new().reset_before_handling(),
        Fault::new().redirect(302, &scene.job_path()).times(6),
        Fault::new().body("{}"),
        Fault::new().body(vec![b' '; 9001]),
    ] {
        scene.gitlab.clear_faults();
        scene.gitlab.inject(fault);
        errors.push(scene.get_job(&client).unwrap_err());
    }
    for error in errors {
        assert_eq!(error.method().unwrap(), "GET", "{error}");
        assert_eq!(error.path(), Some(path.as_str()));
        assert!(error.to_string().starts_with(&format!("GET {path}: ")));
        assert_eq!(error.operation_id(), Some("get_job"));
    }
    scene.gitlab.clear_faults();
    let error = send!(client, retry_job("group/project", scene.job)).unwrap_err();
    let start = format!(
        "POST /projects/group%2Fproject/jobs/{}/retry: 403 ",
        scene.job
    );
    assert!(error.to_string().starts_with(&start), "{error}");
}

fn errors_of_pages_and_logs_name_method_and_path(flavour: Flavour) {
    let scene = Scene::with_log("0123456789");
    let client = scene.client_without_retries(flavour);
    scene.gitlab.with(|state| state.seed_jobs(scene.project, 3));
    let list = || items!(client, list_project_jobs(scene.project).per_page(2));
    let path = format!("/projects/{}/jobs", scene.project);
    scene
        .gitlab
        .inject(Fault::new().skip(1).times(1).status(404));
    let refused = list().find_map(Result::err).unwrap();
    scene
        .gitlab
        .inject(Fault::new().skip(1).times(1).body("{}"));
    let no_list = list().find_map(Result::err).unwrap();
    scene
        .gitlab
        .inject(Fault::new().link("<?page=1>; rel=\"next\""));
    let circle = list().find_map(Result::err).unwrap();
    for error in [refused, no_list, circle] {
        assert_eq!(error.method().unwrap(), "GET");
        assert_eq!(error.path(), Some(path.as_str()));
        let shown = format!("{error:#} {error:?}");
        assert!(!shown.contains("per_page"), "{shown}");
    }

    scene.gitlab.clear_faults();
    scene.gitlab.inject(Fault::new().cut_after(4));
    let log = client.log(scene.project, scene.job).unwrap().into_inner();
    let error = log.collect::<Result<Vec<_>, _>>().unwrap_err();
    let start = format!("GET {path}/{}/trace: connection", scene.job);
    assert!(error.to_string().starts_with(&start), "{error}");
}

fn the_alternate_form_is_one_line_with_url_and_causes(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let closed = quick(&scene.gitlab).max_attempts(1);
    let closed = flavour.build(
        closed
            .base_url("http://user.test:1")
            .proxy("http://127.0.0.1:1"),
    );

    let error = scene.get_job(&closed).unwrap_err();

    let shown = format!("{error:#}");
    let url = format!("GET http://user.test:1{}: ", scene.job_path());
    assert!(shown.starts_with(&url), "{shown}");
    let layers = layers(&error);
    assert!(layers.len() > 1, "{layers:?}");
    assert!(shown.ends_with(&layers[1..].join(": ")), "{shown}");
    assert_eq!(shown.lines().count(), 1, "{shown}");
}

/// What `fn main() -> Result<(), Error>` prints.
fn printed_by_main(error: &Error) -> String {
    let printed = format!("{error:?}");
    assert_eq!(printed, format!("{error:#?}"));
    printed
}

fn the_form_for_main_is_readable(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    let url = format!("{}{}", scene.gitlab.url(), scene.job_path());

    scene.gitlab.inject(Fault::new().times(1).status(403));
    let error = scene.get_job(&client).unwrap_err();
    let expected = format!("GET {url}: 403 Forbidden (request id 01FAKE00000000000000000000)");
    assert_eq!(printed_by_main(&error), expected);

    let page = Fault::new().bad_gateway();
    scene.gitlab.inject(page.times(1).body("<h1>502</h1>\n"));
    let error = scene.get_job(&client).unwrap_err();
    let printed = printed_by_main(&error);
    assert!(
        printed.contains("\n\nResponse body:\n    \"<h1>502</h1>\\n\""),
        "{printed}"
    );
    assert!(!printed.contains("content-type"), "{printed}");

    scene.gitlab.inject(Fault::new().times(1).body("[]"));
    let error = scene.get_job(&client).unwrap_err();
    let cause = &layers(&error)[1];
    let printed = printed_by_main(&error);
    assert!(
        printed.contains(&format!("\n\nCaused by:\n    0: {cause}\n\n")),
        "{printed}"
    );
}

fn a_failure_behind_a_redirect_names_its_host(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client_without_retries(flavour);
    let away = "http://user:password@127.0.0.1:1/job?signature=abc";
    scene.gitlab.inject(Fault::new().redirect(302, away));

    let error = scene.get_job(&client).unwrap_err();

    assert!(error.is_connect(), "{error}");
    let shown = error.to_string();
    assert!(shown.contains("cannot connect to 127.0.0.1:1"), "{shown}");
    assert!(shown.contains("/projects/"), "{shown}");
    let shown = format!("{error:#} {error:?}");
    assert!(
        !shown.contains("password") && !shown.contains("abc"),
        "{shown}"
    );
}

fn an_error_before_the_request_names_the_operation(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let error = send!(client, get_job("a//b", 1)).unwrap_err();
    assert_eq!((error.method(), error.path()), (None, None));
    assert!(
        error.to_string().starts_with("get_job: invalid `project`"),
        "{error}"
    );
    assert!(format!("{error:?}").starts_with("get_job: invalid `project`"));
}
