//! Variables and inputs for a job that is played or retried.

use serde_json::Value;

use crate::Secret;
use crate::builder::{PlayJob, RetryJob};

/// Variables and inputs.
///
/// The [id](crate::types::Job::id) in the response can differ from the requested one: if the job was started by someone
/// else in the meantime, the server can retry it instead. Use the id in the response from then on.
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

macro_rules! inputs {
    ($($name:ident)+) => {
        $(
            #[doc = concat!("Inputs; see [`gitlab_jobs::builder::", stringify!($name), "`].")]
            impl $name {
                /// Sets an input for this run of the job: a string, a number, a boolean or an array, as the job defines it.
                /// Since GitLab 18.10; an older server ignores it without an error.
                pub fn input(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
                    self.inner = self.inner.input(name, value);
                    self
                }

                /// Sets inputs for this run of the job.
                pub fn inputs<N: Into<String>, V: Into<Value>>(
                    mut self,
                    inputs: impl IntoIterator<Item = (N, V)>,
                ) -> Self {
                    self.inner = self.inner.inputs(inputs);
                    self
                }
            }
        )+
    };
}

inputs!(PlayJob RetryJob);
