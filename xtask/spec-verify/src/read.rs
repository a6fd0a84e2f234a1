//! Requests everything that can be read. Paths need values, which are taken from earlier responses: the `id` of each item of
//! a list `…/jobs` is a `job_id`, and the `id` in each `pipeline` is a `pipeline_id`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Options;
use crate::contract::{Contract, Operation, entries, items};
use crate::exchange::{Call, Exchange};
use crate::report::Report;
use crate::schema::Difference;

/// The number of values tried of each parameter.
const SAMPLES: usize = 3;
/// An id that nothing has, although it is valid.
const NOBODY: &str = "9223372036854775807";

/// Values of path parameters: by name, by what is special about the object that was found.
pub(crate) struct Known {
    given: Vec<(String, String)>,
    found: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Known {
    pub(crate) fn new(options: &Options) -> Self {
        let mut given = options.values.clone();
        given.push(("id".to_owned(), options.project.clone()));
        Self {
            given,
            found: BTreeMap::new(),
        }
    }

    /// Returns the objects that were found for a parameter, one of each status.
    pub(crate) fn objects(&self, parameter: &str) -> impl Iterator<Item = &Value> {
        self.found
            .get(parameter)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// Returns the values of a path's parameters, several times if there are several values of the last one.
    pub(crate) fn values(&self, operation: &Operation<'_>) -> Vec<Vec<(String, String)>> {
        let mut all = vec![Vec::new()];
        for parameter in operation.parameters() {
            let of_parameter = self.of(parameter);
            all = all
                .iter()
                .flat_map(|begun: &Vec<(String, String)>| {
                    of_parameter.iter().map(move |value| {
                        let mut values = begun.clone();
                        values.push((parameter.to_owned(), value.clone()));
                        values
                    })
                })
                .collect();
        }
        all.truncate(SAMPLES);
        all
    }

    fn of(&self, parameter: &str) -> Vec<String> {
        let given = self.given.iter().filter(|(name, _)| name == parameter);
        let given: Vec<String> = given.map(|(_, value)| value.clone()).collect();
        if given.is_empty() {
            let ids = self
                .objects(parameter)
                .map(|object| object["id"].to_string());
            ids.take(SAMPLES).collect()
        } else {
            given
        }
    }

    /// Learns from a response.
    pub(crate) fn learn(&mut self, operation: &Operation<'_>, body: &Value) {
        let list = operation.path.rsplit('/').next().unwrap_or_default();
        for object in items(Some(body)) {
            if let Some(single) = list.strip_suffix('s') {
                self.remember(single, object);
            }
            for (name, inner) in entries(Some(object)) {
                self.remember(name, inner);
            }
        }
    }

    fn remember(&mut self, name: &str, object: &Value) {
        if !object["id"].is_u64() {
            return;
        }
        let special = format!("{}/{}", object["status"], object["failure_reason"]);
        let objects = self.found.entry(format!("{name}_id")).or_default();
        objects.entry(special).or_insert_with(|| object.clone());
    }
}

/// Asks for the server's version, which is no difference, but belongs in the report.
pub(crate) fn version(exchange: &mut Exchange, report: &mut Report) {
    let version = exchange.get(&["version"]).and_then(|reply| reply.json());
    let version = version.and_then(|body| body["version"].as_str().map(str::to_owned));
    let is_version = |it: &String| {
        it.starts_with(|c: char| c.is_ascii_digit())
            && it.len() < 32
            && it
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
    };
    if let Some(version) = version.filter(is_version) {
        report.set_server_version(version);
    }
}

/// Requests each operation that reads, and compares the responses.
pub(crate) fn visit(
    contract: &Contract<'_>,
    exchange: &mut Exchange,
    known: &mut Known,
    report: &mut Report,
) {
    let mut has_asked = false;
    for operation in contract.operations.iter().filter(|it| it.is_read()) {
        // Without a token, a project's list can be refused while its pipelines are public.
        let needs_pipelines = operation.parameters().any(|it| it == "pipeline_id");
        if needs_pipelines && known.of("pipeline_id").is_empty() && !has_asked {
            has_asked = true;
            pipelines(exchange, known);
        }
        for values in known.values(operation) {
            let mut call = Call {
                values,
                ..Call::default()
            };
            if operation.query.contains("per_page") {
                call.query.push(("per_page", "100".to_owned()));
            }
            let Some(reply) = exchange.call(operation, &call) else {
                return;
            };
            report.check(contract, operation, &reply);
            if let Some(body) = reply.json().filter(|_| reply.is_success()) {
                known.learn(operation, &body);
            }
        }
        never_found(exchange, operation, report);
    }
    errors(contract, exchange, known, report);
}

/// Finds pipelines by an operation that need not be in the OpenAPI file.
fn pipelines(exchange: &mut Exchange, known: &mut Known) {
    let project = known.of("id");
    let path: Vec<&str> = ["projects"]
        .into_iter()
        .chain(project.iter().map(String::as_str))
        .chain(["pipelines"])
        .collect();
    let body = exchange.get(&path).and_then(|reply| reply.json());
    for pipeline in items(body.as_ref()) {
        known.remember("pipeline", pipeline);
    }
}

/// An operation that the server does not have responds with 404, like one whose object does not exist.
fn never_found(exchange: &Exchange, operation: &Operation<'_>, report: &mut Report) {
    let (times, all) = report.times(operation.id, 404);
    if times > 0 && times == all && exchange.is_authorized(operation) {
        let difference = Difference {
            place: format!("{} 404", operation.id),
            what:
                "always, although what it is about exists: the server does not have this operation"
                    .to_owned(),
        };
        report.add(operation.id, difference);
    }
}

/// Requests an object that does not exist, and one without a token.
fn errors(contract: &Contract<'_>, exchange: &mut Exchange, known: &Known, report: &mut Report) {
    let mut single = contract.operations.iter();
    let single =
        single.find(|it| it.is_read() && it.parameters().count() > 1 && it.pagination.is_empty());
    let Some(operation) = single else {
        return;
    };
    let mut calls = Vec::new();
    if let Some(values) = known.values(operation).pop() {
        calls.push(Call {
            values: values.clone(),
            anonymous: true,
            ..Call::default()
        });
        let mut values = values;
        if let Some((_, last)) = values.last_mut() {
            NOBODY.clone_into(last);
        }
        calls.push(Call {
            values,
            ..Call::default()
        });
    }
    for call in calls {
        if let Some(reply) = exchange.call(operation, &call) {
            report.check(contract, operation, &reply);
        }
    }
}
