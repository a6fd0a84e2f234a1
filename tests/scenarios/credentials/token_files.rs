//! A token in a file that is rewritten while the client is in use.

use std::sync::Arc;

use fake_gitlab::{Access, GUEST_TOKEN, MAINTAINER_TOKEN, RecordedRequest};
use gitlab_jobs::{ClientBuilder, TokenKind};
use tempfile::NamedTempFile;

use crate::flavour::{Client, Flavour, for_one_client};
use crate::scene::{Scene, layers, quick};

for_one_client! {
    a_rewritten_file_is_read_again,
    a_token_that_rotates_during_a_request_is_replaced,
    an_unreadable_file_keeps_the_last_token,
    a_rejected_token_whose_file_is_gone_is_reported,
    a_file_without_a_token_is_rejected,
}

/// Creates a file that is removed at the end of a test.
pub(crate) fn file_with(content: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    write(&file, content);
    file
}

pub(crate) fn write(file: &NamedTempFile, content: &str) {
    std::fs::write(file.path(), content).unwrap();
}

fn client(scene: &Scene, flavour: Flavour, file: &NamedTempFile) -> Client {
    flavour.build(quick(&scene.gitlab).token_file(TokenKind::Private, file.path()))
}

fn token(request: &RecordedRequest) -> &str {
    request.header("private-token").unwrap()
}

fn a_rewritten_file_is_read_again(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let file = file_with(GUEST_TOKEN);
    let client = client(&scene, flavour, &file);
    scene.get_job(&client).unwrap();
    write(&file, &format!("  {MAINTAINER_TOKEN}\n\n"));
    scene.get_job(&client).unwrap();

    let requests = scene.gitlab.requests();
    assert_eq!(
        requests.iter().map(token).collect::<Vec<_>>(),
        [GUEST_TOKEN, MAINTAINER_TOKEN]
    );
}

fn a_token_that_rotates_during_a_request_is_replaced(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let file = Arc::new(file_with("glpat-of-yesterday"));
    let client = client(&scene, flavour, &file);
    let rotated = Arc::clone(&file);
    scene.gitlab.on_request(move |_, state| {
        state.add_token("glpat-of-today", Access::Maintainer);
        write(&rotated, "glpat-of-today");
    });

    let job = scene.play_job(&client).unwrap();

    assert_eq!((job.status.as_str(), job.attempts()), ("pending", 1));
    let requests = scene.gitlab.requests();
    assert_eq!(
        requests.iter().map(token).collect::<Vec<_>>(),
        ["glpat-of-yesterday", "glpat-of-today"]
    );
    // The same token would be rejected again.
    scene.gitlab.clear_requests();
    scene
        .gitlab
        .with(|state| state.remove_token("glpat-of-today"));
    scene
        .gitlab
        .on_request(|_, state| state.remove_token("glpat-of-today"));
    assert!(scene.get_job(&client).unwrap_err().is_unauthorized());
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn an_unreadable_file_keeps_the_last_token(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let file = file_with(MAINTAINER_TOKEN);
    let client = client(&scene, flavour, &file);
    write(&file, "");
    scene.get_job(&client).unwrap();
    std::fs::remove_file(file.path()).unwrap();
    scene.get_job(&client).unwrap();
}

fn a_rejected_token_whose_file_is_gone_is_reported(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let file = file_with("glpat-revoked-token");
    let client = client(&scene, flavour, &file);
    std::fs::remove_file(file.path()).unwrap();

    let error = scene.get_job(&client).unwrap_err();

    assert!(error.is_unauthorized(), "{error:?}");
    let reason = &layers(&error)[1];
    assert!(reason.contains(file.path().to_str().unwrap()), "{reason}");
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn a_file_without_a_token_is_rejected(flavour: Flavour) {
    for content in ["", "\n", "secret and more", "secret\nsecret\n", "secreté"] {
        let file = file_with(content);
        let builder = ClientBuilder::new().token_file(TokenKind::Bearer, file.path());
        let shown = format!("{builder:?}");
        let error = flavour.try_build(builder).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert!(error.to_string().contains(file.path().to_str().unwrap()));
        assert!(!format!("{shown} {error} {error:?}").contains("secret"));
    }
    let missing = ClientBuilder::new().token_file(TokenKind::Job, "/nowhere/token");
    let error = flavour.try_build(missing).unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    assert!(error.to_string().contains("/nowhere/token"), "{error}");
}
