//! A server that has every answer ready, and is as fast as the network: else it would be what is measured.
//!
//! It runs in a process of its own, so that its work is not counted. The id of a project says how much there is of it:
//! project 200 has 200 pages of jobs, and logs of 200 MiB.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::page;

/// The argument that makes this program the server.
pub(crate) const SERVE: &str = "--serve";

/// A server in a process of its own, which ends with this.
pub(crate) struct Server {
    url: String,
    process: Child,
}

/// How the server behaves beside answering.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manner {
    /// How long each answer takes to come.
    pub(crate) latency: Duration,
    /// Whether each connection ends after one answer, which does not say so.
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

/// What the process of the server does, until whoever started it is gone.
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
    let answers = Arc::new(Answers {
        url,
        page: Value::from(jobs.clone()).to_string(),
        job: jobs[1].to_string(),
        mib_of_log: mib_of_log(),
    });
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let answers = Arc::clone(&answers);
            // A client that goes away is no trouble.
            thread::spawn(move || answers.give(&connection, manner));
        }
    });
    // The pipe breaks when the process that holds its other end does.
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

struct Answers {
    url: String,
    page: String,
    job: String,
    mib_of_log: Vec<u8>,
}

impl Answers {
    fn give(&self, connection: &TcpStream, manner: Manner) -> io::Result<()> {
        connection.set_nodelay(true)?;
        let mut requests = BufReader::new(connection);
        while let Some(target) = next_request(&mut requests)? {
            thread::sleep(manner.latency);
            self.answer(connection, &target)?;
            if manner.closing {
                break;
            }
        }
        Ok(())
    }

    fn answer(&self, mut to: &TcpStream, target: &str) -> io::Result<()> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut segments = path.trim_start_matches("/api/v4/projects/").split('/');
        let size = segments.next().and_then(|id| id.parse().ok()).unwrap_or(0);
        match segments.nth(1) {
            None => self.answer_page(to, path, query, size),
            Some(_) if path.ends_with("/trace") => {
                to.write_all(head("text/plain", "transfer-encoding: chunked\r\n").as_bytes())?;
                (0..size).try_for_each(|_| to.write_all(&self.mib_of_log))?;
                to.write_all(b"0\r\n\r\n")
            }
            Some(_) => answer_json(to, "", &self.job),
        }
    }

    /// Pages by number where one is asked for, else by a cursor, which is the number as well.
    fn answer_page(&self, to: &TcpStream, path: &str, query: &str, pages: usize) -> io::Result<()> {
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
        answer_json(to, &next, body)
    }
}

fn answer_json(mut to: &TcpStream, headers: &str, body: &str) -> io::Result<()> {
    let length = format!("content-length: {}\r\n{headers}", body.len());
    to.write_all((head("application/json", &length) + body).as_bytes())
}

fn head(kind: &str, headers: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{headers}\r\n")
}

/// A MiB of log in chunks of 16 KiB, as a proxy passes it on. The smaller the pieces, the more each of them counts.
fn mib_of_log() -> Vec<u8> {
    let line = b"\x1b[32m$ cargo test --workspace\x1b[0;m and what it has to say\n";
    let log: Vec<u8> = line.iter().copied().cycle().take(1 << 20).collect();
    let chunks = log.chunks(16 << 10);
    let chunks =
        chunks.map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    chunks.collect::<Vec<_>>().concat()
}

/// The target of the next request, its headers and its body read past; none at the end of the connection.
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
