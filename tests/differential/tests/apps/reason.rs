//! Why a contract refuses, in its own bytes.

use adjudicator::{Turn, apps::AppError};
use alloy_primitives::U256;
use alloy_sol_types::{Panic, SolError, sol};

sol! {
    error NotYourTurn(uint8 turn, uint8 mover);
    error AppStateMalformed();
    error ActionLengthInvalid(uint256 expected, uint256 actual);
    error OracleUnexpected(address oracle);
    error ReadingInRange(int256 least, int256 greatest, int256 value);
    error ReadingNotInsured(uint256 since, uint256 until, uint256 readAt);
    error SquareInvalid(uint256 square);
    error HandMissing();
    error CommitmentZero();
    error CommitmentMismatch(bytes32 expected, bytes32 actual);
}

/// Whether the contract, which reverted with `data`, refuses for this reason, as far as the reason has a name there.
///
/// The contract looks at signatures one by one, and at a reading before its signature; the types read all of an action
/// before they look at anything. So of signatures only that they are refused is compared.
pub(crate) fn is_of(error: &AppError, data: &[u8]) -> bool {
    let named = match *error {
        AppError::NotYourTurn { turn, mover } => NotYourTurn { turn: turn as u8, mover: mover as u8 }.abi_encode(),
        AppError::ActionLengthInvalid { expected, actual } => {
            ActionLengthInvalid { expected: U256::from(expected), actual: U256::from(actual) }.abi_encode()
        }
        AppError::OracleUnexpected { oracle } => OracleUnexpected { oracle }.abi_encode(),
        AppError::ReadingInRange { least, greatest, value } => ReadingInRange { least, greatest, value }.abi_encode(),
        AppError::ReadingNotInsured { since, until, read_at } => {
            let [since, until, read_at] = [since, until, read_at].map(U256::from);
            ReadingNotInsured { since, until, readAt: read_at }.abi_encode()
        }
        AppError::SquareInvalid { square } => SquareInvalid { square: U256::from(square) }.abi_encode(),
        AppError::HandMissing => HandMissing {}.abi_encode(),
        AppError::CommitmentZero => CommitmentZero {}.abi_encode(),
        AppError::CommitmentMismatch { expected, actual } => CommitmentMismatch { expected, actual }.abi_encode(),
        // Or the decoder cannot read it, which says nothing or panics; or a lock refuses a step before it reads anything.
        AppError::AppStateMalformed => {
            let is_nobodys_turn = NotYourTurn::abi_decode(data).is_ok_and(|error| error.turn == Turn::Nobody as u8);
            return data == AppStateMalformed {}.abi_encode() || is_nameless(data) || is_nobodys_turn;
        }
        AppError::Signature(_) => return true,
        _ => return is_nameless(data),
    };
    data == named
}

fn is_nameless(data: &[u8]) -> bool {
    data.is_empty() || Panic::abi_decode(data).is_ok()
}
