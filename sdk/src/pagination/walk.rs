//! The order of the pages of a list, and which of them are requested ahead.

use std::collections::{HashSet, VecDeque};
use std::task::{Context, Poll, ready};

use super::batch::{Batch, Newest, Requested};
use super::counted::{Counted, Verdict};
use super::fetch::Fetch;
use super::place::{fingerprint, next_number, numbered_after, page_number};
use super::{Strategy, chosen, order, prepare};
use crate::error::{Error, ErrorKind};
use crate::http::{RawResponse, require_runtime};
use crate::request::{InvalidArgument, Query, Request};
use crate::{Client, Cursor, PageInfo, telemetry};

/// A page, and the request for it.
type Fetched = (Request, RawResponse);

/// A list that is being read, whatever its items are.
pub(super) struct Walk {
    pub(super) client: Client,
    strategies: &'static [Strategy],
    pub(super) prefetch: bool,
    pub(super) concurrency: usize,
    state: State,
    /// The pages in flight, in order.
    fetches: VecDeque<Fetch>,
    /// Whether pages are requested at once in batches: those of a list without totals, which tell whether items were missed.
    batched: bool,
    batch: Option<Batch>,
    /// The pages of the last batch that were not yielded yet.
    arrived: VecDeque<Requested>,
    counted: Counted,
    /// The query without keyset pagination, if that is our choice and the server has not accepted it yet.
    refusable: Option<Query>,
    /// Hashes of the queries that were sent, so that pages that lead back are an error and not a loop.
    sent: HashSet<u64>,
    /// The number of pages, if the server sends it.
    total: Option<u64>,
    /// The position to resume at. `None` once the first page has arrived.
    pub(super) resumed: Option<Cursor>,
}

/// What follows the pages in flight.
enum State {
    /// Nothing was sent yet.
    New(Request),
    Next(Request),
    /// The headers of the last page in flight will say.
    Unknown,
    /// Nothing, because of an error, which is kept until it is yielded. A cursor leads to the page that failed.
    Failed {
        at: Option<Request>,
        error: Option<Error>,
    },
    End,
}

impl State {
    /// An error after which the list cannot be resumed.
    fn fatal(error: Error) -> Self {
        Self::Failed {
            at: None,
            error: Some(error),
        }
    }
}

impl Walk {
    pub(super) fn new(client: Client, request: Request, strategies: &'static [Strategy]) -> Self {
        Self {
            client,
            strategies,
            prefetch: true,
            concurrency: 1,
            state: State::New(request),
            fetches: VecDeque::new(),
            batched: strategies.contains(&Strategy::Keyset),
            batch: None,
            arrived: VecDeque::new(),
            counted: Counted::default(),
            refusable: None,
            sent: HashSet::new(),
            total: None,
            resumed: None,
        }
    }

    /// Returns the position of the next page.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        if self.resumed.is_some() {
            return self.resumed.clone();
        }
        let arrived = self.arrived.front().map(|(request, _)| request);
        let in_flight = self.fetches.front().map(|fetch| &fetch.request);
        let batch = self.batch.as_ref().map(|batch| &batch.first);
        let request = match (arrived.or(in_flight).or(batch), &self.state) {
            (Some(request), _) | (None, State::Next(request)) => request,
            (None, State::Failed { at, .. }) => at.as_ref()?,
            (None, State::New(_) | State::Unknown | State::End) => return None,
        };
        Some(Cursor {
            query: request.query.clone(),
            taken: 0,
        })
    }

    /// Returns the next page. The caller then reports whether it could be decoded, by [`arrived`](Self::arrived) or
    /// [`failed`](Self::failed).
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Fetched, Error>>> {
        loop {
            self.fill();
            self.look_ahead(cx);
            let Some((request, page)) = ready!(self.poll_requested(cx)) else {
                let State::Failed { error, .. } = &mut self.state else {
                    return Poll::Ready(None);
                };
                return Poll::Ready(error.take().map(Err));
            };
            match page {
                Ok(page) => {
                    if let Some(page) = self.judge(&request, page) {
                        return Poll::Ready(Some(Ok((request, page))));
                    }
                }
                Err(error) => self.failed(request, error),
            }
        }
    }

    /// Returns the first of the pages that were requested, or `None` if there are none.
    fn poll_requested(&mut self, cx: &mut Context<'_>) -> Poll<Option<Requested>> {
        if let Some(batch) = &mut self.batch
            && self.arrived.is_empty()
        {
            let read = ready!(batch.poll_read(cx));
            let first = batch.first.clone();
            self.batch = None;
            match read {
                Ok(read) => {
                    self.arrived = read.pages;
                    if self.prefetch && self.arrived.iter().all(continues) {
                        self.start_batch(read.newest);
                    }
                }
                Err(error) => return Poll::Ready(Some((first, Err(error)))),
            }
        }
        if let Some(page) = self.arrived.pop_front() {
            return Poll::Ready(Some(page));
        }
        let Some(fetch) = self.fetches.front_mut() else {
            return Poll::Ready(None);
        };
        let page = ready!(fetch.poll_page(cx));
        let request = fetch.request.clone();
        self.fetches.pop_front();
        Poll::Ready(Some((
            request,
            page.map(|page| {
                if page.info_is_outdated {
                    self.forget_ahead();
                }
                page.response
            }),
        )))
    }

    /// Returns a page without the items that were read before, or `None` if items may have been missed before it.
    fn judge(&mut self, request: &Request, mut page: RawResponse) -> Option<RawResponse> {
        // The items of a custom list may be in any order, and need no ids.
        if request.is_custom() {
            return Some(page);
        }
        let info = page.page_info();
        if info.page.is_some() && !order::is_default(&request.query) {
            let reason = "the server ignores `order_by` and `sort`";
            self.stop(State::fatal(self.misleading(request, reason)));
            return None;
        }
        match self.counted.add(&info, &mut page) {
            Verdict::Use => Some(page),
            Verdict::Return(pages) => {
                let mut next = request.clone();
                let number = page_number(request).saturating_sub(pages).max(1);
                next.set_query("page", [number]);
                self.stop(State::Next(next));
                self.sent.clear();
                None
            }
            Verdict::GiveUp => {
                let reason = "the list changes faster than it can be read";
                self.stop(State::fatal(self.misleading(request, reason)));
                None
            }
        }
    }

    /// Drops the pages in flight, and continues with another state.
    fn stop(&mut self, state: State) {
        self.fetches.clear();
        self.batch = None;
        self.arrived.clear();
        self.state = state;
    }

    /// Continues after a page, and returns its position.
    pub(super) fn arrived(&mut self, request: Request, info: &PageInfo) -> Cursor {
        telemetry::page_read(request.operation, info);
        self.refusable = None;
        self.total = info.total_pages;
        if self.concurrency > 1 {
            if !info.has_next() {
                self.stop(State::End);
            } else if next_number(info) != page_number(&request).checked_add(1) {
                let reason = "the server does not number its pages consecutively, so they cannot be requested at once";
                self.stop(State::fatal(self.misleading(&request, reason)));
            } else if info.total.is_none() && !self.batched {
                self.batched = true;
                self.stop(State::Next(numbered_after(&request)));
            }
        } else if self.fetches.is_empty() && matches!(self.state, State::Unknown) {
            self.state = self.after(&request, info);
        }
        Cursor {
            query: request.query,
            taken: self.resumed.take().map_or(0, |cursor| cursor.taken),
        }
    }

    /// Ends with the error of a page, or continues by offset if the server refused keyset pagination.
    pub(super) fn failed(&mut self, mut request: Request, error: Error) {
        let refused = matches!(
            error.status().map(|status| status.as_u16()),
            Some(400 | 405)
        );
        match self.refusable.take().filter(|_| refused) {
            Some(query) => {
                request.query = query;
                self.sent.insert(fingerprint(&request.query));
                self.stop(State::Next(request));
            }
            None => self.stop(State::Failed {
                at: Some(request),
                error: Some(error),
            }),
        }
    }

    /// Returns the first request, completed with a strategy.
    fn first(&mut self, mut request: Request) -> State {
        if let Some(cursor) = &self.resumed {
            request.query.clone_from(&cursor.query);
        }
        let chosen = chosen(&request);
        let in_order = request.is_custom() || order::is_default(&request.query);
        if !in_order && (chosen == Some(Strategy::Offset) || self.concurrency > 1) {
            return State::fatal(order::ignored().to_error(request.operation.id));
        }
        if self.concurrency > 1 {
            if chosen == Some(Strategy::Keyset) || !self.strategies.contains(&Strategy::Offset) {
                let reason = "keyset pages can only be requested one after the other; choose offset pagination";
                let invalid = InvalidArgument::new("concurrency", reason);
                return State::fatal(invalid.to_error(request.operation.id));
            }
            prepare(&mut request, Strategy::Offset);
        } else if self.resumed.is_none() {
            let strategy = chosen
                .or(self.strategies.first().copied())
                .unwrap_or(Strategy::Offset);
            prepare(&mut request, Strategy::Offset);
            let refusable = chosen.is_none()
                && in_order
                && strategy == Strategy::Keyset
                && self.strategies.contains(&Strategy::Offset);
            self.refusable = refusable.then(|| request.query.clone());
            prepare(&mut request, strategy);
        }
        self.sent.insert(fingerprint(&request.query));
        State::Next(request)
    }

    /// Returns what follows a page, as its headers say.
    fn after(&mut self, request: &Request, info: &PageInfo) -> State {
        let mut next = request.clone();
        match (&info.next_query, info.next_page) {
            (Some(query), _) => next.query = Query::parse(query),
            (None, Some(page)) => next.set_query("page", [page]),
            (None, None) => return State::End,
        }
        let reason = if next.query.is_empty() {
            "the server names a next page, but not how to request it"
        } else if self.sent.insert(fingerprint(&next.query)) {
            return State::Next(next);
        } else {
            "the server's pages lead back to one that was already read"
        };
        State::fatal(self.misleading(&next, reason))
    }

    fn misleading(&self, request: &Request, reason: &'static str) -> Error {
        let error = Error::new(ErrorKind::Pagination(reason));
        self.client.context(request).add_to(error)
    }

    /// Requests the pages that are known, as far as they may be in flight.
    fn fill(&mut self) {
        if let State::New(_) = self.state {
            let State::New(request) = std::mem::replace(&mut self.state, State::Unknown) else {
                return;
            };
            let checked = request
                .check()
                .and_then(|()| require_runtime(request.operation.id));
            self.state = match checked {
                Ok(()) => self.first(request),
                Err(error) => State::fatal(error),
            };
        }
        if self.batched && self.concurrency > 1 {
            if self.batch.is_none() && self.arrived.is_empty() {
                self.start_batch(None);
            }
            return;
        }
        while self.fetches.len() < self.concurrency {
            let State::Next(request) = &self.state else {
                return;
            };
            let beyond = self.total.is_some_and(|total| page_number(request) > total);
            if beyond && !self.fetches.is_empty() {
                return;
            }
            let after = if self.concurrency > 1 {
                State::Next(numbered_after(request))
            } else {
                State::Unknown
            };
            let State::Next(request) = std::mem::replace(&mut self.state, after) else {
                return;
            };
            self.fetches.push_back(Fetch::start(&self.client, request));
        }
    }

    /// Requests the next batch. `newest` is the newest item of the list, if that is known as of now.
    fn start_batch(&mut self, newest: Option<Newest>) {
        let State::Next(first) = &self.state else {
            return;
        };
        let after = (0..self.concurrency).fold(first.clone(), |page, _| numbered_after(&page));
        let State::Next(first) = std::mem::replace(&mut self.state, State::Next(after)) else {
            return;
        };
        let batch = Batch::start(&self.client, first, self.concurrency, newest);
        self.batch = Some(batch);
    }

    /// Requests the page after the one in flight, as soon as the headers of that one name it.
    fn look_ahead(&mut self, cx: &mut Context<'_>) {
        if !self.prefetch || self.fetches.len() != 1 || !matches!(self.state, State::Unknown) {
            return;
        }
        let Some(fetch) = self.fetches.front_mut() else {
            return;
        };
        let Poll::Ready(info) = fetch.poll_info(cx) else {
            return;
        };
        let request = fetch.request.clone();
        self.state = match self.after(&request, &info) {
            State::Next(request) => {
                self.fetches.push_back(Fetch::start(&self.client, request));
                State::Unknown
            }
            other => other,
        };
    }

    /// Undoes [`look_ahead`](Self::look_ahead) when the headers it relied on are those of a lost response: the page that
    /// was fetched ahead need not continue the one that arrived.
    fn forget_ahead(&mut self) {
        if self.concurrency > 1 {
            return;
        }
        if let Some(ahead) = self.fetches.pop_front() {
            self.sent.remove(&fingerprint(&ahead.request.query));
        }
        self.state = State::Unknown;
    }
}

/// Returns whether another page follows, as far as is known.
fn continues((_, page): &Requested) -> bool {
    page.as_ref().is_ok_and(|page| page.page_info().has_next())
}
