//! Which sources of tokens are being called, so that one that calls its own client is noticed.

use std::sync::Arc;

tokio::task_local! {
    /// The sources within whose calls the current task runs. A source can call a client that has a source as well.
    static CALLING: Vec<Caller>;
}

/// Calls one source of tokens.
#[derive(Clone, Default)]
pub(super) struct Caller(Arc<()>);

impl Caller {
    /// Drives a call of the source.
    pub(super) fn call<F: Future>(&self, call: F) -> impl Future<Output = F::Output> {
        let mut calling = calling();
        calling.push(self.clone());
        CALLING.scope(calling, call)
    }

    /// Returns whether the current task runs within a call of the source.
    pub(super) fn is_calling(&self) -> bool {
        let is_self = |caller: &Self| Arc::ptr_eq(&caller.0, &self.0);
        CALLING
            .try_with(|calling| calling.iter().any(is_self))
            .unwrap_or_default()
    }
}

/// Keeps a future that is moved to another task or thread within the current calls of sources.
pub fn in_current_source<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    CALLING.scope(calling(), future)
}

/// Returns whether the current task runs within a call of any source.
#[must_use]
pub fn is_in_source() -> bool {
    !calling().is_empty()
}

fn calling() -> Vec<Caller> {
    CALLING.try_with(Clone::clone).unwrap_or_default()
}
