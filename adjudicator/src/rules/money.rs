//! Money in and out: deposits, withdrawals, credits, and the payout that ends a channel.

use alloy_primitives::{Address, B256, I256, U256};

use super::{MAX_AMOUNT, MAX_SERIAL, NATIVE, Operation, Result, window};
use crate::action::{DepositById, Withdraw};
use crate::error::{require, require_some};
use crate::{Base, Bounty, Channel, Effect, Funds, World, channel::short, eip712, wire};

impl<W: World> Operation<'_, W> {
    pub(crate) fn deposit(&mut self, terms: &wire::Terms<'_>, amount: U256, side: u8) -> Result<()> {
        let (index, party, count) = (side / 2, side % 2, terms.asset_count().saturating_mul(2));
        let asset = require_some!(terms.asset(index.into()), SideInvalid { count, actual: side });
        if !self.channel.funds.contains_key(&asset) {
            self.deployment.require_valid(terms)?;
        }
        self.credit(asset, index, party, amount)
    }

    pub(crate) fn deposit_by_id(&mut self, call: &DepositById) -> Result<()> {
        let &DepositById { channel_id, asset, party, amount } = call;
        require!(party < 2, PartyInvalid { party });
        let funds = require_some!(self.channel.funds.get(&asset), AssetUnknown { channel_id, asset });
        self.credit(asset, funds.index, party, amount)
    }

    fn credit(&mut self, asset: Address, index: u8, party: u8, asked: U256) -> Result<()> {
        self.require_living()?;
        let (expected, actual) = (if asset == NATIVE { asked } else { U256::ZERO }, self.submission.value);
        require!(actual == expected, ValueMismatch { expected, actual });
        let (from, to) = (self.submission.submitter, self.deployment.domain.manager());
        let arrived = if asset == NATIVE { Some(asked) } else { self.world.pull(asset, from, asked) };
        self.effects.extend(self.world.overheard());
        let amount = require_some!(arrived, TokenTransferFailed { token: asset, from, to, amount: asked });
        require!(!amount.is_zero(), AmountZero {});
        require_amount(amount)?;
        let funds = self.channel.funds.entry(asset).or_insert(Funds { index, ..Funds::default() });
        let [balance0, balance1] = &mut funds.balances;
        let balance = if party == 0 { balance0 } else { balance1 };
        *balance = balance.saturating_add(signed(amount));
        require!(*balance <= signed(MAX_AMOUNT), AmountOutOfRange { max: MAX_AMOUNT, actual: balance.unsigned_abs() });
        let serial = if index == 0 { self.channel.serial } else { 0 };
        self.effects.push(Effect::Deposited { channel_id: self.channel_id, funds: *funds, serial });
        Ok(())
    }

    pub(crate) fn withdraw(&mut self, terms: &wire::Terms<'_>, call: &Withdraw) -> Result<()> {
        self.require_living()?;
        window::require_valid(call.valid_until, self.submission.now)?;
        let serial = self.channel.serial;
        require!(call.serial == serial, SerialMismatch { expected: serial, actual: call.serial });
        require!(serial != MAX_SERIAL, SerialsExhausted { max: MAX_SERIAL });
        let (amounts, recipients) = (call.amounts.clone(), call.recipients);
        let hash = eip712::withdraw_hash(self.channel_id, serial, &amounts, &recipients, call.valid_until);
        self.require_both(hash, terms, &call.signatures)?;
        self.take_out(terms, call)?;
        self.channel.serial = serial.saturating_add(1);
        self.effects.push(Effect::Withdrawn { channel_id: self.channel_id, serial, amounts, recipients });
        for (asset, amounts) in terms.assets().zip(call.amounts.as_chunks::<2>().0) {
            for (recipient, amount) in recipients.iter().zip(amounts) {
                self.push(asset, *recipient, *amount);
            }
        }
        Ok(())
    }

    /// Lowers the balances. The first asset counts as validated then, for its funds count the withdrawals.
    fn take_out(&mut self, terms: &wire::Terms<'_>, call: &Withdraw) -> Result<()> {
        let (expected, actual) = (terms.asset_count().saturating_mul(2), call.amounts.len());
        require!(actual == expected, AmountsLengthInvalid { expected, actual });
        let mut sums = [U256::ZERO; 2];
        for (index, (asset, &[amount0, amount1])) in (0u8..).zip(terms.assets().zip(call.amounts.as_chunks().0)) {
            require_amount(amount0)?;
            require_amount(amount1)?;
            let requested = amount0.saturating_add(amount1);
            if index != 0 && requested.is_zero() {
                continue;
            }
            let funds = self.channel.funds.entry(asset).or_insert(Funds { index, ..Funds::default() });
            let available = funds.escrow();
            require!(requested <= available, EscrowExceeded { asset, available, requested });
            let [balance0, balance1] = funds.balances;
            funds.balances = [balance0.saturating_sub(signed(amount0)), balance1.saturating_sub(signed(amount1))];
            let [sum0, sum1] = sums;
            sums = [sum0.saturating_add(amount0), sum1.saturating_add(amount1)];
        }
        require!(sums != [U256::ZERO; 2], AmountZero {});
        for (recipient, sum) in call.recipients.into_iter().zip(sums) {
            let is_valid = !recipient.is_zero() && recipient != self.deployment.domain.manager();
            require!(is_valid || sum.is_zero(), RecipientInvalid { recipient });
        }
        Ok(())
    }

    pub(crate) fn close_mutual(&mut self, terms: &wire::Terms<'_>, close: &[u8]) -> Result<()> {
        let (expected, actual) = (wire::Close::length_for(terms.asset_count()), close.len());
        let opened = wire::Close::split(close, terms.asset_count());
        let (close, signatures) = require_some!(opened, CloseLengthInvalid { expected, actual });
        window::require_valid(close.valid_until(), self.submission.now)?;
        let (recorded, round) = (self.channel.record.round, close.round());
        require!(round > recorded, RoundStale { recorded, actual: round });
        let nets: Vec<I256> = close.nets().collect();
        let hash = eip712::close_hash(self.channel_id, round, &nets, close.valid_until());
        self.require_both(hash, terms, signatures)?;
        self.require_living()?;
        self.pay_out(terms, nets, None);
        Ok(())
    }

    pub(crate) fn settle(&mut self, terms: &wire::Terms<'_>, state: &[u8]) -> Result<()> {
        self.require_living()?;
        let (channel_id, record) = (self.channel_id, self.channel.record);
        let evidence_deadline = require_some!(record.evidence_deadline, NotClosing { channel_id });
        let (expected, actual) = (wire::State::length_for(terms.asset_count()), state.len());
        require!(actual == expected || actual == 0, StateLengthInvalid { expected, actual });
        let (state, _) = super::dispute::open(terms, state)?;
        let (hash, has_instances) = (self.hash_of(&state), !state.instances_root().is_zero());
        require!(short(hash) == record.state_hash, StateMismatch { expected: record.state_hash, actual: short(hash) });
        let untouched = Base::default();
        let base = has_instances.then(|| self.bases.get(&hash).unwrap_or(&untouched));
        let final_time = window::final_time(evidence_deadline, base, terms.window());
        window::require_final(final_time, self.submission.now)?;
        self.pay_recorded(terms, &state, Some(hash));
        Ok(())
    }

    /// Pays what is recorded: the nets of the state, and what the instances of its base came to.
    pub(crate) fn pay_recorded(&mut self, terms: &wire::Terms<'_>, state: &wire::State<'_>, base: Option<B256>) {
        let mut nets: Vec<I256> = state.nets().collect();
        nets.resize(terms.asset_count(), I256::ZERO);
        let base = base.and_then(|base| self.bases.get(&base));
        for instance in base.iter().flat_map(|base| base.instances.values()) {
            for (net, delta) in nets.iter_mut().zip(&instance.deltas) {
                *net = net.saturating_add(*delta);
            }
        }
        self.pay_out(terms, nets, self.channel.bounty);
    }

    /// Closes for ever, then pays the prover if the bounty is due, and both parties.
    fn pay_out(&mut self, terms: &wire::Terms<'_>, nets: Vec<I256>, bounty: Option<Bounty>) {
        self.channel.funds.entry(terms.first_asset()).or_default();
        let split = |(asset, net)| self.channel.funds.get(&asset).copied().unwrap_or_default().split(net);
        let mut payouts: Vec<[U256; 2]> = terms.assets().zip(nets).map(split).collect();
        let dead = |(asset, funds): (&Address, &Funds)| (*asset, Funds { index: funds.index, ..Funds::default() });
        let (funds, epochs) = (self.channel.funds.iter().map(dead).collect(), self.channel.epochs);
        self.channel = Channel { funds, epochs, is_closed: true, ..Channel::default() };
        let paid = bounty.zip(payouts.first_mut()).and_then(|(bounty, shares)| bounty.split(terms, shares));
        if let Some((prover, to_prover, to_party)) = paid {
            self.effects.push(Effect::BountyPaid { channel_id: self.channel_id, prover, to_prover, to_party });
            self.push(terms.first_asset(), prover, to_prover);
        }
        for (index, (asset, payouts)) in (0..).zip(terms.assets().zip(payouts)) {
            self.effects.push(Effect::Settled { channel_id: self.channel_id, index, payouts });
            for (party, payout) in [0, 1].into_iter().zip(payouts) {
                self.push(asset, terms.payee(party), payout);
            }
        }
    }

    /// Pays, or credits what cannot be paid.
    fn push(&mut self, asset: Address, to: Address, amount: U256) {
        if amount.is_zero() {
            return;
        }
        let is_taken = self.world.push(asset, to, amount, true);
        self.effects.extend(self.world.overheard());
        if !is_taken {
            self.effects.push(Effect::Credited { creditor: to, asset, amount });
        }
    }
}

impl Bounty {
    /// Moves it out of the closing party's share of the first asset, if it is due: half to the prover, the rest to the other
    /// party, who gets all of it if a party was the prover. Who proved, and what the prover and the other party get.
    pub(crate) fn split(&self, terms: &wire::Terms<'_>, shares: &mut [U256; 2]) -> Option<(Address, U256, U256)> {
        let prover = self.prover?;
        let [share0, share1] = shares;
        let (loser, winner) = if self.closer == 0 { (share0, share1) } else { (share1, share0) };
        let due = U256::from(terms.bounty()).min(*loser);
        let is_party = [0, 1].into_iter().any(|party| prover == terms.signer(party) || prover == terms.payee(party));
        let to_prover = if is_party { U256::ZERO } else { due.wrapping_shr(1) };
        let to_party = due.saturating_sub(to_prover);
        (*loser, *winner) = (loser.saturating_sub(due), winner.saturating_add(to_party));
        Some((prover, to_prover, to_party))
    }
}

impl Funds {
    /// What the channel holds of the asset.
    #[must_use]
    pub fn escrow(&self) -> U256 {
        self.balances.into_iter().fold(I256::ZERO, I256::saturating_add).unsigned_abs()
    }

    /// Who gets what, if party 0 owes party 1 `net`: whatever that is, nobody pays more than there is.
    #[must_use]
    pub fn split(&self, net: I256) -> [U256; 2] {
        let [balance0, balance1] = self.balances;
        let net = net.min(balance0).max(balance1.saturating_neg());
        [balance0.saturating_sub(net).unsigned_abs(), balance1.saturating_add(net).unsigned_abs()]
    }
}

fn require_amount(actual: U256) -> Result<()> {
    require!(actual <= MAX_AMOUNT, AmountOutOfRange { max: MAX_AMOUNT, actual });
    Ok(())
}

/// An amount that is known to be in range.
fn signed(amount: U256) -> I256 {
    I256::try_from(amount).unwrap_or(I256::MAX)
}
