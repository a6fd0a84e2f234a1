//! The program's arguments.

use std::time::Duration;

use fake_gitlab::{Fault, RateLimit, Settings};

use crate::faults;

pub(crate) const HELP: &str = "\
An in-memory GitLab Jobs API on 127.0.0.1, for trying out clients. Runs until Ctrl-C.

Usage: fake-gitlab [OPTIONS]

  --port PORT           The port to listen on (default: 8080; 0 for a free one)
  --root PATH           The path to mount GitLab below, such as /gitlab
  --seed N              Add N finished jobs to the demo project
  --older-server        Behave like a server before 18.x: no parts of logs, no trigger_jobs, no ref, no inputs
  --gzip                Compress responses, as Omnibus' nginx does
  --replica-lag TIME    How long reads do not know a run that a retry has created
  --rate-limit N/TIME   Limit all requests, such as 60/1m, with the headers and the text of the front-end limiter
  --action-limit N/TIME Limit retry and play for each user and job, such as 3/1m, with GitLab's JSON error
  --fault FAULT         Something that goes wrong; may be repeated, and the first that applies does
  --help                Print this help

FAULT is an effect, followed by what narrows it down, separated by commas, such as
  --fault bad-gateway,operation=get_job,times=2
  --fault service-unavailable,starts-after=30s,lasts=2m
  --fault cut-after=1000,operation=get_job_log,skip=1

  Effects    bad-gateway, service-unavailable, resource-lock, too-many-requests, retry-later=SECONDS, sign-in-page,
             html-page, unknown-route, status=CODE, delay=TIME, cut-after=BYTES, stall-after=BYTES, reset-after=BYTES,
             reset-before-handling, reset-before-response
  Narrowing  operation=NAME, method=METHOD, path=PART, skip=N, times=N, starts-after=TIME, lasts=TIME

TIME is a number with a unit: 200ms, 30s, 2m or 1h.
";

#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) root: String,
    pub(crate) seed: u64,
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<Fault>,
}

impl Options {
    /// Returns `None` if help is requested.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            port: 8080,
            ..Self::default()
        };
        let arguments: Vec<String> = arguments.collect();
        // Wherever it stands, an older server is only where the other arguments start from.
        if arguments.iter().any(|it| it == "--older-server") {
            options.settings = Settings::older_server();
        }
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            if value.is_some() && ["--older-server", "--gzip", "--help"].contains(&&*name) {
                return Err(format!("{name} takes no value"));
            }
            let mut value = || {
                let value = value.clone().or_else(|| arguments.next());
                value.ok_or_else(|| format!("{name} needs a value"))
            };
            match &*name {
                "--port" => options.port = number("--port", &value()?)?,
                "--seed" => options.seed = number("--seed", &value()?)?,
                "--root" => options.root = value()?,
                "--older-server" => {}
                "--gzip" => options.settings.gzip = true,
                "--replica-lag" => {
                    options.settings.replica_lag = time("--replica-lag", &value()?)?;
                }
                "--rate-limit" => {
                    let (requests, period) = rate("--rate-limit", &value()?)?;
                    options.settings.rate_limit = Some(RateLimit::text(requests, period));
                }
                "--action-limit" => {
                    let (requests, period) = rate("--action-limit", &value()?)?;
                    options.settings.action_limit = Some(RateLimit::json(requests, period));
                }
                "--fault" => options.faults.push(faults::parse(&value()?)?),
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("unknown argument {other:?}")),
            }
        }
        Ok(Some(options))
    }
}

/// Parses the value of `name`.
pub(crate) fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, String> {
    value
        .parse()
        .map_err(|_| format!("{name} needs a number within its range, not {value:?}"))
}

/// Parses a time such as `30s`.
pub(crate) fn time(name: &str, value: &str) -> Result<Duration, String> {
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = &value[..value.len() - unit.len()];
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => 0,
    };
    let total = count
        .parse::<u64>()
        .ok()
        .and_then(|it| it.checked_mul(milliseconds));
    match total {
        Some(total) if milliseconds > 0 => Ok(Duration::from_millis(total)),
        _ => Err(format!(
            "{name} needs a time such as 200ms, 30s, 2m or 1h, not {value:?}"
        )),
    }
}

/// Parses a number of requests and a period, such as `60/1m`.
fn rate(name: &str, value: &str) -> Result<(u64, Duration), String> {
    let wrong =
        || format!("{name} needs a number of requests and a time, such as 60/1m, not {value:?}");
    let (requests, period) = value.split_once('/').ok_or_else(wrong)?;
    let requests = requests.parse().map_err(|_| wrong())?;
    let period = time(name, period)?;
    if period.is_zero() {
        return Err(wrong());
    }
    Ok((requests, period))
}
