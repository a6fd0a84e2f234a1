//! Reads a log, and continues where it was interrupted.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, StatusCode};

use super::known::{Fingerprint, KEPT, Known};
use crate::error::ErrorKind;
use crate::http::Retry;
use crate::request::{Range, Request, strong_etag};
use crate::{Client, Download, Error, Response};

const OFFSET: &str = "byte_offset";
const LIMIT: &str = "byte_limit";

/// Reads a log. After it has ended or broken off, [`reopen`](Self::reopen) continues with the remaining bytes.
///
/// If possible, only these are requested, together with the last [`KEPT`] known bytes. If those differ, the log has
/// changed. On other servers, the log is read from its beginning, and the known bytes are skipped and compared by their
/// checksum.
pub(crate) struct LogReader {
    client: Client,
    /// The caller's request. It may be for a part of a log, which is then read like a whole log.
    request: Request,
    start: u64,
    end: Option<u64>,
    /// The most bytes to request at once.
    at_once: Option<u64>,
    etag: Option<HeaderValue>,
    parts: Parts,
    known: Known,
    /// The source of the next bytes. `None` if the log does not continue the known bytes.
    body: Option<Body>,
    /// The attempts to get the bytes after the known ones, from the first error on.
    retry: Option<Retry>,
}

/// Whether the server sends parts of a log.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Parts {
    Unknown,
    Sent,
    /// The server ignores the parameters and sends the whole log.
    Ignored,
}

/// A response as it arrives.
struct Body {
    download: Download,
    /// Bytes that were received, but not processed yet.
    pending: Bytes,
    place: Place,
    limit: Option<u64>,
    /// The length that the body needs to reach the end of the log, if the server announced it.
    rest: Option<u64>,
    received: u64,
}

/// The kind of the next bytes of a body.
enum Place {
    /// Bytes from the beginning of the log, compared with the known ones so far.
    Start(Fingerprint),
    /// The overlap with the known bytes.
    Overlap {
        length: usize,
        /// Whether it equals the known end, as expected.
        continues: bool,
        /// Whether it equals the known beginning, which means that the server ignores the parameters.
        begins: bool,
    },
    New,
}

/// The result of a read.
pub(crate) enum Read {
    New(Bytes),
    /// The server sent as many bytes as were requested, and may have more.
    Full,
    End,
    /// The log is shorter than its known part, or a different one.
    Changed,
}

impl LogReader {
    /// Sends the caller's request, and returns the reader of the log in its response.
    pub(crate) async fn open(client: &Client, request: Request) -> Result<Response<Self>, Error> {
        let response = client.download(request.clone()).await?;
        let etag = strong_etag(response.headers());
        let number = |name| request.query.get(name)?.parse::<u64>().ok();
        let (start, end) = (number(OFFSET).unwrap_or_default(), number(LIMIT));
        Ok(response.map(|download| Self {
            client: client.clone(),
            request,
            start,
            end,
            at_once: None,
            etag,
            parts: Parts::Unknown,
            known: Known::default(),
            body: Some(Body::new(download, Place::New)),
            retry: None,
        }))
    }

    /// Limits the number of bytes to request at once.
    pub(crate) fn at_once(mut self, bytes: u64) -> Self {
        self.at_once = Some(bytes);
        self
    }

    /// Returns how many bytes were read.
    pub(crate) fn position(&self) -> u64 {
        self.known.length()
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// Returns the number of attempts since bytes last arrived, including the one that they arrived in.
    pub(super) fn attempts(&self) -> u32 {
        self.retry.as_ref().map_or(1, Retry::attempts)
    }

    /// Returns new bytes of the log.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Read, Error>> {
        loop {
            let Some(body) = &mut self.body else {
                return Poll::Ready(Ok(Read::Changed));
            };
            let Some(mut bytes) = ready!(body.poll_bytes(cx))? else {
                if body.rest.is_some_and(|rest| body.received < rest) {
                    let error =
                        Error::new(ErrorKind::Transport).operation(self.request.operation.id);
                    let source = "the server sent less than the requested range";
                    return Poll::Ready(Err(error.with_source(source)));
                }
                let read = body.end(&self.known);
                let whole = matches!(read, Read::Full) && self.at_once.is_none();
                return Poll::Ready(Ok(if whole { Read::End } else { read }));
            };
            let same = match &mut body.place {
                Place::New => true,
                Place::Start(skipped) => {
                    skip(&mut bytes, skipped, &self.known);
                    let complete = skipped.length() == self.known.length();
                    let same = !complete || skipped.matches(self.known.fingerprint());
                    if complete {
                        body.place = Place::New;
                    }
                    same
                }
                Place::Overlap {
                    length,
                    continues,
                    begins,
                } => {
                    let end = KEPT.min(*length + bytes.len());
                    let overlap = bytes.split_to(end - *length);
                    *continues &= overlap == self.known.tail()[*length..end];
                    *begins &= overlap == self.known.head()[*length..end];
                    *length = end;
                    let same = *continues || *begins;
                    if end == KEPT && *continues {
                        body.place = Place::New;
                    } else if end == KEPT {
                        self.parts = Parts::Ignored;
                        body.limit = None;
                        body.place = Place::Start(Fingerprint::of(self.known.head()));
                    }
                    same
                }
            };
            if body.limit.is_some_and(|limit| body.received > limit) {
                // A part was sent before, so there is more than one server. Since this log repeats itself, the position
                // of these bytes is unknown.
                self.parts = Parts::Ignored;
                self.body = None;
            } else if !same {
                self.body = None;
            } else if !matches!(body.place, Place::New) {
                body.pending = bytes;
            } else if !bytes.is_empty() {
                self.known.add(&bytes);
                self.retry = None;
                return Poll::Ready(Ok(Read::New(bytes)));
            }
        }
    }

    /// Requests the bytes after those that were read.
    pub(crate) async fn reopen(&mut self) -> Result<(), Error> {
        self.retry = None;
        self.open_rest().await
    }

    /// Requests the bytes after those that were read, after an error and as often as the retry policy allows.
    pub(super) async fn resume(&mut self, mut error: Error) -> Result<(), Error> {
        loop {
            let retry = self
                .retry
                .get_or_insert_with(|| self.client.sender().retry(&self.request));
            retry.wait(error).await?;
            match self.open_rest().await {
                Ok(()) => return Ok(()),
                Err(next) => error = next,
            }
        }
    }

    async fn open_rest(&mut self) -> Result<(), Error> {
        // Until there is a response, nothing continues the known bytes.
        self.body = None;
        // A log that is hardly longer than its known ends is read from its beginning.
        let overlap = (self.position() > KEPT as u64).then(|| self.position() - KEPT as u64);
        let Some(overlap) = overlap else {
            return self.open_whole().await;
        };
        // The server has sent more than the caller's limit.
        if self.end.is_some_and(|end| end < self.position()) {
            self.parts = Parts::Ignored;
        }
        if self.parts != Parts::Sent
            && let Some(etag) = self.etag.take()
        {
            return self.open_range(overlap, etag).await;
        }
        if self.parts == Parts::Unknown && !self.check_head().await? {
            return Ok(());
        }
        if self.parts == Parts::Ignored {
            return self.open_whole().await;
        }
        let limit = self.end.map(|end| end - overlap).or(self.at_once);
        let part = self.part(overlap, limit);
        let download = self.send(part).await?.into_inner();
        let mut body = Body::new(download, Place::overlap());
        body.limit = limit;
        self.body = Some(body);
        Ok(())
    }

    /// Returns whether a log that was read in parts to its end still has the same beginning. If not, the next read
    /// determines what has changed.
    ///
    /// A log that was read from its beginning needs no such check.
    pub(crate) async fn is_unchanged(&mut self) -> Result<bool, Error> {
        if self.parts != Parts::Sent {
            return Ok(true);
        }
        self.retry = None;
        self.check_head().await
    }

    async fn open_whole(&mut self) -> Result<(), Error> {
        let download = self.send(self.request.clone()).await?.into_inner();
        self.body = Some(Body::new(download, Place::Start(Fingerprint::default())));
        Ok(())
    }

    async fn open_range(&mut self, first: u64, etag: HeaderValue) -> Result<(), Error> {
        let range = Range::new(first, etag);
        let mut request = self.request.clone();
        request.range = Some(range.clone());
        let response = match self.send(request).await {
            Err(error) if error.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE) => {
                self.body = None;
                return Ok(());
            }
            sent => sent?,
        };
        let (place, rest) = if response.status() != StatusCode::PARTIAL_CONTENT {
            (Place::Start(Fingerprint::default()), None)
        } else if let Some(rest) = range.rest(response.headers()) {
            (Place::overlap(), Some(rest))
        } else {
            return self.open_whole().await;
        };
        self.etag = strong_etag(response.headers());
        let mut body = Body::new(response.into_inner(), place);
        body.rest = rest;
        self.body = Some(body);
        Ok(())
    }

    /// Requests the known beginning of a log. Returns true if it is the same and nothing else was sent, which also
    /// proves that this server sends parts. Otherwise, the next read determines what has changed.
    async fn check_head(&mut self) -> Result<bool, Error> {
        let part = self.part(0, Some(KEPT as u64));
        let mut download = self.send(part).await?.into_inner();
        let mut expected = self.known.head();
        while let Some(mut bytes) = download.try_next().await? {
            let common = bytes.split_to(bytes.len().min(expected.len()));
            if common != expected[..common.len()] {
                self.body = None;
                return Ok(false);
            }
            expected = &expected[common.len()..];
            if !bytes.is_empty() {
                self.parts = Parts::Ignored;
                let place = Place::Start(Fingerprint::of(self.known.head()));
                let mut body = Body::new(download, place);
                body.pending = bytes;
                self.body = Some(body);
                return Ok(false);
            }
        }
        if !expected.is_empty() {
            self.body = None;
            return Ok(false);
        }
        self.parts = Parts::Sent;
        Ok(true)
    }

    /// Returns a request for a part.
    fn part(&self, offset: u64, limit: Option<u64>) -> Request {
        let mut request = self.request.clone();
        request.set_query(OFFSET, [self.start.saturating_add(offset)]);
        request.set_query(LIMIT, limit);
        request
    }

    async fn send(&mut self, request: Request) -> Result<Response<Download>, Error> {
        let sender = self.client.sender();
        let retry = self.retry.take().unwrap_or_else(|| sender.retry(&request));
        let (retry, response) = sender.download(request, retry).await?;
        self.retry = Some(retry);
        response
    }
}

impl Body {
    fn new(download: Download, place: Place) -> Self {
        Self {
            download,
            pending: Bytes::new(),
            place,
            limit: None,
            rest: None,
            received: 0,
        }
    }

    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            return Poll::Ready(Ok(Some(pending)));
        }
        let bytes = ready!(Pin::new(&mut self.download).poll_next(cx)).transpose()?;
        self.received += bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        Poll::Ready(Ok(bytes))
    }

    /// Returns the meaning of the end of the body.
    fn end(&self, known: &Known) -> Read {
        match &self.place {
            Place::Start(skipped) if skipped.length() < known.length() => Read::Changed,
            Place::Overlap { .. } => Read::Changed,
            _ if self.limit == Some(self.received) => Read::Full,
            _ => Read::End,
        }
    }
}

impl Place {
    fn overlap() -> Self {
        Self::Overlap {
            length: 0,
            continues: true,
            begins: true,
        }
    }
}

/// Removes the known part from `bytes`, and adds it to `skipped`.
fn skip(bytes: &mut Bytes, skipped: &mut Fingerprint, known: &Known) {
    let left = usize::try_from(known.length() - skipped.length()).unwrap_or(usize::MAX);
    skipped.add(&bytes.split_to(left.min(bytes.len())));
}
