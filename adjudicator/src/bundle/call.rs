//! A call, read: what it shows, which signatures it lacks, and what comes of it.

use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Hashes, Message, Outcome, Unreadable, Wanted, assumed::Assumed, deadline::last_second, parts::Parts, read::calls_of,
};
use crate::{
    Channel, DisputeError, Effect, Situation, Submission, Turn, World,
    action::Action,
    evidence::{Item, View},
    signature::Signature,
    types::{ChannelId, Identity, Party, State},
};

/// A call in a channel.
pub(super) struct Call<'a> {
    pub(super) identity: &'a Identity,
    pub(super) submitter: Address,
    /// As the twin takes it: a signature that is wanted has a placeholder in it.
    filled: Action,
    /// The single calls that it makes, and what they show.
    pub(super) calls: Vec<(Action, Parts)>,
    /// The signatures that it lacks.
    pub(super) wanted: Vec<Wanted>,
}

/// Why the contract would not do all of it.
pub(super) enum NotTaken {
    Refused(DisputeError),
    CallFails { index: u64, reason: Bytes },
}

impl<'a> Call<'a> {
    pub(super) fn read(
        identity: &'a Identity,
        action: &Action,
        submitter: Address,
        view: &View,
        world: &mut impl World,
    ) -> Result<Self, Unreadable> {
        let mut filled = action.clone();
        let calls = calls_of(action.clone())?.into_iter();
        let calls = calls.map(|call| Parts::of(identity, &call).map(|parts| (call, parts)));
        let calls = calls.collect::<Result<Vec<_>, _>>()?;
        let mut wanted = Vec::new();
        // What one of several calls lacks is given to that call alone, before it is put among others.
        if let ([(_, parts)], false) = (calls.as_slice(), matches!(action, Action::Multicall(_))) {
            wanted = wanted_of(identity, parts, submitter, &view.latest.channel, world);
            let mut parts = parts.clone();
            wanted.iter().for_each(|it| parts.give(it.hashes.message, it.party, Signature::PLACEHOLDER));
            if !wanted.is_empty() {
                parts.put_into(&mut filled);
            }
        }
        Ok(Self { identity, submitter, filled, calls, wanted })
    }

    /// Another channel that one of its calls is about.
    pub(super) fn elsewhere(&self) -> Option<ChannelId> {
        let here = self.identity.channel_id();
        let ids = self.calls.iter().filter_map(|(call, _)| call.channel_id(self.identity.domain()));
        ids.map(ChannelId::new).find(|id| *id != here)
    }

    /// What it shows, each item once.
    pub(super) fn items(&self) -> Vec<Item> {
        each_once(self.calls.iter().flat_map(|(_, parts)| parts.items(self.identity)))
    }

    /// The hashes of each message of which it carries a signature, or lacks one.
    pub(super) fn hashes(&self) -> Vec<Hashes> {
        let messages = self.calls.iter().flat_map(|(_, parts)| parts.messages(self.identity));
        let is_wanted = |hashes: &Hashes| self.wanted.iter().any(|wanted| wanted.hashes == *hashes);
        let signed = messages.filter(|(hashes, signatures)| *signatures != [None; 2] || is_wanted(hashes));
        each_once(signed.map(|(hashes, _)| hashes))
    }

    /// The last second at which the contract takes it, if there is one.
    pub(super) fn deadline(&self, channel: &Channel) -> Option<u64> {
        let calls = self.calls.iter();
        calls.filter_map(|(call, parts)| last_second(call, parts, self.identity, channel)).min()
    }

    /// What comes of it in a block at `now`, with the signatures that it lacks. Nothing changes in the world.
    pub(super) fn outcome(
        &self,
        view: &View,
        (value, now): (U256, u64),
        world: &mut impl World,
    ) -> Result<Outcome, NotTaken> {
        let (id, chain_id) = (self.identity.channel_id(), view.deployment.domain.chain_id());
        let mut manager = view.manager(id);
        let submission = Submission { submitter: self.submitter, value, now, chain_id };
        world.checkpoint();
        let assumed = &mut Assumed { world: &mut *world, identity: self.identity, wanted: &self.wanted };
        let applied = manager.apply(assumed, &self.filled, &submission);
        world.revert();
        let effects = applied.map_err(NotTaken::Refused)?;
        let failed = effects.iter().find_map(|effect| match effect {
            Effect::CallFailed { index, reason } => Some((*index, reason.clone())),
            _ => None,
        });
        if let Some((index, reason)) = failed {
            return Err(NotTaken::CallFails { index, reason });
        }
        let channel = manager.channels.remove(&id.get()).unwrap_or_default();
        let situation = Situation::of(&channel, self.identity.terms(), self.recorded(&channel));
        let settled: Vec<[U256; 2]> = effects.iter().filter_map(|effect| paid(effect, id.get())).collect();
        Ok(Outcome { situation, settled: Some(settled).filter(|settled| !settled.is_empty()) })
    }

    /// The recorded state, if it shows that.
    fn recorded(&self, channel: &Channel) -> Option<&State> {
        let states = self.calls.iter().filter_map(|(_, parts)| parts.state.as_ref()).map(|state| &state.message);
        let short = channel.record.state_hash;
        states.into_iter().find(|state| state.hash(self.identity.channel_id()).get().starts_with(short.as_slice()))
    }
}

/// What of an asset the channel pays at once.
fn paid(effect: &Effect, id: B256) -> Option<[U256; 2]> {
    match effect {
        Effect::Settled { channel_id, payouts, .. } if *channel_id == id => Some(*payouts),
        _ => None,
    }
}

/// The signatures without which the contract would refuse the call, and which others than the submitter can give.
fn wanted_of(
    identity: &Identity,
    parts: &Parts,
    submitter: Address,
    channel: &Channel,
    world: &mut impl World,
) -> Vec<Wanted> {
    let sender = identity.terms().party_of(submitter);
    let messages = parts.messages(identity).into_iter();
    let lacking = messages.filter_map(|(hashes, signatures)| {
        let party = match hashes.message {
            Message::State if !is_newer(parts, channel) => None,
            Message::Step if signatures == [None; 2] => mover_of(parts, world),
            message => lacking(message, &signatures),
        };
        party.filter(|party| Some(*party) != sender).map(|party| Wanted { party, hashes })
    });
    lacking.collect()
}

/// The one party that has not signed what both must sign.
pub(super) const fn lacking(message: Message, signatures: &[Option<Signature>; 2]) -> Option<Party> {
    match (message, signatures) {
        (Message::Delegation | Message::Step, _) => None,
        (_, [Some(_), None]) => Some(Party::One),
        (_, [None, Some(_)]) => Some(Party::Zero),
        _ => None,
    }
}

/// Whether the state must be signed, because the chain has not seen it.
pub(super) fn is_newer(parts: &Parts, channel: &Channel) -> bool {
    parts.state.as_ref().is_some_and(|state| state.message.round().get() > channel.record.round)
}

/// The party that must have made a step, if the app lets one party alone move.
fn mover_of(parts: &Parts, world: &mut impl World) -> Option<Party> {
    let (instance, app_state) = (parts.instance.as_ref()?, parts.app_state.as_ref()?);
    world.checkpoint();
    let position = world.position(instance.app, instance.app_gas.get(), app_state.get());
    world.revert();
    match position.ok()?.turn {
        Turn::Party0 => Some(Party::Zero),
        Turn::Party1 => Some(Party::One),
        Turn::Anyone | Turn::Nobody => None,
    }
}

fn each_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once = Vec::new();
    for one in all {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once
}
