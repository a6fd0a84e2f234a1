//! Variables of a job that is played.

use crate::Secret;
use crate::builder::PlayJob;

impl PlayJob {
    /// Adds a variable for this run of the job.
    pub fn variable(mut self, key: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.inner = self.inner.variable(key, value);
        self
    }

    /// Adds variables for this run of the job.
    pub fn variables<K: Into<String>, V: Into<Secret>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.inner = self.inner.variables(variables);
        self
    }
}
