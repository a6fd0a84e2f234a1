//! The lines of a log.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::chunk::Chunk;
use super::timestamp::{self, LogStream};
use crate::Error;

/// In bytes. Longer lines are split, so that a log without line breaks needs no more memory than any other.
const LONGEST_LINE: usize = 1 << 20;

/// In bytes, including the timestamp. Runners continue a line that is longer, or that ends with a carriage return.
const LONGEST_WHOLE: usize = 8 << 10;

/// A [`Stream`] of the lines of a log.
///
/// A line is text without its line break, in which U+FFFD replaces invalid UTF-8. Escape codes, markers and timestamps
/// remain: [`strip_ansi`](super::strip_ansi), [`strip_section_markers`](super::strip_section_markers) and
/// [`strip_timestamp`](super::strip_timestamp) remove them. A line of more than 1 MiB is split.
///
/// With timestamps, runners write a progress bar, or a line of more than 8 KiB, as several lines, whose marks say that they
/// belong together (`00O+`). These are joined to one, with the timestamp of the first.
///
/// ```no_run
/// use gitlab_jobs::log::{strip_ansi, strip_section_markers};
///
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// let mut lines = client.get_job_log("group/project", 8).await?.into_inner().lines();
/// while let Some(line) = lines.try_next().await? {
///     println!("{}", strip_ansi(&strip_section_markers(&line)));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is read until the stream is polled"]
pub struct Lines<S> {
    chunks: S,
    splitter: LineSplitter,
}

impl<S> Lines<S> {
    pub(crate) fn new(chunks: S) -> Self {
        Self {
            chunks,
            splitter: LineSplitter::default(),
        }
    }

    /// Returns the underlying stream, which knows its position and how often the log started over.
    pub fn get_ref(&self) -> &S {
        &self.chunks
    }
}

impl<S, C> Lines<S>
where
    S: Stream<Item = Result<C, Error>> + Unpin,
    C: Chunk,
{
    /// Returns the next line, or `None` at the end of the log.
    ///
    /// Equivalent to `TryStreamExt::try_next`, but needs no other crate.
    ///
    /// # Errors
    ///
    /// Returns the error that the stream yields.
    pub async fn try_next(&mut self) -> Result<Option<String>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<S, C> Stream for Lines<S>
where
    S: Stream<Item = Result<C, Error>> + Unpin,
    C: Chunk,
{
    type Item = Result<String, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(line) = self.splitter.line() {
                return Poll::Ready(Some(line));
            }
            if self.splitter.is_ended() {
                return Poll::Ready(None);
            }
            let chunk = ready!(Pin::new(&mut self.chunks).poll_next(cx));
            self.splitter.take(chunk);
        }
    }
}

/// Splits bytes into lines, independently of their chunks.
#[derive(Debug, Default)]
pub struct LineSplitter {
    complete: VecDeque<Result<String, Error>>,
    rest: Vec<u8>,
    /// Whether the start of the current line was already returned as a piece.
    continued: bool,
    /// The stream of the current line, if that has a timestamp and is complete or was returned in part.
    stream: Option<LogStream>,
    /// The beginning of the next line, while it is unknown whether that continues the current one.
    next: Option<Vec<u8>>,
    ended: bool,
}

impl LineSplitter {
    /// Takes the next chunk, an error, or the end. An incomplete line ends before an error, before the end, and before a log
    /// that starts over.
    pub fn take<C: Chunk>(&mut self, chunk: Option<Result<C, Error>>) {
        match chunk {
            Some(Ok(chunk)) => {
                if chunk.starts_over() {
                    self.finish_rest();
                }
                self.push(chunk.as_ref());
                if chunk.is_followed() && self.is_whole() {
                    self.finish_held_line();
                }
            }
            Some(Err(error)) => {
                self.finish_rest();
                self.complete.push_back(Err(error));
            }
            None => {
                self.finish_rest();
                self.ended = true;
            }
        }
    }

    /// Returns the next complete line, or the error that follows it.
    pub fn line(&mut self) -> Option<Result<String, Error>> {
        self.complete.pop_front()
    }

    /// Returns whether the end was taken. Complete lines may still remain.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if let (Some(next), Some(stream)) = (&mut self.next, self.stream) {
                let missing = timestamp::HEADER - next.len();
                let (header, after) = bytes.split_at(missing.min(bytes.len()));
                next.extend_from_slice(header);
                match timestamp::continues(next, stream) {
                    None => {}
                    Some(true) => self.next = None,
                    Some(false) => self.finish_held_line(),
                }
                bytes = after;
                continue;
            }
            let room = &bytes[..bytes.len().min(LONGEST_LINE - self.rest.len())];
            let end = room.iter().position(|byte| *byte == b'\n');
            self.rest
                .extend_from_slice(&room[..end.unwrap_or(room.len())]);
            if end.is_some() {
                self.hold_or_finish_line();
            } else if self.rest.len() == LONGEST_LINE {
                self.finish_piece();
            }
            bytes = &bytes[end.map_or(room.len(), |end| end + 1)..];
        }
    }

    /// Completes the line after the last line break.
    fn finish_rest(&mut self) {
        self.finish_held_line();
        self.continued = false;
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            self.complete.push_back(Ok(lossy(rest)));
        }
    }

    /// Completes a line, or waits for the beginning of the next one, which may continue it.
    fn hold_or_finish_line(&mut self) {
        self.find_stream();
        match self.stream {
            Some(_) => self.next = Some(Vec::new()),
            None => self.finish_line(),
        }
    }

    fn find_stream(&mut self) {
        if !self.continued {
            self.stream = timestamp::stream(&self.rest);
        }
    }

    /// Returns whether a runner does not continue the current line.
    fn is_whole(&self) -> bool {
        self.rest.len() <= LONGEST_WHOLE && self.rest.last() != Some(&b'\r')
    }

    /// Completes a line that nothing continues.
    fn finish_held_line(&mut self) {
        if let Some(next) = self.next.take() {
            self.finish_line();
            self.push(&next);
        }
    }

    fn finish_line(&mut self) {
        if std::mem::take(&mut self.continued) && self.rest.is_empty() {
            return;
        }
        if self.rest.last() == Some(&b'\r') {
            self.rest.pop();
        }
        self.complete
            .push_back(Ok(lossy(std::mem::take(&mut self.rest))));
    }

    /// Completes a piece of a long line, which ends before an incomplete character.
    fn finish_piece(&mut self) {
        self.find_stream();
        self.continued = true;
        let tail = self.rest.len() - self.rest.len().min(3);
        let start = self.rest[tail..]
            .iter()
            .rposition(|byte| *byte >= 0xc0)
            .map(|at| tail + at);
        let complete = start.filter(|start| std::str::from_utf8(&self.rest[*start..]).is_err());
        let rest = self.rest.split_off(complete.unwrap_or(self.rest.len()));
        self.complete
            .push_back(Ok(lossy(std::mem::replace(&mut self.rest, rest))));
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::log::LogChunk;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let mut splitter = LineSplitter::default();
        for chunk in chunks {
            splitter.take(Some(Ok(Bytes::copy_from_slice(chunk))));
        }
        splitter.take(None::<Result<Bytes, Error>>);
        ready(&mut splitter)
    }

    fn ready(splitter: &mut LineSplitter) -> Vec<String> {
        let lines = std::iter::from_fn(|| splitter.line());
        lines.map(Result::unwrap).collect()
    }

    #[test]
    fn lines_do_not_depend_on_the_chunks() {
        assert_eq!(
            lines(&[b"a\nb", b"c\r", b"\n\n", b"d"]),
            ["a", "bc", "", "d"]
        );
        assert_eq!(
            lines(&[b"gr\xc3", b"\xbc\xc3\x9fe\n\xff"]),
            ["grüße", "\u{fffd}"]
        );
        assert!(lines(&[]).is_empty());
    }

    #[test]
    fn a_long_line_is_split_between_two_characters() {
        let line = format!("x{}", "ü".repeat(LONGEST_LINE));
        let pieces = lines(&[line.as_bytes()]);
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces.concat(), line);
        let line = "x".repeat(LONGEST_LINE);
        assert_eq!(lines(&[line.as_bytes(), b"\n\ny"]), [&line, "", "y"]);
    }

    const TIME: &str = "2024-05-22T12:43:46.962646Z";

    #[test]
    fn lines_that_a_mark_joins_are_one_line() {
        let log = format!(
            "no time\n{TIME} 00O 1%\r\n{TIME} 00O+2%\r\n{TIME} 00O+done\n{TIME} 00E 3%\n\
             {TIME} 00O+other stream\n{TIME} 00O last\r\n2024\n{TIME} 00O+end"
        );
        let expected = [
            "no time".to_owned(),
            format!("{TIME} 00O 1%\r2%\rdone"),
            format!("{TIME} 00E 3%"),
            format!("{TIME} 00O+other stream"),
            format!("{TIME} 00O last"),
            "2024".to_owned(),
            format!("{TIME} 00O+end"),
        ];
        for size in 1..log.len() {
            let chunks: Vec<&[u8]> = log.as_bytes().chunks(size).collect();
            assert_eq!(lines(&chunks), expected, "{size}");
        }
    }

    #[test]
    fn a_long_line_that_marks_join_is_split_like_any_other() {
        let part = "x".repeat(LONGEST_WHOLE);
        let log = format!("{TIME} 00O {part}\n") + &format!("{TIME} 00O+{part}\n").repeat(200);
        let pieces = lines(&[log.as_bytes(), format!("{TIME} 00O next").as_bytes()]);
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces[0].len(), LONGEST_LINE);
        assert_eq!(
            pieces[0].len() + pieces[1].len(),
            timestamp::HEADER + 201 * part.len()
        );
        assert_eq!(pieces[2], format!("{TIME} 00O next"));
    }

    #[test]
    fn a_followed_line_is_returned_at_once_unless_the_runner_may_continue_it() {
        let mut splitter = LineSplitter::default();
        let mut follow = |text: &str| {
            let chunk = LogChunk::new(Bytes::from(format!("{TIME} 00O{text}")), 0);
            splitter.take(Some(Ok(chunk)));
            ready(&mut splitter)
        };
        assert_eq!(follow(" first\n"), [format!("{TIME} 00O first")]);
        assert!(follow(" 1%\r\n").is_empty());
        assert_eq!(follow("+2%\n"), [format!("{TIME} 00O 1%\r2%")]);
        let long = "x".repeat(LONGEST_WHOLE);
        assert!(follow(&format!(" {long}\n")).is_empty());
        assert_eq!(follow("+y\n"), [] as [String; 0]);
        assert_eq!(
            follow(" z\n"),
            [format!("{TIME} 00O {long}y"), format!("{TIME} 00O z")]
        );
    }

    #[test]
    fn an_incomplete_line_is_returned_before_an_error() {
        let mut splitter = LineSplitter::default();
        splitter.take(Some(Ok(Bytes::from("a\nb"))));
        splitter.take(Some(Err::<Bytes, _>(Error::config("broken"))));
        let lines = std::iter::from_fn(|| splitter.line())
            .map(|line| line.map_err(|error| error.to_string()));
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                Ok("a".to_owned()),
                Ok("b".to_owned()),
                Err("broken".to_owned())
            ]
        );
    }
}
