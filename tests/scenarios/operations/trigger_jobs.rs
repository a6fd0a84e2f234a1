//! The trigger jobs of a pipeline, on servers that support this endpoint, and on those that support only bridges.

use fake_gitlab::{Fault, Settings};
use gitlab_jobs::Cursor;

use crate::flavour::{Client, Flavour, for_both_clients, items, pages, send};
use crate::scene::Scene;

for_both_clients! {
    bridges_are_not_requested_from_a_newer_server,
    only_bridges_are_requested_from_an_older_server_afterwards,
    a_missing_pipeline_does_not_mean_an_older_server,
    nodes_that_differ_do_not_end_a_list,
    a_failed_fallback_is_retried_and_decides_nothing,
    a_list_of_many_pages_can_be_resumed_on_an_older_server,
    other_operations_do_not_fall_back,
}

const MISSING: u64 = 999_999;

/// A pipeline with five trigger jobs, on a server before 19.2 or a newer one.
fn scene(older: bool) -> Scene {
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| {
        for number in 0..5 {
            state.add_bridge(scene.pipeline, &format!("trigger {number}"));
        }
        if older {
            state.settings = Settings::older_server();
        }
    });
    scene
}

/// The last path segments of the requests since the previous call.
fn requested(scene: &Scene) -> Vec<String> {
    let requests = scene.gitlab.take_requests().into_iter();
    requests
        .map(|request| request.path.rsplit('/').next().unwrap().to_owned())
        .collect()
}

fn count(scene: &Scene, client: &Client) -> usize {
    let list = send!(
        client,
        list_pipeline_trigger_jobs(scene.project, scene.pipeline)
    );
    list.unwrap().len()
}

fn bridges_are_not_requested_from_a_newer_server(flavour: Flavour) {
    let scene = scene(false);
    let client = scene.client(flavour);
    assert_eq!(count(&scene, &client), 5);
    assert_eq!(count(&scene, &client), 5);
    assert_eq!(requested(&scene), ["trigger_jobs", "trigger_jobs"]);
}

fn only_bridges_are_requested_from_an_older_server_afterwards(flavour: Flavour) {
    let scene = scene(true);
    let client = scene.client(flavour);
    let list = send!(
        client,
        list_pipeline_trigger_jobs(scene.project, scene.pipeline)
    );
    let list = list.unwrap();
    assert_eq!((list.len(), list.attempts()), (5, 1));
    assert_eq!(requested(&scene), ["trigger_jobs", "bridges"]);

    for client in [client.clone(), client] {
        assert_eq!(count(&scene, &client), 5);
        assert_eq!(requested(&scene), ["bridges"]);
    }
    // Another client has to detect this itself.
    assert_eq!(count(&scene, &scene.client(flavour)), 5);
    assert_eq!(requested(&scene), ["trigger_jobs", "bridges"]);
}

fn a_missing_pipeline_does_not_mean_an_older_server(flavour: Flavour) {
    for older in [true, false] {
        let scene = scene(older);
        let client = scene.client(flavour);
        for _ in 0..2 {
            let error = send!(client, list_pipeline_trigger_jobs(scene.project, MISSING));
            let error = error.unwrap_err();
            assert!(error.is_not_found(), "{error:?}");
            assert_eq!(error.operation_id(), Some("list_pipeline_trigger_jobs"));
            assert_eq!(requested(&scene), ["trigger_jobs", "bridges"]);
        }
        assert_eq!(count(&scene, &client), 5);
        let expected = if older {
            &["trigger_jobs", "bridges"][..]
        } else {
            &["trigger_jobs"][..]
        };
        assert_eq!(requested(&scene), expected);
    }
}

/// While a cluster is upgraded, one node has the endpoint and another does not.
fn nodes_that_differ_do_not_end_a_list(flavour: Flavour) {
    let scene = scene(false);
    let mut requests = 0;
    scene.gitlab.on_request(move |_, state| {
        requests += 1;
        state.settings.trigger_jobs = requests % 2 == 1;
    });
    let client = scene.client(flavour);
    for _ in 0..3 {
        let list = items!(
            client,
            list_pipeline_trigger_jobs(scene.project, scene.pipeline).per_page(2)
        );
        assert_eq!(list.filter(Result::is_ok).count(), 5);
    }

    // Bridges are deprecated, so a later server may not have them.
    let scene = self::scene(true);
    let client = scene.client(flavour);
    assert_eq!(count(&scene, &client), 5);
    scene
        .gitlab
        .with(|state| state.settings.trigger_jobs = true);
    scene
        .gitlab
        .inject(Fault::new().path("/bridges").status(404));
    assert_eq!(count(&scene, &client), 5);
    requested(&scene);
    assert_eq!(count(&scene, &client), 5);
    assert_eq!(requested(&scene), ["trigger_jobs"]);
}

fn a_failed_fallback_is_retried_and_decides_nothing(flavour: Flavour) {
    let scene = scene(true);
    let client = scene.client(flavour);
    let trouble = || Fault::new().path("/bridges").times(1);
    scene.gitlab.inject(trouble().bad_gateway());
    scene.gitlab.inject(trouble().reset_before_response());
    assert_eq!(count(&scene, &client), 5);
    let pair = ["trigger_jobs", "bridges"];
    assert_eq!(requested(&scene), [pair, pair, pair].concat());

    scene
        .gitlab
        .inject(Fault::new().path("/bridges").times(1).status(403));
    let other = scene.client(flavour);
    let error = send!(
        other,
        list_pipeline_trigger_jobs(scene.project, scene.pipeline)
    );
    assert!(error.unwrap_err().is_forbidden());
}

fn a_list_of_many_pages_can_be_resumed_on_an_older_server(flavour: Flavour) {
    let scene = scene(true);
    let client = scene.client(flavour);
    let (project, pipeline) = (scene.project, scene.pipeline);
    let bridges = items!(client, list_pipeline_bridges(project, pipeline));
    let expected: Vec<u64> = bridges.map(|bridge| bridge.unwrap().id).collect();
    requested(&scene);

    let mut list = items!(
        client,
        list_pipeline_trigger_jobs(project, pipeline).per_page(2)
    );
    let mut ids = vec![list.next().unwrap().unwrap().id];
    let cursor = list.cursor().unwrap().to_string();
    drop(list);
    let cursor: Cursor = cursor.parse().unwrap();
    let rest = items!(client, list_pipeline_trigger_jobs(project, pipeline)).resume(cursor);
    ids.extend(rest.map(|bridge| bridge.unwrap().id));
    assert_eq!(ids, expected);

    let paged = pages!(
        client,
        list_pipeline_trigger_jobs(project, pipeline).per_page(2)
    );
    let paged = paged
        .concurrency(2)
        .flat_map(|page| page.unwrap().into_inner());
    assert_eq!(paged.map(|bridge| bridge.id).collect::<Vec<_>>(), expected);
    let requested = requested(&scene);
    let tried = requested.iter().filter(|path| *path == "trigger_jobs");
    assert_eq!(tried.count(), 1, "{requested:?}");
}

fn other_operations_do_not_fall_back(flavour: Flavour) {
    let scene = scene(true);
    let client = scene.client(flavour);
    for error in [
        send!(client, list_pipeline_jobs(scene.project, MISSING)).map(drop),
        send!(client, list_pipeline_bridges(scene.project, MISSING)).map(drop),
    ] {
        assert!(error.unwrap_err().is_not_found());
    }
    assert_eq!(requested(&scene), ["jobs", "bridges"]);
}
