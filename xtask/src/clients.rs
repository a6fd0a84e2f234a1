//! `cargo xtask clients`: takes GitLab clients by other authors through all that they have of the Jobs API, against the
//! fake GitLab, and judges them by the server's record.
//!
//! The programs in tests/clients call; what they print is only shown. So a client that works shows that the fake is as
//! lenient as GitLab, and its own faults show that the fake is as strict.

use std::path::Path;
use std::process::Command;

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN, RecordedRequest};

use crate::Outcome;
use crate::spec::tool::{self, Result, heading, run, step};

/// A client, and what it cannot do.
struct Client {
    name: &'static str,
    /// Looks for what it needs and installs the pinned versions. It is skipped if this fails.
    install: fn(&Place<'_>) -> Result<()>,
    make: fn(&Place<'_>) -> Result<Command>,
    /// What it has no function for.
    lacks: &'static [&'static str],
    /// What it does wrong, and how.
    faults: &'static [(&'static str, &'static str)],
}

/// The directories of the repository that clients need.
struct Place<'a> {
    sources: &'a Path,
    tools: &'a Path,
}

/// What is judged: operations, then `force` on cancel and the variables of play.
const SUBJECTS: [&str; 17] = [
    "get_user",
    "get_version",
    "get_project",
    "get_pipeline",
    "list_project_jobs",
    "list_pipeline_jobs",
    "list_pipeline_bridges",
    "get_job",
    "get_job_log",
    "get_job_token_job",
    "get_allowed_agents",
    "cancel_job",
    "force",
    "retry_job",
    "erase_job",
    "play_job",
    "variables",
];

const CLIENTS: [Client; 4] = [
    Client {
        name: "python-gitlab",
        install: |place| {
            program("python3")?;
            let requirements = place.sources.join("requirements.txt");
            tool::python_environment(place.tools, PYTHON, &requirements).map(drop)
        },
        make: |place| {
            let mut command = Command::new(place.tools.join(PYTHON).join("bin/python"));
            command.arg(place.sources.join("python_gitlab.py"));
            Ok(command)
        },
        lacks: &["get_allowed_agents"],
        faults: &[(
            "variables",
            "play() sends the members' names as a list in the query",
        )],
    },
    Client {
        name: "gitbeaker",
        install: |place| {
            program("node")?;
            program("npm")?;
            let source = place.sources.join("gitbeaker");
            tool::node_packages(place.tools, NODE, &source).map(drop)
        },
        make: |place| {
            // Modules are looked up beside the program.
            let program = place.tools.join(NODE).join("gitbeaker.mjs");
            std::fs::copy(place.sources.join("gitbeaker/gitbeaker.mjs"), &program)?;
            let mut command = Command::new("node");
            command.arg(program);
            Ok(command)
        },
        lacks: &["get_version"],
        faults: &[
            ("get_job_token_job", MISPLACED_TOKEN),
            ("get_allowed_agents", MISPLACED_TOKEN),
        ],
    },
    Client {
        name: "ruby-gitlab",
        install: |_| {
            program("ruby")?;
            let found = run(Command::new("ruby").args(["-e", "require 'gitlab'"]));
            found
                .map(drop)
                .map_err(|_| "the gem gitlab is not installed".into())
        },
        make: |place| {
            let mut command = Command::new("ruby");
            command.arg(place.sources.join("ruby_gitlab.rb"));
            Ok(command)
        },
        lacks: &["get_job_token_job", "get_allowed_agents"],
        faults: &[],
    },
    Client {
        name: "go-gitlab",
        install: |_| {
            program("go")?;
            let package = Path::new(GO_PATH).join("src/github.com/xanzy/go-gitlab");
            let found = package.is_dir().then_some(());
            found.ok_or_else(|| format!("{} is missing", package.display()).into())
        },
        make: |place| {
            let program = place.tools.join("clients-go");
            step("compile", || {
                run(Command::new("go")
                    .args(["build", "-o"])
                    .arg(&program)
                    .arg(place.sources.join("go_gitlab.go"))
                    .envs([("GO111MODULE", "off"), ("GOPATH", GO_PATH)]))
            })?;
            Ok(Command::new(program))
        },
        lacks: &["get_allowed_agents", "force", "variables"],
        faults: &[],
    },
];

const MISPLACED_TOKEN: &str =
    "looks for the job token where it does not keep it, and sends nothing";
/// Where Debian installs the sources of Go packages.
const GO_PATH: &str = "/usr/share/gocode";
/// The directories of the packages that are installed.
const PYTHON: &str = "clients-python";
const NODE: &str = "clients-gitbeaker";

fn program(name: &str) -> Result<()> {
    let found = tool::is_there(name).then_some(());
    found.ok_or_else(|| format!("{name} is not installed").into())
}

/// Runs the named clients, or all that can be installed. A client is good if it does all that it is not known to lack or
/// to do wrong.
///
/// # Errors
///
/// Returns an error if there is no client of a name.
pub(crate) fn run_all(root: &Path, names: &[String]) -> Result<Outcome> {
    let known = |name: &String| CLIENTS.iter().any(|client| client.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let known = CLIENTS.map(|client| client.name).join(", ");
        return Err(format!("unknown client `{unknown}`; the clients are {known}").into());
    }
    let place = Place {
        sources: &root.join("tests/clients"),
        tools: &root.join("target/spec-tools"),
    };
    tool::create(place.tools)?;
    let mut text = String::from("\n");
    let mut good = true;
    for client in CLIENTS {
        if !names.is_empty() && !names.iter().any(|name| name == client.name) {
            continue;
        }
        heading(client.name);
        let verdict = match (client.install)(&place) {
            Err(missing) => format!("skipped: {missing}"),
            Ok(()) => match judge(&client, &place) {
                Ok(verdict) => verdict,
                Err(error) => {
                    good = false;
                    format!("FAILED: {error}")
                }
            },
        };
        text += &format!("{:<14} {verdict}\n", client.name);
    }
    Ok(Outcome { text, good })
}

/// Runs a client. Returns what it does right, lacks, and does wrong, or an error if that is not what is known of it.
fn judge(client: &Client, place: &Place<'_>) -> Result<String> {
    let mut command = (client.make)(place)?;
    let scene = Scene::open();
    command.envs(scene.environment());
    let printed = step("call everything", || {
        let output = command
            .output()
            .map_err(|error| format!("cannot run it: {error}"))?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            return Ok(errors);
        }
        Err(format!("the program ended with {}\n{errors}", output.status).into())
    })?;
    print!("{printed}");
    let mut right = 0;
    let mut wrong = Vec::new();
    for subject in SUBJECTS {
        let problem = scene.problem(subject);
        let lacks = client.lacks.contains(&subject);
        let fault = client.faults.iter().any(|(name, _)| *name == subject);
        match problem {
            None if lacks || fault => {
                wrong.push(format!("{subject}: works, unlike what is listed"))
            }
            None => right += 1,
            Some(_) if lacks || fault => {}
            Some(problem) => wrong.push(format!("{subject}: {problem}")),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("; ").into());
    }
    let mut verdict = format!("{right} of {} right", SUBJECTS.len());
    if !client.lacks.is_empty() {
        verdict += &format!("; lacks {}", client.lacks.join(", "));
    }
    for (subject, fault) in client.faults {
        verdict += &format!("; its own fault: {subject} ({fault})");
    }
    Ok(verdict)
}

/// What each job is there for. The programs know the ids by these names.
const ROLES: [(&str, &str); 7] = [
    ("READ", "running"),
    ("CANCEL", "running"),
    ("RETRY", "failed"),
    ("ERASE", "success"),
    ("PLAY", "manual"),
    ("PLAY_PLAINLY", "manual"),
    ("RETRIED", "failed"),
];

const LOG: &str = "\x1b[32;1m$ make\x1b[0;m\r\ndone\n";

/// The GitLab that a client calls.
struct Scene {
    gitlab: FakeGitlab,
    project: u64,
    pipeline: u64,
    jobs: Vec<u64>,
}

impl Scene {
    fn open() -> Self {
        let gitlab = FakeGitlab::start();
        let (project, pipeline, jobs) = gitlab.with(|state| {
            state.settings.canceling = true;
            let project = state.add_project("group/project");
            let pipeline = state.add_pipeline(project);
            let jobs = ROLES.map(|(role, status)| {
                let job = state.add_job(pipeline, role).append_log(LOG);
                job.set_retried(role == "RETRIED").set_status(status).id()
            });
            state.add_bridge(pipeline, "trigger").set_status("success");
            (project, pipeline, jobs.to_vec())
        });
        Self {
            gitlab,
            project,
            pipeline,
            jobs,
        }
    }

    fn job(&self, role: &str) -> fake_gitlab::Job {
        let index = ROLES.iter().position(|(name, _)| *name == role);
        self.gitlab
            .job(self.jobs[index.expect("a role of the table")])
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let ids = ROLES.iter().zip(&self.jobs);
        let ids = ids.map(|((role, _), id)| (*role, id.to_string()));
        let others = [
            ("GITLAB_URL", self.gitlab.url()),
            ("GITLAB_TOKEN", MAINTAINER_TOKEN.to_owned()),
            ("CI_JOB_TOKEN", self.job("READ").token()),
            ("PROJECT", self.project.to_string()),
            ("PIPELINE", self.pipeline.to_string()),
        ];
        others.into_iter().chain(ids).collect()
    }

    /// Returns what is wrong with the requests for `subject`, or with their effect.
    fn problem(&self, subject: &str) -> Option<String> {
        let status_is = |role: &str, wanted: &[&str]| {
            let job = self.job(role);
            let status = job.status();
            (!wanted.contains(&status)).then(|| format!("the job is {status}"))
        };
        match subject {
            "cancel_job" => status_is("CANCEL", &["canceling", "canceled"]),
            "force" => status_is("CANCEL", &["canceled"]),
            "play_job" => status_is("PLAY_PLAINLY", &["pending"]),
            "retry_job" if self.job("RETRY").is_retried() => None,
            "retry_job" => Some("the job is not retried".to_owned()),
            "erase_job" if self.job("ERASE").is_erased() => None,
            "erase_job" => Some("the job is not erased".to_owned()),
            "variables" => {
                let job = self.job("PLAY");
                let sent = job.variables();
                let wanted = [("A".to_owned(), "1 2".to_owned())];
                (sent != wanted).then(|| format!("the job started with {sent:?}"))
            }
            operation => self.problem_of_read(operation),
        }
    }

    fn problem_of_read(&self, operation: &str) -> Option<String> {
        let requests = self.gitlab.requests();
        let of_it = requests.iter().filter(|it| it.operation == Some(operation));
        let of_it: Vec<&RecordedRequest> = of_it.collect();
        if of_it.is_empty() {
            return Some("no request".to_owned());
        }
        let failed = of_it.iter().find(|it| it.response_status() != Some(200));
        if let Some(failed) = failed {
            return Some(format!(
                "{} returned {:?}",
                failed.line(),
                failed.response_status()
            ));
        }
        let sent = |name: &str, value: &str| {
            let mut pairs = of_it.iter().flat_map(|it| it.query_pairs());
            pairs.any(|(key, sent)| key.starts_with(name) && sent.eq_ignore_ascii_case(value))
        };
        let complete = match operation {
            "list_project_jobs" => sent("scope", "failed") && sent("scope", "success"),
            "list_pipeline_jobs" => sent("include_retried", "true"),
            "get_job_log" => of_it.iter().all(|it| it.bytes_sent() == LOG.len() as u64),
            _ => true,
        };
        (!complete).then(|| "what was asked for is not in the requests".to_owned())
    }
}
