//! The operations: what each sends, and what it returns.

mod actions;
mod addresses;
mod arguments;
mod bounds;
mod custom_requests;
mod documented;
mod job_token;
mod own_types;
mod responses;
mod trigger_jobs;
