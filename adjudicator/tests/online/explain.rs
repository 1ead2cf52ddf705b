//! `explain` of a transaction's hash.

use std::fs;

use adjudicator::{
    abi::ChannelManager::depositCall,
    types::{Document, Terms},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;

use super::{
    anvil::{Anvil, RICH},
    program::{Ended, KEY, MANAGER, deploy, folder, run},
    proxy, root,
};

fn explain(url: &str, hash: B256) -> Ended {
    run(&root(), &["explain", &hash.to_string(), "--rpc-url", url])
}

/// A chain with a manager.
fn chain() -> Anvil {
    let (anvil, folder) = (Anvil::start(), folder());
    deploy(&anvil, folder.path(), &KEY).with(0);
    anvil
}

/// Pays so much in, as it says, while so much comes along.
fn deposit(anvil: &Anvil, says: u64, comes: u64) -> B256 {
    let text = fs::read_to_string(root().join("tests/examples/terms.json")).unwrap();
    let Document(terms) = serde_json::from_str::<Document<Terms>>(&text).unwrap();
    let call = depositCall { terms: terms.pack().into(), amount: U256::from(says), side: 1 };
    anvil.send(manager(), &call.abi_encode().into(), comes)
}

fn manager() -> Address {
    MANAGER.parse().unwrap()
}

#[test]
fn a_deposit_is_told_with_what_it_did() {
    let anvil = chain();
    let text = explain(&anvil.url(), deposit(&anvil, 5, 5)).with(0).stdout;
    assert!(text.starts_with("deposit 5 of the native coin for party 1"), "{text}");
    let lines = [
        format!("sender       {RICH}"),
        format!("to           {MANAGER}, a ChannelManager of this build"),
        "came along   0.000000000000000005 of the chain's coin".to_owned(),
        "done         yes".to_owned(),
    ];
    for line in lines {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    let log = text.lines().find(|line| line.starts_with("log 0 ")).unwrap();
    assert!(log.contains('5') && !log.contains("a log of"), "{log}");
}

#[test]
fn a_refused_transaction_is_told_with_the_reason() {
    let anvil = chain();
    let hash = deposit(&anvil, 5, 4);
    let text = explain(&anvil.url(), hash).with(0).stdout;
    let because = text.lines().find(|line| line.starts_with("because")).unwrap();
    assert!(because.contains("refused, ValueMismatch"), "{text}");
    assert!(text.contains("done         no: it was refused"), "{text}");

    // Without a trace it is tried again.
    let untraced = proxy::without(&anvil, "debug_traceTransaction");
    let text = explain(&untraced, hash).with(0).stdout;
    let because = text.lines().find(|line| line.starts_with("because")).unwrap();
    assert!(because.contains("refused, ValueMismatch") && because.contains("tried again behind block 1;"), "{text}");
}

#[test]
fn that_the_reason_cannot_be_had_is_said() {
    let anvil = chain();
    // It runs out of gas: nothing is answered, and with more gas it would be done.
    let burner = Address::repeat_byte(0xb0);
    anvil.set_code(burner, &Bytes::from_static(&[0xfe]));
    let hash = anvil.send(burner, &Bytes::new(), 0);
    let text = explain(&anvil.url(), hash).with(0).stdout;
    assert!(text.contains("because      the reason cannot be had"), "{text}");
    assert!(text.contains("which has other code than this build's ChannelManager"), "{text}");
}

#[test]
fn without_a_node_a_hash_is_wrong_use() {
    let hash = B256::repeat_byte(7).to_string();
    let refused = run(&root(), &["explain", &hash]).with(2);
    assert!(refused.stderr.contains("--rpc-url URL, or ETH_RPC_URL, says where one is"), "{refused:?}");
}

#[test]
fn a_hash_that_nobody_knows_is_refused() {
    let refused = explain(&Anvil::start().url(), B256::repeat_byte(7)).with(1);
    assert!(refused.stderr.contains("know no transaction of this hash"), "{refused:?}");
}
