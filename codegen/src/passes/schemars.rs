//! Derives a JSON Schema on every struct for those who ask for the feature; the macro of open enums has its own. The
//! derive cannot know what is optional, which the macro of models tells.

use syn::Attribute;

use super::{Types, refusal, structs_mut};
use crate::error::Error;

/// Adds the derive below the one that is there.
pub(super) fn derive(types: &mut Types) -> Result<(), Error> {
    for (name, item) in structs_mut(types) {
        let is_derive = |attribute: &Attribute| attribute.path().is_ident("derive");
        let position = item.attrs.iter().position(is_derive);
        let position = position
            .ok_or_else(|| refusal("schemars", format!("struct {name} derives nothing")))?;
        let derive = match item.fields {
            syn::Fields::Named(_) => syn::parse_quote! {
                #[cfg_attr(
                    feature = "schemars",
                    derive(schemars::JsonSchema),
                    schemars(transform = crate::model::describe::<Self>)
                )]
            },
            _ => syn::parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]),
        };
        item.attrs.insert(position + 1, derive);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::derive;
    use crate::passes::testing::{code, line, types};

    #[test]
    fn the_derive_is_behind_the_feature() {
        let mut types = types([
            (
                "Job",
                quote::quote!(
                    #[derive(Clone)]
                    #[non_exhaustive]
                    struct Job {
                        id: u64,
                    }
                ),
            ),
            (
                "Tag",
                quote::quote!(
                    #[derive(Clone)]
                    struct Tag(String);
                ),
            ),
        ]);

        derive(&mut types).unwrap();

        let expected = quote::quote! {
            #[derive(Clone)]
            #[cfg_attr(
                feature = "schemars",
                derive(schemars::JsonSchema),
                schemars(transform = crate::model::describe::<Self>)
            )]
            #[non_exhaustive]
            struct Job {
                id: u64,
            }
        };
        assert_eq!(code(&types, "Job"), line(expected));
        let expected = quote::quote! {
            #[derive(Clone)]
            #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
            struct Tag(String);
        };
        assert_eq!(code(&types, "Tag"), line(expected));
    }

    #[test]
    fn a_struct_that_derives_nothing_is_refused() {
        assert!(
            derive(&mut types([(
                "Job",
                quote::quote!(
                    struct Job;
                )
            )]))
            .is_err()
        );
    }
}
