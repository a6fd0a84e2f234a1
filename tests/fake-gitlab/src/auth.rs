//! Authentication: whose token a request carries, and what it permits.

use std::collections::HashMap;

use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap};
use serde_json::json;

use crate::params::Params;
use crate::project::{User, user};
use crate::query;
use crate::response::Response;
use crate::state::State;

/// A maintainer's personal access token (user 1, `root`), which permits everything.
pub const MAINTAINER_TOKEN: &str = "glpat-maintainer-token";
/// A developer's personal access token (user 2, `dana`), which permits everything but `force` on cancel.
pub const DEVELOPER_TOKEN: &str = "glpat-developer-token";
/// A guest's personal access token (user 3, `gus`), which permits reading; cancel, retry, erase and play return 403.
pub const GUEST_TOKEN: &str = "glpat-guest-token";
/// The personal access token of a user without membership (user 4, `olga`), for whom every project is a 404.
pub const OUTSIDER_TOKEN: &str = "glpat-outsider-token";
/// A maintainer's token with scope `read_api` only, with which every POST returns `insufficient_scope` (403).
pub const READ_ONLY_TOKEN: &str = "glpat-read-only-token";
/// An expired token, with which everything returns 401.
pub const EXPIRED_TOKEN: &str = "glpat-expired-token";
/// A job token with which `/job` and `/job/allowed_agents` return the samples of GitLab's documentation, verbatim.
pub const DOCUMENTED_JOB_TOKEN: &str = "glcbt-documented-job-token";
/// A job token is this prefix and the id of a running job; see [`Job::token`](crate::Job::token).
pub(crate) const JOB_TOKEN_PREFIX: &str = "glcbt-64_";

/// What a token permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing: every project is a 404.
    None,
    /// Reading; actions return 403.
    Guest,
    /// Reading and all actions.
    Developer,
    /// Reading and all actions, `force` on cancel included.
    Maintainer,
}

/// What the server knows about a personal access token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    user: u64,
    access: Access,
    read_only: bool,
    pub(crate) validity: Validity,
}

/// Whether a known token can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Valid,
    Expired,
    Revoked,
}

impl Token {
    pub(crate) fn personal(user: u64, access: Access) -> Self {
        Self {
            user,
            access,
            read_only: false,
            validity: Validity::Valid,
        }
    }
}

pub(crate) fn default_tokens() -> HashMap<String, Token> {
    let read_only = Token {
        read_only: true,
        ..Token::personal(1, Access::Maintainer)
    };
    let expired = Token {
        validity: Validity::Expired,
        ..Token::personal(1, Access::Maintainer)
    };
    let tokens = [
        (MAINTAINER_TOKEN, Token::personal(1, Access::Maintainer)),
        (DEVELOPER_TOKEN, Token::personal(2, Access::Developer)),
        (GUEST_TOKEN, Token::personal(3, Access::Guest)),
        (OUTSIDER_TOKEN, Token::personal(4, Access::None)),
        (READ_ONLY_TOKEN, read_only),
        (EXPIRED_TOKEN, expired),
    ];
    tokens
        .map(|(token, known)| (token.to_owned(), known))
        .into()
}

/// The user behind a request.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) user: User,
    pub(crate) access: Access,
    pub(crate) read_only: bool,
    pub(crate) job: Option<TokenJob>,
}

impl Identity {
    /// The identity of a request without a token.
    pub(crate) fn anonymous() -> Self {
        Self {
            user: user(1),
            access: Access::None,
            read_only: true,
            job: None,
        }
    }
}

/// The job that a job token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenJob {
    /// The job of the documented samples.
    Documented,
    /// A job of the state.
    Stateful { job: u64, project: u64 },
}

/// The tokens of a request, by the way they were sent.
struct Credentials {
    private: Option<String>,
    bearer: Option<String>,
    job: Option<String>,
}

/// Returns the user behind a request, `None` if it carries no token that the operation accepts, or a 401.
///
/// The order is GitLab's: a job token sent as bearer, then an access token, then a job token sent as such. The first
/// kind present decides, so a valid job token does not compensate for an invalid access token. Operations that do not
/// accept job tokens ignore them.
pub(crate) fn authenticate(
    state: &State,
    headers: &HeaderMap,
    params: &Params,
    accepts_job_token: bool,
) -> Result<Option<Identity>, Response> {
    let Credentials {
        private,
        bearer,
        job,
    } = credentials(headers, |name| params.text(name));
    if let Some(token) = bearer.as_deref().filter(|_| accepts_job_token)
        && let Some(identity) = job_identity(state, token)
    {
        return Ok(Some(identity));
    }
    if let Some(token) = private.as_ref().or(bearer.as_ref()) {
        let Some(known) = state.tokens.get(token) else {
            return Err(match private {
                Some(_) => unauthorized(),
                None => invalid_token(REVOKED),
            });
        };
        return match known.validity {
            Validity::Valid => Ok(Some(Identity {
                user: user(known.user),
                access: known.access,
                read_only: known.read_only,
                job: None,
            })),
            Validity::Expired => Err(invalid_token(EXPIRED)),
            Validity::Revoked => Err(invalid_token(REVOKED)),
        };
    }
    match job.filter(|_| accepts_job_token) {
        Some(token) => {
            let identity = job_identity(state, &token);
            identity.map(Some).ok_or_else(unauthorized)
        }
        None => Ok(None),
    }
}

pub(crate) fn unauthorized() -> Response {
    Response::message(StatusCode::UNAUTHORIZED, "Unauthorized")
}

const EXPIRED: &str = "Token is expired. You can either do re-authorization or token refresh.";
const REVOKED: &str = "Token was revoked. You have to re-authorize from the user.";

/// The 403 for a token without the scope `api`.
pub(crate) fn insufficient_scope() -> Response {
    let body = json!({
        "error": "insufficient_scope",
        "error_description": "The request requires higher privileges than provided by the access token.",
        "scope": "api",
    });
    Response::json(StatusCode::FORBIDDEN, &body)
}

fn invalid_token(description: &str) -> Response {
    let body = json!({ "error": "invalid_token", "error_description": description });
    let challenge = format!(
        "Bearer realm=\"Protected by OAuth 2.0\", error=\"invalid_token\", error_description=\"{description}\""
    );
    Response::json(StatusCode::UNAUTHORIZED, &body).with_header("www-authenticate", &challenge)
}

fn credentials<'a>(
    headers: &'a HeaderMap,
    parameter: impl Fn(&str) -> Option<&'a str>,
) -> Credentials {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let or_parameter = |sent: Option<&str>, name| {
        let sent = sent.map(ToOwned::to_owned);
        sent.or_else(|| parameter(name).map(ToOwned::to_owned))
    };
    Credentials {
        private: or_parameter(header("private-token"), "private_token"),
        bearer: or_parameter(bearer, "access_token"),
        job: or_parameter(header("job-token"), "job_token"),
    }
}

/// Every token of a request, for a fault that echoes them.
pub(crate) fn tokens(headers: &HeaderMap, query: &[(String, String)]) -> Vec<String> {
    let sent = credentials(headers, |name| query::last(query, name));
    [sent.private, sent.bearer, sent.job]
        .into_iter()
        .flatten()
        .collect()
}

fn job_identity(state: &State, token: &str) -> Option<Identity> {
    let identity = |user_id, job| Identity {
        user: user(user_id),
        access: Access::Guest,
        read_only: false,
        job: Some(job),
    };
    if token == DOCUMENTED_JOB_TOKEN {
        return Some(identity(1, TokenJob::Documented));
    }
    let id: u64 = token.strip_prefix(JOB_TOKEN_PREFIX)?.parse().ok()?;
    let job = state.jobs.get(&id).filter(|job| job.status == "running")?;
    Some(identity(
        job.user,
        TokenJob::Stateful {
            job: id,
            project: job.project,
        },
    ))
}
