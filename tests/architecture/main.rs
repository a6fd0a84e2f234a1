//! What ARCHITECTURE.md says about the source code, held against the source code.

mod foreign_types;
mod rooms;
mod source;
