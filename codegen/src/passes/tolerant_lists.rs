//! A list that need not be there is empty without: users iterate over it and never ask.

use super::{Types, refusal, type_argument, wire_name};
use crate::document::{Document, Shape};
use crate::error::Error;

const PASS: &str = "tolerant_lists";

/// Makes sure that each optional list is a `Vec` with a default.
pub(super) fn check(types: &Types, document: &Document) -> Result<(), Error> {
    for (name, described) in &document.types {
        let Shape::Struct(properties) = &described.shape else {
            continue;
        };
        for (key, _) in properties
            .iter()
            .filter(|(_, property)| property.list && !property.required)
        {
            let field = types.get(name).and_then(|items| field(items, key));
            if !field.is_some_and(is_tolerant) {
                return Err(refusal(
                    PASS,
                    format!("{name}.{key} is no list that defaults to empty"),
                ));
            }
        }
    }
    Ok(())
}

fn field<'a>(items: &'a [syn::Item], key: &str) -> Option<&'a syn::Field> {
    items.iter().find_map(|item| match item {
        syn::Item::Struct(item) => item.fields.iter().find(|field| wire_name(field) == key),
        _ => None,
    })
}

fn is_tolerant(field: &syn::Field) -> bool {
    let syn::Type::Path(path) = &field.ty else {
        return false;
    };
    let is_list = path
        .path
        .segments
        .last()
        .is_some_and(|last| last.ident == "Vec" && type_argument(last).is_some());
    let mut has_default = false;
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // An attribute that cannot be read has no default to find.
        let _ = attribute.parse_nested_meta(|meta| {
            has_default |= meta.path.is_ident("default");
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    is_list && has_default
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::passes::testing::{document, types};

    const SPEC: &str = "
components:
  schemas:
    Job: { type: object, properties: { tags: { type: array, items: { type: string } } } }
";

    #[test]
    fn a_list_with_a_default_passes() {
        let job = quote::quote! {
            struct Job { #[serde(default, skip_serializing_if = "Vec::is_empty")] tags: Vec<String> }
        };
        assert!(check(&types([("Job", job)]), &document(SPEC)).is_ok());
    }

    #[test]
    fn a_list_without_one_is_refused() {
        for tags in [
            quote::quote!(tags: Vec<String>),
            quote::quote!(#[serde(default)] tags: Option<Vec<String>>),
        ] {
            let error = check(
                &types([("Job", quote::quote!(struct Job { #tags }))]),
                &document(SPEC),
            )
            .unwrap_err();
            assert!(error.to_string().contains("Job.tags"), "{error}");
        }
    }
}
