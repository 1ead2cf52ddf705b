//! A schedule as a Foundry test: it plays in a project that has the contract's sources, and needs nothing else of this one.

use std::fmt::{self, Display, Formatter};

use adjudicator::Deployment;
use alloy_primitives::{Address, B256, Bytes, I256, U256, hex};
use alloy_sol_types::SolValue;

use crate::world::{Outcome, World};

/// A schedule that is to be a Foundry test, which is its text: one file, for a project with the sources in `contracts/`.
#[derive(Debug)]
pub struct Export<'a> {
    /// What the test is called; of what else it is made only letters and digits are taken.
    pub name: &'a str,
    /// What it shows.
    pub claim: &'a str,
    /// The chain before the first step.
    pub world: &'a World,
    /// The contract under test, which is compiled and deployed; all other accounts are copied.
    pub deployment: &'a Deployment,
    /// Who deploys it, and how many contracts it has created before: its address, which is signed, follows from that.
    pub deployer: (Address, u64),
    /// Slots of the contract under test whose words must always be what the steps say, or what they were before.
    pub watched: &'a [U256],
    /// What happens, in order.
    pub steps: &'a [Step],
    /// What must come of it.
    pub ends: &'a [End],
}

/// A transaction, and what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is, in words.
    pub note: String,
    /// The time of its block, in Unix seconds.
    pub now: u64,
    /// Who sends it.
    pub sender: Address,
    /// Who is called.
    pub to: Address,
    /// What comes along of the native coin, in wei.
    pub value: U256,
    /// Calldata.
    pub data: Bytes,
    /// What must come of it.
    pub expected: Expected,
    /// What it must change of the words that are watched: slot, and word.
    pub words: Vec<(U256, U256)>,
}

/// What must come of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It does what it does, and the contract under test emits these events: of each the topics and the data, ABI-encoded. Forge
    /// also tells of events of calls within that were reverted, so no batch may have such.
    Accepted(Bytes),
    /// It is refused, for this reason: what it reverts with.
    Refused(Bytes),
}

impl Expected {
    /// What came of a transaction, which is what must come of it again.
    #[must_use]
    pub fn of(outcome: &Outcome, contract: Address) -> Self {
        match outcome {
            Outcome::Success { logs, .. } => {
                let logs = logs.iter().filter(|log| log.address == contract);
                let events = logs.flat_map(|log| (log.topics().to_vec(), log.data.data.clone()).abi_encode_params());
                Self::Accepted(events.collect())
            }
            Outcome::Revert { output, .. } => Self::Refused(output.clone()),
            Outcome::Halt { .. } => Self::Refused(Bytes::new()),
        }
    }
}

/// What an account must have more of an asset than before the first step; negative if it has less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Whose it is.
    pub account: Address,
    /// Of what: zero for the native coin, else the token.
    pub asset: Address,
    /// How much, in the smallest units.
    pub gained: I256,
}

impl Display for Export<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let name = identifier(self.name);
        formatter.write_str(HEAD)?;
        for line in self.claim.lines() {
            writeln!(formatter, "/// @notice {}", plain(line))?;
        }
        writeln!(formatter, "contract {name}Test {{{HELPERS}")?;
        writeln!(formatter, "    function setUp() public {{")?;
        self.write_accounts(formatter)?;
        writeln!(formatter, "    }}\n\n    function test_{name}() public {{")?;
        for End { account, asset, .. } in self.ends {
            writeln!(formatter, "        remember({account}, {asset});")?;
        }
        for slot in self.watched {
            writeln!(formatter, "        watch({});", B256::from(*slot))?;
        }
        for step in self.steps {
            write!(formatter, "{step}")?;
            for (slot, word) in &step.words {
                let [slot, word] = [slot, word].map(|word| B256::from(*word));
                writeln!(formatter, "        words[{slot}] = {word};")?;
            }
            writeln!(formatter, "        requireWords();")?;
        }
        for End { account, asset, gained } in self.ends {
            writeln!(formatter, "        requireGained({account}, {asset}, {gained});")?;
        }
        writeln!(formatter, "    }}\n}}")
    }
}

impl Export<'_> {
    /// The chain as it is before the first step.
    fn write_accounts(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (manager, (deployer, nonce)) = (self.deployment.domain.manager(), self.deployer);
        let Deployment { min_window, max_window, .. } = self.deployment;
        writeln!(formatter, "        vm.chainId({});", self.world.chain_id())?;
        writeln!(formatter, "        vm.warp({});", self.world.now())?;
        writeln!(formatter, "        deploy({deployer}, {nonce}, {min_window}, {max_window}, {manager});")?;
        for account in self.world.addresses() {
            let (balance, code) = (self.world.balance(account), self.world.code(account));
            if !balance.is_zero() {
                writeln!(formatter, "        vm.deal({account}, {balance});")?;
            }
            if account != manager && !code.is_empty() {
                writeln!(formatter, "        vm.etch({account}, {});", literal(&code))?;
            }
            let mut slots: Vec<U256> = self.world.slots(account).collect();
            slots.sort_unstable();
            for slot in slots {
                let word = B256::from(self.world.storage(account, slot));
                writeln!(formatter, "        vm.store({account}, {}, {word});", B256::from(slot))?;
            }
        }
        Ok(())
    }
}

impl Display for Step {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { note, now, sender, to, value, data, expected, .. } = self;
        writeln!(formatter, "        // {}", plain(note))?;
        let (function, said) = match expected {
            Expected::Accepted(events) => ("requireAccepted", events),
            Expected::Refused(reason) => ("requireRefused", reason),
        };
        let [data, said] = [data, said].map(|bytes| literal(bytes));
        writeln!(formatter, "        {function}({now}, {sender}, {to}, {value}, {data}, {said});")
    }
}

/// A name as Solidity takes it: `stale-close` becomes `StaleClose`.
fn identifier(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    let name: String = words.map(capital).collect();
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("Schedule{name}") }
}

/// A line of a comment, whatever it is made of: control characters would end it, or change how it is read.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii() && !letter.is_ascii_control() { letter } else { ' ' }).collect()
}

fn literal(bytes: &[u8]) -> String {
    format!("hex\"{}\"", hex::encode(bytes))
}

/// What stands before the contract. The sources are named from the project's root, so the file may lie in any folder.
const HEAD: &str = r#"// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "contracts/ChannelManager.sol";

/// @notice The forge cheatcodes that this test uses.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function chainId(uint256 id) external;
    function deal(address account, uint256 balance) external;
    function etch(address account, bytes calldata code) external;
    function getRecordedLogs() external returns (Log[] memory logs);
    function load(address account, bytes32 slot) external view returns (bytes32);
    function prank(address sender, address origin) external;
    function recordLogs() external;
    function setNonceUnsafe(address account, uint64 nonce) external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function warp(uint256 time) external;
}

/// @notice What is asked of a token.
interface Token {
    function balanceOf(address account) external view returns (uint256);
}

/// @dev Where forge answers.
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

"#;

/// What the contract begins with. The gas is `Transaction::PLENTY_OF_GAS`.
const HELPERS: &str = r#"
    error NotDeployedAt(address expected, address actual);
    error NotAccepted(uint256 step, bytes reason);
    error NotRefused(uint256 step, bytes expected, bool isAccepted, bytes actual);
    error NotEmitted(uint256 step, bytes expected, bytes actual);
    error NotStored(uint256 step, bytes32 slot, bytes32 expected, bytes32 actual);
    error NotGained(address account, address asset, int256 expected, int256 actual);

    uint256 private constant GAS = 30_000_000;

    address private manager;
    uint256 private step;
    mapping(address account => mapping(address asset => uint256)) private before;
    bytes32[] private watched;
    mapping(bytes32 slot => bytes32 word) private words;

    /// @dev By `new`, forge may deploy in a way of its own.
    function deploy(address deployer, uint64 nonce, uint256 minWindow, uint256 maxWindow, address expected) private {
        bytes memory code = bytes.concat(type(ChannelManager).creationCode, abi.encode(minWindow, maxWindow));
        address actual;
        vm.setNonceUnsafe(deployer, nonce);
        vm.prank(deployer, deployer);
        assembly ("memory-safe") {
            actual := create(0, add(code, 0x20), mload(code))
        }
        if (actual != expected) revert NotDeployedAt(expected, actual);
        manager = actual;
    }

    function send(uint256 time, address sender, address to, uint256 value, bytes memory data)
        private
        returns (bool isAccepted, bytes memory answer)
    {
        ++step;
        vm.warp(time);
        vm.prank(sender, sender);
        return to.call{value: value, gas: GAS}(data);
    }

    function requireAccepted(
        uint256 time,
        address sender,
        address to,
        uint256 value,
        bytes memory data,
        bytes memory events
    ) private {
        vm.recordLogs();
        (bool isAccepted, bytes memory reason) = send(time, sender, to, value, data);
        if (!isAccepted) revert NotAccepted(step, reason);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes memory actual;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == manager) actual = bytes.concat(actual, abi.encode(logs[i].topics, logs[i].data));
        }
        if (keccak256(actual) != keccak256(events)) revert NotEmitted(step, events, actual);
    }

    function requireRefused(
        uint256 time,
        address sender,
        address to,
        uint256 value,
        bytes memory data,
        bytes memory expected
    ) private {
        (bool isAccepted, bytes memory actual) = send(time, sender, to, value, data);
        if (isAccepted || keccak256(actual) != keccak256(expected)) {
            revert NotRefused(step, expected, isAccepted, actual);
        }
    }

    function watch(bytes32 slot) private {
        watched.push(slot);
        words[slot] = vm.load(manager, slot);
    }

    function requireWords() private view {
        for (uint256 i; i < watched.length; ++i) {
            bytes32 slot = watched[i];
            bytes32 actual = vm.load(manager, slot);
            if (actual != words[slot]) revert NotStored(step, slot, words[slot], actual);
        }
    }

    function balanceOf(address account, address asset) private view returns (uint256) {
        return asset == address(0) ? account.balance : Token(asset).balanceOf(account);
    }

    function remember(address account, address asset) private {
        before[account][asset] = balanceOf(account, asset);
    }

    function requireGained(address account, address asset, int256 expected) private view {
        int256 actual = int256(balanceOf(account, asset)) - int256(before[account][asset]);
        if (actual != expected) revert NotGained(account, asset, expected, actual);
    }
"#;
