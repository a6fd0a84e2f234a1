//! Watching a pipeline: each change of a job once and in order, until nothing is left to run.

mod downstream;
mod ends;
mod failures;
mod retries;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, RecordedRequest, Script, State};
use gitlab_jobs::JobChange;

use crate::flavour::{Changes, Flavour, changes, for_both_clients, send};
use crate::scene::{MILLISECOND, quick, requests_of};

for_both_clients! {
    it_begins_with_the_current_state,
    each_of_300_jobs_reports_each_of_its_changes_once_and_in_order,
    a_pipeline_is_watched_from_stage_to_stage,
    a_retried_job_appears_under_its_new_id,
    no_job_is_missed_on_short_pages,
    large_pages_with_all_runs_are_requested,
}

const SECOND: Duration = Duration::from_secs(1);

/// A server with a pipeline under a manual clock.
pub(crate) struct Scene {
    pub(crate) gitlab: Arc<FakeGitlab>,
    pub(crate) clock: Clock,
    pub(crate) project: u64,
    pub(crate) pipeline: u64,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let clock = Clock::manual();
        let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
        let (project, pipeline) = gitlab.with(|state| {
            let project = state.add_project("group/project");
            (project, state.add_pipeline(project))
        });
        Self {
            gitlab: Arc::new(gitlab),
            clock,
            project,
            pipeline,
        }
    }

    /// Adds a job with a status that does not change by itself.
    pub(crate) fn job(&self, name: &str, status: &str) -> u64 {
        self.gitlab.with(|state| {
            let job = state.add_job(self.pipeline, name);
            job.set_status(status).id()
        })
    }

    /// Adds a job that runs after the stages before its own. Its name is its stage.
    pub(crate) fn stage(&self, stage: &str, script: Script) -> u64 {
        self.gitlab.with(|state| {
            let job = state.add_job(self.pipeline, stage).set_stage(stage);
            job.run_in_turn(script).id()
        })
    }

    /// Runs `act` before each poll is handled, with the number of the poll, from 1.
    pub(crate) fn on_poll(&self, mut act: impl FnMut(usize, &mut State) + Send + 'static) {
        let mut polls = 0;
        self.gitlab.on_request(move |request, state| {
            if is_first_page_of_jobs(request) {
                polls += 1;
                act(polls, state);
            }
        });
    }

    /// Sets the status of a job before a poll is handled.
    pub(crate) fn set_status_at(&self, poll: usize, job: u64, status: &'static str) {
        self.on_poll(move |number, state| {
            if number == poll {
                state.job_mut(job).set_status(status);
            }
        });
    }

    /// Advances the clock by a second at each poll.
    pub(crate) fn tick(&self) {
        let clock = self.clock.clone();
        self.on_poll(move |_, _| clock.advance(SECOND));
    }

    pub(crate) fn polls(&self) -> usize {
        let requests = self.gitlab.requests();
        requests
            .iter()
            .filter(|it| is_first_page_of_jobs(it))
            .count()
    }

    pub(crate) fn watch(&self, flavour: Flavour) -> Changes {
        let client = flavour.build(quick(&self.gitlab));
        changes!(
            client,
            watch_pipeline(self.project, self.pipeline)
                .interval(MILLISECOND)
                .settle_time(MILLISECOND)
        )
    }
}

fn is_first_page_of_jobs(request: &RecordedRequest) -> bool {
    let page = request.query_values("page");
    request.operation == Some("list_pipeline_jobs") && page.iter().all(|page| page == "1")
}

/// The name and status of each change, such as `build success`.
pub(crate) fn shown(changes: Changes) -> Vec<String> {
    let shown = |change: JobChange| format!("{} {}", change.job.name(), change.job.status());
    changes.map(|change| shown(change.unwrap())).collect()
}

fn it_begins_with_the_current_state(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "success");
    let bridge = scene.gitlab.with(|state| {
        let bridge = state.add_bridge(scene.pipeline, "trigger");
        bridge.set_status("running").set_stage("deploy").id()
    });
    scene.job("test", "brand_new");

    let changes = scene.watch(flavour).take(3).map(Result::unwrap);
    let changes = changes.collect::<Vec<_>>();

    let found = changes
        .iter()
        .map(|change| (change.job.name(), change.job.status().as_str()));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            ("build", "success"),
            ("trigger", "running"),
            ("test", "brand_new")
        ]
    );
    for change in &changes {
        assert_eq!((&change.previous_status, change.retry_of), (&None, None));
    }
    let trigger = changes[1].job.as_bridge().unwrap();
    assert_eq!((trigger.id, trigger.stage.as_str()), (bridge, "deploy"));
    assert!(changes[0].job.as_bridge().is_none());
    assert_eq!(changes[0].job.as_job().unwrap().name, "build");
}

fn each_of_300_jobs_reports_each_of_its_changes_once_and_in_order(flavour: Flavour) {
    const POLLS: usize = 16;
    const STATUSES: [&str; 7] = [
        "created",
        "waiting_for_resource",
        "pending",
        "preparing",
        "running",
        "canceling",
        "brand_new",
    ];
    let scene = Scene::new();
    let jobs: Vec<u64> = (1..=300)
        .map(|number| scene.job(&format!("job {number}"), "created"))
        .collect();
    // Each job changes at its own pace: the first at every poll, others rarely. All have finished at the last poll, and
    // the next one finds no changes.
    let expected: Arc<Mutex<HashMap<u64, Vec<String>>>> = Arc::default();
    let noted = Arc::clone(&expected);
    scene.on_poll(move |poll, state| {
        for (number, id) in jobs.iter().enumerate() {
            let step = poll / (1 + number % 13);
            let status = if poll >= POLLS {
                "success"
            } else {
                STATUSES[(step + number) % STATUSES.len()]
            };
            state.job_mut(*id).set_status(status);
            let mut noted = noted.lock().unwrap();
            let noted = noted.entry(*id).or_default();
            if noted.last().is_none_or(|last| last != status) {
                noted.push(status.to_owned());
            }
        }
    });

    let mut found: HashMap<u64, Vec<String>> = HashMap::new();
    for change in scene.watch(flavour) {
        let change = change.unwrap();
        let found = found.entry(change.job.id()).or_default();
        let previous = change.previous_status.as_ref().map(|it| it.as_str());
        assert_eq!(previous, found.last().map(String::as_str));
        found.push(change.job.status().to_string());
    }

    assert_eq!(found, *expected.lock().unwrap());
    let polls = POLLS + 1;
    assert_eq!(scene.polls(), polls);
    assert_eq!(
        requests_of(&scene.gitlab, "list_pipeline_jobs").len(),
        3 * polls
    );
    assert_eq!(scene.gitlab.requests().len(), 4 * polls);
}

fn a_pipeline_is_watched_from_stage_to_stage(flavour: Flavour) {
    let scene = Scene::new();
    let build = Script::new().pending_for(SECOND).end(SECOND, "success");
    scene.stage("build", build);
    scene.stage("test", Script::new().end(SECOND, "failed"));
    scene.stage("deploy", Script::new());
    scene.tick();

    let changes = shown(scene.watch(flavour));

    assert_eq!(
        changes,
        [
            "build running",
            "test created",
            "deploy created",
            "build success",
            "test running",
            "test failed",
            "deploy skipped",
        ]
    );
}

fn a_retried_job_appears_under_its_new_id(flavour: Flavour) {
    let scene = Scene::new();
    let failed = scene.stage("build", Script::new().end(2 * SECOND, "failed"));
    scene.stage("test", Script::new().end(SECOND, "success"));
    scene.tick();
    let client = flavour.build(quick(&scene.gitlab));
    let mut retried = None;

    // The second run is not retried.
    let mut found = Vec::new();
    for change in scene.watch(flavour) {
        let change = change.unwrap();
        found.push((
            change.job.id(),
            change.job.status().to_string(),
            change.retry_of,
        ));
        if change.job.id() == failed && change.job.is_finished() {
            let job = send!(client, retry_job(scene.project, failed)).unwrap();
            retried = Some(job.id);
        }
    }

    let retried = retried.unwrap();
    assert!(retried > failed);
    let of_both = found
        .iter()
        .filter(|(id, ..)| [failed, retried].contains(id));
    let of_both = of_both.map(|(id, status, retry_of)| (*id, status.as_str(), *retry_of));
    assert_eq!(
        of_both.collect::<Vec<_>>(),
        [
            (failed, "running", None),
            (failed, "failed", None),
            (retried, "running", Some(failed)),
            (retried, "failed", Some(failed)),
        ]
    );
    // The job after it was skipped, waited again, and was skipped again.
    let behind = found.iter().filter(|(id, ..)| *id == failed + 1);
    let behind = behind.map(|(_, status, _)| status.as_str());
    assert_eq!(
        behind.collect::<Vec<_>>(),
        ["created", "skipped", "created", "skipped"]
    );
}

fn no_job_is_missed_on_short_pages(flavour: Flavour) {
    let scene = Scene::new();
    for number in 0..20 {
        scene.job(&format!("job {number}"), "success");
    }
    scene
        .gitlab
        .with(|state| state.settings.short_pages = Some(3));
    assert_eq!(shown(scene.watch(flavour)).len(), 20);
}

fn large_pages_with_all_runs_are_requested(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "success");

    assert_eq!(shown(scene.watch(flavour)), ["build success"]);

    let requests = scene.gitlab.requests();
    assert_eq!(requests.len(), 4);
    let jobs = &requests[0];
    assert_eq!(jobs.operation, Some("list_pipeline_jobs"));
    assert_eq!(jobs.query_values("include_retried"), ["true"]);
    assert_eq!(jobs.query_values("per_page"), ["100"]);
    assert_eq!(requests[1].operation, Some("list_pipeline_bridges"));
    assert_eq!(requests[1].query_values("per_page"), ["100"]);
}
