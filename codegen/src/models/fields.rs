//! Completes progenitor's structs where it has no settings: the order of their fields, descriptions of fields with a
//! `$ref`, lists that may be null, fast decoding of times, and short paths.

use indexmap::IndexMap;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{VisitMut, visit_path_mut};

use crate::api::{Api, Property, Type};
use crate::error::Error;

/// Completes all structs.
///
/// # Errors
///
/// Returns an error if structs and spec do not have the same names and fields.
pub(super) fn complete(
    structs: &mut IndexMap<String, syn::ItemStruct>,
    api: &Api,
) -> Result<(), Error> {
    let differ = |problem: String| Error::Progenitor(problem);
    for (name, described) in &api.structs {
        let Some(item) = structs.get_mut(name) else {
            return Err(differ(format!("it makes no struct `{name}`")));
        };
        let syn::Fields::Named(fields) = &mut item.fields else {
            return Err(differ(format!("struct `{name}` has no named fields")));
        };
        shorten(&mut item.attrs);
        let mut by_property = IndexMap::new();
        for field in std::mem::take(&mut fields.named) {
            by_property.insert(property_of(&field), field);
        }
        for (property, described) in &described.properties {
            let Some(mut field) = by_property.swap_remove(property) else {
                return Err(differ(format!(
                    "struct `{name}` has no field for `{property}`"
                )));
            };
            ShortPaths.visit_field_mut(&mut field);
            shorten(&mut field.attrs);
            unbox(&mut field);
            describe(&mut field, &described.description);
            decode(&mut field, described);
            fields.named.push(field);
        }
        if let Some(unknown) = by_property.keys().next() {
            return Err(differ(format!(
                "struct `{name}` has a field `{unknown}` that is not in the spec"
            )));
        }
    }
    if let Some(unknown) = structs.keys().find(|name| !api.structs.contains_key(*name)) {
        return Err(differ(format!("struct `{unknown}` is not in the spec")));
    }
    structs.sort_by_cached_key(|name, _| api.structs.get_index_of(name));
    Ok(())
}

/// Returns the property of a field: its serde name, or else its own.
fn property_of(field: &syn::Field) -> String {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // An attribute that cannot be parsed has no name.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("rename") {
                    name = value.value();
                }
            }
            Ok(())
        });
    }
    name
}

/// Turns the `Box<Option<T>>` of an optional recursive field into an `Option<Box<T>>`, and skips `None` like that of
/// any other field.
fn unbox(field: &mut syn::Field) {
    if let Some(inner) = argument(&field.ty, "Box").and_then(|boxed| argument(boxed, "Option")) {
        field.ty = syn::parse_quote!(Option<Box<#inner>>);
        field
            .attrs
            .push(syn::parse_quote!(#[serde(skip_serializing_if = "Option::is_none")]));
    }
}

/// The `T` of a `Name<T>`.
fn argument<'t>(ty: &'t syn::Type, name: &str) -> Option<&'t syn::Type> {
    let last = last_segment(ty).filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

fn last_segment(ty: &syn::Type) -> Option<&syn::PathSegment> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn describe(field: &mut syn::Field, description: &str) {
    if !field
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        field
            .attrs
            .insert(0, syn::parse_quote!(#[doc = #description]));
    }
}

/// Adds the SDK's decoding of nullable lists and maps, and of times.
fn decode(field: &mut syn::Field, property: &Property) {
    let is_optional = !property.required || property.value.nullable;
    let attribute: syn::Attribute = match &property.value.ty {
        Type::List(_) | Type::Map => {
            syn::parse_quote!(#[serde(deserialize_with = "crate::json::null_as_default")])
        }
        Type::Scalar("DateTime<Utc>") if is_optional => {
            // With `deserialize_with`, serde no longer treats an absent Option as `None`.
            for attribute in field
                .attrs
                .iter_mut()
                .filter(|it| it.path().is_ident("serde"))
            {
                if let syn::Meta::List(list) = &mut attribute.meta {
                    let others = std::mem::take(&mut list.tokens);
                    list.tokens = quote!(default, #others);
                }
            }
            syn::parse_quote!(#[serde(deserialize_with = "crate::json::timestamp::deserialize_option")])
        }
        Type::Scalar("DateTime<Utc>") => {
            syn::parse_quote!(#[serde(deserialize_with = "crate::json::timestamp::deserialize")])
        }
        _ => return,
    };
    field.attrs.push(attribute);
}

/// Shortens progenitor's paths: most names are in the prelude or imported, and only what is in `serde_json` keeps its crate.
struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_path_mut(self, path);
        if path.leading_colon.take().is_some() && path.segments[0].ident != "serde_json" {
            let last = path.segments.pop();
            path.segments = last.into_iter().collect();
        }
    }
}

/// Shortens the paths in attributes, and sorts derives.
fn shorten(attributes: &mut [syn::Attribute]) {
    for attribute in attributes {
        let is_derive = attribute.path().is_ident("derive");
        let syn::Meta::List(list) = &mut attribute.meta else {
            continue;
        };
        let arguments =
            list.parse_args_with(Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated);
        let Ok(arguments) = arguments else {
            continue;
        };
        let mut arguments: Vec<_> = arguments.into_iter().collect();
        for argument in &mut arguments {
            match argument {
                syn::Meta::Path(path) => path.leading_colon = None,
                syn::Meta::NameValue(syn::MetaNameValue {
                    value:
                        syn::Expr::Lit(syn::ExprLit {
                            lit: syn::Lit::Str(text),
                            ..
                        }),
                    ..
                }) => {
                    let path = text.value();
                    let short = path
                        .strip_prefix("::std::option::")
                        .or(path.strip_prefix("::std::vec::"));
                    let short = short.or(path.strip_prefix("::")).unwrap_or(&path);
                    *text = syn::LitStr::new(short, text.span());
                }
                _ => {}
            }
        }
        if is_derive {
            arguments.sort_by_key(|path| {
                path.path()
                    .segments
                    .last()
                    .map(|last| last.ident.to_string())
            });
        }
        list.tokens = quote!(#(#arguments),*);
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::*;
    use crate::api::{Struct, Value};

    /// The spec's side: a struct with properties that are described as `A.`.
    fn api(name: &str, properties: &[(&str, Type, bool)]) -> Api {
        let properties = properties.iter().map(|(name, ty, required)| {
            let property = Property {
                description: "A.".to_owned(),
                required: *required,
                value: Value {
                    ty: ty.clone(),
                    nullable: false,
                },
            };
            ((*name).to_owned(), property)
        });
        let item = Struct {
            properties: properties.collect(),
            ..Struct::default()
        };
        Api {
            structs: [(name.to_owned(), item)].into(),
            ..Api::default()
        }
    }

    fn structs(items: Vec<syn::ItemStruct>) -> IndexMap<String, syn::ItemStruct> {
        items
            .into_iter()
            .map(|item| (item.ident.to_string(), item))
            .collect()
    }

    fn completed(item: syn::ItemStruct, properties: &[(&str, Type, bool)]) -> syn::ItemStruct {
        let mut structs = structs(vec![item]);
        complete(&mut structs, &api("Job", properties)).unwrap();
        structs.swap_remove("Job").unwrap()
    }

    fn refusal(items: Vec<syn::ItemStruct>) -> String {
        let api = api("Job", &[("id", Type::Text, true)]);
        complete(&mut structs(items), &api).unwrap_err().to_string()
    }

    #[track_caller]
    fn assert_same(item: &syn::ItemStruct, expected: syn::ItemStruct) {
        assert_eq!(
            item.to_token_stream().to_string(),
            expected.into_token_stream().to_string()
        );
    }

    #[test]
    fn structs_and_fields_that_differ_from_the_spec_are_errors() {
        let job = || {
            parse_quote!(
                pub struct Job {
                    pub id: u64,
                }
            )
        };
        for (items, expected) in [
            (vec![], "it makes no struct `Job`"),
            (
                vec![
                    job(),
                    parse_quote!(
                        pub struct User {
                            pub id: u64,
                        }
                    ),
                ],
                "struct `User` is not in the spec",
            ),
            (
                vec![parse_quote!(
                    pub struct Job(pub u64);
                )],
                "struct `Job` has no named fields",
            ),
            (
                vec![parse_quote!(
                    pub struct Job {}
                )],
                "struct `Job` has no field for `id`",
            ),
            (
                vec![parse_quote!(
                    pub struct Job {
                        #[serde(rename = "iid")]
                        pub id: u64,
                    }
                )],
                "struct `Job` has no field for `id`",
            ),
            (
                vec![parse_quote!(
                    pub struct Job {
                        pub id: u64,
                        pub name: String,
                    }
                )],
                "struct `Job` has a field `name` that is not in the spec",
            ),
        ] {
            let error = refusal(items);
            assert!(
                error.contains(expected),
                "expected {expected:?}, found {error:?}"
            );
        }
    }

    #[test]
    fn structs_are_in_the_order_of_the_spec() {
        let mut structs = structs(vec![
            parse_quote!(
                pub struct A {}
            ),
            parse_quote!(
                pub struct B {}
            ),
        ]);
        let mut api = api("B", &[]);
        api.structs.insert("A".to_owned(), Struct::default());
        complete(&mut structs, &api).unwrap();
        assert_eq!(structs.keys().collect::<Vec<_>>(), ["B", "A"]);
    }

    #[test]
    fn fields_are_in_the_order_of_the_spec_and_described() {
        let item = parse_quote! {
            pub struct Job {
                #[doc = "Its id."]
                pub id: u64,
                #[serde(rename = "ref", skip_serializing_if = "f")]
                pub ref_: String,
            }
        };
        let item = completed(
            item,
            &[("ref", Type::Text, true), ("id", Type::Scalar("u64"), true)],
        );
        assert_same(
            &item,
            parse_quote! {
                pub struct Job {
                    #[doc = "A."]
                    #[serde(rename = "ref", skip_serializing_if = "f")]
                    pub ref_: String,
                    #[doc = "Its id."]
                    pub id: u64
                }
            },
        );
    }

    #[test]
    fn types_are_short_null_tolerant_and_boxed_inside_the_option() {
        let time = Type::Scalar("DateTime<Utc>");
        let items = Value {
            ty: Type::Text,
            nullable: true,
        };
        let properties = [
            ("list", Type::List(Box::new(items)), true),
            ("map", Type::Map, true),
            ("at", time.clone(), true),
            ("ended", time, false),
            ("day", Type::Scalar("NaiveDate"), false),
            ("parent", Type::Struct("Job".to_owned()), false),
            ("user", Type::Struct("User".to_owned()), false),
        ];
        let item = parse_quote! {
            pub struct Job {
                pub list: ::std::vec::Vec<::std::option::Option<::std::string::String>>,
                pub map: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                pub at: ::chrono::DateTime<::chrono::offset::Utc>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                pub ended: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
                pub day: ::std::option::Option<::chrono::naive::NaiveDate>,
                pub parent: ::std::boxed::Box<::std::option::Option<Job>>,
                pub user: ::std::option::Option<User>,
            }
        };
        assert_same(
            &completed(item, &properties),
            parse_quote! {
                pub struct Job {
                    #[doc = "A."]
                    #[serde(deserialize_with = "crate::json::null_as_default")]
                    pub list: Vec<Option<String>>,
                    #[doc = "A."]
                    #[serde(deserialize_with = "crate::json::null_as_default")]
                    pub map: serde_json::Map<String, serde_json::Value>,
                    #[doc = "A."]
                    #[serde(deserialize_with = "crate::json::timestamp::deserialize")]
                    pub at: DateTime<Utc>,
                    #[doc = "A."]
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    #[serde(deserialize_with = "crate::json::timestamp::deserialize_option")]
                    pub ended: Option<DateTime<Utc>>,
                    #[doc = "A."]
                    pub day: Option<NaiveDate>,
                    #[doc = "A."]
                    #[serde(skip_serializing_if = "Option::is_none")]
                    pub parent: Option<Box<Job>>,
                    #[doc = "A."]
                    pub user: Option<User>
                }
            },
        );
    }
}
