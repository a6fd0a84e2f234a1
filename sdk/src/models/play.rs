//! Variables and inputs for a job that is played or retried.

use serde_json::Value;

use crate::Secret;
use crate::builder::{PlayJob, RetryJob};
use crate::types::JobVariable;

/// Variables and inputs.
///
/// The [id](crate::types::Job::id) in the response can differ from the requested one: if the job was started by someone
/// else in the meantime, the server can retry it instead. Use the id in the response from then on.
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

    /// Sets an input for this run of the job: a string, a number, a boolean or an array, as the job defines it. Since GitLab
    /// 18.10; an older server ignores it without an error, and runs the job with the input's default value.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let deploy = client.play_job("group/project", 8).input("environment", "production").input("replicas", 3);
    /// let job = deploy.await?;
    /// let mut log = client.follow_job_log("group/project", job.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn input(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.inputs([(name, value)])
    }

    /// Sets inputs for this run of the job.
    pub fn inputs<N: Into<String>, V: Into<Value>>(
        mut self,
        inputs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.body.job_inputs.extend(pairs(inputs));
        self
    }
}

/// Inputs. Retrying takes no variables.
///
/// The response is the new job, with a new id.
impl RetryJob {
    /// Sets an input for the new run: a string, a number, a boolean or an array, as the job defines it. An input that is not
    /// set keeps its value from the previous run. Since GitLab 18.10; an older server ignores it without an error, and runs
    /// the job with the values of the previous run.
    pub fn input(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.inputs([(name, value)])
    }

    /// Sets inputs for the new run.
    pub fn inputs<N: Into<String>, V: Into<Value>>(
        mut self,
        inputs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.body.inputs.extend(pairs(inputs));
        self
    }
}

fn pairs<N: Into<String>, V: Into<Value>>(
    inputs: impl IntoIterator<Item = (N, V)>,
) -> impl Iterator<Item = (String, Value)> {
    inputs
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
}

impl<K: Into<String>, V: Into<Secret>> From<(K, V)> for JobVariable {
    fn from((key, value): (K, V)) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }
}
