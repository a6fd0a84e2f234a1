//! What the operations send, and what they make of the answers: each of the eleven, async and blocking, against
//! fake-gitlab, judged by what the server recorded.

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
