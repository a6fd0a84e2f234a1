//! One interface to both kinds of client, so that each scenario runs with either.

mod derived;
mod logs;

pub(crate) use self::logs::{Follow, Log};

use std::env::VarError;
use std::fmt::Display;
use std::sync::LazyLock;

use futures_util::{Stream, TryStreamExt};
use gitlab_jobs::types::PipelineStatus;
use gitlab_jobs::{ClientBuilder, Cursor, Error, JobChange, ProjectId, Response};
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;

/// The runtime of the async client.
pub(crate) static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("a runtime for the async client"));

/// The kind of client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flavour {
    Async,
    Blocking,
}

impl Flavour {
    /// The kind that the environment selects. The default is the async client.
    pub(crate) fn selected() -> Self {
        match std::env::var("SCENARIO_CLIENT").as_deref() {
            Ok("async") | Err(VarError::NotPresent) => Self::Async,
            Ok("blocking") => Self::Blocking,
            other => panic!("SCENARIO_CLIENT is `async` or `blocking`, but not {other:?}"),
        }
    }

    /// Builds a client of this kind.
    pub(crate) fn try_build(self, builder: ClientBuilder) -> Result<Client, Error> {
        let client = builder.build()?;
        Ok(match self {
            Self::Async => Client::Async(client),
            Self::Blocking => Client::Blocking(gitlab_jobs_blocking::Client::new(client)?),
        })
    }

    pub(crate) fn build(self, builder: ClientBuilder) -> Client {
        self.try_build(builder)
            .expect("the options of the client are good")
    }
}

/// Defines two tests for each scenario, a function of a [`Flavour`]: one with the async client, one with the blocking
/// one.
macro_rules! for_both_clients {
    ($($scenario:ident),+ $(,)?) => {
        mod async_client {
            $(
                #[test]
                fn $scenario() {
                    super::$scenario($crate::flavour::Flavour::Async);
                }
            )+
        }

        mod blocking_client {
            $(
                #[test]
                fn $scenario() {
                    super::$scenario($crate::flavour::Flavour::Blocking);
                }
            )+
        }
    };
}
pub(crate) use for_both_clients;

/// Defines a test for each scenario that is not about the blocking crate's own code: with the client that the
/// environment variable `SCENARIO_CLIENT` selects. CI runs these tests with both.
macro_rules! for_one_client {
    ($($scenario:ident),+ $(,)?) => {
        mod one_client {
            $(
                #[test]
                fn $scenario() {
                    super::$scenario($crate::flavour::Flavour::selected());
                }
            )+
        }
    };
}
pub(crate) use for_one_client;

/// A client of either kind.
#[derive(Clone, Debug)]
pub(crate) enum Client {
    Async(gitlab_jobs::Client),
    Blocking(gitlab_jobs_blocking::Client),
}

/// Sends an operation: `send!(client, get_job(1, 8))`.
macro_rules! send {
    ($client:expr, $($operation:tt)+) => {
        match &$client {
            $crate::flavour::Client::Async(client) => {
                $crate::flavour::RUNTIME.block_on(client.$($operation)+.send())
            }
            $crate::flavour::Client::Blocking(client) => client.$($operation)+.send(),
        }
    };
}
pub(crate) use send;

/// Sends an operation that must fail, and returns its error: `refused!(client, get_job_log(1, 8))`.
macro_rules! refused {
    ($client:expr, $($operation:tt)+) => {
        match &$client {
            $crate::flavour::Client::Async(client) => {
                let sent = $crate::flavour::RUNTIME.block_on(client.$($operation)+.send());
                sent.map(drop).unwrap_err()
            }
            $crate::flavour::Client::Blocking(client) => {
                client.$($operation)+.send().map(drop).unwrap_err()
            }
        }
    };
}
pub(crate) use refused;

/// Sends an operation, and decodes its response: `send_as!(client, MyJob, get_job(1, 8))`.
macro_rules! send_as {
    ($client:expr, $type:ty, $($operation:tt)+) => {
        match &$client {
            $crate::flavour::Client::Async(client) => {
                $crate::flavour::RUNTIME.block_on(client.$($operation)+.send_as::<$type>())
            }
            $crate::flavour::Client::Blocking(client) => client.$($operation)+.send_as::<$type>(),
        }
    };
}
pub(crate) use send_as;

/// The entries of a list: `items!(client, list_project_jobs(1))`.
macro_rules! items {
    ($client:expr, $($list:tt)+) => {
        match &$client {
            $crate::flavour::Client::Async(client) => {
                $crate::flavour::Items::Async(client.$($list)+.stream())
            }
            $crate::flavour::Client::Blocking(client) => {
                $crate::flavour::Items::Blocking(client.$($list)+.iter())
            }
        }
    };
}
pub(crate) use items;

/// The pages of a list: `pages!(client, list_project_jobs(1))`.
macro_rules! pages {
    ($client:expr, $($list:tt)+) => {
        match &$client {
            $crate::flavour::Client::Async(client) => {
                $crate::flavour::Pages::Async(client.$($list)+.pages())
            }
            $crate::flavour::Client::Blocking(client) => {
                $crate::flavour::Pages::Blocking(client.$($list)+.pages())
            }
        }
    };
}
pub(crate) use pages;

/// The changes of a pipeline: `changes!(client, watch_pipeline(1, 6))`.
macro_rules! changes {
    ($client:expr, $($watch:tt)+) => {
        match &$client {
            $crate::flavour::Client::Async(client) => {
                $crate::flavour::Changes::Async(client.$($watch)+)
            }
            $crate::flavour::Client::Blocking(client) => {
                $crate::flavour::Changes::Blocking(client.$($watch)+)
            }
        }
    };
}
pub(crate) use changes;

impl Client {
    /// The log of a job.
    pub(crate) fn log(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job: u64,
    ) -> Result<Response<Log>, Error> {
        Ok(match self {
            Self::Async(client) => RUNTIME
                .block_on(client.get_job_log(project, job).send())?
                .map(Log::Async),
            Self::Blocking(client) => client.get_job_log(project, job).send()?.map(Log::Blocking),
        })
    }

    /// The bytes of the log of a job.
    pub(crate) fn read_log(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job: u64,
    ) -> Result<Vec<u8>, Error> {
        let chunks = self.log(project, job)?.into_inner();
        Ok(chunks.collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// A part of the log of a job.
    pub(crate) fn log_part(
        &self,
        (project, job): (u64, u64),
        offset: u64,
        limit: Option<u32>,
    ) -> Result<Response<Log>, Error> {
        Ok(match self {
            Self::Async(client) => {
                let log = client.get_job_log(project, job).byte_offset(offset);
                RUNTIME
                    .block_on(log.byte_limit(limit).send())?
                    .map(Log::Async)
            }
            Self::Blocking(client) => {
                let log = client.get_job_log(project, job).byte_offset(offset);
                log.byte_limit(limit).send()?.map(Log::Blocking)
            }
        })
    }

    pub(crate) fn follow(&self, project: u64, job: u64) -> Follow {
        match self {
            Self::Async(client) => Follow::Async(client.follow_job_log(project, job)),
            Self::Blocking(client) => Follow::Blocking(client.follow_job_log(project, job)),
        }
    }
}

fn next<T>(
    stream: &mut (impl Stream<Item = Result<T, Error>> + Unpin),
) -> Option<Result<T, Error>> {
    RUNTIME.block_on(stream.try_next()).transpose()
}

/// The entries of a list, one by one.
#[derive(Debug)]
pub(crate) enum Items<T> {
    Async(gitlab_jobs::Items<T>),
    Blocking(gitlab_jobs_blocking::Items<T>),
}

/// The pages of a list.
#[derive(Debug)]
pub(crate) enum Pages<T> {
    Async(gitlab_jobs::Pages<T>),
    Blocking(gitlab_jobs_blocking::Pages<T>),
}

macro_rules! list_options {
    ($name:ident) => {
        impl<T> $name<T> {
            pub(crate) fn prefetch(self, prefetch: bool) -> Self {
                match self {
                    Self::Async(list) => Self::Async(list.prefetch(prefetch)),
                    Self::Blocking(list) => Self::Blocking(list.prefetch(prefetch)),
                }
            }

            pub(crate) fn concurrency(self, pages: usize) -> Self {
                match self {
                    Self::Async(list) => Self::Async(list.concurrency(pages)),
                    Self::Blocking(list) => Self::Blocking(list.concurrency(pages)),
                }
            }

            pub(crate) fn resume(self, cursor: Cursor) -> Self {
                match self {
                    Self::Async(list) => Self::Async(list.resume(cursor)),
                    Self::Blocking(list) => Self::Blocking(list.resume(cursor)),
                }
            }

            pub(crate) fn cursor(&self) -> Option<Cursor> {
                match self {
                    Self::Async(list) => list.cursor(),
                    Self::Blocking(list) => list.cursor(),
                }
            }
        }
    };
}

list_options!(Items);
list_options!(Pages);

impl<T: DeserializeOwned + Send + 'static> Iterator for Items<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Async(items) => next(items),
            Self::Blocking(items) => items.next(),
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Iterator for Pages<T> {
    type Item = Result<Response<Vec<T>>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Async(pages) => next(pages),
            Self::Blocking(pages) => pages.next(),
        }
    }
}

/// The changes of a pipeline.
#[derive(Debug)]
pub(crate) enum Changes {
    Async(gitlab_jobs::WatchPipeline),
    Blocking(gitlab_jobs_blocking::WatchPipeline),
}

impl Changes {
    pub(crate) fn pipeline_status(&self) -> Option<&PipelineStatus> {
        match self {
            Self::Async(changes) => changes.pipeline_status(),
            Self::Blocking(changes) => changes.pipeline_status(),
        }
    }
}

impl Iterator for Changes {
    type Item = Result<JobChange, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Async(changes) => next(changes),
            Self::Blocking(changes) => changes.next(),
        }
    }
}
