//! Variables of a job that is played.

use crate::builder::PlayJob;
use crate::types::JobVariable;

impl PlayJob {
    /// Adds a variable.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let job = client.play_job().id("group/project").job_id(8).variable("TARGET", "staging").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn variable(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let variable = JobVariable {
            key: key.into(),
            value: value.into(),
        };
        self.body.job_variables_attributes.push(variable);
        self
    }
}
