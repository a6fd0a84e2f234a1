//! Hides in `Debug` what the spec says is a secret, by `format: password`: programs that run unattended write logs.

use syn::parse_quote;

use super::{Types, refusal, structs_mut, take_derives, wire_name};
use crate::document::{Document, Shape};
use crate::error::Error;

/// Gives every struct that holds a secret a `Debug` of its own, instead of the derived one.
pub(super) fn hide(types: &mut Types, document: &Document) -> Result<(), Error> {
    let mut impls = Vec::new();
    for (name, item) in structs_mut(types) {
        let shape = document.types.get(name).map(|described| &described.shape);
        let Some(Shape::Struct(properties)) = shape else {
            continue;
        };
        if !properties.values().any(|property| property.secret) {
            continue;
        }
        if take_derives(&mut item.attrs, &["Debug"]) != 1 {
            let problem = format!("struct {name} derives no `Debug`");
            return Err(refusal("secrets", problem));
        }
        let mut fields = Vec::<syn::Expr>::new();
        for field in &mut item.fields {
            let key = wire_name(field);
            let ident = &field.ident;
            if properties.get(&key).is_some_and(|property| property.secret) {
                fields.push(parse_quote!(field(#key, &"[REDACTED]")));
                field.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", schemars(extend("format" = "password")))]));
            } else {
                fields.push(parse_quote!(field(#key, &self.#ident)));
            }
        }
        let ident = &item.ident;
        impls.push((
            name.to_owned(),
            parse_quote! {
                impl std::fmt::Debug for #ident {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.debug_struct(#name)#(.#fields)*.finish()
                    }
                }
            },
        ));
    }
    for (name, item) in impls {
        types.entry(name).or_default().push(item);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::hide;
    use crate::passes::testing::{code, document, line, types};

    const SPEC: &str = "
components:
  schemas:
    Variable:
      type: object
      properties:
        ref: { type: string }
        value: { type: string, format: password }
    Job: { type: object, properties: { name: { type: string } } }
";

    #[test]
    fn a_secret_is_not_shown() {
        let mut types = types([
            (
                "Variable",
                quote::quote! {
                    #[derive(Clone, Debug)]
                    struct Variable { #[serde(rename = "ref")] ref_: String, value: String }
                },
            ),
            (
                "Job",
                quote::quote! {
                    #[derive(Debug)]
                    struct Job { name: String }
                },
            ),
        ]);

        hide(&mut types, &document(SPEC)).unwrap();

        let expected = quote::quote! {
            #[derive(Clone)]
            struct Variable {
                #[serde(rename = "ref")]
                ref_: String,
                #[cfg_attr(feature = "schemars", schemars(extend("format" = "password")))]
                value: String
            }
            impl std::fmt::Debug for Variable {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct("Variable")
                        .field("ref", &self.ref_)
                        .field("value", &"[REDACTED]")
                        .finish()
                }
            }
        };
        assert_eq!(code(&types, "Variable"), line(expected));
        assert!(code(&types, "Job").contains("Debug"));
    }

    #[test]
    fn a_struct_without_debug_is_refused() {
        let variable = quote::quote!(
            #[derive(Clone)]
            struct Variable {
                value: String,
            }
        );
        let error = hide(&mut types([("Variable", variable)]), &document(SPEC)).unwrap_err();
        assert!(error.to_string().contains("Variable derives no"), "{error}");
    }
}
