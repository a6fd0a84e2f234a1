//! The place of a page in its list, as the headers describe it.

use http::HeaderMap;
use http::header::LINK;

use super::number;

/// The place of a page in its list. Each field is `None` if the server does not send it.
///
/// GitLab sends no totals for the jobs of a project, nor for any list of more than 10,000 items. A keyset page has nothing but
/// the link to the next one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct PageInfo {
    /// Number of this page, starting at 1.
    pub page: Option<u64>,
    /// Largest number of items on a page.
    pub per_page: Option<u64>,
    /// Number of the previous page.
    pub prev_page: Option<u64>,
    /// Number of the next page.
    pub next_page: Option<u64>,
    /// Number of items in the list.
    pub total: Option<u64>,
    /// Number of pages in the list.
    pub total_pages: Option<u64>,
    /// Query of the next page, from the `Link` header. Empty if that link has none.
    pub next_query: Option<String>,
}

impl PageInfo {
    /// Returns whether the server names a next page.
    ///
    /// If it does not, the list ends. A page with few items does not mean that.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.next_query.is_some() || self.next_page.is_some()
    }

    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let number = |name| number(headers, name);
        Self {
            page: number("x-page"),
            per_page: number("x-per-page"),
            prev_page: number("x-prev-page"),
            next_page: number("x-next-page"),
            total: number("x-total"),
            total_pages: number("x-total-pages"),
            next_query: next_query(headers),
        }
    }
}

/// Returns the query of the link with `rel="next"` in any of the `Link` headers, empty if that link has none.
///
/// Only the query is used: behind a proxy, the origin that the server writes is often wrong.
fn next_query(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().find_map(|value| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let (target, _) = links(&value).find(|(_, parameters)| is_next(parameters))?;
        let target = target.split('#').next().unwrap_or_default();
        Some(
            target
                .split_once('?')
                .map_or("", |(_, query)| query)
                .to_owned(),
        )
    })
}

fn is_next(parameters: &[(&str, &str)]) -> bool {
    parameters.iter().any(|(name, value)| {
        let mut relations = value.split_ascii_whitespace();
        name.eq_ignore_ascii_case("rel") && relations.any(|rel| rel.eq_ignore_ascii_case("next"))
    })
}

type Link<'a> = (&'a str, Vec<(&'a str, &'a str)>);

/// Returns the links of one header (RFC 8288): `<target>; name=value; name="value", <target>…`. Malformed parts are skipped.
fn links(header: &str) -> impl Iterator<Item = Link<'_>> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let (target, mut tail) = rest.split_once('<')?.1.split_once('>')?;
        let mut parameters = Vec::new();
        while let Some(after) = tail.trim_start().strip_prefix(';') {
            let end = after.find(['=', ';', ',']).unwrap_or(after.len());
            let (name, value) = after.split_at(end);
            let (value, after) = parameter_value(value);
            parameters.push((name.trim(), value));
            tail = after;
        }
        rest = tail;
        Some((target, parameters))
    })
}

/// Splits `="quoted"` or `=token` from what follows it.
fn parameter_value(text: &str) -> (&str, &str) {
    let Some(value) = text.strip_prefix('=') else {
        return ("", text);
    };
    let value = value.trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        return quoted.split_once('"').unwrap_or((quoted, ""));
    }
    let (value, rest) = value.split_at(value.find([';', ',']).unwrap_or(value.len()));
    (value.trim_end(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(headers: &[&'static str]) -> Option<String> {
        let headers = headers
            .iter()
            .map(|value| (LINK, value.parse().unwrap()))
            .collect();
        next_query(&headers)
    }

    #[test]
    fn the_query_of_the_next_link_is_found_in_every_form() {
        for links in [
            &[r#"<https://inner:81/api/v4/projects/1/jobs?page=2>; rel="next""#][..],
            &[r#"</api/v4/projects/1/jobs?page=2>; rel="next""#],
            &["<?page=2>;rel=next"],
            &[r#"<?page=1>; rel="first", <?page=2>; rel="next", <?page=9>; rel="last""#],
            &[r#"<?page=1>; rel="prev""#, r#"<?page=2>; rel="next""#],
            &[r#"<?page=2#top>; title="a, b; c"; REL="last Next""#],
            &["<?page=1> ; rel=prev , <?page=2> ; rel=next"],
            &["nonsense, <?page=1>; rel=prev \"é\", <?page=2>; rel=next"],
        ] {
            assert_eq!(next(links).as_deref(), Some("page=2"), "{links:?}");
        }
    }

    #[test]
    fn other_links_are_not_next() {
        for links in [
            &[][..],
            &[r#"<?page=1>; rel="prev""#],
            &[r#"<?page=2>; rel="nextish""#],
            &["<?page=2"],
            &["<?page=2>"],
            &[r#"<?page=2>; rel=""#],
            &["rel=next"],
        ] {
            assert_eq!(next(links), None, "{links:?}");
        }
    }

    #[test]
    fn a_next_link_without_a_query_is_not_the_end() {
        assert_eq!(
            next(&[r#"<https://host/jobs>; rel="next""#]).as_deref(),
            Some("")
        );
    }

    #[test]
    fn an_empty_next_page_is_the_end() {
        let headers = [("x-page", "3"), ("x-next-page", "")];
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let info = PageInfo::from_headers(&headers);
        assert_eq!((info.page, info.has_next()), (Some(3), false));
    }
}
