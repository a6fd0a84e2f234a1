//! URLs of requests: the base URL in all its forms, and the project by id or path.

use fake_gitlab::{DEMO_FINISHED_JOB, FakeGitlab};
use gitlab_jobs::ProjectId;

use crate::flavour::{Flavour, for_one_client, items, send};
use crate::scene::{demo, quick};
use crate::wire::{only_request, request_lines};

for_one_client! {
    the_base_url_can_be_written_in_every_usual_way,
    a_gitlab_below_a_relative_root_is_reached,
    a_project_can_be_given_in_every_usual_way,
    a_path_is_encoded_whole_and_once,
    the_whole_range_of_ids_can_be_requested,
    pages_of_a_gitlab_below_a_relative_root_are_found,
}

fn the_base_url_can_be_written_in_every_usual_way(flavour: Flavour) {
    let gitlab = demo();
    for ending in ["", "/", "/api/v4", "/api/v4/"] {
        let url = format!("{}{ending}", gitlab.url());
        let client = flavour.build(quick(&gitlab).base_url(&url));

        let job = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();

        assert_eq!(job.id, DEMO_FINISHED_JOB);
        assert_eq!(
            only_request(&gitlab).target,
            "/api/v4/projects/42/jobs/4201",
            "{url}"
        );
    }
}

fn a_gitlab_below_a_relative_root_is_reached(flavour: Flavour) {
    let gitlab = FakeGitlab::builder()
        .relative_root("/some/gitlab")
        .demo_project()
        .start();
    for ending in ["", "/", "/api/v4", "/api/v4/"] {
        let url = format!("{}{ending}", gitlab.url());
        let client = flavour.build(quick(&gitlab).base_url(&url));

        let job = send!(client, get_job("group/project", DEMO_FINISHED_JOB)).unwrap();

        assert_eq!(job.id, DEMO_FINISHED_JOB);
        let expected = "/some/gitlab/api/v4/projects/group%2Fproject/jobs/4201";
        assert_eq!(only_request(&gitlab).target, expected, "{url}");
    }
}

fn a_project_can_be_given_in_every_usual_way(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));
    let path = "group/project".to_owned();
    let id: ProjectId = "group/project".parse().unwrap();

    for call in [
        send!(client, get_job(42, 4201)),
        send!(client, get_job("42", 4201)),
        send!(client, get_job(ProjectId::from(42), 4201)),
    ] {
        assert_eq!(call.unwrap().id, 4201);
    }
    assert_eq!(
        request_lines(&gitlab),
        ["GET /api/v4/projects/42/jobs/4201"; 3]
    );

    for call in [
        send!(client, get_job("group/project", 4201)),
        send!(client, get_job("group%2Fproject", 4201)),
        send!(client, get_job("group%2fproject", 4201)),
        send!(client, get_job(path.clone(), 4201)),
        send!(client, get_job(&path, 4201)),
        send!(client, get_job(id.clone(), 4201)),
        send!(client, get_job(&id, 4201)),
    ] {
        assert_eq!(call.unwrap().id, 4201);
    }
    assert_eq!(
        request_lines(&gitlab),
        ["GET /api/v4/projects/group%2Fproject/jobs/4201"; 7]
    );
}

fn a_path_is_encoded_whole_and_once(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));
    for (path, encoded) in [
        (
            "my-group/sub_group/a.project",
            "my-group%2Fsub_group%2Fa.project",
        ),
        ("grüße/projekt", "gr%C3%BC%C3%9Fe%2Fprojekt"),
        ("a+b/c&d=e", "a%2Bb%2Fc%26d%3De"),
    ] {
        let id = gitlab.with(|state| {
            let project = state.add_project(path);
            let pipeline = state.add_pipeline(project);
            state.add_job(pipeline, "build").id()
        });

        let job = send!(client, get_job(path, id)).unwrap();

        assert_eq!(job.id, id);
        assert_eq!(
            only_request(&gitlab).path,
            format!("/api/v4/projects/{encoded}/jobs/{id}")
        );
    }
}

fn the_whole_range_of_ids_can_be_requested(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));
    let project = gitlab.with(|state| state.add_project("group/project"));
    for id in [6_747_393_391, i64::MAX as u64 - 1] {
        gitlab.with(|state| {
            state.add_pipeline_with_id(project, id);
            state.add_job_with_id(id, id, "build");
        });

        let job = send!(client, get_job(project, id)).unwrap();
        assert_eq!((job.id, job.pipeline.as_ref().unwrap().id), (id, id));

        let jobs = send!(client, list_pipeline_jobs(project, id)).unwrap();
        assert_eq!(jobs[0].id, id);
        assert_eq!(
            request_lines(&gitlab),
            [
                format!("GET /api/v4/projects/{project}/jobs/{id}"),
                format!("GET /api/v4/projects/{project}/pipelines/{id}/jobs"),
            ]
        );
    }
}

fn pages_of_a_gitlab_below_a_relative_root_are_found(flavour: Flavour) {
    let gitlab = FakeGitlab::builder().relative_root("/gitlab").start();
    let project = gitlab.with(|state| state.add_project("group/project"));
    let seeded = gitlab.with(|state| state.seed_jobs(project, 250));
    let client = flavour.build(quick(&gitlab));

    let jobs = items!(client, list_project_jobs("group/project"));

    let ids: Vec<u64> = jobs.map(|job| job.unwrap().id).collect();
    assert_eq!(ids, seeded.rev().collect::<Vec<_>>());
    let requests = gitlab.take_requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.path, "/gitlab/api/v4/projects/group%2Fproject/jobs");
    }
}
