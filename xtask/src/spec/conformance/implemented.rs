//! The operations of the spec that the fake GitLab implements. The programs call only these.

use std::io::{Read, Write};
use std::net::TcpStream;

use fake_gitlab::FakeGitlab;
use gitlab_jobs_codegen::Spec;

use crate::spec::tool::Result;

/// Returns the ids of the operations, in the order of the spec.
pub(crate) fn operation_ids(spec: &Spec) -> Result<Vec<String>> {
    let gitlab = FakeGitlab::start();
    let mut ids = Vec::new();
    for (path, item) in spec.root().entries_at("paths") {
        for (method, operation) in item.entries() {
            let Some(id) = operation.text_at("operationId") else {
                continue;
            };
            request(&gitlab, &method.to_uppercase(), path)?;
            if gitlab
                .take_requests()
                .iter()
                .any(|request| request.operation == Some(id))
            {
                ids.push(id.to_owned());
            }
        }
    }
    Ok(ids)
}

/// Sends a request and ignores the response. The parameters in the path are sent by name.
fn request(gitlab: &FakeGitlab, method: &str, path: &str) -> Result<()> {
    let address = gitlab.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address)?;
    let path = path.replace(['{', '}'], "");
    let head =
        format!("{method} /api/v4{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.read_to_end(&mut Vec::new())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::operation_ids;
    use gitlab_jobs_codegen::Spec;

    #[test]
    fn only_operations_with_a_handler_can_be_called() {
        let yaml = "paths:
  /projects/{id}/jobs/{job_id}: { get: { operationId: get_job }, delete: { operationId: delete_job } }
  /projects/{id}/brand_new: { get: { operationId: get_brand_new } }
  /projects/{id}/jobs/{job_id}/play: { post: { operationId: play_job } }";
        let spec = Spec::parse("openapi.yaml", yaml).unwrap();
        assert_eq!(operation_ids(&spec).unwrap(), ["get_job", "play_job"]);
    }
}
