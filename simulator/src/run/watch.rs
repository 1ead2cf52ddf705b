//! Parties that watch: the code that decides and submits on a real chain does so here, under the clock of the scenario.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use adjudicator::{
    bundle,
    signature::SigningKey,
    submit::{Event as Submitted, Happened, Lane, Memory, Order, Settings, SubmitError},
    types::Party,
};
use alloy_primitives::{B256, U256};

use super::{Acted, Event, Play};
use crate::{
    node::{BLOCK_TIME, Wire, Wired},
    scenario::{Advised, Name, Path, Scenario, Watcher},
    stage::{Built, PLENTY, Sight, Stage, Wrong},
};

/// What the proposer of a block is offered at first, in wei.
const TIP: u128 = 1_000_000_000;

/// A party that watches.
#[derive(Debug)]
pub(super) struct Watching {
    pub(super) by: Name,
    channel: Name,
    party: Party,
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
        let (channel, place) = stage.named_place(watcher.channel.as_deref(), &path.field("channel"))?;
        let party = Party::BOTH.into_iter().find(|party| party.of(&place.parties) == by);
        let party = party.ok_or_else(|| Wrong::new(path, format!("`{by}` is no party of {channel}")))?;
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
        Ok(Self {
            by: by.clone(),
            channel: channel.clone(),
            party,
            told: Advised {
                holds: watcher.holds.clone(),
                goal: watcher.goal,
                channel: Some(channel.clone()),
                ..Advised::default()
            },
            path: path.clone(),
            lane,
            wire: Wire::default(),
            every: watcher.every.0,
            next: stage.time(&watcher.since, stage.start(), Some(channel), &|_| None, &path.field("since"))?,
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
        let place = self.stage.place(Some(&watching.channel), &watching.path)?.clone();
        let at = self.now.saturating_add(BLOCK_TIME);
        let sight = Sight { channel: self.channel(place.id), at, app_states: &self.app_states };
        let named = (watching.channel.as_str(), &place);
        let world = self.node.world_mut();
        let advice = self.stage.advice(named, watching.party, &watching.told, &sight, world, &watching.path)?;
        let order = advice.first().map(|first| {
            let does = first.transaction.name();
            let (to, data) = (first.transaction.to(self.stage.manager()), first.transaction.calldata());
            let (value, title) = (U256::ZERO, format!("{does}, as watcher"));
            let built = Built { to, value, data: data.clone(), title, channel: Some(watching.channel.clone()) };
            let transaction = bundle::Transaction {
                chain_id: U256::from(self.node.world().chain_id()),
                from: watching.lane.account(),
                to,
                value,
                data,
                gas_limit: first.gas_limit,
            };
            let order = Order { transaction, deadline: first.until, at_stake: PLENTY };
            watching.built.insert(order.id(), built);
            order
        });
        let path = watching.path.clone();
        let wrong = |error: SubmitError<Infallible>| Wrong::new(&path, error);
        let mut chain = Wired { node: &mut self.node, wire: &mut watching.wire };
        let mut events = watching.lane.advance(&mut chain, self.now).map_err(wrong)?;
        if let Some(order) = order {
            events.extend(watching.lane.submit(order, &mut chain, self.now).map_err(wrong)?);
        }
        self.note_sent(watching);
        events.iter().for_each(|Submitted { what, .. }| self.tell_of(&watching.by, what));
        Ok(())
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
