//! Tokens: who asks, and what they may do.

use std::collections::HashMap;

use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap};
use serde_json::json;

use crate::project::{User, user};
use crate::query;
use crate::response::Response;
use crate::state::State;

/// A personal access token of a maintainer (user 1, `root`): may do everything.
pub const MAINTAINER_TOKEN: &str = "glpat-maintainer-token";
/// A personal access token of a developer (user 2, `dana`): may do everything but `force` a cancel.
pub const DEVELOPER_TOKEN: &str = "glpat-developer-token";
/// A personal access token of a guest (user 3, `gus`): may read, gets 403 on cancel, retry, erase and play.
pub const GUEST_TOKEN: &str = "glpat-guest-token";
/// A personal access token of someone who is no member (user 4, `olga`): no project exists for them.
pub const OUTSIDER_TOKEN: &str = "glpat-outsider-token";
/// A maintainer's token with scope `read_api` only: 403 with the OAuth shape on every POST.
pub const READ_ONLY_TOKEN: &str = "glpat-read-only-token";
/// A token that has expired: 401.
pub const EXPIRED_TOKEN: &str = "glpat-expired-token";
/// The job token of the document's samples: `/job` and `/job/allowed_agents` answer with them, literally.
pub const DOCUMENTED_JOB_TOKEN: &str = "glcbt-documented-job-token";
/// Job tokens are this and the id of a running job; see [`Job::token`](crate::Job::token).
pub(crate) const JOB_TOKEN_PREFIX: &str = "glcbt-64_";

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Sees no project: 404.
    None,
    /// Reads: 403 on actions.
    Guest,
    /// Reads and acts.
    Developer,
    /// Reads, acts, and forces a cancel.
    Maintainer,
}

/// What the server knows of a token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    user: u64,
    access: Access,
    read_only: bool,
    expired: bool,
}

impl Token {
    pub(crate) fn personal(user: u64, access: Access) -> Self {
        Self {
            user,
            access,
            read_only: false,
            expired: false,
        }
    }
}

pub(crate) fn default_tokens() -> HashMap<String, Token> {
    let read_only = Token {
        read_only: true,
        ..Token::personal(1, Access::Maintainer)
    };
    let expired = Token {
        expired: true,
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

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) user: User,
    pub(crate) access: Access,
    pub(crate) read_only: bool,
    pub(crate) job: Option<TokenJob>,
}

/// The job that a job token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenJob {
    /// The job of the document's samples.
    Documented,
    /// A job of the state.
    Stateful { job: u64, project: u64 },
}

/// A token, and where in the request it was.
struct Credential {
    token: String,
    place: Place,
}

#[derive(PartialEq)]
enum Place {
    Private,
    Job,
    Bearer,
}

/// Finds out who asks, or gives the 401 for them.
pub(crate) fn authenticate(
    state: &State,
    headers: &HeaderMap,
    query: &[(String, String)],
) -> Result<Identity, Response> {
    let unauthorized = || Response::message(StatusCode::UNAUTHORIZED, "Unauthorized");
    let credential = credential(headers, query).ok_or_else(unauthorized)?;
    let token = credential.token.as_str();
    if credential.place != Place::Private
        && let Some(identity) = job_identity(state, token)
    {
        return Ok(identity);
    }
    if credential.place == Place::Job {
        return Err(unauthorized());
    }
    match state.tokens.get(token) {
        Some(known) if known.expired => Err(invalid_token(
            "Token is expired. You can either do re-authorization or token refresh.",
        )),
        Some(known) => Ok(Identity {
            user: user(known.user),
            access: known.access,
            read_only: known.read_only,
            job: None,
        }),
        None if credential.place == Place::Bearer => Err(invalid_token(
            "Token was revoked. You have to re-authorize from the user.",
        )),
        None => Err(unauthorized()),
    }
}

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

fn credential(headers: &HeaderMap, pairs: &[(String, String)]) -> Option<Credential> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let candidates = [
        (header("job-token"), Place::Job),
        (query::last(pairs, "job_token"), Place::Job),
        (header("private-token"), Place::Private),
        (query::last(pairs, "private_token"), Place::Private),
        (bearer, Place::Bearer),
        (query::last(pairs, "access_token"), Place::Bearer),
    ];
    candidates.into_iter().find_map(|(token, place)| {
        let token = token?.to_owned();
        Some(Credential { token, place })
    })
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
