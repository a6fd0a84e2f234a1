//! The fake GitLab as a program, which serves until it is stopped.

mod faults;
mod options;

use std::process::ExitCode;
use std::time::Duration;

use fake_gitlab::{
    DEMO_MANUAL_JOB, DEMO_PIPELINE, DEMO_PROJECT, DEMO_RUNNING_JOB, DEVELOPER_TOKEN,
    DOCUMENTED_ACTION_JOB, DOCUMENTED_JOB_TOKEN, DOCUMENTED_PIPELINE, DOCUMENTED_PROJECT,
    EXPIRED_TOKEN, FakeGitlab, GUEST_TOKEN, MAINTAINER_TOKEN, OUTSIDER_TOKEN, READ_ONLY_TOKEN,
    Script,
};

use crate::options::{HELP, Options};

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
        .configure(|settings| *settings = options.settings.clone())
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
    for fault in options.faults {
        gitlab.inject(fault);
    }
    introduce(&gitlab);
    loop {
        std::thread::park();
    }
}

fn introduce(gitlab: &FakeGitlab) {
    let url = gitlab.url();
    let job_token = gitlab.job(DEMO_RUNNING_JOB).token();
    println!(
        "\
export GITLAB_URL={url} GITLAB_TOKEN={MAINTAINER_TOKEN}

Tokens
  {MAINTAINER_TOKEN:<28} permits everything
  {DEVELOPER_TOKEN:<28} permits everything but `force` on cancel
  {GUEST_TOKEN:<28} permits reading
  {READ_ONLY_TOKEN:<28} permits reading; actions return insufficient_scope
  {OUTSIDER_TOKEN:<28} permits nothing: every project is a 404
  {EXPIRED_TOKEN:<28} has expired
  {job_token:<28} is the job token of job {DEMO_RUNNING_JOB}, while it runs
  {DOCUMENTED_JOB_TOKEN:<28} is the job token of the documented samples

Projects
  {DOCUMENTED_PROJECT:<3} foo/bar        the samples of GitLab's documentation: pipeline {DOCUMENTED_PIPELINE}; job {DOCUMENTED_ACTION_JOB} to act on, jobs 6, 7, 8
  {DEMO_PROJECT:<3} group/project  pipeline {DEMO_PIPELINE}; job {DEMO_RUNNING_JOB} runs for the next five minutes, job {DEMO_MANUAL_JOB} waits to be played

Try
  curl -g -H \"PRIVATE-TOKEN: $GITLAB_TOKEN\" \"$GITLAB_URL/api/v4/projects/{DEMO_PROJECT}/jobs?scope[]=manual&per_page=2\"
  curl -H \"PRIVATE-TOKEN: $GITLAB_TOKEN\" \"$GITLAB_URL/api/v4/projects/group%2Fproject/jobs/{DEMO_RUNNING_JOB}/trace\"
  curl -H \"PRIVATE-TOKEN: $GITLAB_TOKEN\" -X POST \"$GITLAB_URL/api/v4/projects/{DEMO_PROJECT}/jobs/{DEMO_MANUAL_JOB}/play\"
  curl -H \"JOB-TOKEN: {job_token}\" \"$GITLAB_URL/api/v4/job\"

Ctrl-C stops the server."
    );
}
