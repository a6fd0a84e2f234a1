//! Whether the end of a pipeline, or of jobs, is one.
//!
//! GitLab commits the failure of a job first, and creates the run that retries it some time later. In between, nothing
//! seems left to run. An end is therefore confirmed by another poll, which is sent later than that gap, and compared with
//! the status of the pipeline, which GitLab updates at its own pace.

use std::time::Duration;

use tokio::time::Instant;

/// How many times the settle time GitLab is given if its jobs and its pipelines contradict each other.
const CONTRADICTION: u32 = 4;

/// What speaks for an end, the strongest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Evidence {
    /// Nothing is left that could be retried, and the pipeline says the same.
    Certain,
    /// Jobs that GitLab may be about to retry.
    Probable,
    /// All jobs are finished, but GitLab reports that the pipeline is running.
    Contradicted,
}

/// A possible end.
#[derive(Debug, Default)]
pub(super) struct End {
    /// When a poll first found it.
    since: Option<Instant>,
    evidence: Option<Evidence>,
}

impl End {
    /// Records what a poll that began at this time has found: evidence of the end, if nothing seems left to run, and whether
    /// anything has changed since the poll before. Returns whether this confirms an end that an earlier poll has found.
    pub(super) fn is_confirmed(
        &mut self,
        evidence: Option<Evidence>,
        changed: bool,
        began: Instant,
        settle_time: Duration,
    ) -> bool {
        self.evidence = evidence;
        let found_before = self.since.filter(|_| evidence.is_some() && !changed);
        self.since = evidence.map(|_| found_before.unwrap_or_else(Instant::now));
        let settled = found_before.map(|since| began.saturating_duration_since(since));
        settled.is_some_and(|settled| Some(settled) >= self.needed(settle_time))
    }

    /// Returns how long to wait before the poll that can confirm the end, or `None` if there is no sign of one.
    pub(super) fn next_poll(&self, settle_time: Duration) -> Option<Duration> {
        let left = self
            .needed(settle_time)?
            .saturating_sub(self.since?.elapsed());
        Some(left.min(settle_time))
    }

    fn needed(&self, settle_time: Duration) -> Option<Duration> {
        Some(match self.evidence? {
            Evidence::Certain => Duration::ZERO,
            Evidence::Probable => settle_time,
            Evidence::Contradicted => settle_time.saturating_mul(CONTRADICTION),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLE: Duration = Duration::from_secs(5);
    const SECOND: Duration = Duration::from_secs(1);

    /// Polls once a second until the end is confirmed, and returns how many seconds that takes.
    async fn seconds_until_confirmed(
        mut poll: impl FnMut(u32) -> (Option<Evidence>, bool),
    ) -> Option<u32> {
        let mut end = End::default();
        for second in 0..60 {
            let (evidence, changed) = poll(second);
            if end.is_confirmed(evidence, changed, Instant::now(), SETTLE) {
                return Some(second);
            }
            tokio::time::sleep(SECOND).await;
        }
        None
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_is_confirmed_after_the_time_that_its_evidence_needs() {
        for (evidence, seconds) in [
            (Evidence::Certain, 1),
            (Evidence::Probable, 5),
            (Evidence::Contradicted, 20),
        ] {
            let found = seconds_until_confirmed(|_| (Some(evidence), false)).await;
            assert_eq!(found, Some(seconds), "{evidence:?}");
        }
        assert_eq!(seconds_until_confirmed(|_| (None, false)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn anything_new_starts_the_time_again() {
        let probable = Some(Evidence::Probable);
        let changed = seconds_until_confirmed(|second| (probable, second == 4));
        assert_eq!(changed.await, Some(9));
        let ran = seconds_until_confirmed(|second| (probable.filter(|_| second != 4), false));
        assert_eq!(ran.await, Some(10));
        let agreed = seconds_until_confirmed(|second| {
            let contradicted = Some(Evidence::Contradicted);
            (if second < 7 { contradicted } else { probable }, false)
        });
        assert_eq!(agreed.await, Some(7));
    }

    #[tokio::test(start_paused = true)]
    async fn the_confirming_poll_waits_no_longer_than_needed() {
        let mut end = End::default();
        assert_eq!(end.next_poll(SETTLE), None);
        for (evidence, wait) in [
            (Evidence::Certain, Duration::ZERO),
            (Evidence::Probable, SETTLE),
            (Evidence::Contradicted, SETTLE),
        ] {
            end.is_confirmed(Some(evidence), true, Instant::now(), SETTLE);
            assert_eq!(end.next_poll(SETTLE), Some(wait));
        }
        tokio::time::sleep(18 * SECOND).await;
        assert_eq!(end.next_poll(SETTLE), Some(2 * SECOND));
    }

    /// A response that takes long tells how things were when it was requested.
    #[tokio::test(start_paused = true)]
    async fn the_time_before_the_confirming_poll_counts() {
        let mut end = End::default();
        let evidence = Some(Evidence::Probable);
        end.is_confirmed(evidence, true, Instant::now(), SETTLE);
        let began = Instant::now();
        tokio::time::sleep(10 * SECOND).await;
        assert!(!end.is_confirmed(evidence, false, began, SETTLE));
        assert!(end.is_confirmed(evidence, false, Instant::now(), SETTLE));
    }
}
