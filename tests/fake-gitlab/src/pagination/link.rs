//! The `Link` header in the forms that servers, and the proxies in front of them, send.

use super::PageRequest;
use crate::query;
use crate::response::Response;

/// Parameters that a link replaces, and credentials, which it never repeats.
const NOT_REPEATED: [&str; 7] = [
    "page",
    "per_page",
    "cursor",
    "id_before",
    "private_token",
    "job_token",
    "access_token",
];

/// The links of one page, in the order added.
#[derive(Debug)]
pub(super) struct Links<'a> {
    request: PageRequest<'a>,
    links: Vec<String>,
}

impl<'a> Links<'a> {
    pub(super) fn new(request: PageRequest<'a>) -> Self {
        Self {
            request,
            links: Vec::new(),
        }
    }

    /// Adds a link whose query is that of the request with `changes`, sorted as servers sort it.
    pub(super) fn add(&mut self, rel: &str, changes: &[(&str, String)]) {
        let request = self.request;
        let of_path = |name: &str| {
            request
                .path_parameters
                .iter()
                .any(|(other, _)| *other == name)
        };
        let kept = request
            .query
            .iter()
            .filter(|(name, _)| !NOT_REPEATED.contains(&&**name) && !of_path(name));
        let mut pairs: Vec<(String, String)> = kept
            .map(|(name, value)| {
                let name = if name == "scope" { "scope[]" } else { name };
                (name.to_owned(), value.clone())
            })
            .collect();
        pairs.extend(
            request
                .path_parameters
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned())),
        );
        pairs.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        let root = if request.settings.relative_links {
            ""
        } else {
            request.root
        };
        let target = format!("{root}{}?{}", request.path, query::encode(&pairs));
        self.links.push(format!("<{target}>; rel=\"{rel}\""));
    }

    /// Writes the links into one header, or into one header each.
    pub(super) fn write(self, response: Response) -> Response {
        if self.links.is_empty() {
            return response;
        }
        if self.request.settings.split_links {
            let links = self.links.iter();
            return links.fold(response, |response, link| {
                response.with_header("link", link)
            });
        }
        response.with_header("link", &self.links.join(", "))
    }
}
