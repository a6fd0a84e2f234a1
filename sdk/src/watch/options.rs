//! The options that waiting, watching and following have in common.

use std::time::Duration;

use crate::Error;
use crate::request::InvalidArgument;

/// How often to poll, for how long, and what to wait out.
#[derive(Clone, Copy, Debug)]
pub(super) struct PollOptions {
    pub(super) interval: Duration,
    /// The longest interval, for a wait that polls less often while nothing happens.
    pub(super) max_interval: Duration,
    pub(super) deadline: Option<Duration>,
    pub(super) max_outage: Option<Duration>,
    pub(super) settle_time: Duration,
}

impl PollOptions {
    pub(super) fn new(interval: Duration, max_interval: Duration) -> Self {
        Self {
            interval,
            max_interval,
            deadline: None,
            max_outage: None,
            settle_time: Duration::from_secs(5),
        }
    }

    pub(super) fn set_interval(&mut self, interval: Duration) {
        self.interval = interval;
        self.max_interval = self.max_interval.max(interval);
    }

    pub(super) fn set_max_interval(&mut self, max_interval: Duration) {
        self.max_interval = max_interval;
        self.interval = self.interval.min(max_interval);
    }

    pub(super) fn check(&self, operation: &'static str) -> Result<(), Error> {
        if self.interval.is_zero() {
            let reason = "an interval of zero would poll without a pause";
            return Err(InvalidArgument::new("interval", reason).to_error(operation));
        }
        Ok(())
    }
}

impl Default for PollOptions {
    fn default() -> Self {
        let interval = Duration::from_secs(5);
        Self::new(interval, interval)
    }
}

/// Writes the setters of a builder that polls. It has a method `adjust`, which changes its [`PollOptions`].
macro_rules! poll_setters {
    ($default_interval:literal) => {
        #[doc = concat!("Sets how long to wait between two polls. The default is ", $default_interval, ".")]
        pub fn interval(self, interval: ::std::time::Duration) -> Self {
            self.adjust(|options| options.set_interval(interval))
        }

        /// Sets the longest total time, counted from the first poll. By default, there is no deadline.
        pub fn deadline(self, deadline: ::std::time::Duration) -> Self {
            self.adjust(|options| options.deadline = Some(deadline))
        }

        /// Sets how long an outage is waited out, counted from the first poll that failed. The default is 15 minutes
        /// or, if there is a [`deadline`](Self::deadline), until then.
        ///
        /// During an outage, polls fail for reasons that pass ([`Error::is_transient`](crate::Error::is_transient)), or
        /// a page of HTML arrives instead of data. The waits between the polls rise to about 30 s, unless the interval
        /// is longer or the server requests a longer one. If that exceeds the limit, the error is returned at once. A zero ends the wait at the
        /// first poll that fails, after the retries of the client.
        pub fn max_outage(self, max_outage: ::std::time::Duration) -> Self {
            self.adjust(|options| options.max_outage = Some(max_outage))
        }

        /// Sets how long GitLab is given to retry a failed job by itself, before the failure counts as the end. The
        /// default is 5 s.
        ///
        /// GitLab creates the new run (`retry` in the configuration of the job) some time after the failure,
        /// depending on its load. As long as it reports that the pipeline is still running although all jobs are
        /// finished, it is given four times as long.
        pub fn settle_time(self, settle_time: ::std::time::Duration) -> Self {
            self.adjust(|options| options.settle_time = settle_time)
        }
    };
}
pub(super) use poll_setters;
