//! Paths from callers, which must stay below the root of the API.

use percent_encoding::percent_decode_str;

/// Returns a path with its leading slash, or the reason why it is rejected.
pub(super) fn checked(path: &str) -> Result<String, String> {
    let invalid = |reason: &str| Err(format!("{path:?} {reason}"));

    if path.contains("://") {
        return invalid("is a URL; give the path below the root of the API, as in `projects/42`");
    }
    let below = path.strip_prefix('/').unwrap_or(path);
    if below.split('/').any(str::is_empty) {
        return invalid("has an empty segment");
    }
    if below.contains(['?', '#']) {
        return invalid("has a query or a fragment; set the query with `query`");
    }
    if !below.bytes().all(is_allowed) || !escapes_are_complete(below) {
        return invalid("has a character that must be percent-encoded");
    }
    if has_dot_segment(below) {
        return invalid("has a segment `.` or `..`, which would change the path");
    }
    Ok(format!("/{below}"))
}

/// The characters of a path (RFC 3986, 3.3). A URL parser would drop or reinterpret some of the others.
fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte)
}

fn escapes_are_complete(path: &str) -> bool {
    path.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Returns whether a server or a proxy could find a dot segment in the path, however often it decodes it.
fn has_dot_segment(path: &str) -> bool {
    let mut path = path.to_owned();
    loop {
        if path
            .split(['/', '\\'])
            .any(|part| matches!(part, "." | ".."))
        {
            return true;
        }
        let decoded = percent_decode_str(&path).decode_utf8_lossy().into_owned();
        if decoded == path {
            return false;
        }
        path = decoded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::BaseUrl;

    #[test]
    fn a_valid_path_is_kept_unchanged() {
        let base = BaseUrl::parse("https://gitlab.com/git").unwrap();
        for path in [
            "projects",
            "projects/group%2Fproject/pipelines/6",
            "projects/42/repository/files/src%2F.gitlab-ci.yml/raw",
            "projects/42/variables/a.b..c",
            "projects/42/repository/tags/v1...v2",
            "groups/gr%C3%BC%C3%9Fe:archive",
            "projects/42/x%252Fy",
        ] {
            for written in [path.to_owned(), format!("/{path}")] {
                let url = base.join(&checked(&written).unwrap(), "");
                assert_eq!(
                    url.as_str(),
                    format!("https://gitlab.com/git/api/v4/{path}")
                );
            }
        }
    }

    #[test]
    fn a_path_that_leaves_the_api_is_rejected() {
        for path in [
            "",
            "/",
            "//evil.com/x",
            "projects//evil.com",
            "projects/",
            "https://evil.com/api/v4/projects",
            "/https://evil.com",
            "..",
            ".",
            "../../admin",
            "projects/..",
            "projects/../../../admin",
            "projects/./42",
            "%2e%2e/admin",
            "%2E./admin",
            ".%2e/admin",
            "projects/42%2F..%2F..%2Fadmin",
            "projects/%252e%252e/admin",
            "projects/%25252e%25252e",
            "projects/..%5cadmin",
            "projects\\..\\admin",
            "\\\\evil.com",
            "projects/.\t./admin",
            "projects/.\n./admin",
            "projects/42?private_token=x",
            "projects/42#x",
            "projects/a b",
            "projects/grüße",
            "projects/42%",
            "projects/42%2",
            "projects/42%zz",
            "projects/\u{0}",
        ] {
            let reason = checked(path).unwrap_err();
            assert!(reason.starts_with(&format!("{path:?} ")), "{reason}");
        }
    }
}
