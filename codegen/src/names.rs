//! Names: which Rust type or identifier stands for a name of the spec.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Schemas whose Rust type is written by hand, in `sdk/src`.
pub(crate) const HAND_WRITTEN: &[(&str, &str)] = &[("ProjectId", "crate::ProjectId")];

/// Enum values whose variant has a name of its own, because the derived one is taken: `Unknown` holds the values
/// nobody knows yet, while GitLab says `unknown` for what it has not recorded.
const VARIANTS: &[(&str, &str)] = &[("unknown", "Unspecified")];

/// The Rust type that is written by hand for a schema.
pub(crate) fn hand_written(schema: &str) -> Option<&'static str> {
    HAND_WRITTEN
        .iter()
        .find(|(name, _)| *name == schema)
        .map(|(_, path)| *path)
}

/// The variant for a value of an open enum.
pub(crate) fn variant(value: &str) -> String {
    own_variant(value).map_or_else(|| value.to_upper_camel_case(), str::to_owned)
}

/// The variant for a value whose derived one is taken.
pub(crate) fn own_variant(value: &str) -> Option<&'static str> {
    VARIANTS
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, variant)| *variant)
}

/// The field, setter and argument for a property or parameter: `scope` for `scope[]`, `ref_` for `ref`.
pub(crate) fn field(name: &str) -> String {
    let snake = name.trim_end_matches("[]").to_snake_case();
    if is_keyword(&snake) {
        format!("{snake}_")
    } else {
        snake
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

fn is_keyword(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_err()
}
