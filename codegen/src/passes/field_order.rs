//! Puts fields in the order of the spec, which is made for readers; progenitor sorts them.

use super::{Types, refusal, structs_mut, wire_name};
use crate::document::{Document, Shape};
use crate::error::Error;

const PASS: &str = "field_order";

/// Restores the order, and makes sure that struct and schema have the same fields.
pub(super) fn restore(types: &mut Types, document: &Document) -> Result<(), Error> {
    for (name, item) in structs_mut(types) {
        let Some(Shape::Struct(properties)) =
            document.types.get(name).map(|described| &described.shape)
        else {
            continue;
        };
        let syn::Fields::Named(fields) = &mut item.fields else {
            return Err(refusal(PASS, format!("struct {name} has no named fields")));
        };
        let mut sorted: Vec<_> = std::mem::take(&mut fields.named).into_iter().collect();
        if let Some(unknown) = sorted
            .iter()
            .map(wire_name)
            .find(|field| !properties.contains_key(field))
        {
            return Err(refusal(
                PASS,
                format!("field {name}.{unknown} is not in the spec"),
            ));
        }
        if let Some(missing) = properties
            .keys()
            .find(|key| !sorted.iter().any(|field| wire_name(field) == **key))
        {
            return Err(refusal(
                PASS,
                format!("struct {name} has no field for {missing}"),
            ));
        }
        sorted.sort_by_key(|field| properties.get_index_of(&wire_name(field)));
        fields.named = sorted.into_iter().collect();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::restore;
    use crate::passes::testing::{code, document, line, types};

    const SPEC: &str = "
components:
  schemas:
    Job: { type: object, properties: { status: { type: string }, ref: { type: string }, id: { type: string } } }
";

    #[test]
    fn fields_stand_as_in_the_spec() {
        let mut types = types([(
            "Job",
            quote::quote!(
                struct Job {
                    id: String,
                    #[serde(rename = "ref")]
                    ref_: String,
                    status: String,
                }
            ),
        )]);

        restore(&mut types, &document(SPEC)).unwrap();

        let expected = quote::quote!(
            struct Job {
                status: String,
                #[serde(rename = "ref")]
                ref_: String,
                id: String,
            }
        );
        assert_eq!(code(&types, "Job"), line(expected));
    }

    #[test]
    fn a_field_too_few_or_too_many_is_refused() {
        let error = |tokens| {
            restore(&mut types([("Job", tokens)]), &document(SPEC))
                .unwrap_err()
                .to_string()
        };

        assert!(
            error(quote::quote!(
                struct Job {
                    id: String,
                    status: String,
                }
            ))
            .contains("no field for ref")
        );
        assert!(
            error(quote::quote!(
                struct Job {
                    name: String,
                }
            ))
            .contains("Job.name is not in the spec")
        );
        assert!(
            error(quote::quote!(
                struct Job(String);
            ))
            .contains("no named fields")
        );
    }
}
