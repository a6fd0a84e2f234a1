//! Takes serde's derives from the structs, and reads from them what the runtime's macro is to be told instead. The macro
//! does the same with far less code to compile.

use indexmap::IndexMap;
use quote::ToTokens;
use syn::parse_quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use super::{Types, refusal, structs_mut, take_derives};
use crate::document::{Document, Property, Shape};
use crate::error::Error;

const PASS: &str = "models";

/// How a struct stands in JSON.
#[derive(Debug, PartialEq)]
pub(crate) enum Model {
    Object(Vec<Field>),
    /// As the one value that it is around, which has this type.
    Value(String),
}

/// A field of an object.
#[derive(Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) key: String,
    /// Whether it may be absent.
    pub(crate) optional: bool,
}

/// Takes the derives and attributes of serde out of every struct; a name that schemars has to know is told to it.
pub(super) fn take(
    types: &mut Types,
    document: &Document,
) -> Result<IndexMap<String, Model>, Error> {
    let mut models = IndexMap::new();
    for (name, item) in structs_mut(types) {
        if take_derives(&mut item.attrs, &["Deserialize", "Serialize"]) != 2 {
            let problem = format!("{name} does not derive both `Deserialize` and `Serialize`");
            return Err(refusal(PASS, problem));
        }
        let arguments = take_arguments(name, &mut item.attrs)?;
        let is_transparent =
            matches!(&arguments[..], [Meta::Path(path)] if path.is_ident("transparent"));
        let model = match &mut item.fields {
            syn::Fields::Unnamed(fields) if is_transparent && fields.unnamed.len() == 1 => {
                Model::Value(spelled(&fields.unnamed[0].ty))
            }
            syn::Fields::Named(fields) if arguments.is_empty() => {
                let shape = document.types.get(name).map(|described| &described.shape);
                let Some(Shape::Struct(properties)) = shape else {
                    return Err(refusal(
                        PASS,
                        format!("the spec has no properties for {name}"),
                    ));
                };
                let fields = fields.named.iter_mut();
                let fields = fields.map(|field| take_field(name, field, properties));
                Model::Object(fields.collect::<Result<_, _>>()?)
            }
            _ => {
                let problem = "neither a struct with fields nor one that is transparent";
                return Err(refusal(PASS, format!("{name} is {problem}")));
            }
        };
        models.insert(name.to_owned(), model);
    }
    Ok(models)
}

/// Takes a field's arguments, and makes sure that it is as the spec has it: the macro tells by the type alone what is a
/// time and what is a list.
fn take_field(
    model: &str,
    field: &mut syn::Field,
    properties: &IndexMap<String, Property>,
) -> Result<Field, Error> {
    let name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let arguments = take_arguments(&format!("{model}.{name}"), &mut field.attrs)?;
    let mut key = name.clone();
    let mut optional = false;
    for argument in arguments {
        if argument.path().is_ident("rename")
            && let Some(text) = text_of(&argument)
        {
            key = text;
        } else if matches!(&argument, Meta::Path(path) if path.is_ident("default")) {
            optional = true;
        } else if !argument.path().is_ident("skip_serializing_if") {
            let argument = spelled(&argument);
            return Err(refusal(
                PASS,
                format!("{model}.{name} has `{argument}`, which `model!` has not"),
            ));
        }
    }
    let wrong = |problem: &str| Err(refusal(PASS, format!("{model}.{key} {problem}")));
    let Some(property) = properties.get(&key) else {
        return wrong("is no property of the spec");
    };
    let ty = spelled(&field.ty);
    let is_option = ty.starts_with("Option<");
    if property.required == (optional || is_option) {
        return wrong("is required in the spec alone, or in the code alone");
    }
    if property.list && !ty.starts_with("Vec<") {
        return wrong("is a list, but no `Vec`");
    }
    if property.timestamp && !ty.contains("DateTime<Utc>") {
        return wrong("is a time, but no `DateTime<Utc>`");
    }
    if key != name {
        field
            .attrs
            .push(parse_quote!(#[cfg_attr(feature = "schemars", schemars(rename = #key))]));
    }
    Ok(Field {
        name,
        key,
        optional: !property.required,
    })
}

/// The arguments of all `#[serde(…)]`, which are no longer among the attributes then.
fn take_arguments(owner: &str, attributes: &mut Vec<Attribute>) -> Result<Vec<Meta>, Error> {
    let mut arguments = Vec::new();
    for attribute in attributes.extract_if(.., |attribute| attribute.path().is_ident("serde")) {
        let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let parsed = parsed.map_err(|error| {
            refusal(
                PASS,
                format!("{owner}: {error} in `{}`", spelled(&attribute)),
            )
        })?;
        arguments.extend(parsed);
    }
    Ok(arguments)
}

fn text_of(argument: &Meta) -> Option<String> {
    match &argument.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn spelled(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::{Field, Model, take};
    use crate::passes::testing::{code, document, line, types};

    const SPEC: &str = "
components:
  schemas:
    Job:
      type: object
      required: [id, agents]
      properties:
        id: { type: integer }
        ref: { type: string }
        at: { type: string, format: date-time }
        tags: { type: array, items: { type: string } }
        agents: { type: array, items: { type: string } }
    Settings: { type: object }
";

    fn refused(tokens: TokenStream) -> String {
        let mut types = types([("Job", tokens)]);
        take(&mut types, &document(SPEC)).unwrap_err().to_string()
    }

    #[test]
    fn fields_are_read_from_the_attributes_which_go() {
        let mut types = types([(
            "Job",
            quote::quote! {
                #[derive(Deserialize, Serialize, Clone)]
                struct Job {
                    id: u64,
                    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
                    ref_: Option<String>,
                    #[serde(skip_serializing_if = "Option::is_none")]
                    at: Option<DateTime<Utc>>,
                    #[serde(default, skip_serializing_if = "Vec::is_empty")]
                    tags: Vec<String>,
                    agents: Vec<String>,
                }
            },
        )]);

        let models = take(&mut types, &document(SPEC)).unwrap();

        let field = |name: &str, key: &str, optional| Field {
            name: name.to_owned(),
            key: key.to_owned(),
            optional,
        };
        let fields = vec![
            field("id", "id", false),
            field("ref_", "ref", true),
            field("at", "at", true),
            field("tags", "tags", true),
            field("agents", "agents", false),
        ];
        assert_eq!(models["Job"], Model::Object(fields));
        let expected = quote::quote! {
            #[derive(Clone)]
            struct Job {
                id: u64,
                #[cfg_attr(feature = "schemars", schemars(rename = "ref"))]
                ref_: Option<String>,
                at: Option<DateTime<Utc>>,
                tags: Vec<String>,
                agents: Vec<String>,
            }
        };
        assert_eq!(code(&types, "Job"), line(expected));
    }

    #[test]
    fn a_transparent_struct_is_its_value() {
        let mut types = types([(
            "Settings",
            quote::quote! {
                #[derive(Deserialize, Serialize)]
                #[serde(transparent)]
                struct Settings(pub Map<String, Value>);
            },
        )]);

        let models = take(&mut types, &document(SPEC)).unwrap();

        assert_eq!(
            models["Settings"],
            Model::Value("Map<String,Value>".to_owned())
        );
        assert!(!code(&types, "Settings").contains("serde"));
    }

    #[test]
    fn what_the_macro_cannot_say_is_refused() {
        let struct_of = |fields: TokenStream| {
            refused(quote::quote! {
                #[derive(Deserialize, Serialize)]
                struct Job { #fields }
            })
        };
        for (fields, reason) in [
            (
                quote::quote!(#[serde(flatten)] id: u64),
                "Job.id has `flatten`",
            ),
            (
                quote::quote!(#[serde(rename(serialize = "a"))] id: u64),
                "`rename(serialize=\"a\")`",
            ),
            (
                quote::quote!(#[serde(default = "tags")] tags: Vec<String>),
                "`default=\"tags\"`",
            ),
            (quote::quote!(extra: u64), "Job.extra is no property"),
            (quote::quote!(id: Option<u64>), "Job.id is required"),
            (quote::quote!(tags: Vec<String>), "Job.tags is required"),
            (
                quote::quote!(#[serde(default)] tags: String),
                "Job.tags is a list",
            ),
            (quote::quote!(at: Option<String>), "Job.at is a time"),
        ] {
            let error = struct_of(fields);
            assert!(error.contains(reason), "{error}");
        }
        let error = refused(quote::quote!(
            #[derive(Deserialize)]
            struct Job {
                id: u64,
            }
        ));
        assert!(error.contains("does not derive both"), "{error}");
        let error = refused(quote::quote!(
            #[derive(Deserialize, Serialize)]
            struct Job(u64);
        ));
        assert!(error.contains("Job is neither"), "{error}");
    }
}
