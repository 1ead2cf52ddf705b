//! Whether the chain's machine runs what the contract and the apps are compiled to.

use std::collections::BTreeSet;

use adjudicator::{
    abi::{
        Artifact, CHANNEL_HASHES, CHANNEL_LENS, CHANNEL_MANAGER, COUNTER, HASH_TIME_LOCK, ORACLE_ESCROW,
        PERMIT_DEPOSITS, PREIMAGE_REGISTRY, ROCK_PAPER_SCISSORS, SIGNED_FEED, TIC_TAC_TOE,
    },
    deploy::{DEPLOYER, DEPLOYER_CODE, Plan},
    rpc::{Block, Nodes, Probed},
    types::Window,
};
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U64, U256, address, b256, hex};
use anyhow::Result;
use serde_json::json;

use super::report::Report;

/// All contracts of this project that run on the chain.
const CONTRACTS: [&std::sync::LazyLock<Artifact>; 11] = [
    &CHANNEL_MANAGER,
    &COUNTER,
    &HASH_TIME_LOCK,
    &ORACLE_ESCROW,
    &PREIMAGE_REGISTRY,
    &ROCK_PAPER_SCISSORS,
    &SIGNED_FEED,
    &TIC_TAC_TOE,
    &CHANNEL_HASHES,
    &CHANNEL_LENS,
    &PERMIT_DEPOSITS,
];

/// What code that tries an instruction must come to.
enum Right {
    /// A number.
    Number(u64),
    /// The chain's id.
    ChainId,
    /// The hash of no code.
    NoCode,
}

/// An instruction that the first machine did not have, and code that leaves what it computes on the stack.
struct Trial {
    instruction: u8,
    name: &'static str,
    /// Whose upgrade of Ethereum's main chain brought it.
    fork: &'static str,
    code: &'static [u8],
    right: Right,
}

/// What the answer of most trials is.
const ANSWER: u64 = 42;

const fn trial(instruction: u8, name: &'static str, fork: &'static str, code: &'static [u8]) -> Trial {
    Trial { instruction, name, fork, code, right: Right::Number(ANSWER) }
}

/// One for each instruction since Homestead that any contract here is compiled to. But for the one that is tried, and calls
/// of the precompiled contract that copies, they use the instructions that were always there.
const TRIALS: [Trial; 15] = [
    // push 42; push 0 by PUSH0; add
    trial(0x5f, "PUSH0", "Shanghai", &hex!("602a5f01")),
    // store 42 at 0; copy that word to 32; load it
    trial(0x5e, "MCOPY", "Cancun", &hex!("602a6000526020600060205e602051")),
    // put 42 at 1 of transient storage, which is no permanent one: that is still 0
    trial(0x5d, "TSTORE", "Cancun", &hex!("602a60015d60015c60015401")),
    // nothing is there before: 0 and 42
    trial(0x5c, "TLOAD", "Cancun", &hex!("60015c602a01")),
    // 21 twice; 84 halved; the same with a sign
    trial(0x1b, "SHL", "Constantinople", &hex!("601560011b")),
    trial(0x1c, "SHR", "Constantinople", &hex!("605460011c")),
    trial(0x1d, "SAR", "Constantinople", &hex!("605460011d")),
    Trial { instruction: 0x46, name: "CHAINID", fork: "Istanbul", code: &hex!("46"), right: Right::ChainId },
    // of the contract that is being made, which has no code yet
    Trial { instruction: 0x3f, name: "EXTCODEHASH", fork: "Constantinople", code: &hex!("303f"), right: Right::NoCode },
    // a call of the copying contract succeeds: 1 and 41
    trial(0xfa, "STATICCALL", "Byzantium", &hex!("600060006000600060045afa602901")),
    trial(0xf4, "DELEGATECALL", "Homestead", &hex!("600060006000600060045af4602901")),
    // it returns the 32 bytes that it was given: 32 and 10
    trial(0x3d, "RETURNDATASIZE", "Byzantium", &hex!("6000600060206000600060045af1503d600a01")),
    // 42 goes to it, and comes back to another place
    trial(0x3e, "RETURNDATACOPY", "Byzantium", &hex!("602a6000526000600060206000600060045af1506020600060203e602051")),
    // a contract without code is made, which has an address: that is not 0, so 1 and 41
    trial(0xf5, "CREATE2", "Constantinople", &hex!("6000600060006000f51515602901")),
    // a contract is made of code that reverts with 32 bytes, which are there then: 32 and 10
    trial(0xfd, "REVERT", "Byzantium", &hex!("6460206000fd6000526005601b6000f0503d600a01")),
];

/// What is always there: all of Homestead, but for what is told of apart, and INVALID.
fn is_old(instruction: u8) -> bool {
    matches!(instruction,
        0x00..=0x0b | 0x10..=0x1a | 0x20 | 0x30..=0x3c | 0x40..=0x45 | 0x50..=0x5b | 0x60..=0xa4 | 0xf0..=0xf3 | 0xfe | 0xff)
}

/// All instructions that somebody needs.
fn needed() -> BTreeSet<u8> {
    let contracts = CONTRACTS.iter().flat_map(|artifact| artifact.instructions());
    contracts.chain(adjudicator::abi::instructions(&DEPLOYER_CODE).map(|(number, _)| number)).collect()
}

/// Behind code that leaves a word on the stack, so that the word is what comes of it.
const RETURN: [u8; 8] = hex!("60005260206000f3");

/// Tries all of it.
pub(super) fn check(report: &mut Report, nodes: &mut Nodes, head: &Block) -> Result<()> {
    runs(report, nodes, head)?;
    gas(report, nodes, head)?;
    match nodes.code(DEPLOYER, head)? {
        code if code == DEPLOYER_CODE => report.ok("CREATE2 deployer", format!("is at {DEPLOYER}")),
        code if code.is_empty() => report.warning(
            "CREATE2 deployer",
            format!(
                "there is no code at {DEPLOYER}: a manager cannot be deployed to its usual address before \
                     ./scripts/deploy install-deployer"
            ),
        ),
        _ => report.failed("CREATE2 deployer", format!("other code than its own is at {DEPLOYER}")),
    }
    Ok(())
}

/// Tries whether the contracts run, and can be made.
pub(super) fn runs(report: &mut Report, nodes: &mut Nodes, head: &Block) -> Result<()> {
    let needed = needed();
    for trial in TRIALS.iter().filter(|trial| needed.contains(&trial.instruction)) {
        let right: B256 = match trial.right {
            Right::Number(number) => U256::from(number).into(),
            Right::ChainId => nodes.chain_id().into(),
            Right::NoCode => KECCAK256_EMPTY,
        };
        let code = [trial.code, &RETURN].concat().into();
        let name = format!("instruction {}", trial.name);
        compare(report, nodes, &name, &code, right.as_slice(), &format!("of {}", trial.fork), head)?;
    }
    for instruction in needed.iter().filter(|it| !is_old(**it) && TRIALS.iter().all(|trial| trial.instruction != **it))
    {
        report.warning("instructions", format!("the contracts need {instruction:#04x}, which was not tried"));
    }
    let (code, signer) = recovery();
    compare(report, nodes, "ecrecover", &code, signer.into_word().as_slice(), "finds a known signer", head)?;
    size(report, nodes, head)
}

fn compare(
    report: &mut Report,
    nodes: &mut Nodes,
    name: &str,
    code: &Bytes,
    right: &[u8],
    note: &str,
    head: &Block,
) -> Result<()> {
    match nodes.run(name, code, head)? {
        Probed::Answered(answer) if *answer == *right => report.ok(name, format!("{note}: works")),
        Probed::Answered(answer) => {
            report.failed(name, format!("{note}: comes to {answer}, must be {}", Bytes::copy_from_slice(right)));
        }
        Probed::Refused { reason, .. } => report.failed(name, format!("{note}: {reason}")),
    }
    Ok(())
}

/// Code that recovers who gave a signature, and who that is. Source: go-ethereum, `core/vm/testdata/precompiles/ecRecover.json`
/// has more of them.
fn recovery() -> (Bytes, Address) {
    const SIGNER: Address = address!("0x7156526fbd7a3c72969b54f64e42c10fbb768c8a");
    let words = [
        b256!("0x456e9aea5e197a1f1af7a3e85a3212fa4049a3ba34c2289b4c860fc0b0c64ef3"),
        U256::from(28).into(),
        b256!("0x9242685bf161793cc25603c231bc2f568eb630ea16aa137d2664ac8038825608"),
        b256!("0x4f8ae3bd7535248d0bd448298cc2e2071e56992d0774dc340c368ae950852ada"),
    ];
    const PUSH32: u8 = 0x7f;
    let mut code = Vec::new();
    for (offset, word) in [0x00, 0x20, 0x40, 0x60].into_iter().zip(words) {
        code.push(PUSH32);
        code.extend(word);
        code.extend([0x60, offset, 0x52]);
    }
    // Call contract 1 with these 128 bytes, its answer behind them, and return that.
    code.extend(hex!("6020608060806000600060015af15060206080f3"));
    (code.into(), SIGNER)
}

/// Whether a contract as large as the manager can be made: the manager itself is, for nobody to keep.
fn size(report: &mut Report, nodes: &mut Nodes, head: &Block) -> Result<()> {
    const NAME: &str = "code size";
    let bytes = CHANNEL_MANAGER.runtime_code().len();
    let plan = Plan::new(Window::MIN, Window::MAX, B256::ZERO)?;
    match nodes.run("the manager's making", &plan.init_code(), head)? {
        Probed::Answered(code) if CHANNEL_MANAGER.is_runtime_code(&code) => {
            report.ok(NAME, format!("a ChannelManager, of {bytes} bytes, can be made"));
        }
        Probed::Answered(code) => {
            report.failed(
                NAME,
                format!("{} bytes of other code are made, where a ChannelManager has {bytes}", code.len()),
            );
        }
        Probed::Refused { reason, .. } => {
            report.failed(NAME, format!("a ChannelManager, of {bytes} bytes, cannot be made: {reason}"));
        }
    }
    Ok(())
}

/// Whether a block has room for the transaction that makes it.
fn gas(report: &mut Report, nodes: &mut Nodes, head: &Block) -> Result<()> {
    const NAME: &str = "gas of deploying";
    let plan = Plan::new(Window::MIN, Window::MAX, B256::ZERO)?;
    let call = json!([{ "data": plan.init_code() }, head.number]);
    let (needed, limit) = match nodes.probe::<U64>("the gas of deploying", "eth_estimateGas", &call) {
        Ok(Probed::Answered(gas)) => (gas, head.gas_limit),
        Ok(Probed::Refused { reason, .. }) => {
            report.failed(NAME, reason);
            return Ok(());
        }
        Err(reason) => {
            report.warning(NAME, format!("not known: {reason}"));
            return Ok(());
        }
    };
    if needed > limit {
        report.failed(NAME, format!("{needed}, and a block has {limit}"));
    } else {
        report.ok(NAME, format!("{needed}, and a block has {limit}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_instruction_that_is_needed_is_old_or_tried() {
        let tried: BTreeSet<u8> = TRIALS.iter().map(|trial| trial.instruction).collect();
        let missing: Vec<_> = needed().into_iter().filter(|it| !is_old(*it) && !tried.contains(it)).collect();
        assert!(missing.is_empty(), "{missing:02x?}");
    }

    #[test]
    fn the_contracts_need_cancun() {
        for instruction in [0x5c, 0x5d, 0x5e, 0x5f] {
            assert!(CHANNEL_MANAGER.instructions().contains(&instruction), "{instruction:02x}");
        }
    }

    #[test]
    fn a_trial_has_no_newer_instruction_than_its_own() {
        // REVERT is seen by what it leaves behind, and transient storage by reading it.
        let others: [(u8, &[u8]); 3] = [(0xfd, &[0x3d]), (0x5d, &[0x5c]), (0x3e, &[])];
        for Trial { instruction, code, name, .. } in &TRIALS {
            let helpers = others.iter().find(|(of, _)| of == instruction).map_or(&[][..], |(_, helpers)| helpers);
            let mut numbers = adjudicator::abi::instructions(code).map(|(number, _)| number);
            assert!(numbers.all(|it| it == *instruction || is_old(it) || helpers.contains(&it)), "{name}");
        }
    }
}
