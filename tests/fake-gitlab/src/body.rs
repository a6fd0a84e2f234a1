//! The body of a response as it is sent: at the pace, and up to the byte, that a fault demands.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::connection::{Control, Ending};
use crate::fault::{End, Pace};
use crate::gzip::Compressed;
use crate::log::Content;
use crate::record::Outcome;

/// The most bytes handed to the connection at once, so that bytes counted as sent have nearly been sent.
const PIECE: usize = 16 * 1024;

/// Where the bytes come from.
#[derive(Debug)]
enum Source {
    Plain(Content),
    Compressed(Compressed),
}

/// The body of a response.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    /// The part of the content that is being sent.
    chunk: Bytes,
    rest: Source,
    sent: u64,
    /// The rest of `Content-Length`; `None` if the body is sent in chunks.
    promised: Option<u64>,
    trickle: Option<(usize, Duration)>,
    end: Option<(u64, End)>,
    spares_short_bodies: bool,
    wait: Option<Pin<Box<Sleep>>>,
    close: Option<Duration>,
    control: Arc<Control>,
    outcome: Arc<Outcome>,
}

impl ResponseBody {
    /// Sends `content` at `pace`, compressed if `gzip` is set, and closes the connection `close` after its end. Progress is recorded in `outcome`.
    pub(crate) fn new(
        content: Content,
        gzip: bool,
        pace: &Pace,
        close: Option<Duration>,
        control: Arc<Control>,
        outcome: Arc<Outcome>,
    ) -> Self {
        // The length of a compressed body shows only at its end.
        let length = if gzip { u64::MAX } else { content.len() };
        let end = pace
            .end
            .filter(|(at, _)| *at < length || !pace.spares_short_bodies)
            .map(|(at, end)| (at.min(length), end));
        // A body cut at its very end must promise one byte more, or nothing would be missing.
        let promised = match end {
            Some((at, _)) if at == length => length + 1,
            _ => length,
        };
        Self {
            chunk: Bytes::new(),
            rest: if gzip {
                Source::Compressed(Compressed::new(content))
            } else {
                Source::Plain(content)
            },
            sent: 0,
            promised: (!pace.chunked && !gzip).then_some(promised),
            trickle: pace.trickle,
            end,
            spares_short_bodies: pace.spares_short_bodies,
            wait: pace.delay.map(|delay| Box::pin(sleep(delay))),
            close,
            control,
            outcome,
        }
    }

    /// Ends the body early: no more of it is sent.
    fn end<T>(&self, end: End) -> Poll<T> {
        match end {
            End::Stall => {}
            End::Cut => self.control.end_when_flushed(Ending::Close),
            End::Reset => self.control.end_when_flushed(Ending::Reset),
        }
        Poll::Pending
    }

    /// Returns how many bytes the next piece may have.
    fn piece(&self) -> usize {
        let trickle = self.trickle.map_or(PIECE, |(bytes, _)| bytes);
        let to_end = self.end.map_or(u64::MAX, |(at, _)| at - self.sent);
        trickle.min(usize::try_from(to_end).unwrap_or(usize::MAX))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(context));
            self.wait = None;
        }
        if let Some((at, end)) = self.end
            && self.sent >= at
        {
            return self.end(end);
        }
        if self.chunk.is_empty() {
            let next = match &mut self.rest {
                Source::Plain(content) => content.next(),
                Source::Compressed(content) => content.next(),
            };
            self.chunk = next.unwrap_or_default();
        }
        if self.chunk.is_empty() {
            return match self.end {
                Some((_, end)) if !self.spares_short_bodies => self.end(end),
                _ => Poll::Ready(None),
            };
        }
        let length = self.piece().min(self.chunk.len());
        let piece = self.chunk.split_to(length);
        self.sent += piece.len() as u64;
        self.outcome.add_bytes(piece.len() as u64);
        self.promised = self.promised.map(|left| left - piece.len() as u64);
        self.wait = self.trickle.map(|(_, every)| Box::pin(sleep(every)));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.promised == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.promised
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.control.response_ended();
        if let Some(after) = self.close {
            self.control.end_when_flushed(Ending::CloseWhenIdle(after));
        }
    }
}
