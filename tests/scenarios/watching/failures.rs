//! What the watch of a pipeline survives, and what ends it.

use std::time::Duration;

use fake_gitlab::Fault;

use super::{Scene, shown};
use crate::flavour::{Changes, Flavour, changes, for_both_clients};
use crate::scene::{MILLISECOND, quick};

for_both_clients! {
    transient_failures_are_survived,
    an_outage_longer_than_its_limit_ends_it,
    a_pipeline_that_is_gone_ends_it,
    a_permanent_error_ends_it,
    a_requested_wait_of_hours_ends_it,
    a_deadline_ends_it,
    a_deadline_names_the_failure_before_it,
    an_invalid_project_is_reported,
}

fn watch_without_retries(scene: &Scene, flavour: Flavour) -> Changes {
    let client = flavour.build(quick(&scene.gitlab).max_attempts(1));
    changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    )
}

fn watch_through_an_outage(scene: &Scene, flavour: Flavour) -> Changes {
    let client = flavour.build(quick(&scene.gitlab).max_attempts(1));
    changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .max_outage(60 * MILLISECOND)
    )
}

/// A pipeline whose job finishes before the first poll that succeeds after the one that saw it running.
fn transient_failures_are_survived(flavour: Flavour) {
    let faults: [fn() -> Fault; 5] = [
        || Fault::new().bad_gateway(),
        || Fault::new().status(500),
        || Fault::new().retry_later(0),
        || Fault::new().reset_before_response(),
        || Fault::new().cut_after(10),
    ];
    for fault in faults {
        for operation in ["list_pipeline_jobs", "list_pipeline_bridges"] {
            let scene = Scene::new();
            let job = scene.job("build", "running");
            let mut requests = 0;
            scene.gitlab.on_request(move |request, state| {
                requests += u32::from(request.operation == Some(operation));
                if requests == 6 {
                    state.job_mut(job).set_status("success");
                }
            });
            let fault = fault().operation(operation).skip(1).times(4);
            scene.gitlab.with(|state| {
                // With a bridge, the response is long enough to be cut.
                state
                    .add_bridge(scene.pipeline, "trigger")
                    .set_status("success");
            });
            scene.gitlab.inject(fault);

            let changes = shown(watch_without_retries(&scene, flavour));

            // The hook may run at the last request of a poll, which has read the jobs by then.
            assert_eq!(
                changes,
                ["build running", "trigger success", "build success"]
            );
        }
    }
}

fn an_outage_longer_than_its_limit_ends_it(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "running");
    let fault = Fault::new().operation("list_pipeline_bridges").skip(1);
    scene.gitlab.inject(fault.bad_gateway());
    let mut changes = watch_through_an_outage(&scene, flavour);

    changes.next().unwrap().unwrap();
    let error = changes.next().unwrap().unwrap_err();

    assert!(error.is_server_error(), "{error:?}");
    assert_eq!(error.operation_id(), Some("list_pipeline_bridges"));
    assert!(changes.next().is_none());
    // One poll has succeeded, and at least two have failed.
    assert!(scene.polls() >= 3, "{}", scene.polls());
}

fn a_permanent_error_ends_it(flavour: Flavour) {
    for status in [400, 401, 403] {
        let scene = Scene::new();
        scene.job("build", "running");
        scene.gitlab.inject(Fault::new().skip(2).status(status));
        let mut changes = scene.watch(flavour);

        changes.next().unwrap().unwrap();
        let error = changes.next().unwrap().unwrap_err();

        assert_eq!(error.status().unwrap(), status);
        assert!(changes.next().is_none());
        assert_eq!(scene.polls(), 2);
    }
}

fn a_pipeline_that_is_gone_ends_it(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "running");
    scene.gitlab.inject(Fault::new().skip(2).status(404));
    let mut changes = watch_through_an_outage(&scene, flavour);

    changes.next().unwrap().unwrap();
    let error = changes.next().unwrap().unwrap_err();

    assert!(error.is_not_found(), "{error:?}");
    assert!(changes.next().is_none());
    assert!(scene.polls() >= 3, "{}", scene.polls());
}

fn a_requested_wait_of_hours_ends_it(flavour: Flavour) {
    let scene = Scene::new();
    scene.gitlab.inject(Fault::new().retry_later(3600));

    let error = scene.watch(flavour).next().unwrap().unwrap_err();

    assert!(error.is_rate_limited(), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(scene.polls(), 1);
}

fn a_deadline_ends_it(flavour: Flavour) {
    for fault in [
        Fault::new().times(0),
        Fault::new().skip(2).delay(Duration::from_secs(600)),
    ] {
        let scene = Scene::new();
        scene.job("build", "running");
        scene.gitlab.inject(fault);
        let client = flavour.build(quick(&scene.gitlab));
        let mut changes = changes!(
            client,
            watch_pipeline(scene.project, scene.pipeline)
                .interval(20 * MILLISECOND)
                .deadline(200 * MILLISECOND)
        );

        changes.next().unwrap().unwrap();
        let error = changes.next().unwrap().unwrap_err();

        assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
        assert!(error.to_string().contains("the pipeline"), "{error}");
        assert_eq!(error.operation_id(), Some("watch_pipeline"));
        assert!(changes.next().is_none());
    }
}

fn a_deadline_names_the_failure_before_it(flavour: Flavour) {
    let scene = Scene::new();
    scene.gitlab.inject(Fault::new().bad_gateway());
    let client = flavour.build(quick(&scene.gitlab).max_attempts(1));
    let mut changes = changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline).deadline(500 * MILLISECOND)
    );

    let error = changes.next().unwrap().unwrap_err();

    assert!(error.is_timeout(), "{error:?}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("502"), "{source}");
    assert_eq!(scene.polls(), 1);
}

fn an_invalid_project_is_reported(flavour: Flavour) {
    let scene = Scene::new();
    let client = flavour.build(quick(&scene.gitlab));
    let mut changes = changes!(client, watch_pipeline("group/..", 6));

    let error = changes.next().unwrap().unwrap_err();

    assert!(error.is_invalid(), "{error:?}");
    assert!(changes.next().is_none());
    assert!(scene.gitlab.requests().is_empty());
}
