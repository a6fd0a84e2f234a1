//! Requests the operations that change jobs, in a project made for it. Each is tried on jobs in the states in which it can
//! succeed, until one succeeds; refusals are compared with the OpenAPI file as well.

use crate::contract::Contract;
use crate::exchange::{Call, Exchange};
use crate::read::Known;
use crate::report::Report;

/// The order of the operations, each with the states in which it can succeed. Others follow, on a job in any state.
const STATES: [(&str, &[&str]); 4] = [
    ("play_job", &["manual", "scheduled"]),
    ("cancel_job", &["running", "pending", "created"]),
    ("retry_job", &["failed", "success", "canceled"]),
    ("erase_job", &["success", "failed", "canceled"]),
];

/// The number of jobs tried.
const ATTEMPTS: usize = 3;

pub(crate) fn visit(
    contract: &Contract<'_>,
    exchange: &mut Exchange,
    known: &Known,
    report: &mut Report,
) {
    let mut operations: Vec<_> = contract
        .operations
        .iter()
        .filter(|it| !it.is_read())
        .collect();
    let position = |id: &str| STATES.iter().position(|(name, _)| *name == id);
    operations.sort_by_key(|it| position(it.id).unwrap_or(STATES.len()));
    for operation in operations {
        let states = position(operation.id).map(|it| STATES[it].1);
        let objects = operation
            .parameters()
            .last()
            .map(|parameter| known.objects(parameter));
        let objects = objects.into_iter().flatten().filter(|object| {
            states.is_none_or(|states| states.iter().any(|state| object["status"] == *state))
        });
        let ids: Vec<String> = objects.map(|object| object["id"].to_string()).collect();
        let Some(values) = known
            .values(operation)
            .into_iter()
            .next()
            .filter(|_| !ids.is_empty())
        else {
            report.not_tried(
                operation.id,
                "no job in a fitting state was found".to_owned(),
            );
            continue;
        };
        for id in ids.into_iter().take(ATTEMPTS) {
            let mut values = values.clone();
            if let Some((_, last)) = values.last_mut() {
                *last = id;
            }
            let Some(reply) = exchange.call(
                operation,
                &Call {
                    values,
                    ..Call::default()
                },
            ) else {
                return;
            };
            report.check(contract, operation, &reply);
            if reply.is_success() {
                break;
            }
        }
    }
}
