//! Parts of a log that a caller requests.

use fake_gitlab::{Fault, Settings};

use super::read;
use crate::flavour::{Flavour, for_both_clients};
use crate::scene::{Scene, requests_of};

for_both_clients! {
    a_part_is_what_was_requested,
    a_part_that_breaks_off_is_resumed_within_it,
    a_part_from_a_server_that_ignores_it_is_resumed_as_the_whole_log,
    a_part_that_has_changed_is_an_error,
    a_part_that_was_the_whole_log_at_first_is_an_error,
}

fn log() -> Vec<u8> {
    (0..5000_u32).flat_map(u32::to_be_bytes).collect()
}

fn a_part_is_what_was_requested(flavour: Flavour) {
    let log = log();
    let scene = Scene::with_log(&log);
    let client = scene.client(flavour);
    for (offset, limit, part) in [
        (0, Some(7), &log[..7]),
        (19_990, Some(7), &log[19_990..19_997]),
        (19_990, None, &log[19_990..]),
        (20_000, None, &[][..]),
    ] {
        let mut sent = client
            .log_part((scene.project, scene.job), offset, limit)
            .unwrap()
            .into_inner();
        assert_eq!(read(&mut sent).0, part);
    }
    let error = client.log_part((scene.project, scene.job), 0, Some(512_001));
    let error = error.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert!(error.message().unwrap().contains("byte_limit"), "{error}");
}

fn a_part_that_breaks_off_is_resumed_within_it(flavour: Flavour) {
    let log = log();
    let scene = Scene::with_log(&log);
    let client = scene.client(flavour);
    for cut in [0, 5, 512, 600, 2999, 3000] {
        for limit in [Some(3000), None] {
            scene.gitlab.clear_faults();
            scene.gitlab.clear_requests();
            scene.gitlab.inject(Fault::new().cut_after(cut).times(1));
            let part = client.log_part((scene.project, scene.job), 1000, limit);
            let (bytes, error) = read(&mut part.unwrap().into_inner());

            assert!(error.is_none(), "{error:?}");
            let end = limit.map_or(log.len(), |_| 4000);
            assert!(bytes == log[1000..end], "{cut}: {}", bytes.len());
            let again = requests_of(&scene.gitlab, "get_job_log").pop().unwrap();
            let offset = if cut > 512 { 1000 + cut - 512 } else { 1000 };
            assert_eq!(again.query_values("byte_offset"), [offset.to_string()]);
        }
    }
}

/// The caller has to notice that this is the whole log and not the part, but the two are never mixed.
fn a_part_from_a_server_that_ignores_it_is_resumed_as_the_whole_log(flavour: Flavour) {
    let log = log();
    let scene = Scene::with_log(&log);
    scene
        .gitlab
        .with(|state| state.settings = Settings::older_server());
    let client = scene.client(flavour);
    for cut in [100, 2000, 5000] {
        scene.gitlab.inject(Fault::new().cut_after(cut).times(1));
        let part = client.log_part((scene.project, scene.job), 1000, Some(3000));
        let (bytes, error) = read(&mut part.unwrap().into_inner());
        assert!(error.is_none(), "{error:?}");
        assert!(bytes == log, "{cut}: {}", bytes.len());
    }
}

fn a_part_that_has_changed_is_an_error(flavour: Flavour) {
    let scene = Scene::with_log(log());
    scene.gitlab.inject(Fault::new().cut_after(2000).times(1));
    let client = scene.client(flavour);
    let part = client.log_part((scene.project, scene.job), 1000, Some(3000));
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_log([1].repeat(20_000));
    });
    let (bytes, error) = read(&mut part.unwrap().into_inner());
    assert!(bytes.len() == 2000 && error.unwrap().is_log_changed());
}

/// As during a rolling upgrade of the servers behind one address.
fn a_part_that_was_the_whole_log_at_first_is_an_error(flavour: Flavour) {
    let scene = Scene::with_log(log());
    scene
        .gitlab
        .with(|state| state.settings = Settings::older_server());
    scene.gitlab.inject(Fault::new().cut_after(5000).times(1));
    let client = scene.client(flavour);
    let part = client.log_part((scene.project, scene.job), 1000, Some(3000));
    scene
        .gitlab
        .with(|state| state.settings = Settings::default());
    let (bytes, error) = read(&mut part.unwrap().into_inner());
    assert!(bytes.len() == 5000 && error.unwrap().is_log_changed());
}
