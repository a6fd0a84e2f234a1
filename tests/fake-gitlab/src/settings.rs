//! What differs between servers, versions and configurations, and can be switched.

use std::time::Duration;

/// How the server answers where real servers differ. The defaults are those of a recent gitlab.com.
///
/// Set before the start with [`Builder::configure`](crate::Builder::configure), and at any time through
/// [`State::settings`](crate::State::settings).
///
/// ```
/// use fake_gitlab::{FakeGitlab, Keyset};
///
/// let gitlab = FakeGitlab::builder()
///     .configure(|settings| settings.keyset = Keyset::Refused)
///     .start();
/// gitlab.with(|state| state.settings.short_pages = Some(3));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// What a request for keyset pagination on the project's jobs gets.
    pub keyset: Keyset,
    /// The largest offset of a project's job list; beyond it: 405. `None` for no limit.
    pub max_offset: Option<u64>,
    /// The origin (and relative root) the server believes to have: in `Link` and in every `web_url`. `None` for the
    /// true one. A server behind a proxy often has a wrong one.
    pub external_url: Option<String>,
    /// Whether `Link` holds targets without scheme and host.
    pub relative_links: bool,
    /// Whether each relation comes in a `Link` header of its own.
    pub split_links: bool,
    /// At most so many items on a page, whatever `per_page` says: short pages that are not the last. No item is lost.
    pub short_pages: Option<usize>,
    /// What a job without a log answers: 404 as the document says, or (`false`) 200 and nothing as servers do.
    pub missing_log_is_404: bool,
    /// Whether cancel, retry and erase answer 200 instead of 201.
    pub actions_return_200: bool,
    /// Whether a running job that is canceled is `canceling` first, and needs `force` to be `canceled` at once.
    pub canceling: bool,
    /// Whether fields that only newer servers send are left out.
    pub old_fields_only: bool,
    /// A limit on requests. `None` for no limit.
    pub rate_limit: Option<RateLimit>,
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
            actions_return_200: false,
            canceling: false,
            old_fields_only: false,
            rate_limit: None,
        }
    }
}

/// What a request for keyset pagination on the project's jobs gets.
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
    /// An offset page, as from a server that knows no `pagination` parameter.
    Ignored,
}

/// A limit on requests within a period of the server's clock.
///
/// ```
/// use std::time::Duration;
/// use fake_gitlab::{FakeGitlab, RateLimit};
///
/// let limit = RateLimit::json(5, Duration::from_secs(60));
/// let gitlab = FakeGitlab::builder()
///     .configure(|settings| settings.rate_limit = Some(limit))
///     .start();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    pub(crate) requests: u64,
    pub(crate) period: Duration,
    pub(crate) shape: RateLimitShape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateLimitShape {
    Json,
    Text,
}

impl RateLimit {
    /// So many requests a period, then 429 with a JSON body and no headers, as the project-jobs limiter answers.
    #[must_use]
    pub fn json(requests: u64, period: Duration) -> Self {
        let shape = RateLimitShape::Json;
        Self {
            requests,
            period,
            shape,
        }
    }

    /// So many requests a period, then 429 with `Retry later`, `Retry-After` and the `RateLimit-*` headers, as the
    /// front-end limiter answers; those headers but `Retry-After` come with every other answer too.
    #[must_use]
    pub fn text(requests: u64, period: Duration) -> Self {
        let shape = RateLimitShape::Text;
        Self {
            requests,
            period,
            shape,
        }
    }
}
