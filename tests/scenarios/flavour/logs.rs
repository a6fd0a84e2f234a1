//! Logs of either kind of client.

use std::io::{self, Read};
use std::time::Duration;

use gitlab_jobs::log::LogChunk;
use gitlab_jobs::{Bytes, Error};
use tokio::io::AsyncReadExt;

use super::{RUNTIME, next};

/// A log, in chunks and as [`Read`].
#[derive(Debug)]
pub(crate) enum Log {
    Async(gitlab_jobs::log::JobLog),
    Blocking(gitlab_jobs_blocking::log::JobLog),
}

impl Log {
    pub(crate) fn resume(self, resume: bool) -> Self {
        match self {
            Self::Async(log) => Self::Async(log.resume(resume)),
            Self::Blocking(log) => Self::Blocking(log.resume(resume)),
        }
    }

    pub(crate) fn attempts(&self) -> u32 {
        match self {
            Self::Async(log) => log.attempts(),
            Self::Blocking(log) => log.attempts(),
        }
    }

    pub(crate) fn position(&self) -> u64 {
        match self {
            Self::Async(log) => log.position(),
            Self::Blocking(log) => log.position(),
        }
    }

    pub(crate) fn content_length(&self) -> Option<u64> {
        match self {
            Self::Async(log) => log.content_length(),
            Self::Blocking(log) => log.content_length(),
        }
    }

    pub(crate) fn lines(self) -> Box<dyn Iterator<Item = Result<String, Error>>> {
        match self {
            Self::Async(log) => {
                let mut lines = log.lines();
                Box::new(std::iter::from_fn(move || next(&mut lines)))
            }
            Self::Blocking(log) => Box::new(log.lines()),
        }
    }
}

impl Iterator for Log {
    type Item = Result<Bytes, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Async(log) => next(log),
            Self::Blocking(log) => log.next(),
        }
    }
}

impl Read for Log {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Async(log) => RUNTIME.block_on(log.read(buffer)),
            Self::Blocking(log) => log.read(buffer),
        }
    }
}

/// A followed log.
#[derive(Debug)]
pub(crate) enum Follow {
    Async(gitlab_jobs::FollowJobLog),
    Blocking(gitlab_jobs_blocking::FollowJobLog),
}

macro_rules! follow_options {
    ($($name:ident($value:ty)),+ $(,)?) => {
        $(
            pub(crate) fn $name(self, value: $value) -> Self {
                match self {
                    Self::Async(follow) => Self::Async(follow.$name(value)),
                    Self::Blocking(follow) => Self::Blocking(follow.$name(value)),
                }
            }
        )+
    };
}

impl Follow {
    follow_options!(
        interval(Duration),
        max_interval(Duration),
        deadline(Duration),
        max_outage(Duration),
        settle_time(Duration),
        follow_retries(bool),
    );

    pub(crate) fn job_id(&self) -> u64 {
        match self {
            Self::Async(follow) => follow.job_id(),
            Self::Blocking(follow) => follow.job_id(),
        }
    }

    pub(crate) fn position(&self) -> u64 {
        match self {
            Self::Async(follow) => follow.position(),
            Self::Blocking(follow) => follow.position(),
        }
    }

    pub(crate) fn restarts(&self) -> u32 {
        match self {
            Self::Async(follow) => follow.restarts(),
            Self::Blocking(follow) => follow.restarts(),
        }
    }

    pub(crate) fn lines(self) -> Box<dyn Iterator<Item = Result<String, Error>>> {
        match self {
            Self::Async(follow) => {
                let mut lines = follow.lines();
                Box::new(std::iter::from_fn(move || next(&mut lines)))
            }
            Self::Blocking(follow) => Box::new(follow.lines()),
        }
    }
}

impl Iterator for Follow {
    type Item = Result<LogChunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Async(follow) => next(follow),
            Self::Blocking(follow) => follow.next(),
        }
    }
}
