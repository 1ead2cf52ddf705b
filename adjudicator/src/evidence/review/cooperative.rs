//! Closes, withdrawals, delegations: what dies by itself, and until then counts as used.

use super::{Review, money::Claim};
use crate::{
    evidence::{Code, Entry, Key, Sight},
    types::{Agreement, Close, Delegation, Evidence, Party, Round, Timestamp, Withdraw},
};

impl Review<'_> {
    /// Nothing is signed beside a close that may still be used.
    pub(super) fn outstanding_close(&mut self, party: Party) {
        let keys: Vec<Key> = self.usable_closes(party).map(|close| close.key()).collect();
        for key in keys {
            let found = format!("party {party} has signed a close of round {}, which may still be used", key.number);
            self.find(Code::AfterClose, [key], found);
        }
    }

    pub(super) fn close(&mut self, party: Party, close: &Close) {
        let round = close.round();
        self.still_valid(close.valid_until());
        let others = self.usable_closes(party).filter(|other| other.content.message.nets() != close.nets());
        for key in others.map(|other| other.key()).collect::<Vec<_>>() {
            let found = format!("party {party} has signed a close of round {} with other nets", key.number);
            self.find(Code::SecondClose, [key], found);
        }
        let states = self.dossier.states_of(round).filter(|state| state.held.is_signed_by(party));
        let states: Vec<Key> = states.map(|state| state.key()).collect();
        if !states.is_empty() {
            self.find(Code::CloseSharesRound, states, format!("party {party} has signed a state of round {round}"));
        } else {
            let highest = self.dossier.highest_of(party).map_or(Round::MIN, |state| state.content.message.round());
            let reached = self.reached().max(highest);
            if round <= reached {
                let found = format!("a close of round {round}, where round {reached} is signed or recorded");
                self.find(Code::CloseStale, [], found);
            }
        }
        let (expected, count) = (self.dossier.identity().terms().assets().asset_count(), close.nets().asset_count());
        if count == expected {
            let claim = Claim { nets: close.nets(), instances: &[], signers: &[party], keeps_bounty: false };
            self.solvent(&claim, &[]);
        } else {
            self.find(Code::AssetCount, [], format!("a close for {count} assets, where the terms have {expected}"));
        }
    }

    pub(super) fn withdraw(&mut self, party: Party, withdraw: &Withdraw) {
        self.still_valid(withdraw.valid_until());
        let (serial, made) = (withdraw.serial().get(), self.view.last_final.channel.serial);
        if serial < made {
            self.find(Code::SerialUsed, [], format!("the serial {serial}, where {made} withdrawals were made"));
        }
        let manager = self.view.deployment.domain.manager();
        if withdraw.recipients().contains(&manager) {
            self.find(Code::RecipientIsManager, [], format!("a recipient is the contract {manager} itself"));
        }
        let expected = self.dossier.identity().terms().assets().asset_count();
        let count = withdraw.amounts().asset_count();
        if count == expected {
            self.covered(party, withdraw);
        } else {
            self.find(
                Code::AssetCount,
                [],
                format!("a withdrawal for {count} assets, where the terms have {expected}"),
            );
        }
    }

    pub(super) fn delegation(&mut self, party: Party, delegation: &Delegation) {
        self.still_valid(delegation.valid_until);
        if delegation.party != party {
            let found = format!("party {party} would sign in the name of party {}", delegation.party);
            self.find(Code::NotOwn, [], found);
        }
        let (newest, least) = (self.dossier.newest_round(), delegation.min_round);
        if least < newest {
            let proof = self.dossier.newest().map(|newest| newest.key());
            self.find(Code::DelegationStale, proof, format!("from round {least} on, where both have signed {newest}"));
        }
        let epoch = *delegation.party.of(&self.view.latest.channel.epochs);
        if delegation.epoch.get() != epoch {
            let found = format!("epoch {}, where the party's is {epoch}", delegation.epoch);
            self.find(Code::DelegationVoid, [], found);
        }
    }

    /// A one-sided close shows the newest state, or names the recorded one.
    pub(super) fn close_solo(&mut self, evidence: &Evidence) {
        let round = match evidence {
            Evidence::RoundZero => 0,
            Evidence::Recorded(state) | Evidence::Signed(state, _) => state.round().get(),
        };
        let recorded = self.record().round;
        if round < recorded {
            let found = format!("a close with round {round}, which relies on the recorded round {recorded}");
            self.find(Code::CloseNamesNoRound, [], found);
        }
        if let Some(newest) = self.dossier.newest().map(|newest| newest.key()).filter(|newest| round < newest.number) {
            let found = format!("a close with round {round}, where both have signed round {}", newest.number);
            self.find(Code::CloseBelowNewest, [newest], found);
        }
    }

    fn still_valid(&mut self, valid_until: Timestamp) {
        let now = self.view.latest.now;
        let last = now.saturating_add(self.policy.max_validity);
        if valid_until.get() < now {
            self.find(Code::Expired, [], format!("valid until {valid_until}, and it is {now}"));
        } else if valid_until.get() > last {
            let found = format!("valid until {valid_until}, where {last} is the latest that is accepted");
            self.find(Code::ValidTooLong, [], found);
        }
    }

    /// The closes that a party has signed and that may still be used, by what is final.
    pub(super) fn usable_closes(&self, party: Party) -> impl Iterator<Item = Entry<'_, Agreement<Close>>> {
        let Sight { channel, now } = &self.view.last_final;
        self.dossier.closes().filter(move |close| {
            let message = &close.content.message;
            let is_usable = message.round().get() > channel.record.round && message.valid_until().get() >= *now;
            close.held.is_signed_by(party) && is_usable && !channel.is_closed
        })
    }
}
