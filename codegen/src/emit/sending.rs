//! What the documentation of both crates says about sending.

use super::{paged_item, rustdoc};
use crate::document::Operation;
use crate::passes::{Answer, Signature};

/// The comment on `send`.
pub(super) fn send(operation: &Operation, signature: &Signature) -> String {
    match signature.answer {
        Answer::Bytes => comment(signature, "The body is read as it comes.", ""),
        _ => comment(
            signature,
            &format!("Decodes {}.", what(operation, signature)),
            " or cannot be decoded",
        ),
    }
}

/// The comment on `send_as`.
pub(super) fn send_as(operation: &Operation, signature: &Signature) -> String {
    let decodes = format!(
        "Decodes {} as a type of your own.",
        what(operation, signature)
    );
    comment(signature, &decodes, " or cannot be decoded as `T`")
}

fn what(operation: &Operation, signature: &Signature) -> &'static str {
    if paged_item(operation, signature).is_some() {
        "one page of the list"
    } else {
        "the answer"
    }
}

fn comment(signature: &Signature, then: &str, or: &str) -> String {
    let arguments = if signature.parameters.is_empty() {
        ""
    } else {
        "when an argument is missing or refused, "
    };
    let errors = format!(
        "{arguments}when the server cannot be reached, and when its answer is an error{or}."
    );
    let errors = errors.replacen("when", "When", 1);
    rustdoc::comment(
        &format!("Sends the request. {then}\n\n# Errors\n\n{errors}"),
        4,
    )
}
