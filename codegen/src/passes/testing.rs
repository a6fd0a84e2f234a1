//! What the passes' tests have in common: progenitor's output and the spec in small.

use proc_macro2::TokenStream;

use super::Types;
use crate::document::Document;
use crate::load::Spec;

pub(super) fn items(tokens: TokenStream) -> Vec<syn::Item> {
    syn::parse2::<syn::File>(tokens).unwrap().items
}

pub(super) fn types<const N: usize>(types: [(&str, TokenStream); N]) -> Types {
    types
        .into_iter()
        .map(|(name, tokens)| (name.to_owned(), items(tokens)))
        .collect()
}

pub(super) fn document(yaml: &str) -> Document {
    Document::read(&Spec::parse("spec/openapi.yaml", yaml, []).unwrap())
}

/// The code of one type, in one line.
pub(super) fn code(types: &Types, name: &str) -> String {
    let items = &types[name];
    line(quote::quote!(#(#items)*))
}

/// Code in one line, however its tokens were put together.
pub(super) fn line(tokens: TokenStream) -> String {
    tokens
        .to_string()
        .replace(" , }", " }")
        .replace(">>", "> >")
}
