//! Nodes as a lane asks them.

use alloy_primitives::{Address, B256, U64, keccak256};
use serde_json::json;

use super::{
    Nodes,
    block::{FullReceipt, Transactions},
    nodes::at,
    send,
    vote::{Answers, agreed},
};
use crate::chain::{Chain, ChainError, Head, Receipt, SendError};

impl Chain for Nodes {
    fn head(&mut self) -> Result<Head, ChainError> {
        let block = self.look()?;
        Ok(Head { number: block.number.to(), now: block.timestamp.to(), base_fee: block.next_base_fee() })
    }

    fn nonce(&mut self, account: Address, block: u64) -> Result<u64, ChainError> {
        let block = self.block(block)?;
        let what = format!("how much {account} has sent");
        let count: U64 = self.agree(&what, "eth_getTransactionCount", &json!([account, at(&block)]))?;
        Ok(count.to())
    }

    fn receipt(&mut self, transaction: B256) -> Result<Option<Receipt>, ChainError> {
        let (answers, needed): (Answers<Option<FullReceipt>>, _) =
            self.each("eth_getTransactionReceipt", &json!([transaction]))?;
        let mut counted = Answers::new();
        for (name, answer) in answers {
            let answer = match answer {
                Ok(Some(receipt)) => Ok(self.in_chain(&receipt, transaction)?),
                Ok(None) => Ok(None),
                Err(failure) => Err(failure),
            };
            counted.push((name, answer));
        }
        Ok(agreed(&format!("what became of {transaction}"), needed, counted)?)
    }

    fn is_taken(&mut self, account: Address, nonce: u64, own: &[B256], block: u64) -> Result<bool, ChainError> {
        let unsure = |reason: String| ChainError { reason };
        let (mut before, mut after, mut step) = (block, block, 1);
        while self.nonce(account, before)? > nonce {
            if before == 0 {
                return Err(unsure(format!("{account} has used the nonce {nonce} before the first block")));
            }
            after = before;
            before = before.saturating_sub(step);
            step = step.saturating_mul(2);
        }
        while after.saturating_sub(before) > 1 {
            let middle = before.midpoint(after);
            if self.nonce(account, middle)? > nonce {
                after = middle;
            } else {
                before = middle;
            }
        }
        let used_in = self.block(after)?;
        let what = format!("what is in block {after}");
        let Transactions { transactions } = self.agree(&what, "eth_getBlockByHash", &json!([used_in.hash, true]))?;
        let holder = transactions.iter().find(|it| it.from == account && it.nonce == U64::from(nonce));
        match holder {
            Some(holder) => Ok(!own.contains(&holder.hash)),
            None => Err(unsure(format!("no transaction in block {after} has the nonce {nonce} of {account}"))),
        }
    }

    fn send(&mut self, raw: &[u8]) -> Result<(), SendError> {
        match send::result(&self.tell(&raw.to_vec().into()), raw) {
            // The other one with the nonce may be this very one.
            Err(SendError::NonceUsed { .. }) if self.is_known(keccak256(raw)) => Ok(()),
            sent => sent,
        }
    }
}

impl Nodes {
    /// Whether a node has a transaction in a block.
    fn is_known(&mut self, transaction: B256) -> bool {
        let asked = self.each::<Option<FullReceipt>>("eth_getTransactionReceipt", &json!([transaction]));
        asked.is_ok_and(|(answers, _)| answers.iter().any(|(_, answer)| matches!(answer, Ok(Some(_)))))
    }

    /// A receipt, unless its block is not in the chain that was seen at the last look.
    fn in_chain(&mut self, receipt: &FullReceipt, transaction: B256) -> Result<Option<Receipt>, ChainError> {
        let (block, head) = (receipt.block_number, self.sight.as_ref().map(|sight| sight.head.number));
        if receipt.transaction_hash != transaction || head.is_none_or(|head| block > head) {
            return Ok(None);
        }
        let block: u64 = block.to();
        let is_there = self.block(block)?.hash == receipt.block_hash;
        Ok(is_there.then_some(Receipt { block, is_success: receipt.status == U64::from(1) }))
    }
}
