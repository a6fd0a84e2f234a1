//! Tokens, bodies, the server's messages, signatures, and values of variables are never traced.

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::{ClientBuilder, RetryPolicy};
use tokio::runtime::Builder;

use super::traced;
use crate::flavour::{Client, Flavour, changes, for_one_client, send};
use crate::scene::{MILLISECOND, Scene, quick};

for_one_client! {
    hostile_servers_get_no_secret_into_a_trace,
    the_host_of_a_redirect_is_not_traced,
    the_value_of_a_variable_is_not_traced,
}

const SIGNATURE: &str = "7e57ab1e";
const BODY: &str = "confidential";

/// Attacks by a hostile server, some of which use the token that it received.
fn hostilities(elsewhere: &FakeGitlab) -> Vec<Fault> {
    let signed = format!("{}/{SIGNATURE}?X-Signature={SIGNATURE}", elsewhere.url());
    let with_user = signed.replace("http://", &format!("http://{SIGNATURE}@"));
    let text = format!(r#"{{"message": "{BODY}", "error": "{MAINTAINER_TOKEN}"}}"#);
    let [echoes, bodies] = [
        [400, 401, 403, 404, 429, 500, 503].map(|status| {
            let fault = Fault::new().echo_token(status);
            fault.header("x-request-id", format!("id-{MAINTAINER_TOKEN}"))
        }),
        [200, 400, 401, 403, 404, 422, 502].map(|status| {
            let fault = Fault::new().status(status).body(text.clone());
            fault.header("x-request-id", MAINTAINER_TOKEN)
        }),
    ];
    let redirects = [301, 302, 303, 307, 308].map(|status| Fault::new().redirect(status, &signed));
    let others = [
        Fault::new().redirect(302, &with_user),
        Fault::new().redirect(
            302,
            &format!("/api/v4/job?private_token={MAINTAINER_TOKEN}"),
        ),
        Fault::new().redirect(302, &format!("file:///{MAINTAINER_TOKEN}")),
        Fault::new().echo_token(200).cut_after(20),
        Fault::new().link(&format!(
            "</{SIGNATURE}?token={MAINTAINER_TOKEN}>; rel=\"next\""
        )),
        Fault::new().reset_before_response(),
        Fault::new().reset_after(10),
        Fault::new().retry_later(0),
    ];
    let all = echoes.into_iter().chain(bodies).chain(redirects);
    all.chain(others).collect()
}

#[track_caller]
fn assert_no_secret(trace: &str) {
    assert!(trace.contains("gitlab_jobs: new"), "{trace}");
    for secret in [MAINTAINER_TOKEN, SIGNATURE, BODY] {
        assert!(!trace.contains(secret), "{secret}\n{trace}");
    }
}

fn hostile_servers_get_no_secret_into_a_trace(flavour: Flavour) {
    let tokens = [
        ClientBuilder::private_token,
        ClientBuilder::job_token,
        ClientBuilder::bearer_token,
    ];
    let (scene, elsewhere) = (Scene::with_log(BODY), FakeGitlab::start());
    for set in tokens {
        for hostility in hostilities(&elsewhere) {
            let shown = format!("{hostility:?}");
            scene.gitlab.clear_faults();
            scene.gitlab.inject(hostility);
            let builder = set(quick(&scene.gitlab), MAINTAINER_TOKEN.to_owned());
            let client = flavour.build(builder.max_attempts(2));

            let trace = traced(|| make_every_kind_of_call(&scene, &client));

            assert_no_secret(&trace);
            assert!(trace.matches(": close").count() >= 4, "{shown}\n{trace}");
        }
    }
}

fn make_every_kind_of_call(scene: &Scene, client: &Client) {
    let (project, pipeline, job) = (scene.project, scene.pipeline, scene.job);
    _ = scene.get_job(client);
    _ = scene.retry_job(client);
    if let Ok(log) = client.log(project, job) {
        log.into_inner().for_each(drop);
    }
    // Polls are repeated anyway.
    let polling = client.with_retry_policy(RetryPolicy::none());
    let follow = polling.follow(project, job).interval(MILLISECOND);
    let follow = follow.max_outage(10 * MILLISECOND);
    follow.take(3).for_each(drop);
    let watch = changes!(
        polling,
        watch_pipeline(project, pipeline)
            .interval(MILLISECOND)
            .max_outage(10 * MILLISECOND)
            .settle_time(MILLISECOND)
    );
    watch.take(3).for_each(drop);
    // The async client requests lists in separate tasks, which run on this thread here.
    match client {
        Client::Async(client) => {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut jobs = client.list_pipeline_jobs(project, pipeline).stream();
                while let Ok(Some(_)) = jobs.try_next().await {}
            });
        }
        Client::Blocking(client) => {
            let jobs = client.list_pipeline_jobs(project, pipeline).iter();
            jobs.take_while(Result::is_ok).for_each(drop);
        }
    }
}

fn the_host_of_a_redirect_is_not_traced(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let location = format!("http://{MAINTAINER_TOKEN}.invalid/");
    scene.gitlab.inject(Fault::new().redirect(302, &location));
    let client = scene.client_without_retries(flavour);

    let trace = traced(|| _ = scene.get_job(&client).unwrap_err());

    // Events of hyper name every host that it connects to.
    let own = trace.lines().filter(|line| line.contains(" gitlab_jobs: "));
    let own = own.collect::<Vec<_>>().join("\n");
    assert!(own.contains("redirect followed"), "{trace}");
    assert_no_secret(&own);
}

fn the_value_of_a_variable_is_not_traced(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    let trace = traced(|| {
        let play = send!(
            client,
            play_job(scene.project, scene.job).variable("KEY", SIGNATURE)
        );
        _ = play.unwrap();
    });
    assert_no_secret(&trace);
}
