//! Changes of a history, as they are typed.

use alloy_primitives::{Address, Bytes, U256};

pub use super::parse::ChangeError;

/// A transaction of the history, as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// By its number, from 1 on.
    Number(usize),
    /// By how its hash begins, in small letters and without `0x`.
    Hash(String),
}

/// By how much something comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delay {
    /// So many blocks.
    Blocks(u64),
    /// So many seconds.
    Seconds(u64),
}

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// To the end of the block of this number.
    Block(u64),
    /// Beside another one, in the same block.
    Beside(Place),
}

/// Beside which transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Right before it.
    Before(Named),
    /// Right behind it.
    After(Named),
}

/// A change of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was never sent.
    Drop(Named),
    /// It is mined later.
    Delay(Named, Delay),
    /// It is mined elsewhere.
    Move(Named, Move),
    /// Somebody sends something more.
    Insert {
        /// Beside which transaction.
        place: Place,
        /// How much later than that.
        delay: Option<Delay>,
        /// Who sends it.
        from: Address,
        /// Who is called; the contract if that is not said.
        to: Option<Address>,
        /// Calldata.
        data: Bytes,
        /// What comes along of the native coin, in wei.
        value: U256,
    },
}
