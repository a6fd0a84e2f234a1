//! The parameters of the actions: `force`, variables and inputs.

use serde_json::{Map, Value};

use crate::params::Check;
use crate::route::Operation;
use crate::settings::Settings;

/// What an action is called with.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) force: bool,
    pub(super) variables: Vec<(String, String)>,
    pub(super) inputs: Map<String, Value>,
}

impl Arguments {
    /// Reads the parameters of an action; any other operation has none.
    pub(super) fn read(operation: Operation, check: &mut Check<'_>, settings: &Settings) -> Self {
        let mut arguments = Self::default();
        let inputs = match operation {
            Operation::CancelJob => {
                arguments.force = check.boolean("force").unwrap_or(false);
                return arguments;
            }
            Operation::PlayJob => {
                arguments.variables = check.pairs("job_variables_attributes", ["key", "value"]);
                "job_inputs"
            }
            Operation::RetryJob => "inputs",
            _ => return arguments,
        };
        if settings.job_inputs {
            arguments.inputs = check.object(inputs);
        }
        arguments
    }
}
