//! A token from a function of the program, which is called again when the token is rejected.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::types::Job;
use gitlab_jobs::{ClientBuilder, Error, Response, TokenKind};

use crate::flavour::{Client, Flavour, RUNTIME, for_one_client};
use crate::scene::{MILLISECOND, Scene, layers, quick};

for_one_client! {
    a_source_is_called_once_while_its_token_is_accepted,
    a_rejected_token_is_replaced_and_the_request_retried,
    a_replacement_that_is_rejected_too_ends_the_call,
    a_source_without_another_token_ends_the_call,
    concurrent_calls_share_one_token,
    a_source_that_fails_ends_the_call,
    concurrent_calls_share_a_failure,
    a_rejected_token_whose_source_fails_is_reported,
    another_origin_cannot_cause_the_token_to_be_renewed,
}

/// The results of successive calls of the source. The last one is repeated.
#[derive(Clone)]
pub(super) struct Tokens {
    tokens: &'static [Result<&'static str, &'static str>],
    calls: Arc<AtomicUsize>,
}

impl Tokens {
    pub(super) fn new(tokens: &'static [Result<&'static str, &'static str>]) -> Self {
        let calls = Arc::default();
        Self { tokens, calls }
    }

    pub(super) fn next(&self) -> Result<&'static str, &'static str> {
        let calls = self.calls.fetch_add(1, Ordering::SeqCst);
        self.tokens[calls.min(self.tokens.len() - 1)]
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn add_to(&self, builder: ClientBuilder) -> ClientBuilder {
        let tokens = self.clone();
        builder.token_source(TokenKind::Private, move || {
            std::future::ready(tokens.next())
        })
    }

    fn client(&self, scene: &Scene, flavour: Flavour) -> Client {
        flavour.build(self.add_to(quick(&scene.gitlab)))
    }
}

pub(super) const OLD: &str = "glpat-of-yesterday";

/// The tokens of all requests.
pub(super) fn presented(gitlab: &FakeGitlab) -> Vec<String> {
    let requests = gitlab.take_requests();
    let token = |name| {
        move |request: &fake_gitlab::RecordedRequest| request.header(name).unwrap().to_owned()
    };
    requests.iter().map(token("private-token")).collect()
}

/// Makes `calls` calls at the same time.
pub(super) fn concurrently(
    calls: usize,
    scene: &Scene,
    client: &Client,
) -> Vec<Result<Response<Job>, Error>> {
    match client {
        Client::Async(client) => {
            let call = |_| client.get_job(scene.project, scene.job).send();
            RUNTIME.block_on(futures_util::future::join_all((0..calls).map(call)))
        }
        Client::Blocking(client) => std::thread::scope(|threads| {
            let call = || client.get_job(scene.project, scene.job).send();
            let calls: Vec<_> = (0..calls).map(|_| threads.spawn(call)).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        }),
    }
}

fn a_source_is_called_once_while_its_token_is_accepted(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Ok(MAINTAINER_TOKEN)]);
    let client = tokens.client(&scene, flavour);
    assert_eq!(tokens.calls(), 0);
    for _ in 0..3 {
        scene.get_job(&client).unwrap();
        scene.get_job(&client.with_timeout(Duration::MAX)).unwrap();
    }
    assert_eq!(tokens.calls(), 1);
    assert_eq!(presented(&scene.gitlab), [MAINTAINER_TOKEN; 6]);
}

fn a_rejected_token_is_replaced_and_the_request_retried(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let tokens = Tokens::new(&[Ok(OLD), Ok(MAINTAINER_TOKEN)]);
    let client = tokens.client(&scene, flavour);

    let job = scene.play_job(&client).unwrap();

    assert_eq!((job.status.as_str(), job.attempts()), ("pending", 1));
    assert_eq!(tokens.calls(), 2);
    assert_eq!(presented(&scene.gitlab), [OLD, MAINTAINER_TOKEN]);
    scene.get_job(&client).unwrap();
    assert_eq!(tokens.calls(), 2);
}

fn a_replacement_that_is_rejected_too_ends_the_call(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Ok(OLD), Ok("glpat-unknown-a"), Ok("glpat-unknown-b")]);
    let error = scene.get_job(&tokens.client(&scene, flavour)).unwrap_err();
    assert!(error.is_unauthorized(), "{error:?}");
    assert_eq!(presented(&scene.gitlab), [OLD, "glpat-unknown-a"]);
}

fn a_source_without_another_token_ends_the_call(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Ok(OLD)]);
    let error = scene.get_job(&tokens.client(&scene, flavour)).unwrap_err();
    assert!(error.is_unauthorized(), "{error:?}");
    assert_eq!(tokens.calls(), 2);
    assert_eq!(presented(&scene.gitlab), [OLD]);
}

fn concurrent_calls_share_one_token(flavour: Flavour) {
    const CALLS: usize = 20;
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Ok(OLD), Ok(MAINTAINER_TOKEN), Err("called too often")]);
    let client = tokens.client(&scene, flavour);
    // Long enough for all calls to be made with the old token and rejected.
    let rejection = Fault::new().matching(|request| request.header("private-token") == Some(OLD));
    let rejection = rejection.status(401).delay(200 * MILLISECOND);
    scene.gitlab.inject(rejection);

    for job in concurrently(CALLS, &scene, &client) {
        job.unwrap();
    }

    assert_eq!(tokens.calls(), 2);
    let presented = presented(&scene.gitlab);
    let old = presented.iter().filter(|token| *token == OLD).count();
    assert!(old > 1, "{presented:?}");
    assert_eq!(presented.len(), old + CALLS);
}

fn a_source_that_fails_ends_the_call(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Err("no network"), Ok("secret\n"), Ok(MAINTAINER_TOKEN)]);
    let client = tokens.client(&scene, flavour);
    for reason in ["no network", "a line break at position 6"] {
        let error = scene.get_job(&client).unwrap_err();
        assert!(error.is_token() && !error.is_invalid(), "{error:?}");
        assert_eq!(error.attempts(), 0);
        assert_eq!(error.operation_id(), Some("get_job"));
        assert!(layers(&error)[1].contains(reason), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        assert!(scene.gitlab.requests().is_empty());
    }
    scene.get_job(&client).unwrap();
}

fn concurrent_calls_share_a_failure(flavour: Flavour) {
    const CALLS: usize = 8;
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Err("no network")]);
    let source = tokens.clone();
    let client = flavour.build(quick(&scene.gitlab).token_source(TokenKind::Job, move || {
        let token = source.next();
        async move {
            // Long enough for all calls to be waiting.
            tokio::time::sleep(50 * MILLISECOND).await;
            token
        }
    }));
    for call in concurrently(CALLS, &scene, &client) {
        assert!(call.unwrap_err().is_token());
    }
    // A thread may begin late.
    assert!(tokens.calls() < CALLS, "{}", tokens.calls());
}

fn a_rejected_token_whose_source_fails_is_reported(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let tokens = Tokens::new(&[Ok(OLD), Err("no network")]);
    let error = scene.get_job(&tokens.client(&scene, flavour)).unwrap_err();
    assert!(error.is_unauthorized(), "{error:?}");
    assert_eq!(
        layers(&error)[1..],
        ["the token source failed", "no network"]
    );
    assert_eq!(presented(&scene.gitlab), [OLD]);
}

fn another_origin_cannot_cause_the_token_to_be_renewed(flavour: Flavour) {
    let (home, elsewhere) = (Scene::with_job("running"), FakeGitlab::start());
    let tokens = Tokens::new(&[Ok(MAINTAINER_TOKEN), Ok("glpat-other-token")]);
    let away = format!("{}{}", elsewhere.url(), home.job_path());
    home.gitlab.inject(Fault::new().redirect(302, &away));

    let error = home.get_job(&tokens.client(&home, flavour)).unwrap_err();

    assert!(error.is_unauthorized(), "{error:?}");
    assert_eq!((tokens.calls(), elsewhere.requests().len()), (1, 1));
}
