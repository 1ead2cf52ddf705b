//! How operations, effects and refusals look to people, in full: `printing.txt`.
//!
//! `WRITE_PRINTING=1 cargo test -p adjudicator --test codec` writes the file anew.

use std::{collections::BTreeMap, env, fs};

use adjudicator::{
    Bounty, DisputeError, Effect, Funds, Record,
    action::{Action, CloseSolo, Deposit, ForceProgress, Multicall, Slash},
};
use alloy_primitives::{Address, B256, Bytes, FixedBytes, I256, U256, bytes};
use recourse_vectors::{Call, read};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codec/printing.txt");

#[test]
fn everything_is_printed_as_the_file_says() {
    let printed = [operations(), malformed(), effects()].concat().join("\n\n") + "\n";
    if env::var_os("WRITE_PRINTING").is_some() {
        fs::write(FILE, &printed).unwrap();
    }
    assert_eq!(printed, fs::read_to_string(FILE).unwrap());
}

fn vectors() -> BTreeMap<String, Call> {
    read("calldata").unwrap()
}

fn operations() -> Vec<String> {
    let decoded = vectors().into_values().map(|call| Action::decode(&call.data));
    decoded.map(|action| action.map_or_else(|error| error.to_string(), |action| action.to_string())).collect()
}

/// Operations in which something is not what it should be.
fn malformed() -> Vec<String> {
    let Ok(Action::ForceProgress(good)) = Action::decode(&vectors()["forceProgress"].data) else { panic!("decodes") };
    let terms = good.terms.clone();
    let short = bytes!("0102");
    let actions: [Action; 6] = [
        Deposit { terms: terms.clone(), amount: U256::from(5), side: 7 }.into(),
        Slash { terms: short.clone(), evidence: good.evidence.clone() }.into(),
        CloseSolo { terms: terms.clone(), evidence: Bytes::new(), consent: true }.into(),
        CloseSolo { terms, evidence: [&good.evidence[..], &short].concat().into(), consent: false }.into(),
        ForceProgress { evidence: short.clone(), instance: short.clone(), step: short.clone(), ..good }.into(),
        Multicall { calls: vec![inner().calldata(), short, bytes!("01020304")], gas_each: U256::MAX }.into(),
    ];
    actions.iter().map(ToString::to_string).collect()
}

fn inner() -> Action {
    Multicall { calls: vec![Bytes::new(), Bytes::new()], gas_each: U256::ZERO }.into()
}

fn effects() -> Vec<String> {
    [money(), dispute(), progress()].concat().iter().map(ToString::to_string).collect()
}

const CHANNEL: B256 = B256::repeat_byte(0xcc);
const INSTANCE: B256 = B256::repeat_byte(0x11);
const TOKEN: Address = Address::repeat_byte(0xee);

fn account(number: u8) -> Address {
    Address::repeat_byte(number)
}

fn units(number: u64) -> U256 {
    U256::from(number)
}

fn signed(number: i64) -> I256 {
    I256::try_from(number).unwrap()
}

fn money() -> Vec<Effect> {
    vec![
        Effect::Deposited {
            channel_id: CHANNEL,
            funds: Funds { index: 1, balances: [signed(100), signed(-20)] },
            serial: 3,
        },
        Effect::Withdrawn {
            channel_id: CHANNEL,
            serial: 3,
            amounts: vec![units(1), units(0), units(2), units(3)],
            recipients: [account(1), account(2)],
        },
        Effect::Settled { channel_id: CHANNEL, index: 0, payouts: [units(10), units(20)] },
        Effect::BountyPaid { channel_id: CHANNEL, prover: account(3), to_prover: units(5), to_party: units(6) },
        Effect::Credited { creditor: account(1), asset: Address::ZERO, amount: units(7) },
        Effect::Claimed { creditor: account(1), asset: TOKEN, recipient: account(4), amount: units(7) },
    ]
}

fn dispute() -> Vec<Effect> {
    let record = |round, evidence_deadline, consents| Record {
        round,
        state_hash: FixedBytes::repeat_byte(0x5a),
        evidence_deadline,
        consents,
    };
    let recorded = |record, nets: &[i64], instances_root| Effect::Recorded {
        channel_id: CHANNEL,
        record,
        nets: nets.iter().copied().map(signed).collect(),
        instances_root,
    };
    let bounty =
        |prover| Effect::BountyChanged { channel_id: CHANNEL, bounty: Bounty { closer: 1, closed_round: 4, prover } };
    vec![
        recorded(record(7, None, [false, false]), &[-5, 6], B256::ZERO),
        recorded(record(9, Some(1_800_000_000), [false, true]), &[0], INSTANCE),
        recorded(record(9, Some(1_800_000_000), [true, true]), &[], B256::ZERO),
        bounty(None),
        bounty(Some(account(3))),
        Effect::DelegationsRevoked { channel_id: CHANNEL, party: 1, epoch: 2 },
    ]
}

fn progress() -> Vec<Effect> {
    let error = DisputeError::RoundStale { recorded: units(9), actual: units(8) };
    let failed = |reason| Effect::CallFailed { index: 2, reason };
    vec![
        Effect::Progressed { channel_id: CHANNEL, instance_hash: INSTANCE, number: 1, app_state: bytes!("0a0b") },
        Effect::Progressed { channel_id: CHANNEL, instance_hash: INSTANCE, number: 2, app_state: vec![7; 65].into() },
        Effect::Evaluated { channel_id: CHANNEL, instance_hash: INSTANCE, deltas: vec![signed(-1); 17] },
        failed(error.abi_encode()),
        failed(Bytes::new()),
        failed(bytes!("4e487b710000000000000000000000000000000000000000000000000000000000000011")),
    ]
}
