//! What the operations of both crates send and return, against fake-gitlab, which records each request.

#[macro_use]
mod sdk;

mod actions;
mod addresses;
mod arguments;
mod bounds;
mod documented;
mod errors;
mod job_token;
mod lists;
mod logs;
mod long_lists;
mod own_types;
mod responses;
mod tokens;
mod wire;
