//! The requests that each program has to send. A client that decodes every response can still send the wrong request.

use fake_gitlab::{GUEST_TOKEN, MAINTAINER_TOKEN, RecordedRequest};
use serde_json::{Value, json};

use super::scene::{Scene, VARIABLES};

/// A request; the order is that of the programs.
struct Expected {
    operation: &'static str,
    /// The path after `/api/v4/`, encoded.
    path: String,
    query: Vec<(&'static str, &'static str)>,
    token: Token,
    body: Option<Value>,
}

#[derive(Clone, Copy)]
enum Token {
    Maintainer,
    Guest,
    Wrong,
    Job,
}

impl Expected {
    /// `PROJECT` and `PIPELINE` in the path are those of the scene, and `JOB` begins the id of one of its jobs.
    fn new(operation: &'static str, path: &str) -> Self {
        let path = path
            .replace("PROJECT", "projects/group%2Fsub%2Fproject")
            .replace("PIPELINE", "pipelines/2199023255552")
            .replace("JOB", "67473933");
        Self {
            operation,
            path,
            query: Vec::new(),
            token: Token::Maintainer,
            body: None,
        }
    }

    fn query(mut self, query: &[(&'static str, &'static str)]) -> Self {
        self.query = query.to_vec();
        self
    }

    fn token(self, token: Token) -> Self {
        Self { token, ..self }
    }

    fn body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }
}

fn expected() -> Vec<Expected> {
    let request = Expected::new;
    let variables = VARIABLES.map(|(key, value)| json!({"key": key, "value": value}));
    vec![
        request("list_project_jobs", "PROJECT/jobs").query(&[
            ("scope[]", "failed"),
            ("scope[]", "running"),
            ("ref", "main"),
            ("pagination", "keyset"),
            ("order_by", "id"),
            ("sort", "desc"),
            ("per_page", "50"),
        ]),
        request("list_project_jobs", "PROJECT/jobs").query(&[("per_page", "100")]),
        request("list_pipeline_jobs", "PROJECT/PIPELINE/jobs")
            .query(&[("include_retried", "true")]),
        request("list_pipeline_jobs", "PROJECT/PIPELINE/jobs"),
        request(
            "list_pipeline_trigger_jobs",
            "PROJECT/PIPELINE/trigger_jobs",
        ),
        request("list_pipeline_bridges", "PROJECT/PIPELINE/bridges"),
        request("get_job_token_job", "job").token(Token::Job),
        request("get_allowed_agents", "job/allowed_agents").token(Token::Job),
        request("get_job", "PROJECT/jobs/JOB91"),
        request("get_job", "PROJECT/jobs/JOB92"),
        request("get_job", "PROJECT/jobs/JOB93"),
        request("get_job", "projects/1/jobs/8"),
        request("get_job", "PROJECT/jobs/404"),
        request("get_job", "PROJECT/jobs/JOB91").token(Token::Wrong),
        request("get_job", "PROJECT/jobs/429"),
        request("get_job", "PROJECT/jobs/502"),
        request("get_job_log", "PROJECT/jobs/JOB94/trace"),
        request("get_job_log", "PROJECT/jobs/JOB94/trace")
            .query(&[("byte_offset", "7"), ("byte_limit", "6")]),
        request("get_job_log", "PROJECT/jobs/JOB93/trace"),
        request("cancel_job", "PROJECT/jobs/JOB95/cancel").query(&[("force", "true")]),
        request("retry_job", "PROJECT/jobs/JOB96/retry")
            .body(json!({"inputs": {"environment": "staging", "replicas": 3}})),
        request("retry_job", "PROJECT/jobs/JOB97/retry").token(Token::Guest),
        request("erase_job", "PROJECT/jobs/JOB97/erase"),
        request("erase_job", "PROJECT/jobs/JOB97/erase"),
        request("play_job", "PROJECT/jobs/JOB98/play").body(json!({
            "job_variables_attributes": variables,
            "job_inputs": {"environment": "production"},
        })),
        request("play_job", "PROJECT/jobs/JOB99/play"),
        request("play_job", "PROJECT/jobs/6747393401/play"),
        request("play_job", "PROJECT/jobs/JOB99/play"),
    ]
}

/// A request that differs from the expected one.
pub(super) struct Wrong {
    pub(super) operation: &'static str,
    pub(super) problem: String,
}

/// Compares the recorded requests with the expected ones.
pub(super) fn check(scene: &Scene) -> Vec<Wrong> {
    let recorded = scene.gitlab.requests();
    let expected = expected();
    let mut wrong = Vec::new();
    for (index, expected) in expected.iter().enumerate() {
        let problems = match recorded.get(index) {
            Some(request) => compare(expected, request, &scene.job_token),
            None => vec!["it was not sent".to_owned()],
        };
        let named = format!("request {} ({})", index + 1, expected.path);
        wrong.extend(problems.into_iter().map(|problem| Wrong {
            operation: expected.operation,
            problem: format!("{named}: {problem}"),
        }));
    }
    for request in recorded.iter().skip(expected.len()) {
        let problem = format!("unexpected request: {}", request.line());
        wrong.push(Wrong {
            operation: request.operation.unwrap_or("none"),
            problem,
        });
    }
    wrong
}

fn compare(expected: &Expected, request: &RecordedRequest, job_token: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut differ = |what: &str, wanted: String, found: String| {
        if wanted != found {
            problems.push(format!("{what} is {found}, not {wanted}"));
        }
    };
    differ(
        "the operation",
        expected.operation.to_owned(),
        request.operation.unwrap_or("none").to_owned(),
    );
    // Percent-encoding is the same in capitals and small letters.
    let path = request.path.replace("%2f", "%2F");
    differ("the path", format!("/api/v4/{}", expected.path), path);
    let pairs = |pairs: Vec<(String, String)>| {
        let mut pairs = pairs;
        // Only values of one name have an order.
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        format!("{pairs:?}")
    };
    let wanted = expected
        .query
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    differ("the query", pairs(wanted), pairs(request.query_pairs()));
    let (header, token) = match expected.token {
        Token::Maintainer => ("private-token", MAINTAINER_TOKEN),
        Token::Guest => ("private-token", GUEST_TOKEN),
        Token::Wrong => ("private-token", "wrong"),
        Token::Job => ("job-token", job_token),
    };
    let sent = ["private-token", "job-token", "authorization"]
        .map(|name| request.header(name).map(|value| format!("{name}: {value}")));
    let sent = sent.into_iter().flatten().collect::<Vec<_>>().join(", ");
    // GitLab accepts each kind of token in `Authorization` as well.
    if sent != format!("authorization: Bearer {token}") {
        differ("the token", format!("{header}: {token}"), sent);
    }
    // Some generators send null or an empty object for a body that was left out, and servers accept both.
    let found = match request.json() {
        Some(Value::Null) => None,
        Some(Value::Object(body)) if body.is_empty() => None,
        Some(body) => Some(body.to_string()),
        None if request.body.is_empty() => None,
        None => Some(format!("{:?}", request.body)),
    };
    let shown = |body: Option<String>| body.unwrap_or_else(|| "none".to_owned());
    differ(
        "the body",
        shown(expected.body.as_ref().map(Value::to_string)),
        shown(found),
    );
    problems
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::path::Path;

    use gitlab_jobs_codegen::Spec;

    use super::*;
    use crate::spec::conformance::implemented::operation_ids;

    /// Sends the head of a request, and waits for the end of the response.
    fn send(scene: &Scene, target: &str, token: &str) {
        let address = scene.gitlab.url().replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = format!(
            "GET /api/v4/{target} HTTP/1.1\r\nHost: {address}\r\n{token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }

    /// The problems of the first request.
    fn first(scene: &Scene) -> Vec<String> {
        let wrong = check(scene).into_iter().map(|wrong| wrong.problem);
        wrong
            .filter_map(|problem| {
                Some(
                    problem
                        .strip_prefix("request 1 ")?
                        .split_once("): ")?
                        .1
                        .to_owned(),
                )
            })
            .collect()
    }

    const QUERY: &str = "scope%5B%5D=failed&scope%5B%5D=running&ref=main&pagination=keyset&order_by=id&sort=desc&per_page=50";

    #[test]
    fn each_missing_request_is_noticed() {
        let wrong = check(&Scene::open());
        assert_eq!(wrong.len(), expected().len());
    }

    #[test]
    fn every_operation_that_the_fake_implements_is_requested() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
        let requested: Vec<&str> = expected().iter().map(|it| it.operation).collect();
        let mut missing = operation_ids(&Spec::load(&directory).unwrap()).unwrap();
        missing.retain(|operation| !requested.contains(&operation.as_str()));
        assert!(
            missing.is_empty(),
            "no request of {missing:?} is expected: add one to `expected` in xtask/src/spec/conformance/requests.rs and to \
             the programs in spec/conformance, and run `cargo xtask spec conformance`"
        );
    }

    #[test]
    fn an_expected_request_passes() {
        let scene = Scene::open();
        let token = format!("private-token: {MAINTAINER_TOKEN}");
        send(
            &scene,
            &format!("projects/group%2fsub%2Fproject/jobs?{QUERY}"),
            &token,
        );
        assert_eq!(first(&scene), Vec::<String>::new());
    }

    #[test]
    fn a_path_encoded_twice_another_token_and_a_lost_scope_are_noticed() {
        let scene = Scene::open();
        let query = QUERY.replace("&scope%5B%5D=running", "");
        send(
            &scene,
            &format!("projects/group%252Fsub%252Fproject/jobs?{query}"),
            "job-token: wrong",
        );
        let problems = first(&scene);
        assert!(
            problems[0].starts_with("the path is /api/v4/projects/group%252F"),
            "{problems:?}"
        );
        assert!(problems[1].starts_with("the query is "), "{problems:?}");
        assert!(
            problems[2].starts_with("the token is job-token: wrong"),
            "{problems:?}"
        );
    }
}
