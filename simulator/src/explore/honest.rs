//! The honest party: what it does when, by its strategy.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use adjudicator::{
    Bounty, Channel, Record,
    decide::{Advice, Goal, Known, Question, decide},
    evidence::{Dossier, Policy, View},
    rules::{final_time, instance_deadline},
    types::AppState,
};
use alloy_primitives::{B256, Bytes, I256, U256, keccak256};

use super::{Mistake, Strategy, alphabet, node::State, setting::Setting};
use crate::{
    node::BLOCK_TIME,
    scenario::{Call, Holds, Path, Shown},
    stage::{Sight, policy, short},
    world::{Branches, Spot, Transaction},
};

/// At most so many decisions are remembered.
const MOST_DECISIONS: usize = 1 << 17;

/// What the honest party sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) title: String,
    pub(super) transaction: Transaction,
}

/// What the honest party remembers and waits for.
#[derive(Debug, Clone, Default)]
pub(super) struct Mind {
    /// What it has sent, and the last second in which it is mined.
    pub(super) pending: Option<(Arc<Answer>, u64)>,
    /// What it has sent before, and when that was mined.
    last: Option<(Arc<Answer>, u64)>,
    /// What it will see of the chain, and the time of the block after which that was so; the first one is what it sees now.
    views: Vec<(u64, Arc<State>)>,
}

impl Mind {
    /// What tells this mind apart from others.
    pub(super) fn print(&self) -> u128 {
        let answer = |(answer, time): &(Arc<Answer>, u64)| {
            let hash = keccak256(&answer.transaction.data);
            (u128::from_be_bytes(hash.0.first_chunk().copied().unwrap_or_default()), u128::from(*time))
        };
        let mut parts = Vec::new();
        for (index, each) in [&self.pending, &self.last].into_iter().enumerate() {
            let (hash, time) = each.as_ref().map_or((0, 0), answer);
            parts.push(
                (hash ^ time)
                    .rotate_left(u32::try_from(index).unwrap_or_default().saturating_mul(40).saturating_add(8)),
            );
        }
        for (time, state) in &self.views {
            parts.push(state.fingerprint.rotate_left(17) ^ u128::from(*time));
        }
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
        let hash = keccak256(bytes);
        u128::from_be_bytes(hash.0.first_chunk().copied().unwrap_or_default())
    }
}

/// The honest party, with all that it holds.
pub(super) struct Honest {
    strategy: Strategy,
    delay: u64,
    dossier: Dossier,
    policy: Policy,
    view: View,
    /// Its newest state, shown.
    newest: Option<Arc<Answer>>,
    /// A close on it.
    close: Arc<Answer>,
    newest_round: u64,
    decisions: HashMap<(u128, u64, bool), Option<Arc<Answer>>>,
}

impl Honest {
    pub(super) fn new(setting: &mut Setting, strategy: Strategy, delay: u64) -> Result<Self, Mistake> {
        let (channel, place) = (setting.channel.clone(), setting.place.clone());
        let mut app_states: BTreeMap<_, Bytes> = BTreeMap::new();
        for running in setting.stage.instances().flat_map(|(_, copies)| copies) {
            app_states.insert(short(running.instance.app_state_hash.get()), running.app_state.clone());
        }
        let sight = Sight { channel: Channel::default(), at: setting.world.now(), app_states: &app_states };
        let at = (channel.as_str(), &place);
        let dossier = setting.stage.dossier(at, &Holds::default(), &sight, &Path::default())?;
        let mut view = setting.stage.view(&place, &sight, &mut setting.world);
        // These nobody asks for, and hashing them takes longer than all else.
        view.codes.retain(|account, _| *account != setting.stage.manager() && *account != setting.stage.registry);
        let newest = setting.newest().map(|(name, shown)| (name.clone(), shown.state.round().get()));
        let newest_round = newest.as_ref().map_or(0, |(_, round)| *round);
        let newest = newest.map(|(name, _)| {
            let shown = Shown { state: Some(name), unsigned: false, channel: None };
            answer(setting, Call::Slash(shown))
        });
        let newest = newest.transpose()?;
        let state = setting.newest().map(|(name, _)| name.clone());
        let channel = state.is_none().then(|| setting.channel.clone());
        let close = answer(setting, Call::CloseSolo(Shown { state, unsigned: false, channel }))?;
        let policy = policy(&place);
        Ok(Self { strategy, delay, dossier, policy, view, newest, close, newest_round, decisions: HashMap::new() })
    }

    /// More app states that have been on the chain: who has seen a step knows where it led.
    pub(super) fn learn<'a>(&mut self, app_states: impl Iterator<Item = &'a Bytes>) {
        for app_state in app_states {
            if let Ok(app_state) = AppState::new(app_state.clone()) {
                self.dossier.add(app_state);
            }
        }
    }

    /// Looks at what others than the contract have stored.
    pub(super) fn look(&mut self, setting: &Setting, branches: &Branches, now: u64) {
        self.view.seen = setting.seen(branches);
        self.view.latest.now = now;
        self.view.last_final.now = now;
    }

    /// What it holds and knows.
    pub(super) const fn knowledge(&self) -> (&Dossier, &View) {
        (&self.dossier, &self.view)
    }

    /// A close of its own, on its newest state.
    pub(super) fn close(&self) -> Arc<Answer> {
        self.close.clone()
    }

    /// When the honest party may act next, later than now.
    pub(super) fn wakes(&self, (mind, state): (&Mind, &State), channel: &Channel, window: u32, now: u64) -> Vec<u64> {
        let mut times = Vec::new();
        times.extend(mind.pending.iter().map(|(_, due)| *due));
        match self.strategy {
            Strategy::LastMoment => {
                let last = channel.record.evidence_deadline.map(|deadline| self.last_moment(deadline));
                times.extend(last);
            }
            Strategy::Decide { .. } => {
                times.extend(mind.views.iter().map(|(time, _)| time.saturating_add(self.late())));
                // What this block has changed will be seen, too.
                let is_seen = mind.views.last().is_some_and(|(_, last)| last.fingerprint == state.fingerprint);
                times.extend((!is_seen).then(|| now.saturating_add(self.late())));
                times.extend(mind.last.iter().map(|(_, time)| time.saturating_add(self.late())));
            }
            Strategy::Offline { before } => {
                times.extend(deadlines(channel, window).into_iter().map(|deadline| deadline.saturating_sub(before)));
            }
        }
        times.retain(|time| *time > now);
        times
    }

    /// How late the chain is seen: nobody answers in the block that he answers to.
    pub(super) fn late(&self) -> u64 {
        match self.strategy {
            Strategy::Decide { late } => late.max(BLOCK_TIME),
            _ => 0,
        }
    }

    fn last_moment(&self, deadline: u64) -> u64 {
        deadline.saturating_sub(1).saturating_sub(self.delay)
    }

    /// A block is over, and what there was after it will be seen.
    pub(super) fn remember(&self, mind: &mut Mind, state: &Arc<State>, block: u64, now: u64) {
        match self.strategy {
            Strategy::LastMoment => {}
            Strategy::Offline { .. } => mind.last = None,
            Strategy::Decide { .. } => {
                if mind.views.last().is_none_or(|(_, last)| last.fingerprint != state.fingerprint) {
                    mind.views.push((block, state.clone()));
                }
                self.forget(mind, now);
            }
        }
    }

    /// What is seen already, but for the last of it, and what was sent so long ago that its block is seen, is forgotten.
    fn forget(&self, mind: &mut Mind, now: u64) {
        let late = self.late();
        let is_seen = |time: u64| time.saturating_add(late) <= now;
        let seen = mind.views.iter().take_while(|(time, _)| is_seen(*time)).count();
        mind.views.drain(..seen.saturating_sub(1));
        if let Some((time, _)) = mind.views.first_mut().filter(|(time, _)| is_seen(*time)) {
            *time = 0;
        }
        if mind.last.as_ref().is_some_and(|(_, time)| is_seen(*time)) {
            mind.last = None;
        }
    }

    /// What it sent was mined now.
    pub(super) fn mined(&self, mind: &mut Mind, now: u64) {
        let sent = mind.pending.take();
        mind.last = sent.map(|(answer, _)| match self.strategy {
            // It shows its state once, whenever that was.
            Strategy::LastMoment => (answer, 0),
            _ => (answer, now),
        });
    }

    /// A new block begins, and perhaps something is sent into it.
    pub(super) fn wake(
        &mut self,
        mind: &mut Mind,
        setting: &Setting,
        (branches, own): (&mut Branches, &Channel),
        state: &Arc<State>,
        goal: Goal,
    ) {
        let now = branches.now();
        if mind.pending.is_some() {
            return;
        }
        let answer = match self.strategy {
            Strategy::LastMoment => {
                let record = &own.record;
                let is_time = record.evidence_deadline.is_some_and(|deadline| self.last_moment(deadline) == now);
                self.newest.clone().filter(|_| is_time && record.round < self.newest_round && mind.last.is_none())
            }
            Strategy::Decide { .. } => {
                let late = self.late();
                let seen = mind.views.iter().rev().find(|(time, _)| time.saturating_add(late) <= now);
                seen.and_then(|(_, seen)| {
                    let seen = seen.clone();
                    self.decided(setting, branches, state, &seen, now, goal)
                })
            }
            Strategy::Offline { before } => {
                let deadlines = deadlines(own, setting.place.terms.window().get());
                let is_awake =
                    deadlines.iter().any(|deadline| deadline.saturating_sub(before) == now) || goal == Goal::GetOut;
                if is_awake { self.decided(setting, branches, state, state, now, goal) } else { None }
            }
        };
        // What was sent, and not seen on the chain yet, is not sent again.
        let answer = answer.filter(|answer| mind.last.as_ref().is_none_or(|(last, _)| last != answer));
        mind.pending = answer.map(|answer| (answer, now.saturating_add(self.delay)));
    }

    /// What `decide` says of a chain that is seen like that.
    fn decided(
        &mut self,
        setting: &Setting,
        branches: &mut Branches,
        state: &Arc<State>,
        seen: &Arc<State>,
        at: u64,
        goal: Goal,
    ) -> Option<Arc<Answer>> {
        if self.decisions.len() > MOST_DECISIONS {
            self.decisions.clear();
        }
        let key = (seen.fingerprint, at, goal == Goal::GetOut);
        if let Some(known) = self.decisions.get(&key) {
            return known.clone();
        }
        let is_now = state.fingerprint == seen.fingerprint;
        if !is_now {
            seen.put(branches);
        }
        let advice = self.advice(setting, branches, at, goal);
        if !is_now {
            state.put(branches);
        }
        let manager = setting.stage.manager();
        let answer = advice.first().map(|first| {
            let transaction = Transaction::call(
                setting.place.terms.accounts(setting.party).signer,
                first.transaction.to(manager),
                first.transaction.calldata(),
            );
            Arc::new(Answer { title: format!("{}, as advised", first.transaction.name()), transaction })
        });
        self.decisions.insert(key, answer.clone());
        answer
    }

    /// What the adjudicator says of the channel as it is.
    pub(super) fn advice(&mut self, setting: &Setting, branches: &Branches, at: u64, goal: Goal) -> Advice {
        let channel = setting.own_channel(branches);
        self.advice_of(setting, channel, branches, at, goal)
    }

    fn advice_of(&mut self, setting: &Setting, channel: Channel, branches: &Branches, at: u64, goal: Goal) -> Advice {
        let manager = setting.stage.manager();
        for sight in [&mut self.view.latest, &mut self.view.last_final] {
            sight.channel = channel.clone();
            sight.now = at;
        }
        self.view.seen = setting.seen(branches);
        let accounts = setting.place.terms.accounts(setting.party);
        self.view.credits.clear();
        for asset in setting.place.terms.assets().as_slice() {
            let slot = adjudicator::storage::credit(accounts.payee, asset.get());
            let credit = branches.read(Spot::Word(manager, slot));
            if !credit.is_zero() {
                self.view.credits.insert((accounts.payee, asset.get()), credit);
            }
        }
        let (dossier, view, policy) = (&self.dossier, &self.view, &self.policy);
        let question = Question { dossier, view, policy, party: setting.party, goal, at, gas_price: 0 };
        decide(&question, &mut Known::new(dossier, view))
    }

    /// What the honest party must get at least, per asset, if its strategy is what its adjudicator asks of it.
    pub(super) fn guarantee(&mut self, setting: &Setting, branches: &mut Branches) -> Vec<U256> {
        let now = branches.now();
        if self.strategy != Strategy::LastMoment {
            return self.advice(setting, branches, now, Goal::GoOn).idle.guaranteed;
        }
        // It shows its newest state, and nothing more: the least that may come of that, or of a newer one that it has signed.
        let before = setting.own_channel(branches);
        let deadline = now.saturating_add(setting.place.terms.window().get().into());
        let has_bounty = !setting.place.terms.bounty().to_word().is_zero();
        let closers: &[u8] = if has_bounty { &[0, 1] } else { &[0] };
        let mut least: Option<Vec<U256>> = None;
        for record in self.records(setting, deadline) {
            for closer in closers {
                let bounty = has_bounty.then(|| Bounty {
                    closer: *closer,
                    closed_round: self.closed_round(setting, *closer),
                    prover: None,
                });
                let channel = Channel { record, bounty, ..before.clone() };
                let found = self.advice_of(setting, channel, branches, deadline, Goal::GoOn).idle.undefended;
                let least = least.get_or_insert_with(|| found.clone());
                least.iter_mut().zip(found).for_each(|(least, found)| *least = (*least).min(found));
            }
        }
        for paid in self.closes(setting, &before) {
            let least = least.get_or_insert_with(|| paid.clone());
            least.iter_mut().zip(paid).for_each(|(least, found)| *least = (*least).min(found));
        }
        least.unwrap_or_default()
    }

    /// What the honest party is paid by each mutual close that it has signed: until something newer is recorded, its peer may use it.
    fn closes(&self, setting: &Setting, channel: &Channel) -> Vec<Vec<U256>> {
        let own = setting.stage.closes().filter(|(_, with)| with.channel == setting.channel);
        let own = own.filter(|(_, with)| *setting.party.of(&with.signers));
        let paid = own.map(|(_, with)| {
            let assets = setting.place.terms.assets().as_slice().iter().zip(with.message.nets().as_slice());
            let split = assets.map(|(asset, net)| {
                let funds = channel.funds.get(&asset.get()).copied().unwrap_or_default();
                *setting.party.of(&funds.split(net.get()))
            });
            split.collect()
        });
        paid.collect()
    }

    /// The lowest round that a close in a party's name may be on.
    fn closed_round(&self, setting: &Setting, closer: u8) -> u64 {
        if closer != setting.party.get() {
            return 0;
        }
        let own = setting.stage.delegations().filter(|(_, with)| with.channel == setting.channel);
        let own = own.filter(|(_, with)| with.message.party == setting.party);
        own.map(|(_, with)| with.message.min_round.get()).min().unwrap_or(self.newest_round).min(self.newest_round)
    }

    /// What may be recorded when the evidence is over: the newest state of both, and newer ones that the honest party signed.
    fn records(&self, setting: &Setting, deadline: u64) -> Vec<Record> {
        let closing = Record { evidence_deadline: Some(deadline), ..Record::default() };
        let newest = self.newest_round;
        let of = |hash: B256, round| Record { round, state_hash: short(hash), ..closing };
        let states = setting.states_of(&setting.channel);
        let may_come = states.filter(|(_, shown)| {
            let round = shown.state.round().get();
            let is_signed = *setting.party.of(&shown.signers);
            is_signed && (round > newest || (round == newest && shown.signers == [true; 2]))
        });
        let mut records: Vec<Record> = may_come.map(|(_, shown)| of(shown.hash, shown.state.round().get())).collect();
        if newest == 0 {
            records.push(closing);
        }
        records
    }
}

/// What the honest party sends, of the calls of scenarios.
fn answer(setting: &mut Setting, call: Call) -> Result<Arc<Answer>, Mistake> {
    let by = setting.honest().clone();
    let sending = alphabet::sending(setting, by, call)?;
    Ok(Arc::new(Answer { title: sending.title, transaction: sending.transaction }))
}

/// Every deadline that runs in a channel: of evidence, and of each instance of the recorded state that was touched, and of those
/// that were not.
pub(super) fn deadlines(channel: &Channel, window: u32) -> Vec<u64> {
    let Some(evidence) = channel.record.evidence_deadline else { return Vec::new() };
    let base = channel.recorded_base();
    let touched = base.into_iter().flat_map(|base| base.instances.values());
    let touched = touched.map(|progress| instance_deadline(evidence, Some(progress), window));
    let mut all = vec![evidence, final_time(evidence, None, window), instance_deadline(evidence, None, window)];
    all.extend(touched);
    all
}

/// Amounts as signed ones.
pub(super) fn signed(amounts: &[U256]) -> Vec<I256> {
    amounts.iter().map(|amount| I256::try_from(*amount).unwrap_or(I256::MAX)).collect()
}
