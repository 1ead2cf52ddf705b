//! The apps' structs, as Solidity encodes them.

use alloy_primitives::{
    I256, U256,
    aliases::{U40, U112},
};
use alloy_sol_types::{SolType, SolValue, sol};

use super::AppError;
use crate::types::{Maturity, Stake};

sol! {
    struct Lock {
        address registry;
        bytes32 hash;
        uint40 validUntil;
        int256[] deltas;
    }

    struct Escrow {
        bytes32 escrowId;
        address oracle;
        uint8 threshold;
        bool isDelivered;
        address[] signers;
        int256[] deltas;
    }

    struct Policy {
        bytes32 feed;
        address station;
        int256 least;
        int256 greatest;
        uint40 since;
        uint40 until;
        bool isDue;
        int256[] deltas;
    }

    struct Boards {
        uint16[2] boards;
        uint8 mover;
        uint112[] wagers;
    }

    struct Hands {
        bytes32 commitment;
        uint8 hand0;
        uint8 hand1;
        uint112[] wagers;
    }
}

/// Reads a struct that is exactly encoded: of what a decoder might take, only what the encoder makes.
pub(super) fn decode<T: SolValue<SolType: SolType<RustType = T>>>(app_state: &[u8]) -> Result<T, AppError> {
    let value = <T::SolType as SolType>::abi_decode_validate(app_state).ok();
    value.filter(|value| value.abi_encode() == app_state).ok_or(AppError::AppStateMalformed)
}

/// The word that bytes begin with.
pub(super) fn first_word(bytes: &[u8]) -> Result<[u8; 32], AppError> {
    bytes.first_chunk().copied().ok_or(AppError::AppStateMalformed)
}

/// The word that an action is.
pub(super) fn word(action: &[u8]) -> Result<[u8; 32], AppError> {
    action.try_into().map_err(|_| AppError::length(32, action))
}

/// The byte that a word is.
pub(super) fn byte(word: [u8; 32]) -> Result<u8, AppError> {
    u8::try_from(U256::from_be_bytes(word)).map_err(|_| AppError::ActionMalformed)
}

/// A time, as structs have it.
pub(super) fn pack_time(time: Maturity) -> U40 {
    U40::saturating_from(time.get())
}

/// The same the other way.
pub(super) fn unpack_time(time: U40) -> Result<Maturity, AppError> {
    Maturity::new(time.to()).map_err(|_| AppError::AppStateMalformed)
}

/// Wagers, as structs have them.
pub(super) fn pack_wagers(wagers: &[Stake]) -> Vec<U112> {
    wagers.iter().map(|wager| U112::saturating_from(wager.get())).collect()
}

/// The same the other way.
pub(super) fn unpack_wagers(wagers: &[U112]) -> Result<Vec<Stake>, AppError> {
    wagers.iter().map(|wager| Stake::new(wager.to()).map_err(|_| AppError::AppStateMalformed)).collect()
}

/// What the loser of a game pays, as an outcome: `sign` is 1 if that is party 0, -1 if it is party 1, 0 if nobody has lost.
pub(super) fn pay(wagers: &[Stake], sign: i8) -> Vec<I256> {
    let delta = |wager: &Stake| I256::from_raw(wager.to_word()).wrapping_mul(I256::unchecked_from(sign));
    wagers.iter().map(delta).collect()
}
