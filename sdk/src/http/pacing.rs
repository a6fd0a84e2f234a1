//! Pacing: all calls of a client and its clones share what they learn about rate limits.

mod limits;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use self::limits::Limits;
use crate::request::RequestContext;
use crate::telemetry;

/// Decides when a request may be sent.
///
/// GitLab has two kinds of limiters. The front-end limiter counts all requests of a user, and reports with every
/// response how many are left, so that no more are sent. The limiter of an endpoint reports nothing until it rejects a
/// request. Other requests to that endpoint then wait too.
pub(crate) struct Pacing {
    limits: Mutex<Limits>,
    /// A response has arrived, or a request has ended.
    changed: Notify,
    slots: Option<Arc<Semaphore>>,
}

/// The permission to send a request, held until its response has arrived.
pub(super) struct Slot {
    pacing: Arc<Pacing>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Pacing {
    pub(crate) fn new(max_concurrent_requests: Option<usize>) -> Arc<Self> {
        let slots = max_concurrent_requests.map(|max| max.min(Semaphore::MAX_PERMITS));
        Arc::new(Self {
            limits: Mutex::default(),
            changed: Notify::new(),
            slots: slots.map(|slots| Arc::new(Semaphore::new(slots))),
        })
    }

    /// Returns whether calls wait for each other to end.
    pub(crate) fn is_capped(&self) -> bool {
        self.slots.is_some()
    }

    /// Waits until a request may be sent. A rate limit that lasts longer than `max_wait` is not waited for: the server's
    /// rejection then reports it.
    pub(super) async fn admit(
        self: &Arc<Self>,
        request: &RequestContext,
        max_wait: Duration,
    ) -> Slot {
        let endpoint = request.endpoint();
        loop {
            let until = self.limits().endpoint(endpoint, Instant::now(), max_wait);
            if let Some(until) = until {
                sleep_until(until).await;
            } else if let Some(slot) = self.take_slot(endpoint, max_wait).await {
                return slot;
            }
        }
    }

    /// Waits for a slot. Returns `None` if the endpoint of the request has begun to reject requests meanwhile.
    async fn take_slot(self: &Arc<Self>, endpoint: &str, max_wait: Duration) -> Option<Slot> {
        loop {
            // Created before the limits are checked, so that no change in between is missed.
            let changed = self.changed.notified();
            let permit = match &self.slots {
                Some(slots) => Arc::clone(slots).acquire_owned().await.ok(),
                None => None,
            };
            let until = {
                let mut limits = self.limits();
                let now = Instant::now();
                if limits.endpoint(endpoint, now, max_wait).is_some() {
                    return None;
                }
                match limits.enter(now, max_wait) {
                    Ok(()) => {
                        return Some(Slot {
                            pacing: Arc::clone(self),
                            _permit: permit,
                        });
                    }
                    Err(until) => until,
                }
            };
            drop(permit);
            let _ = timeout_at(until, changed).await;
        }
    }

    /// Learns from a response of the server.
    pub(super) fn observe(
        &self,
        request: &RequestContext,
        status: StatusCode,
        headers: &HeaderMap,
    ) {
        let now = (Instant::now(), SystemTime::now());
        let limited = self
            .limits()
            .observe(request.endpoint(), status, headers, now);
        if let Some(wait) = limited {
            telemetry::rate_limited(request.operation, wait);
        }
        self.changed.notify_waiters();
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.pacing.limits().leave();
        self.pacing.changed.notify_waiters();
    }
}
