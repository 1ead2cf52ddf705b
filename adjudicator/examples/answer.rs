//! How fast a stale close is answered: `cargo run --release --example answer -- 100000`.
//!
//! Keeps so many channels in a store on disk, each of two keys of its own, with an older and a newer co-signed state. Then the
//! older state of each is closed on, in no order: from the log of that, as a node gives it, to a signed transaction, as a node
//! takes it. In between the channel is found in the store, what may be done is tried on the twin and the best of it chosen.
#![expect(clippy::print_stdout, reason = "the output is the point")]
#![expect(clippy::arithmetic_side_effects, reason = "the numbers are the example's own, and small")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use adjudicator::{
    Deployment, Effect, Funds, Record,
    decide::{Goal, Known, Question, decide},
    eip712::Domain,
    evidence::{Item, Policy, Sight, View, store::Store},
    signature::SigningKey,
    submit::{Fees, Raw, orders, sign},
    types::{
        Agreement, Asset, Bounty, ChannelId, Document, Identity, InstancesRoot, Net, Party, PartyAccounts, PerAsset,
        Round, Salt, StaleMargin, State, Terms, Window,
    },
};
use alloy_primitives::{Address, B256, I256, LogData, U256, keccak256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const NOW: u64 = 1_800_000_000;
const WINDOW: u32 = 86_400;
const ETHER: u64 = 1_000_000_000_000_000_000;
const GWEI: u128 = 1_000_000_000;
/// What both parties together have put in.
const FUNDING: u64 = 6;
/// How often bare primitives are timed for comparison, before and after.
const SAMPLE: u32 = 2_000;
/// The most gas of a transaction (EIP-7825).
const TRANSACTION_GAS: u64 = 1 << 24;

fn main() -> Result<()> {
    let count: u64 = env::args().nth(1).map_or(Ok(100_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let logs = write_stream(&folder.path().join("channels.jsonl"), count)?;
    let path = folder.path().join("store.redb");
    let mut store = Store::create(&path, key(0)?.address())?;
    let stream = BufReader::new(File::open(folder.path().join("channels.jsonl"))?);
    let imported = store.import(stream, thread::available_parallelism()?, |_| {})?;
    drop(store);
    println!("{count} channels with {} states, in a file of {} MB", imported.news, path.metadata()?.len() >> 20);
    let watcher = Watcher { store: Store::open(&path)?, key: key(0)?, policy: policy(), deployment: deployment()? };
    let before = bare()?;
    let (mut spent, had) = (Vec::new(), core_seconds()?);
    for (nonce, log) in (0..).zip(&logs) {
        let begun = Instant::now();
        watcher.answer(log, nonce)?;
        spent.push(begun.elapsed());
    }
    let had = core_seconds()? - had;
    let bare = (before + bare()?) / 2;
    let all: Duration = spent.iter().sum();
    spent.sort_unstable();
    let part =
        |hundredths: usize| spent.get(spent.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default();
    println!("from log to signed transaction: half within {:?}, 99 of 100 within {:?}", part(50), part(99));
    println!("all of them one after the other: {all:.1?}, in which it had a core for {had:.1} s");
    println!(
        "a bare signature and two bare verifications: {bare:.1?}; half within {:.2} of that",
        ratio(part(50), bare)
    );
    Ok(())
}

/// Who answers, with what it knows.
struct Watcher {
    store: Store,
    key: SigningKey,
    policy: Policy,
    deployment: Deployment,
}

impl Watcher {
    fn answer(&self, log: &LogData, nonce: u64) -> Result<Raw> {
        let Effect::Recorded { channel_id, record, .. } = Effect::from_log(log)? else {
            return Err("it is no record".into());
        };
        let dossier = self.store.dossier(channel_id.into())?;
        let view = self.view(record);
        let question = Question {
            dossier: &dossier,
            view: &view,
            policy: &self.policy,
            party: Party::Zero,
            goal: Goal::GoOn,
            at: NOW + 12,
            gas_price: 10 * GWEI,
        };
        let advice = decide(&question, &mut Known::new(&dossier, &view));
        let first = advice.first().ok_or("nothing is better than to wait")?;
        let orders = orders([first], self.key.address(), &self.deployment.domain, TRANSACTION_GAS);
        let order = orders.first().ok_or("nothing is to be sent")?;
        Ok(sign(&order.transaction, nonce, Fees { max_fee: 20 * GWEI, tip: GWEI }, &self.key)?)
    }

    /// What was known of the channel's money, and what the log tells.
    fn view(&self, record: Record) -> View {
        let mut sight = Sight { now: NOW, ..Sight::default() };
        let each = I256::unchecked_from(ETHER) * I256::unchecked_from(FUNDING / 2);
        sight.channel.funds.insert(Address::ZERO, Funds { index: 0, balances: [each; 2] });
        let last_final = sight.clone();
        sight.channel.record = record;
        View { last_final, latest: sight, ..View::new(self.deployment, NOW) }
    }
}

fn deployment() -> Result<Deployment> {
    let (least, greatest) = (U256::from(600), U256::from(1_000_000));
    Ok(Deployment::new(U256::ONE, Address::repeat_byte(0xcc), least, greatest)?)
}

/// The coin is worth what it is.
fn policy() -> Policy {
    Policy { prices: [(Asset::NATIVE, U256::from(ETHER))].into(), ..Policy::default() }
}

fn key(number: u64) -> Result<SigningKey> {
    Ok(SigningKey::from_bytes(&keccak256(number.to_be_bytes())).ok_or("no key")?)
}

/// What a bare signature and two bare verifications take.
fn bare() -> Result<Duration> {
    let key = key(1)?;
    let digest = |number: u32| keccak256(number.to_be_bytes());
    let begun = Instant::now();
    for number in 0..SAMPLE {
        let signature = key.sign(digest(number));
        for _ in 0..2 {
            key.public_key().verify_scalars(digest(number), &signature)?;
        }
    }
    Ok(begun.elapsed() / SAMPLE)
}

/// What the process has had of all cores so far, as Linux tells it in hundredths: on a busy machine only that says what it costs.
fn core_seconds() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/stat")?;
    let fields = status.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<f64>).sum::<std::result::Result<f64, _>>()?;
    Ok(ticks / 100.0)
}

fn ratio(spent: Duration, bare: Duration) -> f64 {
    spent.as_secs_f64() / bare.as_secs_f64()
}

/// Writes what is held of all channels. The logs of their stale closes, in no order.
fn write_stream(path: &Path, count: u64) -> Result<Vec<LogData>> {
    let mut output = BufWriter::new(File::create(path)?);
    let mut logs = Vec::new();
    for number in 1..=count {
        let keys = [key(2 * number)?, key(2 * number + 1)?];
        let identity = identity(&keys, number)?;
        writeln!(output, "{}", serde_json::to_string(&Document(identity.clone()))?)?;
        let (old, new) = (state(5, 1)?, state(8, -2)?);
        logs.push((keccak256(number.to_le_bytes()), closed(&old, identity.channel_id())?));
        for state in [old, new] {
            writeln!(output, "{}", serde_json::to_string(&signed(&identity, &keys, state))?)?;
        }
    }
    output.flush()?;
    logs.sort_unstable_by_key(|(shuffled, _)| *shuffled);
    Ok(logs.into_iter().map(|(_, log)| log).collect())
}

fn identity(keys: &[SigningKey; 2], number: u64) -> Result<Identity> {
    let accounts = |key: &SigningKey| PartyAccounts { signer: key.address(), payee: key.address() };
    let [alice, bob] = keys;
    let terms = Terms::new(
        [accounts(alice), accounts(bob)],
        Window::new(WINDOW)?,
        Bounty::MIN,
        StaleMargin::MIN,
        Salt::new(number),
        PerAsset::new(vec![Asset::NATIVE])?,
    )?;
    Ok(Identity::new(Domain::new(U256::ONE, Address::repeat_byte(0xcc)), terms))
}

fn state(round: u64, net: i64) -> Result<State> {
    let net = I256::unchecked_from(ETHER) * I256::unchecked_from(net);
    Ok(State::new(Round::new(round), InstancesRoot::NONE, PerAsset::new(vec![Net::new(net)])?)?)
}

fn signed(identity: &Identity, keys: &[SigningKey; 2], state: State) -> Item {
    let digest = state.digest(identity.domain(), identity.channel_id());
    Agreement { message: state, signatures: keys.each_ref().map(|key| Some(key.sign(digest))) }.into()
}

/// What the contract logs when closing starts on a state.
fn closed(state: &State, channel_id: ChannelId) -> Result<LogData> {
    let hash: B256 = state.hash(channel_id).get();
    let record = Record {
        round: state.round().get(),
        state_hash: hash.0.first_chunk().ok_or("no hash")?.into(),
        evidence_deadline: Some(NOW + u64::from(WINDOW)),
        consents: [false; 2],
    };
    let nets = state.nets().as_slice().iter().map(|net| net.get()).collect();
    let instances_root = state.instances_root().get();
    Ok(Effect::Recorded { channel_id: channel_id.get(), record, nets, instances_root }.to_log()?)
}
