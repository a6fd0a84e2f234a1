//! Imports what a file names.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::Crate;
use crate::api::Api;
use crate::names::{self, ident};

/// Names that generated code uses, and where they come from in the async crate. No schema can have one of them.
pub(crate) const IMPORTS: &[(&str, &str)] = &[
    ("Display", "std::fmt"),
    ("Pin", "std::pin"),
    ("DateTime", "chrono"),
    ("NaiveDate", "chrono"),
    ("SecondsFormat", "chrono"),
    ("Utc", "chrono"),
    ("DeserializeOwned", "serde::de"),
    ("Method", "crate::http"),
    ("Operation", "crate::http"),
    ("Request", "crate::http"),
    ("Tokens", "crate::http"),
    ("JobLog", "crate::log"),
    ("Items", "crate::pagination"),
    ("Pages", "crate::pagination"),
    ("Strategy", "crate::pagination"),
    ("IntoList", "crate::parameter"),
    ("IntoOption", "crate::parameter"),
    ("Client", "crate"),
    ("Download", "crate"),
    ("Error", "crate"),
    ("ProjectId", "crate"),
    ("Response", "crate"),
    ("Runtime", "crate::runtime"),
    ("builder", "gitlab_jobs"),
];

/// What the blocking crate has of its own; it takes the rest of `crate` from the async one.
const BLOCKING: &[&str] = &["Client", "Download", "Items", "JobLog", "Pages"];

/// Puts imports before code for all that it names and does not declare itself.
pub(super) fn import(target: Crate, api: &Api, code: TokenStream) -> TokenStream {
    let mut named = BTreeSet::new();
    let mut declared = BTreeSet::new();
    collect(code.clone(), &mut named, &mut declared);
    let mut imports: Vec<(String, String)> = Vec::new();
    let mut add = |path: String, name: &str| {
        if named.contains(name) && !declared.contains(name) {
            imports.push((path, name.to_owned()));
        }
    };
    for (name, path) in IMPORTS {
        let path = match target {
            Crate::Async => (*path).to_owned(),
            Crate::Blocking if BLOCKING.contains(name) => "crate".to_owned(),
            Crate::Blocking if *name == "Runtime" => (*path).to_owned(),
            Crate::Blocking => path.replace("crate", "gitlab_jobs"),
        };
        add(path, name);
    }
    let types = if target == Crate::Async {
        "crate::types"
    } else {
        "gitlab_jobs::types"
    };
    api.structs
        .keys()
        .chain(api.enums.keys())
        .for_each(|name| add(types.to_owned(), name));
    for operation in &api.operations {
        add("crate::builder".to_owned(), &names::builder(&operation.id));
    }
    // The standard library first, our own last.
    imports.sort_by_cached_key(|(path, name)| {
        let place = if path.starts_with("std") {
            0
        } else {
            1 + u8::from(path.starts_with("crate"))
        };
        (place, path.clone(), name.clone())
    });
    let uses = imports
        .chunk_by(|(path, _), (next, _)| path == next)
        .map(|same| {
            let path: syn::Path = syn::parse_str(&same[0].0).expect("the paths above are paths");
            match same {
                [(_, name)] => {
                    let name = ident(name);
                    quote!(use #path::#name;)
                }
                _ => {
                    let names = same.iter().map(|(_, name)| ident(name));
                    quote!(use #path::{#(#names),*};)
                }
            }
        });
    quote!(#(#uses)* #code)
}

/// Collects the identifiers of code that no path leads to, and those that it declares as types.
fn collect(code: TokenStream, named: &mut BTreeSet<String>, declared: &mut BTreeSet<String>) {
    let tokens: Vec<_> = code.into_iter().collect();
    let is_colon = |at: Option<usize>| {
        let token = at.and_then(|at| tokens.get(at));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
    };
    for (at, token) in tokens.iter().enumerate() {
        let before = |count| at.checked_sub(count);
        match token {
            TokenTree::Ident(ident) => {
                let previous = before(1).map(|at| tokens[at].to_string());
                let declares = matches!(previous.as_deref(), Some("struct" | "enum"));
                let after_path = is_colon(before(1)) && is_colon(before(2));
                // The name of a field, an argument, or an associated type.
                let names = is_colon(Some(at + 1)) && !is_colon(Some(at + 2));
                if declares {
                    declared.insert(ident.to_string());
                } else if !after_path && !names {
                    named.insert(ident.to_string());
                }
            }
            TokenTree::Group(group) => collect(group.stream(), named, declared),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
