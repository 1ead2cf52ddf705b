//! Whether money may leave a channel as it does.

use adjudicator::{Channel, Effect, Record, Situation, action::Action, types::Party, wire};
use alloy_primitives::{I256, U256};

use super::{super::Broken, Change};

impl Change<'_> {
    pub(super) fn withdrawal(&self) -> Result<(), Broken> {
        let what = "a withdrawal";
        let Some(Action::Withdraw(withdraw)) = self.action else {
            return if self.before.serial == self.after.serial || self.after.is_closed {
                Ok(())
            } else {
                Err(Broken::message("another call", "it counts as a withdrawal"))
            };
        };
        if withdraw.serial != self.before.serial {
            let why = format!("its serial is {}, and {} were made", withdraw.serial, self.before.serial);
            return Err(Broken::message(what, why));
        }
        if self.of.now > withdraw.valid_until {
            let why = format!("it was over at {}, and it is {}", withdraw.valid_until, self.of.now);
            return Err(Broken::message(what, why));
        }
        if self.after.serial != self.before.serial.saturating_add(1) {
            return Err(Broken::message(what, format!("{} are counted then", self.after.serial)));
        }
        let mut own = self.setting.stage.withdrawals().filter(|(_, with)| with.channel == *self.name);
        let signers = own.find(|(_, with)| {
            let message = &with.message;
            let amounts = message.amounts().as_slice().iter().map(|amount| amount.to_word());
            let is_same =
                (message.serial().get(), message.valid_until().get()) == (withdraw.serial, withdraw.valid_until);
            is_same && *message.recipients() == withdraw.recipients && amounts.eq(withdraw.amounts.iter().copied())
        });
        self.agreed(what, signers.map(|(_, with)| with.signers))?;
        self.taken_out(&withdraw.amounts)
    }

    /// Both agreed to a message: by their signatures, or by the sender's own call.
    fn agreed(&self, what: &str, signers: Option<[bool; 2]>) -> Result<(), Broken> {
        let is_agreed = signers.is_some_and(|signers| {
            Party::BOTH.iter().all(|party| *party.of(&signers) || self.sender_party() == Some(*party))
        });
        if is_agreed { Ok(()) } else { Err(Broken::message(what, "both have not signed it")) }
    }

    /// Each party's balances are less by what it took out.
    fn taken_out(&self, amounts: &[U256]) -> Result<(), Broken> {
        let pairs = amounts.as_chunks::<2>().0.iter();
        for (asset, pair) in self.terms().assets().as_slice().iter().zip(pairs) {
            let of = |channel: &Channel| channel.funds.get(&asset.get()).copied().unwrap_or_default().balances;
            let expected = of(self.before)
                .into_iter()
                .zip(pair)
                .map(|(balance, amount)| balance.saturating_sub(I256::try_from(*amount).unwrap_or(I256::MAX)));
            if !expected.eq(of(self.after)) && !self.after.is_closed {
                return Err(Broken::message("a withdrawal", "the balances are not less by what it takes"));
            }
        }
        Ok(())
    }

    /// It pays.
    pub(super) fn closed(&self) -> Result<(), Broken> {
        let (record, now) = (&self.before.record, self.of.now);
        match self.action {
            Some(Action::Settle(settle)) => {
                let recorded = self.recorded(record).map(|shown| shown.state.pack()).unwrap_or_default();
                if settle.state != recorded {
                    return Err(Broken::message("a settlement", "its state is not the recorded one"));
                }
                let final_time = self.final_time(self.before).unwrap_or(u64::MAX);
                if now < final_time {
                    return Err(Broken::PaidTooEarly { now, final_time });
                }
                self.payout(record)
            }
            Some(Action::CloseMutual(call)) => {
                let length = self.terms().assets().asset_count();
                let Some((close, _)) = wire::Close::split(&call.close, length) else { return Ok(()) };
                if close.round() <= record.round {
                    let why = format!("its round is {}, and {} is recorded", close.round(), record.round);
                    return Err(Broken::message("a mutual close", why));
                }
                if now > close.valid_until() {
                    let why = format!("it was over at {}, and it is {now}", close.valid_until());
                    return Err(Broken::message("a mutual close", why));
                }
                let mut own = self.setting.stage.closes().filter(|(_, with)| with.channel == *self.name);
                let signers = own.find(|(_, with)| with.message.pack() == close.packed()).map(|(_, with)| with.signers);
                self.agreed("a mutual close", signers)?;
                let funds = self.terms().assets().as_slice().iter().map(|asset| self.before.funds.get(&asset.get()));
                let funds = funds.map(|funds| funds.copied().unwrap_or_default());
                self.paid(funds.zip(close.nets()).map(|(funds, net)| funds.split(net)).collect())
            }
            Some(Action::CloseSolo(close)) if close.consent => {
                let length = self.terms().assets().asset_count();
                let round = wire::State::split(&close.evidence, length).map_or(0, |(state, _)| state.round());
                let peer = self.sender_party().map(Party::peer);
                let has_peer = peer.is_some_and(|peer| *peer.of(&record.consents));
                if !has_peer || round != record.round {
                    return Err(Broken::message("a consent", "the other party has not consented to this state"));
                }
                if record.evidence_deadline.is_some_and(|deadline| now >= deadline) {
                    let deadline = record.evidence_deadline.unwrap_or_default();
                    return Err(Broken::LateEvidence { now, deadline });
                }
                self.payout(record)
            }
            _ => Err(Broken::message("a call", "it pays out the channel, which is not its business")),
        }
    }

    /// It pays what the recorded state says, and what was forced on it.
    fn payout(&self, record: &Record) -> Result<(), Broken> {
        let recorded = self.recorded(record).map(|shown| &shown.state);
        self.paid(Situation::of(self.before, self.terms(), recorded).payouts.unwrap_or_default())
    }

    /// The settlement's events tell of these payouts, per asset and party.
    fn paid(&self, expected: Vec<[U256; 2]>) -> Result<(), Broken> {
        let found = self.of.effects.iter().filter_map(|effect| match effect {
            Effect::Settled { channel_id, payouts, .. } if *channel_id == self.place.id => Some(*payouts),
            _ => None,
        });
        let found: Vec<[U256; 2]> = found.collect();
        if found == expected { Ok(()) } else { Err(Broken::Payout { found, expected }) }
    }
}
