//! Decoding and encoding query strings.

/// Returns the decoded pairs of a raw query string, in the order they were sent.
pub(crate) fn parse(raw: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(raw.as_bytes())
        .into_owned()
        .collect()
}

/// Returns the query string of `pairs`, in the order given.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Returns the last value of `key`, the one that GitLab uses if a parameter is repeated.
pub(crate) fn last<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    let found = pairs.iter().rev().find(|(name, _)| name == key);
    found.map(|(_, value)| value.as_str())
}
