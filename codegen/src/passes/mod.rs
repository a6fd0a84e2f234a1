//! Fifth step: progenitor's output becomes the types and signatures of our own SDK. Each pass is a file, and fails
//! when it does not find what the spec says must be there, so that an upgrade of progenitor never drops one silently.

mod by_type;
mod docs;
mod field_order;
mod models;
mod modules;
mod non_exhaustive;
mod open_enums;
mod plain_paths;
mod schemars;
mod secrets;
mod signatures;
#[cfg(test)]
mod testing;
mod type_builders;

use indexmap::IndexMap;
use syn::punctuated::Punctuated;

use crate::document::Document;
use crate::error::Error;
pub(crate) use models::Model;
pub(crate) use open_enums::Variant;
pub(crate) use signatures::{Answer, ParameterType, Signature};

/// What the passes leave of progenitor's output.
pub(crate) struct Passed {
    /// By schema, in the order of the spec.
    pub(crate) types: IndexMap<String, Code>,
    /// By operation.
    pub(crate) signatures: IndexMap<String, Signature>,
}

/// The code of one type.
pub(crate) enum Code {
    /// The type and its impls, and how it stands in JSON.
    Struct(Vec<syn::Item>, Model),
    OpenEnum(Vec<Variant>),
}

pub(crate) fn run(file: syn::File, document: &Document) -> Result<Passed, Error> {
    let modules = modules::take(file)?;
    let signatures = signatures::read(&modules.builder, document)?;
    let mut items = modules.types;
    type_builders::remove(&mut items)?;
    plain_paths::shorten(&mut items)?;
    let enums = open_enums::take(&mut items, document)?;
    let mut types = by_type::group(items, document)?;
    field_order::restore(&mut types, document)?;
    non_exhaustive::mark(&mut types, document)?;
    secrets::hide(&mut types, document)?;
    schemars::derive(&mut types)?;
    docs::write(&mut types, document)?;
    let mut models = models::take(&mut types, document)?;

    let structs = types.into_iter().map(|(name, items)| {
        let missing = || refusal("models", format!("there is no model of {name}"));
        let model = models.swap_remove(&name).ok_or_else(missing)?;
        Ok((name, Code::Struct(items, model)))
    });
    let enums = enums
        .into_iter()
        .map(|(name, variants)| Ok((name, Code::OpenEnum(variants))));
    let mut types: IndexMap<_, _> = structs.chain(enums).collect::<Result<_, _>>()?;
    types.sort_by_cached_key(|name, _| document.types.get_index_of(name));
    Ok(Passed { types, signatures })
}

/// The items of each type, by schema.
type Types = IndexMap<String, Vec<syn::Item>>;

fn refusal(pass: &'static str, problem: impl Into<String>) -> Error {
    Error::Pass {
        pass,
        problem: problem.into(),
    }
}

/// The structs among the items of all types.
fn structs_mut(types: &mut Types) -> impl Iterator<Item = (&str, &mut syn::ItemStruct)> {
    types.iter_mut().flat_map(|(name, items)| {
        items.iter_mut().filter_map(move |item| match item {
            syn::Item::Struct(item) => Some((name.as_str(), item)),
            _ => None,
        })
    })
}

/// Takes traits out of what is derived; tells how many of them were there.
fn take_derives(attributes: &mut [syn::Attribute], traits: &[&str]) -> usize {
    let mut taken = 0;
    let derives = |attribute: &&mut syn::Attribute| attribute.path().is_ident("derive");
    for attribute in attributes.iter_mut().filter(derives) {
        let paths = Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        // What is no list of paths derives nothing by any of these names.
        let Ok(paths) = attribute.parse_args_with(paths) else {
            continue;
        };
        let is_wanted = |path: &syn::Path| traits.iter().any(|name| path.is_ident(name));
        let (wanted, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(is_wanted);
        taken += wanted.len();
        *attribute = syn::parse_quote!(#[derive(#(#others),*)]);
    }
    taken
}

/// The name a field has on the wire.
fn wire_name(field: &syn::Field) -> String {
    let ident = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    serde_rename(&field.attrs).unwrap_or(ident)
}

/// The value of `#[serde(rename = "…")]`.
fn serde_rename(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Arguments other than `rename` are read over; what cannot be read has no name to give.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

/// The last segment of a type's path, as in `Job` of `types::Job`.
fn last_ident(ty: &syn::Type) -> Option<&syn::Ident> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The one type argument of a path segment, as `T` in `Option<T>`.
fn type_argument(segment: &syn::PathSegment) -> Option<&syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
