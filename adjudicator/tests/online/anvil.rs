//! Anvil, the pinned one, on a port of its own.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use alloy_primitives::{Address, B256, Bytes, address};
use serde_json::{Value, json};

use super::root;

/// Anvil's account 0, whose key everybody knows, and which has coins.
pub(super) const RICH: Address = address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
/// Its key.
pub(super) const RICH_KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Anvil {
    child: Child,
    port: u16,
}

impl Anvil {
    /// A chain of the fork that the contract is compiled for.
    pub(super) fn start() -> Self {
        Self::with(&["--hardfork", "cancun"])
    }

    pub(super) fn with(arguments: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let script = root().join("scripts/anvil");
        let mut command = Command::new(&script);
        command.args(["--port", &port.to_string(), "--silent"]).args(arguments).stdin(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("anvil ends with {status}: if node_modules/ lacks it, `npm ci --ignore-scripts` installs it");
            }
            assert!(since.elapsed() < PATIENCE, "anvil does not listen after {PATIENCE:?}");
            sleep(Duration::from_millis(50));
        }
        Self { child, port }
    }

    /// A chain whose first block is so many seconds old, so that blocks can be mined without getting ahead of the clock.
    pub(super) fn since(seconds: u64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        Self::with(&["--hardfork", "cancun", "--timestamp", &(now.saturating_sub(seconds)).to_string()])
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn ask(&self, method: &str, parameters: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
        let mut answer: Value = serde_json::from_str(&post(self.port, &request.to_string())).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// Mines blocks, so many seconds apart.
    pub(super) fn mine(&self, blocks: u64, seconds: u64) {
        self.ask("anvil_mine", json!([blocks, seconds]));
    }

    pub(super) fn set_code(&self, account: Address, code: &Bytes) {
        self.ask("anvil_setCode", json!([account, code]));
    }

    pub(super) fn code(&self, account: Address) -> Bytes {
        serde_json::from_value(self.ask("eth_getCode", json!([account, "latest"]))).unwrap()
    }

    /// Sends a transaction of the rich account, that may be refused, and waits until it is in a block.
    pub(super) fn send(&self, to: Address, data: &Bytes, value: u64) -> B256 {
        let transaction = json!({
            "from": RICH, "to": to, "data": data, "value": format!("{value:#x}"), "gas": "0x7a120",
        });
        let hash: B256 = serde_json::from_value(self.ask("eth_sendTransaction", json!([transaction]))).unwrap();
        let since = Instant::now();
        while self.ask("eth_getTransactionReceipt", json!([hash])).is_null() {
            assert!(since.elapsed() < PATIENCE, "{hash} is not mined");
            sleep(Duration::from_millis(20));
        }
        hash
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        // The script has become anvil itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Posts JSON to a port of this machine; what is answered.
pub(super) fn post(port: u16, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
