//! How fast evidence is imported, and signed: `cargo run --release --example store -- 100000`.
//!
//! Makes a stream of so many co-signed states, imports it with one thread and with one per core, and says what as many
//! threads check without a store beside it. Then signs states one after another, and in groups that share a sync.
#![expect(clippy::print_stdout, reason = "the output is the point")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    num::NonZeroUsize,
    path::Path,
    thread,
    time::Instant,
};

use adjudicator::{
    Deployment,
    eip712::Domain,
    evidence::{
        Draft, Held, Item, Policy, Sight, View,
        store::{Order, Signer, Store},
    },
    signature::SigningKey,
    types::{
        Agreement, Asset, Bounty, Document, Identity, InstancesRoot, Net, PartyAccounts, PerAsset, Round, Salt,
        StaleMargin, State, Terms, Window,
    },
};
use alloy_primitives::{Address, B256, U256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The states that one core checks for comparison.
const SAMPLE: u64 = 10_000;
/// The states that are signed.
const SIGNED: u64 = 2_000;
/// How many share a sync, if several do.
const GROUP: u64 = 100;

fn main() -> Result<()> {
    let count: u64 = env::args().nth(1).map_or(Ok(100_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let stream = folder.path().join("states.jsonl");
    let (identity, keys) = channel()?;
    write_stream(&stream, &identity, &keys, count)?;
    let cores = thread::available_parallelism()?;
    for threads in [1, cores.get()] {
        let (spent, checked) = check_alone(&identity, &keys, threads)?;
        println!("without a store, by {threads} threads: {}", spent.per(checked));
    }
    for threads in [NonZeroUsize::MIN, cores] {
        let path = folder.path().join(format!("{threads}.redb"));
        let mut store = Store::create(&path, keys.0.address())?;
        let spent = Spent::since()?;
        let imported = store.import(BufReader::new(File::open(&stream)?), threads, |_| {})?;
        let spent = spent.until()?;
        println!("{} states by {threads} threads: {}", imported.news, spent.per(imported.items));
        drop(store);
        println!("the file has {} MB", fs::metadata(&path)?.len() >> 20);
    }
    for group in [1, GROUP] {
        sign(&folder.path().join(format!("signing-{group}.redb")), &identity, channel()?.1.0, group)?;
    }
    if let Some(peak) = fs::read_to_string("/proc/self/status")?.lines().find(|line| line.starts_with("VmHWM")) {
        println!("{peak}");
    }
    Ok(())
}

/// Signs states of one channel, so many with one sync.
fn sign(path: &Path, identity: &Identity, key: SigningKey, group: u64) -> Result<()> {
    let mut signer = Signer::new(Store::create(path, key.address())?, key)?;
    signer.add_channel(identity)?;
    let sight = Sight { now: 1_800_000_000, ..Sight::default() };
    let (least, greatest) = (U256::from(600), U256::from(1_000_000));
    let deployment = Deployment::new(U256::ONE, identity.domain().manager(), least, greatest)?;
    let view = View { last_final: sight.clone(), latest: sight.clone(), ..View::new(deployment, sight.now) };
    let policy = Policy { max_jump: u64::MAX, ..Policy::default() };
    let spent = Spent::since()?;
    let rounds: Vec<u64> = (1..=SIGNED).collect();
    for rounds in rounds.chunks(usize::try_from(group)?) {
        let draft = |round: &u64| Ok::<_, Box<dyn Error>>(Draft::state(state(*round)?));
        let drafts = rounds.iter().map(draft).collect::<Result<Vec<_>>>()?;
        let order = |draft| Order { channel_id: identity.channel_id(), draft, view: &view, policy: &policy };
        let orders: Vec<_> = drafts.into_iter().map(order).collect();
        for signature in signer.sign_all(&orders) {
            signature?;
        }
    }
    println!("signed, {group} with one sync: {}", spent.until()?.per(SIGNED));
    Ok(())
}

fn channel() -> Result<(Identity, (SigningKey, SigningKey))> {
    let key = |number| SigningKey::from_bytes(&B256::repeat_byte(number)).ok_or("no key");
    let keys = (key(1)?, key(2)?);
    let accounts =
        |key: &SigningKey, payee| PartyAccounts { signer: key.address(), payee: Address::repeat_byte(payee) };
    let terms = Terms::new(
        [accounts(&keys.0, 0xa1), accounts(&keys.1, 0xb1)],
        Window::new(86_400)?,
        Bounty::MIN,
        StaleMargin::MIN,
        Salt::new(1),
        PerAsset::new(vec![Asset::NATIVE])?,
    )?;
    Ok((Identity::new(Domain::new(U256::ONE, Address::repeat_byte(0xcc)), terms), keys))
}

fn state(round: u64) -> Result<State> {
    Ok(State::new(Round::new(round), InstancesRoot::NONE, PerAsset::new(vec![Net::ZERO])?)?)
}

fn item(identity: &Identity, keys: &(SigningKey, SigningKey), round: u64) -> Result<Item> {
    let state = state(round)?;
    let digest = state.digest(identity.domain(), identity.channel_id());
    Ok(Agreement { message: state, signatures: [Some(keys.0.sign(digest)), Some(keys.1.sign(digest))] }.into())
}

fn write_stream(path: &Path, identity: &Identity, keys: &(SigningKey, SigningKey), count: u64) -> Result<()> {
    let mut output = BufWriter::new(File::create(path)?);
    writeln!(output, "{}", serde_json::to_string(&Document(identity.clone()))?)?;
    for round in 1..=count {
        writeln!(output, "{}", serde_json::to_string(&item(identity, keys, round)?)?)?;
    }
    Ok(output.flush()?)
}

/// What so many threads check at once of what is in memory: no import can be faster.
fn check_alone(identity: &Identity, keys: &(SigningKey, SigningKey), threads: usize) -> Result<(Spent, u64)> {
    let lines = (1..=SAMPLE).map(|round| Ok(serde_json::to_string(&item(identity, keys, round)?)?));
    let lines = lines.collect::<Result<Vec<_>>>()?;
    let is_right =
        |line: &String| Item::from_json(line).is_ok_and(|item| Held::check(identity, item).is_fully_signed());
    let spent = Spent::since()?;
    let all_right = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| lines.iter().all(is_right))).collect();
        running.into_iter().all(|thread| thread.join().unwrap_or(false))
    });
    if !all_right {
        return Err("a signature is wrong".into());
    }
    Ok((spent.until()?, SAMPLE.saturating_mul(u64::try_from(threads)?)))
}

/// Seconds on the clock, and seconds of all cores: on a busy machine only the latter say what something costs.
struct Spent {
    begun: Instant,
    clock: f64,
    cores: f64,
}

impl Spent {
    fn since() -> Result<Self> {
        Ok(Self { begun: Instant::now(), clock: 0.0, cores: Self::cores()? })
    }

    fn until(self) -> Result<Self> {
        Ok(Self { clock: self.begun.elapsed().as_secs_f64(), cores: Self::cores()? - self.cores, ..self })
    }

    /// What the process has had of all cores so far, as Linux tells it in hundredths.
    fn cores() -> Result<f64> {
        let status = fs::read_to_string("/proc/self/stat")?;
        let fields = status.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks = fields.skip(11).take(2).map(str::parse::<f64>).sum::<std::result::Result<f64, _>>()?;
        Ok(ticks / 100.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "it is a rate")]
    fn per(&self, count: u64) -> String {
        let count = count as f64;
        format!("{:.0} states/s, {:.1} us of a core each", count / self.clock, self.cores * 1e6 / count)
    }
}
