//! Compares what a living GitLab sends with what the OpenAPI file says.
//!
//! The operations, their parameters, statuses, headers and schemas are read from the file at run time, so an operation that
//! is added to the file is verified without any code here.
//!
//! - `contract` reads the file.
//! - `schema` compares a value with a schema, strictly: unknown fields and values, missing fields, unexpected nulls.
//! - `exchange` sends requests: paced, and never more than allowed.
//! - `read` requests everything that can be read, `behaviour` tries what no schema can express, and `act` plays, retries,
//!   cancels and erases jobs, if that is wanted.
//! - `report` collects what was found. It holds names of fields and values of enums, and no other content of responses.

mod act;
mod behaviour;
mod contract;
mod exchange;
mod read;
mod report;
mod schema;

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use contract::Contract;
use exchange::Exchange;
use read::Known;
pub use report::Report;

/// What to verify, and how.
#[derive(Clone)]
pub struct Options {
    /// The URL of the server, without `/api/v4`.
    pub url: String,
    /// A personal, project or group access token. On public projects, some operations need none.
    pub token: Option<String>,
    /// The token of a CI job that is running.
    pub job_token: Option<String>,
    /// The id or full path of the project.
    pub project: String,
    /// Values of other path parameters, by name. By default, they are taken from responses.
    pub values: Vec<(String, String)>,
    /// Whether to change jobs, too: to play, retry, cancel and erase.
    pub act: bool,
    /// The maximum number of requests.
    pub requests: u32,
    /// The minimum time from one request to the next.
    pub pace: Duration,
}

impl Options {
    /// Returns options that only read: at most 50 requests, two per second.
    #[must_use]
    pub fn new(url: impl Into<String>, project: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            token: None,
            job_token: None,
            project: project.into(),
            values: Vec::new(),
            act: false,
            requests: 50,
            pace: Duration::from_millis(500),
        }
    }
}

/// Shows no token.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            url,
            token,
            job_token,
            project,
            values,
            act,
            requests,
            pace,
        } = self;
        let hidden = |token: &Option<String>| token.as_ref().map(|_| "[hidden]");
        f.debug_struct("Options")
            .field("url", url)
            .field("token", &hidden(token))
            .field("job_token", &hidden(job_token))
            .field("project", project)
            .field("values", values)
            .field("act", act)
            .field("requests", requests)
            .field("pace", pace)
            .finish()
    }
}

/// A verification that is not possible.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Verifies a server against an OpenAPI document.
///
/// # Errors
///
/// Returns an error if the document describes no operations, if the URL or a token is invalid, if the server cannot be
/// reached, or if nothing of the project can be read. What the server does differently is in the report.
pub fn verify(document: &Value, options: &Options) -> Result<Report, Error> {
    let contract = Contract::read(document)?;
    let mut exchange = Exchange::new(options)?;
    let mut report = Report::new(document);
    let mut known = Known::new(options);
    read::version(&mut exchange, &mut report);
    read::visit(&contract, &mut exchange, &mut known, &mut report);
    behaviour::try_all(&contract, &mut exchange, &known, &mut report);
    if options.act {
        act::visit(&contract, &mut exchange, &known, &mut report);
    }
    report.finish(&contract, exchange.sent(), exchange.stopped());
    match exchange.failure() {
        Some(reason) if exchange.received() == 0 => Err(Error(reason)),
        _ if !report.has_success() => Err(Error(
            "nothing can be read: the project does not exist, or the token has no access to it"
                .to_owned(),
        )),
        _ => Ok(report),
    }
}
