//! The parameters of a request, from all the places that GitLab's framework (Grape, on Rack) reads: query, form,
//! multipart form, and JSON body.

mod check;
mod multipart;
mod nested;

use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value};

pub(crate) use self::check::{Check, INVALID};
use crate::response::Response;

/// The parameters of a request by name, nested as their names were. Those of the body replace those of the query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Reads the parameters, or returns the error for names or a body that cannot be read, which GitLab sends before it
    /// authenticates the request.
    pub(crate) fn read(
        query: Option<&str>,
        is_read: bool,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Response> {
        let mut params = nested::parse(query.unwrap_or_default().as_bytes())?;
        if body.is_empty() {
            return Ok(Self(params));
        }
        let content_type = headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let media_type = content_type.map(|value| value.split(';').next().unwrap_or_default());
        let media_type = media_type.map(|value| value.trim().to_ascii_lowercase());
        let in_body = match media_type.as_deref() {
            Some("application/x-www-form-urlencoded") => nested::parse(body)?,
            Some("multipart/form-data") => {
                multipart::parse(content_type.unwrap_or_default(), body)?
            }
            // The body of a GET is read only if it is a form.
            _ if is_read => Map::new(),
            None | Some("application/json") => json(body)?,
            Some("text/plain") => Map::new(),
            Some(other) => {
                let words = format!("The provided content-type '{other}' is not supported.");
                return Err(Response::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, &words));
            }
        };
        params.extend(in_body);
        Ok(Self(params))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns a parameter that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

/// Returns the members of a JSON object. Any other JSON has no parameters.
fn json(body: &[u8]) -> Result<Map<String, Value>, Response> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Ok(Map::new()),
        Err(_) => Err(Response::bad_request(
            "There was a problem in the JSON you submitted",
        )),
    }
}
