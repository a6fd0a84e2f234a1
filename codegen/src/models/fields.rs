//! Completes the fields of progenitor's structs with what no setting of it gives: the order of the spec, descriptions of
//! fields whose type is referred to, lists that may be null, GitLab's usual form of a time, and short paths.

use indexmap::IndexMap;
use syn::visit_mut::{VisitMut, visit_path_mut};

use crate::api::Api;
use crate::error::Error;
use crate::rustdoc;

/// Paths that progenitor writes out, and their short forms.
const PATHS: &[(&str, &str)] = &[
    ("::chrono::DateTime", "chrono::DateTime"),
    ("::chrono::offset::Utc", "chrono::Utc"),
    ("::chrono::naive::NaiveDate", "chrono::NaiveDate"),
    ("::serde_json::Map", "serde_json::Map"),
    ("::serde_json::Value", "serde_json::Value"),
    ("::std::boxed::Box", "Box"),
    ("::std::option::Option", "Option"),
    ("::std::string::String", "String"),
    ("::std::vec::Vec", "Vec"),
];

/// What decodes a field in place of serde's own way, by the type of the field.
const DECODERS: &[(&str, &str)] = &[
    (
        "Vec<",
        r#"deserialize_with = "crate::json::null_as_default""#,
    ),
    (
        "serde_json::Map<",
        r#"deserialize_with = "crate::json::null_as_default""#,
    ),
    (
        "chrono::DateTime<",
        r#"deserialize_with = "crate::json::timestamp::deserialize""#,
    ),
    (
        "Option<chrono::DateTime<",
        // serde takes an absent Option for `None` by itself only where it decodes by itself.
        r#"default, deserialize_with = "crate::json::timestamp::deserialize_option""#,
    ),
];

/// Completes all structs.
///
/// # Errors
///
/// Structs and spec do not have the same names and fields.
pub(super) fn complete(
    structs: &mut IndexMap<String, syn::ItemStruct>,
    api: &Api,
) -> Result<(), Error> {
    let differ = |problem: String| Error::Progenitor(problem);
    for (name, described) in &api.structs {
        let Some(item) = structs.get_mut(name) else {
            return Err(differ(format!("it makes no struct `{name}`")));
        };
        let syn::Fields::Named(fields) = &mut item.fields else {
            return Err(differ(format!("struct `{name}` has no named fields")));
        };
        let mut by_property = IndexMap::new();
        for field in std::mem::take(&mut fields.named) {
            by_property.insert(property_of(&field), field);
        }
        for (property, description) in &described.properties {
            let Some(mut field) = by_property.swap_remove(property) else {
                return Err(differ(format!(
                    "struct `{name}` has no field for `{property}`"
                )));
            };
            ShortPaths.visit_field_mut(&mut field);
            unbox(&mut field);
            describe(&mut field, description);
            decode(&mut field);
            fields.named.push(field);
        }
        if let Some(unknown) = by_property.keys().next() {
            return Err(differ(format!(
                "struct `{name}` has a field `{unknown}` that is not in the spec"
            )));
        }
    }
    if let Some(unknown) = structs.keys().find(|name| !api.structs.contains_key(*name)) {
        return Err(differ(format!("struct `{unknown}` is not in the spec")));
    }
    structs.sort_by_cached_key(|name, _| api.structs.get_index_of(name));
    Ok(())
}

/// The property that a field is for: what serde renames it to, else its name.
fn property_of(field: &syn::Field) -> String {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // What cannot be parsed holds no name.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("rename") {
                    name = value.value();
                }
            }
            Ok(())
        });
    }
    name
}

/// Makes an `Option<Box<T>>` of the `Box<Option<T>>` that an optional field of its own struct becomes, and leaves out
/// `None` like that of any other field.
fn unbox(field: &mut syn::Field) {
    if let Some(inner) = argument(&field.ty, "Box").and_then(|boxed| argument(boxed, "Option")) {
        field.ty = syn::parse_quote!(Option<Box<#inner>>);
        field.attrs.push(
            syn::parse_quote!(#[serde(skip_serializing_if = "::std::option::Option::is_none")]),
        );
    }
}

/// The `T` of a `Name<T>`.
fn argument<'t>(ty: &'t syn::Type, name: &str) -> Option<&'t syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            syn::GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

fn describe(field: &mut syn::Field, description: &str) {
    if !field
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        let text = rustdoc::lines(description).join("\n");
        field.attrs.insert(0, syn::parse_quote!(#[doc = #text]));
    }
}

fn decode(field: &mut syn::Field) {
    let ty = &field.ty;
    let ty = quote::quote!(#ty).to_string().replace(' ', "");
    if let Some((_, arguments)) = DECODERS.iter().find(|(prefix, _)| ty.starts_with(prefix)) {
        let arguments: proc_macro2::TokenStream = arguments.parse().unwrap_or_default();
        field.attrs.push(syn::parse_quote!(#[serde(#arguments)]));
    }
}

struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_path_mut(self, path);
        let plain = path
            .segments
            .iter()
            .map(|segment| format!("::{}", segment.ident))
            .collect::<String>();
        if path.leading_colon.is_some()
            && let Some((_, short)) = PATHS.iter().find(|(long, _)| *long == plain)
        {
            let arguments = path
                .segments
                .last()
                .map(|segment| segment.arguments.clone());
            *path = syn::parse_str(short).unwrap_or_else(|_| path.clone());
            if let (Some(last), Some(arguments)) = (path.segments.last_mut(), arguments) {
                last.arguments = arguments;
            }
        }
    }
}
