//! The models: every sample of the documentation, what other servers send, and no more and no less than the spec says.
//!
//! The models and samples are read from the generated code and from the spec, so that what is new is tested as well.

mod closure;
mod documented;
mod freshness;
mod jobs;
mod meaning;
mod models;
mod round_trip;
mod samples;
mod spec;
mod times;
mod tolerance;
mod values;
