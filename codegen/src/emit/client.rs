//! The methods of the clients that begin an operation.

use quote::quote;

use super::imports::import;
use super::{Crate, Source, example, parameter};
use crate::api::{Api, Operation};
use crate::names::{self, ident};
use crate::rustdoc;

pub(super) fn emit(target: Crate, api: &Api) -> Source {
    let methods = api.operations.iter().map(|operation| {
        let docs = rustdoc::attribute(&example::docs(operation, api, target));
        let alias = alias(operation).map(|alias| quote!(#[doc(alias = #alias)]));
        let (id, name) = (ident(&operation.id), ident(&names::builder(&operation.id)));
        let declared = parameter::argument_list(operation);
        let arguments = parameter::argument_names(operation);
        let make = match target {
            Crate::Async => quote!(#name::new(self.clone(), #(#arguments),*)),
            Crate::Blocking => {
                quote!(#name { inner: self.inner.#id(#(#arguments),*), runtime: self.runtime.clone() })
            }
        };
        quote! {
            #docs
            #alias
            pub fn #id(&self, #(#declared),*) -> #name {
                #make
            }
        }
    });
    let code = quote!(impl Client { #(#methods)* });
    target.file(
        "client.rs",
        "The methods of `Client` for the operations of the API.",
        import(target, api, code),
    )
}

/// What the URL calls the operation, where its name does not.
fn alias(operation: &Operation) -> Option<&str> {
    let last = operation
        .path
        .rsplit('/')
        .find(|segment| !segment.starts_with('{'))?;
    (!operation.id.contains(last)).then_some(last)
}
