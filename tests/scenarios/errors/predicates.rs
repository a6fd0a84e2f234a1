//! Each predicate holds for its own errors only.

use fake_gitlab::{Fault, GUEST_TOKEN, OUTSIDER_TOKEN, READ_ONLY_TOKEN};
use gitlab_jobs::types::Job;
use gitlab_jobs::{Error, Response};

use crate::flavour::{Client, Flavour, for_one_client, send};
use crate::scene::{MILLISECOND, Scene, quick};

for_one_client! {
    each_predicate_holds_for_its_errors_only,
}

/// The name of a predicate, and the predicate.
type Predicate = (&'static str, fn(&Error) -> bool);

const PREDICATES: [Predicate; 14] = [
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

/// The names of the predicates that hold for an error.
pub(super) fn true_of(error: &Error) -> Vec<&'static str> {
    let found = PREDICATES.iter().filter(|(_, holds)| holds(error));
    found.map(|(name, _)| *name).collect()
}

fn each_predicate_holds_for_its_errors_only(flavour: Flavour) {
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
    let refused = |result: Result<Response<Job>, Error>| result.unwrap_err();

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
            refused(send!(client, erase_job(project, job))),
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
        (refused(send!(client, get_job("/", 1))), &["invalid"]),
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
