//! Schemas, judged by the side of the wire that they are used on.

use super::{OLD, breaks, is_compatible, parse};
use crate::compare;

#[test]
fn what_a_client_receives_can_grow_but_not_shrink() {
    is_compatible(
        "        name: {type: string}\n",
        "        name: {type: string}\n        mood: {type: string}\n",
        "Job.mood: new and optional",
    );
    breaks("        name: {type: string}\n", "", "Job.name: gone");
    breaks(
        "required: [id]",
        "required: []",
        "Job.id: no longer required",
    );
    is_compatible(
        "required: [id]",
        "required: [id, name]",
        "Job.name: now required",
    );
}

#[test]
fn what_a_client_sends_can_become_optional_but_not_required() {
    is_compatible(
        "required: [key]",
        "required: []",
        "Play.key: no longer required",
    );
    breaks(
        "required: [key]",
        "required: [key, hint]",
        "Play.hint: now required",
    );
    breaks(
        "required: [key]\n      properties: {",
        "required: [key, x]\n      properties: {x: {type: string}, ",
        "Play.x: new and required",
    );
}

#[test]
fn a_new_null_breaks_receivers_and_a_lost_one_breaks_senders() {
    breaks(
        "name: {type: string}\n",
        "name: {type: string, nullable: true}\n",
        "Job.name: can be null now",
    );
    breaks(
        "hint: {type: string, nullable: true}",
        "hint: {type: string}",
        "Play.hint: cannot be null any more",
    );
    is_compatible(
        "key: {type: string}",
        "key: {type: string, nullable: true}",
        "Play.key: can be null now",
    );
    let nullable = r##"user: {oneOf: [{$ref: "#/components/schemas/User"}, {type: boolean, nullable: true, enum: [null]}]}"##;
    breaks(
        r##"user: {$ref: "#/components/schemas/User"}"##,
        nullable,
        "Job.user: can be null now",
    );
}

#[test]
fn another_type_breaks_everyone() {
    breaks(
        "in: path, required: true, schema: {type: integer, format: int64}",
        "in: path, required: true, schema: {type: integer, format: int32}",
        "GET /jobs/{id}, path parameter id: was integer int64 and is integer int32",
    );
    breaks(
        "items: {type: string}",
        "items: {type: integer}",
        "Job.tags[]: was string and is integer",
    );
    breaks(
        "key: {type: string}",
        "key: {type: boolean}",
        "Play.key: was string and is boolean",
    );
    breaks(
        "User: {type: object, properties: {id: {type: integer, format: int64}}}",
        "User: {type: object, properties: {id: {type: string}}}",
        "User.id: was integer int64 and is string",
    );
}

#[test]
fn values_of_an_open_enum_can_be_added_but_not_removed() {
    is_compatible(
        "[running, failed]",
        "[running, failed, canceled]",
        "Job.status: \"canceled\" is a new known value",
    );
    breaks(
        "[running, failed]",
        "[running]",
        "Job.status: the known value \"failed\" is gone",
    );
}

#[test]
fn values_of_a_closed_enum_are_judged_by_the_side() {
    breaks(
        "enum: [job]",
        "enum: [job, bridge]",
        "Job.kind: \"bridge\" is a new value",
    );
    is_compatible(
        "enum: [a, b]",
        "enum: [a, b, c]",
        "Play.force: \"c\" is a new value",
    );
    breaks(
        "enum: [a, b]",
        "enum: [a]",
        "Play.force: the value \"b\" is gone",
    );
}

#[test]
fn constraints_are_judged_by_the_side() {
    for (keyword, shown) in [
        ("pattern: a", "pattern was none and is \"a\""),
        ("maxLength: 5", "maxLength was none and is 5"),
        ("minLength: 1", "minLength was none and is 1"),
    ] {
        breaks(
            "key: {type: string}",
            &format!("key: {{type: string, {keyword}}}"),
            &format!("Play.key: {shown}"),
        );
        is_compatible(
            "        name: {type: string}\n",
            &format!("        name: {{type: string, {keyword}}}\n"),
            &format!("Job.name: {shown}"),
        );
    }
    breaks(
        "full, in: query, schema: {type: boolean}",
        "full, in: query, schema: {type: boolean, maximum: 1}",
        "GET /jobs/{id}, query parameter full: maximum was none and is 1",
    );
    is_compatible(
        "tags: {type: array, items",
        "tags: {type: array, minItems: 1, items",
        "Job.tags: minItems was none and is 1",
    );
}

#[test]
fn a_tighter_bound_breaks_senders_and_a_looser_one_receivers() {
    let effects = |old: &str, new: &str| {
        let with = |bound: &str| {
            let key = format!("key: {{type: string, {bound}}}");
            let name = format!("        name: {{type: string, {bound}}}\n");
            let text = OLD.replace("key: {type: string}", &key);
            parse(&text.replace("        name: {type: string}\n", &name))
        };
        let report = compare(&with(old), &with(new));
        let mut effects: Vec<_> = report.changes().map(|it| it.to_string()).collect();
        effects.sort();
        effects
            .iter()
            .map(|line| {
                line.split_whitespace()
                    .take(2)
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        effects("maxLength: 9", "maxLength: 5"),
        ["breaking Play.key:", "compatible Job.name:"]
    );
    assert_eq!(
        effects("maxLength: 5", "maxLength: 9"),
        ["breaking Job.name:", "compatible Play.key:"]
    );
    assert_eq!(
        effects("minLength: 1", "minLength: 2"),
        ["breaking Play.key:", "compatible Job.name:"]
    );
    assert_eq!(
        effects("pattern: a", "pattern: b"),
        ["breaking Job.name:", "breaking Play.key:"]
    );
}

#[test]
fn properties_that_only_one_side_sends_are_judged_by_the_other() {
    breaks(
        "key: {type: string}",
        "key: {type: string, readOnly: true}",
        "Play.key: can only be read now",
    );
    is_compatible(
        "        name: {type: string}\n",
        "        name: {type: string, readOnly: true}\n",
        "Job.name: can only be read now",
    );
    breaks(
        "        name: {type: string}\n",
        "        name: {type: string, writeOnly: true}\n",
        "Job.name: can only be written now",
    );
}

#[test]
fn an_enum_that_is_closed_or_opened_breaks_everyone() {
    breaks(
        "x-extensible-enum: [running, failed]",
        "enum: [running, failed]",
        "Job.status: was an open enum and is a closed enum",
    );
    breaks(
        "kind: {type: string, enum: [job]}",
        "kind: {type: string}",
        "Job.kind: was a closed enum and is not an enum",
    );
}
