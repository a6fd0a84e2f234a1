//! Names that are free in Rust, but collide in clients of other generators.

use std::collections::BTreeMap;

use gitlab_jobs_codegen::{Node, Spec};

use super::each_operation;

/// Classes in the runtime of generated clients, which a model of the same name would replace or hide: those of
/// openapi-generator (C#, Dart, Go, Java, Kotlin, PHP, Python, Ruby, Rust, Swift, TypeScript), openapi-python-client,
/// oapi-codegen, Kiota, NSwag and progenitor. `codegen` rejects those that our own crates use.
const RUNTIME: &str = "AbstractOpenApiSchema ApiCallback ApiClient ApiError ApiException ApiKeyAuth ApiModelBase ApiResponse \
    AuthenticatedClient Authentication BaseApi BasicAuth ByteStream ClientError CodingKeys Configuration \
    ConfigurationParameters Connection ErrorContext ErrorResponse FetchError File FileParameter GenericOpenApiError \
    Headers HttpBasicAuth HttpBearerAuth HttpBody HttpClient HttpError HttpException HttpFile HttpHeaders HttpMethod \
    HttpQuery HttpResponse Json Middleware ModelInterface Multimap Nullable OAuth Object ObjectSerializer Observable \
    OpenApiException Optional Pair Promise QueryParam RequestArgs RequestBody RequestBuilder RequestContext RequestFile \
    RequestOptions RequestOpts RequiredError ResponseBody ResponseContent ResponseContext ResponseError ResponseValue \
    RestResponse RetryConfiguration ServerConfiguration ServerError ServerVariable Unset VoidAuth";

/// What generators append to the name of an operation for types of its own: its parameters, body and results.
const OF_AN_OPERATION: &str = "Args Body Data Error Errors Options Output Params Parameters Payload Request RequestBody \
    Response Responses Result";

pub(super) fn check(spec: &Spec, add: &mut impl FnMut(&str, String)) {
    // An inline schema has no name, so generators join those of its parent and its property.
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, schema) in spec.components("schemas") {
        for (property, node) in schema.entries_at("properties") {
            // Neither case nor separators matter.
            let joined_name = format!("{name}{property}");
            let pointer = format!("/components/schemas/{name}/properties/{property}");
            if needs_name(node) {
                joined.insert(folded(&joined_name), pointer.clone());
            }
            if node.get("items").is_some_and(needs_name) {
                joined.insert(folded(&format!("{joined_name}Item")), pointer.clone());
                joined.insert(folded(&format!("{joined_name}Inner")), pointer);
            }
        }
    }
    let mut operations: BTreeMap<String, String> = BTreeMap::new();
    each_operation(spec, |_, operation| {
        let id = operation.text_at("operationId").unwrap_or_default();
        for suffix in OF_AN_OPERATION.split_whitespace() {
            operations.insert(folded(&format!("{id}{suffix}")), id.to_owned());
        }
    });
    // Generators write types or files for several kinds of components into the same place.
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (kind, node) in spec.root().entries_at("components") {
        if matches!(kind, "headers" | "examples" | "securitySchemes") {
            continue;
        }
        for (name, _) in node.entries() {
            let pointer = format!("/components/{kind}/{name}");
            if let Some(other) = known.insert(folded(name), pointer.clone()) {
                add(
                    &pointer,
                    format!("`{name}` is also the name of {other}. Rename one of the two"),
                );
            }
        }
    }
    for (name, schema) in spec.components("schemas") {
        let pointer = format!("/components/schemas/{name}");
        if RUNTIME
            .split_whitespace()
            .any(|taken| folded(taken) == folded(name))
        {
            let problem = format!("`{name}` is a class of the runtime that some generators add");
            add(
                &pointer,
                format!("{problem}. Name what it describes, as `ErrorBody` does"),
            );
        }
        if let Some(id) = operations.get(&folded(name)) {
            let problem = format!("generators call a type of their own for `{id}` `{name}`");
            add(
                &pointer,
                format!("{problem}. Name what it contains, as `JobPlayOptions` does"),
            );
        }
        let mut properties = schema
            .entries_at("properties")
            .map(|(property, _)| property);
        if let Some(property) = properties.find(|property| folded(property) == folded(name)) {
            let problem =
                format!("`{name}` is also the name of its property, which some languages forbid");
            add(
                &format!("{pointer}/properties/{property}"),
                format!("{problem}. Rename the schema"),
            );
        }
        if let Some(property) = joined.get(&folded(name)) {
            let problem = format!("generators also call the inline schema of {property} `{name}`");
            add(
                &pointer,
                format!("{problem}. Name what it contains, as `ProjectSettings` does"),
            );
        }
    }
}

/// Returns whether generators create a type for an inline schema.
fn needs_name(schema: &Node) -> bool {
    schema.text_at("type") == Some("object") || schema.get("oneOf").is_some()
}

/// Returns a name without case and separators, which some file systems and languages ignore.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}
