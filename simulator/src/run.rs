//! Playing a scenario on the real bytecode, with the twin beside it.

mod advice;
mod called_back;
mod check;
mod effects;
mod expect;
mod faults;
mod json;
mod labels;
mod print;
mod refusals;
mod rows;
mod sound;
mod stored;
mod summary;
mod told;
pub mod trace;
mod watch;
mod windows;

use std::collections::BTreeMap;

use adjudicator::{Effect, Hash192};
use alloy_primitives::{Address, B256, Bytes};

use self::{expect::require_meaningful, sound::require_sound, watch::Watching};
pub use json::Document;
pub use labels::{Labels, since};
pub(crate) use print::columns;
pub use print::{Timeline, ether, gains, grouped, list, plain, span};
pub use rows::Row;
pub use summary::{Alike, row_of_names};
pub use told::{Answer, Ending, Event, Failure, FailureKind, Money, Standing, Told};
pub use windows::{Deadline, Part, TimeLeft, Window};

use crate::{
    node::{BLOCK_GAS, BLOCK_TIME, Node, Sent},
    scenario::{Act, Call, Fault, Path, Scenario, Sum},
    stage::{Built, Moment, Sources, Stage, Wrong, channel_path, short},
    twin::{Places, Twin, Verdict},
    world::{Transaction, World},
};

/// What a unit of gas costs at least, in wei, unless a scenario says otherwise.
const BASE_FEE: u64 = 10_000_000_000;
/// How much more a sender pays at most, unless its act says otherwise.
const MAX_FEE_FACTOR: u64 = 10;
/// What the miner gets of it.
const TIP: u64 = 1_000_000_000;
/// The gas that a transaction may take unless its act says otherwise.
const GAS: u64 = 30_000_000;
/// The gas of what is put in at the start.
const FUNDING_GAS: u64 = 300_000;

/// How scenarios are played.
#[derive(Debug, Clone)]
pub struct Options {
    /// The creation code of the contract under test.
    pub code: Bytes,
    /// Whether the twin goes along.
    pub with_twin: bool,
    /// Whether what happens within transactions is kept, to be shown.
    pub with_traces: bool,
}

/// Plays a scenario to its end.
///
/// # Errors
/// What is wrong in the scenario. What does not come as it says is no such error: it is told.
pub fn play(scenario: &Scenario, options: &Options, sources: &dyn Sources) -> Result<Told, Wrong> {
    let mut play = Play::begin(scenario, options, sources)?;
    require_sound(scenario)?;
    play.fund(scenario)?;
    let mut block = Vec::new();
    for (index, act) in scenario.acts.iter().enumerate() {
        let path = Path::default().field("acts").index(index);
        let begins = act.at.is_some() || act.fault.is_some();
        if begins {
            play.mine(std::mem::take(&mut block))?;
            let time = play.time_of(act, &path)?;
            play.go_to(time, &path)?;
        } else if block.is_empty() {
            return Err(Wrong::new(&path, "the first act, and one behind a fault, needs its time: `at`"));
        }
        require_meaningful(act, &path)?;
        match (&act.fault, &act.call) {
            (Some(fault), None) => play.fault(fault, &path)?,
            (None, Some(Call::Advised(advised))) => block.extend(play.advised(advised, act, path)?),
            (None, Some(call)) => block.push(play.send(call, act, path)?),
            (None, None) if act.asked.is_some() && begins => play.asked(act, &path)?,
            (None, None) if act.then.is_some() && begins => play.look(act, &path)?,
            _ => {
                return Err(Wrong::new(
                    &path,
                    "an act has a `call`, a `fault` or an `asked`, or only looks: `at` and `then`",
                ));
            }
        }
    }
    play.mine(block)?;
    play.end(scenario)
}

/// A transaction of an act; or of what is put in at the start, which is of none.
#[derive(Clone)]
struct Acted {
    act: Option<Act>,
    path: Path,
    sent: Sent,
    built: Built,
    by: String,
}

impl Acted {
    fn name(&self) -> Option<&String> {
        self.act.as_ref().and_then(|act| act.name.as_ref())
    }
}

/// A scenario that is being played.
struct Play {
    stage: Stage,
    node: Node,
    twin: Option<Twin>,
    /// The twin before each block, if one may be taken back.
    twins: Vec<Option<Twin>>,
    is_reorganised: bool,
    places: Places,
    app_states: BTreeMap<Hash192, Bytes>,
    /// Who watches by himself.
    watching: Vec<Watching>,
    /// All that was sent.
    acted: BTreeMap<Sent, Acted>,
    /// How many blocks there were when something was changed that a reorg would take back, too.
    changed_behind: usize,
    /// The time of the block that is being made.
    now: u64,
    told: Told,
    /// How many of the events are told of blocks that are still there.
    blocks: Vec<usize>,
}

impl Play {
    fn begin(scenario: &Scenario, options: &Options, sources: &dyn Sources) -> Result<Self, Wrong> {
        let (stage, mut world) = Stage::set(scenario, &options.code, sources)?;
        let path = Path::default().field("base_fee");
        let base_fee = scenario.base_fee.as_ref().map(|sum| stage.gas_price(sum, &path)).transpose()?;
        let base_fee = base_fee.unwrap_or(BASE_FEE);
        world.set_base_fee(base_fee);
        let twin = options.with_twin.then(|| Twin::new(stage.deployment));
        let mut app_states = BTreeMap::new();
        for running in stage.instances().flat_map(|(_, copies)| copies) {
            app_states.insert(short(running.instance.app_state_hash.get()), running.app_state.clone());
        }
        let places = Places::new(stage.names().into_values());
        Ok(Self {
            now: scenario.start,
            node: Node::new(world, options.with_twin || options.with_traces),
            twin,
            twins: Vec::new(),
            is_reorganised: scenario.acts.iter().any(|act| matches!(act.fault, Some(Fault::Reorg { .. }))),
            places,
            app_states,
            watching: Watching::all(scenario, &stage)?,
            acted: BTreeMap::new(),
            changed_behind: 0,
            told: Told::begin(scenario, base_fee, Labels::of(&stage), stage.manager()),
            blocks: Vec::new(),
            stage,
        })
    }

    /// What is put in before anything else happens, in the first block.
    fn fund(&mut self, scenario: &Scenario) -> Result<(), Wrong> {
        for (name, channel) in scenario.all_channels() {
            let copies: Vec<String> = match channel.copies {
                Some(copies) => (0..copies).map(|copy| format!("{name} {copy}")).collect(),
                None => vec![name.to_owned()],
            };
            for (account, sums) in &channel.funding {
                let path = channel_path(name).field("funding").field(account);
                for (sum, copy) in sums.0.iter().flat_map(|sum| copies.iter().map(move |copy| (sum, copy))) {
                    let call = Call::Deposit { amount: sum.clone(), party: None, channel: Some(copy.clone()) };
                    let sender = self.stage.address(account, &path)?;
                    let built = self.built(&call, sender, &path)?;
                    let base_fee = self.node.world().base_fee();
                    let sent =
                        self.node.send(Transaction { gas: FUNDING_GAS, ..transaction(&built, sender, base_fee) });
                    let acted = Acted { act: None, path: path.clone(), sent, built, by: account.clone() };
                    self.acted.insert(sent, acted);
                }
            }
        }
        if self.acted.is_empty() {
            return Ok(());
        }
        let first = Path::default().field("channel");
        self.mine_at(self.now, &first)?;
        while let Some(due) = self.node.next_due(u64::MAX) {
            self.mine_at(due, &first)?;
        }
        if let Some(event) = self.told.events.iter().find(|event| event.answer != Answer::Accepted) {
            let acted = event.sent.and_then(|sent| self.acted.get(&Sent(sent)));
            let path = acted.map_or(&first, |acted| &acted.path);
            return Err(Wrong::new(path, format!("{}: it is {}", event.title, event.answer)));
        }
        Ok(())
    }

    fn time_of(&self, act: &Act, path: &Path) -> Result<u64, Wrong> {
        let Some(at) = &act.at else {
            return Ok(self.node.world().now().max(self.now).saturating_add(BLOCK_TIME));
        };
        let time = self.stage.time(
            at,
            self.node.world().now(),
            self.channel_of(act).as_deref(),
            &|id| self.deadlines(id),
            &path.field("at"),
        )?;
        let last = self.node.world().now();
        if (time <= last && !self.node.blocks().is_empty()) || time < self.now {
            let what = format!(
                "{at} is {time}, and what is before it is of {}: time grows; without `at` it goes into the same block",
                last.max(self.now)
            );
            return Err(Wrong::new(&path.field("at"), what));
        }
        Ok(time)
    }

    /// The channel that an act is about, as far as it can be told before the call is made.
    fn channel_of(&self, act: &Act) -> Option<String> {
        let of_state = |name: &Option<String>| {
            let shown = self.stage.states().find(|(other, _)| Some(*other) == name.as_ref());
            shown.map(|(_, shown)| shown.channel.clone())
        };
        let of_call = || match act.call.as_ref()? {
            Call::Deposit { channel, .. }
            | Call::DepositById { channel, .. }
            | Call::DepositWithPermit { channel, .. }
            | Call::RevokeDelegations { channel } => channel.clone(),
            Call::Settle { state, channel } => channel.clone().or_else(|| of_state(state)),
            Call::SnapshotSolo(shown) | Call::Slash(shown) | Call::CloseSolo(shown) | Call::Consent(shown) => {
                shown.channel.clone().or_else(|| of_state(&shown.state))
            }
            Call::CloseSoloAsDelegate { state, .. } => of_state(state),
            Call::ForceProgress(touch) | Call::Evaluate(touch) => of_state(&Some(touch.state.clone())),
            _ => None,
        };
        act.channel.clone().or_else(of_call)
    }

    /// Lets the blocks before this time be mined of which nobody tells.
    fn go_to(&mut self, time: u64, path: &Path) -> Result<(), Wrong> {
        loop {
            let look = self.next_look(time);
            let before = look.map_or(time, |(at, _)| at.saturating_add(1));
            if let Some(due) = self.node.next_due(before) {
                self.mine_at(due, path)?;
            } else if let Some((at, index)) = look {
                self.now = self.now.max(at);
                self.node.pass(at);
                self.look_and_submit(index)?;
            } else {
                break;
            }
        }
        self.now = time;
        self.node.pass(time);
        Ok(())
    }

    pub(super) fn built(&mut self, call: &Call, sender: Address, path: &Path) -> Result<Built, Wrong> {
        let (stage, places, app_states) = (&self.stage, &self.places, &self.app_states);
        let channel = |world: &World, id: B256| places.read(world, stage.manager(), id);
        let world = self.node.world_mut();
        stage.built(call, &mut Moment { sender, channel: &channel, app_states, world }, &path.field("call"))
    }

    fn send(&mut self, call: &Call, act: &Act, path: Path) -> Result<Acted, Wrong> {
        let by = act.by.as_ref().ok_or_else(|| Wrong::new(&path, "who sends it? `by` is missing"))?;
        let sender = self.stage.address(by, &path.field("by"))?;
        let built = self.built(call, sender, &path)?;
        self.post(built, act, path)
    }

    /// Sends what was built, as its act says.
    pub(super) fn post(&mut self, mut built: Built, act: &Act, path: Path) -> Result<Acted, Wrong> {
        let by = act.by.as_ref().ok_or_else(|| Wrong::new(&path, "who sends it? `by` is missing"))?;
        let sender = self.stage.address(by, &path.field("by"))?;
        let gas_price = |sum: &Option<Sum>, field: &str| {
            sum.as_ref().map(|sum| self.stage.gas_price(sum, &path.field(field))).transpose()
        };
        let (max_fee, tip) = (gas_price(&act.max_fee, "max_fee")?, gas_price(&act.tip, "tip")?);
        if let Some(value) = &act.value {
            built.value = self.stage.coins(value, &path.field("value"))?;
        }
        let mut transaction = transaction(&built, sender, self.told.base_fee);
        transaction.gas = act.gas.unwrap_or(transaction.gas);
        transaction.max_fee = max_fee.unwrap_or(transaction.max_fee);
        transaction.tip = tip.unwrap_or(transaction.tip);
        if transaction.tip > transaction.max_fee {
            let what = format!(
                "of at most {} wei for a unit of gas the miner cannot get {}",
                transaction.max_fee, transaction.tip
            );
            return Err(Wrong::new(&path.field(if act.tip.is_some() { "tip" } else { "max_fee" }), what));
        }
        if transaction.gas > BLOCK_GAS {
            let what = format!("no block holds {} gas: at most {BLOCK_GAS}", transaction.gas);
            return Err(Wrong::new(&path.field("gas"), what));
        }
        let sent = match &act.replaces {
            None => self.node.send(transaction),
            Some(other) => {
                let path = path.field("replaces");
                let sent = self.sent_as(other, &path)?;
                built.title.push_str(", in its place");
                self.node.replace(sent, transaction).map_err(|error| Wrong::new(&path, error))?
            }
        };
        let acted = Acted { act: Some(act.clone()), path, sent, built, by: by.clone() };
        self.acted.insert(sent, acted.clone());
        Ok(acted)
    }

    /// What was last sent by the act of this name.
    pub(super) fn sent_as(&self, name: &str, path: &Path) -> Result<Sent, Wrong> {
        let acted = self.acted.values().rev().find(|acted| acted.name().is_some_and(|it| it == name));
        acted.map(|acted| acted.sent).ok_or_else(|| Wrong::new(path, format!("there was no act `{name}` before")))
    }

    /// Mines the block of these acts, and looks whether they came as they should.
    fn mine(&mut self, acts: Vec<Acted>) -> Result<(), Wrong> {
        let Some(first) = acts.first() else { return Ok(()) };
        let before = self.told.events.len();
        self.mine_at(self.now, &first.path.field("at"))?;
        for Acted { act, path, sent, built, by } in &acts {
            let Some(act) = act else { continue };
            let is_mined = self.told.events.iter().skip(before).any(|event| event.sent == Some(sent.0));
            let title = &built.title;
            if is_mined && act.waits {
                let what = format!("{by}: {title}: it should wait, and is mined");
                self.fail(&path.field("waits"), FailureKind::Expectation, what);
            } else if self.node.is_waiting(*sent) && !act.waits {
                let why = "it waits for a block";
                self.told.events.push(Event::unmined(self.now, by, built, why));
                self.fail(path, FailureKind::Expectation, format!("{by}: {title}: it should be mined, and {why}"));
            }
        }
        for Acted { act, path, built, .. } in &acts {
            if let Some((act, check)) = act.as_ref().and_then(|act| act.then.as_ref().map(|check| (act, check))) {
                let channel = act.channel.as_ref().or(built.channel.as_ref());
                self.check(channel.map(String::as_str), check, &path.field("then"))?;
            }
        }
        Ok(())
    }

    pub(super) fn fail(&mut self, path: &Path, kind: FailureKind, what: String) {
        self.told.failures.push(Failure { path: path.clone(), kind, what });
    }

    /// Mines a block at this time, and tells what is in it.
    pub(super) fn mine_at(&mut self, time: u64, path: &Path) -> Result<(), Wrong> {
        self.twins.extend(self.is_reorganised.then(|| self.twin.clone()));
        self.blocks.push(self.told.events.len());
        self.node.mine(time).map_err(|error| Wrong::new(path, error))?;
        let Some(block) = self.node.blocks().last() else { return Ok(()) };
        let mut failures = Vec::new();
        let mut events = Vec::new();
        for mined in &block.mined {
            let Some(acted) = self.acted.get(&mined.sent) else { continue };
            let Acted { path, built, by, .. } = acted;
            let mut event = Event::mined(block, mined, by, built, acted.name().cloned(), &self.told);
            if let (Some(twin), Some(trace)) = (&mut self.twin, &mined.trace) {
                // What is stored is compared behind the last transaction of the block: only then the world is as after it.
                let is_last = block.mined.last().is_some_and(|last| last.sent == mined.sent);
                let places = is_last.then_some(&self.places);
                let verdict = twin.follow(self.node.world(), trace, &mined.outcome, block.now, places);
                if let Verdict::Disagrees(how) = &verdict {
                    failures.push(Failure {
                        path: path.clone(),
                        kind: FailureKind::Disagreement,
                        what: format!("{by}: {}: contract and twin do not do the same: {how}", built.title),
                    });
                }
                event.verdict = Some(verdict);
            }
            for effect in &event.effects {
                if let Effect::Progressed { app_state, .. } = effect {
                    self.app_states.insert(short(alloy_primitives::keccak256(app_state)), app_state.clone());
                }
            }
            events.push(event);
        }
        for (sent, error) in &block.unfit {
            let Some(Acted { path, built, by, .. }) = self.acted.get(sent) else { continue };
            failures.push(Failure {
                path: path.clone(),
                kind: FailureKind::Expectation,
                what: format!("{by}: {}: it should be mined, and {error}", built.title),
            });
            events.push(Event::unmined(block.now, by, built, &error.to_string()));
        }
        let standings = self.standings();
        if let Some(last) = events.last_mut() {
            last.standings = standings;
        }
        let first = self.told.events.len();
        let mined: Vec<Option<usize>> = events.iter().map(|event| event.sent).collect();
        self.told.events.extend(events);
        self.told.failures.extend(failures);
        for (index, sent) in (first..).zip(mined) {
            let acted = sent.and_then(|sent| self.acted.get(&Sent(sent)).cloned());
            acted.map_or(Ok(()), |acted| self.compare(&acted, index))?;
        }
        Ok(())
    }

    /// Nothing is sent, and something must hold.
    fn look(&mut self, act: &Act, path: &Path) -> Result<(), Wrong> {
        self.mine_at(self.now, &path.field("at"))?;
        if let Some(check) = &act.then {
            self.check(act.channel.as_deref(), check, &path.field("then"))?;
        }
        Ok(())
    }

    fn end(mut self, scenario: &Scenario) -> Result<Told, Wrong> {
        for (name, check) in scenario.all_ends() {
            let path =
                name.map_or_else(|| Path::default().field("end"), |name| Path::default().field("ends").field(name));
            match name.and_then(|name| self.stage.copies_of(name)) {
                Some(names) => names.iter().try_for_each(|name| self.check(Some(name), check, &path))?,
                None => self.check(name, check, &path)?,
            }
        }
        self.told.endings = self.stage.places().map(|(name, place)| self.ending(name, place)).collect();
        self.require_answered();
        let waiting = self.acted.values().filter(|acted| self.node.is_waiting(acted.sent));
        let waiting =
            waiting.map(|acted| Event::unmined(self.now, &acted.by, &acted.built, "it still waits at the end"));
        let waiting: Vec<Event> = waiting.collect();
        self.told.events.extend(waiting);
        self.told.credits = self.credits();
        Ok(self.told)
    }
}

fn transaction(built: &Built, sender: Address, base_fee: u64) -> Transaction {
    Transaction {
        value: built.value,
        gas: GAS,
        max_fee: base_fee.saturating_mul(MAX_FEE_FACTOR),
        tip: TIP.min(base_fee),
        ..Transaction::call(sender, built.to, built.data.clone())
    }
}
