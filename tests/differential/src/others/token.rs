//! The copy of `tests/contracts/tokens/ScriptedToken.sol`.

use alloy_primitives::{Address, U256};

use super::Others;
use crate::step::{TokenMood, TokenTold};

/// How a token behaves.
#[derive(Debug, Clone)]
pub(super) struct Token {
    mood: TokenMood,
    target: Address,
    number: U256,
}

impl Default for Token {
    fn default() -> Self {
        Self { mood: TokenMood::Honest, target: Address::ZERO, number: U256::ZERO }
    }
}

impl Token {
    pub(super) const fn told(told: &TokenTold) -> Self {
        Self { mood: told.mood, target: told.target, number: told.number }
    }

    pub(super) fn is_gone(&self) -> bool {
        self.mood == TokenMood::Gone
    }

    /// What is left of `amount` when it arrives at somebody who has `balance`, as that one's balance.
    fn arrived(&self, balance: U256, amount: U256) -> Option<U256> {
        match self.mood {
            TokenMood::Shrinking => Some(balance >> 1),
            TokenMood::Giving => balance.checked_add(self.number),
            TokenMood::Charging => balance.checked_add(amount - amount / U256::from(10)),
            _ => balance.checked_add(amount),
        }
    }
}

impl Others {
    /// What the token says that an account has, as a whole word.
    pub(super) fn told_balance(&self, token: Address, account: Address) -> Option<U256> {
        let mood = self.tokens.get(&token)?.mood;
        let tells = !matches!(mood, TokenMood::Mute | TokenMood::Curt | TokenMood::Gone);
        tells.then(|| self.holding(token, account))
    }

    /// Whether the token says that it has moved `amount`: which says nothing of whether it did. With little gas if
    /// `is_bounded`.
    pub(super) fn transfer(
        &mut self,
        token: Address,
        from: Address,
        to: Address,
        amount: U256,
        is_bounded: bool,
    ) -> bool {
        let Some(told) = self.tokens.get(&token).cloned() else { return false };
        match told.mood {
            TokenMood::Lying => return true,
            TokenMood::Picky if to == told.target || from == told.target => return false,
            TokenMood::Hungry if is_bounded => return false,
            TokenMood::Gone => return false,
            mood if mood > TokenMood::Lying => return false,
            _ => {}
        }
        let Some(left) = self.holding(token, from).checked_sub(amount) else { return false };
        let before = self.now.tokens.insert((token, from), left);
        let Some(arrived) = told.arrived(self.holding(token, to), amount) else {
            self.now.tokens.insert((token, from), before.unwrap_or_default());
            return false;
        };
        self.now.tokens.insert((token, to), arrived);
        if told.mood == TokenMood::Reentering {
            self.call_back(token);
        }
        !matches!(told.mood, TokenMood::Two | TokenMood::Short)
    }

    fn holding(&self, token: Address, account: Address) -> U256 {
        self.now.tokens.get(&(token, account)).copied().unwrap_or_default()
    }
}
