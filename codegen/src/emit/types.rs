//! One file for each type: progenitor's structs, and the open enums.

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::api::{Api, OpenEnum};
use crate::names::{self, ident};
use crate::rustdoc;
use crate::source::{Crate, Source};

pub(super) fn emit(api: &Api, structs: &IndexMap<String, syn::ItemStruct>) -> Vec<Source> {
    let structs = structs.iter().map(|(name, item)| {
        let about = format!("The model `{name}`.");
        file(name, about, item.to_token_stream())
    });
    let enums = api.enums.iter().map(|(name, described)| {
        let about = format!("The values of `{name}`, open to those of newer servers.");
        file(name, about, open_enum(name, described))
    });
    structs.chain(enums).collect()
}

fn file(name: &str, about: String, code: TokenStream) -> Source {
    Crate::Async.file(format!("types/{}.rs", names::module(name)), about, code)
}

/// An enum with a variant for unknown values. A macro of the SDK implements the common traits.
fn open_enum(name: &str, described: &OpenEnum) -> TokenStream {
    let docs = rustdoc::attribute(&described.description);
    let name = ident(name);
    let variants: Vec<_> = described
        .values
        .keys()
        .map(|value| ident(&names::variant(value)))
        .collect();
    let variant_docs = described
        .values
        .values()
        .map(|description| rustdoc::attribute(description));
    let values = described.values.keys();
    quote! {
        use crate::value::{UnknownValue, open_enum};

        #docs
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variant_docs #variants,)*
            /// A value that this version of the crate does not know.
            Unknown(UnknownValue<Self>),
        }

        impl #name {
            /// All values that this version of the crate knows.
            pub const KNOWN: &'static [Self] = &[#(Self::#variants),*];

            /// Returns the value as GitLab writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        open_enum!(#name);
    }
}
