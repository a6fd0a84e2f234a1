//! A token in a file that is rewritten while the client is in use.

use std::sync::Arc;
use std::thread;

use fake_gitlab::{Access, GUEST_TOKEN, MAINTAINER_TOKEN, RecordedRequest};
use gitlab_jobs::{ClientBuilder, TokenKind};
use tempfile::NamedTempFile;

use crate::flavour::{Client, Flavour, for_one_client, send};
use crate::scene::{MILLISECOND, Scene, layers, quick};
use crate::telemetry::traced;

for_one_client! {
    a_rewritten_file_is_read_again,
    a_token_that_rotates_during_a_request_is_replaced,
    an_unreadable_file_keeps_the_last_token,
    a_rejected_token_whose_file_is_gone_is_reported,
    a_file_without_a_token_is_rejected,
    a_file_that_is_half_written_during_a_rejection_is_read_shortly_after,
    a_half_written_token_does_not_replace_the_last_good_one,
    a_file_that_becomes_unreadable_is_one_warning,
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

fn a_file_that_is_half_written_during_a_rejection_is_read_shortly_after(flavour: Flavour) {
    for half in ["", "glpat-of-to"] {
        let scene = Scene::with_job("manual");
        let file = Arc::new(file_with("glpat-of-yesterday"));
        let client = client(&scene, flavour, &file);
        let rotated = Arc::clone(&file);
        scene.gitlab.on_request(move |request, state| {
            if token(request) == "glpat-of-yesterday" {
                state.add_token("glpat-of-today", Access::Maintainer);
                write(&rotated, half);
                let rotated = Arc::clone(&rotated);
                thread::spawn(move || {
                    thread::sleep(20 * MILLISECOND);
                    write(&rotated, "glpat-of-today");
                });
            }
        });

        scene.play_job(&client).unwrap();

        let requests = scene.gitlab.requests();
        assert_eq!(
            requests.iter().map(token).collect::<Vec<_>>(),
            ["glpat-of-yesterday", "glpat-of-today"]
        );
    }
}

fn a_half_written_token_does_not_replace_the_last_good_one(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let file = file_with("glpat-of-yesterday");
    let client = client(&scene, flavour, &file);
    write(&file, MAINTAINER_TOKEN);
    scene.get_job(&client).unwrap();
    write(&file, "glpat-half");
    assert!(scene.get_job(&client).unwrap_err().is_unauthorized());
    write(&file, "");
    scene.get_job(&client).unwrap();

    let requests = scene.gitlab.requests();
    assert_eq!(
        requests.iter().map(token).collect::<Vec<_>>(),
        [MAINTAINER_TOKEN, "glpat-half", MAINTAINER_TOKEN]
    );
}

fn a_file_that_becomes_unreadable_is_one_warning(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let file = file_with(MAINTAINER_TOKEN);
    let client = client(&scene, flavour, &file);
    let warnings = |content: &str| {
        write(&file, content);
        let trace = traced(|| (0..3).for_each(|_| drop(scene.get_job(&client).unwrap())));
        assert!(!trace.contains(MAINTAINER_TOKEN));
        let warning = |line: &&str| line.contains("WARN") && line.contains("token file unreadable");
        trace.lines().filter(warning).count()
    };
    let contents = ["", "", MAINTAINER_TOKEN, ""];
    assert_eq!(contents.map(warnings), [1, 0, 0, 1]);
}

/// Opening a named pipe for reading waits for somebody who writes, as a hung mount does.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_in_time_ends_the_call_at_its_timeout() {
    use std::sync::mpsc;
    use std::time::Duration;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    std::fs::write(&path, MAINTAINER_TOKEN).unwrap();
    for flavour in [Flavour::Async, Flavour::Blocking] {
        let scene = Scene::with_job("running");
        let client = flavour.build(quick(&scene.gitlab).token_file(TokenKind::Private, &path));
        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let (sender, ended) = mpsc::channel();
        let (quick, project, job) = (
            client.with_timeout(50 * MILLISECOND),
            scene.project,
            scene.job,
        );
        thread::spawn(move || {
            for _ in 0..2 {
                let _ = sender.send(send!(quick, get_job(project, job)));
            }
        });
        for _ in 0..2 {
            let ended = ended.recv_timeout(Duration::from_secs(20));
            let error = ended.expect("the call ends at its timeout").unwrap_err();
            assert!(error.is_timeout(), "{error:?}");
        }
        assert!(scene.gitlab.requests().is_empty());

        // Only one thread has been waiting.
        std::fs::write(&path, "glpat-out-of-date").unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, MAINTAINER_TOKEN).unwrap();
        scene.get_job(&client).unwrap();
        assert_eq!(token(&scene.gitlab.requests()[0]), MAINTAINER_TOKEN);
    }
}
