//! Chunks of bytes, read through several interfaces.

use std::io;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::ReadBuf;

use crate::Error;

/// A source of chunks.
pub(crate) trait Chunks {
    /// Returns the next chunk, or an empty one at the end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Error>>;
}

/// The chunks of a body, one of which is buffered. Interfaces can be mixed without losing bytes.
pub(crate) struct Buffered<C> {
    pub(crate) chunks: C,
    chunk: Bytes,
    position: u64,
}

impl<C: Chunks> Buffered<C> {
    pub(crate) fn new(chunks: C) -> Self {
        Self {
            chunks,
            chunk: Bytes::new(),
            position: 0,
        }
    }

    /// Returns how many bytes were read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let chunk = match std::mem::take(&mut self.chunk) {
            chunk if chunk.is_empty() => ready!(self.chunks.poll_chunk(cx))?,
            chunk => chunk,
        };
        self.position += chunk.len() as u64;
        Poll::Ready((!chunk.is_empty()).then_some(Ok(chunk)))
    }

    pub(crate) fn poll_fill_buf(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        if self.chunk.is_empty() {
            self.chunk = ready!(self.chunks.poll_chunk(cx))?;
        }
        Poll::Ready(Ok(&self.chunk))
    }

    pub(crate) fn consume(&mut self, amount: usize) {
        let taken = self.chunk.split_to(amount.min(self.chunk.len()));
        self.position += taken.len() as u64;
    }

    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let chunk = ready!(self.poll_fill_buf(cx))?;
        let amount = chunk.len().min(buffer.remaining());
        buffer.put_slice(&chunk[..amount]);
        self.consume(amount);
        Poll::Ready(Ok(()))
    }
}

/// Implements the interfaces for a type with a field `body` that is [`Buffered`].
macro_rules! readable {
    ($name:ident) => {
        impl futures_core::Stream for $name {
            type Item = Result<bytes::Bytes, $crate::Error>;

            fn poll_next(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                self.get_mut().body.poll_next(cx)
            }
        }

        impl tokio::io::AsyncBufRead for $name {
            fn poll_fill_buf(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<&[u8]>> {
                self.get_mut().body.poll_fill_buf(cx)
            }

            fn consume(self: std::pin::Pin<&mut Self>, amount: usize) {
                self.get_mut().body.consume(amount);
            }
        }

        impl tokio::io::AsyncRead for $name {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.get_mut().body.poll_read(cx, buffer)
            }
        }
    };
}

pub(crate) use readable;
