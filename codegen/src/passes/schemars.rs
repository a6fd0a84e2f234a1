//! Derives a JSON Schema on every struct for those who ask for the feature; the macro of open enums has its own.

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
        let derive =
            syn::parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]);
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
        let mut types = types([(
            "Job",
            quote::quote!(
                #[derive(Clone)]
                #[serde(transparent)]
                struct Job;
            ),
        )]);

        derive(&mut types).unwrap();

        let expected = quote::quote! {
            #[derive(Clone)]
            #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
            #[serde(transparent)]
            struct Job;
        };
        assert_eq!(code(&types, "Job"), line(expected));
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
