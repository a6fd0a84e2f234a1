//! A server that responds with what it received.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

/// Starts a server that ends with the program, and returns its URL.
pub fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            respond(&stream.unwrap());
        }
    });
    format!("http://{address}")
}

fn respond(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let [method, target, _] = line.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("not a request: {line:?}");
    };
    let mut length = 0;
    let mut header = String::new();
    while reader.read_line(&mut header).unwrap() > 2 {
        let (name, value) = header.split_once(':').unwrap();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
        header.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).unwrap()
    };

    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| [decoded(name), decoded(value)])
        .collect();
    let path = path.strip_prefix("/api/v4").unwrap();
    let echo = json!({ "method": method, "path": path, "query": &pairs, "body": &body });

    let mut headers = format!("x-echo: {echo}\r\n");
    let content = match (method, path) {
        ("DELETE" | "HEAD", _) => Vec::new(),
        ("PUT", _) => body.to_string().into_bytes(),
        (_, "/sink/search") => json!([echo]).to_string().into_bytes(),
        (_, "/sink/colors") => br#"["red", "dark blue", "mauve"]"#.to_vec(),
        (_, "/sink/pages") => {
            let page = pairs
                .iter()
                .find(|[name, _]| name == "page")
                .map_or(1, |[_, page]| page.parse().unwrap());
            if page < 3 {
                headers += &format!(
                    "link: <http://elsewhere{path}?page={}>; rel=\"next\"\r\n",
                    page + 1
                );
            }
            json!([echo]).to_string().into_bytes()
        }
        (_, path) if path.ends_with("/archive") => (0..=255).collect(),
        _ => echo.to_string().into_bytes(),
    };
    let status = if method == "DELETE" {
        "204 No Content"
    } else {
        "200 OK"
    };
    let mut response = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}").into_bytes();
    if method != "DELETE" {
        response.extend(format!("content-length: {}\r\n", content.len()).into_bytes());
    }
    response.extend(b"\r\n");
    response.extend(content);
    (&*stream).write_all(&response).unwrap();
}

/// Decodes a part of a query.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}
