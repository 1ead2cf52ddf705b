//! A node that lacks a method: it hands everything else to another one.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    thread,
};

use super::anvil::{Anvil, post};

/// Where a node is that is this one without `method`. It goes on until the test ends.
pub(super) fn without(anvil: &Anvil, method: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let port = anvil.port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                let header = line.to_lowercase();
                if let Some(value) = header.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = String::from_utf8(body).unwrap();
            let request: serde_json::Value = serde_json::from_str(&body).unwrap();
            let answer = if request["method"] == method {
                let error = serde_json::json!({ "code": -32601, "message": "the method does not exist" });
                serde_json::json!({ "jsonrpc": "2.0", "id": request["id"], "error": error }).to_string()
            } else {
                post(port, &body)
            };
            let size = answer.len();
            let mut stream = reader.into_inner();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            write!(stream, "{head}\r\nContent-Length: {size}\r\n\r\n{answer}").unwrap();
        }
    });
    url
}
