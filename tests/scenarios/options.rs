//! Client options: invalid values are rejected with a reason, valid ones take effect.

mod adjustments;
mod bad_values;
mod derived;
pub(crate) mod environment;
mod sizes;

use fake_gitlab::{FakeGitlab, Fault};
use gitlab_jobs::ClientBuilder;

use crate::flavour::{Flavour, for_one_client, items};
use crate::scene::{Scene, quick, requests_of};

for_one_client! {
    building_a_client_does_not_use_the_network,
    the_user_agent_is_sent,
    everything_goes_through_the_proxy,
    a_root_below_a_path_is_kept,
}

fn building_a_client_does_not_use_the_network(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));
    drop((client.clone(), client));
    flavour.build(ClientBuilder::new().base_url("https://does-not-exist.test"));
    assert_eq!(gitlab.connections(), 0);
}

fn the_user_agent_is_sent(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.get_job(&scene.client(flavour)).unwrap();
    let own = flavour.build(quick(&scene.gitlab).user_agent("deploy-bot/7 (ops)"));
    scene.get_job(&own).unwrap();

    let requests = scene.gitlab.requests();
    let default = requests[0].header("user-agent").unwrap();
    assert!(default.starts_with("gitlab-jobs/"), "{default}");
    assert_eq!(requests[1].header("user-agent"), Some("deploy-bot/7 (ops)"));
}

/// fake-gitlab accepts requests for absolute URLs, as a proxy does, and responds itself.
fn everything_goes_through_the_proxy(flavour: Flavour) {
    let proxy = Scene::with_job("manual");
    let authority = &proxy.gitlab.url()["http://".len()..];
    let client = flavour.build(
        quick(&proxy.gitlab)
            .base_url("http://gitlab.test:8080/gitlab")
            .proxy(format!("http://user:password@{authority}")),
    );
    let job = include_str!("../../spec/examples/documented/get_job.json");
    proxy.gitlab.inject(Fault::new().body(job));

    proxy.get_job(&client).unwrap();
    proxy.play_job(&client).unwrap();

    let requests = proxy.gitlab.requests();
    let url = format!("http://gitlab.test:8080/gitlab{}", proxy.job_path());
    assert_eq!(requests[0].line(), format!("GET {url}"));
    assert_eq!(requests[1].line(), format!("POST {url}/play"));
    for request in requests {
        assert_eq!(request.header("host"), Some("gitlab.test:8080"));
        assert_eq!(
            request.header("proxy-authorization"),
            Some("Basic dXNlcjpwYXNzd29yZA==")
        );
    }
}

fn a_root_below_a_path_is_kept(flavour: Flavour) {
    let gitlab = FakeGitlab::builder().relative_root("/git/lab").start();
    let project = gitlab.with(|state| {
        let project = state.add_project("group/project");
        state.seed_jobs(project, 3);
        project
    });
    for url in [
        gitlab.url(),
        format!("{}/", gitlab.url()),
        format!("{}/api/v4", gitlab.url()),
        format!(" {}/api/v4/\n", gitlab.url()),
    ] {
        let client = flavour.build(quick(&gitlab).base_url(url));
        let jobs = items!(client, list_project_jobs(project).per_page(2));
        assert_eq!(jobs.map(Result::unwrap).count(), 3);
    }
    for request in requests_of(&gitlab, "list_project_jobs") {
        assert_eq!(
            request.path,
            format!("/git/lab/api/v4/projects/{project}/jobs")
        );
    }
    assert_eq!(gitlab.requests().len(), 8);
}
