//! Operations that older servers have under another path.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::attempt::Attempt;
use super::body::Incoming;
use crate::Error;

/// The operations without which the server was last seen, although it has their fallback.
///
/// A server without `…/trigger_jobs` (before 19.2) responds with 404, but so does a newer one if the pipeline does not
/// exist. The fallback, `…/bridges`, which all servers up to now support and which returns the same list, distinguishes
/// the two: if it succeeds, it is requested first from then on. While a cluster is upgraded, its nodes can differ, so a 404
/// from one is never final before the other was requested as well. Clones and derived clients share what is known.
#[derive(Debug, Default)]
pub(crate) struct Fallbacks(Mutex<HashSet<&'static str>>);

impl Fallbacks {
    fn missing(&self) -> MutexGuard<'_, HashSet<&'static str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// Sends the request once, or twice if the server may have the operation only under the path of its fallback.
    pub(super) async fn send(mut self) -> Result<Incoming, Error> {
        self.prepare().await?;
        let path = self.context.path.clone();
        let Some(fallback) = self.request.operation.fallback else {
            return self.send_to_path(&path).await;
        };
        let (id, fallbacks) = (self.request.operation.id, &self.transport.fallbacks);
        let missing = fallbacks.missing().contains(id);
        let mut paths = [path, self.request.path_of(fallback)];
        if missing {
            paths.reverse();
        }
        let not_found = match self.send_to_path(&paths[0]).await {
            Err(error) if error.is_not_found() => error,
            sent => return sent,
        };
        match self.send_to_path(&paths[1]).await {
            Ok(response) => {
                if missing {
                    fallbacks.missing().remove(id);
                } else {
                    fallbacks.missing().insert(id);
                }
                Ok(response)
            }
            Err(error) if error.is_not_found() => Err(not_found),
            // The error may be transient, so the next attempt decides.
            Err(error) => Err(error),
        }
    }
}
