//! Settings: what differs between versions and configurations of real servers.

use std::time::Duration;

use crate::rate_limit::RateLimit;

/// How the server behaves where real servers differ. The defaults are those of a recent gitlab.com, without its rate
/// limits.
///
/// Set before the start with [`Builder::configure`](crate::Builder::configure), and at any time through
/// [`State::settings`](crate::State::settings).
///
/// ```
/// use fake_gitlab::{FakeGitlab, Keyset, Settings};
///
/// let gitlab = FakeGitlab::builder()
///     .configure(|settings| settings.keyset = Keyset::Refused)
///     .start();
/// gitlab.with(|state| state.settings.short_pages = Some(3));
///
/// let old = FakeGitlab::builder().configure(|settings| *settings = Settings::older_server()).start();
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The response to keyset pagination on a project's jobs.
    pub keyset: Keyset,
    /// The largest offset of a project's job list, beyond which the list returns 405. `None` for no limit.
    pub max_offset: Option<u64>,
    /// The origin (and relative root) in `Link` and in every `web_url`; the true one if `None`. Servers behind a proxy
    /// often send a wrong one.
    pub external_url: Option<String>,
    /// Whether the targets in `Link` lack scheme and host.
    pub relative_links: bool,
    /// Whether each relation is sent in a separate `Link` header.
    pub split_links: bool,
    /// The most items on a page, whatever `per_page` says: short pages that are not the last. No item is lost.
    pub short_pages: Option<usize>,
    /// Whether a job without a log returns 404, as documented, instead of an empty 200, as servers do.
    pub missing_log_is_404: bool,
    /// Whether a log is sent in parts (`byte_offset`, `byte_limit`). Older servers ignore both and send it whole.
    pub log_parts: bool,
    /// Whether the log of a finished job is served by a front-end that knows HTTP ranges: `Range` and `If-Range`, with
    /// a strong `ETag`, `Last-Modified` and 206 or 416.
    pub log_ranges: bool,
    /// Whether `…/trigger_jobs` exists. Older servers return 404; `…/bridges` works on all.
    pub trigger_jobs: bool,
    /// Whether `ref` narrows a project's jobs. Older servers ignore it.
    pub ref_filter: bool,
    /// Whether play takes `job_inputs` and retry takes `inputs`. Older servers ignore both.
    pub job_inputs: bool,
    /// Whether playing a job that has already run retries it, so that the response is a job with another id.
    pub play_falls_back_to_retry: bool,
    /// Whether cancel, retry and erase return 200 instead of 201.
    pub actions_return_200: bool,
    /// Whether a running job that is canceled is `canceling` first, and needs `force` to be `canceled` at once.
    pub canceling: bool,
    /// Whether a pipeline is `failed`, and later stages are skipped, between the failure of a job and its
    /// [automatic retry](crate::Script::auto_retry). GitLab updates a pipeline some time after its jobs, so that it mostly
    /// still says `running`.
    pub failed_before_retry: bool,
    /// How long, by the server's clock, reads do not know a run that a retry has created: they are served by a replica
    /// that lags behind. The run is a 404 and no list has it.
    pub replica_lag: Duration,
    /// Whether responses are compressed for clients that accept gzip, as by Omnibus' nginx: `text/plain`, `text/html` and
    /// `application/json` from 250 bytes on, at level 2, in chunks, with a weak `ETag` in place of a strong one, and no
    /// parts (206) compressed. [`RecordedRequest::bytes_sent`](crate::RecordedRequest::bytes_sent) and the faults that
    /// end a body count compressed bytes.
    pub gzip: bool,
    /// Whether fields that only newer servers send are left out.
    pub old_fields_only: bool,
    /// The limit on all requests. `None` for no limit.
    pub rate_limit: Option<RateLimit>,
    /// The limit on retry and play, counted for each user, job and operation. gitlab.com allows 3 a minute. `None` for
    /// no limit.
    pub action_limit: Option<RateLimit>,
    /// Whether the limit on actions holds for cancel and erase as well.
    pub limits_cancel_and_erase: bool,
    /// Whether a JSON 429 carries `Retry-After`. Older servers do not send it.
    pub json_retry_after: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keyset: Keyset::Cursor,
            max_offset: Some(50_000),
            external_url: None,
            relative_links: false,
            split_links: false,
            short_pages: None,
            missing_log_is_404: false,
            log_parts: true,
            log_ranges: false,
            trigger_jobs: true,
            ref_filter: true,
            job_inputs: true,
            play_falls_back_to_retry: false,
            actions_return_200: false,
            canceling: false,
            failed_before_retry: false,
            replica_lag: Duration::ZERO,
            gzip: false,
            old_fields_only: false,
            rate_limit: None,
            action_limit: None,
            limits_cancel_and_erase: false,
            json_retry_after: true,
        }
    }
}

impl Settings {
    /// The settings of a server before 18.x: no parts of logs, no `trigger_jobs`, no `ref`, no inputs, older fields,
    /// and no `Retry-After` on a JSON 429.
    #[must_use]
    pub fn older_server() -> Self {
        Self {
            log_parts: false,
            trigger_jobs: false,
            ref_filter: false,
            job_inputs: false,
            old_fields_only: true,
            json_retry_after: false,
            ..Self::default()
        }
    }
}

/// The response to keyset pagination on a project's jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyset {
    /// Pages, linked by an opaque `cursor=`.
    Cursor,
    /// Pages, linked by `id_before=`.
    IdBefore,
    /// 405, with a message.
    Refused,
    /// 400, with a message.
    Invalid,
    /// An offset page, as from a server that does not know `pagination`.
    Ignored,
}
