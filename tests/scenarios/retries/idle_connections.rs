//! A connection that the server closes between two calls breaks neither a GET nor a POST, which is never sent twice.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use fake_gitlab::Fault;

use crate::flavour::{Flavour, for_one_client, send};
use crate::scene::{MILLISECOND, Scene, quick};

for_one_client! {
    posts_go_through_though_the_server_closes_each_connection,
    posts_share_a_connection_that_stays_open,
    gets_go_through_though_the_server_closes_each_connection_at_once,
}

/// A server that responds to each request with a job, and closes the connection on demand, without a `Connection:
/// close`.
struct ClosingServer {
    url: String,
    close: Sender<()>,
    closed: Receiver<String>,
}

impl ClosingServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let ((close, to_close), (report, closed)) = (channel(), channel());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                serve_until_close(connection.unwrap(), &to_close, &report);
            }
        });
        Self { url, close, closed }
    }

    /// Closes the connection of the last request, and returns that request's first line. By then, the client's kernel
    /// has received the end of the connection.
    fn close(&self) -> String {
        self.close.send(()).unwrap();
        self.closed.recv_timeout(Duration::from_secs(10)).unwrap()
    }
}

fn serve_until_close(connection: TcpStream, close: &Receiver<()>, closed: &Sender<String>) {
    let mut reader = BufReader::new(&connection);
    let (mut line, mut length) = (String::new(), 0);
    // A client may open a connection in advance, and close it unused.
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if header.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();

    let job = include_str!("../../../spec/examples/documented/get_job.json");
    let length = job.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
    write!(
        &connection,
        "{head}\r\ncontent-length: {length}\r\n\r\n{job}"
    )
    .unwrap();
    // Fails once the test is over.
    if close.recv().is_ok() {
        drop(connection);
        let _ = closed.send(line);
    }
}

fn posts_go_through_though_the_server_closes_each_connection(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let server = ClosingServer::start();
    let client = flavour.build(quick(&scene.gitlab).base_url(&server.url));
    let other = scene.client(flavour);
    for call in 0..20 {
        let variable = call.to_string();
        let play = send!(client, play_job(1, 8).variable("CALL", variable.as_str()));

        assert_eq!(play.unwrap().attempts(), 1, "{call}");

        let request = server.close();
        assert!(request.starts_with("POST /api/v4/projects/1/jobs/8/play"));
        // The connection is idle while another client makes a call.
        scene.get_job(&other).unwrap();
    }
    assert!(server.closed.try_recv().is_err());
}

fn posts_share_a_connection_that_stays_open(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    // A request opens another connection if the previous one has not yet returned to the pool.
    let shared = (0..100).any(|_| {
        send!(client, cancel_job(scene.project, scene.job)).unwrap();
        scene.gitlab.requests().pop().unwrap().number_on_connection > 0
    });
    assert!(shared);
}

/// Whether the client sees the end of a connection before it sends the next request is up to chance here. It makes no
/// difference to a GET: at worst the request is lost, and is retried after the idle timeout.
fn gets_go_through_though_the_server_closes_each_connection_at_once(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(Duration::from_secs(2)));
    for after in [Duration::ZERO, MILLISECOND] {
        scene.gitlab.clear_faults();
        scene.gitlab.inject(Fault::new().close_when_idle(after));
        for _ in 0..50 {
            scene.get_job(&client).unwrap();
        }
    }
}
