//! Names the functions that decode a field where the derived code would be too strict or too slow: a list that is null
//! is empty, and a time has a quick way in.

use syn::parse_quote;

use super::{Types, refusal, structs_mut, wire_name};
use crate::document::{Document, Shape};
use crate::error::Error;

const PASS: &str = "decoders";

/// Names a function of the runtime for each time and each list.
pub(super) fn name(types: &mut Types, document: &Document) -> Result<(), Error> {
    for (name, item) in structs_mut(types) {
        let Some(Shape::Struct(properties)) =
            document.types.get(name).map(|described| &described.shape)
        else {
            continue;
        };
        for field in &mut item.fields {
            let key = wire_name(field);
            let decoder = decoder(&field.ty);
            let Some(property) = properties.get(&key) else {
                continue;
            };
            if (property.list || property.timestamp) && decoder.is_none() {
                return Err(refusal(
                    PASS,
                    format!("{name}.{key} is no list and no time"),
                ));
            }
            field.attrs.extend(decoder);
        }
    }
    Ok(())
}

fn decoder(ty: &syn::Type) -> Option<syn::Attribute> {
    let ty = quote::quote!(#ty).to_string().replace(' ', "");
    match ty.as_str() {
        "DateTime<Utc>" => {
            Some(parse_quote!(#[serde(deserialize_with = "crate::timestamp::required")]))
        }
        // Serde takes an absent field for none by itself only where it has no function to call.
        "Option<DateTime<Utc>>" => {
            Some(parse_quote!(#[serde(default, deserialize_with = "crate::timestamp::optional")]))
        }
        list if list.starts_with("Vec<") || list.starts_with("Map<") => {
            Some(parse_quote!(#[serde(deserialize_with = "crate::null::as_empty")]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::passes::testing::{code, document, line, types};

    const SPEC: &str = "
components:
  schemas:
    Job:
      type: object
      properties:
        at: { type: string, format: date-time }
        end: { type: string, format: date-time }
        tags: { type: array, items: { type: string } }
        name: { type: string }
";

    #[test]
    fn times_and_lists_have_a_function() {
        let mut types = types([(
            "Job",
            quote::quote! {
                struct Job { at: DateTime<Utc>, end: Option<DateTime<Utc>>, tags: Vec<String>, name: String }
            },
        )]);

        name(&mut types, &document(SPEC)).unwrap();

        let expected = quote::quote! {
            struct Job {
                #[serde(deserialize_with = "crate::timestamp::required")]
                at: DateTime<Utc>,
                #[serde(default, deserialize_with = "crate::timestamp::optional")]
                end: Option<DateTime<Utc>>,
                #[serde(deserialize_with = "crate::null::as_empty")]
                tags: Vec<String>,
                name: String
            }
        };
        assert_eq!(code(&types, "Job"), line(expected));
    }

    #[test]
    fn a_time_of_another_type_is_refused() {
        let job = quote::quote!(
            struct Job {
                at: String,
            }
        );
        let error = name(&mut types([("Job", job)]), &document(SPEC)).unwrap_err();
        assert!(error.to_string().contains("Job.at"), "{error}");
    }
}
