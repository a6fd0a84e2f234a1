//! Names: the Rust types and identifiers for names of the spec.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// A schema whose Rust type is written by hand, in `sdk/src`.
#[derive(Debug, PartialEq)]
pub(crate) struct HandWritten {
    pub(crate) schema: &'static str,
    /// The name of an argument of this type, since GitLab's `id` is ambiguous.
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

/// Enum values whose variant has a special name, because the derived one is taken: `Unknown` holds unknown values,
/// while GitLab sends `unknown` for reasons that it has not recorded.
const VARIANTS: &[(&str, &str)] = &[("unknown", "Unspecified")];

/// Returns the handwritten Rust type of a schema.
pub(crate) fn hand_written(schema: &str) -> Option<&'static HandWritten> {
    HAND_WRITTEN
        .iter()
        .find(|hand_written| hand_written.schema == schema)
}

/// Returns the variant for a value of an open enum.
pub(crate) fn variant(value: &str) -> String {
    let named = VARIANTS.iter().find(|(name, _)| *name == value);
    named.map_or_else(
        || value.to_upper_camel_case(),
        |(_, variant)| (*variant).to_owned(),
    )
}

/// Returns the name of the field, setter or argument for a property or parameter: `scope` for `scope[]`, `ref_` for
/// `ref`.
pub(crate) fn field(name: &str) -> String {
    let snake = name.trim_end_matches("[]").to_snake_case();
    if is_ident(&snake) {
        snake
    } else {
        format!("{snake}_")
    }
}

/// Returns the name of an operation's builder.
pub(crate) fn builder(operation_id: &str) -> String {
    operation_id.to_upper_camel_case()
}

/// Returns the name of the module of a type or operation.
pub(crate) fn module(name: &str) -> String {
    name.to_snake_case()
}

/// Returns whether a name is an identifier and not a keyword.
pub(crate) fn is_ident(name: &str) -> bool {
    // A keyword since the edition of 2024, which syn takes for a name.
    name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Returns an identifier for `quote!`.
pub(crate) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// What Rust's prelude brings into every file, which a type of the same name would hide.
pub(crate) const PRELUDE: &str = "AsMut AsRef AsyncFn AsyncFnMut AsyncFnOnce Box Clone Copy Default DoubleEndedIterator Drop Eq Err \
    ExactSizeIterator Extend Fn FnMut FnOnce From FromIterator Future Into IntoFuture IntoIterator Iterator None Ok Option Ord \
    PartialEq PartialOrd Result Send Sized Some String Sync ToOwned ToString TryFrom TryInto Unpin Vec";

/// Methods that every type has from the traits of Rust's prelude, and those that are derived for all of ours.
pub(crate) const OF_ALL_TYPES: &str = "clone clone_from fmt from into to_owned try_from try_into";

/// Methods of each builder, and arguments of its constructor. A test of `emit` holds this against what is generated.
pub(crate) const BUILDER: &str = "body client clone clone_from fmt from into into_future iter iter_as new pages pages_as \
    request send send_as stream stream_as to_owned try_from try_into";
