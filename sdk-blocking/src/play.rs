//! Variables for a job that is played.

use crate::builder::PlayJob;

impl PlayJob {
    /// Gives the job a variable, beside those that it was given before.
    pub fn variable(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.inner = self.inner.variable(key, value);
        self
    }
}
