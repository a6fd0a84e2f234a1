//! Imports the names that a file uses.

use std::collections::BTreeSet;

use quote::quote;
use syn::visit_mut::{VisitMut, visit_file_mut, visit_path_mut};

use crate::api::Api;
use crate::error::Error;
use crate::names::{self, ident};
use crate::source::{Crate, Source};

/// The items that generated code uses, by module.
const ASYNC: &[(&str, &str)] = &[
    ("std::fmt", "Display"),
    ("std::pin", "Pin"),
    ("chrono", "DateTime NaiveDate SecondsFormat Utc"),
    ("serde::de", "DeserializeOwned"),
    ("crate", "Client Download Error ProjectId Response"),
    ("crate::log", "JobLog"),
    ("crate::pagination", "Items Pages Strategy in_order"),
    ("crate::parameter", "IntoList IntoOption"),
    ("crate::request", "Method Operation Request Tokens"),
];

const BLOCKING: &[(&str, &str)] = &[
    ("std::fmt", "Display"),
    ("serde::de", "DeserializeOwned"),
    ("gitlab_jobs", "Error ProjectId Response builder"),
    ("gitlab_jobs::chrono", "DateTime NaiveDate Utc"),
    ("gitlab_jobs::parameter", "IntoList IntoOption"),
    ("crate", "Client Download Items Pages"),
    ("crate::log", "JobLog"),
    ("crate::runtime", "Runtime"),
];

/// All imported names. No type of the spec can have one of them.
pub(crate) fn names<'n>() -> impl Iterator<Item = &'n str> {
    let modules = ASYNC.iter().chain(BLOCKING);
    modules.flat_map(|(_, names)| names.split(' '))
}

/// Adds imports for everything that a file uses and does not declare itself: from the standard library, from other crates,
/// and from this one.
pub(crate) fn add(source: &mut Source, api: &Api) -> Result<(), Error> {
    let path = source.path.display();
    let mut file: syn::File = syn::parse2(std::mem::take(&mut source.tokens))
        .map_err(|error| Error::Emit(format!("{path} is not Rust: {error}")))?;
    let mut named = Named::default();
    visit_file_mut(&mut named, &mut file);
    for item in &file.items {
        if let syn::Item::Struct(syn::ItemStruct { ident, .. })
        | syn::Item::Enum(syn::ItemEnum { ident, .. }) = item
        {
            named.0.remove(&ident.to_string());
        }
    }
    let builders = api
        .operations
        .iter()
        .map(|operation| names::builder(&operation.id))
        .collect();
    let (known, types_module) = match source.target {
        Crate::Async => (ASYNC, "crate::types"),
        Crate::Blocking => (BLOCKING, "gitlab_jobs::types"),
    };
    let known = known
        .iter()
        .map(|(module, names)| (*module, names.split(' ').map(str::to_owned).collect()));
    let modules: [(&str, Vec<String>); 2] =
        [("crate::builder", builders), (types_module, api.types())];
    let mut modules: Vec<_> = known.chain(modules).collect();
    modules.sort_by_key(|(module, _)| match module.split("::").next() {
        Some("std") => 0,
        Some("crate") => 2,
        _ => 1,
    });
    let imports = modules.iter().flat_map(|(module, names)| {
        let module: syn::Path = syn::parse_str(module).expect("modules are paths");
        let names = names.iter().filter(|name| named.0.contains(*name));
        let names: Vec<_> = names.map(|name| ident(name)).collect();
        match &names[..] {
            [] => None,
            [name] => Some(quote!(use #module::#name;)),
            _ => Some(quote!(use #module::{#(#names),*};)),
        }
    });
    source.tokens = quote!(#(#imports)* #file);
    Ok(())
}

/// The first segments of all paths.
#[derive(Default)]
struct Named(BTreeSet<String>);

impl VisitMut for Named {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_path_mut(self, path);
        if path.leading_colon.is_none() {
            self.0
                .extend(path.segments.first().map(|first| first.ident.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn imports(target: Crate, file: syn::File) -> Vec<String> {
        let mut api = Api::default();
        for name in ["Job", "User"] {
            api.structs.insert(name.to_owned(), Default::default());
        }
        let mut source = target.file("a.rs", "About.", quote!(#file));
        add(&mut source, &api).unwrap();
        let file: syn::File = syn::parse2(source.tokens).unwrap();
        let uses = file
            .items
            .into_iter()
            .filter(|item| matches!(item, syn::Item::Use(_)));
        uses.map(|item| quote!(#item).to_string().replace(' ', ""))
            .collect()
    }

    #[test]
    fn names_of_paths_are_imported_from_their_modules() {
        let file: syn::File = parse_quote! {
            fn f(client: &Client, at: DateTime<Utc>) -> Response<Vec<Job>> {
                Request::new(User::default())
            }
        };
        assert_eq!(
            imports(Crate::Async, file.clone()),
            [
                "usechrono::{DateTime,Utc};",
                "usecrate::{Client,Response};",
                "usecrate::request::Request;",
                "usecrate::types::{Job,User};"
            ]
        );
        assert_eq!(
            imports(Crate::Blocking, file),
            [
                "usegitlab_jobs::Response;",
                "usegitlab_jobs::chrono::{DateTime,Utc};",
                "usegitlab_jobs::types::{Job,User};",
                "usecrate::Client;"
            ]
        );
    }

    #[test]
    fn fields_paths_of_their_own_and_declared_types_are_not_imported() {
        let file: syn::File = parse_quote! {
            pub struct Job {
                Client: bool,
                user: crate::other::User,
                at: ::chrono::DateTime,
            }

            impl Job {}
        };
        assert_eq!(imports(Crate::Async, file), [""; 0]);
    }
}
