//! Pages of a list, by offset or by keyset, and what both share.

mod keyset;
mod link;
mod offset;

use hyper::StatusCode;
use serde_json::Value;

use crate::query;
use crate::response::Response;
use crate::settings::{Keyset, Settings};

const DEFAULT_PER_PAGE: u64 = 20;
const MAX_PER_PAGE: u64 = 100;

/// A request for a page of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRequest<'a> {
    pub(crate) settings: &'a Settings,
    /// What precedes the path in `Link`.
    pub(crate) root: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
    /// The ids in the path, by GitLab's names, which servers repeat in the query of `Link`.
    pub(crate) path_parameters: &'a [(&'static str, &'a str)],
    /// Whether the list is that of a project's jobs, which has keyset pages and no totals.
    pub(crate) project_jobs: bool,
}

/// A list, newest first, that pages are taken from.
pub(crate) trait List {
    type Item;

    /// Returns the items with an id below this one, newest first.
    fn items_below(&self, id: u64) -> Box<dyn Iterator<Item = Self::Item> + '_>;
    fn id(&self, item: &Self::Item) -> u64;
    fn render(&self, item: Self::Item) -> Value;
}

/// Returns the requested page, or the error for an invalid request.
pub(crate) fn page<L: List>(request: PageRequest<'_>, list: &L) -> Result<Response, Response> {
    let per_page = number(request.query, "per_page", DEFAULT_PER_PAGE)?.min(MAX_PER_PAGE);
    if query::last(request.query, "pagination") != Some("keyset") {
        return offset::page(request, per_page, list);
    }
    if !request.project_jobs {
        return Err(keyset::unavailable());
    }
    match request.settings.keyset {
        Keyset::Cursor | Keyset::IdBefore => keyset::page(request, per_page, list),
        Keyset::Refused => Err(keyset::unavailable()),
        Keyset::Invalid => Err(Response::error(
            StatusCode::BAD_REQUEST,
            "pagination does not have a valid value",
        )),
        Keyset::Ignored => offset::page(request, per_page, list),
    }
}

impl PageRequest<'_> {
    /// Returns how many items the page can hold, which `short_pages` may limit.
    fn page_length(&self, per_page: u64) -> usize {
        let per_page = usize::try_from(per_page).unwrap_or(usize::MAX);
        self.settings
            .short_pages
            .map_or(per_page, |most| most.clamp(1, per_page))
    }
}

/// Returns a positive number from the query, or `default` if it is absent.
fn number(pairs: &[(String, String)], name: &str, default: u64) -> Result<u64, Response> {
    let bad = |words| Response::error(StatusCode::BAD_REQUEST, &format!("{name} {words}"));
    let Some(text) = query::last(pairs, name) else {
        return Ok(default);
    };
    match text.parse::<i64>() {
        Ok(number @ 1..) => Ok(number.unsigned_abs()),
        Ok(_) => Err(bad("does not have a valid value")),
        Err(_) => Err(bad("is invalid")),
    }
}

/// Returns `length` items after `skip`, and whether there are more.
fn take<T>(items: impl Iterator<Item = T>, skip: usize, length: usize) -> (Vec<T>, bool) {
    let mut items = items.skip(skip);
    let page: Vec<T> = items.by_ref().take(length).collect();
    let more = items.next().is_some();
    (page, more)
}
