//! Responses that cannot be decoded: the error names the place, and keeps the body.

use fake_gitlab::Fault;

use crate::flavour::{Flavour, for_one_client, items};
use crate::scene::{Scene, layers};

for_one_client! {
    a_decode_error_names_the_path,
    a_body_that_is_not_a_job_is_a_decode_error,
}

fn a_decode_error_names_the_path(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let jobs = include_str!("../../../spec/examples/documented/list_project_jobs.json");
    let jobs = serde_json::from_str::<serde_json::Value>(jobs).unwrap();
    let cases: [(&str, serde_json::Value, &str, &str); 4] = [
        ("/1/user/id", "x".into(), "[1].user.id", "expected u64"),
        ("/0/status", 7.into(), "[0].status", "expected a string"),
        (
            "/1/commit/created_at",
            "soon".into(),
            "[1].commit.created_at",
            "",
        ),
        ("/1/id", (-1).into(), "[1].id", "u64"),
    ];
    for (pointer, value, path, reason) in cases {
        let mut body = jobs.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        let body = body.to_string();
        scene
            .gitlab
            .inject(Fault::new().times(1).body(body.clone()));

        let mut list = items!(client, list_project_jobs(scene.project));
        let error = list.next().unwrap().unwrap_err();

        assert!(error.is_decode(), "{error:?}");
        assert_eq!(error.decode_path(), Some(path));
        assert_eq!(error.operation_id(), Some("list_project_jobs"));
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body().unwrap(), body.as_bytes());
        assert_eq!(error.attempts(), 1);
        let request_id = error.request_id().unwrap();
        let shown = error.to_string();
        for part in [path, "GET /projects/", "200", request_id] {
            assert!(shown.contains(part), "{shown}");
        }
        assert!(layers(&error)[1].contains(reason), "{error:?}");
        assert_eq!(scene.gitlab.take_requests().len(), 1);
    }
}

fn a_body_that_is_not_a_job_is_a_decode_error(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    for (status, body) in [
        (200, &b"<html>Sign in</html>"[..]),
        (200, b""),
        (204, b""),
        (200, b"{\"id\": 1, \"na"),
        (200, b"{\"id\": \"\xff\"}"),
        (200, b"[]"),
    ] {
        let page = Fault::new().times(2).status(status).body(body);
        scene.gitlab.inject(page);
        for error in [scene.get_job(&client), scene.play_job(&client)] {
            let error = error.unwrap_err();
            assert!(error.is_decode(), "{error:?}");
            assert!(error.decode_path().is_some());
            assert_eq!(error.body().unwrap(), body);
            assert_eq!(error.message(), None);
        }
        assert_eq!(scene.gitlab.take_requests().len(), 2);
    }
}
