//! The operations of the OpenAPI file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Error;

/// An OpenAPI document, and its operations.
#[derive(Debug)]
pub(crate) struct Contract<'a> {
    document: &'a Value,
    /// Lists first, because they lead to the values that other operations need.
    pub(crate) operations: Vec<Operation<'a>>,
    /// The names of all headers that any response has, in lower case.
    pub(crate) headers: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) id: &'a str,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: &'a str,
    /// The names of the query parameters.
    pub(crate) query: BTreeSet<&'a str>,
    pub(crate) pagination: BTreeSet<&'a str>,
    /// The names of the headers that carry accepted tokens, in lower case.
    pub(crate) token_headers: BTreeSet<String>,
    responses: BTreeMap<&'a str, Response<'a>>,
}

/// A response that the document describes: schemas by media type.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub(crate) content: BTreeMap<&'a str, Option<&'a Value>>,
}

const METHODS: [&str; 7] = ["get", "head", "put", "post", "patch", "delete", "options"];

impl<'a> Contract<'a> {
    pub(crate) fn read(document: &'a Value) -> Result<Self, Error> {
        let mut contract = Self {
            document,
            operations: Vec::new(),
            headers: BTreeSet::new(),
        };
        for (path, item) in entries(document.get("paths")) {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    let operation = contract.operation(path, method, item, operation)?;
                    contract.operations.push(operation);
                }
            }
        }
        if contract.operations.is_empty() {
            return Err(Error(
                "the OpenAPI document describes no operations".to_owned(),
            ));
        }
        contract
            .operations
            .sort_by_key(|it| (it.pagination.is_empty(), it.parameters().count()));
        Ok(contract)
    }

    fn operation(
        &mut self,
        path: &'a str,
        method: &str,
        item: &'a Value,
        operation: &'a Value,
    ) -> Result<Operation<'a>, Error> {
        let id = operation["operationId"].as_str();
        let id = id.ok_or_else(|| Error(format!("{method} {path} has no operationId")))?;
        let parameters = items(item.get("parameters")).chain(items(operation.get("parameters")));
        let parameters = parameters.map(|parameter| self.resolve(parameter));
        let query = parameters.filter(|parameter| parameter["in"] == "query");
        let query = query
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let mut responses = BTreeMap::new();
        for (status, response) in entries(operation.get("responses")) {
            let response = self.resolve(response);
            for (name, _) in entries(response.get("headers")) {
                self.headers.insert(name.to_ascii_lowercase());
            }
            let content = entries(response.get("content"));
            let content = content
                .map(|(media, it)| (media, it.get("schema")))
                .collect();
            responses.insert(status, Response { content });
        }
        Ok(Operation {
            id,
            method: method.to_ascii_uppercase(),
            path,
            query,
            pagination: items(operation.get("x-pagination"))
                .filter_map(Value::as_str)
                .collect(),
            token_headers: self.token_headers(operation),
            responses,
        })
    }

    fn token_headers(&self, operation: &'a Value) -> BTreeSet<String> {
        let own = operation
            .get("security")
            .or_else(|| self.document.get("security"));
        let schemes = items(own).flat_map(|choice| entries(Some(choice)).map(|(name, _)| name));
        let all = self.document.pointer("/components/securitySchemes");
        schemes
            .filter_map(|name| all?.get(name)?.get("name")?.as_str())
            .map(str::to_ascii_lowercase)
            .collect()
    }

    /// Follows a reference. A value without one is returned unchanged.
    pub(crate) fn resolve(&self, mut value: &'a Value) -> &'a Value {
        // A longer chain is a cycle.
        for _ in 0..16 {
            let Some(target) = value["$ref"]
                .as_str()
                .and_then(|reference| self.document.pointer(reference.strip_prefix('#')?))
            else {
                break;
            };
            value = target;
        }
        value
    }
}

impl<'a> Operation<'a> {
    pub(crate) fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Returns the names of the path's parameters.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'a str> {
        self.path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Returns the described response with a status: itself, its class (`5XX`), or `default`.
    pub(crate) fn response(&self, status: u16) -> Option<&Response<'a>> {
        let class = format!("{}XX", status / 100);
        [status.to_string().as_str(), class.as_str(), "default"]
            .iter()
            .find_map(|key| self.responses.get(*key))
    }
}

/// The keys and values of an object, or nothing.
pub(crate) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.and_then(Value::as_object).into_iter().flatten();
    object.map(|(key, value)| (key.as_str(), value))
}

/// The items of an array, or nothing.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
