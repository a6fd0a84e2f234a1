//! Parameters, from every place and in every form that GitLab's framework reads. The expectations were compared with
//! Grape 1.6 on Rack 2.2, with the parameters declared as GitLab declares them.

use fake_gitlab::{DEVELOPER_TOKEN, FakeGitlab, GUEST_TOKEN, MAINTAINER_TOKEN};
use serde_json::{Value, json};

use crate::wire::{Response, Wire, project, request};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const MULTIPART: &str = "multipart/form-data; boundary=B";

struct Scene {
    gitlab: FakeGitlab,
    jobs: String,
}

impl Scene {
    fn new() -> Self {
        let gitlab = FakeGitlab::start();
        let (project, _) = project(&gitlab);
        let jobs = format!("/api/v4/projects/{project}/jobs");
        Self { gitlab, jobs }
    }

    fn add(&self, status: &str) -> u64 {
        let project = self.jobs.split('/').nth(4).unwrap().parse().unwrap();
        self.gitlab.with(|state| {
            let pipeline = state.add_pipeline(project);
            state.add_job(pipeline, "deploy").set_status(status).id()
        })
    }

    fn post_as(&self, token: &str, target: &str, kind: &str, body: &str) -> Response {
        let headers = [("private-token", token), ("content-type", kind)];
        let headers = if kind.is_empty() {
            &headers[..1]
        } else {
            &headers[..]
        };
        let response = Wire::connect(&self.gitlab).request_with("POST", target, headers, body);
        response.unwrap()
    }

    /// Plays a new manual job and returns the error, or the variables and inputs it ran with.
    fn play(&self, query: &str, kind: &str, body: &str) -> Value {
        let job = self.add("manual");
        let target = format!("{}/{job}/play{query}", self.jobs);
        let response = self.post_as(MAINTAINER_TOKEN, &target, kind, body);
        if response.status != 200 {
            return json!([response.status, response.json()["error"]]);
        }
        let job = self.gitlab.job(job);
        json!([job.variables(), job.inputs()])
    }

    /// Cancels a new running job and returns the status, or the error.
    fn cancel(&self, query: &str, kind: &str, body: &str) -> String {
        let target = format!("{}/{}/cancel{query}", self.jobs, self.add("running"));
        let response = self.post_as(MAINTAINER_TOKEN, &target, kind, body);
        let json = response.json();
        let told = if response.status < 300 {
            &json["status"]
        } else {
            &json["error"]
        };
        format!("{} {}", response.status, told.as_str().unwrap())
    }
}

fn part(name: &str, value: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

#[test]
fn variables_and_inputs_are_read_from_every_place() {
    let scene = Scene::new();
    let expected = json!([[["A", "1 2"], ["B", ""]], { "x": "y" }]);
    let form = "job_variables_attributes[][key]=A&job_variables_attributes[][value]=1+2\
                &job_variables_attributes%5B%5D%5Bkey%5D=B&job_variables_attributes[][value]=&job_inputs[x]=y";
    assert_eq!(scene.play("", FORM, form), expected);
    assert_eq!(scene.play(&format!("?{form}"), "", ""), expected);
    let multipart = [
        part("job_variables_attributes[][key]", "A"),
        part("job_variables_attributes[][value]", "1 2"),
        part("job_variables_attributes[][key]", "B"),
        part("job_variables_attributes[][value]", ""),
        part("job_inputs[x]", "y"),
    ];
    let multipart = format!("{}--B--\r\n", multipart.concat());
    assert_eq!(scene.play("", MULTIPART, &multipart), expected);
    let body = r#"{"job_variables_attributes":[{"key":"A","value":"1 2"},{"key":"B","value":""}]}"#;
    assert_eq!(scene.play("?job_inputs[x]=y", JSON, body), expected);
    assert_eq!(scene.play("?job_inputs[x]=y", "", body), expected);
    assert_eq!(
        scene.play(
            "",
            JSON,
            r#"{"job_variables_attributes":[{"key":1,"value":true}]}"#
        ),
        json!([[["1", "true"]], {}])
    );
}

#[test]
fn variables_in_another_shape_are_refused_and_the_job_does_not_start() {
    let scene = Scene::new();
    let refused = |error: &str| json!([400, error]);
    let invalid = refused("job_variables_attributes is invalid");
    // As python-gitlab sends a list of objects.
    let keys = "?job_variables_attributes=key&job_variables_attributes=value";
    assert_eq!(scene.play(keys, "", ""), invalid);
    let numbered = "job_variables_attributes[0][key]=A&job_variables_attributes[0][value]=1";
    assert_eq!(scene.play("", FORM, numbered), invalid);
    let object = r#"{"job_variables_attributes":{"key":"A","value":"1"}}"#;
    assert_eq!(scene.play("", JSON, object), invalid);
    let keys_only = "job_variables_attributes[][key]=A&job_variables_attributes[][key]=B";
    let missing = "job_variables_attributes[0][value] is missing, job_variables_attributes[1][value] is missing";
    assert_eq!(scene.play("", FORM, keys_only), refused(missing));
    let list = r#"{"job_variables_attributes":[{"key":"A","value":["1"]}]}"#;
    let invalid = refused("job_variables_attributes[0][value] is invalid");
    assert_eq!(scene.play("", JSON, list), invalid);
    assert_eq!(
        scene.play("", FORM, "job_inputs="),
        refused("job_inputs is invalid")
    );
    let manual = scene.gitlab.with(|state| {
        let jobs = state.jobs(scene.jobs.split('/').nth(4).unwrap().parse().unwrap());
        jobs.filter(|job| job.status() != "manual").count()
    });
    assert_eq!(manual, 0);
}

#[test]
fn a_boolean_has_every_spelling_that_grape_knows() {
    let scene = Scene::new();
    scene.gitlab.with(|state| state.settings.canceling = true);
    let (yes, no, bad) = ("201 canceled", "201 canceling", "400 force is invalid");
    for word in "1 on On ON t true True T TRUE y yes Yes YES Y".split(' ') {
        assert_eq!(
            scene.cancel(&format!("?force={word}"), "", ""),
            yes,
            "{word}"
        );
    }
    for word in "0 off Off OFF f false False F FALSE n no No NO N".split(' ') {
        assert_eq!(
            scene.cancel(&format!("?force={word}"), "", ""),
            no,
            "{word}"
        );
    }
    for (query, kind, body, expected) in [
        ("?force=", "", "", no),
        ("?force", "", "", no),
        ("?force=maybe", "", "", bad),
        ("?force=tRUE", "", "", bad),
        ("?force[]=true", "", "", bad),
        ("", FORM, "force=true", yes),
        (
            "",
            MULTIPART,
            &format!("{}--B--\r\n", part("force", "true")),
            yes,
        ),
        ("", JSON, r#"{"force":true}"#, yes),
        ("", JSON, r#"{"force":"true"}"#, yes),
        ("", JSON, r#"{"force":1}"#, yes),
        ("", JSON, r#"{"force":null}"#, no),
        ("", JSON, r#"{"force":[true]}"#, bad),
        ("", JSON, "[1]", no),
        ("?force=true", JSON, r#"{"force":false}"#, no),
        ("?force=maybe", FORM, "force=true", yes),
        ("", "text/plain", "force=true", no),
        (
            "",
            "Application/JSON; charset=utf-8",
            r#"{"force":true}"#,
            yes,
        ),
        ("", "application/xml", "", no),
        (
            "",
            "application/xml",
            "<force/>",
            "415 The provided content-type 'application/xml' is not supported.",
        ),
        (
            "",
            JSON,
            "{force",
            "400 There was a problem in the JSON you submitted",
        ),
    ] {
        assert_eq!(
            scene.cancel(query, kind, body),
            expected,
            "{query} {kind} {body}"
        );
    }
}

#[test]
fn parameters_are_validated_after_authentication_and_before_the_look_up() {
    let scene = Scene::new();
    let job = scene.add("running");
    let cancel = |job: u64, token: &str| {
        let target = format!("{}/{job}/cancel", scene.jobs);
        scene.post_as(token, &target, FORM, "force=maybe").status
    };
    assert_eq!(cancel(job, MAINTAINER_TOKEN), 400);
    assert_eq!(cancel(999_999, MAINTAINER_TOKEN), 400);
    assert_eq!(cancel(job, GUEST_TOKEN), 400);
    assert_eq!(cancel(job, "wrong"), 401);
    let sample = "/api/v4/projects/1/jobs/1/cancel?force=maybe";
    assert_eq!(request(&scene.gitlab, "POST", sample).status, 400);
    let missing = "/api/v4/projects/nothing/jobs?scope=bogus";
    assert_eq!(request(&scene.gitlab, "GET", missing).status, 400);
    let forced = format!("{}/{job}/cancel", scene.jobs);
    let response = scene.post_as(DEVELOPER_TOKEN, &forced, FORM, "force=true");
    assert_eq!(response.status, 403);
}

#[test]
fn the_parameters_of_lists_and_logs_are_read_as_grape_does() {
    let scene = Scene::new();
    let job = scene.add("running");
    let job = scene.gitlab.job(job);
    let project = scene.jobs.trim_end_matches("/jobs");
    let ok = "200";
    for (target, expected) in [
        ("jobs?page=", ok),
        ("jobs?per_page=&page", ok),
        ("jobs?page=+1", ok),
        ("jobs?page=%2B1", ok),
        ("jobs?page=1_0", ok),
        ("jobs?page=99999999999999999999&per_page=1", "405"),
        ("jobs?page=0", "400 page does not have a valid value"),
        ("jobs?page=-1", "400 page does not have a valid value"),
        ("jobs?page=1.0", "400 page is invalid"),
        ("jobs?page=0x1", "400 page is invalid"),
        ("jobs?page[]=1", "400 page is invalid"),
        (
            "jobs?page=x&per_page=y",
            "400 page is invalid, per_page is invalid",
        ),
        (
            "jobs?scope=bad&page=x",
            "400 scope does not have a valid value, page is invalid",
        ),
        ("jobs?scope=", "400 scope does not have a valid value"),
        ("jobs?scope", "400 scope does not have a valid value"),
        ("jobs?scope[]=failed&scope=running", ok),
        (
            "jobs?scope=failed&scope[]=running",
            "400 query params contains conflicting types",
        ),
        ("jobs?ref[]=x", "400 ref is invalid"),
        ("jobs?ref=", ok),
        (
            "jobs?scope=%ff",
            "400 query params contains invalid format or byte sequence",
        ),
        ("jobs?include_retried=maybe", ok),
        ("PIPELINE/jobs?include_retried=True", ok),
        (
            "PIPELINE/jobs?include_retried=maybe",
            "400 include_retried is invalid",
        ),
        ("PIPELINE/bridges?include_retried=maybe", ok),
        ("JOB/trace?byte_offset=&byte_limit=", ok),
        (
            "JOB/trace?byte_limit=0",
            "400 byte_limit does not have a valid value",
        ),
        ("JOB/trace?byte_offset[]=1", "400 byte_offset is invalid"),
    ] {
        let path = target.replace("PIPELINE", &format!("pipelines/{}", job.pipeline()));
        let path = path.replace("JOB", &format!("jobs/{}", job.id()));
        let response = request(&scene.gitlab, "GET", &format!("{project}/{path}"));
        let told = match response.status {
            200 | 405 => response.status.to_string(),
            status => format!("{status} {}", response.json()["error"].as_str().unwrap()),
        };
        assert_eq!(told, expected, "{target}");
    }
}

#[test]
fn a_token_can_be_a_parameter_of_a_form() {
    let scene = Scene::new();
    let target = format!("{}/{}/cancel", scene.jobs, scene.add("running"));
    let body = format!("private_token={MAINTAINER_TOKEN}");
    let headers = [("content-type", FORM)];
    let mut wire = Wire::connect(&scene.gitlab);
    let response = wire.request_with("POST", &target, &headers, &body);
    assert_eq!(response.unwrap().status, 201);
}
