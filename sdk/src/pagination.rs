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
    if request.query_value("per_page").is_none() {
        request.set_query_value("per_page", Some(LARGEST_PAGE));
    }
    if kind == Strategy::Keyset {
        for (name, value) in [
            ("pagination", "keyset"),
            ("order_by", "id"),
            ("sort", "desc"),
        ] {
            if request.query_value(name).is_none() {
                request.set_query_value(name, Some(value));
            }
        }
    }
}

/// The kind that the caller chose, by asking for it or by a parameter which only one kind has.
fn chosen(request: &Request) -> Option<Strategy> {
    match request.query_value("pagination").as_deref() {
        Some("keyset") => Some(Strategy::Keyset),
        Some(_) => Some(Strategy::Offset),
        None if request.query_value("page").is_some() => Some(Strategy::Offset),
        None if request.query_value("cursor").is_some()
            || request.query_value("id_before").is_some() =>
        {
            Some(Strategy::Keyset)
        }
        None => None,
    }
}
