//! Pacing: all calls with the same token share what they learn about rate limits.

mod limits;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use self::limits::{LimiterId, Limits};
use crate::request::RequestContext;
use crate::telemetry;

/// The number of tokens whose limits are remembered. A service can send those of any number of users.
const REMEMBERED: usize = 1024;

/// Identifies a token without holding it. Requests without a token have one, too.
type TokenId = u64;

/// Decides when a request may be sent.
///
/// GitLab has two kinds of limiters. Those at the front count all requests of a user, most of them in one limiter, but
/// those for files, for example, in another. They report with every response how many are left, so that no more are sent.
/// The limiter of an endpoint reports nothing until it rejects a request. Other requests of the user to that endpoint
/// then wait too.
pub(crate) struct Pacing {
    limits: Mutex<HashMap<TokenId, Limits>>,
    ids: RandomState,
    /// A response has arrived, or a request has ended.
    changed: Notify,
    slots: Option<Arc<Semaphore>>,
}

/// The permission to send a request, held until its response has arrived.
pub(super) struct Slot {
    pacing: Arc<Pacing>,
    token: TokenId,
    limiter: LimiterId,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Pacing {
    pub(crate) fn new(max_concurrent_requests: Option<usize>) -> Arc<Self> {
        let slots = max_concurrent_requests.map(|max| max.min(Semaphore::MAX_PERMITS));
        Arc::new(Self {
            limits: Mutex::default(),
            ids: RandomState::new(),
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
        let token = self.token(request);
        loop {
            let until = self.with(token, |limits| {
                limits.endpoint(request.endpoint(), Instant::now(), max_wait)
            });
            if let Some(until) = until {
                sleep_until(until).await;
            } else if let Some(slot) = self.take_slot(token, request, max_wait).await {
                return slot;
            }
        }
    }

    /// Waits for a slot. Returns `None` if the endpoint of the request has begun to reject requests meanwhile.
    async fn take_slot(
        self: &Arc<Self>,
        token: TokenId,
        request: &RequestContext,
        max_wait: Duration,
    ) -> Option<Slot> {
        loop {
            // Created before the limits are checked, so that no change in between is missed.
            let changed = self.changed.notified();
            let permit = match &self.slots {
                Some(slots) => Arc::clone(slots).acquire_owned().await.ok(),
                None => None,
            };
            let entered = self.with(token, |limits| {
                let now = Instant::now();
                if limits.endpoint(request.endpoint(), now, max_wait).is_some() {
                    return None;
                }
                let limiter = limits.limiter(request.custom_path());
                Some(limits.enter(limiter, now, max_wait).map(|()| limiter))
            });
            let until = match entered? {
                Ok(limiter) => {
                    return Some(Slot {
                        pacing: Arc::clone(self),
                        token,
                        limiter,
                        _permit: permit,
                    });
                }
                Err(until) => until,
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
        let paths = (request.endpoint(), request.custom_path());
        let limited = self.with(self.token(request), |limits| {
            limits.observe(paths, status, headers, now)
        });
        if let Some(wait) = limited {
            telemetry::rate_limited(request.operation, wait);
        }
        self.changed.notify_waiters();
    }

    fn token(&self, request: &RequestContext) -> TokenId {
        let token = request.tokens.last();
        self.ids.hash_one(token.map(|token| token.value.as_bytes()))
    }

    fn with<T>(&self, token: TokenId, act: impl FnOnce(&mut Limits) -> T) -> T {
        let mut limits = self.limits();
        if limits.len() >= REMEMBERED && !limits.contains_key(&token) {
            limits.retain(|_, limits| limits.in_flight() > 0);
        }
        act(limits.entry(token).or_default())
    }

    fn limits(&self) -> MutexGuard<'_, HashMap<TokenId, Limits>> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Self {
            pacing,
            token,
            limiter,
            ..
        } = self;
        pacing.with(*token, |limits| limits.leave(*limiter));
        self.pacing.changed.notify_waiters();
    }
}
