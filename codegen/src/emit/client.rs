//! The methods of the clients that begin an operation.

use quote::quote;

use super::{Crate, Source, example, parameter};
use crate::api::{Api, Operation};
use crate::names::{self, ident};
use crate::rustdoc;

pub(super) fn emit(target: Crate, api: &Api) -> Source {
    let methods = api.operations.iter().map(|operation| {
        let docs = rustdoc::attribute(&example::docs(target, operation, api));
        let alias = alias(operation).map(|alias| quote!(#[doc(alias = #alias)]));
        let (id, name) = (ident(&operation.id), ident(&names::builder(&operation.id)));
        let (names, types): (Vec<_>, Vec<_>) = parameter::arguments(operation).into_iter().unzip();
        let make = match target {
            Crate::Async => quote!(#name::new(self.clone(), #(#names),*)),
            Crate::Blocking => {
                quote!(#name { inner: self.inner.#id(#(#names),*), runtime: self.runtime.clone() })
            }
        };
        quote! {
            #docs
            #alias
            pub fn #id(&self, #(#names: #types),*) -> #name {
                #make
            }
        }
    });
    let about = "The methods of `Client` for the operations of the API.";
    target.file("client.rs", about, quote!(impl Client { #(#methods)* }))
}

/// What the URL calls the operation, where its name does not.
fn alias(operation: &Operation) -> Option<&str> {
    let last = operation
        .path
        .rsplit('/')
        .find(|segment| !segment.starts_with('{'))?;
    (!operation.id.contains(last)).then_some(last)
}
