//! What a check is, and what it compares.

use std::fmt::Debug;

use super::types::ErrorBody;
use super::{Error, ResponseValue};

/// How many checks have failed.
#[derive(Default)]
pub(crate) struct Checks {
    pub(crate) failures: usize,
}

impl Checks {
    /// Reports the result of a check of an operation.
    pub(crate) fn that(&mut self, operation: &str, what: &str, result: Result<(), String>) {
        match result {
            Ok(()) => println!("ok {operation}: {what}"),
            Err(problem) => {
                self.failures += 1;
                println!("FAILED {operation}: {what}: {}", problem.replace('\n', " "));
            }
        }
    }
}

pub(crate) fn equal<T: PartialEq + Debug>(found: T, wanted: T) -> Result<(), String> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{found:?} is not {wanted:?}"))
    }
}

/// The body of a response that has to be a success.
pub(crate) fn body<T>(response: Result<ResponseValue<T>, Error<ErrorBody>>) -> Result<T, String> {
    response.map(ResponseValue::into_inner).map_err(failed)
}

pub(crate) fn failed(error: Error<ErrorBody>) -> String {
    format!("{error:?}")
}

/// Checks that a response is an error with a status and a message.
pub(crate) fn refused<T: Debug>(
    response: Result<ResponseValue<T>, Error<ErrorBody>>,
    status: u16,
    message: &str,
) -> Result<(), String> {
    match response {
        Err(Error::ErrorResponse(error)) => {
            equal(error.status().as_u16(), status)?;
            let found = error.into_inner().message.unwrap_or_default();
            equal(
                found.as_str().is_some_and(|found| found.contains(message)),
                true,
            )
        }
        other => Err(format!("{other:?} is no error of the API")),
    }
}
