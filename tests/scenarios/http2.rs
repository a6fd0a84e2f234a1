//! What a server of HTTP/2 has not processed is sent again; whatever else is lost is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::join_all;
use gitlab_jobs::{Client, Error, Method, RetryPolicy};
use h2::Reason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const HEADERS: u8 = 1;

/// A server that counts the requests that it has processed.
#[derive(Clone, Default)]
struct Server(Arc<AtomicUsize>);

impl Server {
    fn processed(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Processes a number of requests on a connection, and refuses all later ones.
    async fn serve(self, socket: TcpStream, requests: usize) {
        let mut connection = h2::server::handshake(socket).await.unwrap();
        let mut accepted = 0;
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            accepted += 1;
            if accepted > requests {
                respond.send_reset(Reason::REFUSED_STREAM);
                continue;
            }
            if accepted == requests {
                connection.graceful_shutdown();
            }
            self.0.fetch_add(1, Ordering::SeqCst);
            let mut body = respond.send_response(Default::default(), false).unwrap();
            body.send_data(Bytes::from_static(b"{}"), true).unwrap();
        }
    }
}

async fn listen() -> (TcpListener, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder()
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .configure_http(|http| http.http2_prior_knowledge().no_proxy())
        .build()
        .unwrap();
    (listener, client)
}

async fn play(client: &Client) -> Result<(), Error> {
    let request = client.request(Method::POST, "projects/1/jobs/2/play");
    request.send_as::<serde_json::Value>().await.map(|_| ())
}

/// Closes the first connection at its first request, with the last stream that was processed, as nginx does. Returns the
/// server of the next one.
fn closing(listener: TcpListener, last_stream: u8) -> Server {
    let server = Server::default();
    let serving = server.clone();
    tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        go_away(&mut first, last_stream).await;
        // Dropped with bytes that were not read, it would be reset, and what was sent could be lost.
        first.shutdown().await.unwrap();
        let (second, _) = listener.accept().await.unwrap();
        serving.serve(second, 7).await;
    });
    server
}

/// Reads a request, and names the last stream that was processed.
async fn go_away(socket: &mut TcpStream, last_stream: u8) {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    socket.write_all(&SETTINGS).await.unwrap();
    let mut preface = [0; 24];
    socket.read_exact(&mut preface).await.unwrap();
    loop {
        let mut head = [0; 9];
        socket.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        socket.read_exact(&mut payload).await.unwrap();
        if head[3] == HEADERS {
            break;
        }
    }
    let frame = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last_stream, 0, 0, 0, 0];
    socket.write_all(&frame).await.unwrap();
}

#[tokio::test]
async fn a_post_that_was_refused_is_sent_again_and_no_other() {
    let (listener, client) = listen().await;
    let server = Server::default();
    let serving = server.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serving.clone().serve(socket, 7));
        }
    });
    let results = join_all((0..100).map(|_| play(&client))).await;
    for result in results {
        result.unwrap();
    }
    assert_eq!(server.processed(), 100);
}

#[tokio::test]
async fn a_post_after_the_last_processed_stream_is_sent_again() {
    let (listener, client) = listen().await;
    let server = closing(listener, 0);
    play(&client).await.unwrap();
    assert_eq!(server.processed(), 1);
}

#[tokio::test]
async fn a_post_that_may_have_been_processed_is_not_sent_again() {
    let (listener, client) = listen().await;
    let server = closing(listener, 1);
    let error = play(&client).await.unwrap_err();
    assert_eq!((error.attempts(), server.processed()), (1, 0), "{error:?}");
}

#[tokio::test]
async fn without_retries_a_refusal_is_an_error() {
    let (listener, client) = listen().await;
    let server = closing(listener, 0);
    let client = client.with_retry_policy(RetryPolicy::none());
    let error = play(&client).await.unwrap_err();
    assert_eq!((error.attempts(), server.processed()), (1, 0), "{error:?}");
}
