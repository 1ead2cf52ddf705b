//! `withdraw`.

use alloy_primitives::{Address, Bytes, U256};

/// Takes money out of a living channel by agreement of both parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// Packed terms.
    pub terms: Bytes,
    /// Number of withdrawals made so far.
    pub serial: u64,
    /// Two per asset.
    pub amounts: Vec<U256>,
    /// Who is paid party 0's and party 1's amounts.
    pub recipients: [Address; 2],
    /// Last second, inclusive, at which it may be used.
    pub valid_until: u64,
    /// Of both, or the peer's if a party sends it.
    pub signatures: Bytes,
}
