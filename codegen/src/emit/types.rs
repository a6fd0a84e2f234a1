//! One file for each type: progenitor's structs, and the open enums.

use indexmap::IndexMap;
use quote::{ToTokens, quote};

use super::imports::import;
use super::{Crate, Source};
use crate::api::{Api, OpenEnum};
use crate::names::{self, ident};
use crate::rustdoc;

pub(super) fn emit(api: &Api, structs: &IndexMap<String, syn::ItemStruct>) -> Vec<Source> {
    let structs = structs.iter().map(|(name, item)| {
        let about = format!("The model `{name}`.");
        file(name, about, import(Crate::Async, api, item.to_token_stream()))
    });
    let enums = api.enums.iter().map(|(name, described)| {
        let about = format!("The values of `{name}`, open to those of newer servers.");
        file(name, about, import(Crate::Async, api, open_enum(name, described)))
    });
    structs.chain(enums).collect()
}

/// The types that have a file.
pub(super) fn names(api: &Api) -> Vec<String> {
    let mut names: Vec<_> = api.structs.keys().chain(api.enums.keys()).cloned().collect();
    names.sort();
    names
}

fn file(name: &str, about: String, code: proc_macro2::TokenStream) -> Source {
    Crate::Async.file(&format!("types/{}.rs", names::module(name)), about, code)
}

fn open_enum(name: &str, described: &OpenEnum) -> proc_macro2::TokenStream {
    let docs = rustdoc::attribute(&described.description);
    let name = ident(name);
    let variants = described.values.iter().map(|(value, description)| {
        let docs = rustdoc::attribute(description);
        let variant = ident(&names::variant(value));
        quote!(#docs #variant = #value,)
    });
    quote! {
        open_enum! {
            #docs
            pub enum #name { #(#variants)* }
        }
    }
}
