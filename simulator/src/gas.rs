//! What whole lives of channels cost, and how that grows.
//!
//! The figures of `docs/GAS.md` come from a real node, which `./scripts/gas` drives. Here are the same accounts, contracts, salts,
//! messages and times once more, in a machine in memory: both come to the same gas, to the unit. The node has the rules of
//! Cancun, the machine those of Prague: what calldata costs at least there (EIP-7623) is below what each of these transactions
//! takes anyway. Nothing is told of a life in which a transaction failed, a payee was not paid exactly, or the channel was not
//! closed in the end.

mod agreed;
mod apps;
mod batch;
mod chain;
mod channel;
mod chart;
mod curves;
mod life;
mod lived;
mod lives;
mod meanings;
mod page;
mod people;
mod print;
mod set_up;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod unmeasured;

use serde::Serialize;

pub use curves::{ByChannels, ByInstances, Curves, TRANSACTION_GAS};
pub use page::page;
pub use table::{Row, Rows, Table};
pub use unmeasured::Unmeasured;

/// Everything that is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// The figures of `docs/GAS.md`.
    #[serde(flatten)]
    pub table: Table,
    /// How the gas grows.
    pub curves: Curves,
}

impl Measured {
    /// Measures everything.
    ///
    /// # Errors
    /// If anything did not happen as it must.
    pub fn measure() -> Result<Self, Unmeasured> {
        Ok(Self { table: Table::measure()?, curves: Curves::measure()? })
    }
}
