//! Whether there is as much money as what is signed counts on.

use alloy_primitives::{I256, U256};

use super::Review;
use crate::{
    evidence::{Code, Key, Sight},
    types::{Bounty, Instance, Net, Party, PerAsset, Withdraw},
};

/// What is to be paid, and out of what is left by whom.
pub(super) struct Claim<'a> {
    pub(super) nets: &'a PerAsset<Net>,
    pub(super) instances: &'a [Instance],
    /// The withdrawals that one of these has signed count as made.
    pub(super) signers: &'a [Party],
    /// Whether each party must keep the bounty besides.
    pub(super) keeps_bounty: bool,
}

/// What may be shown, and so must be covered.
struct Shown {
    nets: PerAsset<Net>,
    instances: Vec<Instance>,
    keeps_bounty: bool,
    proof: Option<Key>,
}

/// A party's part of one asset, as if a state were settled without its instances.
struct Part {
    index: usize,
    party: Party,
    /// What there is, by final blocks, less every outstanding withdrawal.
    left: I256,
    /// The same as of the newest block.
    soon: I256,
    /// What instances can take, in sum and at most one of them.
    stakes: [I256; 2],
    /// What must be left besides.
    reserve: I256,
}

impl Review<'_> {
    /// Each party can lose in each asset what it has staked, and the bounty.
    pub(super) fn solvent(&mut self, claim: &Claim<'_>, proof: &[Key]) {
        for part in self.parts(claim, None) {
            let Part { index, party, left, soon, stakes: [sum, greatest], reserve } = part;
            let name = format!("party {party} has {left} left of asset {index}");
            let proof = proof.iter().copied();
            if left < sum && soon >= sum {
                let found = format!("{name} by final blocks and {soon} by the newest, where its stakes are {sum}");
                self.find(Code::Unconfirmed, proof, found);
            } else if left < sum && greatest <= left && sum != greatest {
                let found = format!("{name}, enough for each instance alone, where all stakes are {sum}");
                self.find(Code::SameCoinsStaked, proof, found);
            } else if left < sum {
                self.find(Code::Insolvent, proof, format!("{name}, where its stakes are {sum}"));
            } else if left.saturating_sub(sum) < reserve {
                let found = format!("{name}, of which its stakes are {sum}, where the bounty is {reserve}");
                self.find(Code::BountyUncovered, proof, found);
            }
        }
    }

    /// After a withdrawal, every state and every close that may still be shown is covered.
    pub(super) fn covered(&mut self, party: Party, withdraw: &Withdraw) {
        for Shown { nets, instances, keeps_bounty, proof } in self.shown_by_peer(party) {
            let claim = Claim { nets: &nets, instances: &instances, signers: &[party], keeps_bounty };
            for part in self.parts(&claim, Some(withdraw)) {
                let Part { index, party, left, stakes: [sum, _], reserve, .. } = part;
                let needed = sum.saturating_add(reserve);
                if left < needed {
                    let found =
                        format!("party {party} would have {left} left of asset {index}, where {needed} are bound");
                    self.find(Code::WithdrawUncovered, proof, found);
                }
            }
        }
    }

    /// What the peer of a party may still show: the newest state or what is above it, a close, or that nothing was signed.
    fn shown_by_peer(&self, party: Party) -> Vec<Shown> {
        let newest = self.dossier.newest();
        let states = newest.into_iter().chain(self.dossier.outstanding(party, self.dossier.newest_round()));
        let states = states.map(|state| {
            let message = &state.content.message;
            let instances = self.dossier.instances(message).unwrap_or_default().to_vec();
            Shown { nets: message.nets().clone(), instances, keeps_bounty: true, proof: Some(state.key()) }
        });
        let closes = self.usable_closes(party).map(|close| {
            let nets = close.content.message.nets().clone();
            Shown { nets, instances: Vec::new(), keeps_bounty: false, proof: Some(close.key()) }
        });
        let mut shown: Vec<Shown> = states.chain(closes).collect();
        if newest.is_none() {
            let count = self.dossier.identity().terms().assets().asset_count();
            let nothing = PerAsset::new(vec![Net::ZERO; count]).ok();
            let nothing = nothing.map(|nets| Shown { nets, instances: Vec::new(), keeps_bounty: true, proof: None });
            shown.extend(nothing);
        }
        shown
    }

    fn parts(&self, claim: &Claim<'_>, more: Option<&Withdraw>) -> Vec<Part> {
        let &Claim { nets, instances, signers, keeps_bounty } = claim;
        let terms = self.dossier.identity().terms();
        let mut parts = Vec::new();
        for (index, (asset, net)) in terms.assets().as_slice().iter().zip(nets.as_slice()).enumerate() {
            for party in Party::BOTH {
                let funds = |sight: &Sight| {
                    let funds = sight.channel.funds.get(&asset.get());
                    funds.map_or(I256::ZERO, |funds| *party.of(&funds.balances))
                };
                let transferred = if party == Party::Zero { net.get().saturating_neg() } else { net.get() };
                let taken = self.taken(index, party, signers, more);
                let of = |sight| funds(sight).saturating_add(transferred).saturating_sub(taken);
                let stakes = || instances.iter().filter_map(|instance| instance.stakes.as_pairs().get(index));
                let stakes = || stakes().map(|pair| to_signed(party.of(pair).to_word()));
                let sum = stakes().fold(I256::ZERO, I256::saturating_add);
                let stakes = [sum, stakes().max().unwrap_or_default()];
                let has_bounty = keeps_bounty && index == 0 && terms.bounty() != Bounty::MIN;
                let reserve = if has_bounty { to_signed(terms.bounty().to_word()) } else { I256::ZERO };
                let (left, soon) = (of(&self.view.last_final), of(&self.view.latest));
                parts.push(Part { index, party, left, soon, stakes, reserve });
            }
        }
        parts
    }

    /// What withdrawals that one of these has signed may still take out.
    fn taken(&self, index: usize, party: Party, signers: &[Party], more: Option<&Withdraw>) -> I256 {
        let outstanding = self.dossier.withdrawals().filter(|withdraw| {
            let is_signed = signers.iter().any(|signer| withdraw.held.is_signed_by(*signer));
            is_signed && Some(&withdraw.content.message) != more && self.is_usable(&withdraw.content.message)
        });
        let all = outstanding.map(|withdraw| &withdraw.content.message).chain(more);
        let amounts = all.filter_map(|withdraw| withdraw.amounts().as_pairs().get(index));
        amounts.fold(I256::ZERO, |sum, pair| sum.saturating_add(to_signed(party.of(pair).to_word())))
    }

    /// Whether a withdrawal may still be made, by what is final.
    pub(super) fn is_usable(&self, withdraw: &Withdraw) -> bool {
        let Sight { channel, now } = &self.view.last_final;
        !channel.is_closed && withdraw.serial().get() >= channel.serial && withdraw.valid_until().get() >= *now
    }
}

/// Money of 112 bits, or a little more.
fn to_signed(units: U256) -> I256 {
    I256::try_from(units).unwrap_or(I256::MAX)
}
