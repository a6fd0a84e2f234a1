//! Differences between server versions do not break decoding, tested for every property of every model in the spec.

use serde_json::{Value, json};

use crate::meaning::differences;
use crate::models::{Model, model};
use crate::spec;
use crate::values::{full, minimal};

/// A property of a model.
struct Property {
    model: &'static Model,
    schema: &'static Value,
    name: &'static str,
    /// Its schema, with references resolved.
    kind: &'static Value,
    nullable: bool,
    required: bool,
}

impl Property {
    /// Returns a value with every property of the model, in which this one is replaced.
    fn set_to(&self, value: Value) -> Value {
        let mut object = full(self.schema);
        object[self.name] = value;
        object
    }

    /// Returns a value with every property but this one.
    fn left_out(&self) -> Value {
        let mut object = full(self.schema);
        object.as_object_mut().unwrap().remove(self.name);
        object
    }

    /// Asserts that this value of the property survives a round trip.
    fn keeps(&self, value: Value) {
        let object = self.set_to(value);
        let decoded = self.model.decode(&object);
        assert_eq!(differences(&object, &decoded.encoded), [""; 0], "{self}");
    }

    fn is_null_like_absent(&self) {
        let with_null = self.model.decode(&self.set_to(Value::Null));
        assert_eq!(with_null, self.model.decode(&self.left_out()), "{self}");
    }
}

impl std::fmt::Display for Property {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.model.name, self.name)
    }
}

/// The models that are objects, each with its schema.
fn objects() -> impl Iterator<Item = (&'static Model, &'static Value)> {
    let objects = spec::models().filter(|(_, schema)| !schema["properties"].is_null());
    objects.map(|(name, schema)| (model(name), schema))
}

fn all_properties() -> impl Iterator<Item = Property> {
    objects().flat_map(|(model, schema)| {
        spec::properties(schema).map(move |(name, property)| {
            let (kind, nullable) = spec::nullable(property);
            let required = spec::required(schema).any(|required| required == name);
            Property {
                model,
                schema,
                name,
                kind: spec::resolve(kind),
                nullable,
                required,
            }
        })
    })
}

/// The properties that meet a condition. Panics if there are none, since the test would prove nothing.
fn properties(are_meant: impl Fn(&Property) -> bool) -> Vec<Property> {
    let properties: Vec<_> = all_properties().filter(are_meant).collect();
    assert!(!properties.is_empty());
    properties
}

#[test]
fn value_with_every_property_keeps_all() {
    for (model, schema) in objects() {
        let object = full(schema);
        assert_eq!(
            differences(&object, &model.decode(&object).encoded),
            [""; 0],
            "{}",
            model.name
        );
    }
}

#[test]
fn required_properties_are_enough() {
    for (model, schema) in objects() {
        let object = minimal(schema);
        assert_eq!(model.decode(&object).encoded, object, "{}", model.name);
    }
}

#[test]
fn each_optional_property_can_be_absent() {
    for property in properties(|property| !property.required) {
        let object = property.left_out();
        let decoded = property.model.decode(&object);
        assert_eq!(
            differences(&object, &decoded.encoded),
            [""; 0],
            "{property}"
        );
    }
}

#[test]
fn absent_required_property_is_an_error_that_names_it() {
    for property in properties(|property| property.required) {
        let error = property
            .model
            .try_decode(&property.left_out())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(&format!("missing field `{}`", property.name)),
            "{property}: {error}"
        );
    }
}

#[test]
fn each_nullable_property_reads_null_like_absent() {
    for property in properties(|property| property.nullable) {
        property.is_null_like_absent();
    }
}

#[test]
fn all_nullable_properties_can_be_null_at_once() {
    for (model, schema) in objects() {
        let mut object = full(schema);
        for (name, property) in spec::properties(schema) {
            if spec::nullable(property).1 {
                object[name] = Value::Null;
            }
        }
        assert_eq!(
            differences(&object, &model.decode(&object).encoded),
            [""; 0],
            "{}",
            model.name
        );
    }
}

/// Some servers send null for properties that the spec says are left out.
#[test]
fn each_optional_property_reads_null_like_absent_even_if_it_is_not_nullable() {
    for property in properties(|property| !property.required && !property.nullable) {
        property.is_null_like_absent();
    }
}

#[test]
fn null_list_is_empty_even_if_it_is_required() {
    for property in properties(|property| property.kind["type"] == "array") {
        let with_null = property.model.decode(&property.set_to(Value::Null));
        let empty = property.model.decode(&property.set_to(json!([])));
        assert_eq!(with_null, empty, "{property}");
    }
}

#[test]
fn unknown_fields_are_ignored_in_every_object() {
    for (model, schema) in objects() {
        let mut object = full(schema);
        object["brand_new"] = json!({ "id": [null, 1.5, "x"] });
        assert_eq!(
            model.decode(&object),
            model.decode(&full(schema)),
            "{}",
            model.name
        );
    }
}

#[test]
fn known_values_are_variants_and_unknown_ones_are_kept() {
    let mut enums = 0;
    for (name, schema) in spec::models() {
        let Some(values) = schema["x-extensible-enum"].as_array() else {
            continue;
        };
        enums += 1;
        for value in values {
            let decoded = model(name).decode(value);
            assert_eq!(&decoded.encoded, value, "{name}");
            assert!(
                !decoded.shown.starts_with("Unknown("),
                "{value} is unknown to {name}"
            );
        }
        let decoded = model(name).decode(&json!("brand_new"));
        assert_eq!(decoded.encoded, "brand_new", "{name}");
        assert!(
            decoded.shown.starts_with("Unknown("),
            "{} is known to {name}",
            decoded.shown
        );
    }
    assert_ne!(enums, 0);
}

#[test]
fn each_property_with_known_values_keeps_an_unknown_one() {
    for property in properties(|property| !property.kind["x-extensible-enum"].is_null()) {
        property.keeps(json!("brand_new"));
    }
}

#[test]
fn each_int64_has_64_bits() {
    for property in properties(|property| property.kind["format"] == "int64") {
        for number in [0, 6_747_393_391, i64::MAX as u64 - 1, i64::MAX as u64] {
            property.keeps(json!(number));
        }
    }
}

#[test]
fn each_fractional_number_can_be_whole() {
    for property in properties(|property| {
        property.kind["type"] == "number" && property.kind["format"] != "float"
    }) {
        for number in [
            json!(97),
            json!(97.0),
            json!(0.010),
            json!(0),
            json!(1_234_567.891),
        ] {
            property.keeps(number);
        }
    }
}

#[test]
fn each_time_can_have_any_offset_and_any_precision() {
    for property in properties(|property| property.kind["format"] == "date-time") {
        for time in [
            "2015-12-24T16:51:14+01:00",
            "2015-12-24T15:51:14Z",
            "2015-12-24T15:51:14.123456-03:30",
        ] {
            property.keeps(json!(time));
        }
    }
}
