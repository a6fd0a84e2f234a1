//! Fourth step: progenitor makes Rust of the lowered spec.

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};

use crate::error::Error;
use crate::names::HAND_WRITTEN;

/// Runs progenitor. Its types are kept; of its operations the passes read the types, and emit code of our own.
pub(crate) fn run(lowered: &openapiv3::OpenAPI) -> Result<syn::File, Error> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_derive("PartialEq");
    for (schema, path) in HAND_WRITTEN {
        settings.with_replacement(schema, path, std::iter::empty());
    }
    // progenitor panics on forms that it has not thought of. The lint should have refused them, and a person who runs
    // the tool should not see the difference.
    let generated = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(lowered)
    }));
    let refused = |error: &dyn std::fmt::Display| Error::Progenitor(error.to_string());
    let tokens = generated
        .map_err(|_| refused(&"it panicked, as told above"))?
        .map_err(|error| refused(&error))?;
    syn::parse2(tokens).map_err(|error| refused(&error))
}
