//! Arguments for required parameters, and setters for optional ones.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use crate::api::{Operation, Parameter, Type};
use crate::names::ident;
use crate::rustdoc;

/// The names and types of a call's arguments, in the order of the URL.
pub(super) fn arguments(operation: &Operation) -> Vec<(Ident, TokenStream)> {
    let parameters = operation
        .required()
        .map(|it| (ident(&it.argument), argument_type(it)));
    let body = operation
        .required_body()
        .map(|body| (ident("body"), ident(&body.ty).into_token_stream()));
    parameters.chain(body).collect()
}

fn argument_type(parameter: &Parameter) -> TokenStream {
    let ty = value_type(&parameter.ty);
    match &parameter.ty {
        _ if parameter.list => quote!(impl IntoList<#ty>),
        Type::Scalar(_) => ty,
        Type::HandWritten(_) => quote!(impl TryInto<#ty, Error: Display>),
        _ => quote!(impl Into<#ty>),
    }
}

fn value_type(ty: &Type) -> TokenStream {
    let name = match ty {
        Type::Scalar(name) => name,
        Type::Enum(name) => name.as_str(),
        Type::HandWritten(hand_written) => hand_written.schema,
        // Parameters have no other type.
        _ => "String",
    };
    name.parse().expect("the names of types are Rust")
}

/// The statement that puts a value into the request.
pub(super) fn put(parameter: &Parameter) -> TokenStream {
    let (wire, name) = (&parameter.name, ident(&parameter.argument));
    let ty = value_type(&parameter.ty);
    if parameter.in_path {
        // Errors name an argument as the caller does: `project`, where GitLab says `id`.
        let argument = &parameter.argument;
        return match &parameter.ty {
            Type::Scalar("DateTime<Utc>") => {
                quote!(request.set_path::<String>(#wire, #argument, #name.to_rfc3339_opts(SecondsFormat::AutoSi, true));)
            }
            Type::Text | Type::Enum(_) => {
                quote!(request.set_path::<#ty>(#wire, #argument, #name.into());)
            }
            _ => quote!(request.set_path::<#ty>(#wire, #argument, #name);),
        };
    }
    if let Some(property) = &parameter.item_property {
        return quote!(request.set_filter(#wire, #property, #name.into_option()););
    }
    let (values, set) = match (parameter.list, parameter.required, &parameter.ty) {
        (true, _, _) => (quote!(#name.into_list()), ident("add_query")),
        (false, false, _) => (quote!(#name.into_option()), ident("set_query")),
        (false, true, Type::Scalar(_)) => (quote!([#name]), ident("set_query")),
        (false, true, _) => (quote!([Into::<#ty>::into(#name)]), ident("set_query")),
    };
    // GitLab does not accept the form of its `Display`.
    let formatted = (parameter.ty == Type::Scalar("DateTime<Utc>")).then(|| {
        quote!(.into_iter().map(|time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
    });
    quote!(request.#set(#wire, #values #formatted);)
}

/// A setter for each optional parameter. What it does with the value depends on the crate.
pub(super) fn setters(
    operation: &Operation,
    statement: impl Fn(&Parameter, &Ident) -> TokenStream,
) -> TokenStream {
    let optional = operation
        .parameters
        .iter()
        .filter(|parameter| !parameter.required);
    optional
        .map(|parameter| {
            let mut docs = parameter.description.clone();
            if let Some(property) = &parameter.item_property {
                docs += &format!(" The client then removes the items with another `{property}`.");
            }
            let docs = rustdoc::attribute(&docs);
            let name = ident(&parameter.argument);
            let ty = value_type(&parameter.ty);
            let argument = if parameter.list {
                quote!(IntoList<#ty>)
            } else {
                quote!(IntoOption<#ty>)
            };
            let statement = statement(parameter, &name);
            quote! {
                #docs
                pub fn #name(mut self, #name: impl #argument) -> Self {
                    #statement
                    self
                }
            }
        })
        .collect()
}
