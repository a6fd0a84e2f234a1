//! Requests as the server recorded them, as text that a test can compare.

use fake_gitlab::{FakeGitlab, RecordedRequest};

/// The header of a maintainer's token.
pub(crate) const TOKEN: &str = "private-token: glpat-maintainer-token";
pub(crate) const ACCEPT_JSON: &str = "accept: application/json";

/// Headers that are the same in every request. The test below checks them.
const CONSTANT: [&str; 3] = ["accept-encoding", "host", "user-agent"];

/// The lines of a request: method and target, the headers by name, and the body if there is one.
pub(crate) fn lines(request: &RecordedRequest) -> Vec<String> {
    let fields = request
        .headers
        .iter()
        .filter(|(name, _)| !CONSTANT.contains(&name.as_str()));
    let mut fields: Vec<_> = fields
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("a header of text")))
        .collect();
    fields.sort();
    let mut lines = vec![request.line()];
    lines.append(&mut fields);
    if !request.body.is_empty() {
        lines.push(String::from_utf8(request.body.to_vec()).expect("a body of text"));
    }
    lines
}

/// Returns the only request since the last call.
pub(crate) fn only_request(gitlab: &FakeGitlab) -> RecordedRequest {
    let mut requests = gitlab.take_requests();
    assert_eq!(requests.len(), 1, "{requests:#?}");
    requests.remove(0)
}

/// Returns method and target of every request since the last call.
pub(crate) fn request_lines(gitlab: &FakeGitlab) -> Vec<String> {
    gitlab
        .take_requests()
        .iter()
        .map(RecordedRequest::line)
        .collect()
}

mod tests {
    use fake_gitlab::FakeGitlab;

    use super::only_request;
    use crate::flavour::{Flavour, for_one_client, send};
    use crate::scene::quick;

    for_one_client! {
        every_request_names_its_host_and_the_sdk_and_takes_gzip,
    }

    fn every_request_names_its_host_and_the_sdk_and_takes_gzip(flavour: Flavour) {
        let gitlab = FakeGitlab::start();
        let client = flavour.build(quick(&gitlab));

        send!(client, get_job(1, 8)).unwrap();

        let request = only_request(&gitlab);
        let host = gitlab.url().replace("http://", "");
        let user_agent = concat!("gitlab-jobs/", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.header("host"), Some(host.as_str()));
        assert_eq!(request.header("user-agent"), Some(user_agent));
        assert_eq!(request.header("accept-encoding"), Some("gzip"));
    }
}
