//! A small HTTP client that shows everything on the wire.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN};
use serde_json::Value;

/// One connection.
pub(crate) struct Wire(BufReader<TcpStream>);

/// A response, as far as it arrived.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn connect(gitlab: &FakeGitlab) -> Self {
        let url = gitlab.url();
        Self::connect_to(url.trim_start_matches("http://").split('/').next().unwrap())
    }

    pub(crate) fn connect_to(address: &str) -> Self {
        Self(BufReader::new(TcpStream::connect(address).unwrap()))
    }

    pub(crate) fn tcp(&self) -> &TcpStream {
        self.0.get_ref()
    }

    /// Sends a maintainer's request and reads the response.
    pub(crate) fn request(&mut self, method: &str, target: &str) -> io::Result<Response> {
        self.request_with(method, target, &[("private-token", MAINTAINER_TOKEN)], "")
    }

    pub(crate) fn request_with(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Response> {
        self.send(method, target, headers, body)?;
        let mut response = self.head()?;
        if method == "HEAD" {
            return Ok(response);
        }
        if response.header("transfer-encoding") == Some("chunked") {
            while let length @ 1.. = self.chunk_length()? {
                self.read_body(&mut response, length + 2)?;
                response.body.truncate(response.body.len() - 2);
            }
        } else {
            let length = response.header("content-length").unwrap().parse().unwrap();
            self.read_body(&mut response, length)?;
        }
        Ok(response)
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<()> {
        let mut request = format!("{method} {target} HTTP/1.1\r\nhost: gitlab\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        self.0.get_mut().write_all(request.as_bytes())
    }

    pub(crate) fn head(&mut self) -> io::Result<Response> {
        let status = self.line()?;
        let Some(status) = status.split(' ').nth(1) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let mut response = Response {
            status: status.parse().unwrap(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok(response);
            };
            response
                .headers
                .push((name.to_owned(), value.trim().to_owned()));
        }
    }

    /// Reads some bytes of a body.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }

    /// Reads until the server closes the connection.
    pub(crate) fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest)?;
        Ok(rest)
    }

    fn chunk_length(&mut self) -> io::Result<usize> {
        let line = self.line()?;
        let length = usize::from_str_radix(line.trim(), 16);
        let length = length.map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        if length == 0 {
            self.line()?;
        }
        Ok(length)
    }

    fn read_body(&mut self, response: &mut Response, length: usize) -> io::Result<()> {
        let start = response.body.len();
        response.body.resize(start + length, 0);
        self.0.read_exact(&mut response.body[start..])
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(line)
    }
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The ids of a page.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let jobs = self.json();
        jobs.as_array()
            .unwrap()
            .iter()
            .map(|job| job["id"].as_u64().unwrap())
            .collect()
    }

    /// The target of a relation in `Link`, from its path on.
    pub(crate) fn link(&self, rel: &str) -> Option<String> {
        let links = self.headers.iter().filter(|(name, _)| name == "link");
        let mut links = links.flat_map(|(_, links)| links.split(", "));
        let link = links.find(|link| link.ends_with(&format!("rel=\"{rel}\"")))?;
        let path = link.find("/api/").unwrap();
        Some(link[path..link.find('>').unwrap()].to_owned())
    }
}

/// Sends a maintainer's request, on a connection of its own.
pub(crate) fn request(gitlab: &FakeGitlab, method: &str, target: &str) -> Response {
    Wire::connect(gitlab).request(method, target).unwrap()
}

/// Sends a request with these headers and body, on a connection of its own.
pub(crate) fn request_with(
    gitlab: &FakeGitlab,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    Wire::connect(gitlab)
        .request_with(method, target, headers, body)
        .unwrap()
}

/// A project with one pipeline; their ids.
pub(crate) fn project(gitlab: &FakeGitlab) -> (u64, u64) {
    gitlab.with(|state| {
        let project = state.add_project("group/sub/project");
        (project, state.add_pipeline(project))
    })
}
