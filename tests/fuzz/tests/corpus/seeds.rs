//! Inputs to begin with: the test vectors, one error and one log of each kind, and what only other readers take.

mod valid;

use std::collections::BTreeMap;

use adjudicator::{
    DisputeError,
    abi::ChannelManager::{self, ChannelManagerErrors},
};
use alloy_primitives::{Address, B256, FixedBytesSliceExt, I256, IntoLogData, LogData, U256, bytes};
use alloy_sol_types::SolInterface;
use recourse_vectors::{Call, Messages, Structs, Trees, Words, read};

/// The seeds: of which target, under which name, which bytes.
pub(crate) fn all() -> Vec<(&'static str, String, Vec<u8>)> {
    let targets = [
        ("calldata", calldata()),
        ("document", valid::documents()),
        ("error", errors()),
        ("log", logs()),
        ("packed", valid::packed()),
        ("wire", wire()),
        ("word", words()),
    ];
    let mut seeds = Vec::new();
    for (target, inputs) in targets {
        seeds.extend(inputs.into_iter().map(|(name, input)| (target, name, input)));
    }
    seeds
}

type Inputs = BTreeMap<String, Vec<u8>>;

fn calls() -> BTreeMap<String, Call> {
    read("calldata").unwrap()
}

fn calldata() -> Inputs {
    let mut inputs: Inputs = calls().into_iter().map(|(name, call)| (name, call.data.to_vec())).collect();
    let changed = |name: &str, word: usize, value: U256| {
        let mut data = inputs.get(name).unwrap().clone();
        let start = 4 + 32 * word;
        data.splice(start..start + 32, value.to_be_bytes::<32>());
        data
    };
    let minus = |number: u64| U256::from(number).wrapping_neg();
    let more = [
        ("amounts_behind", changed("withdraw", 9, minus(32))),
        ("amounts_before_the_calldata", changed("withdraw", 9, minus(1 << 40))),
        ("amounts_as_far_back_as_can_be", changed("withdraw", 9, U256::ONE << 255)),
        ("serial_too_great", changed("withdraw", 8, U256::ONE << 64)),
        ("call_behind", changed("multicall", 3, minus(32))),
        ("call_before_the_calldata", changed("multicall", 3, minus(1 << 40))),
        ("same_call_twice", changed("multicall", 4, U256::from(64))),
        ("terms_are_the_evidence", changed("slash", 1, U256::from(64))),
        ("offset_of_65_bits", changed("slash", 0, U256::ONE << 64)),
        ("offset_at_the_end", changed("claim", 0, U256::MAX)),
        ("consent_of_two", changed("closeSolo", 2, U256::from(2))),
        ("dirty_side", changed("deposit", 2, U256::from(256))),
    ];
    inputs.extend(more.map(|(name, data)| (name.to_owned(), data)));
    inputs
}

/// Each error, its fields zero.
fn errors() -> Inputs {
    let encoded = |selector: [u8; 4]| {
        let mut all = (0..5).map(|words| [&selector[..], &vec![0; 32 * words]].concat());
        let data = all.find(|data| DisputeError::abi_decode(data).is_ok()).unwrap();
        (DisputeError::abi_decode(&data).unwrap().name().to_owned(), data)
    };
    ChannelManagerErrors::selectors().map(encoded).collect()
}

fn logs() -> Inputs {
    let (channel, account) = (B256::repeat_byte(1), Address::repeat_byte(2));
    let number = U256::from(3);
    let logs = [
        ("Deposited", ChannelManager::Deposited { channelId: channel, funds: U256::ONE }.into_log_data()),
        (
            "Withdrawn",
            ChannelManager::Withdrawn {
                channelId: channel,
                serial: number,
                amounts: vec![number, number],
                recipients: [account; 2],
            }
            .into_log_data(),
        ),
        (
            "Recorded",
            ChannelManager::Recorded {
                channelId: channel,
                record: U256::MAX,
                nets: vec![I256::MINUS_ONE],
                instancesRoot: channel,
            }
            .into_log_data(),
        ),
        ("BountyChanged", ChannelManager::BountyChanged { channelId: channel, bounty: number }.into_log_data()),
        (
            "Progressed",
            ChannelManager::Progressed { channelId: channel, instanceHash: channel, number, appState: bytes!("0102") }
                .into_log_data(),
        ),
        (
            "Evaluated",
            ChannelManager::Evaluated { channelId: channel, instanceHash: channel, deltas: vec![] }.into_log_data(),
        ),
        ("Settled", ChannelManager::Settled { channelId: channel, payouts: number }.into_log_data()),
        (
            "BountyPaid",
            ChannelManager::BountyPaid { channelId: channel, prover: account, toProver: number, toParty: number }
                .into_log_data(),
        ),
        ("Credited", ChannelManager::Credited { creditor: account, asset: account, amount: number }.into_log_data()),
        (
            "Claimed",
            ChannelManager::Claimed { creditor: account, asset: account, recipient: account, amount: number }
                .into_log_data(),
        ),
        (
            "DelegationsRevoked",
            ChannelManager::DelegationsRevoked { channelId: channel, party: U256::ONE, epoch: number }.into_log_data(),
        ),
        ("CallFailed", ChannelManager::CallFailed { index: number, reason: bytes!("0102") }.into_log_data()),
    ];
    logs.into_iter().map(|(name, log)| (name.to_owned(), log_input(&log))).collect()
}

/// A log as the target takes it.
fn log_input(log: &LogData) -> Vec<u8> {
    let count = u8::try_from(log.topics().len()).unwrap();
    [&[count], log.topics().as_flattened(), &log.data].concat()
}

fn wire() -> Inputs {
    let mut inputs = Inputs::new();
    for name in ["terms", "instance"] {
        let structs: Structs = read(name).unwrap();
        for case in structs.cases {
            let stakes = case.fields["stakes"].as_array().map_or(0, Vec::len);
            inputs.insert(format!("{name}_{}", case.name), wire_input(stakes / 2, &[&case.packed]));
        }
    }
    for name in ["state", "close", "step"] {
        let messages: Messages = read(name).unwrap();
        for case in messages.cases {
            let assets = (case.packed["terms"].len() - 108) / 20;
            let packed = wire_input(assets, &[&case.packed[name], &case.signatures[0].full]);
            inputs.insert(format!("{name}_{}", case.name), packed);
        }
    }
    let trees: Trees = read("merkle").unwrap();
    for tree in trees.cases {
        let proof = tree.proofs.first().map(|proof| proof.concat()).unwrap_or_default();
        inputs.insert(format!("proof_{}", tree.name), wire_input(1, &[&[7; 126 + 28], &proof]));
    }
    inputs
}

fn wire_input(assets: usize, parts: &[&[u8]]) -> Vec<u8> {
    [&[u8::try_from(assets).unwrap()], &parts.concat()[..]].concat()
}

fn words() -> Inputs {
    let words: BTreeMap<String, Words> = read("words").unwrap();
    let mut inputs = Inputs::new();
    for (name, words) in words {
        for case in words.cases {
            inputs.insert(format!("{name}_{}", case.name), case.word.to_vec());
        }
    }
    inputs
}
