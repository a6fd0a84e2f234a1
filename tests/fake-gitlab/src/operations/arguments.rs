//! The variables and inputs in the bodies of play and retry.

use hyper::StatusCode;
use hyper::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::Call;
use crate::response::Response;
use crate::route::Operation;
use crate::settings::Settings;

/// The variables and inputs a job is started with.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) variables: Vec<(String, String)>,
    pub(super) inputs: Map<String, Value>,
}

impl Arguments {
    /// Reads the body of a play or retry; any other operation has no arguments.
    pub(super) fn read(
        operation: Operation,
        call: &Call<'_>,
        settings: &Settings,
    ) -> Result<Self, Response> {
        let inputs = match operation {
            Operation::PlayJob => "job_inputs",
            Operation::RetryJob => "inputs",
            _ => return Ok(Self::default()),
        };
        let body = json(call)?;
        Ok(Self {
            variables: match operation {
                Operation::PlayJob => variables(&body["job_variables_attributes"])?,
                _ => Vec::new(),
            },
            inputs: match &body[inputs] {
                _ if !settings.job_inputs => Map::new(),
                Value::Null => Map::new(),
                Value::Object(inputs) => inputs.clone(),
                _ => return Err(Response::bad_request(&format!("{inputs} is invalid"))),
            },
        })
    }
}

/// Returns the body as JSON, or null if there is none.
fn json(call: &Call<'_>) -> Result<Value, Response> {
    if call.body.is_empty() {
        return Ok(Value::Null);
    }
    let content_type = call
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match content_type.map(|value| value.split(';').next().unwrap_or_default().trim()) {
        Some("application/json") => {}
        Some("application/x-www-form-urlencoded") | None => return Ok(Value::Null),
        Some(other) => {
            let words = format!("The provided content-type '{other}' is not supported.");
            return Err(Response::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, &words));
        }
    }
    serde_json::from_slice(call.body)
        .map_err(|_| Response::bad_request("There was a problem in the JSON you submitted"))
}

fn variables(list: &Value) -> Result<Vec<(String, String)>, Response> {
    let list = match list {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err(Response::bad_request("job_variables_attributes is invalid")),
    };
    let member = |index: usize, item: &Value, name: &str| match &item[name] {
        Value::Null => Err(Response::bad_request(&format!(
            "job_variables_attributes[{index}][{name}] is missing"
        ))),
        Value::String(text) => Ok(text.clone()),
        other => Ok(other.to_string()),
    };
    let pairs = list.iter().enumerate();
    pairs
        .map(|(index, item)| Ok((member(index, item, "key")?, member(index, item, "value")?)))
        .collect()
}
