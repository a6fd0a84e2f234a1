//! What never left the client is sent again.

use std::net::TcpListener;
use std::time::Duration;

use gitlab_jobs::{Client, RetryPolicy};

use crate::flavour::{Flavour, for_one_client, send};
use crate::scene::MILLISECOND;

for_one_client! {
    a_stalled_handshake_is_a_failure_to_connect_however_short_the_idle_timeout,
}

fn a_stalled_handshake_is_a_failure_to_connect_however_short_the_idle_timeout(flavour: Flavour) {
    // The system accepts connections, and nobody speaks TLS on them.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let builder = Client::builder()
        .base_url(format!("https://{}", listener.local_addr().unwrap()))
        .retry_policy(RetryPolicy::default().min_backoff(MILLISECOND))
        .max_attempts(2)
        .idle_timeout(Duration::from_millis(200))
        .configure_http(reqwest::ClientBuilder::no_proxy);
    let client = flavour.build(builder);
    let error = send!(client, retry_job(1, 2)).unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    // A POST that never left is sent again.
    assert_eq!(error.attempts(), 2);
}
