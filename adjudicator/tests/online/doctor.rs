//! `doctor`.

use alloy_primitives::{Address, B256, Bytes, b256};
use serde_json::{Value, json};

use super::{
    anvil::{Anvil, RICH},
    program::{Ended, KEY, MANAGER, deploy, folder, run},
    proxy, root,
    token::Token,
};

fn doctor(anvil: &Anvil, more: &[&str]) -> Ended {
    let url = anvil.url();
    run(&root(), &[&["doctor", "--json", "--rpc-url", &url], more].concat())
}

/// The checks of a name, as their verdicts and reasons.
fn checks(ended: &Ended, name: &str) -> Vec<(String, String)> {
    let json = ended.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = json["checks"].as_array().unwrap().iter().filter(|check| text(&check["name"]).ends_with(name));
    all.map(|check| (text(&check["verdict"]), text(&check["reason"]))).collect()
}

/// The one check of a name has this verdict. Its reason.
fn is(ended: &Ended, name: &str, verdict: &str) -> String {
    match checks(ended, name).as_slice() {
        [(found, reason)] if found == verdict => reason.clone(),
        other => panic!("{name} is not {verdict}: {other:?}"),
    }
}

/// The names of all that have failed.
fn failed(ended: &Ended) -> Vec<String> {
    let json = ended.json();
    let all = json["checks"].as_array().unwrap().iter().filter(|check| check["verdict"] == "failed");
    all.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_good_chain_fails_nothing() {
    let (anvil, folder) = (Anvil::since(91 * 12), folder());
    deploy(&anvil, folder.path(), &KEY).with(0);
    anvil.ask("evm_setNextBlockTimestamp", json!([u64_of(&anvil, "timestamp") + 12]));
    anvil.mine(90, 12);
    let found = doctor(&anvil, &["--manager", MANAGER]).with(0);
    assert_eq!(failed(&found), Vec::<String>::new());
    for name in
        ["instruction PUSH0", "instruction TSTORE", "ecrecover", "code size", "manager", "outages", "base fee", "clock"]
    {
        is(&found, name, "ok");
    }
    assert!(is(&found, "block time", "ok").starts_with("12 seconds on average: 300 of blocks fit"), "{found:?}");
    // Without --window it is the shortest one of the manager.
    assert_eq!(found.json()["window"], "3600");
}

fn u64_of(anvil: &Anvil, field: &str) -> u64 {
    let block = anvil.ask("eth_getBlockByNumber", json!(["latest", false]));
    u64::from_str_radix(block[field].as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

#[test]
fn an_old_machine_lacks_instructions() {
    let found = doctor(&Anvil::with(&["--hardfork", "paris"]), &[]).with(1);
    let expected = ["PUSH0", "MCOPY", "TSTORE", "TLOAD"].map(|name| format!("instruction {name}"));
    assert_eq!(failed(&found)[..4], expected);
    is(&found, "instruction CHAINID", "ok");

    let found = doctor(&Anvil::with(&["--hardfork", "berlin"]), &[]).with(1);
    assert_eq!(failed(&found)[..4], expected);
    assert!(is(&found, "base fee", "failed").contains("EIP-1559"));
}

#[test]
fn a_chain_for_small_contracts_is_none() {
    let found = doctor(&Anvil::with(&["--hardfork", "cancun", "--code-size-limit", "10000"]), &[]).with(1);
    assert!(is(&found, "code size", "failed").contains("cannot be made"));
}

#[test]
fn other_code_is_no_manager() {
    let anvil = Anvil::start();
    is(&doctor(&anvil, &["--manager", MANAGER]).with(1), "manager", "failed");
    anvil.set_code(MANAGER.parse().unwrap(), adjudicator::abi::CHANNEL_MANAGER.runtime_code());
    // Its immutables are missing.
    is(&doctor(&anvil, &["--manager", MANAGER]).with(1), "manager", "failed");
}

#[test]
fn outages_are_weighed_by_the_window() {
    let anvil = Anvil::since(4_000);
    anvil.mine(10, 12);
    anvil.ask("evm_increaseTime", json!([1_500]));
    anvil.mine(10, 12);
    let of = |window| checks(&doctor(&anvil, &["--window", window]), "outages").remove(0);
    let (verdict, reason) = of("86400");
    assert_eq!(verdict, "ok", "{reason}");
    assert!(reason.starts_with("the longest was 15"), "{reason}");
    assert_eq!(of("3600").0, "warning");
    assert_eq!(of("1800").0, "failed");
}

#[test]
fn an_outage_before_the_sample_is_found() {
    let anvil = Anvil::since(20_000);
    anvil.mine(30, 12);
    anvil.ask("evm_increaseTime", json!([5_000]));
    anvil.mine(400, 12);
    let reason = is(&doctor(&anvil, &["--window", "3600", "--blocks", "16"]).with(1), "outages", "failed");
    assert!(reason.contains("before block 31,"), "{reason}");
}

#[test]
fn a_chain_that_stands_still_is_noticed() {
    let found = doctor(&Anvil::since(4_000), &[]).with(1);
    assert!(is(&found, "clock", "failed").contains("seconds old"));
}

#[test]
fn two_nodes_that_follow_other_chains_are_noticed() {
    let (one, other) = (Anvil::start(), Anvil::since(1));
    other.mine(1, 1);
    let found = doctor(&one, &["--rpc-url", &other.url()]).with(3);
    assert!(found.stderr.contains("the nodes disagree"), "{found:?}");
}

#[test]
fn two_nodes_of_one_chain_agree() {
    let anvil = Anvil::start();
    let other = proxy::without(&anvil, "nothing");
    assert!(
        is(&doctor(&anvil, &["--rpc-url", &other]).with(0), "nodes", "ok").starts_with("all 2 say that block 0 is")
    );
}

#[test]
fn without_simulations_no_transfer_is_tried() {
    let anvil = Anvil::start();
    Token::default().put(&anvil, TOKEN, RICH);
    let url = proxy::without(&anvil, "eth_simulateV1");
    let (token, holder) = (TOKEN.to_string(), RICH.to_string());
    let arguments = ["doctor", "--json", "--rpc-url", &url, "--token", &token, "--holder", &holder];
    let found = run(&root(), &arguments).with(0);
    assert!(is(&found, ".. transfers", "warning").contains("not tried: eth_simulateV1: the method does not exist"));
}

const TOKEN: Address = Address::repeat_byte(0x70);

fn token(token: Token, with_holder: bool) -> Ended {
    let anvil = Anvil::start();
    token.put(&anvil, TOKEN, RICH);
    let (address, holder) = (TOKEN.to_string(), RICH.to_string());
    let more = if with_holder { vec!["--token", &address, "--holder", &holder] } else { vec!["--token", &address] };
    doctor(&anvil, &more)
}

#[test]
fn a_good_token_fails_nothing() {
    let found = token(Token::default(), true).with(0);
    for name in ["code", "powers", "decimals", "approve", "transferFrom", "transfer", "deposit", "payout", "balance"] {
        is(&found, &format!(".. {name}"), "ok");
    }
    let found = token(Token::default(), false).with(0);
    is(&found, ".. transfer", "ok");
    assert!(is(&found, ".. transfers", "warning").contains("were not tried"));
}

#[test]
fn what_is_no_token_fails() {
    let address = TOKEN.to_string();
    assert!(is(&doctor(&Anvil::start(), &["--token", &address]).with(1), ".. code", "failed").contains("no token"));
}

#[test]
fn a_token_that_returns_nothing_is_warned_of() {
    for with_holder in [true, false] {
        let found = token(Token { is_silent: true, ..Token::default() }, with_holder).with(0);
        for name in [".. approve", ".. transfer"] {
            assert!(is(&found, name, "warning").contains("returns nothing"));
        }
    }
}

#[test]
fn a_fee_on_receipt_is_warned_of() {
    let found = token(Token { fee: 3, ..Token::default() }, true).with(0);
    let reason = is(&found, ".. deposit", "warning");
    assert!(reason.contains("of 1000 units that are sent, 1000 go and 970 arrive"), "{reason}");
    is(&found, ".. payout", "warning");
}

#[test]
fn a_token_that_charges_the_sender_fails() {
    let found = token(Token { surcharge: 5, ..Token::default() }, true).with(1);
    let reason = is(&found, ".. deposit", "failed");
    assert!(reason.contains("of 1000 units that are sent, 1050 go and 1000 arrive"), "{reason}");
    assert!(is(&found, ".. payout", "failed").contains("525 go and 500 arrive"));
}

#[test]
fn a_token_whose_balances_grow_fails() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let found = token(Token { grows_since: Some(u32::try_from(now).unwrap()), ..Token::default() }, true).with(1);
    let reason = is(&found, ".. balance", "failed");
    assert!(reason.contains("in a day without a transfer"), "{reason}");
}

#[test]
fn powers_over_others_money_are_told() {
    let functions = &["pause()", "isBlacklisted(address)"];
    let found = token(Token { functions, ..Token::default() }, false).with(0);
    let powers = checks(&found, ".. powers");
    assert_eq!(powers.len(), 2, "{powers:?}");
    assert!(powers.iter().all(|(verdict, _)| verdict == "warning"));
    assert!(powers[0].1.contains("pause()") && powers[1].1.contains("isBlacklisted(address)"), "{powers:?}");
}

#[test]
fn a_proxy_is_told_and_looked_through() {
    let anvil = Anvil::start();
    let (proxy, behind) = (Address::repeat_byte(0x71), TOKEN);
    let functions = &["pause()"];
    Token { functions, ..Token::default() }.put(&anvil, behind, RICH);
    // It hands each call to what its slot says.
    let slot: B256 = b256!("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
    let code: Bytes = [
        &[0x36, 0x3d, 0x3d, 0x37, 0x3d, 0x3d, 0x3d, 0x36, 0x3d, 0x7f][..],
        slot.as_slice(),
        &[0x54, 0x5a, 0xf4, 0x3d, 0x5f, 0x5f, 0x3e, 0x3d, 0x5f, 0xf3],
    ]
    .concat()
    .into();
    anvil.set_code(proxy, &code);
    anvil.ask("anvil_setStorageAt", json!([proxy, slot, behind.into_word()]));
    let address = proxy.to_string();
    let found = doctor(&anvil, &["--token", &address]).with(0);
    assert!(is(&found, ".. code", "warning").contains(&format!("whose implementation is {behind}")));
    assert!(is(&found, ".. powers", "warning").contains("pause()"));
    is(&found, ".. decimals", "ok");
}

#[test]
fn a_beacon_is_asked_what_it_tells_of() {
    let anvil = Anvil::start();
    let (proxy, beacon) = (Address::repeat_byte(0x71), Address::repeat_byte(0x72));
    let functions = &["pause()"];
    Token { functions, ..Token::default() }.put(&anvil, TOKEN, RICH);
    anvil.set_code(proxy, &Bytes::from_static(&[0x00]));
    let slot: B256 = b256!("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");
    anvil.ask("anvil_setStorageAt", json!([proxy, slot, beacon.into_word()]));
    // It answers with the token's address, whatever it is asked.
    let answers = [&[0x73][..], TOKEN.as_slice(), &[0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3]].concat();
    anvil.set_code(beacon, &answers.into());
    let address = proxy.to_string();
    let found = doctor(&anvil, &["--token", &address]);
    assert!(is(&found, ".. code", "warning").contains(&format!("whose beacon is {beacon}")));
    assert!(is(&found, ".. powers", "warning").contains("pause()"));
}

#[test]
fn gas_is_weighed_by_the_policy() {
    let (anvil, folder) = (Anvil::start(), folder());
    let policy = folder.path().join("policy");
    let path = policy.to_str().unwrap();
    std::fs::write(&policy, r#"{ "stressGasPrice": 999999999 }"#).unwrap();
    is(&doctor(&anvil, &["--policy", path]).with(1), "base fee", "failed");
    std::fs::write(&policy, r#"{ "stressGasPrice": 1000000000 }"#).unwrap();
    is(&doctor(&anvil, &["--policy", path]).with(0), "base fee", "ok");
    std::fs::write(&policy, r#"{ "blockGas": 30000001 }"#).unwrap();
    is(&doctor(&anvil, &["--policy", path]).with(0), "block gas", "warning");
}
