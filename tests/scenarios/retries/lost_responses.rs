//! A POST whose response is lost is sent once: whether it was processed is unknown.

use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs::Error;

use crate::flavour::{Flavour, for_one_client, send};
use crate::scene::{MILLISECOND, Scene, quick, requests_of};

for_one_client! {
    a_post_whose_response_is_lost_is_sent_once,
    a_post_whose_response_takes_too_long_is_sent_once,
    a_post_that_may_have_arrived_is_sent_once,
}

/// A loss of the response to a POST that is processed: its name, the fault, and the predicate of the error.
type Loss = (&'static str, fn() -> Fault, fn(&Error) -> bool);

const LOSSES: [Loss; 9] = [
    (
        "the whole response",
        || Fault::new().reset_before_response(),
        Error::is_transport,
    ),
    (
        "the body",
        || Fault::new().cut_after(0),
        Error::is_transport,
    ),
    (
        "half the body",
        || Fault::new().cut_after(20),
        Error::is_transport,
    ),
    (
        "the last chunk",
        || Fault::new().chunked().cut_after(20),
        Error::is_transport,
    ),
    (
        "the rest",
        || Fault::new().reset_after(20),
        Error::is_transport,
    ),
    (
        "a gateway timeout",
        || Fault::new().status(504).after_handling(),
        Error::is_server_error,
    ),
    (
        "a bad gateway",
        || Fault::new().bad_gateway().after_handling(),
        Error::is_server_error,
    ),
    (
        "a crashed worker",
        || Fault::new().status(500).after_handling(),
        Error::is_server_error,
    ),
    (
        "a maintenance page",
        || Fault::new().status(503).after_handling(),
        Error::is_server_error,
    ),
];

fn a_post_whose_response_is_lost_is_sent_once(flavour: Flavour) {
    for (what, fault, is_of_its_kind) in LOSSES {
        let scene = Scene::with_job("manual");
        scene.gitlab.inject(fault().method("POST").times(1));

        let error = scene.play_job(&scene.client(flavour)).unwrap_err();

        assert!(is_of_its_kind(&error), "{what}: {error:?}");
        assert_eq!(error.attempts(), 1, "{what}");
        assert_eq!(scene.gitlab.requests().len(), 1, "{what}");
        assert_eq!(scene.gitlab.job(scene.job).status(), "pending", "{what}");
    }
    // A second retry would create a third job.
    let scene = Scene::with_job("failed");
    scene.gitlab.inject(Fault::new().reset_before_response());
    scene.retry_job(&scene.client(flavour)).unwrap_err();
    assert_eq!(scene.gitlab.requests().len(), 1);
    assert_eq!(scene.jobs(), 2);
}

fn a_post_whose_response_takes_too_long_is_sent_once(flavour: Flavour) {
    let long = Duration::from_secs(600);
    for fault in [
        Fault::new().delay(long),
        Fault::new().delay_body(long),
        Fault::new().stall_after(20),
    ] {
        let scene = Scene::with_job("failed");
        scene.gitlab.inject(fault);
        let client = flavour.build(quick(&scene.gitlab).idle_timeout(200 * MILLISECOND));

        let error = scene.retry_job(&client).unwrap_err();

        assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
        assert_eq!(error.attempts(), 1);
        assert_eq!(scene.gitlab.requests().len(), 1);
        assert_eq!(scene.jobs(), 2);
    }
}

fn a_post_that_may_have_arrived_is_sent_once(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let (project, job) = (scene.project, scene.job);
    let client = scene.client(flavour);
    // On a new connection as on a reused one, it is unknown how far the POST got. A warm-up request opens the latter.
    for warm_up in [false, true] {
        for operation in ["play_job", "cancel_job", "retry_job", "erase_job"] {
            let broken = Fault::new().method("POST").times(1);
            scene.gitlab.inject(broken.reset_before_handling());
            if warm_up {
                scene.get_job(&client).unwrap();
            }

            let error = match operation {
                "play_job" => send!(client, play_job(project, job)),
                "cancel_job" => send!(client, cancel_job(project, job)),
                "retry_job" => send!(client, retry_job(project, job)),
                _ => send!(client, erase_job(project, job)),
            }
            .unwrap_err();

            assert!(error.is_transport(), "{error:?}");
            assert_eq!(error.operation_id(), Some(operation));
            assert_eq!(
                requests_of(&scene.gitlab, operation).len(),
                1,
                "{operation}"
            );
            scene.gitlab.clear_requests();
        }
    }
    assert_eq!(scene.gitlab.job(job).status(), "manual");
}
