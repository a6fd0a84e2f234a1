//! The fake GitLab as a program: serves until it is stopped, and says how to ask it.

use std::process::ExitCode;
use std::time::Duration;

use fake_gitlab::{
    DEMO_MANUAL_JOB, DEMO_PIPELINE, DEMO_PROJECT, DEMO_RUNNING_JOB, DEVELOPER_TOKEN,
    DOCUMENTED_JOB_TOKEN, EXPIRED_TOKEN, FakeGitlab, GUEST_TOKEN, MAINTAINER_TOKEN, OUTSIDER_TOKEN,
    READ_ONLY_TOKEN, Script,
};

const HELP: &str = "\
An in-memory GitLab Jobs API on 127.0.0.1, for trying clients on. Runs until Ctrl-C.

Usage: fake-gitlab [--port PORT] [--root PATH] [--seed N]

  --port PORT  the port to listen on (default: 8080; 0 for a free one)
  --root PATH  mount it below a path, such as /gitlab
  --seed N     add N finished jobs to the demo project
  --help       print this
";

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("fake-gitlab: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let builder = FakeGitlab::builder()
        .port(options.port)
        .relative_root(&options.root)
        .demo_project();
    let gitlab = match builder.try_start() {
        Ok(gitlab) => gitlab,
        Err(error) => {
            eprintln!(
                "fake-gitlab: cannot listen on 127.0.0.1:{}: {error}; choose another --port",
                options.port
            );
            return ExitCode::FAILURE;
        }
    };
    if options.seed > 0 {
        let again = Script::build(Duration::from_secs(6)).pending_for(Duration::from_secs(1));
        gitlab.with(|state| {
            for id in state.seed_jobs(DEMO_PROJECT, options.seed) {
                state.job_mut(id).run(again.clone());
            }
        });
    }
    introduce(&gitlab);
    loop {
        std::thread::park();
    }
}

struct Options {
    port: u16,
    root: String,
    seed: u64,
}

impl Options {
    /// `None` when help is asked for.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            port: 8080,
            root: String::new(),
            seed: 0,
        };
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || {
                let value = value.clone().or_else(|| arguments.next());
                value.ok_or_else(|| format!("{name} needs a value"))
            };
            match &*name {
                "--port" => options.port = number("--port", &value()?)?,
                "--seed" => options.seed = number("--seed", &value()?)?,
                "--root" => options.root = value()?,
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("unknown argument {other:?}")),
            }
        }
        Ok(Some(options))
    }
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, String> {
    value
        .parse()
        .map_err(|_| format!("{name} needs a number in its range, not {value:?}"))
}

fn introduce(gitlab: &FakeGitlab) {
    let url = gitlab.url();
    let job_token = gitlab.job(DEMO_RUNNING_JOB).token();
    println!(
        "\
A fake GitLab listens at {url}

Tokens
  {MAINTAINER_TOKEN:<28} may do everything
  {DEVELOPER_TOKEN:<28} may do everything but force a cancel
  {GUEST_TOKEN:<28} may read
  {READ_ONLY_TOKEN:<28} may read, and is told about scopes otherwise
  {OUTSIDER_TOKEN:<28} sees no project
  {EXPIRED_TOKEN:<28} has expired
  {job_token:<28} the job token of job {DEMO_RUNNING_JOB}, while it runs
  {DOCUMENTED_JOB_TOKEN:<28} the job token of the document's samples

Projects
  1   foo/bar        the samples of GitLab's documentation: pipeline 6, jobs 1 (to act on), 6, 7, 8
  {DEMO_PROJECT}  group/project  pipeline {DEMO_PIPELINE}; job {DEMO_RUNNING_JOB} runs, job {DEMO_MANUAL_JOB} waits to be played

Try
  export T='PRIVATE-TOKEN: {MAINTAINER_TOKEN}' API={url}/api/v4
  curl -gi -H \"$T\" \"$API/projects/{DEMO_PROJECT}/jobs?scope[]=manual&per_page=2\"
  curl -H \"$T\" \"$API/projects/group%2Fproject/jobs/{DEMO_RUNNING_JOB}/trace\"
  curl -H \"$T\" -X POST \"$API/projects/{DEMO_PROJECT}/jobs/{DEMO_MANUAL_JOB}/play\"
  curl -H 'JOB-TOKEN: {DOCUMENTED_JOB_TOKEN}' \"$API/job\"

Ctrl-C ends it."
    );
}
