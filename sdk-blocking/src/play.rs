//! Variables of a job that is played.

use crate::builder::PlayJob;

impl PlayJob {
    /// Adds a variable.
    pub fn variable(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.inner = self.inner.variable(key, value);
        self
    }
}
