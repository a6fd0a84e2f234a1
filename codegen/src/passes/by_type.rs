//! Sorts the items by the type they belong to, since each type gets a file of its own.

use syn::Item;

use super::{Types, last_ident, refusal, type_argument};
use crate::document::{Document, Shape};
use crate::error::Error;

const PASS: &str = "by_type";

/// The items of each type that is not an enum, in the order of the spec.
pub(super) fn group(items: Vec<Item>, document: &Document) -> Result<Types, Error> {
    let expected = document
        .types
        .iter()
        .filter(|(_, described)| !matches!(described.shape, Shape::OpenEnum(_)));
    let mut types: Types = expected
        .map(|(name, _)| (name.clone(), Vec::new()))
        .collect();
    for item in items {
        let owner = owner(&item, &types).ok_or_else(|| {
            let item = quote::quote!(#item).to_string();
            refusal(PASS, format!("an item belongs to no schema: {item}"))
        })?;
        types.entry(owner).or_default().push(item);
    }
    for (name, items) in &types {
        if !items
            .iter()
            .any(|item| matches!(item, Item::Struct(item) if item.ident == name))
        {
            return Err(refusal(PASS, format!("there is no struct {name}")));
        }
    }
    Ok(types)
}

fn owner(item: &Item, types: &Types) -> Option<String> {
    let known =
        |ident: &syn::Ident| Some(ident.to_string()).filter(|name| types.contains_key(name));
    match item {
        Item::Struct(item) => known(&item.ident),
        // `impl From<JobScopes> for Vec<JobScope>` is about JobScopes.
        Item::Impl(item) => last_ident(&item.self_ty).and_then(known).or_else(|| {
            let (path, _) = item.trait_.as_ref()?;
            known(last_ident(type_argument(path.segments.last()?)?)?)
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::group;
    use crate::passes::testing::{document, items};

    const SPEC: &str = "
components:
  schemas:
    Job: { type: object, properties: { id: { type: string } } }
    Settings: { type: object }
";

    #[test]
    fn impls_go_with_their_type_even_when_they_are_for_another() {
        let types = group(
            items(quote::quote! {
                struct Settings(Map);
                impl Deref for Settings {}
                impl From<Settings> for Map {}
                struct Job;
            }),
            &document(SPEC),
        )
        .unwrap();

        let counts: Vec<_> = types
            .iter()
            .map(|(name, items)| (name.as_str(), items.len()))
            .collect();
        assert_eq!(counts, [("Job", 1), ("Settings", 3)]);
    }

    #[test]
    fn a_missing_type_and_an_item_of_none_are_refused() {
        let error = |tokens| {
            group(items(tokens), &document(SPEC))
                .err()
                .unwrap()
                .to_string()
        };

        assert!(
            error(quote::quote!(
                struct Job;
            ))
            .contains("no struct Settings")
        );
        assert!(
            error(quote::quote!(
                struct Stray;
            ))
            .contains("struct Stray")
        );
    }
}
