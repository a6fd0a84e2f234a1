//! Unattended use: how the client behaves when the network, GitLab, or a proxy in front of it fails, judged by the
//! requests that the server received.

mod backoff;
mod blocking;
mod concurrency;
mod credentials;
mod custom_requests;
mod derived;
mod errors;
mod flavour;
mod following;
mod gzip;
mod idle_connections;
mod logs;
mod lost_responses;
mod options;
mod pacing;
mod pagination;
mod prefetch;
mod properties;
mod rate_limits;
mod retries;
mod scene;
mod secrets;
mod token_files;
mod token_sources;
mod traces;
mod trigger_jobs;
mod unpolled;
mod waiting;
mod watching;
