//! Methods of the generated models and builders that take more than the spec says.

mod failure;
mod job;
mod play;
mod scope;
