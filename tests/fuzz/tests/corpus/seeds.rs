//! Inputs to begin with: the test vectors, one error and one log of each kind, steps of each app, and calls that only
//! Solidity reads.

use std::collections::BTreeMap;

use adjudicator::{
    DisputeError, Turn,
    abi::ChannelManager::{self, ChannelManagerErrors},
    apps::{
        App, Counter, Delivered, Deliveries, Hand, HandAction, HashTimeLock, OracleEscrow, Oracles, Reading,
        RockPaperScissors, Rules, Secret, SignedFeed, Square, TicTacToe,
    },
    eip712::Domain,
    signature::SigningKey,
    types::{Maturity, Party, Stake, StepAction, document::type_of},
    wire::{Close, Instance, State},
};
use alloy_primitives::{Address, B256, FixedBytesSliceExt, I256, IntoLogData, LogData, U256, bytes};
use alloy_sol_types::SolInterface;
use recourse_fuzz::life::{self, SENDERS};
use recourse_vectors::{Call, Messages, Structs, Trees, Words, read};

/// The seeds: of which target, under which name, which bytes.
pub(crate) fn all() -> Vec<(&'static str, String, Vec<u8>)> {
    let targets = [
        ("apps", apps()),
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

/// A step of each app that it allows, and an app state of each in which nobody moves.
fn apps() -> Inputs {
    let domain = Domain::new(U256::ONE, Address::repeat_byte(0xaa));
    let mut keys = [1, 2, 3].map(|number| SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap());
    keys.sort_by_key(SigningKey::address);
    let time = |seconds| Maturity::new(seconds).unwrap();
    let (deltas, wagers) = (vec![I256::ONE, I256::MINUS_ONE], vec![Stake::new(5).unwrap()]);
    let account = Address::repeat_byte(0xcc);

    let lock = HashTimeLock { registry: account, hash: B256::ZERO, valid_until: time(9), deltas: deltas.clone() };
    let escrow_id = B256::repeat_byte(7);
    let escrow = |oracles| OracleEscrow { escrow_id, oracles, deltas: deltas.clone() };
    let signed = escrow(Oracles::signers(2, keys.iter().map(SigningKey::address).collect()).unwrap());
    let deliveries = Deliveries(keys.iter().skip(1).map(|key| Delivered { escrow_id }.sign(&domain, key)).collect());
    let asked = escrow(Oracles::contract(account).unwrap());
    let range = [I256::ZERO, I256::ONE];
    let policy = SignedFeed::new(escrow_id, keys[0].address(), range, [time(5), time(6)], deltas.clone()).unwrap();
    let reading = Reading { feed: escrow_id, value: I256::MINUS_ONE, read_at: time(5) }.sign(&domain, &keys[0]);

    let board = TicTacToe::start(Party::One, wagers.clone());
    let won = TicTacToe::new([0b111, 0b11_000], Party::One, wagers.clone()).unwrap();
    let square = Square::new(4).unwrap();
    let secret = Secret { hand: Hand::Paper, salt: escrow_id };
    let begun = RockPaperScissors::start(wagers);
    let committed = begun.clone().act(&domain, HandAction::Commit(secret.commitment())).unwrap();
    let shown = committed.clone().act(&domain, HandAction::Show(Hand::Rock)).unwrap();

    let nothing = StepAction::default();
    let commit = HandAction::Commit(secret.commitment()).to_action();
    let inputs = [
        ("counter", step(App::Counter, Turn::Party1, &Counter(U256::from(7)), &nothing)),
        ("lock", step(App::HashTimeLock, Turn::Anyone, &lock, &nothing)),
        ("escrow_signed", step(App::OracleEscrow, Turn::Anyone, &signed, &deliveries.to_action().unwrap())),
        ("escrow_asked", step(App::OracleEscrow, Turn::Anyone, &asked, &nothing)),
        ("feed", step(App::SignedFeed, Turn::Party1, &policy, &reading.to_action())),
        ("board_empty", step(App::TicTacToe, Turn::Party1, &board, &square.to_action())),
        ("board_won", step(App::TicTacToe, Turn::Party1, &won, &square.to_action())),
        ("hands_begun", step(App::RockPaperScissors, Turn::Party0, &begun, &commit)),
        (
            "hands_committed",
            step(App::RockPaperScissors, Turn::Party1, &committed, &HandAction::Show(Hand::Rock).to_action()),
        ),
        ("hands_shown", step(App::RockPaperScissors, Turn::Party0, &shown, &HandAction::Reveal(secret).to_action())),
    ];
    inputs.map(|(name, input)| (name.to_owned(), input)).into()
}

fn step(app: App, mover: Turn, rules: &impl Rules, action: &StepAction) -> Vec<u8> {
    let place = App::ALL.iter().position(|other| *other == app).unwrap();
    let app_state = rules.encode();
    let [high, low] = u16::try_from(app_state.len()).unwrap().to_be_bytes();
    [&[u8::try_from(place).unwrap(), mover as u8, high, low], &app_state[..], action.get()].concat()
}
