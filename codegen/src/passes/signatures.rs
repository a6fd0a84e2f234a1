//! Reads the types of parameters and answers from progenitor's builders, of which nothing else is kept.

use indexmap::IndexMap;
use syn::{ImplItem, Item, ReturnType, Type};

use super::{last_ident, refusal, type_argument};
use crate::document::{Document, Operation, Shape};
use crate::error::Error;
use crate::names;

const PASS: &str = "signatures";

/// The types of an operation.
pub(crate) struct Signature {
    /// By name of the field, in the order of the spec.
    pub(crate) parameters: IndexMap<String, ParameterType>,
    /// Type of the request body.
    pub(crate) body: Option<String>,
    pub(crate) answer: Answer,
}

/// How a setter takes a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ParameterType {
    /// A number or a boolean, taken as it is so that a literal of any size has a type.
    Plain(String),
    /// Text, taken as anything that becomes a `String`.
    Text,
    /// An open enum, taken as anything that becomes one.
    Enum(String),
    /// A generated list, taken as anything that becomes one.
    List(String),
    /// A type written by hand, which may refuse a value.
    HandWritten(String),
}

/// What a server answers.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    One(String),
    List(String),
    /// A body that is not read at once.
    Bytes,
}

/// Reads one signature for each operation of the spec.
pub(super) fn read(
    builders: &[Item],
    document: &Document,
) -> Result<IndexMap<String, Signature>, Error> {
    let signature = |operation: &Operation| {
        Ok((
            operation.id.clone(),
            read_one(builders, operation, document)?,
        ))
    };
    let signatures: IndexMap<_, _> = document
        .operations
        .iter()
        .map(signature)
        .collect::<Result<_, Error>>()?;
    let count = builders
        .iter()
        .filter(|item| matches!(item, Item::Struct(_)))
        .count();
    if count != signatures.len() {
        return Err(refusal(
            PASS,
            format!("there are {count} builders, not {}", signatures.len()),
        ));
    }
    Ok(signatures)
}

fn read_one(
    builders: &[Item],
    operation: &Operation,
    document: &Document,
) -> Result<Signature, Error> {
    let name = names::builder(&operation.id);
    let builder = builders.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item),
        _ => None,
    });
    let builder = builder.ok_or_else(|| refusal(PASS, format!("there is no builder {name}")))?;
    let mut fields: IndexMap<_, _> = builder
        .fields
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), &field.ty)))
        .filter(|(field, _)| field != "client")
        .collect();

    let mut parameters = IndexMap::new();
    for parameter in &operation.parameters {
        let field = names::field(&parameter.name);
        let refused = |problem: &str| refusal(PASS, format!("{name}.{field} {problem}"));
        let ty = fields
            .shift_remove(&field)
            .ok_or_else(|| refused("is missing"))?;
        let ty = argument_of(ty, "Result").ok_or_else(|| refused("is no Result"))?;
        let value = argument_of(ty, "Option");
        if value.is_none() != parameter.required {
            return Err(refused("is optional for one and required for the other"));
        }
        let value = value.unwrap_or(ty);
        let ty = parameter_type(value, document)
            .ok_or_else(|| refused("has a type that no setter is known for"))?;
        if let (ParameterType::HandWritten(_), false) = (&ty, parameter.required) {
            return Err(refused(
                "may refuse a value, and only a required parameter can tell so",
            ));
        }
        parameters.insert(field, ty);
    }
    let body = fields
        .shift_remove("body")
        .and_then(|ty| argument_of(ty, "Result"))
        .and_then(last_ident);
    if body.is_some() != operation.body.is_some() {
        return Err(refusal(
            PASS,
            format!("{name} has a body for one and none for the other"),
        ));
    }
    if let Some(extra) = fields.keys().next() {
        return Err(refusal(
            PASS,
            format!("{name}.{extra} is no parameter of the spec"),
        ));
    }
    let answer = answer(builders, &name)
        .ok_or_else(|| refusal(PASS, format!("{name} has no send that is known")))?;
    Ok(Signature {
        parameters,
        body: body.map(ToString::to_string),
        answer,
    })
}

fn parameter_type(ty: &Type, document: &Document) -> Option<ParameterType> {
    let name = last_ident(ty)?.to_string();
    let described = document.types.get(&name).map(|described| &described.shape);
    Some(match (name.as_str(), described) {
        ("u64" | "u32" | "f64" | "bool", _) => ParameterType::Plain(name),
        ("String", _) => ParameterType::Text,
        (_, Some(Shape::OpenEnum(_))) => ParameterType::Enum(name),
        (_, Some(Shape::List)) => ParameterType::List(name),
        _ if names::hand_written(&name).is_some() => ParameterType::HandWritten(name),
        _ => return None,
    })
}

fn answer(builders: &[Item], name: &str) -> Option<Answer> {
    let send = builders.iter().find_map(|item| {
        let Item::Impl(item) = item else { return None };
        if last_ident(&item.self_ty)? != name {
            return None;
        }
        item.items.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "send" => Some(&function.sig.output),
            _ => None,
        })
    })?;
    let ReturnType::Type(_, ty) = send else {
        return None;
    };
    let answer = argument_of(argument_of(ty, "Result")?, "ResponseValue")?;
    let ident = last_ident(answer)?;
    Some(match argument_of(answer, "Vec") {
        Some(item) => Answer::List(last_ident(item)?.to_string()),
        None if ident == "ByteStream" => Answer::Bytes,
        None => Answer::One(ident.to_string()),
    })
}

/// `T` of `Name<T, …>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    type_argument(
        path.path
            .segments
            .last()
            .filter(|segment| segment.ident == name)?,
    )
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::{Answer, ParameterType, read};
    use crate::passes::testing::{document, items};

    const SPEC: &str = "
paths:
  /projects/{id}/jobs:
    get:
      operationId: list_jobs
      parameters:
        - { name: id, in: path, required: true, schema: { $ref: '#/components/schemas/ProjectId' } }
        - { name: 'scope[]', in: query, schema: { $ref: '#/components/schemas/Scopes' } }
components:
  schemas:
    ProjectId: { type: string }
    Scopes: { type: array, items: { type: string } }
";

    fn builder(fields: TokenStream) -> TokenStream {
        quote::quote! {
            pub struct ListJobs<'a> { client: &'a super::Client, #fields }
            impl<'a> ListJobs<'a> {
                pub async fn send(self) -> Result<ResponseValue<::std::vec::Vec<types::Job>>, Error<()>> { todo!() }
            }
        }
    }

    #[test]
    fn types_come_in_the_order_of_the_spec() {
        let scope = quote::quote!(scope: Result<Option<types::Scopes>, String>);
        let builders = items(builder(
            quote::quote!(#scope, id: Result<crate::ProjectId, String>),
        ));

        let signatures = read(&builders, &document(SPEC)).unwrap();

        let signature = &signatures["list_jobs"];
        let parameters: Vec<_> = signature.parameters.iter().collect();
        assert_eq!(
            parameters[0],
            (
                &"id".to_owned(),
                &ParameterType::HandWritten("ProjectId".to_owned())
            )
        );
        assert_eq!(
            parameters[1],
            (
                &"scope".to_owned(),
                &ParameterType::List("Scopes".to_owned())
            )
        );
        assert_eq!(signature.answer, Answer::List("Job".to_owned()));
    }

    #[test]
    fn every_disagreement_with_the_spec_is_refused() {
        let id = quote::quote!(id: Result<crate::ProjectId, String>,);
        let cases = [
            (quote::quote!(), "no builder ListJobs"),
            (builder(quote::quote!()), "ListJobs.id is missing"),
            (builder(id.clone()), "ListJobs.scope is missing"),
            (
                builder(quote::quote!(id: Result<Option<u64>, String>)),
                "optional for one",
            ),
            (
                builder(quote::quote!(id: Result<types::Other, String>)),
                "no setter is known",
            ),
            (
                builder(
                    quote::quote!(#id scope: Result<Option<u64>, String>, body: Result<u8, String>),
                ),
                "has a body",
            ),
            (
                builder(quote::quote!(#id scope: Result<Option<u64>, String>, more: u8)),
                "ListJobs.more is no parameter",
            ),
        ];
        for (builders, expected) in cases {
            let error = read(&items(builders), &document(SPEC))
                .err()
                .unwrap()
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
