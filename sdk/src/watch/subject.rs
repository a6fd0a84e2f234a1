//! What a wait is about.

use std::fmt::Display;

use crate::request::{Operation, Request};
use crate::{Client, Error, ProjectId};

/// The request that a wait repeats, which the errors of the wait itself name, and what it waits for.
#[derive(Clone)]
pub(super) struct Subject {
    client: Client,
    request: Request,
    pub(super) waiting_for: &'static str,
}

impl Subject {
    /// Describes a wait for the job or pipeline with this path parameter.
    pub(super) fn new(
        client: &Client,
        operation: &'static Operation,
        project: impl TryInto<ProjectId, Error: Display>,
        (parameter, id): (&'static str, u64),
        waiting_for: &'static str,
    ) -> Self {
        let mut request = Request::new(operation);
        request.set_path::<ProjectId>("id", "project", project);
        request.set_path::<u64>(parameter, parameter, id);
        Self {
            client: client.clone(),
            request,
            waiting_for,
        }
    }

    pub(super) fn operation(&self) -> &'static Operation {
        self.request.operation
    }

    /// Adds the method and the path to an error of the wait itself.
    pub(super) fn add_to(&self, error: Error) -> Error {
        self.client.context(&self.request).add_to(error)
    }
}
