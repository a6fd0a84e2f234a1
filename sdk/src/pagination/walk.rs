//! The pages of a list as they arrive: which one comes after which, and which are asked for ahead.

use std::collections::{HashSet, VecDeque};
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::fetch::Fetch;
use super::place::{fingerprint, next_number, numbered_after, page_number};
use super::{Strategy, chosen, prepare};
use crate::error::{Error, ErrorKind};
use crate::http::{InvalidArgument, Query, Request, require_runtime};
use crate::{Client, Cursor, PageInfo, Response, trace};

/// A page, and what it was asked for with.
type Fetched = (Request, Response<Bytes>);

/// A list that is read. What its entries are is none of its business.
pub(super) struct Walk {
    pub(super) client: Client,
    kinds: &'static [Strategy],
    pub(super) prefetch: bool,
    pub(super) concurrency: usize,
    state: State,
    /// The pages under way, in their order.
    fetches: VecDeque<Fetch>,
    /// We chose keyset pagination for the caller, and the server has not accepted it yet.
    refusable: bool,
    /// Hashes of the queries asked for: pages that lead back are an error and not a loop.
    asked: HashSet<u64>,
    /// How many pages there are, where the server tells it.
    total: Option<u64>,
    /// Where to begin, if not at the beginning; none once the first page came.
    pub(super) resumed: Option<Cursor>,
}

/// What comes after the pages under way.
enum State {
    /// Nothing was sent yet.
    New(Request),
    Next(Request),
    /// The headers of the last page under way will tell.
    Unknown,
    /// Nothing, for an error, which is here until it was told. A page that failed is where a cursor leads to.
    Failed {
        at: Option<Request>,
        error: Option<Error>,
    },
    End,
}

impl State {
    /// An error after which there is no page to go on with.
    fn for_good(error: Error) -> Self {
        Self::Failed {
            at: None,
            error: Some(error),
        }
    }
}

impl Walk {
    pub(super) fn new(client: Client, request: Request, kinds: &'static [Strategy]) -> Self {
        Self {
            client,
            kinds,
            prefetch: true,
            concurrency: 1,
            state: State::New(request),
            fetches: VecDeque::new(),
            refusable: false,
            asked: HashSet::new(),
            total: None,
            resumed: None,
        }
    }

    /// The page that comes next.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        if self.resumed.is_some() {
            return self.resumed.clone();
        }
        let request = match (self.fetches.front(), &self.state) {
            (Some(fetch), _) => &fetch.request,
            (None, State::Next(request)) => request,
            (None, State::Failed { at, .. }) => at.as_ref()?,
            (None, State::New(_) | State::Unknown | State::End) => return None,
        };
        Some(Cursor {
            query: request.query.clone(),
            taken: 0,
        })
    }

    /// The next page. It is then to be told whether it is what it should be:
    /// [`arrived`](Self::arrived) or [`failed`](Self::failed).
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Fetched, Error>>> {
        loop {
            self.ask();
            self.look_ahead(cx);
            let Some(fetch) = self.fetches.front_mut() else {
                let State::Failed { error, .. } = &mut self.state else {
                    return Poll::Ready(None);
                };
                return Poll::Ready(error.take().map(Err));
            };
            let page = ready!(fetch.poll_page(cx));
            let request = fetch.request.clone();
            self.fetches.pop_front();
            match page {
                Ok(page) => return Poll::Ready(Some(Ok((request, page)))),
                Err(error) => self.failed(request, error),
            }
        }
    }

    /// Goes on after a page, and tells where that one is.
    pub(super) fn arrived(&mut self, request: Request, info: &PageInfo) -> Cursor {
        trace::page_read(request.operation, info);
        self.refusable = false;
        self.total = info.total_pages;
        if self.concurrency > 1 {
            if !info.has_next() {
                self.fetches.clear();
                self.state = State::End;
            } else if next_number(info) != page_number(&request).checked_add(1) {
                self.fetches.clear();
                let reason = "the server does not count its pages one by one, so that they cannot be read at once";
                let error = Error::new(ErrorKind::Pagination(reason)).operation(request.operation);
                self.state = State::for_good(error);
            }
        } else if self.fetches.is_empty() && matches!(self.state, State::Unknown) {
            self.state = self.after(&request, info);
        }
        Cursor {
            query: request.query,
            taken: self.resumed.take().map_or(0, |cursor| cursor.taken),
        }
    }

    /// Ends with the error of a page, or goes on by number where the server refused keyset pagination.
    pub(super) fn failed(&mut self, mut request: Request, error: Error) {
        self.fetches.clear();
        let refused = matches!(
            error.status().map(|status| status.as_u16()),
            Some(400 | 405)
        );
        if std::mem::take(&mut self.refusable) && refused {
            for name in ["pagination", "order_by", "sort"] {
                request.query.remove(name);
            }
            self.asked.insert(fingerprint(&request.query));
            self.state = State::Next(request);
        } else {
            self.state = State::Failed {
                at: Some(request),
                error: Some(error),
            };
        }
    }

    /// The first request, once it is known how the pages are counted.
    fn first(&mut self, mut request: Request) -> State {
        if let Some(cursor) = &self.resumed {
            request.query.clone_from(&cursor.query);
        }
        let chosen = chosen(&request);
        if self.concurrency > 1 {
            if chosen == Some(Strategy::Keyset) || !self.kinds.contains(&Strategy::Offset) {
                let reason = "keyset pages can only be requested one after the other; choose offset pagination";
                let invalid = InvalidArgument::new("concurrency", reason);
                return State::for_good(invalid.into_error(request.operation));
            }
            prepare(&mut request, Strategy::Offset);
        } else if self.resumed.is_none() {
            let kind = chosen
                .or(self.kinds.first().copied())
                .unwrap_or(Strategy::Offset);
            self.refusable = chosen.is_none()
                && kind == Strategy::Keyset
                && self.kinds.contains(&Strategy::Offset);
            prepare(&mut request, kind);
        }
        self.asked.insert(fingerprint(&request.query));
        State::Next(request)
    }

    /// What the headers of a page say of the one after it.
    fn after(&mut self, request: &Request, info: &PageInfo) -> State {
        let mut next = request.clone();
        match (&info.next_query, info.next_page) {
            (Some(query), _) => next.query = Query::parse(query),
            (None, Some(page)) => next.set_query("page", [page]),
            (None, None) => return State::End,
        }
        let reason = if next.query.is_empty() {
            "the server names a next page, but not how to ask for it"
        } else if self.asked.insert(fingerprint(&next.query)) {
            return State::Next(next);
        } else {
            "the server's pages lead back to one that was read already"
        };
        let error = Error::new(ErrorKind::Pagination(reason)).operation(next.operation);
        State::for_good(error)
    }

    /// Asks for the pages that are known and may be under way.
    fn ask(&mut self) {
        if let State::New(_) = self.state {
            let State::New(request) = std::mem::replace(&mut self.state, State::Unknown) else {
                return;
            };
            let checked = request
                .check()
                .and_then(|()| require_runtime(request.operation));
            self.state = match checked {
                Ok(()) => self.first(request),
                Err(error) => State::for_good(error),
            };
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

    /// Asks for the page after the one that is waited for, as soon as the headers of that one name it.
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
}
