//! Names that are free in Rust, but collide in clients of other generators.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use super::Report;
use super::places::{Kind, Place, Role};
use crate::tree::Node;

/// Classes in the runtime of generated clients, which a model of the same name would replace or hide: those of
/// openapi-generator (C#, Dart, Go, Java, Kotlin, PHP, Python, Ruby, Rust, Swift, TypeScript), openapi-python-client,
/// oapi-codegen, Kiota, NSwag and progenitor. `names` rejects those that Rust itself uses.
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

pub(super) fn check(report: &mut Report<'_>) {
    // Generators write types or files for several kinds of components into the same place.
    let mut components: BTreeMap<String, String> = BTreeMap::new();
    // An inline schema has no name, so generators join those of its parent and its property.
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    let mut operations: BTreeMap<String, String> = BTreeMap::new();
    report.for_each(|_, place| {
        if let Some(id) = place
            .node
            .text_at("operationId")
            .filter(|_| place.kind == Kind::Operation)
        {
            for suffix in OF_AN_OPERATION.split_whitespace() {
                operations.insert(folded(&format!("{id}{suffix}")), id.to_owned());
            }
        }
        for property in place.each_at("properties", Kind::Schema(Role::Property)) {
            let name = place.name() + &property.name().to_upper_camel_case();
            if needs_name(property.node) {
                joined.insert(folded(&name), property.pointer.clone());
            }
            if property.node.get("items").is_some_and(needs_name) {
                joined.insert(folded(&format!("{name}Item")), property.pointer.clone());
                joined.insert(folded(&format!("{name}Inner")), property.pointer.clone());
            }
        }
    });
    report.for_each(|report, place| {
        let name = place.name();
        let folded_name = folded(&name);
        if is_component(place)
            && let Some(other) = components.insert(folded_name.clone(), place.pointer.clone())
        {
            report.add(
                place,
                format!("`{name}` is also the name of {other}. Rename one of the two"),
            );
        }
        if place.kind != Kind::Schema(Role::Named) {
            return;
        }
        if RUNTIME
            .split_whitespace()
            .any(|taken| folded(taken) == folded_name)
        {
            let problem = format!("`{name}` is a class of the runtime that some generators add");
            report.add(
                place,
                format!("{problem}. Name what it describes, as `ErrorBody` does"),
            );
        }
        if let Some(id) = operations.get(&folded_name) {
            let problem = format!("generators call a type of their own for `{id}` `{name}`");
            report.add(
                place,
                format!("{problem}. Name what it contains, as `JobPlayOptions` does"),
            );
        }
        let properties = place.each_at("properties", Kind::Schema(Role::Property));
        if let Some(property) = properties
            .iter()
            .find(|it| folded(&it.name()) == folded_name)
        {
            let problem =
                format!("`{name}` is also the name of its property, which some languages forbid");
            report.add(property, format!("{problem}. Rename the schema"));
        }
        if let Some(property) = joined.get(&folded_name) {
            let problem = format!("generators also call the inline schema of {property} `{name}`");
            report.add(
                place,
                format!("{problem}. Name what it contains, as `ProjectSettings` does"),
            );
        }
    });
}

fn is_component(place: &Place<'_>) -> bool {
    place.pointer.starts_with("/components/") && place.pointer.matches('/').count() == 3
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
