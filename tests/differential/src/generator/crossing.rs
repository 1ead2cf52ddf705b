//! Two calls of one operation made one: each part is either's, so that more than one of them may be wrong.

use adjudicator::action::Action;
use alloy_primitives::U256;

use super::{Draft, Generator};
use crate::others::is_sender;

impl Generator {
    /// Takes some parts of another draft, if it is of the same operation.
    pub(super) fn cross(&mut self, draft: &mut Draft, other: Draft) {
        macro_rules! cross {
            ($($operation:ident { $($part:ident),* })*) => {
                match (&mut draft.action, other.action) {
                    $((Action::$operation(one), Action::$operation(two)) => {
                        $(if self.dice.permille(400) {
                            one.$part = two.$part;
                        })*
                    })*
                    _ => return,
                }
            };
        }
        cross! {
            Deposit { terms, amount, side }
            DepositById { channel_id, asset, party, amount }
            Withdraw { terms, serial, amounts, recipients, valid_until, signatures }
            Claim { creditor, asset }
            ClaimTo { recipient, asset }
            SnapshotSolo { terms, evidence }
            Slash { terms, evidence }
            CloseMutual { terms, close }
            CloseSolo { terms, evidence, consent }
            CloseSoloAsDelegate {
                terms, evidence, party, delegate, epoch, min_round, valid_until, delegation_signature
            }
            Settle { terms, state }
            ForceProgress { terms, evidence, instance, step }
            Evaluate { terms, evidence, instance, app_state }
            RevokeDelegations { terms }
        }
        draft.is_greedy |= other.is_greedy;
        if self.dice.permille(300) {
            draft.sender = other.sender;
        }
        if self.dice.permille(300) {
            draft.value = other.value;
        }
        // Some payees are contracts without a coin.
        if !is_sender(&self.scene, draft.sender) {
            draft.value = U256::ZERO;
        }
    }
}
