//! What happens beside the calls: actors change their moods, somebody deploys another contract.

use adjudicator::{
    action::{Action, Claim, Multicall},
    rules::NATIVE,
};
use alloy_primitives::{Address, Bytes, U256};

use super::{Generator, MAX_AMOUNT, channel};
use crate::{
    scene::OUTSIDERS,
    step::{Deploy, PayeeMood, PayeeTold, Serial, Step, TokenMood, TokenTold},
    twin::Twin,
};

impl Generator {
    /// Something else than a call, now and then; and before the first one, so that nobody is as expected.
    pub(super) fn aside(&mut self, twin: &Twin) -> Option<Step> {
        if self.asides < 3 {
            self.asides += 1;
            let is_token = self.asides == 3;
            return Some(if is_token { Step::Token(self.token_told()) } else { Step::Payee(self.payee_told()) });
        }
        match self.dice.below(1000) {
            0..50 => Some(Step::Token(self.token_told())),
            50..100 => Some(Step::Payee(self.payee_told())),
            100..160 => self.relented(twin),
            160..164 => Some(Step::Deploy(self.deployed())),
            164..173 => self.serial(twin).map(Step::Serial),
            _ => None,
        }
    }

    fn token_told(&mut self) -> TokenTold {
        // One that is hungry can be pulled, but not be pushed: what it owes is credited.
        let mood = match self.dice.below(10) {
            0..5 => TokenMood::Honest,
            5..8 => TokenMood::Hungry,
            _ => *self.dice.pick(&TokenMood::ALL),
        };
        let target = *self.dice.pick(&[self.scene.manager(), OUTSIDERS[0], OUTSIDERS[1], self.scene.payees[0]]);
        let numbers = [U256::ZERO, U256::ONE, MAX_AMOUNT, MAX_AMOUNT + U256::ONE, U256::from(77)];
        let number = *self.dice.pick(&numbers);
        TokenTold { token: self.dice.below(3) as usize, mood, target, number, temptation: self.temptation() }
    }

    /// Somebody who would not be paid, or not pay, will now.
    fn relented(&mut self, twin: &Twin) -> Option<Step> {
        let can_relent = |(creditor, asset): &(Address, Address)| {
            self.scene.tokens.contains(asset) || (*asset == NATIVE && self.scene.payees.contains(creditor))
        };
        let credits: Vec<(Address, Address)> = twin.manager.credits.keys().copied().filter(can_relent).collect();
        let (creditor, asset) = if credits.is_empty() { return None } else { *self.dice.pick(&credits) };
        self.due = Some((creditor, asset));
        let (token, payee) = (self.scene.tokens.iter().position(|it| *it == asset), self.payee_number(creditor));
        let temptation = self.temptation();
        let (target, number) = (Address::ZERO, U256::ZERO);
        match (token, payee) {
            (Some(token), _) => {
                Some(Step::Token(TokenTold { token, mood: TokenMood::Honest, target, number, temptation }))
            }
            (None, payee) => payee.map(|payee| Step::Payee(PayeeTold { payee, mood: PayeeMood::Hungry, temptation })),
        }
    }

    fn payee_number(&self, account: Address) -> Option<usize> {
        self.scene.payees.iter().position(|payee| *payee == account)
    }

    fn payee_told(&mut self) -> PayeeTold {
        // One that is hungry is credited, and can be paid when it claims.
        let mood = match self.dice.below(10) {
            0 => PayeeMood::Accepting,
            1..8 => PayeeMood::Hungry,
            _ => *self.dice.pick(&PayeeMood::ALL),
        };
        PayeeTold { payee: self.dice.below(2) as usize, mood, temptation: self.temptation() }
    }

    /// A call that the contract reads before it refuses it, or a multicall of such, which it does not refuse.
    fn temptation(&mut self) -> Bytes {
        if self.dice.permille(500) {
            return self.tempting_call();
        }
        // A payee has gas for so many, and each for being refused.
        let calls = (0..self.dice.within(0, 2)).map(|_| match self.dice.below(8) {
            0 => self.getter(),
            1 => self.some_bytes().into(),
            _ => self.tempting_call(),
        });
        Multicall { calls: calls.collect(), gas_each: U256::from(5000) }.calldata()
    }

    fn tempting_call(&mut self) -> Bytes {
        if !self.past.is_empty() {
            let past = self.dice.pick(&self.past).calldata.clone();
            let is_short = past.len() < 700;
            if is_short && Action::decode(&past).is_ok_and(|action| !matches!(action, Action::Multicall(_))) {
                return past;
            }
        }
        Claim { creditor: OUTSIDERS[0], asset: Address::ZERO }.calldata()
    }

    fn deployed(&mut self) -> Deploy {
        let bounds = [0, 1, 60, 99_999_999, 100_000_000, 100_000_001].map(U256::from);
        let bound = |dice: &mut crate::dice::Dice| if dice.permille(50) { U256::MAX } else { *dice.pick(&bounds) };
        Deploy { min_window: bound(&mut self.dice), max_window: bound(&mut self.dice) }
    }

    /// A channel has had almost all of its withdrawals; or, as if by miracle, none.
    fn serial(&mut self, twin: &Twin) -> Option<Serial> {
        let at = self.living(twin);
        let (channel_id, asset) = (self.plans[at].id, self.plans[at].assets[0]);
        let max = adjudicator::rules::MAX_SERIAL;
        let serial = *self.dice.pick(&[max, max, max - 1, 0]);
        channel(twin, channel_id).funds.contains_key(&asset).then_some(Serial { channel_id, asset, serial })
    }
}
