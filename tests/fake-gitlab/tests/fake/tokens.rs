//! Which token is accepted where, and what happens when tokens change.

use fake_gitlab::{
    DEVELOPER_TOKEN, EXPIRED_TOKEN, FakeGitlab, Fault, GUEST_TOKEN, MAINTAINER_TOKEN,
    OUTSIDER_TOKEN, READ_ONLY_TOKEN,
};

use crate::wire::{project, request_with};

/// A server with a running job.
struct Scene {
    gitlab: FakeGitlab,
    project: u64,
    pipeline: u64,
    job: u64,
}

impl Scene {
    fn new() -> Self {
        let gitlab = FakeGitlab::start();
        let (project, pipeline) = project(&gitlab);
        let job = gitlab.with(|state| state.add_job(pipeline, "build").set_status("running").id());
        Self {
            gitlab,
            project,
            pipeline,
            job,
        }
    }

    fn job_token(&self) -> String {
        self.gitlab.job(self.job).token()
    }

    fn status(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        let target = format!("/api/v4{path}");
        request_with(&self.gitlab, method, &target, headers, "").status
    }

    fn job_path(&self, action: &str) -> String {
        format!("/projects/{}/jobs/{}{action}", self.project, self.job)
    }
}

#[test]
fn personal_tokens_permit_what_their_access_permits() {
    let scene = Scene::new();
    let job = scene.job_path("");
    let cancel = scene.job_path("/cancel");
    let force = format!("{cancel}?force=true");
    let cases = [
        ("GET", &job, GUEST_TOKEN, 200),
        ("GET", &job, READ_ONLY_TOKEN, 200),
        ("GET", &job, EXPIRED_TOKEN, 401),
        ("GET", &job, "unknown", 401),
        ("GET", &job, OUTSIDER_TOKEN, 404),
        ("POST", &cancel, GUEST_TOKEN, 403),
        ("POST", &cancel, READ_ONLY_TOKEN, 403),
        ("POST", &force, DEVELOPER_TOKEN, 403),
        ("POST", &force, MAINTAINER_TOKEN, 201),
    ];
    for (method, path, token, status) in cases {
        let sent = scene.status(method, path, &[("private-token", token)]);
        assert_eq!(sent, status, "{method} {path} with {token}");
    }
    assert_eq!(scene.status("GET", &job, &[]), 401);
    for (token, status) in [(MAINTAINER_TOKEN, 200), ("unknown", 401)] {
        let bearer = format!("Bearer {token}");
        assert_eq!(
            scene.status("GET", &job, &[("authorization", &bearer)]),
            status
        );
    }
}

#[test]
fn a_job_token_is_accepted_where_gitlab_accepts_it_and_nowhere_else() {
    let scene = Scene::new();
    let token = scene.job_token();
    let bearer = format!("Bearer {token}");
    let pipeline = format!("/projects/{}/pipelines/{}", scene.project, scene.pipeline);
    let cases = [
        ("GET", "/job".to_owned(), 200),
        ("GET", "/job/allowed_agents".to_owned(), 200),
        ("GET", format!("/projects/{}/jobs", scene.project), 200),
        ("GET", format!("{pipeline}/jobs"), 200),
        ("GET", format!("{pipeline}/bridges"), 200),
        ("GET", "/projects/1/jobs".to_owned(), 404),
        ("GET", scene.job_path(""), 401),
        ("GET", scene.job_path("/trace"), 401),
        ("POST", scene.job_path("/cancel"), 401),
        ("POST", scene.job_path("/retry"), 401),
        ("POST", scene.job_path("/erase"), 401),
        ("POST", scene.job_path("/play"), 401),
    ];
    for (method, path, status) in cases {
        for header in [("job-token", &*token), ("authorization", &*bearer)] {
            assert_eq!(
                scene.status(method, &path, &[header]),
                status,
                "{method} {path} {header:?}"
            );
        }
    }
    assert_eq!(
        scene.status("GET", "/job", &[("private-token", &token)]),
        401
    );
    assert_eq!(
        scene.status("GET", "/job", &[("private-token", MAINTAINER_TOKEN)]),
        404
    );

    scene
        .gitlab
        .with(|state| state.job_mut(scene.job).set_status("success").id());
    assert_eq!(scene.status("GET", "/job", &[("job-token", &token)]), 401);
}

#[test]
fn a_private_token_takes_precedence_over_a_job_token() {
    let scene = Scene::new();
    let list = format!("/projects/{}/jobs", scene.project);
    let good_job_token = scene.job_token();
    for (private, job, status) in [
        (MAINTAINER_TOKEN, "glcbt-bad", 200),
        (MAINTAINER_TOKEN, &*good_job_token, 200),
        ("glpat-bad", &*good_job_token, 401),
    ] {
        let headers = [("private-token", private), ("job-token", job)];
        assert_eq!(
            scene.status("GET", &list, &headers),
            status,
            "{private} {job}"
        );
    }
}

#[test]
fn tokens_rotate_while_the_server_runs() {
    let scene = Scene::new();
    let get = |token: &str| {
        let target = format!("/api/v4{}", scene.job_path(""));
        request_with(
            &scene.gitlab,
            "GET",
            &target,
            &[("private-token", token)],
            "",
        )
    };
    scene
        .gitlab
        .with(|state| state.rotate_token(GUEST_TOKEN, "glpat-new"));
    let refused = get(GUEST_TOKEN);
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (401, &"invalid_token".into())
    );
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("revoked")
    );
    assert_eq!(get("glpat-new").status, 200);
    scene.gitlab.with(|state| state.expire_token("glpat-new"));
    assert_eq!(get("glpat-new").status, 401);
    scene
        .gitlab
        .with(|state| state.add_token("glpat-new", fake_gitlab::Access::Guest));
    assert_eq!(get("glpat-new").status, 200);
    scene.gitlab.with(|state| state.remove_token("glpat-new"));
    assert_eq!(get("glpat-new").status, 401);
}

#[test]
fn a_fault_echoes_the_token_of_the_request() {
    let scene = Scene::new();
    scene.gitlab.inject(Fault::new().echo_token(403));
    let target = format!("/api/v4{}", scene.job_path(""));
    for (name, value) in [
        ("private-token", "glpat-secret"),
        ("job-token", "glcbt-secret"),
        ("authorization", "Bearer oauth-secret"),
    ] {
        let echoed = request_with(&scene.gitlab, "GET", &target, &[(name, value)], "");
        let message = echoed.json()["message"].as_str().unwrap().to_owned();
        let token = value.trim_start_matches("Bearer ");
        assert!(echoed.status == 403 && message.contains(token), "{message}");
    }
}
