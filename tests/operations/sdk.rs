//! One interface to both SDKs, so that every test runs with both.
//!
//! A test is a function of an [`Sdk`], and `with_both!` names it once. Calls are written once as well: `send!(client, c
//! => c.get_job(42, 8))` awaits the call of the async client, and sends that of the blocking one.

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN};
use tokio::runtime::Runtime;

/// Runs tests with either crate: `with_async::…` and `with_blocking::…`.
macro_rules! with_both {
    ($($test:ident,)+) => {
        mod with_async {
            $(
                #[test]
                fn $test() {
                    super::$test(crate::sdk::Sdk::Async);
                }
            )+
        }

        mod with_blocking {
            $(
                #[test]
                fn $test() {
                    super::$test(crate::sdk::Sdk::Blocking);
                }
            )+
        }
    };
}

/// Builds a client from the options given to a builder.
macro_rules! build {
    ($sdk:expr, $builder:ident => $options:expr) => {
        match $sdk {
            $crate::sdk::Sdk::Async => {
                let $builder = gitlab_jobs::Client::builder();
                let client = $options.build();
                client.map(|client| $crate::sdk::Client::Async(client, $crate::sdk::runtime()))
            }
            $crate::sdk::Sdk::Blocking => {
                let $builder = gitlab_jobs_blocking::Client::builder();
                $options.build().map($crate::sdk::Client::Blocking)
            }
        }
    };
}

/// Makes a call and waits for its response.
macro_rules! send {
    ($client:expr, $it:ident => $call:expr) => {
        match &$client {
            $crate::sdk::Client::Async($it, runtime) => runtime.block_on(async { $call.await }),
            $crate::sdk::Client::Blocking($it) => $call.send(),
        }
    };
}

/// Makes a call that must fail, and returns its error.
macro_rules! refused {
    ($client:expr, $it:ident => $call:expr) => {
        match &$client {
            $crate::sdk::Client::Async($it, runtime) => {
                runtime.block_on(async { $call.await.map(drop).unwrap_err() })
            }
            $crate::sdk::Client::Blocking($it) => $call.send().map(drop).unwrap_err(),
        }
    };
}

/// Makes a call and decodes its response into the caller's type.
macro_rules! send_as {
    ($client:expr, $type:ty, $it:ident => $call:expr) => {
        match &$client {
            $crate::sdk::Client::Async($it, runtime) => runtime.block_on($call.send_as::<$type>()),
            $crate::sdk::Client::Blocking($it) => $call.send_as::<$type>(),
        }
    };
}

/// Reads a whole list, item by item, until its end or an error.
macro_rules! items {
    ($client:expr, $it:ident => $call:expr) => {
        match &$client {
            $crate::sdk::Client::Async($it, runtime) => {
                let items = futures_util::StreamExt::collect::<Vec<_>>($call.stream());
                runtime.block_on(items)
            }
            $crate::sdk::Client::Blocking($it) => $call.iter().collect::<Vec<_>>(),
        }
    };
}

/// Reads a whole list, page by page, until its end or an error.
macro_rules! pages {
    ($client:expr, $it:ident => $call:expr) => {
        match &$client {
            $crate::sdk::Client::Async($it, runtime) => {
                let pages = futures_util::StreamExt::collect::<Vec<_>>($call.pages());
                runtime.block_on(pages)
            }
            $crate::sdk::Client::Blocking($it) => $call.pages().collect::<Vec<_>>(),
        }
    };
}

/// Requests a log and reads all of it.
macro_rules! read_log {
    ($client:expr, $it:ident => $call:expr) => {
        match &$client {
            $crate::sdk::Client::Async($it, runtime) => runtime.block_on(async {
                let mut bytes = Vec::new();
                let mut log = $call.await?.into_inner();
                tokio::io::AsyncReadExt::read_to_end(&mut log, &mut bytes)
                    .await
                    .unwrap();
                Ok::<_, gitlab_jobs::Error>(bytes)
            }),
            $crate::sdk::Client::Blocking($it) => $call.send().map(|log| {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut log.into_inner(), &mut bytes).unwrap();
                bytes
            }),
        }
    };
}

/// The async or the blocking crate.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sdk {
    Async,
    Blocking,
}

/// A client of either crate.
#[derive(Debug)]
pub(crate) enum Client {
    Async(gitlab_jobs::Client, Runtime),
    Blocking(gitlab_jobs_blocking::Client),
}

impl Sdk {
    /// A client of this server with a token that permits everything.
    pub(crate) fn maintainer(self, gitlab: &FakeGitlab) -> Client {
        self.client(gitlab, MAINTAINER_TOKEN)
    }

    /// A client of this server with a private token.
    pub(crate) fn client(self, gitlab: &FakeGitlab, private_token: &str) -> Client {
        let client = build!(self, it => it.base_url(gitlab.url()).private_token(private_token));
        client.unwrap()
    }

    /// A client of this server with the token of a job.
    pub(crate) fn job(self, gitlab: &FakeGitlab, job_token: &str) -> Client {
        build!(self, it => it.base_url(gitlab.url()).job_token(job_token)).unwrap()
    }
}

/// A client of the async crate, for tests of its own features.
pub(crate) fn asynchronous(gitlab: &FakeGitlab) -> gitlab_jobs::Client {
    let builder = gitlab_jobs::Client::builder().base_url(gitlab.url());
    builder.private_token(MAINTAINER_TOKEN).build().unwrap()
}

/// A client of the blocking crate, for tests of its own features.
pub(crate) fn blocking(gitlab: &FakeGitlab) -> gitlab_jobs_blocking::Client {
    let builder = gitlab_jobs_blocking::Client::builder().base_url(gitlab.url());
    builder.private_token(MAINTAINER_TOKEN).build().unwrap()
}

/// The runtime of an async client.
pub(crate) fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}
