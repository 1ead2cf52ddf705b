//! A chain with the contract, two parties, and the program that each of them uses.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{anvil::Anvil, program::root};

/// Anvil's account 3: party 0.
const ALICE: &str = "0x90f79bf6eb2c4f870365e785982e1f101e93b906";
/// Anvil's account 4: party 1.
const BOB: &str = "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65";
const PAYEES: [&str; 2] = ["0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc", "0x976ea74026e726554db657fa54763abd0c3a0aa9"];
/// Anvil's account 0: its first contract is the manager.
const DEPLOYER: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
pub(crate) const MANAGER: &str = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
/// Anvil's account 7, which is nobody's.
pub(crate) const STRANGER: &str = "0x14dc79964da2c08b23698b3d3cc7ca32193d9955";
pub(crate) const WINDOW: u64 = 86_400;

pub(crate) struct World {
    pub(crate) anvil: Anvil,
    pub(crate) folder: TempDir,
    pub(crate) channel: String,
}

impl World {
    /// A chain with the contract, where both have paid in and signed three states: by the first ones party 0 has paid more.
    pub(crate) fn funded() -> Self {
        let (anvil, folder) = (Anvil::start(&[]), tempfile::tempdir().unwrap());
        let mut world = Self { anvil, folder, channel: String::new() };
        world.deploy_manager();
        for name in ["alice.keystore", "bob.keystore", "password"] {
            fs::copy(root().join("tests/examples").join(name), world.path(name)).unwrap();
        }
        let terms = format!(
            "terms new --signer0 {ALICE} --payee0 {} --signer1 {BOB} --payee1 {} --window {WINDOW} --salt 1 --asset {}",
            PAYEES[0], PAYEES[1], "0x0000000000000000000000000000000000000000",
        );
        world.write("terms.json", &world.done(&terms));
        let channel = world.done(&format!("--json channel id terms.json --chain-id 31337 --manager {MANAGER}"));
        world.write("channel.json", &channel);
        world.channel = world.done(&format!("channel id terms.json --chain-id 31337 --manager {MANAGER}"));
        world.done(&format!("evidence add channel.json --store alice.redb --holder {ALICE}"));
        world.done(&format!("evidence add channel.json --store bob.redb --holder {BOB}"));
        for (party, name, amount) in [(0, "alice", "1000000000000000000"), (1, "bob", "500000000000000000")] {
            world.done(&format!(
                "deposit --party {party} --amount {amount} --channel channel.json --keystore {name}.keystore"
            ));
        }
        world.agree("900000000000000000", "first.json");
        world.agree("700000000000000000", "second.json");
        world.agree("200000000000000000", "newest.json");
        world
    }

    fn agree(&self, net: &str, file: &str) {
        self.write("proposed.json", &self.done(&format!("state propose --net {net} --store alice.redb")));
        let half = self.done("state sign proposed.json --store alice.redb --keystore alice.keystore");
        self.write("half.json", &half);
        self.write(file, &self.done("state sign half.json --store bob.redb --keystore bob.keystore"));
        self.done(&format!("evidence add {file} --store alice.redb"));
    }

    fn deploy_manager(&self) {
        let artifact = fs::read_to_string(root().join("adjudicator/abi/ChannelManager.json")).unwrap();
        let artifact: Value = serde_json::from_str(&artifact).unwrap();
        let code = artifact["bytecode"]["object"].as_str().unwrap();
        assert_eq!(self.deploy(&format!("{code}{:064x}{:064x}", 600, 2_592_000)), MANAGER);
    }

    /// Makes a contract. Its address.
    pub(crate) fn deploy(&self, init_code: &str) -> String {
        let sent = json!([{ "from": DEPLOYER, "data": init_code, "gas": "0x989680" }]);
        let sent = self.anvil.ask("eth_sendTransaction", sent);
        self.receipt(&sent)["contractAddress"].as_str().unwrap().to_owned()
    }

    /// What the program of the parties prints, which must do what it is asked. It lies beside this test's own program.
    pub(crate) fn done(&self, arguments: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_simulator")).with_file_name("adjudicator");
        assert!(program.exists(), "{}: it is missing: cargo build brings it", program.display());
        let mut command = Command::new(program);
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("ETH_RPC_URL", self.anvil.url()).env("ETH_PASSWORD", "password");
        command.env("ETH_CONFIRMATIONS", "1").env("XDG_STATE_HOME", self.path("state"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "adjudicator {arguments}\n{said}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Sends something to the contract from an account that the node holds. Its receipt.
    pub(crate) fn send(&self, from: &str, data: &str) -> Value {
        self.send_to(MANAGER, from, data)
    }

    /// The same to somebody else.
    pub(crate) fn send_to(&self, to: &str, from: &str, data: &str) -> Value {
        let call = json!({ "from": from, "to": to, "data": data, "gas": "0x7a120" });
        self.receipt(&self.anvil.ask("eth_sendTransaction", json!([call])))
    }

    pub(crate) fn receipt(&self, hash: &Value) -> Value {
        loop {
            let receipt = self.anvil.ask("eth_getTransactionReceipt", json!([hash]));
            if !receipt.is_null() {
                return receipt;
            }
        }
    }

    /// The newest block, with whole transactions.
    pub(crate) fn newest_block(&self) -> Value {
        self.anvil.ask("eth_getBlockByNumber", json!(["latest", true]))
    }
}
