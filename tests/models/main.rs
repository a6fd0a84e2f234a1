//! The models: they decode every documented sample and what other servers send, and match the spec exactly.
//!
//! The models and samples are read from the generated code and the spec, so additions are tested automatically.

mod closure;
mod documented;
mod jobs;
mod meaning;
mod models;
mod round_trip;
mod samples;
mod spec;
mod times;
mod tolerance;
mod values;
