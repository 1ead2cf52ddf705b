//! Transactions that are in the chain.

use alloy_primitives::{Address, B256, Bytes, LogData, U256};
use serde_json::json;

use super::{
    Nodes, RpcError,
    block::{FullReceipt, Mined},
};

/// A transaction that is in the chain, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinedTransaction {
    /// Its hash.
    pub hash: B256,
    /// Who has sent it.
    pub from: Address,
    /// Where it went; nothing if it has made a contract.
    pub to: Option<Address>,
    /// What came along of the native coin, in wei.
    pub value: U256,
    /// What the account was told.
    pub data: Bytes,
    /// How many transactions the sender had sent before.
    pub nonce: u64,
    /// The number of its block.
    pub block: u64,
    /// Whether it did what it does; otherwise it was refused, and its gas is paid.
    pub is_success: bool,
    /// The gas that it used.
    pub gas_used: u64,
    /// What a unit of gas cost, in wei.
    pub gas_price: U256,
    /// What was logged, by whom.
    pub logs: Vec<(Address, LogData)>,
}

impl Nodes {
    /// A transaction by its hash, if it is in the chain that was seen at the last look.
    ///
    /// # Errors
    /// If not enough nodes say the same.
    pub fn mined(&mut self, hash: B256) -> Result<Option<MinedTransaction>, RpcError> {
        let what = format!("the transaction {hash}");
        let receipt: Option<FullReceipt> = self.agree(&what, "eth_getTransactionReceipt", &json!([hash]))?;
        let Some(receipt) = receipt else { return Ok(None) };
        let block: u64 = receipt.block_number.to();
        if self.block(block)?.hash != receipt.block_hash {
            return Ok(None);
        }
        let mined: Option<Mined> = self.agree(&what, "eth_getTransactionByHash", &json!([hash]))?;
        let Some(Mined { from, to, value, input, nonce }) = mined else { return Ok(None) };
        Ok(Some(MinedTransaction {
            hash,
            from,
            to,
            value,
            data: input,
            nonce: nonce.to(),
            block,
            is_success: receipt.status == alloy_primitives::U64::from(1),
            gas_used: receipt.gas_used.to(),
            gas_price: receipt.effective_gas_price.unwrap_or_default(),
            logs: receipt.logs.iter().filter_map(|log| Some((log.address, log.content()?))).collect(),
        }))
    }
}
