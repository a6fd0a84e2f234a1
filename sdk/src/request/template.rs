//! The path of an operation, with the names of its parameters in braces.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that a path segment may contain unencoded (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the names of the parameters.
pub(super) fn parameters(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
}

/// Returns the path with a value for each parameter. One without a value remains as it is.
pub(super) fn render<'a>(template: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let (start, rest) = template.split_once('{').unwrap_or((template, ""));
    let mut path = String::with_capacity(2 * template.len());
    path.push_str(start);
    for part in rest.split('{').filter(|part| !part.is_empty()) {
        let (name, after) = part.split_once('}').unwrap_or((part, ""));
        match value(name) {
            Some(value) => path.extend(utf8_percent_encode(value, SEGMENT)),
            None => path.extend(["{", name, "}"]),
        }
        path.push_str(after);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_replaced_by_its_encoded_value() {
        let value = |name: &str| match name {
            "id" => Some("a/{b}"),
            "job_id" => Some("7"),
            _ => None,
        };
        for (template, path) in [
            ("", ""),
            ("/job", "/job"),
            ("/projects/{id}", "/projects/a%2F%7Bb%7D"),
            ("/{id}/jobs/{job_id}/trace", "/a%2F%7Bb%7D/jobs/7/trace"),
            ("/{id}/{job_id}", "/a%2F%7Bb%7D/7"),
            ("/{other}/x", "/{other}/x"),
        ] {
            assert_eq!(render(template, value), path);
        }
    }
}
