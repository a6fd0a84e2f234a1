//! The builder of an operation in the blocking crate: that of the async crate, and a runtime to drive it.

use proc_macro2::TokenStream;
use quote::quote;

use super::imports::import;
use super::operation::{about, body_setter, send_as_docs, send_docs};
use super::{Crate, Source, example, paginated_item, parameter, response_type};
use crate::api::{Api, Operation, Response};
use crate::names::{self, ident};
use crate::rustdoc;

pub(super) fn emit(operation: &Operation, api: &Api) -> Source {
    let name = ident(&names::builder(&operation.id));
    let docs = rustdoc::attribute(&example::docs(operation, api, Crate::Blocking));
    let must_use = if paginated_item(operation).is_some() {
        "the request is sent only by `send` or `iter`"
    } else {
        "the request is sent only by `send`"
    };
    let setters = parameter::setters(
        operation,
        |_, name| quote!(self.inner = self.inner.#name(#name);),
    );
    let body_setter = body_setter(operation, &quote!(self.inner = self.inner.body(body);));
    let send = send(operation);
    let pages = pages(operation);
    let code = quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use = #must_use]
        pub struct #name {
            pub(crate) inner: builder::#name,
            pub(crate) runtime: Runtime,
        }

        impl #name {
            #setters
            #body_setter
            #send
            #pages
        }
    };
    let file = format!(
        "operations/{}.rs",
        names::module(&names::builder(&operation.id))
    );
    Crate::Blocking.file(&file, about(operation), import(Crate::Blocking, api, code))
}

fn send(operation: &Operation) -> TokenStream {
    let output = response_type(&operation.response);
    let docs = send_docs(operation);
    let call = match &operation.response {
        Response::Stream(_) => quote! {
            let response = self.runtime.block_on(self.inner.send())?;
            Ok(response.map(|body| #output::new(body, self.runtime)))
        },
        _ => quote!(self.runtime.block_on(self.inner.send())),
    };
    let send_as = matches!(operation.response, Response::One(_) | Response::List(_)).then(|| {
        let docs = send_as_docs(operation);
        quote! {
            #docs
            pub fn send_as<T: DeserializeOwned + Send>(self) -> Result<Response<T>, Error> {
                self.runtime.block_on(self.inner.send_as())
            }
        }
    });
    quote! {
        #docs
        pub fn send(self) -> Result<Response<#output>, Error> {
            #call
        }

        #send_as
    }
}

fn pages(operation: &Operation) -> Option<TokenStream> {
    let item = ident(paginated_item(operation)?);
    Some(quote! {
        /// Returns the items of the whole list, over all its pages.
        pub fn iter(self) -> Items<#item> {
            self.iter_as()
        }

        /// Returns the items of the whole list, each decoded as a type of your own.
        pub fn iter_as<T: DeserializeOwned + Send>(self) -> Items<T> {
            Items::new(self.inner.stream_as(), self.runtime)
        }

        /// Returns the pages of the whole list, each with its own status and headers.
        pub fn pages(self) -> Pages<#item> {
            self.pages_as()
        }

        /// Returns the pages of the whole list, with each item decoded as a type of your own.
        pub fn pages_as<T: DeserializeOwned + Send>(self) -> Pages<T> {
            Pages::new(self.inner.pages_as(), self.runtime)
        }
    })
}
