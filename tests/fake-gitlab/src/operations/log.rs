//! Serving a log: whole, in parts, or in HTTP ranges.

use hyper::StatusCode;
use hyper::header::{HeaderMap, IF_RANGE, RANGE};

use super::{Call, readable_job};
use crate::auth::{Access, Identity};
use crate::clock::http_date;
use crate::log::Log;
use crate::params::Check;
use crate::response::Response;
use crate::route::Operation;
use crate::samples::DOCUMENTED_PROJECT;
use crate::settings::Settings;
use crate::state::State;

const MAX_LIMIT: u64 = 512_000;

/// The requested part of a log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    offset: u64,
    limit: u64,
}

impl Part {
    /// Reads `byte_offset` and `byte_limit`. Returns `None` if there is neither, or if the server ignores them.
    pub(super) fn read(
        operation: Operation,
        check: &mut Check<'_>,
        settings: &Settings,
    ) -> Option<Self> {
        if operation != Operation::GetJobLog || !settings.log_parts {
            return None;
        }
        let offset = check.integer("byte_offset", 0..=u64::MAX);
        let limit = check.integer("byte_limit", 1..=MAX_LIMIT);
        (offset.is_some() || limit.is_some()).then_some(Self {
            offset: offset.unwrap_or(0),
            limit: limit.unwrap_or(u64::MAX),
        })
    }
}

pub(super) fn log(
    state: &State,
    call: &Call<'_>,
    project: u64,
    id: u64,
    part: Option<Part>,
    identity: &Identity,
) -> Result<Response, Response> {
    let (log, archived) = if project == DOCUMENTED_PROJECT && state.samples.job(id).is_some() {
        (state.samples.log(id), true)
    } else {
        let job = readable_job(state, project, id)?;
        if job.debug_log && identity.access < Access::Developer {
            return Err(Response::forbidden_because(
                "You must have developer access to view a debug trace",
            ));
        }
        if job.log_is_lost {
            return Err(Response::not_found("Not found"));
        }
        (job.log.clone(), job.is_finished())
    };
    if log.len() == 0 {
        return if state.settings.missing_log_is_404 {
            Err(Response::not_found("Not found"))
        } else {
            Ok(Response::text(StatusCode::OK, ""))
        };
    }
    let response = match part {
        Some(part) => content(StatusCode::OK, &log, part),
        None if archived && state.settings.log_ranges => range(call.headers, id, &log),
        None => content(StatusCode::OK, &log, WHOLE),
    };
    let disposition = format!("infile; filename=\"{id}.log\"");
    Ok(response.with_header("content-disposition", &disposition))
}

const WHOLE: Part = Part {
    offset: 0,
    limit: u64::MAX,
};

fn content(status: StatusCode, log: &Log, part: Part) -> Response {
    Response::new(status, "text/plain", log.part(part.offset, part.limit))
}

/// Serves a log like a front-end that supports HTTP ranges.
fn range(headers: &HeaderMap, id: u64, log: &Log) -> Response {
    let etag = format!("\"{id}-{}\"", log.revision);
    let modified = http_date(log.changed_at);
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let unchanged = header(IF_RANGE).is_none_or(|value| value == etag || value == modified);
    let wanted = header(RANGE).filter(|_| unchanged).and_then(parse_range);
    let length = log.len();
    let response = match wanted.map(|wanted| wanted.within(length)) {
        None => content(StatusCode::OK, log, WHOLE),
        Some(None) => Response::text(StatusCode::RANGE_NOT_SATISFIABLE, "")
            .with_header("content-range", &format!("bytes */{length}")),
        Some(Some(part)) => {
            let last = part.offset + part.limit - 1;
            let range = format!("bytes {}-{last}/{length}", part.offset);
            content(StatusCode::PARTIAL_CONTENT, log, part).with_header("content-range", &range)
        }
    };
    response
        .with_header("accept-ranges", "bytes")
        .with_header("etag", &etag)
        .with_header("last-modified", &modified)
}

/// A range as requested, which may exceed the log.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    From { first: u64, last: u64 },
    Last(u64),
}

/// Parses `Range`. Anything but one range of bytes is ignored, as HTTP allows.
fn parse_range(value: &str) -> Option<Wanted> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    match (first.trim(), last.trim()) {
        ("", last) => Some(Wanted::Last(last.parse().ok()?)),
        (first, "") => Some(Wanted::From {
            first: first.parse().ok()?,
            last: u64::MAX,
        }),
        (first, last) => {
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then_some(Wanted::From { first, last })
        }
    }
}

impl Wanted {
    /// Returns the part of a log of this length, or `None` if there is none.
    fn within(self, length: u64) -> Option<Part> {
        let (first, end) = match self {
            Self::From { first, last } => (first, last.saturating_add(1).min(length)),
            Self::Last(count) => (length.saturating_sub(count), length),
        };
        (first < end).then(|| Part {
            offset: first,
            limit: end - first,
        })
    }
}
