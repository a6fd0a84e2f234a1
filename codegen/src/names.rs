//! Names: the Rust type or identifier for a name of the spec.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// A schema whose Rust type is written by hand, in `sdk/src`.
#[derive(Debug, PartialEq)]
pub(crate) struct HandWritten {
    pub(crate) schema: &'static str,
    /// What an argument of this type is called, since GitLab's `id` does not say of what.
    pub(crate) argument: Option<&'static str>,
}

const HAND_WRITTEN: &[HandWritten] = &[
    HandWritten {
        schema: "ProjectId",
        argument: Some("project"),
    },
    HandWritten {
        schema: "JobLog",
        argument: None,
    },
];

/// Enum values whose variant has a name of its own, because the derived one is taken: `Unknown` holds unknown
/// values, while GitLab says `unknown` for what it has not recorded.
const VARIANTS: &[(&str, &str)] = &[("unknown", "Unspecified")];

/// The Rust type that is written by hand for a schema.
pub(crate) fn hand_written(schema: &str) -> Option<&'static HandWritten> {
    HAND_WRITTEN
        .iter()
        .find(|hand_written| hand_written.schema == schema)
}

/// The variant for a value of an open enum.
pub(crate) fn variant(value: &str) -> String {
    let named = VARIANTS.iter().find(|(name, _)| *name == value);
    named.map_or_else(
        || value.to_upper_camel_case(),
        |(_, variant)| (*variant).to_owned(),
    )
}

/// The field, setter and argument for a property or parameter: `scope` for `scope[]`, `ref_` for `ref`.
pub(crate) fn field(name: &str) -> String {
    let snake = name.trim_end_matches("[]").to_snake_case();
    if is_ident(&snake) {
        snake
    } else {
        format!("{snake}_")
    }
}

/// The builder of an operation.
pub(crate) fn builder(operation_id: &str) -> String {
    operation_id.to_upper_camel_case()
}

/// The module of a type or an operation.
pub(crate) fn module(name: &str) -> String {
    name.to_snake_case()
}

/// Whether a name is an identifier and not a keyword.
pub(crate) fn is_ident(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

/// An identifier for `quote!`.
pub(crate) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
