//! Variables of a job that is played.

use crate::Secret;
use crate::builder::PlayJob;
use crate::types::JobVariable;

impl PlayJob {
    /// Adds a variable for this run of the job.
    pub fn variable(self, key: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.variables([(key, value)])
    }

    /// Adds variables for this run of the job.
    pub fn variables<K: Into<String>, V: Into<Secret>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(JobVariable::from);
        self.body.job_variables_attributes.extend(variables);
        self
    }
}

impl<K: Into<String>, V: Into<Secret>> From<(K, V)> for JobVariable {
    fn from((key, value): (K, V)) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }
}
