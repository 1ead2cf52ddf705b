//! A real node on a port of its own, which goes away with its test.

use std::{
    cell::Cell,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::http;

/// A node. It mines a block for each transaction, unless it is started otherwise.
pub(crate) struct Anvil {
    process: Child,
    pub(crate) port: u16,
    id: Cell<u64>,
}

impl Anvil {
    pub(crate) fn start(options: &[&str]) -> Self {
        let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/@foundry-rs");
        let platform = format!("anvil-{}-{}", node_os(), node_arch());
        let binary = packages.join(platform).join("bin/anvil");
        assert!(binary.exists(), "{}: it is missing: npm ci --ignore-scripts brings it", binary.display());
        let mut command = Command::new(binary);
        command.args(["--port", "0", "--chain-id", "31337", "--hardfork", "cancun"]).args(options);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| Some(line.unwrap().split_once("Listening on ")?.1.to_owned())).unwrap();
        // It is not to stop because nobody reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        let port = address.rsplit(':').next().unwrap().trim().parse().unwrap();
        Self { process, port, id: Cell::new(0) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it something that it must answer.
    pub(crate) fn ask(&self, method: &str, parameters: Value) -> Value {
        self.id.set(self.id.get() + 1);
        let request = json!({ "jsonrpc": "2.0", "id": self.id.get(), "method": method, "params": parameters });
        let answer: Value =
            serde_json::from_slice(&http::post(self.port, request.to_string().as_bytes()).unwrap()).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Mines so many blocks.
    pub(crate) fn mine(&self, blocks: u64) {
        self.ask("anvil_mine", json!([format!("{blocks:#x}")]));
    }

    /// Mines a block so many seconds after the newest one.
    pub(crate) fn mine_after(&self, seconds: u64) {
        let time = self.now() + seconds;
        self.ask("evm_setNextBlockTimestamp", json!([time]));
        self.mine(1);
    }

    /// The time of the newest block.
    pub(crate) fn now(&self) -> u64 {
        quantity(&self.ask("eth_getBlockByNumber", json!(["latest", false]))["timestamp"])
    }

    /// What an account has of the coin.
    pub(crate) fn balance(&self, account: &str) -> u128 {
        let balance = self.ask("eth_getBalance", json!([account, "latest"]));
        u128::from_str_radix(balance.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    }

    /// How many transactions an account has in the chain.
    pub(crate) fn nonce(&self, account: &str) -> u64 {
        quantity(&self.ask("eth_getTransactionCount", json!([account, "latest"])))
    }

    /// How many transactions wait.
    pub(crate) fn waiting(&self) -> u64 {
        quantity(&self.ask("txpool_status", json!([]))["pending"])
    }

    /// Remembers everything as it is.
    pub(crate) fn snapshot(&self) -> Value {
        self.ask("evm_snapshot", json!([]))
    }

    /// Makes everything as it was.
    pub(crate) fn revert(&self, snapshot: &Value) {
        assert_eq!(self.ask("evm_revert", json!([snapshot])), true);
    }

    /// Mines nothing from now on but by `mine`.
    pub(crate) fn stop_mining(&self) {
        self.ask("evm_setAutomine", json!([false]));
    }

    /// Mines a block for each transaction again.
    pub(crate) fn go_on_mining(&self) {
        self.ask("evm_setAutomine", json!([true]));
    }

    /// Takes blocks back, and puts empty ones in their place.
    pub(crate) fn reorg(&self, depth: u64) {
        self.ask("anvil_reorg", json!([depth, []]));
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn quantity(value: &Value) -> u64 {
    match value {
        Value::String(text) => u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap(),
        other => other.as_u64().unwrap(),
    }
}

/// As npm calls this system.
fn node_os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

fn node_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
