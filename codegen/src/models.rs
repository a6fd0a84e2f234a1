//! The models: progenitor generates them, as configured here, and one pass completes their fields.

mod fields;

use indexmap::IndexMap;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl, TypePatch};
use schemars::schema::{InstanceType, SchemaObject};

use crate::api::{Api, Type};
use crate::error::Error;
use crate::lower::lower;

/// Returns the structs that progenitor generates, in the order of the spec.
pub(crate) fn generate(api: &Api) -> Result<IndexMap<String, syn::ItemStruct>, Error> {
    let lowered = lower(api)?;
    let refused = |problem: &dyn std::fmt::Display| Error::Progenitor(problem.to_string());
    let tokens = Generator::new(&settings(api))
        .generate_tokens(&lowered)
        .map_err(|error| refused(&error))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| refused(&error))?;

    let types = file.items.into_iter().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let (_, items) = types.ok_or_else(|| refused(&"its output has no module `types`"))?;
    let mut structs = IndexMap::new();
    for item in items {
        match item {
            syn::Item::Struct(item) => {
                structs.insert(item.ident.to_string(), item);
            }
            // The error type of conversions to closed enums.
            syn::Item::Mod(module) if module.ident == "error" => {}
            other => {
                let item = quote::quote!(#other);
                return Err(refused(&format_args!("this is not a struct: {item}")));
            }
        }
    }
    fields::complete(&mut structs, api)?;
    Ok(structs)
}

fn settings(api: &Api) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    // The builder interface would add a builder to every struct. `Default` and public fields are enough.
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_derive("Default")
        .with_derive("PartialEq");
    let text = [TypeImpl::Display, TypeImpl::FromStr];
    for name in api.enums.keys() {
        settings.with_replacement(name, name, text.iter().copied());
    }
    let password = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    };
    settings.with_conversion(password, "crate::Secret", text.iter().copied());
    for name in api.structs.keys() {
        let mut patch = TypePatch::default();
        patch
            .with_attr("#[non_exhaustive]")
            .with_attr(r#"#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]"#);
        if !holds_float(api, name) {
            patch.with_derive("Eq").with_derive("Hash");
        }
        settings.with_patch(name, &patch);
    }
    settings
}

/// Returns whether a value of the struct contains a floating-point number, which is neither `Eq` nor `Hash`.
fn holds_float(api: &Api, name: &str) -> bool {
    fn is_float(ty: &Type) -> bool {
        match ty {
            Type::Scalar(name) => matches!(*name, "f32" | "f64"),
            Type::List(items) => is_float(&items.ty),
            _ => false,
        }
    }
    let names = api.reachable([name]).into_iter();
    names
        .filter_map(|name| api.structs.get(name))
        .flat_map(|item| item.properties.values())
        .any(|property| is_float(&property.value.ty))
}
