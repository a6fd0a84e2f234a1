//! Items that move from page to page while a list with totals is read.

use std::collections::HashSet;

use serde::Deserialize;

use crate::headers::PageInfo;
use crate::http::RawResponse;

/// How many pages in a row may have to be requested again before the list changes too fast to be read.
const MAX_RETURNS: u32 = 20;

/// The items and the total of the offset pages that were read.
///
/// A new item moves the last item of each page to the next one, where it is repeated. An item that leaves the list, such
/// as a job that is retried, moves the first item of each later page to the previous one, where it is missed unless
/// that page is requested again. The total tells.
#[derive(Default)]
pub(super) struct Counted {
    total: Option<u64>,
    page_length: u64,
    read: HashSet<u64>,
    returns: u32,
}

/// What to do with a page.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Use,
    /// Continue so many pages before this one, because items may have moved there.
    Return(u64),
    /// The list changes too fast.
    GiveUp,
}

impl Counted {
    /// Judges a page, and removes the items that were read before.
    pub(super) fn add(&mut self, info: &PageInfo, page: &mut RawResponse) -> Verdict {
        let previous = std::mem::replace(&mut self.total, info.total);
        let Some(total) = info.total else {
            return Verdict::Use;
        };
        if let Some(left) = previous.and_then(|previous| previous.checked_sub(total))
            && left > 0
        {
            self.returns += 1;
            if self.returns > MAX_RETURNS {
                return Verdict::GiveUp;
            }
            return Verdict::Return(left.div_ceil(self.page_length.max(1)));
        }
        if previous.is_none() && !info.has_next() {
            return Verdict::Use;
        }
        let (mut length, mut new) = (0, false);
        page.retain_items(|item| {
            length += 1;
            let is_new = id(item).is_none_or(|id| self.read.insert(id));
            new |= is_new;
            is_new
        });
        if length > 0 {
            self.page_length = length;
        }
        if new {
            self.returns = 0;
        }
        Verdict::Use
    }
}

fn id(item: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Item {
        id: u64,
    }
    serde_json::from_str::<Item>(item).ok().map(|item| item.id)
}
