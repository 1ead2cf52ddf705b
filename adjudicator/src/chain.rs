//! What is asked of a chain and of a clock: whoever implements both decides whether they are real.

use alloy_primitives::{Address, B256};

/// A chain, as the nodes that are asked tell it.
///
/// Whoever counts on it sends money: what is told until [`head`](Self::head) is asked again must fit together.
pub trait Chain {
    /// The newest block.
    ///
    /// # Errors
    /// If no node tells.
    fn head(&mut self) -> Result<Head, ChainError>;

    /// How many transactions of an account are in the chain up to the block of this number, inclusive.
    ///
    /// # Errors
    /// If no node tells.
    fn nonce(&mut self, account: Address, block: u64) -> Result<u64, ChainError>;

    /// Where a transaction is in the chain, as it is now; nothing if it is in no block of it.
    ///
    /// # Errors
    /// If no node tells.
    fn receipt(&mut self, transaction: B256) -> Result<Option<Receipt>, ChainError>;

    /// Whether another transaction than these has a nonce of an account, in the chain up to the block of this number.
    ///
    /// It is asked where the nonce is used and of none of these there is a receipt, and what is answered must be certain: nodes index
    /// transactions later than they carry them out, and whoever takes that for another transaction sends his own twice.
    ///
    /// # Errors
    /// If no node tells, or it is not certain.
    fn is_taken(&mut self, account: Address, nonce: u64, own: &[B256], block: u64) -> Result<bool, ChainError>;

    /// Hands in a signed transaction, to be mined. One that waits already, or is mined, is no error.
    ///
    /// # Errors
    /// If no node takes it: why.
    fn send(&mut self, raw: &[u8]) -> Result<(), SendError>;
}

/// A clock.
pub trait Clock {
    /// The time in Unix seconds.
    fn now(&self) -> u64;

    /// Returns so many seconds later.
    fn wait(&mut self, seconds: u64);
}

/// A block at the end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// Its time in Unix seconds.
    pub now: u64,
    /// What a unit of gas costs at least in the next block, in wei.
    pub base_fee: u128,
}

/// What became of a transaction that is in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The number of the block.
    pub block: u64,
    /// Whether it did what it does; otherwise it was refused, and its gas is paid.
    pub is_success: bool,
}

/// Why nobody tells how the chain is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the chain cannot be read: {reason}")]
pub struct ChainError {
    /// What the nodes say.
    pub reason: String,
}

/// Why a transaction was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The account has sent another one with this nonce, which is in the chain.
    #[error("another transaction has the nonce {nonce}")]
    NonceUsed {
        /// The nonce.
        nonce: u64,
    },
    /// It offers too little to be taken, or to replace the one that waits.
    #[error("the fee is too low: {reason}")]
    Underpriced {
        /// What the nodes say.
        reason: String,
    },
    /// It was refused for another reason, or no node answers.
    #[error("the transaction is not taken: {reason}")]
    Refused {
        /// What the nodes say.
        reason: String,
    },
}
