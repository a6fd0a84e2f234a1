//! The options of polling.

use std::time::Duration;

/// How often to poll, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct PollOptions {
    pub(super) interval: Duration,
    pub(super) deadline: Option<Duration>,
}

impl Default for PollOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5),
            deadline: None,
        }
    }
}

/// Writes the setters of a builder that polls; `$options` leads to its [`PollOptions`].
macro_rules! poll_setters {
    ($($options:ident).+) => {
        /// Sets how long to wait between two polls. The default is 5 seconds.
        pub fn interval(mut self, interval: ::std::time::Duration) -> Self {
            self.$($options).+.interval = interval;
            self
        }

        /// Sets the longest total time, counted from the first poll. By default, there is no deadline.
        pub fn deadline(mut self, deadline: ::std::time::Duration) -> Self {
            self.$($options).+.deadline = Some(deadline);
            self
        }
    };
}
pub(super) use poll_setters;
