//! What was found, in a form that can be attached to an issue.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::contract::{Contract, Operation};
use crate::exchange::Reply;
use crate::schema::{Difference, compare};

/// Headers of HTTP itself, of front ends and for browsers. They say nothing about the API.
const UNREMARKABLE: [&str; 44] = [
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "cf-cache-status",
    "cf-ray",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "date",
    "etag",
    "expires",
    "gitlab-lb",
    "gitlab-sv",
    "keep-alive",
    "nel",
    "permissions-policy",
    "pragma",
    "priority",
    "referrer-policy",
    "report-to",
    "reporting-endpoints",
    "server",
    "server-timing",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "www-authenticate",
    "x-content-type-options",
    "x-download-options",
    "x-frame-options",
    "x-gitlab-meta",
    "x-runtime",
    "x-xss-protection",
];

/// The result of a verification.
///
/// `Display` writes it as Markdown: names of fields, statuses and headers, and values of enums, but no other content of
/// responses, no token and no address.
#[derive(Debug)]
pub struct Report {
    spec_version: String,
    server_version: Option<String>,
    requests: u32,
    stopped: Option<&'static str>,
    /// With the operations at which each was seen, and how often.
    differences: BTreeMap<Difference, (BTreeSet<String>, u32)>,
    behaviours: Vec<(String, Outcome)>,
    /// How often each status was received from each operation.
    statuses: BTreeMap<String, BTreeMap<u16, u32>>,
    not_tried: BTreeMap<String, String>,
    /// The headers of rate limits that were received.
    limits: BTreeSet<String>,
}

/// Whether a behaviour is as described.
#[derive(Debug)]
pub(crate) enum Outcome {
    AsDescribed,
    Different(String),
    NotSeen(&'static str),
}

impl Report {
    pub(crate) fn new(document: &Value) -> Self {
        let version = document.pointer("/info/version").and_then(Value::as_str);
        Self {
            spec_version: version.unwrap_or("unknown").to_owned(),
            server_version: None,
            requests: 0,
            stopped: None,
            differences: BTreeMap::new(),
            behaviours: Vec::new(),
            statuses: BTreeMap::new(),
            not_tried: BTreeMap::new(),
            limits: BTreeSet::new(),
        }
    }

    /// Returns whether the server does anything that the OpenAPI file does not say.
    #[must_use]
    pub fn has_differences(&self) -> bool {
        let differs = |(_, outcome): &(String, Outcome)| matches!(outcome, Outcome::Different(_));
        !self.differences.is_empty() || self.behaviours.iter().any(differs)
    }

    /// Returns why the verification ended before everything was tried, or `None` if it is complete.
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        self.stopped
    }

    /// Returns the differences, each as a line of text.
    pub fn differences(&self) -> impl Iterator<Item = String> {
        let behaviours = self
            .behaviours
            .iter()
            .filter_map(|(name, outcome)| match outcome {
                Outcome::Different(what) => Some(format!("{name}: {what}")),
                _ => None,
            });
        let places = self
            .differences
            .iter()
            .map(|(difference, (operations, times))| {
                let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
                let Difference { place, what } = difference;
                format!(
                    "`{place}`: {what} ({}; {times} times)",
                    operations.join(", ")
                )
            });
        places.chain(behaviours)
    }

    pub(crate) fn set_server_version(&mut self, version: String) {
        self.server_version = Some(version);
    }

    pub(crate) fn add(&mut self, operation: &str, difference: Difference) {
        let (operations, times) = self.differences.entry(difference).or_default();
        operations.insert(operation.to_owned());
        *times += 1;
    }

    pub(crate) fn behaviour(&mut self, name: impl Into<String>, outcome: Outcome) {
        self.behaviours.push((name.into(), outcome));
    }

    pub(crate) fn not_tried(&mut self, operation: &str, reason: String) {
        self.not_tried.insert(operation.to_owned(), reason);
    }

    /// Returns how often a status was received from an operation, and how often any.
    pub(crate) fn times(&self, operation: &str, status: u16) -> (u32, u32) {
        let statuses = self.statuses.get(operation);
        let times = statuses.and_then(|all| all.get(&status)).copied();
        let all = statuses.map_or(0, |all| all.values().sum());
        (times.unwrap_or_default(), all)
    }

    /// Compares a response with the description of its operation.
    pub(crate) fn check(
        &mut self,
        contract: &Contract<'_>,
        operation: &Operation<'_>,
        reply: &Reply,
    ) {
        let statuses = self.statuses.entry(operation.id.to_owned()).or_default();
        *statuses.entry(reply.status).or_default() += 1;
        let limits = contract.headers.iter().filter(|name| is_limit(name));
        for (name, value) in limits.filter_map(|name| Some((name, reply.header(name)?))) {
            self.limits.insert(name.clone());
            if value.parse::<u64>().is_err() {
                let place = format!("header {name}");
                let what = "not a number".to_owned();
                self.add(operation.id, Difference { place, what });
            }
        }
        let mut add = |place: String, what: String| {
            self.add(operation.id, Difference { place, what });
        };
        for name in reply
            .headers
            .keys()
            .map(reqwest::header::HeaderName::as_str)
        {
            if !contract.headers.contains(name) && !UNREMARKABLE.contains(&name) {
                add(format!("header {name}"), "unknown to the spec".to_owned());
            }
        }
        let place = format!("{} {}", operation.id, reply.status);
        let Some(response) = operation.response(reply.status) else {
            add(place, "a status that the spec does not know".to_owned());
            return;
        };
        if reply.body.is_empty() {
            if response.content.contains_key("application/json") {
                add(place, "an empty body instead of JSON".to_owned());
            }
            return;
        }
        let media = reply
            .media_type()
            .unwrap_or_else(|| "no media type".to_owned());
        let Some(schema) = response.content.get(media.as_str()) else {
            let known: Vec<&str> = response.content.keys().copied().collect();
            let known = if known.is_empty() {
                "no body".to_owned()
            } else {
                known.join(" or ")
            };
            add(place, format!("{media} instead of {known}"));
            return;
        };
        if media != "application/json" {
            return;
        }
        match (reply.json(), schema) {
            (Some(value), Some(schema)) => {
                for difference in compare(contract, schema, &value, &place) {
                    self.add(operation.id, difference);
                }
            }
            (None, _) if reply.truncated => {}
            (None, _) => add(place, "a body that is not JSON".to_owned()),
            (Some(_), None) => {}
        }
    }

    /// Returns whether any response was a success.
    pub(crate) fn has_success(&self) -> bool {
        let mut statuses = self.statuses.values().flat_map(BTreeMap::keys);
        statuses.any(|status| (200..300).contains(status))
    }

    pub(crate) fn finish(
        &mut self,
        contract: &Contract<'_>,
        requests: u32,
        stopped: Option<&'static str>,
    ) {
        self.requests = requests;
        self.stopped = stopped;
        let limits: Vec<&String> = contract
            .headers
            .iter()
            .filter(|name| is_limit(name))
            .collect();
        let missing: Vec<&str> = limits
            .iter()
            .filter(|name| !self.limits.contains(**name))
            .map(|name| name.as_str())
            .collect();
        let outcome = if self.limits.is_empty() {
            Outcome::NotSeen("not seen: the server sends none")
        } else if missing.is_empty() {
            Outcome::AsDescribed
        } else {
            Outcome::Different(format!("{} never came with the others", missing.join(", ")))
        };
        self.behaviour("headers of the rate limit", outcome);
        for operation in &contract.operations {
            if !self.statuses.contains_key(operation.id) {
                let reason = if operation.is_read() {
                    stopped.unwrap_or("no values for its path are known")
                } else {
                    "it changes jobs"
                };
                let reasons = self.not_tried.entry(operation.id.to_owned());
                reasons.or_insert_with(|| reason.to_owned());
            }
        }
    }
}

/// Returns whether a header says something about a rate limit in numbers; two say it in words.
fn is_limit(header: &str) -> bool {
    header.starts_with("ratelimit-") && !["ratelimit-name", "ratelimit-resettime"].contains(&header)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = self
            .server_version
            .as_deref()
            .unwrap_or("of an unknown version");
        writeln!(
            f,
            "# GitLab {server} against version {} of the spec\n",
            self.spec_version
        )?;
        let differences: Vec<String> = self.differences().collect();
        writeln!(
            f,
            "{} differences, {} requests\n",
            differences.len(),
            self.requests
        )?;
        if let Some(reason) = self.stopped {
            writeln!(f, "**Incomplete**: {reason}.\n")?;
        }
        for difference in &differences {
            writeln!(f, "- {difference}")?;
        }
        if !differences.is_empty() {
            writeln!(f)?;
        }
        writeln!(f, "| behaviour | result |\n|---|---|")?;
        for (name, outcome) in &self.behaviours {
            let result = match outcome {
                Outcome::AsDescribed => "as described",
                Outcome::Different(_) => "**different**",
                Outcome::NotSeen(reason) => reason,
            };
            writeln!(f, "| {name} | {result} |")?;
        }
        writeln!(f, "\n| operation | responses |\n|---|---|")?;
        for (operation, statuses) in &self.statuses {
            let statuses: Vec<String> = statuses
                .iter()
                .map(|(status, times)| format!("{times} × {status}"))
                .collect();
            writeln!(f, "| {operation} | {} |", statuses.join(", "))?;
        }
        for (operation, reason) in &self.not_tried {
            writeln!(f, "| {operation} | not tried: {reason} |")?;
        }
        Ok(())
    }
}
