//! A guide to the crate.
//!
//! 1. [Getting started](getting_started)
//! 2. [Tokens, and what each of them may do](tokens)
//! 3. [Lists and cursors](lists)
//! 4. [Logs](logs)
//! 5. [Waiting](waiting)
//! 6. [Errors and retries](errors)
//! 7. [Concurrency, deadlines and options](concurrency)
//! 8. [Testing your program](testing)
//! 9. [Features and versions](versions)
//! 10. [Coming from the `gitlab` crate](migration)
//!
//! All examples are compiled, and most of them are run against `fake-gitlab` by the tests.

#[doc = include_str!("guide/getting_started.md")]
pub mod getting_started {}

#[doc = include_str!("guide/tokens.md")]
pub mod tokens {}

#[doc = include_str!("guide/lists.md")]
pub mod lists {}

#[doc = include_str!("guide/logs.md")]
pub mod logs {}

#[doc = include_str!("guide/waiting.md")]
pub mod waiting {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/concurrency.md")]
pub mod concurrency {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}

#[doc = include_str!("guide/versions.md")]
pub mod versions {}

#[doc = include_str!("guide/migration.md")]
pub mod migration {}
