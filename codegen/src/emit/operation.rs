//! The builder of an operation: a client, and the request as far as it is known.

use proc_macro2::TokenStream;
use quote::quote;

use super::imports::import;
use super::{Crate, Source, example, paginated_item, parameter, response_type};
use crate::api::{Api, Operation, Response, Tokens};
use crate::names::{self, ident};
use crate::rustdoc;

pub(super) fn emit(operation: &Operation, api: &Api) -> Source {
    let name = ident(&names::builder(&operation.id));
    let docs = rustdoc::attribute(&example::docs(operation, api, Crate::Async));
    let must_use = if paginated_item(operation).is_some() {
        "the request is sent only when this is awaited, sent, or streamed"
    } else {
        "the request is sent only when this is awaited or sent"
    };
    let constant = constant(operation);
    let body_field = operation.body.as_ref().map(|body| {
        let ty = ident(&body.ty);
        quote!(pub(crate) body: #ty,)
    });
    let arguments = parameter::argument_list(operation);
    let required = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required);
    let put: Vec<_> = required.map(parameter::put).collect();
    let begin = if put.is_empty() {
        quote!(let request = Request::new(&OPERATION);)
    } else {
        quote! {
            let mut request = Request::new(&OPERATION);
            #(#put)*
        }
    };
    let body_value = operation.body.as_ref().map(|body| {
        if body.required {
            quote!(body,)
        } else {
            quote!(body: Default::default(),)
        }
    });
    let setters = parameter::setters(operation, |parameter, _| {
        let put = parameter::put(parameter);
        quote!(self.#put)
    });
    let body_setter = body_setter(operation, &quote!(self.body = body;));
    let request = match &operation.body {
        Some(body) if body.required => quote!(self.request.json(&self.body)),
        Some(_) => quote!(self.request.optional_json(&self.body)),
        None => quote!(self.request),
    };
    let send = send(operation, &request);
    let pages = pages(operation, &request);
    let output = response_type(&operation.response);
    let code = quote! {
        #constant

        #docs
        #[derive(Clone, Debug)]
        #[must_use = #must_use]
        pub struct #name {
            client: Client,
            request: Request,
            #body_field
        }

        impl #name {
            pub(crate) fn new(client: Client, #(#arguments),*) -> Self {
                #begin
                Self { client, request, #body_value }
            }

            #setters
            #body_setter
            #send
            #pages
        }

        impl IntoFuture for #name {
            type Output = Result<Response<#output>, Error>;
            type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
    let file = format!(
        "operations/{}.rs",
        names::module(&names::builder(&operation.id))
    );
    Crate::Async.file(&file, about(operation), import(Crate::Async, api, code))
}

pub(super) fn about(operation: &Operation) -> String {
    format!(
        "{}: `{} {}`.",
        operation.summary, operation.method, operation.path
    )
}

fn constant(operation: &Operation) -> TokenStream {
    let Operation { id, path, .. } = operation;
    let method = ident(&operation.method);
    let tokens = ident(match operation.tokens {
        Tokens::Any => "Any",
        Tokens::JobOnly => "JobOnly",
        Tokens::NoJob => "NoJob",
    });
    quote! {
        static OPERATION: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            tokens: Tokens::#tokens,
        };
    }
}

/// The setter of a body that is not an argument.
pub(super) fn body_setter(operation: &Operation, statement: &TokenStream) -> Option<TokenStream> {
    let body = operation.body.as_ref().filter(|body| !body.required)?;
    let docs = rustdoc::attribute(&format!(
        "{}\n\nReplaces all that was set of the body before.",
        body.description
    ));
    let ty = ident(&body.ty);
    Some(quote! {
        #docs
        pub fn body(mut self, body: #ty) -> Self {
            #statement
            self
        }
    })
}

fn send(operation: &Operation, request: &TokenStream) -> TokenStream {
    let output = response_type(&operation.response);
    let docs = send_docs(operation);
    let send = |call: TokenStream| {
        quote! {
            #docs
            pub async fn send(self) -> Result<Response<#output>, Error> {
                self.client.#call(#request).await
            }
        }
    };
    match &operation.response {
        Response::Empty => send(quote!(execute_empty)),
        Response::Stream(Some(_)) => send(quote!(open_log)),
        Response::Stream(None) => send(quote!(download)),
        Response::One(_) | Response::List(_) => {
            let send = send(quote!(execute));
            let docs_as = send_as_docs(operation);
            quote! {
                #send

                #docs_as
                pub async fn send_as<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
                    self.client.execute(#request).await
                }
            }
        }
    }
}

fn what(operation: &Operation) -> &'static str {
    match &operation.response {
        Response::Empty => "Sends the request.",
        Response::Stream(_) => {
            "Sends the request and returns as soon as the response begins; its body is read as it arrives."
        }
        _ if paginated_item(operation).is_some() => {
            "Sends the request and returns one page of the list."
        }
        _ => "Sends the request and returns the response.",
    }
}

const ERRORS: &str = "# Errors\n\nReturns an error if an argument is invalid, the server cannot be reached, or the response is an \
                      error";

pub(super) fn send_docs(operation: &Operation) -> TokenStream {
    let decoded = match &operation.response {
        Response::One(_) | Response::List(_) => " or cannot be decoded",
        _ => "",
    };
    rustdoc::attribute(&format!("{}\n\n{ERRORS}{decoded}.", what(operation)))
}

pub(super) fn send_as_docs(operation: &Operation) -> TokenStream {
    let what = what(operation).trim_end_matches('.');
    rustdoc::attribute(&format!(
        "{what}, decoded as a type of your own.\n\n{ERRORS} or cannot be decoded as `T`."
    ))
}

fn pages(operation: &Operation, request: &TokenStream) -> Option<TokenStream> {
    let item = ident(paginated_item(operation)?);
    let strategies = operation.pagination.iter().map(|kind| match kind.as_str() {
        "keyset" => quote!(Strategy::Keyset),
        _ => quote!(Strategy::Offset),
    });
    Some(quote! {
        /// Streams the items of the whole list, over all its pages.
        pub fn stream(self) -> Items<#item> {
            self.stream_as()
        }

        /// Streams the items of the whole list, each decoded as a type of your own.
        pub fn stream_as<T: DeserializeOwned>(self) -> Items<T> {
            self.pages_as().items()
        }

        /// Streams the pages of the whole list, each with its own status and headers.
        pub fn pages(self) -> Pages<#item> {
            self.pages_as()
        }

        /// Streams the pages of the whole list, with each item decoded as a type of your own.
        pub fn pages_as<T: DeserializeOwned>(self) -> Pages<T> {
            Pages::new(self.client, #request, &[#(#strategies),*])
        }
    })
}
