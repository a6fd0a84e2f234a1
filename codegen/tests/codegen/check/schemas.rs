//! Forms of schemas.

use super::assert_findings;

#[test]
fn combinations() {
    let user = "oneOf:
            - $ref: \"#/components/schemas/User\"
            - { type: boolean, nullable: true, enum: [null] }";
    let choice = |key| {
        format!(
            "{key}:\n            - $ref: \"#/components/schemas/User\"\n            - {{ type: string }}"
        )
    };
    let discriminator = format!("{user}\n          discriminator: {{ propertyName: kind }}");
    assert_findings(&[
        (
            user,
            &format!("type: object\n          {}", choice("anyOf")),
            "`anyOf` becomes a struct in which no value fits",
        ),
        (
            user,
            &format!("type: object\n          {}", choice("allOf")),
            "`allOf` is merged by each generator in its own way",
        ),
        (
            user,
            &user.replace("enum: [null]", "enum: []"),
            "`enum` rejects the values of newer servers",
        ),
        (
            user,
            &choice("oneOf"),
            "this oneOf becomes an enum without names. For a null, write `oneOf:",
        ),
        (
            user,
            &discriminator,
            "`discriminator` is ignored by progenitor",
        ),
    ]);
}

#[test]
fn types_and_formats() {
    let ref_ = "ref: { type: string, description: \"Its branch.\" }";
    let id = "id: { type: integer, format: int64, description: Id of the user. }";
    let tags = "tag_list: { type: array, description: Tags., items: { type: string } }";
    assert_findings(&[
        (
            ref_,
            "ref: { type: [string, \"null\"], description: A. }",
            "/ref/type: `type` is not the name of a type. Write one; what may be null also has `nullable: true`",
        ),
        (
            ref_,
            "ref: { type: [string], description: A. }",
            "`type` is not the name of a type",
        ),
        (
            ref_,
            "ref: { type: 5, description: A. }",
            "`type` is not the name of a type",
        ),
        (
            ref_,
            "ref: { type: string, nullable: \"true\", description: A. }",
            "/ref/nullable: `nullable` is not a boolean",
        ),
        (
            ref_,
            "ref: { type: text, description: A. }",
            "`text` is not a type of OpenAPI 3.0",
        ),
        (
            ref_,
            "ref: { type: array, description: A. }",
            "the list does not say what it holds",
        ),
        (
            ref_,
            "ref: { type: string, format: ipv4, description: A. }",
            "`string` of format `ipv4` has no Rust type",
        ),
        (
            ref_,
            "ref: { type: string, format: binary, description: A. }",
            "bytes are the whole of a body",
        ),
        (
            ref_,
            "ref: { format: date, description: A. }",
            "the schema has no type",
        ),
        (
            tags,
            "tag_list: { type: array, description: A., items: {} }",
            "/tag_list/items: the schema has no type",
        ),
        (
            "message: { description: The server's words. }",
            "message: { description: A., nullable: true }",
            "has no type",
        ),
        (
            id,
            "id: { type: integer, description: A. }",
            "the integer has no size",
        ),
        (
            id,
            "id: { type: integer, format: int16, description: A. }",
            "the integer has no size",
        ),
        (
            id,
            "id: { type: integer, format: int32, description: A. }",
            "GitLab's ids exceed 32 bits",
        ),
        (
            "schema: { type: integer, format: int64 }",
            "schema: { type: integer, format: int32 }",
            "/components/parameters/JobId/schema: GitLab's ids exceed 32 bits",
        ),
    ]);
}

#[test]
fn schemas_that_need_a_name() {
    let ref_ = "ref: { type: string, description: \"Its branch.\" }";
    let user = "    User:\n";
    assert_findings(&[
        (ref_, "ref: { type: string, description: A., enum: [a, b] }", "`enum` rejects the values of newer servers"),
        (
            ref_,
            "ref: { type: string, description: A., x-extensible-enum: [a], x-enumDescriptions: { a: B. } }",
            "/components/schemas/Job/properties/ref: the enum has no name here",
        ),
        (
            ref_,
            "ref: { type: object, description: A., properties: { a: { type: string, description: B. } } }",
            "the object has no name here",
        ),
        (
            user,
            "    Person: { $ref: '#/components/schemas/User' }\n    User:\n",
            "/components/schemas/Person: a second name for a schema has no Rust type",
        ),
        (
            user,
            "    Tree: { type: array, description: A., items: { $ref: '#/components/schemas/Tree' } }\n    User:\n",
            "`Tree` contains itself, and has no end",
        ),
        (
            user,
            "    Tree: { type: array, description: A., items: { type: array, items: { $ref: '#/components/schemas/Tree' } } }
    User:\n",
            "`Tree` contains itself, and has no end",
        ),
    ]);
}

#[test]
fn objects_and_nulls() {
    let user = "description: A user.";
    let id = "id: { type: integer, format: int64, description: Id of the user. }";
    assert_findings(&[
        (
            user,
            "description: A.\n      additionalProperties: false",
            "this rejects or flattens fields",
        ),
        (
            user,
            "description: A.\n      additionalProperties: { type: string }",
            "this rejects or flattens fields",
        ),
        (
            user,
            "description: A.\n      additionalProperties: true",
            "an object with `properties` takes others anyway",
        ),
        (
            "type: object\n      description: A user.",
            "type: string\n      description: A.",
            "Write `type: object`",
        ),
        (
            "required: [id, status]",
            "required: [id, status, name]",
            "there is no property `name`",
        ),
        (
            id,
            "id: { oneOf: [$ref: \"#/components/schemas/User\", { type: boolean, nullable: true, enum: [null] }], description: A. }",
            "/User/required/0: `id` may be null",
        ),
        (
            id,
            "id: { type: integer, format: int64, description: A., nullable: true }",
            "`id` may be null",
        ),
        (
            user,
            "description: A.\n      nullable: true",
            "/User/nullable: only properties and items can be null",
        ),
        (
            "application/json:\n              schema: { type: array, items",
            "application/json:\n              schema: { type: array, nullable: true, items",
            "only properties and items can be null",
        ),
    ]);
}

#[test]
fn open_enums() {
    let values = "x-extensible-enum: [running, web_ide, unknown]";
    let running = "        running: It runs.\n";
    let add = |value: &str, description: &str| {
        let key = value.trim_matches('\'');
        format!(
            "x-extensible-enum: [running, web_ide, unknown, {value}]\n      x-enumDescriptions:\n        '{key}': {description}\n"
        )
    };
    let head = "x-extensible-enum: [running, web_ide, unknown]\n      x-enumDescriptions:\n";
    assert_findings(&[
        (
            values,
            &values.replace(']', ", running]"),
            "`running` is a duplicate",
        ),
        (running, "", "`running` has no description"),
        (
            running,
            &format!("{running}        paused: It waits.\n"),
            "`paused` is not a value",
        ),
        (
            head,
            &add("Running", "It runs."),
            "`Running` would become `Running`, the name of `running`",
        ),
        (
            head,
            &add("UNKNOWN", "Nobody knows."),
            "`UNKNOWN` would become `Unknown`, the name of any other value",
        ),
        (
            head,
            &add("'!'", "Hurry."),
            "`!` would become ``, which is not an identifier",
        ),
        (
            values,
            &values.replace(']', ", 3]"),
            "the value is not a string",
        ),
        (
            "type: string\n      description: Where",
            "type: array\n      items: { type: string }\n      description: Where",
            "an open enum is not a string",
        ),
        (
            "description: A variable.",
            "description: A.\n      x-enumDescriptions: { a: B. }",
            "`x-enumDescriptions` is ignored beside `properties`",
        ),
    ]);
}
