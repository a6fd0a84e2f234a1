//! Keyset pages, each of which starts below the last id of the one before.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use hyper::StatusCode;
use serde_json::{Value, json};

use super::link::Links;
use super::{List, PageRequest, take};
use crate::response::Response;
use crate::settings::Keyset;

pub(super) fn page<L: List>(request: PageRequest<'_>, list: &L) -> Result<Response, Response> {
    let is = |name, value| request.params.get(name).is_none_or(|it| it == value);
    if !is("order_by", "id") || !is("sort", "desc") {
        return Err(unavailable());
    }
    let below = start(request)?;
    let items = list.items_below(below);
    let (items, more) = take(items, 0, request.page_length());
    let last = items.last().map(|item| list.id(item));
    let items: Value = items.into_iter().map(|item| list.render(item)).collect();

    let mut links = Links::new(request);
    if let Some(last) = last.filter(|_| more) {
        let start = match request.settings.keyset {
            Keyset::IdBefore => ("id_before", last.to_string()),
            _ => ("cursor", cursor(last)),
        };
        links.add(
            "next",
            &[("per_page", request.position.per_page.to_string()), start],
        );
    }
    Ok(links.write(Response::json(StatusCode::OK, &items)))
}

/// The 405 for a list or an order without keyset pagination.
pub(super) fn unavailable() -> Response {
    let words = "Keyset pagination is not yet available for this type of request";
    Response::error(StatusCode::METHOD_NOT_ALLOWED, words)
}

/// Returns the id that all items of the page are below.
fn start(request: PageRequest<'_>) -> Result<u64, Response> {
    let (name, below) = if let Some(text) = request.params.text("cursor") {
        ("cursor", read_cursor(text))
    } else if let Some(text) = request.params.text("id_before") {
        ("id_before", text.parse().ok())
    } else {
        return Ok(u64::MAX);
    };
    below.ok_or_else(|| Response::error(StatusCode::BAD_REQUEST, &format!("{name} is invalid")))
}

fn cursor(last: u64) -> String {
    URL_SAFE.encode(json!({ "id": last.to_string(), "_kd": "n" }).to_string())
}

fn read_cursor(cursor: &str) -> Option<u64> {
    let cursor: Value = serde_json::from_slice(&URL_SAFE.decode(cursor).ok()?).ok()?;
    cursor["id"].as_str()?.parse().ok()
}
