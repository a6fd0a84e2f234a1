//! A server whose responses are prepared in advance, so that the clients are measured and not the server.
//!
//! It runs in a separate process, so that its work is not counted. The id of a project determines its size: project 200
//! has 200 pages of jobs, and logs of 200 MiB.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::page;

/// The argument that runs this program as the server.
pub(crate) const SERVE: &str = "--serve";

/// A server in a separate process, which ends when this is dropped.
pub(crate) struct Server {
    url: String,
    process: Child,
}

/// How the server behaves.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manner {
    /// The latency of each response.
    pub(crate) latency: Duration,
    /// Whether the server closes each connection after one response, without `Connection: close`.
    pub(crate) closing: bool,
}

impl Server {
    pub(crate) fn start(manner: Manner) -> io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(SERVE)
            .arg(manner.latency.as_millis().to_string())
            .arg(manner.closing.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut url)?;
        }
        Ok(Self {
            url: url.trim_end().to_owned(),
            process,
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until the parent process ends.
pub(crate) fn serve(arguments: &[String]) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("{url}");
    let milliseconds = arguments.first().and_then(|text| text.parse().ok());
    let manner = Manner {
        latency: Duration::from_millis(milliseconds.unwrap_or_default()),
        closing: arguments.get(1).is_some_and(|text| text == "true"),
    };
    let jobs = page::hundred_jobs();
    let responses = Arc::new(Responses {
        url,
        page: Value::from(jobs.clone()).to_string(),
        job: jobs[1].to_string(),
        mib_of_log: mib_of_log(),
    });
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let responses = Arc::clone(&responses);
            // A client may disconnect at any time.
            thread::spawn(move || responses.serve(&connection, manner));
        }
    });
    // The pipe closes when the parent process ends.
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

struct Responses {
    url: String,
    page: String,
    job: String,
    mib_of_log: Vec<u8>,
}

impl Responses {
    fn serve(&self, connection: &TcpStream, manner: Manner) -> io::Result<()> {
        connection.set_nodelay(true)?;
        let mut requests = BufReader::new(connection);
        while let Some(target) = next_request(&mut requests)? {
            thread::sleep(manner.latency);
            self.respond(connection, &target)?;
            if manner.closing {
                break;
            }
        }
        Ok(())
    }

    fn respond(&self, mut to: &TcpStream, target: &str) -> io::Result<()> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut segments = path.trim_start_matches("/api/v4/projects/").split('/');
        let size = segments.next().and_then(|id| id.parse().ok()).unwrap_or(0);
        match segments.nth(1) {
            None => self.send_page(to, path, query, size),
            Some(_) if path.ends_with("/trace") => {
                to.write_all(head("text/plain", "transfer-encoding: chunked\r\n").as_bytes())?;
                (0..size).try_for_each(|_| to.write_all(&self.mib_of_log))?;
                to.write_all(b"0\r\n\r\n")
            }
            Some(_) => send_json(to, "", &self.job),
        }
    }

    /// Sends a page by number if one is requested, otherwise by cursor, which is a number as well.
    fn send_page(&self, to: &TcpStream, path: &str, query: &str, pages: usize) -> io::Result<()> {
        let parameter = |name| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .and_then(|(_, value)| value.parse::<usize>().ok())
        };
        let url = &self.url;
        let (number, next) = match parameter("page") {
            Some(page) if page < pages => (page, format!("x-next-page: {}\r\n", page + 1)),
            Some(page) => (page, "x-next-page: \r\n".to_owned()),
            None => {
                let page = parameter("cursor").unwrap_or(1);
                let query = "per_page=100&pagination=keyset&order_by=id&sort=desc";
                let link = format!(
                    "link: <{url}{path}?{query}&cursor={}>; rel=\"next\"\r\n",
                    page + 1
                );
                (page, if page < pages { link } else { String::new() })
            }
        };
        let body = if number <= pages { &*self.page } else { "[]" };
        send_json(to, &next, body)
    }
}

fn send_json(mut to: &TcpStream, headers: &str, body: &str) -> io::Result<()> {
    let length = format!("content-length: {}\r\n{headers}", body.len());
    to.write_all((head("application/json", &length) + body).as_bytes())
}

fn head(kind: &str, headers: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{headers}\r\n")
}

/// A MiB of log in chunks of 16 KiB, as a proxy would forward it. The smaller the chunks, the more their overhead
/// counts.
fn mib_of_log() -> Vec<u8> {
    let line = b"\x1b[32m$ cargo test --workspace\x1b[0;m and its output\n";
    let log: Vec<u8> = line.iter().copied().cycle().take(1 << 20).collect();
    let chunks = log.chunks(16 << 10);
    let chunks =
        chunks.map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    chunks.collect::<Vec<_>>().concat()
}

/// Reads the next request and returns its target, or `None` at the end of the connection.
fn next_request(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let target = line.split(' ').nth(1).map(str::to_owned);
    let mut length = 0;
    while !line.trim_end().is_empty() {
        line.clear();
        from.read_line(&mut line)?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    io::copy(&mut from.take(length), &mut io::sink())?;
    Ok(target)
}
