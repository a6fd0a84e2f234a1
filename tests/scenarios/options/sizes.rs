//! How much of a body is read.

use fake_gitlab::Fault;
use flate2::Compression;

use crate::flavour::{Flavour, for_one_client, items};
use crate::gzip::gzip;
use crate::scene::{Scene, quick};

for_one_client! {
    the_length_of_a_body_is_limited,
    the_limit_applies_to_the_decompressed_body,
    an_error_keeps_a_limited_part_of_its_body,
}

fn the_length_of_a_body_is_limited(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).max_body(1000));
    let list = |length: usize| {
        let body = format!("[{}]", " ".repeat(length - 2));
        let fault = move || Fault::new().times(1).body(body.clone());
        scene.gitlab.inject(fault().chunked());
        scene.gitlab.inject(fault());
        let list = || items!(client, list_project_jobs(scene.project)).next();
        [list(), list()]
    };

    assert!(list(1000).iter().all(Option::is_none));
    scene.gitlab.clear_requests();
    for first in list(1001) {
        let error = first.unwrap().unwrap_err();
        assert!(error.is_too_large(), "{error:?}");
        assert!(error.to_string().contains("1000 bytes"), "{error}");
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(scene.gitlab.requests().len(), 2);

    // The body may even be endless.
    scene.gitlab.inject(Fault::new().generated_body(1 << 50));
    assert!(scene.get_job(&client).unwrap_err().is_too_large());
    let error = scene.play_job(&client).unwrap_err();
    assert!(error.is_too_large() && error.attempts() == 1, "{error:?}");
}

fn the_limit_applies_to_the_decompressed_body(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let zipped = Fault::new().header("content-encoding", "gzip");
    // A list without entries, small enough for each limit while it is compressed.
    let body = format!("[{}]", " ".repeat(1_000_000));
    let body = gzip(body.as_bytes(), Compression::best());
    assert!(body.len() < 10_000, "{}", body.len());
    scene.gitlab.inject(zipped.body(body));
    for (max_body, fits) in [(10_000, false), (1_000_001, false), (1_000_002, true)] {
        let client = flavour.build(quick(&scene.gitlab).max_body(max_body));
        let first = items!(client, list_project_jobs(scene.project)).next();
        match first {
            None => assert!(fits, "{max_body}"),
            Some(entry) => {
                let error = entry.unwrap_err();
                assert!(error.is_too_large() && !fits, "{max_body}: {error:?}");
            }
        }
    }
}

fn an_error_keeps_a_limited_part_of_its_body(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let page = "<p>maintenance</p>".repeat(100);
    for (most, kept) in [(0, 0), (10, 10), (1800, 1800), (1801, 1800)] {
        for status in [200, 503] {
            for fault in [Fault::new(), Fault::new().chunked()] {
                let client = quick(&scene.gitlab).max_attempts(1).max_error_body(most);
                let fault = fault.times(1).status(status).body(page.clone());
                scene.gitlab.inject(fault);
                let error = scene.get_job(&flavour.build(client)).unwrap_err();
                assert_eq!(error.status().unwrap(), status);
                assert_eq!(error.body().unwrap(), &page.as_bytes()[..kept]);
            }
        }
    }
    // The body may be incomplete.
    for (most, kept) in [(10, 10), (1000, 900)] {
        let client = quick(&scene.gitlab).max_attempts(1).max_error_body(most);
        let fault = Fault::new().times(1).body(page.clone());
        scene.gitlab.inject(fault.cut_after(900));
        let error = scene.get_job(&flavour.build(client)).unwrap_err();
        assert_eq!(error.body().unwrap(), &page.as_bytes()[..kept]);
    }
    // It may even be endless.
    scene
        .gitlab
        .inject(Fault::new().status(404).generated_body(1 << 50));
    let error = scene.get_job(&scene.client(flavour)).unwrap_err();
    assert_eq!(error.body().unwrap().len(), 64 << 10);
}
