//! Parties that watch: the code that decides and submits on a real chain does so here, under the clock of the scenario.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::Arc,
};

use adjudicator::{
    bundle,
    decide::Move,
    signature::SigningKey,
    submit::{Event as Submitted, Happened, Lane, Memory, Order, Settings, SubmitError, orders},
    types::Party,
};
use alloy_primitives::{B256, Bytes};

use super::{Acted, Event, Play};
use crate::{
    gas::TRANSACTION_GAS,
    node::{BLOCK_TIME, Wire, Wired},
    scenario::{Advised, Name, Path, Scenario, Watcher},
    stage::{Built, Sight, Stage, Wrong},
};

/// What the proposer of a block is offered at first, in wei.
const TIP: u128 = 1_000_000_000;

/// A party that watches.
#[derive(Debug)]
pub(super) struct Watching {
    pub(super) by: Name,
    channels: Vec<(Name, Party)>,
    told: Advised,
    pub(super) path: Path,
    lane: Lane<Memory, Arc<SigningKey>>,
    pub(super) wire: Wire,
    every: u64,
    /// When it looks next, in Unix seconds.
    next: u64,
    /// What it wanted to send, by order.
    built: BTreeMap<B256, Built>,
}

impl Watching {
    /// The watchers of a scenario.
    pub(super) fn all(scenario: &Scenario, stage: &Stage) -> Result<Vec<Self>, Wrong> {
        let root = Path::default().field("watchers");
        scenario.watchers.iter().map(|(by, watcher)| Self::new(by, watcher, stage, &root.field(by))).collect()
    }

    fn new(by: &Name, watcher: &Watcher, stage: &Stage, path: &Path) -> Result<Self, Wrong> {
        let channels = channels(by, watcher, stage, path)?;
        if watcher.every.0 < BLOCK_TIME {
            return Err(Wrong::new(
                &path.field("every"),
                format!("nobody looks more often than a block comes: {BLOCK_TIME} s"),
            ));
        }
        let key = stage.signing_key(by, path)?;
        let settings = Settings { confirmations: watcher.confirmations.max(1), tip: TIP };
        let Ok(lane) = Lane::open(Memory::default(), key, settings) else {
            return Err(Wrong::new(path, "the journal cannot be opened"));
        };
        let first = channels.first().map(|(name, _)| name.as_str());
        Ok(Self {
            by: by.clone(),
            told: Advised { holds: watcher.holds.clone(), goal: watcher.goal, ..Advised::default() },
            path: path.clone(),
            lane,
            wire: Wire::default(),
            every: watcher.every.0,
            next: stage.time(&watcher.since, stage.start(), first, &|_| None, &path.field("since"))?,
            channels,
            built: BTreeMap::new(),
        })
    }
}

impl Play {
    /// When somebody looks next before this time, and who.
    pub(super) fn next_look(&self, before: u64) -> Option<(u64, usize)> {
        let looks = self.watching.iter().enumerate().map(|(index, watching)| (watching.next, index));
        looks.filter(|(time, _)| *time < before).min()
    }

    /// Somebody looks at the chain, decides, and submits.
    pub(super) fn look_and_submit(&mut self, index: usize) -> Result<(), Wrong> {
        // Whoever watches is taken out while he does, for he changes everything else.
        let mut watching = self.watching.remove(index);
        let done = self.watch(&mut watching);
        watching.next = watching.next.saturating_add(watching.every);
        self.watching.insert(index, watching);
        done
    }

    fn watch(&mut self, watching: &mut Watching) -> Result<(), Wrong> {
        let (moves, path) = (self.advised_moves(watching)?, watching.path.clone());
        let domain = self.stage.deployment.domain;
        let orders = orders(moves.iter().map(|(_, each)| each), watching.lane.account(), &domain, TRANSACTION_GAS);
        let wrong = |error: SubmitError<Infallible>| Wrong::new(&path, error);
        let mut chain = Wired { node: &mut self.node, wire: &mut watching.wire };
        let mut events = watching.lane.advance(&mut chain, self.now).map_err(wrong)?;
        for order in orders {
            watching.built.insert(order.id(), built(&order, &moves));
            events.extend(watching.lane.submit(order, &mut chain, self.now).map_err(wrong)?);
        }
        self.note_sent(watching);
        events.iter().for_each(|Submitted { what, .. }| self.tell_of(&watching.by, what));
        Ok(())
    }

    /// What is advised in each of the channels, but for what is sent already and may still come in time.
    fn advised_moves(&mut self, watching: &Watching) -> Result<Vec<(Name, Move)>, Wrong> {
        let living = watching.lane.intents().filter(|intent| !intent.is_missed);
        let waiting: BTreeSet<Bytes> = living.flat_map(|intent| intent.order.calls()).collect();
        let mut moves = Vec::new();
        for (name, party) in &watching.channels {
            let place = self.stage.place(Some(name), &watching.path)?.clone();
            let at = self.now.saturating_add(BLOCK_TIME);
            let sight = Sight { channel: self.channel(place.id), at, app_states: &self.app_states };
            let (named, world) = ((name.as_str(), &place), self.node.world_mut());
            let advice = self.stage.advice(named, *party, &watching.told, &sight, world, &watching.path)?;
            let first = advice.first().filter(|first| !waiting.contains(&first.transaction.calldata()));
            moves.extend(first.map(|first| (name.clone(), first.clone())));
        }
        Ok(moves)
    }

    /// Notes what the node has taken, now or after it had refused it.
    fn note_sent(&mut self, watching: &Watching) {
        for intent in watching.lane.intents() {
            let Some(built) = watching.built.get(&intent.order.id()) else { continue };
            for attempt in &intent.attempts {
                let Some(sent) = watching.wire.sent(attempt.raw.hash) else { continue };
                self.acted.entry(sent).or_insert_with(|| Acted {
                    act: None,
                    path: watching.path.clone(),
                    sent,
                    built: built.clone(),
                    by: watching.by.clone(),
                });
            }
        }
    }

    fn tell_of(&mut self, by: &str, what: &Happened) {
        let title = match what {
            Happened::Sent { .. } | Happened::Final { is_success: true, .. } => return,
            Happened::NotTaken(error) => format!("{by} cannot send: {error}"),
            Happened::NotSigned(error) => format!("{by} does not sign: {error}"),
            Happened::Displaced => format!("{by}'s nonce was used by another transaction"),
            Happened::Missed => format!("{by} is too late"),
            Happened::Final { is_success: false, .. } => format!("what {by} sent was refused, for ever"),
        };
        self.told.events.push(Event::fault(self.now, title));
    }
}

/// The channels that somebody watches, and which party he is.
fn channels(by: &Name, watcher: &Watcher, stage: &Stage, path: &Path) -> Result<Vec<(Name, Party)>, Wrong> {
    let path = path.field("channels");
    let one = |name: Option<&str>, path: &Path| {
        let (channel, place) = stage.named_place(name, path)?;
        let party = Party::BOTH.into_iter().find(|party| party.of(&place.parties) == by);
        let party = party.ok_or_else(|| Wrong::new(path, format!("`{by}` is no party of {channel}")))?;
        Ok((channel.clone(), party))
    };
    if watcher.channels.is_empty() {
        return Ok(vec![one(None, &path)?]);
    }
    let mut all = Vec::new();
    for (index, name) in watcher.channels.iter().enumerate() {
        let names = stage.copies_of(name).unwrap_or_else(|| vec![name.clone()]);
        for name in names {
            all.push(one(Some(&name), &path.index(index))?);
        }
    }
    Ok(all)
}

/// What is told of an order.
fn built(order: &Order, moves: &[(Name, Move)]) -> Built {
    let bundle::Transaction { to, value, data, .. } = order.transaction.clone();
    let single = moves.iter().find(|(_, each)| each.transaction.calldata() == data);
    let title = match single {
        Some((_, each)) => format!("{}, as watcher", each.transaction.name()),
        None => format!("{} answers, as watcher", order.calls().len()),
    };
    Built { to, value, data, title, channel: single.map(|(name, _)| name.clone()) }
}
