//! What is wrong with evidence that is held.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, B256};

use super::{Code, Dossier, Finding, Held, Item, Key, Kind, Policy, Standing, View, review::Review};
use crate::{
    DisputeError,
    apps::{App, OracleEscrow, Rules, SignedFeed},
    eip712::Domain,
    types::{ChannelId, Party},
};

/// Everything that is wrong with a dossier, and with what could be shown of it now; the gravest first.
///
/// The signatures are not checked again: that was done when they came in, and [`Dossier::recheck`] does it again. Of the
/// states the newest that both have signed is looked at, and those above it: nobody can show an older one for long.
#[must_use]
pub fn verify(dossier: &Dossier, view: &View, policy: &Policy) -> Vec<Finding> {
    let mut review = Review::new(dossier, view, policy);
    review.place();
    review.alive();
    review.terms();
    for held in dossier.items() {
        signatures(&mut review, held);
    }
    unsigned(&mut review);
    equivocations(&mut review);
    outsiders(&mut review);
    review.recorded();
    let newest = dossier.newest().map(|newest| (&newest.content.message, newest.key()));
    let newest_round = dossier.newest_round();
    let above = dossier.states().rev().take_while(|state| state.content.message.round() > newest_round);
    let above = above.map(|state| (&state.content.message, state.key()));
    for (state, key) in newest.into_iter().chain(above) {
        review.shown(state, key);
    }
    for step in dossier.steps() {
        let placed = step.content;
        let Some((_, instance)) = review.base(placed.base, placed.instance, &[step.key()]) else { continue };
        for party in Party::BOTH.into_iter().filter(|party| step.held.is_signed_by(*party)) {
            review.allowed(party, &instance, &placed.step.message, &[step.key()]);
        }
    }
    review.done()
}

/// Each signature that is there is its party's; if not, whose it is or what it is for.
fn signatures(review: &mut Review<'_>, held: &Held) {
    let key = held.key();
    for (party, standing) in Party::BOTH.into_iter().zip(held.standings()) {
        let Standing::Bad(reason) = standing else { continue };
        let (code, what) = meant(review, held, party).unwrap_or_else(|| {
            let peer = review.dossier.identity().terms().accounts(party.peer()).signer;
            let is_peers = matches!(reason, DisputeError::SignerMismatch { actual, .. } if *actual == peer);
            let whose =
                if is_peers { format!("{reason}, which is party {}", party.peer()) } else { reason.to_string() };
            (Code::SignatureBad, whose)
        });
        review.find(code, [key], format!("party {party}'s signature of {key}: {what}"));
    }
    if held.is_flawed() && matches!(held.item(), Item::Delivery(_) | Item::Reading(_)) {
        review.find(Code::SignatureBad, [key], format!("the signature of {key} is nobody's"));
    }
}

/// What a wrong signature would be right for.
fn meant(review: &Review<'_>, held: &Held, party: Party) -> Option<(Code, String)> {
    let (identity, policy) = (review.dossier.identity(), review.policy);
    let signature = (*party.of(&held.item().signatures()))?;
    let signer = identity.terms().accounts(party).signer;
    let is_for = |domain: &Domain, id: ChannelId| {
        let digest = held.item().digest(domain, id);
        digest.is_some_and(|digest| signature.verify(digest, signer).is_ok())
    };
    let is_of = |domain: &Domain| is_for(domain, identity.terms().channel_id(domain));
    let (domain, there) = (identity.domain(), &review.view.deployment.domain);
    let chains = policy.other_chains.iter().copied().chain([there.chain_id()]);
    let mut chains = chains.filter(|chain| *chain != domain.chain_id());
    if let Some(chain) = chains.find(|chain| is_of(&Domain::new(*chain, domain.manager()))) {
        return Some((Code::OtherChain, format!("it is for chain {chain}, not for {}", domain.chain_id())));
    }
    let mut managers = policy.other_managers.iter().copied().chain([there.manager()]);
    if let Some(manager) = managers.find(|manager| is_of(&Domain::new(domain.chain_id(), *manager))) {
        return Some((Code::OtherContract, format!("it is for the contract {manager}, not for {}", domain.manager())));
    }
    let id = policy.other_channels.iter().find(|id| is_for(domain, **id))?;
    Some((Code::OtherChannel, format!("it is for the channel {id}, not for {}", identity.channel_id())))
}

/// Which states above the newest lack whose signature.
fn unsigned(review: &mut Review<'_>) {
    let newest = review.dossier.newest_round();
    let above = review.dossier.states().rev().take_while(|state| state.content.message.round() > newest);
    for state in above.collect::<Vec<_>>() {
        for party in Party::BOTH.into_iter().filter(|party| *party.of(state.held.standings()) == Standing::Missing) {
            let found = format!("{} is not signed by party {party}", state.key());
            review.find(Code::SignatureMissing, [state.key()], found);
        }
    }
}

/// Two messages by one hand of which there may be one.
fn equivocations(review: &mut Review<'_>) {
    let mut states: BTreeMap<(u64, Party), Vec<Key>> = BTreeMap::new();
    let mut steps: BTreeMap<(B256, B256, u8, Party), Vec<Key>> = BTreeMap::new();
    for held in review.dossier.items() {
        for party in Party::BOTH.into_iter().filter(|party| held.is_signed_by(*party)) {
            match held.item() {
                Item::State(_) => states.entry((held.key().number, party)).or_default().push(held.key()),
                Item::Step(step) => {
                    let number = step.step.message.number.get();
                    let place = (step.base.get(), step.instance.get(), number, party);
                    steps.entry(place).or_default().push(held.key());
                }
                _ => {}
            }
        }
    }
    for ((round, party), keys) in states.into_iter().filter(|(_, keys)| keys.len() > 1) {
        let found = format!("party {party} has signed {} states of round {round}", keys.len());
        review.find(Code::Equivocation, keys, found);
    }
    for ((_, instance, number, party), keys) in steps.into_iter().filter(|(_, keys)| keys.len() > 1) {
        let found = format!("party {party} has signed {} steps {number} of the instance {instance}", keys.len());
        review.find(Code::StepEquivocation, keys, found);
    }
}

/// Whether somebody here waits for what oracles and stations have signed.
fn outsiders(review: &mut Review<'_>) {
    let named = named_outsiders(review);
    for held in review.dossier.items() {
        let (app, signer) = match (held.item(), held.outsider()) {
            (Item::Delivery(it), Some(signer)) => (it.app, signer),
            (Item::Reading(it), Some(signer)) => (it.app, signer),
            _ => continue,
        };
        if !named.contains(&(app, signer)) {
            let found = format!("{} is signed by {signer}, whom no instance of {app} here names", held.key());
            review.find(Code::OutsiderUnknown, [held.key()], found);
        }
    }
}

/// The oracles and stations that instances name, with the apps.
fn named_outsiders(review: &Review<'_>) -> BTreeSet<(Address, Address)> {
    let mut named = BTreeSet::new();
    let all = Key::range(Kind::Instances, 0, u64::MAX);
    let lists = review.dossier.range(all).filter_map(|held| match held.item() {
        Item::Instances(instances) => Some(instances.as_slice()),
        _ => None,
    });
    for instance in lists.flatten() {
        let app = review.policy.apps.get(&instance.app_code_hash).and_then(|accepted| accepted.app);
        let Some((app, app_state)) = app.zip(review.dossier.app_state(instance.app_state_hash)) else { continue };
        match app {
            App::OracleEscrow => {
                let escrow = OracleEscrow::decode(app_state.get()).ok();
                let signers =
                    escrow.iter().filter_map(|escrow| escrow.oracles.counted()).flat_map(|(_, signers)| signers);
                named.extend(signers.map(|signer| (instance.app, *signer)));
            }
            App::SignedFeed => {
                let feed = SignedFeed::decode(app_state.get()).ok();
                named.extend(feed.map(|feed| (instance.app, feed.station())));
            }
            _ => {}
        }
    }
    named
}
