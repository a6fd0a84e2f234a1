//! The trigger jobs of a pipeline, on servers that know them only as bridges.

use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderValue;

use super::body::Incoming;
use super::{Options, Transport};
use crate::Error;
use crate::credential::TokenHeader;
use crate::request::Request;

const OPERATION: &str = "list_pipeline_trigger_jobs";

/// Whether the server was last seen without `…/trigger_jobs`.
///
/// Servers before 19.2 respond with 404, but so does a newer server if the pipeline does not exist. `…/bridges`, which
/// all servers up to now support and which returns the same list, distinguishes the two: if it succeeds, it is
/// requested first from then on. While a cluster is upgraded, its nodes can differ, so a 404 from one is never final before
/// the other was requested as well. Clones and derived clients share what is known.
#[derive(Debug, Default)]
pub(crate) struct TriggerJobs {
    missing: AtomicBool,
}

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
        let missing = self.trigger_jobs.missing.load(Ordering::Relaxed);
        let bridges = bridges(request);
        let (first, second) = if missing {
            (&bridges, request)
        } else {
            (request, &bridges)
        };
        let not_found = match self.send(first, options, accept, tokens).await {
            Err(error) if error.is_not_found() => error,
            sent => return sent,
        };
        match self.send(second, options, accept, tokens).await {
            Ok(response) => {
                self.trigger_jobs.missing.store(!missing, Ordering::Relaxed);
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
