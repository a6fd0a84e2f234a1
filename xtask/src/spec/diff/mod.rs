//! `cargo xtask spec diff`.
use super::{Place, tool::Result};
pub(crate) fn run(_: &Place, _: &str, _: Option<&str>) -> Result<bool> { Err("not yet".into()) }
