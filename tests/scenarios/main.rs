//! Scenarios: what the operations of both crates send and return, and how they behave when the network, GitLab, or a
//! proxy in front of it fails, judged by the requests that fake-gitlab received.

mod credentials;
mod errors;
mod flavour;
mod following;
mod gzip;
mod http2;
mod limits;
mod lists;
mod logs;
mod operations;
mod options;
mod properties;
mod retries;
mod runtimes;
mod scene;
mod telemetry;
mod waiting;
mod watching;
mod wire;
