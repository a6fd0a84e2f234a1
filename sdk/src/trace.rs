//! Spans and events of the `tracing` feature. Without the feature, nothing here does anything.
#![cfg_attr(not(feature = "tracing"), allow(unused_variables))]

use std::time::Duration;

use crate::Error;
use crate::http::Operation;

/// A poll has failed, and is repeated after a wait.
pub(crate) fn poll_failed(operation: &Operation, error: &Error, wait: Duration) {}
pub(crate) fn rate_limited(operation: &Operation, wait: Duration) {}
pub(crate) fn attempt_failed(error: &Error, attempts: u32, wait: Option<Duration>) {}
