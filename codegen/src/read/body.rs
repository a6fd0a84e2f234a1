//! Request bodies.

use super::reader::{Reader, Shape};
use crate::api::Body;
use crate::place::Place;
use crate::rustdoc;

/// Reads a body, or reports why no call can send it.
pub(super) fn body<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Option<Body> {
    let place = &reader.resolve(place);
    let content = place.each_at("content");
    let [media] = &content[..] else {
        let message = "the body is not only JSON. Write `application/json` alone";
        reader.report.add(place, message);
        return None;
    };
    if media.name() != "application/json" {
        let message = match media.name().as_str() {
            "multipart/form-data" | "application/x-www-form-urlencoded" => {
                "forms are not supported, and GitLab takes JSON as well. Write `application/json`; a file cannot be sent"
            }
            _ => "the body is not JSON. Write `application/json`",
        };
        reader.report.add(media, message);
        return None;
    }
    let schema = media.at("schema");
    let reference = schema.as_ref().and_then(Place::reference);
    let name = reference.map(|(_, name)| name).unwrap_or_default();
    if !matches!(reader.shape(name), Some(Shape::Struct)) {
        let message = "the body is not a named object. Move its schema to components/schemas, with `properties`, and `$ref` it";
        reader.report.add(place, message);
        return None;
    }
    let schema = reader.spec.component("schemas", name)?;
    let has_required = schema.items_at("required").next().is_some();
    let required = place.node.is_true_at("required");
    if has_required && !required {
        let message = "the body is optional, but has required properties. Write `required: true`, or make them optional";
        reader.report.add(place, message);
    }
    Some(Body {
        description: rustdoc::description(&place.text("description")),
        ty: name.to_owned(),
        required,
    })
}
