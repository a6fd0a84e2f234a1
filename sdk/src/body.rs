//! Reading a body up to a cap, and decoding it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Kind};

pub(crate) type Answer = (StatusCode, HeaderMap, Bytes);

/// No body makes us reserve more than this before it has arrived.
const LARGEST_RESERVATION: usize = 1 << 20;

/// Reads a whole body, as large as `limit` after decompression.
pub(crate) async fn read(mut response: reqwest::Response, limit: usize) -> Result<Answer, Error> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok())
        .unwrap_or_default();
    let mut body = BytesMut::with_capacity(announced.min(limit).min(LARGEST_RESERVATION));
    while let Some(chunk) = response.chunk().await.map_err(Error::from_reqwest)? {
        if chunk.len() > limit - body.len() {
            return Err(Error::new(Kind::TooLarge { limit }));
        }
        body.extend_from_slice(&chunk);
    }
    let status = response.status();
    Ok((
        status,
        std::mem::take(response.headers_mut()),
        body.freeze(),
    ))
}

/// Reads the first bytes of an error's body. What cannot be read, or not in time, is left out: the status matters more.
pub(crate) async fn read_start(
    mut response: reqwest::Response,
    limit: usize,
    timeout: Duration,
) -> Answer {
    let deadline = Instant::now() + timeout;
    let mut body = BytesMut::new();
    while body.len() < limit {
        let Ok(Ok(Some(chunk))) = timeout_at(deadline, response.chunk()).await else {
            break;
        };
        body.extend_from_slice(&chunk[..chunk.len().min(limit - body.len())]);
    }
    let status = response.status();
    (
        status,
        std::mem::take(response.headers_mut()),
        body.freeze(),
    )
}

/// Decodes JSON.
///
/// Checking the whole text once for UTF-8 is faster than string by string, and finding the path of a fault is slow, so
/// that is done only when there is one.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(|error| {
        Error::new(Kind::Decode {
            path: format!("byte {}", error.valid_up_to()),
        })
        .with_source(error)
    })?;
    serde_json::from_str(text)
        .map_err(|error| locate::<T>(text).unwrap_or_else(|| decode_error(".".to_owned(), error)))
}

/// Decodes again, to find where it fails.
fn locate<T: DeserializeOwned>(text: &str) -> Option<Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    Some(decode_error(error.path().to_string(), error.into_inner()))
}

fn decode_error(path: String, source: serde_json::Error) -> Error {
    Error::new(Kind::Decode { path }).with_source(source)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_fault_is_located() {
        for (body, path, reason) in [
            (&br#"[[1], [2, "x"]]"#[..], "[1][1]", "invalid type: string"),
            (b"[[1]", ".", "EOF"),
            (b"[[1]] trailing", ".", "trailing"),
            (b"[[1, \xff]]", "byte 5", "invalid utf-8"),
            (b"<html>", ".", "expected value"),
            (b"", ".", "EOF"),
        ] {
            let error = decode::<Vec<Vec<u64>>>(body).unwrap_err();
            assert_eq!(error.decode_path(), Some(path));
            let source = error.source().unwrap().to_string();
            assert!(source.contains(reason), "{source}");
        }
    }
}
