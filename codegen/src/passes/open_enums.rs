//! Opens the enums that lowering has closed: a macro of the runtime declares them, with a variant for other values.

use indexmap::IndexMap;
use syn::Item;

use super::{last_ident, refusal, serde_rename};
use crate::document::{Document, Shape};
use crate::error::Error;
use crate::names;

const PASS: &str = "open_enums";

/// A value that an open enum knows.
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) description: String,
}

/// Takes every enum with all its impls out of the items, and returns their variants in the order of the spec.
pub(super) fn take(
    items: &mut Vec<Item>,
    document: &Document,
) -> Result<IndexMap<String, Vec<Variant>>, Error> {
    let mut enums = IndexMap::new();
    for (name, described) in &document.types {
        let Shape::OpenEnum(values) = &described.shape else {
            continue;
        };
        let named = variants(items, name)?;
        if named.len() != values.len() {
            return Err(refusal(
                PASS,
                format!(
                    "enum {name} has {} variants, not {}",
                    named.len(),
                    values.len()
                ),
            ));
        }
        let variant = |(value, description): (&String, &String)| {
            let missing = || refusal(PASS, format!("enum {name} has no variant for `{value}`"));
            let derived = named.get(value).ok_or_else(missing)?;
            let name = names::own_variant(value).map_or_else(|| derived.clone(), str::to_owned);
            Ok(Variant {
                name,
                value: value.clone(),
                description: description.clone(),
            })
        };
        let variants: Vec<_> = values.iter().map(variant).collect::<Result<_, _>>()?;
        items.retain(|item| !belongs_to(item, name));
        enums.insert(name.clone(), variants);
    }
    match items.iter().find_map(|item| {
        if let Item::Enum(item) = item {
            Some(&item.ident)
        } else {
            None
        }
    }) {
        Some(closed) => Err(refusal(
            PASS,
            format!("enum {closed} is none of the spec's open enums"),
        )),
        None => Ok(enums),
    }
}

/// Names of the variants by value.
fn variants(items: &[Item], name: &str) -> Result<IndexMap<String, String>, Error> {
    let found = items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == name => Some(item),
        _ => None,
    });
    let found = found.ok_or_else(|| refusal(PASS, format!("there is no enum {name}")))?;
    let named = found.variants.iter().map(|variant| {
        let ident = variant.ident.to_string();
        (
            serde_rename(&variant.attrs).unwrap_or_else(|| ident.clone()),
            ident,
        )
    });
    Ok(named.collect())
}

fn belongs_to(item: &Item, name: &str) -> bool {
    match item {
        Item::Enum(item) => item.ident == name,
        Item::Impl(item) => last_ident(&item.self_ty).is_some_and(|ident| ident == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::take;
    use crate::passes::testing::{document, items};

    const SPEC: &str = "
components:
  schemas:
    Source:
      type: string
      x-extensible-enum: [web_ide, unknown]
      x-enumDescriptions: { web_ide: The editor. }
";

    #[test]
    fn variants_come_in_the_order_of_the_spec_and_impls_go() {
        let mut items = items(quote::quote! {
            pub enum Source { #[serde(rename = "unknown")] Unknown, #[serde(rename = "web_ide")] WebIde }
            impl ::std::fmt::Display for Source {}
            pub struct Job;
        });

        let enums = take(&mut items, &document(SPEC)).unwrap();

        let variants: Vec<_> = enums["Source"]
            .iter()
            .map(|v| (v.name.as_str(), v.value.as_str(), v.description.as_str()))
            .collect();
        assert_eq!(
            variants,
            [
                ("WebIde", "web_ide", "The editor."),
                ("Unspecified", "unknown", "")
            ]
        );
        assert_eq!(items.len(), 1);
    }

    #[test]
    fn an_enum_that_is_missing_short_or_unexpected_is_refused() {
        let error = |tokens| {
            take(&mut items(tokens), &document(SPEC))
                .err()
                .unwrap()
                .to_string()
        };

        assert!(error(quote::quote!()).contains("no enum Source"));
        assert!(
            error(quote::quote!(
                enum Source {
                    A,
                }
            ))
            .contains("1 variants, not 2")
        );
        assert!(
            error(quote::quote!(
                enum Source {
                    A,
                    B,
                }
            ))
            .contains("no variant for `web_ide`")
        );
        let two = quote::quote! {
            enum Source { #[serde(rename = "unknown")] Unknown, #[serde(rename = "web_ide")] WebIde }
            enum Closed { A }
        };
        assert!(error(two).contains("enum Closed"));
    }
}
