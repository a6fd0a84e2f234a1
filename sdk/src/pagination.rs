//! Lists that are longer than a page: entry by entry, or page by page.

mod cursor;
mod fetch;
mod items;
mod page_info;
mod pages;
mod place;
mod walk;

pub use cursor::{Cursor, InvalidCursor};
pub use items::Items;
pub use page_info::PageInfo;
pub use pages::Pages;

use crate::http::Request;

/// How the server counts the pages of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Strategy {
    /// From a place in the order of the entries. It stays fast, and new entries shift nothing.
    Keyset,
    /// By number.
    Offset,
}

/// The largest page that GitLab gives; fewer requests for the same list.
const LARGEST_PAGE: &str = "100";

/// Completes the first request of a list: the kind of pagination, unless the caller chose, and large pages.
fn prepare(request: &mut Request, kind: Strategy) {
    if request.query.get("per_page").is_none() {
        request.set_query("per_page", [LARGEST_PAGE]);
    }
    if kind == Strategy::Keyset {
        for (name, value) in [
            ("pagination", "keyset"),
            ("order_by", "id"),
            ("sort", "desc"),
        ] {
            if request.query.get(name).is_none() {
                request.set_query(name, [value]);
            }
        }
    }
}

/// The kind that the caller chose, by asking for it or by a parameter which only one kind has.
fn chosen(request: &Request) -> Option<Strategy> {
    match request.query.get("pagination") {
        Some("keyset") => Some(Strategy::Keyset),
        Some(_) => Some(Strategy::Offset),
        None if request.query.get("page").is_some() => Some(Strategy::Offset),
        None if request.query.get("cursor").is_some()
            || request.query.get("id_before").is_some() =>
        {
            Some(Strategy::Keyset)
        }
        None => None,
    }
}
