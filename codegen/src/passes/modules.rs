//! Drops progenitor's client, prelude and imports: the client is written by hand.

use syn::Item;

use super::refusal;
use crate::error::Error;

const PASS: &str = "modules";

/// The two modules worth reading.
pub(super) struct Modules {
    /// Types, one for each schema.
    pub(super) types: Vec<Item>,
    /// A builder for each operation.
    pub(super) builder: Vec<Item>,
}

/// Takes the modules `types` and `builder` out of the file.
pub(super) fn take(file: syn::File) -> Result<Modules, Error> {
    let (mut types, mut builder) = (None, None);
    for item in file.items {
        let Item::Mod(module) = item else { continue };
        let items = module.content.map(|(_, items)| items);
        match module.ident.to_string().as_str() {
            "types" => types = items,
            "builder" => builder = items,
            "prelude" => {}
            other => return Err(refusal(PASS, format!("there is a new module `{other}`"))),
        }
    }
    let missing = |name| refusal(PASS, format!("there is no module `{name}`"));
    Ok(Modules {
        types: types.ok_or_else(|| missing("types"))?,
        builder: builder.ok_or_else(|| missing("builder"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::take;

    #[test]
    fn only_types_and_builders_are_kept() {
        let modules = take(syn::parse_quote! {
            use progenitor_client::Error;
            pub mod types { pub struct Job; }
            pub struct Client;
            pub mod builder { pub struct GetJob; pub struct PlayJob; }
            pub mod prelude { pub use super::Client; }
        })
        .unwrap();

        assert_eq!((modules.types.len(), modules.builder.len()), (1, 2));
    }

    #[test]
    fn a_missing_or_a_new_module_is_refused() {
        let error = |file| take(file).err().unwrap().to_string();

        assert!(
            error(syn::parse_quote!(
                pub mod types {}
            ))
            .contains("no module `builder`")
        );
        assert!(
            error(syn::parse_quote!(
                pub mod streams {}
            ))
            .contains("new module `streams`")
        );
    }
}
