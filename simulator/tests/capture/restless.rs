//! A node whose chain is reorganized while it is asked.

use std::{
    io::BufReader,
    net::TcpListener,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};

use crate::http;

/// In front of a node: when it is first asked for a word of storage, the node's newest block is taken back. Its URL. It listens
/// as long as the process lives.
pub(crate) fn start(node: u16) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let is_done = AtomicBool::new(false);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let Ok(body) = http::read_message(&mut BufReader::new(stream.try_clone().unwrap())) else { continue };
            let request: Value = serde_json::from_slice(&body).unwrap();
            if request["method"] == "eth_getStorageAt" && !is_done.swap(true, Ordering::Relaxed) {
                let reorg = json!({ "jsonrpc": "2.0", "id": 1, "method": "anvil_reorg", "params": [1, []] });
                http::post(node, reorg.to_string().as_bytes()).unwrap();
            }
            let answer = http::post(node, &body).unwrap();
            // Whoever hangs up is gone.
            let _ = http::answer(&mut stream, &answer);
        }
    });
    format!("http://127.0.0.1:{port}")
}
