//! Decodes a page of jobs in several ways, into the SDK's models and into hand-written ones.
//!
//! `cargo bench -p gitlab-jobs-tests --bench decode`

#[expect(
    dead_code,
    reason = "the benchmark decodes the fields without reading them"
)]
mod model;
mod page;

use divan::Bencher;
use divan::counter::BytesCount;
use serde::de::DeserializeOwned;
use serde_json::Value;

type Sdk = Vec<gitlab_jobs::types::Job>;
type ByHand = Vec<model::Job>;

/// The page that GitLab's documentation shows: two jobs.
const DOCUMENTED: &str = include_str!("../../spec/examples/documented/list_project_jobs.json");

const PAGES: [&str; 2] = ["documented", "hundred jobs"];

fn main() {
    divan::main();
}

/// The SDK's way: a single UTF-8 check, then the JSON.
#[divan::bench(types = [Sdk, ByHand], args = PAGES)]
fn checked_once<T: DeserializeOwned>(bencher: Bencher, page: &str) {
    decode(bencher, page, |body| {
        let text = std::str::from_utf8(body).expect("the page is UTF-8");
        serde_json::from_str::<T>(text)
    });
}

/// The usual way, and that of reqwest's `json`: each string is checked separately.
#[divan::bench(types = [Sdk, ByHand], args = PAGES)]
fn from_slice<T: DeserializeOwned>(bencher: Bencher, page: &str) {
    decode(bencher, page, |body| serde_json::from_slice::<T>(body));
}

/// With the path tracked in case of an error. The SDK looks for it only after a failure.
#[divan::bench(types = [Sdk, ByHand], args = PAGES)]
fn path_to_error<T: DeserializeOwned>(bencher: Bencher, page: &str) {
    decode(bencher, page, |body| {
        let mut json = serde_json::Deserializer::from_slice(body);
        serde_path_to_error::deserialize::<_, T>(&mut json)
    });
}

/// Through a tree of values.
#[divan::bench(types = [Sdk, ByHand], args = PAGES)]
fn through_value<T: DeserializeOwned>(bencher: Bencher, page: &str) {
    decode(bencher, page, |body| {
        serde_json::from_slice::<Value>(body).and_then(serde_json::from_value::<T>)
    });
}

fn decode<T, E: std::fmt::Debug>(
    bencher: Bencher,
    page: &str,
    decode: impl Fn(&[u8]) -> Result<T, E> + Sync,
) {
    let body = match page {
        "documented" => DOCUMENTED.to_owned(),
        _ => Value::from(page::hundred_jobs()).to_string(),
    };
    bencher
        .counter(BytesCount::of_str(&body))
        .bench(|| decode(body.as_bytes()).expect("the page contains jobs"));
}
