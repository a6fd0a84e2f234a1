//! The builder of an operation. In the async crate, it holds a client and the request so far. In the blocking crate, it
//! holds the async builder and a runtime to drive it.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::quote;

use super::parameter;
use crate::api::{Body, Operation, Response};
use crate::names::{self, ident};
use crate::rustdoc;
use crate::source::{Crate, Source};

pub(super) fn emit(target: Crate, operation: &Operation) -> Source {
    let builder = names::builder(&operation.id);
    let name = ident(&builder);
    let id = &operation.id;
    let docs = format!(" The request of [`Client::{id}`](crate::Client::{id}).");
    let must_use = match (target, operation.paginated_item()) {
        (Crate::Async, None) => "the request is sent only when this is awaited or sent",
        (Crate::Async, Some(_)) => {
            "the request is sent only when this is awaited, sent, or streamed"
        }
        (Crate::Blocking, None) => "the request is sent only by `send`",
        (Crate::Blocking, Some(_)) => "the request is sent only by `send` or `iter`",
    };
    let (fields, constructor) = match target {
        Crate::Async => {
            let body = operation.body.as_ref().map(|body| {
                let ty = ident(&body.ty);
                quote!(pub(crate) body: #ty,)
            });
            let fields = quote! { pub(crate) client: Client, pub(crate) request: Request, #body };
            (fields, Some(constructor(operation)))
        }
        Crate::Blocking => {
            let fields = quote! { pub(crate) inner: builder::#name, pub(crate) runtime: Runtime, };
            (fields, None)
        }
    };
    let (before, after) = (target == Crate::Async).then(|| around(operation)).unzip();
    let setters = parameter::setters(operation, |parameter, name| match target {
        Crate::Async => {
            let put = parameter::put(parameter);
            quote!(self.#put)
        }
        Crate::Blocking => quote!(self.inner = self.inner.#name(#name);),
    });
    let body = operation.body.as_ref().filter(|body| !body.required);
    let body = body.map(|body| body_setter(target, body));
    let send = send(target, operation);
    let pages = pages(target, operation);
    let tokens = quote! {
        #before

        #[doc = #docs]
        #[derive(Clone, Debug)]
        #[must_use = #must_use]
        pub struct #name {
            #fields
        }

        impl #name {
            #constructor
            #setters
            #body
            #send
            #pages
        }

        #after
    };
    let about = format!("The builder that `Client::{id}` returns.");
    let file = format!("operations/{}.rs", names::module(&builder));
    target.file(file, about, tokens)
}

/// The items around the builder of the async crate: the operation as a constant, and `IntoFuture`.
fn around(operation: &Operation) -> (TokenStream, TokenStream) {
    let Operation { id, path, .. } = operation;
    let fallback = match &operation.fallback {
        Some(id) => {
            let module = ident(&names::module(&names::builder(id)));
            quote!(Some(&super::#module::OPERATION))
        }
        None => quote!(None),
    };
    let (method, tokens) = (ident(&operation.method), ident(operation.tokens));
    let constant = quote! {
        pub(super) static OPERATION: Operation = Operation {
            id: #id,
            method: Method::#method,
            path: #path,
            tokens: Tokens::#tokens,
            fallback: #fallback,
        };
    };
    let name = ident(&names::builder(id));
    let output = response_type(&operation.response);
    let future = quote! {
        impl IntoFuture for #name {
            type Output = Result<Response<#output>, Error>;
            type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.send())
            }
        }
    };
    (constant, future)
}

fn constructor(operation: &Operation) -> TokenStream {
    let arguments = parameter::arguments(operation)
        .into_iter()
        .map(|(name, ty)| quote!(#name: #ty));
    let put: Vec<_> = operation.required().map(parameter::put).collect();
    let mutable = (!put.is_empty()).then(|| quote!(mut));
    let body = operation.body.as_ref().map(|body| match body.required {
        true => quote!(body,),
        false => quote!(body: Default::default(),),
    });
    quote! {
        pub(crate) fn new(client: Client, #(#arguments),*) -> Self {
            let #mutable request = Request::new(&OPERATION);
            #(#put)*
            Self { client, request, #body }
        }
    }
}

/// The setter of a body that is not an argument.
fn body_setter(target: Crate, body: &Body) -> TokenStream {
    let docs = format!(
        "{}\n\nReplaces the whole body, including everything set before.",
        body.description
    );
    let docs = rustdoc::attribute(&docs);
    let ty = ident(&body.ty);
    let statement = match target {
        Crate::Async => quote!(self.body = body;),
        Crate::Blocking => quote!(self.inner = self.inner.body(body);),
    };
    quote! {
        #docs
        pub fn body(mut self, body: #ty) -> Self {
            #statement
            self
        }
    }
}

/// The request of the async builder, with its body.
fn request(operation: &Operation) -> TokenStream {
    match &operation.body {
        Some(body) if body.required => quote!(self.request.json(&self.body)),
        Some(_) => quote!(self.request.optional_json(&self.body)),
        None => quote!(self.request),
    }
}

/// The request of a single response. A page that is not requested by keyset has one order only.
fn single_request(operation: &Operation) -> TokenStream {
    let request = request(operation);
    if operation.pagination.iter().any(|kind| kind == "keyset") {
        quote!(in_order(#request))
    } else {
        request
    }
}

fn send(target: Crate, operation: &Operation) -> TokenStream {
    let output = response_type(&operation.response);
    let request = single_request(operation);
    let what = match &operation.response {
        Response::Empty => "Sends the request",
        Response::Stream(_) => {
            "Sends the request and returns as soon as the response begins; its body is read as it arrives"
        }
        _ if operation.paginated_item().is_some() => {
            "Sends the request and returns one page of the list"
        }
        _ => "Sends the request and returns the response",
    };
    let is_json = matches!(operation.response, Response::One(_) | Response::List(_));
    let decoded = if is_json { " or cannot be decoded" } else { "" };
    let docs = rustdoc::attribute(&format!(
        "{what}.\n\n# Errors\n\nReturns an error if an argument is invalid, the server cannot be reached, or the response is \
         an error{decoded}."
    ));
    let (is_async, bounds) = match target {
        Crate::Async => (Some(quote!(async)), quote!(DeserializeOwned)),
        Crate::Blocking => (None, quote!(DeserializeOwned + Send)),
    };
    let call = match (target, &operation.response) {
        (Crate::Async, Response::Empty) => quote!(self.client.execute_empty(#request).await),
        (Crate::Async, Response::Stream(Some(_))) => quote!(self.client.open_log(#request).await),
        (Crate::Async, Response::Stream(None)) => quote!(self.client.download(#request).await),
        (Crate::Async, _) => quote!(self.send_as().await),
        (Crate::Blocking, Response::Empty) => quote!(self.runtime.block_on(self.inner.send())),
        (Crate::Blocking, Response::Stream(_)) => quote! {
            let response = self.runtime.block_on(self.inner.send())?;
            Ok(response.map(|body| #output::new(body, self.runtime)))
        },
        (Crate::Blocking, _) => quote!(self.send_as()),
    };
    let send_as = is_json.then(|| {
        let call = match target {
            Crate::Async => quote!(self.client.execute(#request).await),
            Crate::Blocking => quote!(self.runtime.block_on(self.inner.send_as())),
        };
        quote! {
            /// Sends the request and returns the response, decoded as a type of your own.
            ///
            /// # Errors
            ///
            /// Returns an error as [`send`](Self::send) does, also if the response cannot be decoded as `T`.
            pub #is_async fn send_as<T: #bounds>(self) -> Result<Response<T>, Error> {
                #call
            }
        }
    });
    quote! {
        #docs
        pub #is_async fn send(self) -> Result<Response<#output>, Error> {
            #call
        }

        #send_as
    }
}

fn pages(target: Crate, operation: &Operation) -> Option<TokenStream> {
    let item = ident(operation.paginated_item()?);
    let request = request(operation);
    let strategies = operation
        .pagination
        .iter()
        .map(|kind| ident(&kind.to_upper_camel_case()));
    let (verb, items, bounds) = match target {
        Crate::Async => ("Streams", "stream", quote!(DeserializeOwned)),
        Crate::Blocking => ("Returns", "iter", quote!(DeserializeOwned + Send)),
    };
    let (items, items_as) = (ident(items), ident(&format!("{items}_as")));
    let (make_items, make_pages) = match target {
        Crate::Async => (
            quote!(self.pages_as().items()),
            quote!(Pages::new(self.client, #request, &[#(Strategy::#strategies),*])),
        ),
        Crate::Blocking => (
            quote!(Items::new(self.inner.stream_as(), self.runtime)),
            quote!(Pages::new(self.inner.pages_as(), self.runtime)),
        ),
    };
    let docs = [
        "items of the whole list, over all its pages",
        "items of the whole list, each decoded as a type of your own",
        "pages of the whole list, each with its own status and headers",
        "pages of the whole list, with each item decoded as a type of your own",
    ];
    let [items_docs, items_as_docs, pages_docs, pages_as_docs] =
        docs.map(|docs| format!("{verb} the {docs}."));
    Some(quote! {
        #[doc = #items_docs]
        pub fn #items(self) -> Items<#item> {
            self.#items_as()
        }

        #[doc = #items_as_docs]
        pub fn #items_as<T: #bounds>(self) -> Items<T> {
            #make_items
        }

        #[doc = #pages_docs]
        pub fn pages(self) -> Pages<#item> {
            self.pages_as()
        }

        #[doc = #pages_as_docs]
        pub fn pages_as<T: #bounds>(self) -> Pages<T> {
            #make_pages
        }
    })
}

/// The type that `send` returns, without its `Response`.
fn response_type(response: &Response) -> TokenStream {
    let name = match response {
        Response::Empty => return quote!(()),
        Response::One(name) | Response::List(name) => ident(name),
        Response::Stream(Some(hand_written)) => ident(hand_written.schema),
        Response::Stream(None) => ident("Download"),
    };
    match response {
        Response::List(_) => quote!(Vec<#name>),
        _ => quote!(#name),
    }
}

#[cfg(test)]
mod tests {
    use syn::visit::Visit;

    use super::*;

    /// The names of methods and of their arguments, other than the values of setters.
    #[derive(Default)]
    struct Names(Vec<String>);

    impl<'ast> Visit<'ast> for Names {
        fn visit_signature(&mut self, signature: &'ast syn::Signature) {
            self.0.push(signature.ident.to_string());
            for argument in &signature.inputs {
                if let syn::FnArg::Typed(syn::PatType { pat, .. }) = argument {
                    self.0.push(quote!(#pat).to_string());
                }
            }
        }

        fn visit_local(&mut self, local: &'ast syn::Local) {
            let name = &local.pat;
            self.0.push(quote!(#name).to_string().replace("mut ", ""));
        }
    }

    /// An operation without parameters.
    fn operation(required: bool, response: Response) -> Operation {
        Operation {
            id: "list_jobs".to_owned(),
            method: "GET".to_owned(),
            path: "/jobs".to_owned(),
            description: String::new(),
            aliases: Vec::new(),
            deprecated: false,
            parameters: Vec::new(),
            body: Some(Body {
                description: String::new(),
                ty: "Filter".to_owned(),
                required,
            }),
            response,
            pagination: vec!["offset".to_owned()],
            tokens: "Any",
            fallback: None,
        }
    }

    #[test]
    fn names_of_every_builder_are_known_to_the_reader() {
        let mut names = Names::default();
        for target in [Crate::Async, Crate::Blocking] {
            for required in [true, false] {
                let responses = [
                    Response::List("Job".to_owned()),
                    Response::Stream(None),
                    Response::Empty,
                ];
                for response in responses {
                    let source = emit(target, &operation(required, response));
                    names.visit_file(&syn::parse2(source.tokens).unwrap());
                }
            }
        }
        names.0.retain(|name| name != "response");
        names.0.sort();
        names.0.dedup();
        let known: Vec<_> = names::BUILDER
            .split(' ')
            .filter(|name| !names::OF_ALL_TYPES.split(' ').any(|it| it == *name))
            .collect();
        assert_eq!(names.0, known);
    }
}
