//! A source of tokens that sends requests to the same GitLab, such as one that rotates a token.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use fake_gitlab::{Access, FakeGitlab, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::{ClientBuilder, Error, TokenKind};

use super::token_sources::{OLD, Tokens, concurrently, presented};
use crate::flavour::{Client, Flavour, for_both_clients};
use crate::scene::{MILLISECOND, Scene, layers, without_token};

for_both_clients! {
    calls_at_the_cap_do_not_hold_the_slot_that_their_source_needs,
    calls_at_a_reported_limit_do_not_hold_the_slot_that_their_source_needs,
    a_source_that_calls_its_own_client_is_an_error,
    a_source_that_calls_its_own_client_through_that_of_another_source_is_an_error,
}

/// Far more than the calls take, unless they wait for each other.
const SOON: Duration = Duration::from_secs(20);

/// The token with which the source sends its own requests.
const ROTATOR: &str = "glpat-of-the-rotator";

/// A client that is created after its source.
type Later = Arc<OnceLock<Client>>;

/// Sends a request from a source.
async fn call(client: &Client, project: u64, job: u64) -> Result<(), Error> {
    match client.clone() {
        Client::Async(client) => client.get_job(project, job).await.map(drop),
        Client::Blocking(client) => {
            let call = move || client.get_job(project, job).send().map(drop);
            tokio::task::spawn_blocking(call).await.unwrap()
        }
    }
}

/// Makes calls whose token is rejected, and whose source sends a request on the same connections each time.
fn rotate(calls: usize, scene: &Scene, flavour: Flavour, builder: ClientBuilder) {
    let expired = Fault::new().matching(|request| request.header("private-token") == Some(OLD));
    // Long enough for all calls to be made with the old token.
    scene
        .gitlab
        .inject(expired.status(401).delay(200 * MILLISECOND));
    scene
        .gitlab
        .with(|state| state.add_token(ROTATOR, Access::Maintainer));
    let (project, job) = (scene.project, scene.job);
    let rotator = Later::default();
    let (later, tokens) = (
        Arc::clone(&rotator),
        Tokens::new(&[Ok(OLD), Ok(MAINTAINER_TOKEN)]),
    );
    let client = flavour.build(builder.token_source(TokenKind::Private, move || {
        let (rotator, token) = (Arc::clone(&later), tokens.next());
        async move {
            call(rotator.get().unwrap(), project, job).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(token?)
        }
    }));
    rotator
        .set(client.with_token(TokenKind::Private, ROTATOR).unwrap())
        .unwrap();

    for job in concurrently(calls, scene, &client.with_timeout(SOON)) {
        job.unwrap();
    }

    let presented = presented(&scene.gitlab);
    let with = |token| {
        presented
            .iter()
            .filter(|presented| *presented == token)
            .count()
    };
    // A thread may begin late, when the token has been renewed.
    assert!((1..=calls).contains(&with(OLD)), "{presented:?}");
    assert_eq!((with(MAINTAINER_TOKEN), with(ROTATOR)), (calls, 2));
}

fn calls_at_the_cap_do_not_hold_the_slot_that_their_source_needs(flavour: Flavour) {
    for cap in [1, 2, 4] {
        let scene = Scene::with_job("running");
        let builder = without_token(&scene.gitlab).max_concurrent_requests(cap);
        rotate(cap, &scene, flavour, builder);
    }
}

fn calls_at_a_reported_limit_do_not_hold_the_slot_that_their_source_needs(flavour: Flavour) {
    const LEFT: usize = 4;
    let scene = Scene::with_job("running");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let reset = now.unwrap() + 3 * SOON;
    let limit = Fault::new().header("RateLimit-Remaining", LEFT.to_string());
    scene
        .gitlab
        .inject(limit.header("RateLimit-Reset", reset.as_secs().to_string()));
    rotate(LEFT, &scene, flavour, without_token(&scene.gitlab));
}

/// A client whose source calls another one.
fn client_calling(later: &Later, scene: &Scene, flavour: Flavour) -> Client {
    let (later, project, job) = (Arc::clone(later), scene.project, scene.job);
    let builder = without_token(&scene.gitlab).max_concurrent_requests(4);
    flavour.build(builder.token_source(TokenKind::Private, move || {
        let client = Arc::clone(&later);
        async move {
            match client.get().unwrap() {
                Client::Async(client) => drop(client.get_job(project, job).await?),
                Client::Blocking(client) => drop(client.get_job(project, job).send()?),
            }
            Ok::<_, Error>(MAINTAINER_TOKEN)
        }
    }))
}

fn assert_refused(gitlab: &FakeGitlab, error: &Error, reason: &str) {
    assert!(error.is_token(), "{error:?}");
    let layers = layers(error);
    assert!(layers.last().unwrap().contains(reason), "{layers:?}");
    assert!(gitlab.requests().is_empty());
}

fn a_source_that_calls_its_own_client_is_an_error(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let later = Later::default();
    let client = client_calling(&later, &scene, flavour).with_timeout(SOON);
    later.set(client.clone()).unwrap();

    let error = scene.get_job(&client).unwrap_err();

    let reason = match flavour {
        Flavour::Async => "the token source has called the client that waits for its token",
        Flavour::Blocking => "the token source has made a blocking call",
    };
    assert_refused(&scene.gitlab, &error, reason);
}

fn a_source_that_calls_its_own_client_through_that_of_another_source_is_an_error(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let (first, second) = (Later::default(), Later::default());
    let client = client_calling(&second, &scene, flavour).with_timeout(SOON);
    first.set(client.clone()).unwrap();
    let other = client_calling(&first, &scene, flavour);
    second.set(other).unwrap();

    let error = scene.get_job(&client).unwrap_err();

    let reason = "the token source has called the client that waits for its token";
    assert_refused(&scene.gitlab, &error, reason);
}
