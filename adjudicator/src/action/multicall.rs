//! `multicall`.

use alloy_primitives::{Bytes, U256};

/// Makes several calls, each for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multicall {
    /// Calldata of the calls.
    pub calls: Vec<Bytes>,
    /// The gas that each gets at most.
    pub gas_each: U256,
}
