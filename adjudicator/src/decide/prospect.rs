//! What comes of it for a party.

use alloy_primitives::{I256, U256};

use super::{book::Book, loss::loss, touched::Touched, worst::Worst};
use crate::{
    Channel, Effect, Funds, Situation, Status,
    types::{Asset, Party, Withdraw},
};

/// The most ways to make withdrawals that are told apart.
const MAX_PURSES: usize = 1_000;

/// What a party gets, per asset and in units of it, of the money that is in the channel now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospect {
    /// At least, if the party answers all that others do in time, whatever that is, and whatever its gas costs.
    pub guaranteed: Vec<U256>,
    /// At least, if the party does nothing more, whatever anybody else does.
    pub undefended: Vec<U256>,
    /// If nobody does anything more but settle; or if it were closed like that, of an open channel. Nothing is known of
    /// that if the recorded state is not held.
    pub as_it_is: Option<Vec<U256>>,
    /// The first second at which the party has its money, if nobody does anything more but settle: in an open channel never.
    pub paid_at: Option<u64>,
}

/// The channel's money after some withdrawals that may still be made, and what the party has got by them.
struct Purse {
    funds: Vec<Funds>,
    received: Vec<U256>,
}

impl Book<'_> {
    /// What comes for the party of a channel, some of whose instances were just touched, after these effects.
    pub(super) fn prospect(&self, channel: &Channel, touched: &[Touched], effects: &[Effect]) -> (Prospect, Situation) {
        let received = self.received(effects);
        let situation = self.situation_of(channel, touched);
        let paid_at = match situation.status {
            Status::Open => None,
            Status::Closing { final_time, .. } => Some(final_time.max(self.question.at)),
            Status::Closed => Some(self.question.at),
        };
        if channel.is_closed {
            let (guaranteed, undefended) = (received.clone(), received.clone());
            return (Prospect { guaranteed, undefended, as_it_is: Some(received), paid_at }, situation);
        }
        let as_it_is = situation.payouts.as_ref().map(|payouts| {
            let own = payouts.iter().map(|pair| *self.question.party.of(pair));
            own.zip(&received).map(|(payout, received)| payout.saturating_add(*received)).collect()
        });
        let [guaranteed, undefended] = [true, false].map(|is_defended| {
            let worst = self.worst(channel, touched, is_defended);
            self.at_worst(channel, &worst, &received)
        });
        (Prospect { guaranteed, undefended, as_it_is, paid_at }, situation)
    }

    /// What the party gets if the worst of these comes, and the peer uses what else it has been signed.
    pub(super) fn at_worst(&self, channel: &Channel, worst: &Worst, received: &[U256]) -> Vec<U256> {
        let mut least: Option<Vec<U256>> = None;
        let mut take = |amounts: Vec<U256>| match &mut least {
            Some(least) => least.iter_mut().zip(amounts).for_each(|(least, amount)| *least = (*least).min(amount)),
            none => *none = Some(amounts),
        };
        let closes = self.closes(channel);
        for purse in self.purses(channel, received) {
            for (losses, is_due) in [(&worst.due, true), (&worst.others, false)] {
                if let Some(losses) = losses {
                    take(self.paid(channel, &purse, losses, is_due));
                }
            }
            for losses in &closes {
                take(self.paid(channel, &purse, losses, false));
            }
        }
        least.unwrap_or_else(|| received.to_vec())
    }

    fn paid(&self, channel: &Channel, purse: &Purse, losses: &[I256], is_due: bool) -> Vec<U256> {
        let party = self.question.party;
        let mut amounts: Vec<U256> =
            purse.funds.iter().zip(losses).map(|(funds, loss)| payout(funds, party, *loss)).collect();
        if let (true, Some(first), Some(funds)) = (is_due, amounts.first_mut(), purse.funds.first()) {
            let due = self.terms().bounty().to_word();
            // Of a channel that is not closing yet it is the party that closes, if the bounty counts at all.
            if channel.bounty.is_none_or(|bounty| bounty.closer == party.get()) {
                *first = first.saturating_sub(due);
            } else if let Some(prover) = channel.bounty.and_then(|bounty| bounty.prover) {
                let rest = funds.escrow().saturating_sub(*first).min(due);
                let accounts = Party::BOTH.map(|party| *self.terms().accounts(party));
                let is_party = accounts.iter().any(|each| prover == each.signer || prover == each.payee);
                let to_prover = if is_party { U256::ZERO } else { rest.wrapping_shr(1) };
                *first = first.saturating_add(rest.saturating_sub(to_prover));
            }
        }
        amounts.iter_mut().zip(&purse.received).for_each(|(amount, more)| *amount = amount.saturating_add(*more));
        amounts
    }

    /// What the party loses by each close that it has signed and its peer may still use.
    fn closes(&self, channel: &Channel) -> Vec<Vec<I256>> {
        let (party, since) = (self.question.party, self.since());
        let assets = self.terms().assets().asset_count();
        let usable = self.question.dossier.closes().filter(|close| {
            let message = &close.content.message;
            let is_newer = message.round().get() > channel.record.round && message.nets().asset_count() == assets;
            close.held.is_signed_by(party) && is_newer && message.valid_until().get() >= since
        });
        usable
            .map(|close| {
                let nets = close.content.message.nets().as_slice();
                nets.iter().map(|net| loss(party, net.get())).collect()
            })
            .collect()
    }

    /// The money as it is, and after every row of withdrawals that the party has signed and anybody may still make.
    fn purses(&self, channel: &Channel, received: &[U256]) -> Vec<Purse> {
        let funds = |asset: &Asset| channel.funds.get(&asset.get()).copied().unwrap_or_default();
        let now: Vec<Funds> = self.terms().assets().as_slice().iter().map(funds).collect();
        let mut purses = vec![Purse { funds: now.clone(), received: received.to_vec() }];
        // A deposit that is not final yet may never have been.
        let last_final = &self.question.view.last_final.channel;
        if channel.funds == self.channel().funds && !last_final.is_closed && channel.serial == last_final.serial {
            let funds = |asset: &Asset| last_final.funds.get(&asset.get()).copied().unwrap_or_default();
            let funds: Vec<Funds> = self.terms().assets().as_slice().iter().map(funds).collect();
            if funds != now {
                purses.push(Purse { funds, received: received.to_vec() });
            }
        }
        let (party, since) = (self.question.party, self.since());
        let mut serial = channel.serial;
        let mut from = 0;
        loop {
            let of_serial = self.question.dossier.withdrawals().filter(|withdraw| {
                let message = &withdraw.content.message;
                let is_next = message.serial().get() == serial && message.valid_until().get() >= since;
                is_next && withdraw.held.is_signed_by(party)
            });
            let made: Vec<Purse> = of_serial
                .flat_map(|withdraw| {
                    let before = purses.get(from..).unwrap_or_default();
                    before.iter().map(|purse| purse.after(&withdraw.content.message, party)).collect::<Vec<_>>()
                })
                .collect();
            if made.is_empty() {
                return purses;
            }
            from = purses.len();
            purses.extend(made);
            // Of so many ways nobody knows the worst, so nothing is counted on.
            if purses.len() > MAX_PURSES {
                let nothing = now.iter().map(|funds| Funds { index: funds.index, ..Funds::default() }).collect();
                return vec![Purse { funds: nothing, received: received.to_vec() }];
            }
            serial = serial.saturating_add(1);
        }
    }

    /// What is over by then is over: as of the last final block.
    const fn since(&self) -> u64 {
        self.question.view.last_final.now
    }

    /// What the party has got by these effects.
    fn received(&self, effects: &[Effect]) -> Vec<U256> {
        let party = self.question.party;
        let assets = self.terms().assets().as_slice();
        let payee = self.terms().accounts(party).payee;
        let mut received = vec![U256::ZERO; assets.len()];
        let mut add = |index: usize, amount: U256| {
            received.get_mut(index).into_iter().for_each(|sum: &mut U256| *sum = sum.saturating_add(amount));
        };
        for effect in effects {
            match effect {
                Effect::Settled { index, payouts, .. } => add(usize::from(*index), *party.of(payouts)),
                Effect::Withdrawn { amounts, .. } => {
                    amounts.as_chunks::<2>().0.iter().enumerate().for_each(|(index, pair)| add(index, *party.of(pair)));
                }
                Effect::Claimed { creditor, asset, amount, .. } if *creditor == payee => {
                    let index = assets.iter().position(|each| each.get() == *asset);
                    index.into_iter().for_each(|index| add(index, *amount));
                }
                _ => {}
            }
        }
        received
    }
}

impl Purse {
    /// After one more withdrawal. What is missing for it, the peer can pay in first.
    fn after(&self, withdraw: &Withdraw, party: Party) -> Self {
        let (mut funds, mut received) = (self.funds.clone(), self.received.clone());
        let assets = funds.iter_mut().zip(&mut received).zip(withdraw.amounts().as_pairs());
        for ((funds, received), pair) in assets {
            let amounts = pair.map(|amount| amount.to_word());
            let [amount0, amount1] = amounts;
            let missing = signed(amount0.saturating_add(amount1).saturating_sub(funds.escrow()));
            let paid_in = if party == Party::Zero { [I256::ZERO, missing] } else { [missing, I256::ZERO] };
            for ((balance, more), less) in funds.balances.iter_mut().zip(paid_in).zip(amounts) {
                *balance = balance.saturating_add(more).saturating_sub(signed(less));
            }
            *received = received.saturating_add(*party.of(&amounts));
        }
        Self { funds, received }
    }
}

fn signed(amount: U256) -> I256 {
    I256::try_from(amount).unwrap_or(I256::MAX)
}

/// What a party is paid of an asset if it loses so much.
fn payout(funds: &Funds, party: Party, lost: I256) -> U256 {
    *party.of(&funds.split(loss(party, lost)))
}
