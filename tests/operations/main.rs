//! What the operations send, and what they return: async and blocking, against fake-gitlab, which records each request.

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
