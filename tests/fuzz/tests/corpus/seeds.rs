//! Inputs to begin with: the test vectors, one error and one log of each kind, and calls that only Solidity reads.

use std::collections::BTreeMap;

use adjudicator::{
    DisputeError,
    abi::ChannelManager::{self, ChannelManagerErrors},
    types::document::type_of,
    wire::{Close, Instance, State},
};
use alloy_primitives::{Address, B256, FixedBytesSliceExt, I256, IntoLogData, LogData, U256, bytes};
use alloy_sol_types::SolInterface;
use recourse_fuzz::life::{self, SENDERS};
use recourse_vectors::{Call, Messages, Structs, Trees, Words, read};

/// The seeds: of which target, under which name, which bytes.
pub(crate) fn all() -> Vec<(&'static str, String, Vec<u8>)> {
    let targets = [
        ("calldata", calldata()),
        ("error", errors()),
        ("json", documents()),
        ("life", lives()),
        ("log", logs()),
        ("packed", packed()),
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

/// Lives of the channel of the test vectors, each a call after the other.
fn lives() -> Inputs {
    const WINDOW: u32 = 86_400;
    let calls = calls();
    let life = |steps: &[(&str, u32)]| {
        let step = |(name, seconds): &(&str, u32)| {
            let Call { sender, value, data, .. } = &calls[*name];
            let sender = SENDERS.iter().position(|other| other == sender).unwrap();
            life::call(sender.try_into().unwrap(), *seconds, value.parse().unwrap(), data)
        };
        steps.iter().flat_map(step).collect::<Vec<u8>>()
    };
    let money = [("deposit", 0), ("depositById", 1)];
    let lives: [(&str, &[(&str, u32)]); 6] = [
        ("mutual", &[("withdraw", 1), ("snapshotSolo", 1), ("closeMutual", 1), ("claim", 1), ("claimTo", 1)]),
        ("stale", &[("snapshotSolo", 0), ("slash", 1), ("closeSolo", 1), ("settle", 2 * WINDOW), ("claim", 0)]),
        ("played", &[("closeSolo", 0), ("forceProgress", 1), ("evaluate", 1), ("settle", 3 * WINDOW)]),
        ("touched", &[("evaluate", 0), ("forceProgress", 1), ("closeSoloAsDelegate", 1), ("settle", 3 * WINDOW)]),
        ("late", &[("closeSolo", 0), ("settle", 1), ("slash", WINDOW), ("withdraw", 0), ("settle", 2 * WINDOW)]),
        ("revoked", &[("revokeDelegations", 0), ("closeSoloAsDelegate", 0), ("multicall", 0), ("load", 0)]),
    ];
    lives.iter().map(|(name, steps)| ((*name).to_owned(), life(&[&money[..], steps].concat()))).collect()
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

/// The examples of the page that describes them.
fn documents() -> Inputs {
    let page = include_str!("../../../../docs/FORMATS.md");
    let examples = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    examples.map(|example| (type_of(example).unwrap(), example.as_bytes().to_vec())).collect()
}

/// What the vectors have packed.
fn packed() -> Inputs {
    let mut inputs = Inputs::new();
    for name in ["terms", "instance"] {
        let structs: Structs = read(name).unwrap();
        inputs.extend(structs.cases.into_iter().map(|case| (format!("{name}_{}", case.name), case.packed.to_vec())));
    }
    for name in ["state", "close", "step"] {
        let messages: Messages = read(name).unwrap();
        for case in messages.cases {
            inputs.insert(format!("{name}_{}", case.name), case.packed[name].to_vec());
        }
    }
    let trees: Trees = read("merkle").unwrap();
    for tree in trees.cases {
        let proof = tree.proofs.first().map(|proof| proof.concat()).unwrap_or_default();
        inputs.insert(format!("proof_{}", tree.name), proof);
    }
    inputs
}

/// The same behind a number of assets, and followed by what may follow.
fn wire() -> Inputs {
    let mut inputs = Inputs::new();
    for (name, packed) in packed() {
        let follows = if name.starts_with("instance") { &[8; 96][..] } else { &[8; 65] };
        let assets = (1..=8_u8).find(|assets| lengths(*assets).contains(&packed.len())).unwrap_or(1);
        let follows = if name.starts_with("terms") { &[] } else { follows };
        inputs.insert(name, [&[assets], &packed[..], follows].concat());
    }
    inputs
}

/// The lengths of a state, a close and an instance in a channel with so many assets.
fn lengths(assets: u8) -> [usize; 3] {
    let assets = usize::from(assets);
    [State::length_for(assets), Close::length_for(assets), Instance::length_for(assets)]
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
