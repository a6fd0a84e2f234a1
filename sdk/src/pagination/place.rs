//! Which page a request asks for.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::PageInfo;
use crate::http::Request;

/// The number of the page, for one that is asked for by number.
pub(super) fn page_number(request: &Request) -> u64 {
    number_in(&request.query).unwrap_or(1)
}

/// The number of the page that the server names next.
pub(super) fn next_number(info: &PageInfo) -> Option<u64> {
    info.next_page
        .or_else(|| number_in(info.next_query.as_deref()?))
}

fn number_in(query: &str) -> Option<u64> {
    let page = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    page?.1.parse().ok()
}

/// The request for the page with the next number.
pub(super) fn numbered_after(request: &Request) -> Request {
    let mut after = request.clone();
    after.set_query_value(
        "page",
        Some(&page_number(request).saturating_add(1).to_string()),
    );
    after
}

/// A hash of what a query asks for, whatever the order of its parameters.
pub(super) fn fingerprint(query: &str) -> u64 {
    url::form_urlencoded::parse(query.as_bytes()).fold(0, |sum, parameter| {
        let mut hasher = DefaultHasher::new();
        parameter.hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    })
}
