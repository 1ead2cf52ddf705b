//! The copy of `tests/contracts/actors/ScriptedPayee.sol`, and how everybody else takes the native coin.

use alloy_primitives::{Address, U256};

use super::{Others, token::Token};
use crate::step::PayeeMood;

impl Others {
    /// The contract pays; whether it was taken, with little gas if `is_bounded`.
    pub(super) fn pay(&mut self, to: Address, amount: U256, is_bounded: bool) -> bool {
        if !self.takes(to, is_bounded) {
            return false;
        }
        self.move_coins(self.scene.manager(), to, amount);
        if self.payees.get(&to) == Some(&PayeeMood::Reentering) {
            self.call_back(to);
        }
        true
    }

    fn takes(&self, to: Address, is_bounded: bool) -> bool {
        match self.payees.get(&to) {
            Some(PayeeMood::Hungry) => !is_bounded,
            Some(mood) => *mood < PayeeMood::Reverting,
            // No other contract of the scene takes coins; an account without code does.
            None => !self.is_contract(to),
        }
    }

    fn is_contract(&self, account: Address) -> bool {
        // A token that is gone is an account like any other.
        if self.tokens.get(&account).is_some_and(Token::is_gone) {
            return false;
        }
        let Some(hash) = self.code_hashes.get(&account) else { return false };
        *hash != alloy_primitives::KECCAK256_EMPTY
    }
}
