//! Open enums: their values become variants, each with a description.

use indexmap::IndexMap;

use super::reader::Reader;
use super::schema::unread;
use super::scope::Scope;
use crate::api::OpenEnum;
use crate::names;
use crate::place::Place;
use crate::rustdoc;

pub(super) fn open_enum(reader: &mut Reader<'_>, place: &Place<'_>) -> OpenEnum {
    if place.node.text_at("type") != Some("string") {
        reader
            .report
            .add(place, "an open enum is not a string. Write `type: string`");
    } else {
        let keys = "format items oneOf nullable properties required additionalProperties";
        unread(reader, place, "x-extensible-enum", keys);
    }
    let report = &mut reader.report;
    let descriptions = place.each_at("x-enumDescriptions");
    let mut read = IndexMap::new();
    let mut variants = Scope::new(["Unknown"], "any other value");
    for value in place.each_at("x-extensible-enum") {
        let name = value.node.as_text().unwrap_or_default();
        variants.claim(report, &value, name, &names::variant(name));
        let described = descriptions.iter().find(|it| it.name() == name);
        let text = described
            .and_then(|it| it.node.as_text())
            .unwrap_or_default();
        if text.trim().is_empty() {
            let message = format!("`{name}` has no description. Add it to `x-enumDescriptions`");
            report.add(&value, message);
        }
        read.insert(name.to_owned(), rustdoc::description(text.trim()));
    }
    if read.is_empty() {
        report.add(place, "the enum has no values. List the known ones");
    }
    for description in descriptions
        .iter()
        .filter(|it| !read.contains_key(&it.name()))
    {
        let message = format!(
            "`{}` is not a value. Add it to `x-extensible-enum`, or remove it",
            description.name()
        );
        report.add(description, message);
    }
    OpenEnum {
        description: rustdoc::description(&place.text("description")),
        values: read,
    }
}
