//! The trigger jobs of a pipeline, on servers that know them only as bridges.

use std::sync::OnceLock;

use super::attempt::Attempt;
use super::body::Incoming;
use crate::Error;

const OPERATION: &str = "list_pipeline_trigger_jobs";

/// Whether the server has `…/trigger_jobs`, once that is known.
///
/// Servers before 19.2 respond with 404, but so does a newer server if the pipeline does not exist. `…/bridges`, which
/// all servers support and which returns the same list, distinguishes the two: if it succeeds, it is used from then on.
/// Clones and derived clients share the decision.
#[derive(Debug, Default)]
pub(crate) struct TriggerJobs(OnceLock<bool>);

impl Attempt<'_> {
    /// Sends the request once. A request for `…/trigger_jobs` falls back to `…/bridges` on servers that have only that.
    pub(super) async fn send(mut self) -> Result<Incoming, Error> {
        let path = self.request.path();
        if self.request.operation.id != OPERATION {
            return self.send_to_path(path).await;
        }
        let bridges = self.request.clone().with_last_segment("bridges");
        let TriggerJobs(present) = &self.transport.trigger_jobs;
        let not_found = match present.get() {
            Some(false) => return self.send_to_path(bridges.path()).await,
            _ => match self.send_to_path(path).await {
                Err(error) if error.is_not_found() => error,
                sent => {
                    if sent.is_ok() {
                        let _ = present.set(true);
                    }
                    return sent;
                }
            },
        };
        if present.get() == Some(&true) {
            return Err(not_found);
        }
        match self.send_to_path(bridges.path()).await {
            Ok(response) => {
                let _ = present.set(false);
                Ok(response)
            }
            Err(error) if error.is_not_found() => Err(not_found),
            // The error may be transient, so the next attempt decides.
            Err(error) => Err(error),
        }
    }
}
