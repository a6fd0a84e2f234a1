//! Lists of several pages: item by item, or page by page.

mod batch;
mod counted;
mod cursor;
mod fetch;
mod items;
mod order;
mod pages;
mod place;
mod walk;

pub use cursor::{Cursor, InvalidCursor};
pub use items::Items;
pub(crate) use order::checked as in_order;
pub use pages::Pages;

use crate::request::Request;

/// How the pages of a list are addressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Strategy {
    /// By a position in the order of the items. It stays fast, and new items do not shift the pages.
    Keyset,
    /// By number.
    Offset,
}

/// The largest page that GitLab sends, for the fewest requests.
const LARGEST_PAGE: &str = "100";

/// Completes the first request of a list with a strategy and large pages, unless the caller set them.
fn prepare(request: &mut Request, strategy: Strategy) {
    if request.query.get("per_page").is_none() {
        request.set_query("per_page", [LARGEST_PAGE]);
    }
    if strategy == Strategy::Keyset {
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

/// Returns the strategy that the caller chose, by name or by a parameter that only one strategy has.
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
