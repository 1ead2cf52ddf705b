//! A chain with the contract, two parties, and the program that each of them uses.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::anvil::Anvil;

/// Anvil's account 3: party 0. She keeps her evidence in a store.
pub(crate) const ALICE: &str = "0x90f79bf6eb2c4f870365e785982e1f101e93b906";
/// Anvil's account 4: party 1.
pub(crate) const BOB: &str = "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65";
/// Where they are paid to.
pub(crate) const PAYEES: [&str; 2] =
    ["0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc", "0x976ea74026e726554db657fa54763abd0c3a0aa9"];
/// Anvil's account 0, which deploys: its first contract is the manager, its second the token.
const DEPLOYER: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
pub(crate) const MANAGER: &str = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
pub(crate) const TOKEN: &str = "0xe7f1725e7734ce288f8367e1bb143e90bb3f0512";
pub(crate) const WINDOW: u64 = 86_400;

/// What they put in, and what Alice has paid Bob in the first and in the newest state.
pub(crate) const STAKES: [u128; 2] = [1_000_000_000_000_000_000, 500_000_000_000_000_000];
pub(crate) const FIRST: u128 = 700_000_000_000_000_000;
pub(crate) const NEWEST: u128 = 200_000_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asset {
    Coin,
    Token,
}

impl Asset {
    pub(crate) const BOTH: [Self; 2] = [Self::Coin, Self::Token];

    const fn address(self) -> &'static str {
        match self {
            Self::Coin => "0x0000000000000000000000000000000000000000",
            Self::Token => TOKEN,
        }
    }
}

pub(crate) struct World {
    pub(crate) anvil: Anvil,
    pub(crate) folder: TempDir,
    asset: Asset,
}

impl World {
    /// A chain with the contract and a token, and a channel that nobody has paid into.
    pub(crate) fn new(asset: Asset) -> Self {
        let anvil = Anvil::start(&[]);
        let world = Self { anvil, folder: tempfile::tempdir().unwrap(), asset };
        let bounds = format!("{:064x}{:064x}", 600, 2_592_000);
        world.deploy("../adjudicator/abi/ChannelManager.json", &bounds);
        world.deploy("../simulator/abi/PermitToken.json", "");
        for name in ["alice.keystore", "bob.keystore", "password"] {
            fs::copy(root().join("tests/examples").join(name), world.path(name)).unwrap();
        }
        let terms = format!(
            "terms new --signer0 {ALICE} --payee0 {} --signer1 {BOB} --payee1 {} --window {WINDOW} --salt 1 --asset {}",
            PAYEES[0],
            PAYEES[1],
            asset.address()
        );
        world.write("terms.json", &world.done(&terms));
        let channel = format!("--json channel id terms.json --chain-id 31337 --manager {MANAGER}");
        world.write("channel.json", &world.done(&channel));
        world.done(&format!("evidence add channel.json --store alice.redb --holder {ALICE}"));
        world.done(&format!("evidence add channel.json --store bob.redb --holder {BOB}"));
        if asset == Asset::Token {
            for account in [ALICE, BOB] {
                world.send(DEPLOYER, TOKEN, &format!("0x40c10f19{:0>64}{:064x}", &account[2..], STAKES[0]));
            }
        }
        world
    }

    /// The same, where both have paid in, and signed two states.
    pub(crate) fn funded(asset: Asset) -> Self {
        let world = Self::new(asset);
        world.deposit();
        world.agree(FIRST, "first.json");
        world.agree(NEWEST, "newest.json");
        world
    }

    pub(crate) fn deposit(&self) {
        for (party, name) in [(0, "alice"), (1, "bob")] {
            let amount = STAKES[party];
            self.done(&format!(
                "deposit --party {party} --amount {amount} --channel channel.json --keystore {name}.keystore"
            ));
        }
    }

    /// Both sign Alice's next state, and keep it.
    pub(crate) fn agree(&self, net: u128, file: &str) {
        self.write("proposed.json", &self.done(&format!("state propose --net {net} --store alice.redb")));
        self.sign(file);
    }

    /// Proposes something that is no state.
    pub(crate) fn propose(&self, name: &str, content: &Value) {
        self.write("proposed.json", &json!({ "recourse": "1", "type": name, "content": content }).to_string());
    }

    /// Both sign what is proposed.
    pub(crate) fn sign(&self, file: &str) {
        let half = self.done("state sign proposed.json --store alice.redb --keystore alice.keystore");
        self.write("half.json", &half);
        self.write(file, &self.done("state sign half.json --store bob.redb --keystore bob.keystore"));
        self.done(&format!("evidence add {file} --store alice.redb"));
    }

    /// Bob closes with the first state, though there is a newer one: his store would not let him, so he uses none.
    pub(crate) fn cheat(&self) {
        self.done("close-solo --state first.json --channel channel.json --keystore bob.keystore");
    }

    /// The window passes, somebody settles, and both have what they get.
    pub(crate) fn settle(&self, paid: [u128; 2], state: &str) {
        let before = PAYEES.map(|payee| self.balance(payee));
        // A touch at the last moment gives the other one a window to answer.
        self.anvil.mine_after(2 * WINDOW + 1);
        self.done(&format!("settle {state} --channel channel.json --keystore bob.keystore"));
        let after = PAYEES.map(|payee| self.balance(payee));
        assert_eq!([after[0] - before[0], after[1] - before[1]], paid);
        assert!(self.stands().starts_with("closed"), "{}", self.stands());
    }

    /// Where the channel stands.
    pub(crate) fn stands(&self) -> String {
        let status = self.done("channel status --store alice.redb");
        let line = status.lines().find_map(|line| line.strip_prefix("stands"));
        line.unwrap_or_else(|| panic!("{status}")).trim().to_owned()
    }

    /// What an account has of the channel's asset.
    pub(crate) fn balance(&self, account: &str) -> u128 {
        match self.asset {
            Asset::Coin => self.anvil.balance(account),
            Asset::Token => {
                let call = json!({ "to": TOKEN, "data": format!("0x70a08231{:0>64}", &account[2..]) });
                let answer = self.anvil.ask("eth_call", json!([call, "latest"]));
                u128::from_str_radix(&answer.as_str().unwrap()[34..], 16).unwrap()
            }
        }
    }

    /// What the program prints, which must do what it is asked.
    pub(crate) fn done(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "adjudicator {arguments}\n{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the program says, which must not do what it is asked.
    pub(crate) fn refused(&self, arguments: &str, code: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "adjudicator {arguments}\n{}", text(&output));
        text(&output)
    }

    pub(crate) fn run(&self, arguments: &str) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The program, which knows nothing but this chain. What is in the arguments comes after what is in the environment.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_adjudicator"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_clear().env("ETH_RPC_URL", self.anvil.url()).env("ETH_PASSWORD", "password");
        command.env("ETH_CONFIRMATIONS", "1").env("XDG_STATE_HOME", self.path("state"));
        command
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Makes a contract out of an artifact.
    pub(crate) fn deploy(&self, artifact: &str, arguments: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(artifact);
        let artifact: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let code = artifact["bytecode"]["object"].as_str().or_else(|| artifact["bytecode"].as_str()).unwrap();
        let data = format!("{code}{arguments}");
        let sent =
            self.anvil.ask("eth_sendTransaction", json!([{ "from": DEPLOYER, "data": data, "gas": "0x989680" }]));
        self.receipt(&sent)["contractAddress"].as_str().unwrap().to_owned()
    }

    /// Sends something from an account that the node holds.
    pub(crate) fn send(&self, from: &str, to: &str, data: &str) {
        let sent = self.anvil.ask("eth_sendTransaction", json!([{ "from": from, "to": to, "data": data }]));
        assert_eq!(self.receipt(&sent)["status"], "0x1");
    }

    fn receipt(&self, hash: &Value) -> Value {
        loop {
            let receipt = self.anvil.ask("eth_getTransactionReceipt", json!([hash]));
            if !receipt.is_null() {
                return receipt;
            }
        }
    }
}

/// All that the program has said.
pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
