//! Emits one file for each type.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

use super::{ASYNC, Source, import, open_enum};
use crate::document::{Document, Shape};
use crate::names;
use crate::passes::{Code, Model};

/// What the pass `plain_paths` leaves to import, by the path that holds it.
const IMPORTS: &[(&str, &[&str])] = &[
    ("chrono", &["DateTime", "Utc"]),
    ("serde_json", &["Map", "Value"]),
];

pub(super) fn emit(name: &str, code: &Code, document: &Document) -> Source {
    let file = format!("types/{}.rs", names::module(name));
    let code = match code {
        Code::OpenEnum(variants) => {
            let description = document
                .types
                .get(name)
                .map_or("", |described| &described.description);
            open_enum::emit(name, description, variants)
        }
        Code::Struct(items, model) => {
            items_with_imports(name, items, document) + &model_macro(name, model)
        }
    };
    Source::new(ASYNC, &file, about(name, document), code)
}

fn about(name: &str, document: &Document) -> String {
    match document
        .types
        .get(name)
        .map(|described| (&described.shape, described.is_sent))
    {
        Some((Shape::OpenEnum(_), _)) => {
            format!("Values of `{name}`, open to those of newer servers.")
        }
        Some((Shape::List, _)) => format!("The list `{name}`, as a parameter takes it."),
        Some((Shape::FreeForm, _)) => format!("The object `{name}`, of any form."),
        Some((_, true)) => format!("The model `{name}`, as it is sent."),
        _ => format!("The model `{name}`, as a server answers with it."),
    }
}

fn items_with_imports(name: &str, items: &[syn::Item], document: &Document) -> String {
    let mut idents = BTreeSet::new();
    items
        .iter()
        .for_each(|item| collect_idents(item.to_token_stream(), &mut idents));
    let mut code = if idents.contains("Deref") {
        "use std::ops::Deref;\n\n".to_owned()
    } else {
        String::new()
    };
    for (path, importable) in IMPORTS {
        let used: Vec<_> = importable
            .iter()
            .filter(|ident| idents.contains(**ident))
            .collect();
        code.push_str(&import(path, &used));
    }
    let siblings: Vec<_> = document
        .types
        .keys()
        .filter(|other| *other != name && idents.contains(*other))
        .collect();
    code.push('\n');
    code.push_str(&import("crate::generated::types", &siblings));
    code.push_str(&import("crate::model", &["model"]));
    for item in items {
        // prettyplease puts items close together; a blank line between them is what people write.
        let file = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: vec![item.clone()],
        };
        code.push('\n');
        code.push_str(&prettyplease::unparse(&file));
    }
    code
}

/// How the struct stands in JSON. rustfmt leaves the inside of a macro's braces alone, so it is indented here.
fn model_macro(name: &str, model: &Model) -> String {
    let fields = match model {
        Model::Value(ty) => return format!("\nmodel!({name}({ty}));\n"),
        Model::Object(fields) => fields,
    };
    let fields = fields.iter().map(|field| {
        let optional = if field.optional { "optional " } else { "" };
        format!("        {}: {optional}{:?},\n", field.name, field.key)
    });
    format!(
        "\nmodel! {{\n    {name} {{\n{}    }}\n}}\n",
        fields.collect::<String>()
    )
}

fn collect_idents(tokens: TokenStream, idents: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                idents.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect_idents(group.stream(), idents),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
