//! Pages of a list, by offset or by keyset, and what both share.

mod keyset;
mod link;
mod offset;

use hyper::StatusCode;
use serde_json::Value;

use crate::params::{Check, Params};
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
    pub(crate) params: &'a Params,
    pub(crate) position: Position,
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
    // The lists of a pipeline know only offsets.
    if request.params.text("pagination") != Some("keyset") || !request.project_jobs {
        return offset::page(request, list);
    }
    match request.settings.keyset {
        Keyset::Cursor | Keyset::IdBefore => keyset::page(request, list),
        Keyset::Refused => Err(keyset::unavailable()),
        Keyset::Invalid => Err(Response::error(
            StatusCode::BAD_REQUEST,
            "pagination does not have a valid value",
        )),
        Keyset::Ignored => offset::page(request, list),
    }
}

/// Where an offset page begins, and how long any page is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    page: u64,
    per_page: u64,
}

impl Position {
    /// Reads `page` and `per_page` of a list; any other operation has neither.
    pub(crate) fn read(is_list: bool, check: &mut Check<'_>) -> Self {
        let mut number = |name, default| {
            let number = is_list.then(|| check.integer(name, 1..=u64::MAX)).flatten();
            number.unwrap_or(default)
        };
        Self {
            page: number("page", 1),
            per_page: number("per_page", DEFAULT_PER_PAGE).min(MAX_PER_PAGE),
        }
    }
}

impl PageRequest<'_> {
    /// Returns how many items the page can hold, which `short_pages` may limit.
    fn page_length(&self) -> usize {
        let per_page = usize::try_from(self.position.per_page).unwrap_or(usize::MAX);
        self.settings
            .short_pages
            .map_or(per_page, |most| most.clamp(1, per_page))
    }
}

/// Returns `length` items after `skip`, and whether there are more.
fn take<T>(items: impl Iterator<Item = T>, skip: usize, length: usize) -> (Vec<T>, bool) {
    let mut items = items.skip(skip);
    let page: Vec<T> = items.by_ref().take(length).collect();
    let more = items.next().is_some();
    (page, more)
}
