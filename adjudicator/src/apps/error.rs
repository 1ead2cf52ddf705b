use alloy_primitives::{Address, B256, I256, U256};

use crate::{AppFailure, DisputeError, Turn};

/// Why an app refuses: each of its contract's errors, with the same name and fields, and what has no name there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the variant and its message say what its fields are")]
pub enum AppError {
    /// The mover may not move in this app state.
    #[error("it is the turn of {turn:?}, not of {mover:?}")]
    NotYourTurn { turn: Turn, mover: Turn },
    /// The app state is not exactly what the app itself would encode, or says what can never be.
    #[error("the app state is malformed")]
    AppStateMalformed,
    /// The action has a length that a move has not in this app state.
    #[error("an action of {actual} bytes, where {expected} are expected")]
    ActionLengthInvalid { expected: usize, actual: usize },
    /// The action is not what a mover says in this app state; the contract reverts without a reason.
    #[error("the action is malformed")]
    ActionMalformed,
    /// The count cannot grow any more; the contract reverts with a panic.
    #[error("the count is the greatest that there is")]
    CountExhausted,
    /// No oracle that may still be counted has signed so.
    #[error("{oracle} is no oracle, or is counted already, or not in its place")]
    OracleUnexpected { oracle: Address },
    /// The reading is within the range, so nothing is due.
    #[error("a reading of {value}, which is in the range from {least} to {greatest}")]
    ReadingInRange { least: I256, greatest: I256, value: I256 },
    /// The reading is not of the insured time.
    #[error("a reading of {read_at}, where {since} to {until} is insured")]
    ReadingNotInsured { since: u64, until: u64, read_at: u64 },
    /// The square is taken already, or not on the board.
    #[error("square {square} is taken or not on the board")]
    SquareInvalid { square: u8 },
    /// What is to be shown is no hand.
    #[error("no hand is shown")]
    HandMissing,
    /// A commitment of zero.
    #[error("a commitment of zero means that there is none")]
    CommitmentZero,
    /// What is revealed is not what was committed to.
    #[error("what is revealed hashes to {actual}, where {expected} was committed to")]
    CommitmentMismatch { expected: B256, actual: B256 },
    /// A signature that the contract refuses.
    #[error(transparent)]
    Signature(#[from] DisputeError),
    /// What the app asks is not there, or answers something else.
    #[error("{account} does not answer what the app asks")]
    NoAnswer { account: Address },
}

impl AppError {
    pub(super) fn length(expected: usize, action: &[u8]) -> Self {
        Self::ActionLengthInvalid { expected, actual: action.len() }
    }

    pub(super) fn signature_length(actual: usize) -> Self {
        Self::Signature(DisputeError::SignatureLengthInvalid { actual: U256::from(actual) })
    }
}

/// The channel's contract sees nothing but that the app failed.
impl From<AppError> for AppFailure {
    fn from(_: AppError) -> Self {
        Self::Failed
    }
}
