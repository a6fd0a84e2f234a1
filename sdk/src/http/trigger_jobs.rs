//! The trigger jobs of a pipeline, on servers that know them only as bridges.

use std::sync::OnceLock;

use http::HeaderValue;

use super::body::Incoming;
use super::{Options, Transport};
use crate::Error;
use crate::credential::TokenHeader;
use crate::request::Request;

const OPERATION: &str = "list_pipeline_trigger_jobs";

/// Whether the server has `…/trigger_jobs`, once that is known.
///
/// Servers before 19.2 respond with 404, but so does a newer server if the pipeline does not exist. `…/bridges`, which
/// all servers support and which returns the same list, distinguishes the two: if it succeeds, it is used from then on.
/// Clones and derived clients share the decision.
#[derive(Debug, Default)]
pub(crate) struct TriggerJobs(OnceLock<bool>);

impl Transport {
    /// Sends a request once. A request for `…/trigger_jobs` falls back to `…/bridges` on servers that have only that.
    pub(super) async fn send_or_fall_back(
        &self,
        request: &Request,
        options: &Options,
        accept: &HeaderValue,
        tokens: &mut Vec<TokenHeader>,
    ) -> Result<Incoming, Error> {
        if request.operation.id != OPERATION {
            return self.send(request, options, accept, tokens).await;
        }
        let TriggerJobs(present) = &self.trigger_jobs;
        let not_found = match present.get() {
            Some(false) => return self.send(&bridges(request), options, accept, tokens).await,
            _ => match self.send(request, options, accept, tokens).await {
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
        match self.send(&bridges(request), options, accept, tokens).await {
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

/// Returns the same request for `…/bridges`.
fn bridges(request: &Request) -> Request {
    request.clone().with_last_segment("bridges")
}
