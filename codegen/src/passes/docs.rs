//! Writes the spec's descriptions as documentation, in the form that rustdoc reads without a warning.

use syn::Attribute;

use super::{Types, refusal, structs_mut, wire_name};
use crate::document::{Document, Shape};
use crate::emit::rustdoc;
use crate::error::Error;

const PASS: &str = "docs";

/// Documents every struct and field.
pub(super) fn write(types: &mut Types, document: &Document) -> Result<(), Error> {
    for (name, item) in structs_mut(types) {
        let undescribed = |what: String| refusal(PASS, format!("{what} has no description"));
        let described = document
            .types
            .get(name)
            .ok_or_else(|| undescribed(name.to_owned()))?;
        replace(&mut item.attrs, &described.description, 0)
            .ok_or_else(|| undescribed(name.to_owned()))?;
        let Shape::Struct(properties) = &described.shape else {
            continue;
        };
        for field in &mut item.fields {
            let wire_name = wire_name(field);
            let description = properties
                .get(&wire_name)
                .map_or("", |property| &property.description);
            replace(&mut field.attrs, description, 4)
                .ok_or_else(|| undescribed(format!("{name}.{wire_name}")))?;
        }
    }
    Ok(())
}

fn replace(attributes: &mut Vec<Attribute>, description: &str, indent: usize) -> Option<()> {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    let lines = rustdoc::lines(description, indent);
    let docs = lines.iter().map(|line| {
        // The space that people write after the slashes.
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        syn::parse_quote!(#[doc = #line])
    });
    attributes.splice(0..0, docs);
    (!lines.is_empty()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::passes::testing::{code, document, line, types};

    #[test]
    fn descriptions_replace_what_progenitor_made_of_them() {
        let spec = document(
            "
components:
  schemas:
    Status: { type: string, description: Where it stands. }
    Job:
      type: object
      description: A job.
      properties:
        id: { type: string, description: 'Id, see [1].' }
        status: { $ref: '#/components/schemas/Status' }
",
        );
        let mut types = types([(
            "Job",
            quote::quote!(
                #[doc = "A job."]
                struct Job {
                    #[doc = "Id"]
                    id: u64,
                    status: Status,
                }
            ),
        )]);

        write(&mut types, &spec).unwrap();

        let expected = quote::quote! {
            #[doc = " A job."]
            struct Job { #[doc = " Id, see \\[1\\]."] id: u64, #[doc = " Where it stands."] status: Status }
        };
        assert_eq!(code(&types, "Job"), line(expected));
    }

    #[test]
    fn an_undescribed_field_is_refused() {
        let spec = document(
            "components: { schemas: { Job: { type: object, description: A., properties: { id: {} } } } }",
        );
        let mut types = types([(
            "Job",
            quote::quote!(
                struct Job {
                    id: u64,
                }
            ),
        )]);
        assert!(
            write(&mut types, &spec)
                .unwrap_err()
                .to_string()
                .contains("Job.id has no description")
        );
    }
}
