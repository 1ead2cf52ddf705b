//! One thread of a search: it knows the setting, and says what comes of a point.

mod ending;
mod judge;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use adjudicator::{Channel, decide::Goal};
use alloy_primitives::{Bytes, I256, U256};

use super::{
    Mistake, Plan,
    alphabet::Alphabet,
    claims::{Broken, check_refusal, check_state},
    honest::{Honest, Mind, deadlines},
    node::{Node, Spots, State, Via},
    search::shuffled,
    setting::Setting,
};
use crate::{
    scenario::{Call, Name, Scenario},
    stage::Sources,
    world::{Branches, Mark, Outcome, Transaction},
};

/// A thread remembers at most so many channels and ends.
const MOST_REMEMBERED: usize = 1 << 18;

/// What is looked at of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// What comes of it by itself: the honest party acts, and time passes.
    Own,
    /// What anybody hostile may send.
    Hostile,
}

/// What follows a point.
pub(super) struct Offspring {
    pub(super) via: Via,
    pub(super) print: u128,
    /// The point; nothing if it was known before.
    pub(super) node: Option<Node>,
    /// What this way to it breaks.
    pub(super) broken: Option<Broken>,
}

/// What comes of a point.
#[derive(Default)]
pub(super) struct Expansion {
    pub(super) offspring: Vec<Offspring>,
    /// How many transactions were tried.
    pub(super) tried: u64,
    /// What the honest party gets if nobody hostile does anything more, per asset.
    pub(super) gained: Vec<I256>,
    /// What is broken here, or on the way to the end.
    pub(super) broken: Option<Broken>,
    /// More words have changed than a search can tell apart.
    pub(super) is_too_wide: bool,
}

/// What somebody did, for those who tell of it.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) now: u64,
    pub(super) by: Name,
    pub(super) title: String,
    pub(super) call: Option<Call>,
    pub(super) transaction: Transaction,
    pub(super) is_hostile: bool,
}

/// One thread of a search.
pub(super) struct Worker {
    pub(super) setting: Setting,
    pub(super) alphabet: Alphabet,
    honest: Honest,
    branches: Branches,
    begin: Mark,
    spots: Arc<Spots>,
    seed: u64,
    /// What the honest party must get at least, per asset.
    pub(super) promised: Vec<U256>,
    /// When messages run out, and locks mature.
    dates: BTreeSet<u64>,
    /// The channels as they were read, by the fingerprint of what is stored.
    channels: HashMap<u128, Rc<Channels>>,
    /// What the honest party gets if nobody hostile does anything more, by what tells the point apart.
    ends: HashMap<u128, Vec<I256>>,
}

/// All channels by their names.
pub(super) type Channels = BTreeMap<Name, Channel>;

impl Worker {
    pub(super) fn new(
        scenario: &Scenario,
        plan: &Plan,
        code: &Bytes,
        sources: &dyn Sources,
        spots: Arc<Spots>,
    ) -> Result<Self, Mistake> {
        let mut setting = Setting::new(scenario, plan, code, sources)?;
        let alphabet = Alphabet::new(&mut setting, scenario)?;
        let mut honest = Honest::new(&mut setting, plan.strategy, plan.delay)?;
        honest.learn(alphabet.app_states());
        let mut branches = Branches::of(&setting.world);
        let promised = honest.guarantee(&setting, &mut branches);
        let (begin, dates) = (branches.begin(), dates(&setting));
        Ok(Self {
            setting,
            alphabet,
            honest,
            branches,
            begin,
            spots,
            seed: plan.seed,
            promised,
            dates,
            channels: HashMap::new(),
            ends: HashMap::new(),
        })
    }

    /// Where the search begins.
    pub(super) fn root(&mut self) -> Result<Node, Mistake> {
        self.branches.return_to_begin();
        let state = State::of(&self.branches, &self.begin, &self.spots).ok_or(Mistake::TooWide)?;
        let (state, now) = (Arc::new(state), self.branches.now());
        let mut mind = Mind::default();
        self.honest.remember(&mut mind, &state, 0, now);
        Ok(Node { state, now, mind, hostile: 0 })
    }

    fn load(&mut self, node: &Node) {
        if self.branches.is_worn() {
            self.branches = Branches::of(&self.setting.world);
        }
        if self.channels.len() > MOST_REMEMBERED {
            self.channels.clear();
        }
        if self.ends.len() > MOST_REMEMBERED {
            self.ends.clear();
        }
        node.state.put(&mut self.branches);
        self.branches.set_now(node.now);
    }

    /// The channels as they are now.
    fn channels(&mut self) -> Rc<Channels> {
        let fingerprint = self.branches.fingerprint();
        if let Some(known) = self.channels.get(&fingerprint) {
            return known.clone();
        }
        let read = Rc::new(self.setting.channels(&self.branches));
        self.channels.insert(fingerprint, read.clone());
        read
    }

    /// What the hostile side may send now.
    pub(super) fn transactions(&mut self) -> Result<Vec<Transaction>, Mistake> {
        let codes = self.alphabet.moves(&self.setting, &self.branches);
        let sendings = codes.into_iter().map(|code| self.alphabet.sending(&mut self.setting, code));
        sendings.map(|sending| sending.map(|sending| sending.transaction.clone())).collect()
    }

    /// What comes of a point. What leads to a point that is known is only checked.
    pub(super) fn expand(
        &mut self,
        node: &Node,
        phase: Phase,
        is_known: &dyn Fn(u128) -> bool,
    ) -> Result<Expansion, Mistake> {
        self.load(node);
        let mut expansion = Expansion::default();
        let channels = self.channels();
        let mark = self.branches.mark();
        if phase == Phase::Hostile {
            self.hostile(node, &channels, &mark, is_known, &mut expansion)?;
            return Ok(expansion);
        }
        if let Err(broken) = check_state(&self.setting, &self.branches, &channels) {
            expansion.broken = Some(broken);
            return Ok(expansion);
        }
        self.answers(node, &channels, &mark, &mut expansion);
        self.waits(node, &channels, &mark, &mut expansion);
        match self.finish(node, None) {
            Ok(gained) => {
                expansion.broken = self.undercut(&gained);
                expansion.gained = gained;
            }
            Err(broken) => expansion.broken = Some(broken),
        }
        Ok(expansion)
    }

    /// Everything that somebody hostile may send now.
    fn hostile(
        &mut self,
        node: &Node,
        channels: &Channels,
        mark: &Mark,
        is_known: &dyn Fn(u128) -> bool,
        expansion: &mut Expansion,
    ) -> Result<(), Mistake> {
        let rest = node.print() ^ node.state.fingerprint;
        let codes = self.alphabet.moves(&self.setting, &self.branches);
        for code in shuffled(codes, self.seed) {
            let sending = self.alphabet.sending(&mut self.setting, code)?;
            expansion.tried = expansion.tried.saturating_add(1);
            let outcome = self.branches.transact(&sending.transaction);
            let fingerprint = self.branches.fingerprint();
            if fingerprint != node.state.fingerprint {
                let outcome = outcome.ok();
                let manager = self.setting.stage.manager();
                let effects = outcome.as_ref().map(|outcome| outcome.effects_of(manager)).unwrap_or_default();
                let broken = self.check(&sending.transaction, outcome.as_ref(), channels);
                let print = fingerprint ^ rest;
                let is_new = !is_known(print);
                // What is told apart by name comes first: it says more.
                let broken = broken.or_else(|| self.differs(&sending.transaction, &effects, channels));
                let mut child = None;
                if broken.is_some() || is_new {
                    let state = State::of(&self.branches, &self.begin, &self.spots);
                    expansion.is_too_wide |= state.is_none();
                    child = state.map(|state| Node {
                        state: Arc::new(state),
                        now: node.now,
                        mind: node.mind.clone(),
                        hostile: node.hostile.saturating_add(1),
                    });
                }
                expansion.offspring.push(Offspring { via: Via::Hostile(code), print, node: child, broken });
            } else if let Ok(Outcome::Revert { output, .. }) = &outcome
                && let Err(broken) = check_refusal(output)
            {
                let (via, print) = (Via::Hostile(code), node.print());
                expansion.offspring.push(Offspring { via, print, node: None, broken: Some(broken) });
            }
            self.branches.go_back(mark);
        }
        Ok(())
    }

    /// What the honest party has sent is mined now.
    fn answers(&mut self, node: &Node, channels: &Channels, mark: &Mark, expansion: &mut Expansion) {
        let Some((answer, _)) = node.mind.pending.clone() else { return };
        expansion.tried = expansion.tried.saturating_add(1);
        let broken = self.mine(&answer, channels);
        if let Some(state) = State::of(&self.branches, &self.begin, &self.spots) {
            let (state, mut mind) = (Arc::new(state), node.mind.clone());
            self.honest.mined(&mut mind, node.now);
            self.wake(&mut mind, &state, Goal::GoOn);
            let child = Node { state, now: node.now, mind, hostile: node.hostile };
            expansion.offspring.push(Offspring { via: Via::Honest, print: child.print(), node: Some(child), broken });
        } else {
            expansion.is_too_wide = true;
        }
        self.branches.go_back(mark);
    }

    /// The next block, at the next time at which anything may be otherwise.
    fn waits(&mut self, node: &Node, channels: &Channels, mark: &Mark, expansion: &mut Expansion) {
        let Some(next) = self.next_time(node, channels) else { return };
        let child = self.pass(node, next, Goal::GoOn);
        self.branches.go_back(mark);
        expansion.offspring.push(Offspring { via: Via::Wait, print: child.print(), node: Some(child), broken: None });
    }

    /// A new block begins for the honest party.
    fn wake(&mut self, mind: &mut Mind, state: &Arc<State>, goal: Goal) {
        let channels = self.channels();
        if let Some(own) = channels.get(&self.setting.channel) {
            self.honest.wake(mind, &self.setting, (&mut self.branches, own), state, goal);
        }
    }

    /// The same point in a later block.
    fn pass(&mut self, node: &Node, next: u64, goal: Goal) -> Node {
        let mut child = Node { now: next, ..node.clone() };
        self.branches.set_now(next);
        self.honest.remember(&mut child.mind, &node.state, node.now, next);
        self.wake(&mut child.mind, &node.state, goal);
        child
    }

    /// The next time at which anything may be otherwise; nothing if what was sent must be mined before.
    fn next_time(&self, node: &Node, channels: &Channels) -> Option<u64> {
        let (mind, now) = (&node.mind, node.now);
        if mind.pending.as_ref().is_some_and(|(_, due)| *due <= now) {
            return None;
        }
        let own = channels.get(&self.setting.channel).filter(|channel| !channel.is_closed)?;
        let window = self.setting.place.terms.window().get();
        let mut times: BTreeSet<u64> = self.dates.range(now.saturating_add(1)..).copied().take(1).collect();
        for (name, channel) in channels.iter().filter(|(_, channel)| !channel.is_closed) {
            let place = self.setting.stage.places().find(|(other, _)| *other == name);
            let window = place.map_or(window, |(_, place)| place.terms.window().get());
            times.extend(deadlines(channel, window).into_iter().flat_map(around));
            if !channel.record.is_closing() {
                // Who closes a window or two before a date lets a deadline fall on it, or beside it.
                let dates = self
                    .dates
                    .iter()
                    .flat_map(|date| [1, 2].map(|count: u64| date.saturating_sub(count.saturating_mul(window.into()))));
                times.extend(dates.flat_map(around));
                let touched = channel.bases.values().flat_map(|base| base.instances.values());
                times.extend(touched.flat_map(|touched| around(touched.last_touch.saturating_add(window.into()))));
            }
        }
        times.extend(self.honest.wakes((mind, &node.state), own, window, now));
        times.range(now.saturating_add(1)..).next().copied()
    }

    /// The call of scenarios that the honest party has sent, if it has a name there.
    pub(super) fn named(&mut self, transaction: &Transaction) -> Option<Call> {
        self.alphabet.named(&mut self.setting, transaction)
    }

    /// The point after another, by the way that is told; and what was done.
    pub(super) fn follow(&mut self, node: &Node, via: Via) -> Result<(Option<Node>, Option<Deed>), Mistake> {
        self.load(node);
        let channels = self.channels();
        match via {
            Via::Begin => Ok((Some(node.clone()), None)),
            Via::Wait => {
                let next = self.next_time(node, &channels);
                Ok((next.map(|next| self.pass(node, next, Goal::GoOn)), None))
            }
            Via::Honest => {
                let Some((answer, _)) = node.mind.pending.clone() else { return Ok((None, None)) };
                let deed = self.deed(&answer);
                let mut expansion = Expansion::default();
                let mark = self.branches.mark();
                self.answers(node, &channels, &mark, &mut expansion);
                Ok((expansion.offspring.pop().and_then(|offspring| offspring.node), Some(deed)))
            }
            Via::Hostile(code) => {
                let sending = self.alphabet.sending(&mut self.setting, code)?;
                let deed = Deed {
                    now: node.now,
                    by: sending.by.clone(),
                    title: sending.title.clone(),
                    call: Some(sending.call.clone()),
                    transaction: sending.transaction.clone(),
                    is_hostile: true,
                };
                let _ = self.branches.transact(&sending.transaction);
                let state = State::of(&self.branches, &self.begin, &self.spots);
                let hostile = node.hostile.saturating_add(1);
                let child = state.map(|state| Node { state: Arc::new(state), hostile, ..node.clone() });
                Ok((child, Some(deed)))
            }
        }
    }
}

/// The seconds around a deadline: the last one before it, and itself.
fn around(deadline: u64) -> [u64; 2] {
    [deadline.saturating_sub(1), deadline]
}

/// When messages run out, and locks and instances mature: the last second, and the one after it.
fn dates(setting: &Setting) -> BTreeSet<u64> {
    let withdrawals = setting.stage.withdrawals().map(|(_, with)| with.message.valid_until().get());
    let closes = setting.stage.closes().map(|(_, with)| with.message.valid_until().get());
    let delegations = setting.stage.delegations().map(|(_, with)| with.message.valid_until.get());
    let instances = setting.stage.instances().flat_map(|(_, copies)| copies).map(|it| it.instance.matures.get());
    let all = withdrawals.chain(closes).chain(delegations).chain(instances);
    all.filter(|time| *time < u64::MAX).flat_map(|time| [time, time.saturating_add(1)]).collect()
}
