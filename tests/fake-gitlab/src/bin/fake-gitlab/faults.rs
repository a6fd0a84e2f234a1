//! Faults as arguments: an effect, and what narrows it down.

use fake_gitlab::{Fault, operations};

use crate::options::{number, time};

/// Parses a fault such as `bad-gateway,operation=get_job,times=2`.
pub(crate) fn parse(text: &str) -> Result<Fault, String> {
    let mut fault = Fault::new();
    let mut has_effect = false;
    for part in text.split(',') {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (part, None),
        };
        let shown = format!("--fault {name}");
        let needed = || value.ok_or_else(|| format!("{shown} needs a value: {name}=…"));
        if TAKE_NO_VALUE.contains(&name) && value.is_some() {
            return Err(format!("{shown} takes no value"));
        }
        has_effect |= !NARROWING.contains(&name);
        fault = match name {
            "bad-gateway" => fault.bad_gateway(),
            "service-unavailable" => fault.service_unavailable(),
            "resource-lock" => fault.resource_lock(),
            "too-many-requests" => fault.too_many_requests(),
            "sign-in-page" => fault.sign_in_page(),
            "html-page" => fault.html_page(200, "Just a moment..."),
            "unknown-route" => fault.unknown_route(),
            "reset-before-handling" => fault.reset_before_handling(),
            "reset-before-response" => fault.reset_before_response(),
            "retry-later" => fault.retry_later(number(&shown, needed()?)?),
            "status" => match number(&shown, needed()?)? {
                status @ 200..=599 => fault.status(status),
                other => {
                    return Err(format!(
                        "{shown} needs a status from 200 to 599, not {other}"
                    ));
                }
            },
            "delay" => fault.delay(time(&shown, needed()?)?),
            "cut-after" => fault.cut_after(number(&shown, needed()?)?),
            "stall-after" => fault.stall_after(number(&shown, needed()?)?),
            "reset-after" => fault.reset_after(number(&shown, needed()?)?),
            "operation" => {
                let name = needed()?;
                if !operations().any(|known| known == name) {
                    let known: Vec<&str> = operations().collect();
                    let known = known.join(", ");
                    return Err(format!("{shown}: no operation {name:?}; there are {known}"));
                }
                fault.operation(name)
            }
            "method" => fault.method(&needed()?.to_uppercase()),
            "path" => fault.path(needed()?),
            "skip" => fault.skip(number(&shown, needed()?)?),
            "times" => fault.times(number(&shown, needed()?)?),
            "starts-after" => fault.starts_after(time(&shown, needed()?)?),
            "lasts" => fault.lasts(time(&shown, needed()?)?),
            _ => {
                return Err(format!(
                    "--fault: unknown effect or narrowing {name:?}; see --help"
                ));
            }
        };
    }
    if !has_effect {
        return Err(format!(
            "--fault {text:?} has no effect, such as bad-gateway; see --help"
        ));
    }
    Ok(fault)
}

const NARROWING: [&str; 7] = [
    "operation",
    "method",
    "path",
    "skip",
    "times",
    "starts-after",
    "lasts",
];

const TAKE_NO_VALUE: [&str; 9] = [
    "bad-gateway",
    "service-unavailable",
    "resource-lock",
    "too-many-requests",
    "sign-in-page",
    "html-page",
    "unknown-route",
    "reset-before-handling",
    "reset-before-response",
];
