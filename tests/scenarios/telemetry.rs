//! Traces: a span for each call, an event for each attempt, and nothing secret in either.

mod secrets;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use fake_gitlab::{FakeGitlab, Fault};
use gitlab_jobs::types::JobStatus;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::flavour::{Client, Flavour, changes, for_one_client, items, send};
use crate::scene::{MILLISECOND, Scene, quick};

for_one_client! {
    a_call_has_a_span_that_describes_it,
    each_attempt_is_an_event,
    a_failed_call_is_recorded_in_its_span,
    a_redirect_is_an_event_without_its_url,
    a_page_is_an_event,
    a_restart_of_a_log_is_an_event,
    a_failed_poll_is_an_event,
    a_rate_limit_is_an_event,
}

/// Collects what a subscriber writes.
#[derive(Clone, Debug, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Sink {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Returns everything that this thread traces meanwhile, dependencies included.
pub(crate) fn traced(act: impl FnOnce()) -> String {
    // While there is only one subscriber, tracing asks the thread that first reaches a span or event whether anybody is
    // interested, which can be another test's, and remembers the result. With a global one, it asks all subscribers.
    static GLOBAL: Once = Once::new();
    GLOBAL.call_once(|| {
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
    });
    let sink = Sink::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_writer(sink.clone())
        .without_time()
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    let bytes = std::mem::take(&mut *sink.0.lock().unwrap());
    String::from_utf8(bytes).unwrap()
}

/// Returns the line with this text, without the spans around it.
#[track_caller]
fn event<'a>(trace: &'a str, text: &str) -> &'a str {
    let lines = trace.lines().filter(|line| line.contains(text));
    let lines = lines.collect::<Vec<_>>();
    assert_eq!(lines.len(), 1, "{text}\n{trace}");
    let start = lines[0].rfind("gitlab_jobs: ").unwrap();
    &lines[0][start + "gitlab_jobs: ".len()..]
}

fn a_call_has_a_span_that_describes_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);

    let trace = traced(|| _ = send!(client, get_job("group/project", scene.job)).unwrap());

    let port = scene.gitlab.url().rsplit(':').next().unwrap().to_owned();
    for field in [
        r#"otel.kind="client""#,
        "otel.name=GET /api/v4/projects/{id}/jobs/{job_id} ",
        r#"http.request.method="GET""#,
        r#"url.template="/api/v4/projects/{id}/jobs/{job_id}""#,
        r#"server.address="127.0.0.1""#,
        &format!("server.port={port}"),
        r#"gitlab.operation="get_job""#,
        r#"gitlab.project="group/project""#,
        &format!(r#"gitlab.job="{}""#, scene.job),
    ] {
        let new = trace.lines().find(|line| line.contains("gitlab_jobs: new"));
        assert!(new.unwrap().contains(field), "{field}\n{trace}");
    }
    assert!(!trace.contains("gitlab.pipeline"), "{trace}");
    let closed = trace.lines().find(|line| line.contains(": close"));
    let outcome = "http.response.status_code=200 http.request.resend_count=0";
    assert!(closed.unwrap().contains(outcome), "{trace}");
}

fn each_attempt_is_an_event(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    scene.gitlab.inject(Fault::new().times(1).bad_gateway());
    let reset = Fault::new().times(1).reset_before_response();
    scene.gitlab.inject(reset);

    let trace = traced(|| _ = scene.get_job(&client).unwrap());

    let failed = r#"error.type="502" http.response.status_code=502 http.request.resend_count=0 gitlab.request_id="01FAKE"#;
    let failed = event(&trace, failed);
    assert!(failed.starts_with("attempt failed, retrying after a wait "));
    assert!(failed.contains("gitlab.wait_ms="), "{failed}");
    let lost = event(&trace, r#"error.type="connection_lost""#);
    assert!(lost.contains("http.request.resend_count=1"), "{lost}");
    let received = event(&trace, "response received");
    let received = received.trim_start_matches("response received ");
    let expected =
        r#"http.response.status_code=200 http.request.resend_count=2 gitlab.request_id="01FAKE"#;
    assert!(received.starts_with(expected), "{received}");
    // All attempts are in one span.
    let spans = trace.matches("gitlab_jobs: new").count();
    assert_eq!(spans, 1, "{trace}");
}

fn a_failed_call_is_recorded_in_its_span(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    let trace = traced(|| _ = send!(client, play_job(scene.project, 1)).unwrap_err());
    assert!(event(&trace, "attempt failed").contains(r#"error.type="404""#));
    let closed = trace.lines().find(|line| line.contains(": close"));
    let closed = closed.unwrap();
    assert!(closed.contains(r#"error.type="404""#), "{closed}");
    assert!(closed.contains("http.request.resend_count=0"), "{closed}");

    let builder = quick(&scene.gitlab).base_url("http://127.0.0.1:1");
    let client = flavour.build(builder.max_attempts(2));
    let trace = traced(|| _ = scene.get_job(&client).unwrap_err());
    let closed = trace.lines().find(|line| line.contains(": close"));
    let closed = closed.unwrap();
    assert!(closed.contains(r#"error.type="connect""#), "{closed}");
    assert!(closed.contains("http.request.resend_count=1"), "{closed}");
}

fn a_redirect_is_an_event_without_its_url(flavour: Flavour) {
    let (home, store) = (Scene::with_log("a line\n"), FakeGitlab::start());
    store.inject(Fault::new().body("from the store"));
    let client = home.client(flavour);
    let away = format!("{}/log?X-Signature=secret", store.url());
    for (location, same_origin) in [(away, false), (home.job_path() + "/trace?secret", true)] {
        let redirect = Fault::new().times(1).redirect(302, &location);
        home.gitlab.inject(redirect);

        let trace = traced(|| _ = client.log(home.project, home.job).unwrap());

        let expected = format!(
            "redirect followed http.response.status_code=302 gitlab.same_origin={same_origin}"
        );
        assert_eq!(event(&trace, "redirect followed"), expected);
        assert!(!trace.contains("secret"), "{trace}");
    }
}

fn a_page_is_an_event(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| {
        state.add_job(scene.pipeline, "test");
    });
    let client = scene.client(flavour);

    let trace = traced(|| {
        let jobs = items!(
            client,
            list_pipeline_jobs(scene.project, scene.pipeline).per_page(1)
        );
        assert_eq!(jobs.map(Result::unwrap).count(), 2);
    });

    let first = event(&trace, "gitlab.page=1");
    assert_eq!(
        first,
        r#"page read gitlab.operation="list_pipeline_jobs" gitlab.page=1 gitlab.total_pages=2 gitlab.has_next_page=true"#
    );
    assert!(event(&trace, "gitlab.page=2").ends_with("gitlab.has_next_page=false"));
    if matches!(client, Client::Blocking(_)) {
        // The async client requests pages on other threads, which this subscriber does not see.
        let pipeline = format!(r#"gitlab.pipeline="{}""#, scene.pipeline);
        let new = trace.lines().find(|line| line.contains("gitlab_jobs: new"));
        assert!(new.unwrap().contains(&pipeline), "{trace}");
    }
}

fn a_restart_of_a_log_is_an_event(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let job = scene.job;
    scene.gitlab.with(|state| {
        state.job_mut(job).set_log("the old log");
    });
    let mut requests = 0;
    scene.gitlab.on_request(move |request, state| {
        requests += u32::from(request.operation == Some("get_job"));
        match requests {
            2 => _ = state.job_mut(job).set_log("new"),
            3 => _ = state.job_mut(job).set_status("success"),
            _ => {}
        }
    });
    let client = scene.client(flavour);

    let trace = traced(|| {
        let follow = client.follow(scene.project, job).interval(MILLISECOND);
        assert!(follow.map(Result::unwrap).any(|chunk| chunk.is_restart()));
    });

    event(&trace, "log replaced, reading it from its beginning");
}

fn a_failed_poll_is_an_event(flavour: Flavour) {
    let scene = Scene::with_job("success");
    scene.gitlab.inject(Fault::new().times(1).bad_gateway());
    let client = scene.client_without_retries(flavour);

    let trace = traced(|| {
        let changes = changes!(
            client,
            watch_pipeline(scene.project, scene.pipeline).interval(MILLISECOND)
        );
        let statuses = changes.map(|change| change.unwrap().job.status().clone());
        assert_eq!(statuses.collect::<Vec<_>>(), [JobStatus::Success]);
    });

    let expected = r#"poll failed, repeating it after a wait gitlab.operation="watch_pipeline" error.type="502" gitlab.wait_ms=1"#;
    assert_eq!(event(&trace, "poll failed"), expected);
}

fn a_rate_limit_is_an_event(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().retry_later(17));
    let client = scene.client_without_retries(flavour);

    let trace = traced(|| _ = scene.get_job(&client).unwrap_err());

    let expected =
        r#"rate limit reached, requests wait gitlab.operation="get_job" gitlab.wait_ms=17000"#;
    assert_eq!(event(&trace, "rate limit reached"), expected);
}
