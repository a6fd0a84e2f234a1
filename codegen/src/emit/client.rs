//! The methods of the clients that begin an operation.

use quote::quote;

use super::{example, parameter};
use crate::api::Api;
use crate::names::{self, ident};
use crate::rustdoc;
use crate::source::{Crate, Source};

pub(super) fn emit(target: Crate, api: &Api) -> Source {
    let methods = api.operations.iter().map(|operation| {
        let docs = rustdoc::attribute(&example::docs(target, operation, api));
        let aliases = &operation.aliases;
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
            #(#[doc(alias = #aliases)])*
            pub fn #id(&self, #(#names: #types),*) -> #name {
                #make
            }
        }
    });
    let about = "The methods of `Client` for the operations of the API.";
    target.file("client.rs", about, quote!(impl Client { #(#methods)* }))
}
