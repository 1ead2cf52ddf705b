//! Deposits, withdrawals and claims.

use adjudicator::{
    Channel,
    action::{Claim, ClaimTo, Deposit, DepositById, Withdraw},
    eip712,
    rules::{MAX_SERIAL, NATIVE},
};
use alloy_primitives::{Address, U256};

use super::{Draft, Generator, MAX_AMOUNT, channel};
use crate::{
    others::is_sender,
    scene::{GHOST_TOKEN, OUTSIDERS, PAUPER},
    twin::Twin,
};

impl Generator {
    pub(super) fn deposit(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let plan = &self.plans[at];
        let (mut terms, count) = (plan.terms.clone(), plan.assets.len());
        let index = self.dice.below(count as u64) as usize;
        let (asset, party) = (self.plans[at].assets[index], self.dice.below(2) as usize);
        let mut side = (2 * index + party) as u8;
        let mut amount = self.deposited(channel(twin, self.plans[at].id), asset, party);
        let mut sender = self.anyone();
        let mut value = if asset == NATIVE { amount } else { U256::ZERO };
        if is_spoiled {
            match self.dice.below(12) {
                0..5 => terms = self.other_bad_terms(),
                5 => terms = self.cut_terms(&terms),
                6 => side = (2 * count) as u8 + *self.dice.pick(&[0, 1, 200]),
                7 => (amount, value) = (U256::ZERO, U256::ZERO),
                8 => {
                    amount = MAX_AMOUNT + U256::from(self.dice.within(1, 3));
                    value = if asset == NATIVE { amount } else { U256::ZERO };
                }
                9 | 10 => value = if asset == NATIVE { amount + U256::ONE } else { U256::ONE },
                _ => sender = PAUPER,
            }
        }
        Draft { value, ..Draft::new(sender, Deposit { terms, amount, side }) }
    }

    pub(super) fn deposit_by_id(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let channel = channel(twin, self.plans[at].id);
        let known: Vec<Address> = channel.funds.keys().copied().collect();
        if known.is_empty() && !is_spoiled {
            return self.deposit(twin, at, false);
        }
        let mut asset = if known.is_empty() { NATIVE } else { *self.dice.pick(&known) };
        let (mut channel_id, mut party) = (self.plans[at].id, self.dice.below(2) as u8);
        let mut amount = self.deposited(channel, asset, party.into());
        if is_spoiled {
            match self.dice.below(6) {
                0 | 1 => party = *self.dice.pick(&[2, 3, 255]),
                2 => asset = *self.dice.pick(&[NATIVE, self.scene.tokens[0], self.scene.tokens[2], GHOST_TOKEN]),
                3 => channel_id = self.dice.word(),
                4 => amount = *self.dice.pick(&[U256::ZERO, MAX_AMOUNT + U256::ONE]),
                _ => {}
            }
        }
        let mut value = if asset == NATIVE { amount } else { U256::ZERO };
        if is_spoiled && self.dice.permille(200) {
            value += U256::ONE;
        }
        let sender = self.anyone();
        Draft { value, ..Draft::new(sender, DepositById { channel_id, asset, party, amount }) }
    }

    /// Small most often; or just as much as fits, or one unit more.
    fn deposited(&mut self, channel: &Channel, asset: Address, party: usize) -> U256 {
        let room = channel.funds.get(&asset).map_or(MAX_AMOUNT, |funds| {
            let balance = funds.balances[party];
            if balance.is_negative() { MAX_AMOUNT } else { MAX_AMOUNT - balance.unsigned_abs() }
        });
        match self.dice.below(60) {
            0 => room.max(U256::ONE),
            1 => room + U256::ONE,
            _ => U256::from(self.dice.within(1, 1000)),
        }
    }

    pub(super) fn withdraw(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Draft {
        let channel = channel(twin, self.plans[at].id);
        let escrow = |asset: &Address| channel.funds.get(asset).map_or(U256::ZERO, |funds| funds.escrow());
        let escrows: Vec<U256> = self.plans[at].assets.iter().map(escrow).collect();
        if escrows.iter().all(U256::is_zero) && !is_spoiled {
            return self.deposit(twin, at, false);
        }
        let mut message = Withdraw {
            terms: self.plans[at].terms.clone(),
            serial: channel.serial,
            amounts: escrows.iter().flat_map(|escrow| self.parts(*escrow)).collect(),
            recipients: [self.recipient(at), self.recipient(at)],
            valid_until: self.valid_until(),
            signatures: Default::default(),
        };
        if !is_spoiled && message.amounts.iter().all(U256::is_zero) {
            let some = escrows.iter().position(|escrow| !escrow.is_zero()).unwrap_or_default();
            message.amounts[2 * some] = U256::ONE;
        }
        let mut sender = self.anyone();
        if self.dice.permille(400) {
            sender = self.party(at).1;
        }
        let flaw = if is_spoiled { self.dice.below(12) } else { u64::MAX };
        self.spoil_withdrawal(&mut message, &escrows, flaw);
        let hash = |message: &Withdraw, id| {
            eip712::withdraw_hash(id, message.serial, &message.amounts, &message.recipients, message.valid_until)
        };
        let digest = self.scene.domain.digest(hash(&message, self.plans[at].id));
        message.signatures =
            if flaw < 3 { self.flawed_both(at, &mut sender, digest) } else { self.both(at, sender, digest) };
        Draft::new(sender, message)
    }

    fn spoil_withdrawal(&mut self, message: &mut Withdraw, escrows: &[U256], flaw: u64) {
        let last = escrows.len() - 1;
        let side = 2 * last + self.dice.below(2) as usize;
        match flaw {
            3 => message.terms = self.cut_terms(&message.terms.clone()),
            4 => {
                message.serial =
                    *self.dice.pick(&[message.serial + 1, message.serial.saturating_sub(1), MAX_SERIAL, u64::MAX])
            }
            5 => message.valid_until = self.now - self.dice.within(1, 2),
            6 => message.amounts[side] = escrows[last] + U256::ONE,
            7 => message.amounts.fill(U256::ZERO),
            8 => message.amounts[side] = *self.dice.pick(&[MAX_AMOUNT + U256::ONE, U256::MAX]),
            9 | 10 => {
                let party = self.dice.below(2) as usize;
                message.recipients[party] = *self.dice.pick(&[Address::ZERO, self.scene.manager()]);
            }
            11 if self.dice.permille(500) => message.amounts.push(U256::ZERO),
            11 => drop(message.amounts.pop()),
            _ => {}
        }
    }

    /// What both parties take out of so much.
    fn parts(&mut self, escrow: U256) -> [U256; 2] {
        let first = if self.dice.permille(300) { U256::ZERO } else { self.amount(escrow) };
        let rest = if self.dice.permille(500) { U256::ZERO } else { self.amount(escrow - first) };
        if self.dice.permille(500) { [first, rest] } else { [rest, first] }
    }

    fn recipient(&mut self, at: usize) -> Address {
        match self.dice.below(6) {
            0..2 => *self.dice.pick(&self.plans[at].payees),
            2..5 => *self.dice.pick(&self.scene.payees),
            5 if self.dice.permille(500) => *self.dice.pick(&OUTSIDERS),
            _ => self.anyone(),
        }
    }

    pub(super) fn claim(&mut self, twin: &Twin, is_spoiled: bool) -> Draft {
        let (creditor, asset) = self.credit(twin, is_spoiled);
        let sender = self.anyone();
        Draft::new(sender, Claim { creditor, asset })
    }

    pub(super) fn claim_to(&mut self, twin: &Twin, is_spoiled: bool) -> Draft {
        let (creditor, asset) = self.credit(twin, is_spoiled);
        let mut recipient = *self.dice.pick(&[OUTSIDERS[0], OUTSIDERS[1], PAUPER, self.scene.payees[0]]);
        if is_spoiled && self.dice.permille(500) {
            recipient = *self.dice.pick(&[Address::ZERO, self.scene.manager()]);
        }
        let sender = if is_sender(&self.scene, creditor) { creditor } else { self.anyone() };
        Draft::new(sender, ClaimTo { recipient, asset })
    }

    /// Somebody gets what waits for him.
    pub(super) fn claim_of(&mut self, creditor: Address, asset: Address) -> Draft {
        if is_sender(&self.scene, creditor) && self.dice.permille(550) {
            return Draft::new(creditor, ClaimTo { recipient: *self.dice.pick(&OUTSIDERS), asset });
        }
        let sender = self.anyone();
        Draft::new(sender, Claim { creditor, asset })
    }

    /// A credit that somebody has, or none.
    fn credit(&mut self, twin: &Twin, is_spoiled: bool) -> (Address, Address) {
        let mut credits: Vec<(Address, Address)> = twin.manager.credits.keys().copied().collect();
        // Some creditors are contracts that send nothing, and can never be paid.
        if self.dice.permille(950) {
            credits.retain(|(creditor, _)| is_sender(&self.scene, *creditor));
        }
        if credits.is_empty() || (is_spoiled && self.dice.permille(300)) {
            return (self.anyone(), *self.dice.pick(&[NATIVE, self.scene.tokens[0], GHOST_TOKEN]));
        }
        *self.dice.pick(&credits)
    }
}
