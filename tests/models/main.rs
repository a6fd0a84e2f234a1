//! What the models hold: every sample of the documentation, what servers send besides, and no more and no less than
//! the spec says.

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
