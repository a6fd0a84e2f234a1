//! Writes the files of both crates: progenitor's structs, and operations and open enums from the spec.

mod client;
mod example;
mod operation;
mod parameter;
mod types;

use indexmap::IndexMap;
use quote::quote;

use crate::api::Api;
use crate::error::Error;
use crate::imports;
use crate::names::{self, ident};
use crate::source::{Crate, Source};

/// Returns the files of both crates.
///
/// # Errors
///
/// Returns an error if the code is not valid Rust.
pub(crate) fn emit(
    api: &Api,
    structs: &IndexMap<String, syn::ItemStruct>,
) -> Result<Vec<Source>, Error> {
    let mut sources = types::emit(api, structs);
    sources.push(index(
        Crate::Async,
        "types",
        "The types of the API.",
        api.types(),
    ));
    for target in [Crate::Async, Crate::Blocking] {
        let builders = api
            .operations
            .iter()
            .map(|operation| names::builder(&operation.id));
        sources.push(index(
            target,
            "operations",
            "The builders of all operations.",
            builders.collect(),
        ));
        sources.push(client::emit(target, api));
        sources.extend(
            api.operations
                .iter()
                .map(|operation| operation::emit(target, operation)),
        );
        let types = (target == Crate::Async).then(|| {
            quote!(
                pub(crate) mod types;
            )
        });
        let modules = quote! { mod client; pub(crate) mod operations; #types };
        sources.push(target.file(
            "mod.rs",
            "Everything that is generated from the spec.",
            modules,
        ));
    }
    for source in &mut sources {
        imports::add(source, api)?;
    }
    Ok(sources)
}

/// A `mod.rs` with a private module for each name, and a re-export of its only public item.
fn index(target: Crate, directory: &str, about: &str, names: Vec<String>) -> Source {
    let modules: Vec<_> = names
        .iter()
        .map(|name| ident(&names::module(name)))
        .collect();
    let items = names.iter().map(|name| ident(name));
    // `self`, since a crate may have the same name as a module.
    let tokens = quote! { #(mod #modules;)* #(pub use self::#modules::#items;)* };
    target.file(format!("{directory}/mod.rs"), about, tokens)
}
