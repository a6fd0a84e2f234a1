//! Offset pages: `page` and `per_page`, and the `X-` headers.

use hyper::StatusCode;
use serde_json::Value;

use super::link::Links;
use super::{List, PageRequest, Position, take};
use crate::response::Response;

/// A list with more records than this has no totals.
const MAX_COUNTED: usize = 10_000;

pub(super) fn page<L: List>(request: PageRequest<'_>, list: &L) -> Result<Response, Response> {
    let Position { page, per_page } = request.position;
    let offset = (page - 1).saturating_mul(per_page);
    if let Some(limit) = request.settings.max_offset.filter(|_| request.project_jobs)
        && offset > limit
    {
        return Err(beyond(limit));
    }
    let length = request.page_length();
    let skip = usize::try_from(page - 1)
        .unwrap_or(usize::MAX)
        .saturating_mul(length);
    let (items, more) = take(list.items_below(u64::MAX), skip, length);
    let items: Value = items.into_iter().map(|item| list.render(item)).collect();

    let total = if request.project_jobs {
        MAX_COUNTED + 1
    } else {
        list.items_below(u64::MAX).count()
    };
    let total = Some(total).filter(|total| *total <= MAX_COUNTED);
    let total_pages = total.map(|total| total.div_ceil(length).max(1) as u64);

    let previous = page.checked_sub(1).filter(|previous| *previous > 0);
    let next = more.then(|| page + 1);
    let mut links = Links::new(request);
    let rels = [
        ("prev", previous),
        ("next", next),
        ("first", Some(1)),
        ("last", total_pages),
    ];
    for (rel, page) in rels {
        if let Some(page) = page {
            links.add(
                rel,
                &[
                    ("page", page.to_string()),
                    ("per_page", per_page.to_string()),
                ],
            );
        }
    }

    let or_empty = |page: Option<u64>| page.map(|page| page.to_string()).unwrap_or_default();
    let mut response = links
        .write(Response::json(StatusCode::OK, &items))
        .with_header("x-next-page", &or_empty(next))
        .with_header("x-page", &page.to_string())
        .with_header("x-per-page", &per_page.to_string())
        .with_header("x-prev-page", &or_empty(previous));
    if let (Some(total), Some(pages)) = (total, total_pages) {
        response = response
            .with_header("x-total", &total.to_string())
            .with_header("x-total-pages", &pages.to_string());
    }
    Ok(response)
}

fn beyond(limit: u64) -> Response {
    let words = format!(
        "Offset pagination has a maximum allowed offset of {limit} for requests that return objects of type \
         Ci::Build. Remaining records can be retrieved using keyset pagination."
    );
    Response::error(StatusCode::METHOD_NOT_ALLOWED, &words)
}
