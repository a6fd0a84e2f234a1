//! `cargo xtask spec fuzz`: schemathesis sends requests of every kind that the spec allows, and many that it does not,
//! and checks that the fake GitLab never fails and never responds with what the spec does not allow. If it does, one of
//! the two is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use fake_gitlab::{
    DEMO_FAILED_JOB, DEMO_FINISHED_JOB, DEMO_MANUAL_JOB, DEMO_PIPELINE, DEMO_PROJECT,
    DEMO_RUNNING_JOB, FakeGitlab, MAINTAINER_TOKEN, RecordedRequest,
};
use gitlab_jobs_codegen::{Node, Spec};
use serde_json::{Value, json};

use super::tool::{self, Result, heading};
use super::{Place, bundle};

/// The checks of every response.
///
/// It is not checked whether invalid requests are refused, since the fake, like GitLab, ignores unknown parameters.
/// Neither are methods that the spec does not define for a path.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth";

/// The share of an operation's cases that must succeed. Otherwise, mostly errors would be tested.
const SUCCESSES: f64 = 0.6;

const JOBS: [u64; 4] = [
    DEMO_FINISHED_JOB,
    DEMO_FAILED_JOB,
    DEMO_RUNNING_JOB,
    DEMO_MANUAL_JOB,
];

/// Runs schemathesis with each kind of token. Returns whether it found nothing and reached enough successes.
pub(crate) fn run(place: &Place, examples: u32) -> Result<bool> {
    let pinned = place.assets("fuzz").join("requirements.txt");
    let bin = tool::python_environment(&place.tools(), "schemathesis", &pinned)?;
    let spec = Spec::load(&place.spec)?;
    let output = place.output("fuzz");
    tool::create(&output)?;
    let closed = output.join("openapi.json");
    tool::write(&closed, tried(&spec)?.to_string())?;
    let mut clean = true;
    let mut cases = Cases::default();
    for (who, scheme) in [("a maintainer", "privateToken"), ("a job", "jobToken")] {
        for (mode, phases, share) in [
            ("positive", "examples,coverage,fuzzing,stateful", 1),
            // Cases that the spec does not allow are meant to fail, so there are fewer of them.
            ("negative", "fuzzing", 10),
        ] {
            heading(&format!("{mode} cases with the token of {who}"));
            let gitlab = FakeGitlab::builder().demo_project().start();
            keep_ready(&gitlab);
            let token = match scheme {
                "jobToken" => gitlab.job(DEMO_RUNNING_JOB).token(),
                _ => MAINTAINER_TOKEN.to_owned(),
            };
            let settings = output.join("schemathesis.toml");
            tool::write(&settings, known(scheme, &token))?;
            let run = Run {
                program: bin.join("schemathesis"),
                settings: &settings,
                mode,
                phases,
                examples: examples.div_ceil(share),
                operations: operations(&spec, scheme),
                url: format!("{}/api/v4", gitlab.url()),
            };
            clean &= run.start(&closed, &output)?;
            cases.count(&gitlab.requests(), &token);
        }
    }
    heading("successes");
    Ok(clean & cases.report(&super::operation_ids(&spec)))
}

/// One run of schemathesis.
struct Run<'a> {
    program: PathBuf,
    settings: &'a Path,
    mode: &'static str,
    phases: &'static str,
    examples: u32,
    operations: Vec<&'a str>,
    url: String,
}

impl Run<'_> {
    /// Returns whether it found nothing. It prints its own progress and findings.
    fn start(&self, spec: &Path, directory: &Path) -> Result<bool> {
        let examples = self.examples.to_string();
        let mut command = Command::new(&self.program);
        command
            .arg("--config-file")
            .arg(self.settings)
            .args(["run", "--no-color", "--generation-deterministic"])
            .args(["--warnings", "off", "--checks", CHECKS])
            .args(["--mode", self.mode, "--phases", self.phases])
            .args(["--max-examples", &examples, "--url", &self.url]);
        for operation in &self.operations {
            command.args(["--include-operation-id", operation]);
        }
        let status = command.arg(spec).current_dir(directory).status();
        let status = status.map_err(|error| format!("cannot run schemathesis: {error}"))?;
        Ok(status.success())
    }
}

/// Returns the spec as schemathesis receives it: with closed enums, because servers refuse unknown values and the fake
/// sends none, and with what it cannot say about parameters.
fn tried(spec: &Spec) -> Result<Value> {
    let mut document = bundle::document(spec)?.to_json();
    close_enums(&mut document);
    let parameters = document.pointer_mut("/components/parameters");
    let parameters = parameters.and_then(Value::as_object_mut);
    for parameter in parameters.into_iter().flat_map(|all| all.values_mut()) {
        complete(parameter);
    }
    Ok(document)
}

fn close_enums(node: &mut Value) {
    if let Some(known) = node.get("x-extensible-enum").cloned() {
        node["enum"] = known;
    }
    match node {
        Value::Object(map) => map.values_mut().for_each(close_enums),
        Value::Array(list) => list.iter_mut().for_each(close_enums),
        _ => {}
    }
}

/// Adds what the spec cannot say about a parameter: an id that exists, and what keyset pagination requires.
fn complete(parameter: &mut Value) {
    let text = |key| parameter[key].as_str().unwrap_or_default();
    let example = match (text("in"), text("name")) {
        ("path", "id") => json!(DEMO_PROJECT.to_string()),
        ("path", "pipeline_id") => json!(DEMO_PIPELINE),
        ("path", "job_id") => json!(DEMO_FAILED_JOB),
        ("query", "order_by") => json!("id"),
        ("query", "sort") => json!("desc"),
        _ => return,
    };
    if text("in") == "query" {
        parameter["required"] = json!(true);
        parameter["schema"] = json!({ "type": "string", "enum": [&example] });
    }
    if let Some(parameter) = parameter.as_object_mut() {
        parameter.remove("examples");
        parameter.insert("example".to_owned(), example);
    }
}

/// Returns the operations that accept a kind of token.
fn operations<'a>(spec: &'a Spec, scheme: &str) -> Vec<&'a str> {
    let root = spec.root();
    let accepts = |operation: &&Node| {
        let own = operation.get("security").map_or(root, |_| operation);
        own.items_at("security")
            .any(|choice| choice.get(scheme).is_some())
    };
    let items = root.entries_at("paths");
    items
        .flat_map(|(_, item)| item.entries())
        .map(|(_, operation)| operation)
        .filter(accepts)
        .filter_map(|operation| operation.text_at("operationId"))
        .collect()
}

/// Restores the jobs before each request, and puts the one it is about into a state in which it can succeed: each
/// action leaves a job in another.
fn keep_ready(gitlab: &FakeGitlab) {
    let jobs = JOBS.map(|id| gitlab.job(id));
    gitlab.on_request(move |request, state| {
        let status = match request.operation {
            Some("cancel_job") => "running",
            Some("retry_job") => "failed",
            Some("erase_job") => "success",
            Some("play_job") => "manual",
            _ => return,
        };
        let ids = request
            .path
            .split("/")
            .filter_map(|step| step.parse::<u64>().ok());
        if let Some(job) = ids
            .last()
            .and_then(|id| jobs.iter().find(|job| job.id() == id))
        {
            let restored = state.job_mut(job.id());
            *restored = job.clone();
            restored.set_status(status).append_log("done\n");
        }
    });
}

/// Returns settings for what schemathesis cannot guess: the token, ids that exist, and meaningful values. It still uses
/// some values of its own.
fn known(scheme: &str, token: &str) -> String {
    format!(
        r#"[auth.openapi.{scheme}]
api_key = "{token}"

[dictionaries.projects]
values = ["{DEMO_PROJECT}", "group/project"]
[dictionaries.jobs]
values = {JOBS:?}
[dictionaries.pipelines]
values = [{DEMO_PIPELINE}]
[dictionaries.pages]
values = [1, 2, 3]
[dictionaries.limits]
values = [1, 7, 20, 100, 512000]
[dictionaries.offsets]
values = [0, 5, 1000000]
[dictionaries.cursors]
values = ["eyJpZCI6IjciLCJfa2QiOiJuIn0="]

[parameters]
"path.id" = {{ dictionary = "projects", probability = 0.95 }}
"path.job_id" = {{ dictionary = "jobs", probability = 0.95 }}
"path.pipeline_id" = {{ dictionary = "pipelines", probability = 0.95 }}
"query.page" = {{ dictionary = "pages", probability = 0.95 }}
"query.per_page" = {{ dictionary = "limits", probability = 0.95 }}
"query.cursor" = {{ dictionary = "cursors", probability = 0.95 }}
"query.id_before" = {{ dictionary = "jobs", probability = 0.95 }}
"query.byte_limit" = {{ dictionary = "limits", probability = 0.95 }}
"query.byte_offset" = {{ dictionary = "offsets", probability = 0.95 }}
"#
    )
}

/// The number of cases of each operation, and how many of them succeeded.
#[derive(Default)]
struct Cases(BTreeMap<String, (usize, usize)>);

impl Cases {
    /// Adds the requests with a token. The others belong to the check `ignored_auth`.
    fn count(&mut self, requests: &[RecordedRequest], token: &str) {
        let has_token = |request: &&RecordedRequest| {
            let headers = ["private-token", "job-token"];
            headers
                .iter()
                .any(|name| request.header(name) == Some(token))
        };
        for request in requests.iter().filter(has_token) {
            let Some(operation) = request.operation else {
                continue;
            };
            let (all, successes) = self.0.entry(operation.to_owned()).or_default();
            *all += 1;
            let status = request.response_status();
            *successes += usize::from(status.is_some_and(|it| (200..300).contains(&it)));
        }
    }

    /// Prints the shares. Returns whether each operation has enough successes.
    fn report(&self, operations: &[String]) -> bool {
        let mut enough = true;
        for operation in operations {
            let (all, successes) = self.0.get(operation).copied().unwrap_or_default();
            let share = successes as f64 / all.max(1) as f64;
            let is_enough = share >= SUCCESSES;
            enough &= is_enough;
            println!(
                "  {operation:<28} {successes:>5} of {all:>5} cases, {:>3.0} %{}",
                100.0 * share,
                if is_enough { "" } else { ": too few" }
            );
        }
        enough
    }
}
