//! Resumes a log that broke off.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::reader::{LogReader, Read};
use crate::error::{Error, ErrorKind};
use crate::http::{Chunks, Retry};

/// The chunks of a log that is resumed where it breaks off.
pub(super) struct Resumable {
    state: State,
    enabled: bool,
    attempts: u32,
    /// The number of attempts when bytes last arrived.
    attempts_before: u32,
    /// The attempts since then.
    retry: Option<Retry>,
}

enum State {
    Reading(Box<LogReader>),
    Opening(Pin<Box<dyn Future<Output = Opened> + Send + Sync>>),
    Ended,
}

type Opened = Result<(Box<LogReader>, Retry), Error>;

impl Resumable {
    /// Reads a log whose first response took this many attempts.
    pub(super) fn new(reader: LogReader, attempts: u32) -> Self {
        Self {
            state: State::Reading(Box::new(reader)),
            enabled: true,
            attempts,
            attempts_before: attempts,
            retry: None,
        }
    }

    pub(super) fn enable(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the reader, unless the log has ended or is being resumed.
    pub(super) fn into_reader(self) -> Option<LogReader> {
        match self.state {
            State::Reading(reader) => Some(*reader),
            State::Opening(_) | State::Ended => None,
        }
    }

    fn poll_opened(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let State::Opening(opening) = &mut self.state else {
            return Poll::Ready(Ok(()));
        };
        let (state, result) = match ready!(opening.as_mut().poll(cx)) {
            Ok((reader, retry)) => {
                self.attempts = self.attempts_before + retry.attempts() - 1;
                self.retry = Some(retry);
                (State::Reading(reader), Ok(()))
            }
            Err(error) => {
                self.attempts = self.attempts_before + error.attempts().saturating_sub(1);
                (State::Ended, Err(error.with_attempts(self.attempts)))
            }
        };
        self.state = state;
        Poll::Ready(result)
    }
}

impl Chunks for Resumable {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Error>> {
        loop {
            ready!(self.poll_opened(cx))?;
            let State::Reading(reader) = &mut self.state else {
                return Poll::Ready(Ok(Bytes::new()));
            };
            let read = ready!(reader.poll_read(cx));
            if let Ok(Read::New(bytes)) = read {
                self.retry = None;
                self.attempts_before = self.attempts;
                return Poll::Ready(Ok(bytes));
            }
            let State::Reading(reader) = std::mem::replace(&mut self.state, State::Ended) else {
                continue;
            };
            let error = match read {
                Ok(Read::Changed) => {
                    Error::new(ErrorKind::LogChanged).operation(reader.request().operation.id)
                }
                Ok(_) => return Poll::Ready(Ok(Bytes::new())),
                Err(error) if self.enabled => {
                    let retry = self.retry.take().unwrap_or_else(|| reader.start_retry());
                    self.state = State::Opening(Box::pin(open(reader, retry, error)));
                    continue;
                }
                Err(error) => error,
            };
            return Poll::Ready(Err(error.with_attempts(self.attempts)));
        }
    }
}

/// Requests the rest of a log after an error, as often as the retry policy allows.
async fn open(mut reader: Box<LogReader>, mut retry: Retry, mut error: Error) -> Opened {
    loop {
        retry.wait(error).await?;
        match reader.open(&mut retry).await {
            Ok(()) => return Ok((reader, retry)),
            Err(next) => error = next,
        }
    }
}
