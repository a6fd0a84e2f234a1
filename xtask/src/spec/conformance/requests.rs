//! What each language has to put on the wire, request by request. A client that decodes every answer can still ask for
//! the wrong thing.

use fake_gitlab::{GUEST_TOKEN, MAINTAINER_TOKEN, RecordedRequest};
use serde_json::{Value, json};

use super::scene::{Scene, VARIABLES};

/// A request, in the order of the programs.
struct Expected {
    operation: &'static str,
    /// What follows `/api/v4/`, as it has to be on the wire.
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

/// The operations that were asked for, all of them.
pub(crate) const OPERATIONS: [&str; 11] = [
    "list_project_jobs",
    "list_pipeline_jobs",
    "list_pipeline_bridges",
    "get_job_token_job",
    "get_allowed_agents",
    "get_job",
    "get_job_log",
    "cancel_job",
    "retry_job",
    "erase_job",
    "play_job",
];

fn expected() -> Vec<Expected> {
    let mut all = Vec::new();
    let mut add = |operation, path: &str, query: &[(&'static str, &'static str)], token, body| {
        let path = path
            .replace("PROJECT", "projects/group%2Fsub%2Fproject")
            .replace("JOB", "67473933");
        let query = query.to_vec();
        all.push(Expected {
            operation,
            path,
            query,
            token,
            body,
        });
    };
    use Token::{Guest, Job, Maintainer, Wrong};
    let keyset = [
        ("scope[]", "failed"),
        ("scope[]", "running"),
        ("pagination", "keyset"),
        ("order_by", "id"),
        ("sort", "desc"),
        ("per_page", "50"),
    ];
    add(
        "list_project_jobs",
        "PROJECT/jobs",
        &keyset,
        Maintainer,
        None,
    );
    add(
        "list_project_jobs",
        "PROJECT/jobs",
        &[("per_page", "100")],
        Maintainer,
        None,
    );
    let retried = [("include_retried", "true")];
    add(
        "list_pipeline_jobs",
        "PROJECT/pipelines/2199023255552/jobs",
        &retried,
        Maintainer,
        None,
    );
    add(
        "list_pipeline_jobs",
        "PROJECT/pipelines/2199023255552/jobs",
        &[],
        Maintainer,
        None,
    );
    add(
        "list_pipeline_bridges",
        "PROJECT/pipelines/2199023255552/bridges",
        &[],
        Maintainer,
        None,
    );
    add("get_job_token_job", "job", &[], Job, None);
    add("get_allowed_agents", "job/allowed_agents", &[], Job, None);
    add("get_job", "PROJECT/jobs/JOB91", &[], Maintainer, None);
    add("get_job", "PROJECT/jobs/JOB92", &[], Maintainer, None);
    add("get_job", "PROJECT/jobs/JOB93", &[], Maintainer, None);
    add("get_job", "projects/1/jobs/8", &[], Maintainer, None);
    add("get_job", "PROJECT/jobs/404", &[], Maintainer, None);
    add("get_job", "PROJECT/jobs/JOB91", &[], Wrong, None);
    add("get_job", "PROJECT/jobs/429", &[], Maintainer, None);
    add("get_job", "PROJECT/jobs/502", &[], Maintainer, None);
    add(
        "get_job_log",
        "PROJECT/jobs/JOB94/trace",
        &[],
        Maintainer,
        None,
    );
    add(
        "get_job_log",
        "PROJECT/jobs/JOB93/trace",
        &[],
        Maintainer,
        None,
    );
    add(
        "cancel_job",
        "PROJECT/jobs/JOB95/cancel",
        &[("force", "true")],
        Maintainer,
        None,
    );
    add(
        "retry_job",
        "PROJECT/jobs/JOB96/retry",
        &[],
        Maintainer,
        None,
    );
    add("retry_job", "PROJECT/jobs/JOB97/retry", &[], Guest, None);
    add(
        "erase_job",
        "PROJECT/jobs/JOB97/erase",
        &[],
        Maintainer,
        None,
    );
    add(
        "erase_job",
        "PROJECT/jobs/JOB97/erase",
        &[],
        Maintainer,
        None,
    );
    let variables = VARIABLES.map(|(key, value)| json!({"key": key, "value": value}));
    let variables = json!({"job_variables_attributes": variables});
    add(
        "play_job",
        "PROJECT/jobs/JOB98/play",
        &[],
        Maintainer,
        Some(variables),
    );
    add("play_job", "PROJECT/jobs/JOB99/play", &[], Maintainer, None);
    add(
        "play_job",
        "PROJECT/jobs/6747393401/play",
        &[],
        Maintainer,
        None,
    );
    add("play_job", "PROJECT/jobs/JOB99/play", &[], Maintainer, None);
    all
}

/// A request that was not as it has to be.
pub(super) struct Wrong {
    pub(super) operation: &'static str,
    pub(super) problem: String,
}

/// Compares what was recorded with what has to be.
pub(super) fn check(scene: &Scene) -> Vec<Wrong> {
    let recorded = scene.gitlab.requests();
    let expected = expected();
    let mut wrong = Vec::new();
    for (index, expected) in expected.iter().enumerate() {
        let problems = match recorded.get(index) {
            Some(request) => compare(expected, request, &scene.job_token),
            None => vec!["it was never sent".to_owned()],
        };
        let named = format!("request {} ({})", index + 1, expected.path);
        wrong.extend(problems.into_iter().map(|problem| Wrong {
            operation: expected.operation,
            problem: format!("{named}: {problem}"),
        }));
    }
    for request in recorded.iter().skip(expected.len()) {
        let problem = format!("one request more than there should be: {}", request.line());
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
    differ("the token", format!("{header}: {token}"), sent);
    // Some generators send the body that was left out as null, which servers take.
    let found = match request.json() {
        Some(Value::Null) => None,
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

    use super::*;

    /// Sends the head of a request, and waits for the end of the answer.
    fn send(scene: &Scene, target: &str, token: &str) {
        let address = scene.gitlab.url().replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = format!(
            "GET /api/v4/{target} HTTP/1.1\r\nHost: {address}\r\n{token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }

    /// What is said of the first request.
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

    const QUERY: &str = "scope%5B%5D=failed&scope%5B%5D=running&pagination=keyset&order_by=id&sort=desc&per_page=50";

    #[test]
    fn silence_is_noticed_for_each_request_and_operation() {
        let wrong = check(&Scene::open());
        assert_eq!(wrong.len(), expected().len());
        assert!(
            OPERATIONS
                .iter()
                .all(|name| wrong.iter().any(|wrong| wrong.operation == *name))
        );
    }

    #[test]
    fn a_request_as_it_has_to_be_passes() {
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
