//! What no schema can express, and what the SDK relies on: pagination, filters, parts of logs, compression, entity tags and
//! rate limits. Each is tried with the operations that have the parameters for it.

use serde_json::Value;

use crate::contract::{Contract, Operation, items};
use crate::exchange::{Call, Exchange, Reply};
use crate::read::Known;
use crate::report::Outcome::{self, AsDescribed, Different, NotSeen};
use crate::report::Report;

const INCOMPLETE: &str = "not tried: no further requests";
const NOT_SERVED: &str = "not seen: the list or log is not readable";

/// Statuses of jobs whose log does not change.
const FINISHED: [&str; 4] = ["success", "failed", "canceled", "skipped"];

pub(crate) fn try_all(
    contract: &Contract<'_>,
    exchange: &mut Exchange,
    known: &Known,
    report: &mut Report,
) {
    for operation in contract.operations.iter().filter(|it| it.is_read()) {
        let has = |parameter| operation.query.contains(parameter);
        let Some(values) = known.values(operation).into_iter().next() else {
            continue;
        };
        let mut trial = Trial {
            contract,
            exchange: &mut *exchange,
            report: &mut *report,
            operation,
            values,
        };
        if operation.pagination.contains("keyset") {
            trial.run("keyset pagination", Trial::keyset);
            trial.run("keyset pagination in ascending order", Trial::ascending);
        }
        if operation.pagination.contains("offset") {
            trial.run("offset pagination", Trial::offset);
        }
        if has("ref") {
            trial.run("`ref`", Trial::filter);
        }
        if has("scope[]") && operation.pagination.contains("keyset") {
            trial.run("an unknown scope", Trial::unknown_scope);
        }
        if has("byte_offset") && has("byte_limit") {
            logs(&mut trial, known);
        }
    }
}

/// Logs of finished jobs that have one.
fn logs(trial: &mut Trial<'_, '_>, known: &Known) {
    let jobs = known.objects("job_id");
    let finished = jobs.filter(|job| FINISHED.iter().any(|status| job["status"] == *status));
    let ids: Vec<String> = finished.map(|job| job["id"].to_string()).collect();
    let mut log = None;
    for id in ids.iter().take(3) {
        if let Some(last) = trial.values.last_mut() {
            last.1.clone_from(id);
        }
        let Some(reply) = trial.get(&[("byte_limit", "64".to_owned())], &[]) else {
            break;
        };
        if reply.status == 200 && reply.body.len() >= 32 {
            log = Some(reply);
            break;
        }
    }
    let Some(log) = log else {
        for name in [
            "`byte_limit`",
            "`byte_offset`",
            "compression of logs",
            "entity tags of logs",
        ] {
            trial.record(
                name,
                NotSeen("not seen: no finished job with a log was found"),
            );
        }
        return;
    };
    let limited = if log.body.len() <= 64 {
        AsDescribed
    } else {
        Different("ignored: the whole log was sent".to_owned())
    };
    trial.record("`byte_limit`", limited);
    let begin = log.body[..32].to_vec();
    trial.run("`byte_offset`", |trial| trial.part(&begin));
    trial.run("compression of logs", Trial::compression);
    trial.run("entity tags of logs", Trial::entity_tag);
}

struct Trial<'t, 'a> {
    contract: &'t Contract<'a>,
    exchange: &'t mut Exchange,
    report: &'t mut Report,
    operation: &'t Operation<'a>,
    values: Vec<(String, String)>,
}

/// `Err` if nothing can be said.
type Verdict = Result<Outcome, &'static str>;

impl Trial<'_, '_> {
    fn run(&mut self, name: &str, behaviour: impl FnOnce(&mut Self) -> Verdict) {
        let outcome = behaviour(self).unwrap_or_else(NotSeen);
        self.record(name, outcome);
    }

    fn record(&mut self, name: &str, outcome: Outcome) {
        let name = format!("{}: {name}", self.operation.id);
        self.report.behaviour(name, outcome);
    }

    /// Sends a request, and compares its response like every other.
    fn get(
        &mut self,
        query: &[(&'static str, String)],
        headers: &[(&'static str, &str)],
    ) -> Option<Reply> {
        let call = Call {
            values: self.values.clone(),
            query: query.to_vec(),
            headers: headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            anonymous: false,
        };
        let reply = self.exchange.call(self.operation, &call)?;
        self.report.check(self.contract, self.operation, &reply);
        Some(reply)
    }

    fn page(&mut self, query: &[(&'static str, &str)]) -> Result<Reply, &'static str> {
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        self.get(&query, &[]).ok_or(INCOMPLETE)
    }

    fn keyset(&mut self) -> Verdict {
        const KEYSET: [(&str, &str); 4] = [
            ("pagination", "keyset"),
            ("order_by", "id"),
            ("sort", "desc"),
            ("per_page", "2"),
        ];
        let first = self.page(&KEYSET)?;
        if [401, 403].contains(&first.status) {
            return Err(NOT_SERVED);
        }
        if first.status != 200 {
            return Ok(Different(format!("the response is {}", first.status)));
        }
        if first.header("x-page").is_some() {
            return Ok(Different("ignored: an offset page was sent".to_owned()));
        }
        let Some(next) = next(&first) else {
            return Err("not seen: a single page");
        };
        let Some((name, value)) = ["cursor", "id_before"]
            .into_iter()
            .find_map(|name| Some((name, next.iter().find(|(it, _)| it == name)?.1.clone())))
        else {
            return Ok(Different(
                "the link to the next page has neither `cursor` nor `id_before`".to_owned(),
            ));
        };
        let mut query: Vec<(&'static str, String)> = KEYSET
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        query.push((name, value));
        let second = self.get(&query, &[]).ok_or(INCOMPLETE)?;
        let all: Vec<u64> = ids(&first).into_iter().chain(ids(&second)).collect();
        if all.is_sorted_by(|one, other| one > other) {
            Ok(AsDescribed)
        } else {
            Ok(Different(
                "two pages in a row are not in descending order of ids".to_owned(),
            ))
        }
    }

    /// Keyset pagination supports one order.
    fn ascending(&mut self) -> Verdict {
        let reply = self.page(&[
            ("pagination", "keyset"),
            ("order_by", "id"),
            ("sort", "asc"),
        ])?;
        match reply.status {
            401 | 403 => Err(NOT_SERVED),
            405 => Ok(AsDescribed),
            status => Ok(Different(format!("{status} instead of 405"))),
        }
    }

    fn offset(&mut self) -> Verdict {
        let first = self.page(&[("page", "1"), ("per_page", "1")])?;
        if first.status != 200 {
            return Err(NOT_SERVED);
        }
        if first.header("x-page") != Some("1") || first.header("x-per-page") != Some("1") {
            return Ok(Different(
                "`X-Page` and `X-Per-Page` do not say which page it is".to_owned(),
            ));
        }
        if ids(&first).len() > 1 {
            return Ok(Different("more items than `per_page`".to_owned()));
        }
        let linked = next(&first).is_some();
        match (linked, first.header("x-next-page")) {
            (true, Some("2")) | (false, Some("")) => Ok(AsDescribed),
            _ => Ok(Different(
                "`X-Next-Page` and `Link` disagree about the next page".to_owned(),
            )),
        }
    }

    fn filter(&mut self) -> Verdict {
        let reply = self.page(&[
            ("ref", "spec-verify/there-is-no-such-branch"),
            ("per_page", "1"),
        ])?;
        match reply.json() {
            _ if reply.status != 200 => Err(NOT_SERVED),
            Some(Value::Array(jobs)) if jobs.is_empty() => Ok(AsDescribed),
            _ => Ok(Different(
                "ignored: jobs of another ref were sent".to_owned(),
            )),
        }
    }

    fn unknown_scope(&mut self) -> Verdict {
        let reply = self.page(&[("scope[]", "spec_verify")])?;
        match reply.status {
            401 | 403 => Err(NOT_SERVED),
            400 => Ok(AsDescribed),
            status => Ok(Different(format!("{status} instead of 400"))),
        }
    }

    /// Compares a part of a log with its beginning.
    fn part(&mut self, begin: &[u8]) -> Verdict {
        let part = self.page(&[("byte_offset", "8"), ("byte_limit", "16")])?;
        if part.body != begin[8..24] {
            return Ok(Different(
                "the part is not what the log has there".to_owned(),
            ));
        }
        let beyond = self.page(&[("byte_offset", "9007199254740991"), ("byte_limit", "16")])?;
        if beyond.status != 200 || !beyond.body.is_empty() {
            return Ok(Different(
                "a part beyond the end is not an empty 200".to_owned(),
            ));
        }
        let invalid = self.page(&[("byte_limit", "0")])?;
        if invalid.status != 400 {
            return Ok(Different(format!(
                "{} instead of 400 for a limit of 0",
                invalid.status
            )));
        }
        Ok(AsDescribed)
    }

    /// The SDK requests logs uncompressed, and expects that they come so.
    fn compression(&mut self) -> Verdict {
        let plain = self.get(
            &[("byte_limit", "512".to_owned())],
            &[("accept-encoding", "identity")],
        );
        if let Some(encoding) = plain.ok_or(INCOMPLETE)?.header("content-encoding") {
            return Ok(Different(format!(
                "{} although `identity` was requested",
                crate::schema::word(encoding)
            )));
        }
        let packed = self.get(
            &[("byte_limit", "512".to_owned())],
            &[("accept-encoding", "gzip")],
        );
        let packed = packed.ok_or(INCOMPLETE)?;
        match packed.header("content-encoding") {
            None => Ok(AsDescribed),
            Some("gzip") if is_strong(&packed) => {
                Ok(Different("a strong `ETag` on a compressed log".to_owned()))
            }
            Some("gzip") => Ok(AsDescribed),
            Some(_) => Ok(Different("an encoding that was not requested".to_owned())),
        }
    }

    /// A strong tag is sent only by servers that know ranges.
    fn entity_tag(&mut self) -> Verdict {
        let range = [("range", "bytes=0-15"), ("accept-encoding", "identity")];
        let reply = self.get(&[], &range).ok_or(INCOMPLETE)?;
        match reply.status {
            206 if reply.body.len() == 16 && reply.header("content-range").is_some() => {
                Ok(AsDescribed)
            }
            206 => Ok(Different(
                "a range that is not the requested one".to_owned(),
            )),
            200 if is_strong(&reply) => Ok(Different("a strong `ETag`, but no ranges".to_owned())),
            200 => Ok(AsDescribed),
            _ => Err(NOT_SERVED),
        }
    }
}

fn is_strong(reply: &Reply) -> bool {
    reply.header("etag").is_some_and(|tag| tag.starts_with('"'))
}

fn ids(reply: &Reply) -> Vec<u64> {
    let body = reply.json();
    items(body.as_ref())
        .filter_map(|item| item["id"].as_u64())
        .collect()
}

/// Returns the query of the link to the next page.
fn next(reply: &Reply) -> Option<Vec<(String, String)>> {
    let links = reply
        .headers
        .get_all("link")
        .iter()
        .filter_map(|it| it.to_str().ok());
    let mut links = links.flat_map(|it| it.split(", <"));
    let next = links.find(|link| link.contains("rel=\"next\""))?;
    let target = next.trim_start_matches('<').split('>').next()?;
    // Only the query counts: the origin can be wrong behind a proxy, or missing.
    let (_, query) = target.split_once('?')?;
    let url = reqwest::Url::parse(&format!("http://localhost/?{query}")).ok()?;
    Some(url.query_pairs().into_owned().collect())
}
