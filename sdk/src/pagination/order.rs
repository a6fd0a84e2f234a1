//! The order of a list, which only keyset pagination can change.

use super::{Strategy, chosen};
use crate::request::{InvalidArgument, Query, Request};

/// Returns whether a query asks for the order that every list has: the newest item first.
pub(super) fn is_default(query: &Query) -> bool {
    matches!(query.get("order_by"), None | Some("id"))
        && matches!(query.get("sort"), None | Some("desc"))
}

/// The error of an order that offset pagination ignores.
pub(super) fn ignored() -> InvalidArgument {
    let reason = "offset pages are always sorted by descending id; choose keyset pagination";
    InvalidArgument::new("sort", reason)
}

/// Returns a request for a single page, which is invalid if the server would ignore its order.
pub(crate) fn checked(mut request: Request) -> Request {
    if chosen(&request) != Some(Strategy::Keyset) && !is_default(&request.query) {
        request.set_invalid(ignored());
    }
    request
}
