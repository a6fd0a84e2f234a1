//! Reads the API from a document, and reports what cannot be read: each finding with its place, reason and remedy.

mod body;
mod enums;
mod operation;
mod parameter;
mod reader;
mod response;
mod schema;
mod scope;
mod structs;

use heck::ToUpperCamelCase;

use crate::api::{Api, VERBS};
use crate::finding::Finding;
use crate::load::Spec;
use crate::place::Place;
use crate::taken::Taken;
use crate::{form, imports, names};
use reader::{Reader, Shape};
use scope::Scope;

/// Reads a document.
///
/// # Errors
///
/// Returns everything wrong with it, in the order of its lines. As long as the form of the document is wrong, nothing
/// else is reported, since it would mislead.
pub(crate) fn read(spec: &Spec, taken: &Taken) -> Result<Api, Vec<Finding>> {
    form::check(spec)?;
    let mut reader = Reader::new(spec, taken);
    let root = Place::root(&spec.root);
    let mut api = Api::default();
    let mut types = Scope::new(
        imports::names()
            .chain(names::PRELUDE.split(' '))
            .chain(taken.types()),
        "a type that generated code or the SDK uses",
    );
    let components = root.at("components");
    let components = |kind| components.iter().flat_map(move |it| it.each_at(kind));
    // First the operations, whose names are easier to change than those of schemas.
    let mut shapes: Vec<String> = Vec::new();
    for path in root.each_at("paths") {
        let name = path.name();
        // Paths that differ only in the names of their parameters are one path.
        let shape: Vec<_> = name
            .split('/')
            .map(|it| if it.starts_with('{') { "{}" } else { it })
            .collect();
        let shape = shape.join("/");
        if shapes.contains(&shape) {
            let message =
                format!("`{name}` is there already, with other names of parameters. Join the two");
            reader.report.add(&path, message);
        }
        shapes.push(shape);
        let verbs = path.node.entries().filter(|(verb, _)| VERBS.contains(verb));
        for node in verbs.filter_map(|(verb, _)| path.at(verb)) {
            api.operations
                .extend(operation::operation(&mut reader, &path, &node, &mut types));
        }
    }
    for schema in components("schemas") {
        named(&mut reader, &schema, &mut types, &mut api);
    }
    // What no operation uses is read as well, so that nothing wrong waits for its first use.
    for place in components("parameters") {
        parameter::parameter(&mut reader, &place);
    }
    for place in components("requestBodies") {
        body::body(&mut reader, &place);
    }
    structs::finite(&mut reader, &api);
    operation::fallbacks(&mut reader, &api.operations);
    let used = api.used();
    api.structs.retain(|name, _| used.contains(name));
    api.enums.retain(|name, _| used.contains(name));
    reader.report.finish(api)
}

/// Reads a schema of `components`.
fn named<'a>(reader: &mut Reader<'a>, place: &Place<'a>, types: &mut Scope, api: &mut Api) {
    let name = place.name();
    let camel = name.to_upper_camel_case();
    if place.node.get("$ref").is_some() {
        let message = "a second name for a schema has no Rust type. Refer to the other one where this is used";
        return reader.report.add(place, message);
    }
    if camel != name {
        let message = format!("progenitor would rename `{name}`. Write `{camel}`");
        reader.report.add(place, message);
    } else if !names::is_ident(&names::module(&name)) {
        let message = format!(
            "`{name}` cannot have a module of its name. Rename it, for instance to `Job{name}`"
        );
        reader.report.add(place, message);
    }
    match reader.shape(&name) {
        Some(Shape::Struct) => {
            types.claim(&mut reader.report, place, &name, &name);
            let read = structs::structure(reader, place);
            api.structs.insert(name, read);
        }
        Some(Shape::Enum) => {
            types.claim(&mut reader.report, place, &name, &name);
            let read = enums::open_enum(reader, place);
            api.enums.insert(name, read);
        }
        _ => _ = schema::value(reader, place, schema::Role::Named, &name),
    }
}
