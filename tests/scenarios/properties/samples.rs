//! Any change to a documented sample.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use fake_gitlab::Fault;
use gitlab_jobs::Error;
use gitlab_jobs::types::{AgentAccess, Bridge, Job};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Bench, assert_reported, cases};
use crate::flavour::{Client, send};
use crate::scene::Scene;

/// The documented responses by operation.
fn samples() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/examples/documented");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let samples = files.map(|file| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let sample = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        (name, sample)
    });
    samples
        .filter(|(name, _)| name != "play_job_request")
        .collect()
}

/// The JSON pointers of a value and of everything inside it.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                pointers(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

#[derive(Clone, Debug)]
enum Mutation {
    Replace(Value),
    Remove,
    Add(String, Value),
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,10}".prop_map(Value::from),
        Just(json!("2024-02-30T25:00:00Z")),
        Just(json!("2024-05-22T12:43:46.962+01:00")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,4}|id|name", inner, 0..3)
                .prop_map(|fields| fields.into_iter().collect::<Value>()),
        ]
    })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => any_json().prop_map(Mutation::Replace),
        1 => Just(Mutation::Remove),
        1 => ("[a-z_]{1,8}", any_json()).prop_map(|(name, value)| Mutation::Add(name, value)),
    ]
}

/// Changes the value at `pointer`.
fn mutate(sample: &mut Value, pointer: &str, mutation: Mutation) {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    match mutation {
        Mutation::Replace(value) => *sample.pointer_mut(pointer).unwrap() = value,
        Mutation::Add(name, value) => match sample.pointer_mut(pointer).unwrap() {
            Value::Array(items) => items.push(value),
            Value::Object(fields) => _ = fields.insert(name, value),
            other => *other = value,
        },
        Mutation::Remove => match sample.pointer_mut(parent).unwrap() {
            Value::Object(fields) => _ = fields.remove(name),
            Value::Array(items) if !pointer.is_empty() => {
                items.remove(name.parse().unwrap());
            }
            other => *other = Value::Null,
        },
    }
}

/// Returns the path of the error in a body, according to `serde_path_to_error`.
fn fault_in(operation: &str, body: &str) -> Option<String> {
    fn find<T: DeserializeOwned>(body: &str) -> Option<String> {
        let mut json = serde_json::Deserializer::from_str(body);
        let found = serde_path_to_error::deserialize::<_, T>(&mut json);
        found.err().map(|error| error.path().to_string())
    }
    match operation {
        "list_project_jobs" | "list_pipeline_jobs" => find::<Vec<Job>>(body),
        "list_pipeline_bridges" => find::<Vec<Bridge>>(body),
        "get_allowed_agents" => find::<AgentAccess>(body),
        _ => find::<Job>(body),
    }
}

/// Sends the operation, and returns its error, if any.
fn error_of(operation: &str, scene: &Scene, client: &Client) -> Option<Error> {
    let (project, job, pipeline) = (scene.project, scene.job, scene.pipeline);
    match operation {
        "get_job" => scene.get_job(client).err(),
        "play_job" => scene.play_job(client).err(),
        "retry_job" => scene.retry_job(client).err(),
        "cancel_job" => send!(client, cancel_job(project, job)).err(),
        "erase_job" => send!(client, erase_job(project, job)).err(),
        "get_job_token_job" => send!(client, get_job_token_job()).err(),
        "get_allowed_agents" => send!(client, get_allowed_agents()).err(),
        "list_project_jobs" => send!(client, list_project_jobs(project)).err(),
        "list_pipeline_jobs" => send!(client, list_pipeline_jobs(project, pipeline)).err(),
        "list_pipeline_bridges" => send!(client, list_pipeline_bridges(project, pipeline)).err(),
        other => panic!("no operation for the sample {other}"),
    }
}

static SAMPLES: LazyLock<BTreeMap<String, Value>> = LazyLock::new(samples);
static MUTATIONS: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_change_to_a_sample_decodes_or_is_reported_with_its_path(
        sample: Index,
        place: Index,
        mutation in mutation(),
        indented: bool,
        blocking: bool,
    ) {
        let samples = SAMPLES.iter().collect::<Vec<_>>();
        let (operation, original) = sample.get(&samples);
        let mut found = Vec::new();
        pointers(original, "", &mut found);
        let mut changed = (*original).clone();
        mutate(&mut changed, place.get::<String>(&found), mutation);
        let body = if indented {
            serde_json::to_string_pretty(&changed).unwrap()
        } else {
            changed.to_string()
        };
        MUTATIONS.respond_with(Fault::new().body(body.clone()));

        let error = error_of(operation, &MUTATIONS.scene, MUTATIONS.client(blocking));

        let path = error.as_ref().map(|error| error.decode_path().unwrap_or_default());
        prop_assert_eq!(path.map(str::to_owned), fault_in(operation, &body), "{}", body);
        if let Some(error) = error {
            assert_reported(&error);
            prop_assert!(error.is_decode(), "{}", error);
            prop_assert_eq!(error.operation_id(), Some(operation.as_str()));
        }
    }
}

#[test]
fn every_unchanged_sample_decodes() {
    let bench = Bench::new();
    assert_eq!(SAMPLES.len(), 10);
    for (operation, sample) in SAMPLES.iter() {
        bench.respond_with(Fault::new().body(sample.to_string()));
        for client in &bench.clients {
            let error = error_of(operation, &bench.scene, client);
            assert!(error.is_none(), "{operation}: {error:?}");
        }
    }
}
