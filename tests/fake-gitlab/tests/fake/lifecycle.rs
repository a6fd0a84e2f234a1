//! Starting and stopping, as a library and as a program.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN};

use crate::wire::Wire;

#[test]
fn a_dropped_server_closes_its_connections_and_frees_its_port() {
    let gitlab = FakeGitlab::start();
    let mut wire = Wire::connect(&gitlab);
    assert_eq!(
        wire.request("GET", "/api/v4/projects/1/jobs/8")
            .unwrap()
            .status,
        200
    );
    let port: u16 = gitlab.url().rsplit(':').next().unwrap().parse().unwrap();
    drop(gitlab);
    assert_eq!(wire.rest().unwrap(), b"");
    assert!(FakeGitlab::builder().port(port).try_start().is_ok());
}

#[tokio::test]
async fn a_server_can_be_started_and_dropped_in_async_code() {
    let gitlab = FakeGitlab::start();
    tokio::task::yield_now().await;
    drop(gitlab);
}

#[test]
fn a_server_can_be_shared() {
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    is_shared(&FakeGitlab::start());
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    assert!(FakeGitlab::builder().port(port).try_start().is_err());
}

#[test]
fn the_program_prints_its_address_and_token_for_a_shell() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_fake-gitlab"))
        .args(["--port", "0", "--root", "gitlab", "--seed", "3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    let serving = first.split_whitespace().find_map(|word| {
        let address = word
            .strip_prefix("GITLAB_URL=http://")?
            .strip_suffix("/gitlab")?;
        TcpStream::connect(address).ok()
    });
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(
        first.starts_with("export GITLAB_URL=http://127.0.0.1:"),
        "{first}"
    );
    assert!(
        first.ends_with(&format!(" GITLAB_TOKEN={MAINTAINER_TOKEN}\n")),
        "{first}"
    );
    assert!(serving.is_some(), "{first}");
}

#[test]
fn the_program_plays_faults_limits_and_older_servers() {
    let arguments =
        "--port 0 --older-server --rate-limit 4/1h --fault bad-gateway,operation=get_job,times=1";
    let mut program = Command::new(env!("CARGO_BIN_EXE_fake-gitlab"))
        .args(arguments.split(' '))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    let address = first
        .split(['/', ' '])
        .find(|part| part.starts_with("127.0.0.1:"));
    let mut wire = Wire::connect_to(address.unwrap());
    let mut status = |path: &str| wire.request("GET", path).unwrap().status;
    let job = "/api/v4/projects/1/jobs/8";
    let statuses = [
        status(job),
        status(job),
        status("/api/v4/projects/1/pipelines/6/bridges"),
        status("/api/v4/projects/1/pipelines/6/trigger_jobs"),
        status(job),
        status(job),
    ];
    program.kill().unwrap();
    program.wait().unwrap();
    assert_eq!(statuses, [502, 200, 200, 404, 200, 429]);
}

#[test]
fn the_program_prints_help_and_usage_errors() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_fake-gitlab"))
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, help, _) = run(&["--help"]);
    assert_eq!((code, help.contains("--port PORT")), (Some(0), true));
    for (arguments, words) in [
        (&["--port"][..], "--port needs a value"),
        (&["--port=70000"], "--port needs a number"),
        (&["--prot", "1"], "unknown argument \"--prot\""),
        (&["--gzip=yes"], "--gzip takes no value"),
        (&["--rate-limit", "60"], "such as 60/1m, not \"60\""),
        (&["--rate-limit=60/1d"], "30s, 2m or 1h, not \"1d\""),
        (&["--replica-lag=2"], "200ms, 30s, 2m or 1h, not \"2\""),
        (
            &["--fault", "no-such-effect"],
            "unknown effect or narrowing \"no-such-effect\"",
        ),
        (
            &["--fault", "times=2"],
            "has no effect, such as bad-gateway",
        ),
        (
            &["--fault", "bad-gateway=2"],
            "--fault bad-gateway takes no value",
        ),
        (
            &["--fault", "status"],
            "--fault status needs a value: status=…",
        ),
        (
            &["--fault", "status=99"],
            "needs a status from 200 to 599, not 99",
        ),
        (
            &["--fault", "bad-gateway,operation=get_jobs"],
            "no operation \"get_jobs\"; there are list_project_jobs,",
        ),
    ] {
        let (code, _, error) = run(arguments);
        assert_eq!(code, Some(2));
        assert!(error.contains(words), "{error}");
    }
}
