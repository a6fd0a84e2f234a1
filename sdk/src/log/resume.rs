//! Resumes a log that broke off.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::reader::{LogReader, Read};
use crate::error::{Error, ErrorKind};
use crate::http::Chunks;

/// The chunks of a log that is resumed where it breaks off.
pub(super) struct Resumable {
    state: State,
    enabled: bool,
    attempts: u32,
    /// The number of attempts when bytes last arrived.
    attempts_before: u32,
}

enum State {
    Reading(Box<LogReader>),
    Opening(Pin<Box<dyn Future<Output = Opened> + Send + Sync>>),
    Ended,
}

type Opened = Result<Box<LogReader>, Error>;

impl Resumable {
    /// Reads a log whose first response took this many attempts.
    pub(super) fn new(reader: LogReader, attempts: u32) -> Self {
        Self {
            state: State::Reading(Box::new(reader)),
            enabled: true,
            attempts,
            attempts_before: attempts,
        }
    }

    pub(super) fn enable(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    fn poll_opened(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let State::Opening(opening) = &mut self.state else {
            return Poll::Ready(Ok(()));
        };
        let (state, result) = match ready!(opening.as_mut().poll(cx)) {
            Ok(reader) => {
                self.attempts = self.attempts_before + reader.attempts() - 1;
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
                self.attempts_before = self.attempts;
                return Poll::Ready(Ok(bytes));
            }
            let State::Reading(mut reader) = std::mem::replace(&mut self.state, State::Ended)
            else {
                continue;
            };
            let error = match read {
                Ok(Read::Changed) => {
                    Error::new(ErrorKind::LogChanged).operation(reader.request().operation.id)
                }
                Ok(_) => return Poll::Ready(Ok(Bytes::new())),
                Err(error) if self.enabled => {
                    self.state = State::Opening(Box::pin(async move {
                        reader.resume(error).await?;
                        Ok(reader)
                    }));
                    continue;
                }
                Err(error) => error,
            };
            return Poll::Ready(Err(error.with_attempts(self.attempts)));
        }
    }
}
