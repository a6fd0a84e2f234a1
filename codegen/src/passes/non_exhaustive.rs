//! Marks what only a server makes as growing: GitLab adds fields every month, and a new one must break no user.

use super::{Types, refusal, structs_mut};
use crate::document::{Document, Shape};
use crate::error::Error;

/// Adds `#[non_exhaustive]` to structs that no request holds. Those that one does are for users to write out.
pub(super) fn mark(types: &mut Types, document: &Document) -> Result<(), Error> {
    for (name, item) in structs_mut(types) {
        let described = document.types.get(name).ok_or_else(|| {
            refusal(
                "non_exhaustive",
                format!("struct {name} is not in the spec"),
            )
        })?;
        if matches!(described.shape, Shape::Struct(_)) && !described.is_sent {
            item.attrs.push(syn::parse_quote!(#[non_exhaustive]));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::mark;
    use crate::passes::testing::{code, document, types};

    #[test]
    fn what_users_send_stays_exhaustive() {
        let spec = document(
            "
paths:
  /play:
    post: { requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Play' } } } } }
components:
  schemas:
    Play:
      type: object
      properties: { variables: { type: array, items: { $ref: '#/components/schemas/Variable' } } }
    Variable: { type: object, properties: { key: { type: string } } }
    Job: { type: object, properties: { id: { type: string } } }
",
        );
        let mut types = types([
            (
                "Play",
                quote::quote!(
                    struct Play {}
                ),
            ),
            (
                "Variable",
                quote::quote!(
                    struct Variable {}
                ),
            ),
            (
                "Job",
                quote::quote!(
                    struct Job {}
                ),
            ),
        ]);

        mark(&mut types, &spec).unwrap();

        let marked: Vec<_> = types
            .keys()
            .filter(|name| code(&types, name).contains("non_exhaustive"))
            .collect();
        assert_eq!(marked, ["Job"]);
    }

    #[test]
    fn a_struct_out_of_nowhere_is_refused() {
        let mut types = types([(
            "Job",
            quote::quote!(
                struct Job {}
            ),
        )]);
        assert!(mark(&mut types, &document("components: {}")).is_err());
    }
}
