//! Writes paths as people do. progenitor spells each from the root, since it cannot know what is in scope; we can.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, Meta, Path, Token};

use super::refusal;
use crate::error::Error;

const PASS: &str = "plain_paths";

/// What progenitor writes, up to the name that stays. An emitter imports those that no prelude has.
const PATHS: &[&str] = &[
    "::chrono::DateTime",
    "::chrono::offset::Utc",
    "::serde::Deserialize",
    "::serde::Serialize",
    "::serde_json::Map",
    "::serde_json::Value",
    "::std::boxed::Box",
    "::std::convert::From",
    "::std::convert::TryFrom",
    "::std::fmt::Display",
    "::std::fmt::Formatter",
    "::std::fmt::Result",
    "::std::ops::Deref",
    "::std::option::Option",
    "::std::result::Result",
    "::std::str::FromStr",
    "::std::string::String",
    "::std::vec::Vec",
];

/// Shortens every path that begins at the root, in code and in derives.
pub(super) fn shorten(items: &mut [Item]) -> Result<(), Error> {
    let mut shortener = Shortener::default();
    items
        .iter_mut()
        .for_each(|item| shortener.visit_item_mut(item));
    if let Some(unknown) = shortener.unknown {
        return Err(refusal(PASS, format!("there is a new path `{unknown}`")));
    }
    if shortener.shortened == 0 {
        return Err(refusal(PASS, "there is no path that begins at the root"));
    }
    Ok(())
}

#[derive(Default)]
struct Shortener {
    shortened: usize,
    unknown: Option<String>,
}

impl Shortener {
    fn shorten(&mut self, path: &mut Path) {
        if path.leading_colon.is_none() {
            return;
        }
        let names: Vec<_> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let spelled = |length: usize| format!("::{}", names[..length].join("::"));
        // The longest known beginning: `::std::string::String::new` keeps its function.
        match (1..=names.len())
            .rev()
            .find(|&length| PATHS.contains(&spelled(length).as_str()))
        {
            Some(length) => {
                path.leading_colon = None;
                path.segments = path.segments.iter().skip(length - 1).cloned().collect();
                self.shortened += 1;
            }
            None => self.unknown = Some(spelled(names.len())),
        }
    }
}

impl VisitMut for Shortener {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        self.shorten(path);
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let Meta::List(list) = &mut attribute.meta else {
            return;
        };
        if list.path.is_ident("derive")
            && let Ok(mut paths) =
                list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        {
            paths.iter_mut().for_each(|path| self.shorten(path));
            list.tokens = paths.to_token_stream();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shorten;
    use crate::passes::testing::items;

    #[test]
    fn paths_are_shortened_in_types_and_derives() {
        let mut items = items(quote::quote! {
            #[derive(::serde::Deserialize, Clone)]
            pub struct Job {
                pub times: ::std::vec::Vec<::chrono::DateTime<::chrono::offset::Utc>>,
            }
        });

        shorten(&mut items).unwrap();

        let expected = quote::quote! {
            #[derive(Deserialize, Clone)]
            pub struct Job {
                pub times: Vec<DateTime<Utc> >,
            }
        };
        assert_eq!(quote::quote!(#(#items)*).to_string(), expected.to_string());
    }

    #[test]
    fn an_unknown_path_is_refused_and_so_is_there_being_none() {
        let error = |tokens| shorten(&mut items(tokens)).unwrap_err().to_string();

        assert!(
            error(quote::quote!(
                pub struct A(::uuid::Uuid);
            ))
            .contains("`::uuid::Uuid`")
        );
        assert!(
            error(quote::quote!(
                pub struct A(u8);
            ))
            .contains("no path")
        );
    }
}
