//! The bodies of the benchmark server's responses, made from the spec's examples.

use serde_json::Value;

/// Jobs in every state, as a recent server sends them.
const JOBS: [&str; 2] = [
    include_str!("../../spec/examples/additional/job_newer_server.json"),
    include_str!("../../spec/examples/additional/job_canceling.json"),
];
const MANY_STATES: &str =
    include_str!("../../spec/examples/additional/list_project_jobs_many_states.json");

/// The largest page that GitLab returns: 100 jobs, in about 235 KB of JSON.
pub(crate) fn hundred_jobs() -> Vec<Value> {
    let mut jobs: Vec<Value> = JOBS.map(parsed).into();
    jobs.extend(parsed(MANY_STATES).as_array().cloned().unwrap_or_default());
    (0..100_u64)
        .zip(jobs.iter().cycle())
        .map(|(number, job)| {
            let mut job = job.clone();
            job["id"] = (6_747_393_391 - number).into();
            job["name"] = format!("rspec unit {number}/100").into();
            job
        })
        .collect()
}

fn parsed(example: &str) -> Value {
    serde_json::from_str(example).expect("the spec's examples are JSON")
}
