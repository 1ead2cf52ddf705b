//! What befalls any call: too little gas, bytes that are lost or wrong, another chain.

use adjudicator::action::Action;
use alloy_primitives::{Bytes, U256};

use super::{Draft, Generator};
use crate::{others::is_sender, step::Act};

impl Generator {
    /// Gas that may be too little, where the twin can be asked what would have come of enough.
    pub(super) fn gas_for(&mut self, draft: &Draft) -> Option<u64> {
        if draft.is_greedy {
            return Some(simulator::world::Transaction::PLENTY_OF_GAS);
        }
        let (least, chance) = match draft.action {
            Action::Withdraw(_) | Action::Settle(_) | Action::CloseMutual(_) => (80_000, 60),
            Action::ForceProgress(_) | Action::Evaluate(_) => (80_000, 30),
            Action::CloseSolo(_) | Action::CloseSoloAsDelegate(_) => (60_000, 30),
            Action::SnapshotSolo(_) | Action::Slash(_) | Action::RevokeDelegations(_) => (30_000, 10),
            // What these hand on is all that is left, which the twin cannot know.
            _ => return None,
        };
        let least = least + 70 * draft.action.calldata().len() as u64;
        self.dice.permille(chance).then(|| self.dice.within(least, 2 * least + 200_000))
    }

    /// What befalls any call: bytes that are lost or wrong, another chain, coins where none may be.
    pub(super) fn mistreated(&mut self, mut act: Act) -> Act {
        match self.dice.below(1000) {
            0..8 => act.chain_id += 1,
            8..12 if act.value.is_zero() && is_sender(&self.scene, act.sender) => act.value = U256::ONE,
            12..24 => act.calldata = self.damaged(&act.calldata),
            _ => {}
        }
        act
    }

    /// Bytes of which one is another, or the last are missing, or some more follow.
    pub(super) fn damaged(&mut self, bytes: &[u8]) -> Bytes {
        let mut bytes = bytes.to_vec();
        match self.dice.below(4) {
            0 => bytes.truncate(self.dice.below(bytes.len() as u64) as usize),
            1 => bytes.extend(self.some_bytes()),
            _ if bytes.is_empty() => {}
            _ => {
                let at = self.dice.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << self.dice.below(8);
            }
        }
        bytes.into()
    }

    /// Up to 32 bytes that mean nothing.
    pub(super) fn some_bytes(&mut self) -> Vec<u8> {
        let length = self.dice.within(1, 32) as usize;
        self.dice.word()[..length].to_vec()
    }
}
