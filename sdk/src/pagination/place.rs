//! Which page a request is for.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::PageInfo;
use crate::request::{Query, Request};

/// Returns the number of the page that a request by number is for.
pub(super) fn page_number(request: &Request) -> u64 {
    number_in(&request.query).unwrap_or(1)
}

/// Returns the number of the page that the server names next.
pub(super) fn next_number(info: &PageInfo) -> Option<u64> {
    info.next_page
        .or_else(|| number_in(&Query::parse(info.next_query.as_deref()?)))
}

fn number_in(query: &Query) -> Option<u64> {
    query.get("page")?.parse().ok()
}

/// Returns the request for the page with the next number.
pub(super) fn numbered_after(request: &Request) -> Request {
    let mut after = request.clone();
    let number = page_number(request).saturating_add(1);
    after.set_query("page", [number]);
    after
}

/// Returns a hash of what a query asks for, whatever the order of its parameters.
pub(super) fn fingerprint(query: &Query) -> u64 {
    query.iter().fold(0, |sum, parameter| {
        let mut hasher = DefaultHasher::new();
        parameter.hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    })
}
