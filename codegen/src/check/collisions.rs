//! Names that are free in Rust and collide in the clients that other generators write.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use super::Report;
use super::places::{Kind, Place, Role};
use crate::tree::Node;

/// Classes that come with a generated client, where a model of the same name would replace or hide them. They are those
/// of openapi-generator (C#, Dart, Go, Java, Kotlin, PHP, Python, Ruby, Rust, Swift, TypeScript), openapi-python-client,
/// oapi-codegen, Kiota, NSwag and progenitor. `names` refuses those that Rust itself uses.
const RUNTIME_NAMES: &[&str] = &[
    "AbstractOpenApiSchema",
    "ApiCallback",
    "ApiClient",
    "ApiError",
    "ApiException",
    "ApiKeyAuth",
    "ApiModelBase",
    "ApiResponse",
    "AuthenticatedClient",
    "Authentication",
    "BaseApi",
    "BasicAuth",
    "ByteStream",
    "ClientError",
    "CodingKeys",
    "Configuration",
    "ConfigurationParameters",
    "Connection",
    "ErrorContext",
    "ErrorResponse",
    "FetchError",
    "File",
    "FileParameter",
    "GenericOpenApiError",
    "Headers",
    "HttpBasicAuth",
    "HttpBearerAuth",
    "HttpBody",
    "HttpClient",
    "HttpError",
    "HttpException",
    "HttpFile",
    "HttpHeaders",
    "HttpMethod",
    "HttpQuery",
    "HttpResponse",
    "Json",
    "Middleware",
    "ModelInterface",
    "Multimap",
    "Nullable",
    "OAuth",
    "Object",
    "ObjectSerializer",
    "Observable",
    "OpenApiException",
    "Optional",
    "Pair",
    "Promise",
    "QueryParam",
    "RequestArgs",
    "RequestBody",
    "RequestBuilder",
    "RequestContext",
    "RequestFile",
    "RequestOptions",
    "RequestOpts",
    "RequiredError",
    "ResponseBody",
    "ResponseContent",
    "ResponseContext",
    "ResponseError",
    "ResponseValue",
    "RestResponse",
    "RetryConfiguration",
    "ServerConfiguration",
    "ServerError",
    "ServerVariable",
    "Unset",
    "VoidAuth",
];

pub(super) fn check(report: &mut Report<'_>) {
    runtime_names(report);
    shared_names(report);
    joined_names(report);
}

fn runtime_names(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let name = place.name();
        if place.kind == Kind::Schema(Role::Named)
            && RUNTIME_NAMES
                .iter()
                .any(|taken| folded(taken) == folded(&name))
        {
            report.add(
                "runtime-name",
                place,
                format!("`{name}` is a class of the runtime that some generators add"),
                "Name what it describes, as `ErrorBody` does",
            );
        }
    });
}

/// Generators write a type or a file for components of several kinds, all into one place.
fn shared_names(report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    report.for_each(|report, place| {
        if !is_component(place) {
            return;
        }
        let name = place.name();
        if let Some(other) = seen.insert(folded(&name), place.pointer.clone()) {
            report.add(
                "shared-name",
                place,
                format!("`{name}` is also the name of {other}"),
                "Give one of the two a name of its own",
            );
        }
    });
}

/// An inline schema has no name, so generators join those of its parent and its property.
fn joined_names(report: &mut Report<'_>) {
    let mut joined = BTreeMap::new();
    report.for_each(|_, place| {
        if place.kind != Kind::Schema(Role::Named) {
            return;
        }
        for property in place.each_at("properties", Kind::Schema(Role::Property)) {
            let name = format!("{}{}", place.name(), property.name().to_upper_camel_case());
            if needs_name(property.node) {
                joined.insert(folded(&name), property.pointer.clone());
            }
            if property.node.get("items").is_some_and(needs_name) {
                for suffix in ["Item", "Inner"] {
                    joined.insert(folded(&format!("{name}{suffix}")), property.pointer.clone());
                }
            }
        }
    });
    report.for_each(|report, place| {
        let name = place.name();
        if place.kind == Kind::Schema(Role::Named)
            && let Some(property) = joined.get(&folded(&name))
        {
            report.add(
                "joined-name",
                place,
                format!("generators also call the inline schema of {property} `{name}`"),
                "Rename the schema after what it holds, as `ProjectSettings` does",
            );
        }
    });
}

fn is_component(place: &Place<'_>) -> bool {
    let mut path = place.pointer.split('/').skip(1);
    path.next() == Some("components") && path.count() == 2
}

/// Whether generators make a type of a schema where it stands.
fn needs_name(schema: &Node) -> bool {
    let composed = ["oneOf", "anyOf", "allOf", "enum", "properties"];
    schema.text_at("type") == Some("object") || composed.iter().any(|key| schema.get(key).is_some())
}

/// A name as file systems and languages that ignore case and separators see it.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_ascii_alphanumeric());
    letters.collect::<String>().to_ascii_lowercase()
}
