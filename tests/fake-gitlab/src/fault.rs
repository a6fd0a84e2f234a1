//! Faults: what goes wrong, and for which requests.

mod effects;
mod responses;

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub(crate) use self::effects::{Effects, End, Pace, Replacement, Reset};
use crate::record::RecordedRequest;
use crate::route::operations;

/// Something that goes wrong, and the requests it happens to.
///
/// A new fault applies to every request; [`operation`](Self::operation), [`method`](Self::method),
/// [`path`](Self::path), [`matching`](Self::matching), [`lasts`](Self::lasts), [`skip`](Self::skip) and
/// [`times`](Self::times) narrow it. The
/// other methods add effects, of which one fault may have several. [`FakeGitlab::inject`](crate::FakeGitlab::inject)
/// activates it. Only the first fault that matches a request and is not exhausted applies to it, so faults injected one
/// after the other form a sequence:
///
/// ```
/// use std::time::Duration;
/// use fake_gitlab::{FakeGitlab, Fault};
///
/// let gitlab = FakeGitlab::start();
/// gitlab.inject(Fault::new().operation("get_job").times(1).bad_gateway());
/// gitlab.inject(Fault::new().operation("get_job").times(1).retry_later(2));
/// gitlab.inject(Fault::new().operation("get_job_log").skip(1).cut_after(1_000));
/// gitlab.inject(Fault::new().method("POST").on_reused_connection().reset_before_handling());
/// gitlab.inject(Fault::new().path("/jobs?").delay(Duration::from_millis(20)));
/// ```
#[must_use]
pub struct Fault {
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    reused_connection: bool,
    matching: Option<Matching>,
    starts_after: Duration,
    lasts: Option<Duration>,
    injected_at: DateTime<Utc>,
    skip: u64,
    times: u64,
    hits: u64,
    pub(crate) effects: Effects,
}

type Matching = Box<dyn FnMut(&RecordedRequest) -> bool + Send>;

/// The requests it applies to.
impl Fault {
    /// Creates a fault that applies to every request and has no effect yet.
    pub fn new() -> Self {
        Self {
            operation: None,
            method: None,
            path: None,
            reused_connection: false,
            matching: None,
            starts_after: Duration::ZERO,
            lasts: None,
            injected_at: DateTime::UNIX_EPOCH,
            skip: 0,
            times: u64::MAX,
            hits: 0,
            effects: Effects::default(),
        }
    }

    /// Applies to this operation only: `list_project_jobs`, `list_pipeline_jobs`, `list_pipeline_bridges`,
    /// `list_pipeline_trigger_jobs`, `get_job_token_job`, `get_allowed_agents`, `get_job`, `get_job_log`, `cancel_job`,
    /// `retry_job`, `erase_job` or `play_job`; or `get_version`, `get_user`, `get_project` or `get_pipeline`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation.
    pub fn operation(mut self, name: &str) -> Self {
        assert!(
            operations().any(|known| known == name),
            "fake-gitlab has no operation {name}"
        );
        self.operation = Some(name.to_owned());
        self
    }

    /// Applies to this method only.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Applies only to targets (path and query, as sent) that contain `part`.
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// Applies only to requests that are not the first on their connection, as when a pooled connection has died
    /// unnoticed.
    pub fn on_reused_connection(mut self) -> Self {
        self.reused_connection = true;
        self
    }

    /// Applies only to requests for which `matches` returns `true`.
    pub fn matching(
        mut self,
        matches: impl FnMut(&RecordedRequest) -> bool + Send + 'static,
    ) -> Self {
        self.matching = Some(Box::new(matches));
        self
    }

    /// Applies only from this long after it was injected, by the server's clock.
    pub fn starts_after(mut self, delay: Duration) -> Self {
        self.starts_after = delay;
        self
    }

    /// Applies only for this long, by the server's clock, from when it was injected or from
    /// [`starts_after`](Self::starts_after): an outage.
    ///
    /// ```
    /// use std::time::Duration;
    /// use fake_gitlab::{FakeGitlab, Fault};
    ///
    /// let gitlab = FakeGitlab::start();
    /// gitlab.inject(Fault::new().lasts(Duration::from_secs(120)).bad_gateway());
    /// gitlab.inject(Fault::new().lasts(Duration::from_secs(180)).service_unavailable());
    /// ```
    pub fn lasts(mut self, duration: Duration) -> Self {
        self.lasts = Some(duration);
        self
    }

    /// Skips the first `requests` matching requests.
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// Applies to at most `requests` requests.
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// Records the time from which its period counts.
    pub(crate) fn injected(&mut self, now: DateTime<Utc>) {
        self.injected_at = now;
    }

    fn is_due(&self, now: DateTime<Utc>) -> bool {
        let start = self.injected_at + self.starts_after;
        now >= start && self.lasts.is_none_or(|duration| now < start + duration)
    }

    fn fits(&mut self, request: &RecordedRequest, now: DateTime<Utc>) -> bool {
        let operation = self
            .operation
            .as_deref()
            .is_none_or(|name| request.operation == Some(name));
        let method = self
            .method
            .as_deref()
            .is_none_or(|method| request.method == method);
        let path = self
            .path
            .as_deref()
            .is_none_or(|part| request.target.contains(part));
        let connection = !self.reused_connection || request.number_on_connection > 0;
        operation
            && self.is_due(now)
            && method
            && path
            && connection
            && self
                .matching
                .as_mut()
                .is_none_or(|matches| matches(request))
    }
}

impl Default for Fault {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("lasts", &self.lasts)
            .field("skip", &self.skip)
            .field("times", &self.times)
            .field("hits", &self.hits)
            .field("effects", &self.effects)
            .finish_non_exhaustive()
    }
}

/// Returns the effects of the first fault that applies. Every fault that matches counts the request.
pub(crate) fn meet(
    faults: &mut [Fault],
    request: &RecordedRequest,
    now: DateTime<Utc>,
) -> Option<Effects> {
    let mut met = None;
    for fault in faults {
        if !fault.fits(request, now) {
            continue;
        }
        fault.hits += 1;
        if met.is_none() && fault.hits > fault.skip && fault.times > 0 {
            fault.times -= 1;
            met = Some(fault.effects.clone());
        }
    }
    met
}
