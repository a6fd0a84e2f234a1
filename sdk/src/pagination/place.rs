//! Which page a request asks for.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::request::Request;

/// The number of the page, for one that is asked for by number.
pub(super) fn page_number(request: &Request) -> u64 {
    request
        .query_value("page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(1)
}

/// The request for the page with the next number.
pub(super) fn numbered_after(request: &Request) -> Request {
    let mut after = request.clone();
    after.set_query_value("page", Some(&(page_number(request) + 1).to_string()));
    after
}

/// A hash of what a query asks for, whatever the order of its parameters.
pub(super) fn fingerprint(query: &str) -> u64 {
    let mut parameters = url::form_urlencoded::parse(query.as_bytes()).collect::<Vec<_>>();
    parameters.sort();
    let mut hasher = DefaultHasher::new();
    parameters.hash(&mut hasher);
    hasher.finish()
}
