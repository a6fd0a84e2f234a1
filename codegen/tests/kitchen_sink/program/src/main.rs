//! Calls every operation of the kitchen sink with both crates, and asserts what a server receives.

mod calls;
mod server;

use std::io::Read;

use futures_util::TryStreamExt;
use tokio::io::AsyncReadExt;

fn main() {
    let url = server::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(asynchronous(&url));
    blocking(&url);
}

async fn asynchronous(url: &str) {
    macro_rules! wait {
        ($call:expr) => {
            $call.await.unwrap()
        };
    }
    macro_rules! items {
        ($call:expr) => {
            $call.stream().try_collect::<Vec<_>>().await.unwrap()
        };
    }
    macro_rules! read {
        ($download:expr, $bytes:expr) => {
            $download.read_to_end($bytes).await.unwrap()
        };
    }
    let client = gitlab_jobs::Client::builder()
        .base_url(url)
        .private_token("t")
        .build()
        .unwrap();
    calls::all!(client, wait, items, read);
}

fn blocking(url: &str) {
    macro_rules! wait {
        ($call:expr) => {
            $call.send().unwrap()
        };
    }
    macro_rules! items {
        ($call:expr) => {
            $call.iter().collect::<Result<Vec<_>, _>>().unwrap()
        };
    }
    macro_rules! read {
        ($download:expr, $bytes:expr) => {
            $download.read_to_end($bytes).unwrap()
        };
    }
    let client = gitlab_jobs_blocking::Client::builder()
        .base_url(url)
        .private_token("t")
        .build()
        .unwrap();
    calls::all!(client, wait, items, read);
}
