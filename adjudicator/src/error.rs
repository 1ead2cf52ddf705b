//! Why the contract refuses: its errors, one variant each, with the same fields.

mod decode;

use alloy_primitives::{Address, B256, Bytes, FixedBytes, I256, Selector, U256};
use alloy_sol_types::SolInterface;

pub use decode::{DecodeError, LogError, WordError};

use crate::Hash192;
use crate::abi::ChannelManager::{self, ChannelManagerErrors};

/// Goes on if it holds; else refuses for this reason, whose fields may be any number, address or hash.
macro_rules! require {
    ($holds:expr, $reason:ident { $($field:ident $(: $value:expr)?),* }) => {
        if !$holds {
            return Err($crate::error::refusal!($reason { $($field $(: $value)?),* }));
        }
    };
}

/// What is there; else refuses like [`require`].
macro_rules! require_some {
    ($option:expr, $reason:ident { $($field:ident $(: $value:expr)?),* }) => {
        match $option {
            Some(value) => value,
            None => return Err($crate::error::refusal!($reason { $($field $(: $value)?),* })),
        }
    };
}

/// A reason to refuse.
macro_rules! refusal {
    ($reason:ident { $($field:ident $(: $value:expr)?),* }) => {{
        $(let $field = $crate::error::Field::from_any($crate::error::refusal!(@value $field $($value)?));)*
        $crate::DisputeError::$reason { $($field),* }
    }};
    (@value $field:ident) => { $field };
    (@value $field:ident $value:expr) => { $value };
}

pub(crate) use {refusal, require, require_some};

/// Declares the errors: a variant per error of the contract, and its fields by their name here and in the contract.
macro_rules! dispute_errors {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident = $solidity:ident: $type:ty),* } $message:literal)*) => {
        /// Why the contract refuses an operation: each of its errors, with the same name and fields.
        ///
        /// Times are Unix seconds, amounts units of the asset. Source: `contracts/interfaces/IChannelErrors.sol`.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum DisputeError {
            $($(#[doc = $doc])* #[error($message)] $name { $(#[expect(missing_docs, reason = "the variant and its message say it")] $field: $type),* },)*
        }

        impl DisputeError {
            /// The names of all errors, in the contract's order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The error's name, as in the contract.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)* }
            }
        }

        impl From<ChannelManagerErrors> for DisputeError {
            fn from(error: ChannelManagerErrors) -> Self {
                match error {
                    $(ChannelManagerErrors::$name(ChannelManager::$name { $($solidity: $field),* }) => Self::$name { $($field),* },)*
                }
            }
        }

        impl From<DisputeError> for ChannelManagerErrors {
            fn from(error: DisputeError) -> Self {
                match error {
                    $(DisputeError::$name { $($field),* } => Self::$name(ChannelManager::$name { $($solidity: $field),* }),)*
                }
            }
        }
    };
}

dispute_errors! {
    /// The deployment's window bounds are zero, swapped or above the greatest bound.
    WindowBoundsInvalid { min_window = minWindow: U256, max_window = maxWindow: U256, greatest = greatest: U256 }
        "window bounds of {min_window} to {max_window} seconds: the first must be at least 1, the second at least the first and at most {greatest}"
    /// The chain's id has changed since deployment.
    WrongChain { expected = expected: U256, actual = actual: U256 }
        "this chain has id {actual}, the contract was deployed on chain {expected}"
    /// A guarded function was called while another one was running.
    Reentered {  }
        "called while another operation of the contract was running"
    /// Less gas is left than an inner call must be given.
    InsufficientGas { required = required: U256, available = available: U256 }
        "{available} gas is left where an inner call needs {required}"
    /// A party's signer is zero.
    SignerZero { party = party: U256 }
        "party {party}'s signer is the zero address"
    /// Both parties have the same signer.
    SignersEqual { signer = signer: Address }
        "both parties have the signer {signer}"
    /// A payee is zero or the contract itself.
    PayeeInvalid { party = party: U256, payee = payee: Address }
        "party {party}'s payee {payee} is the zero address or the contract itself"
    /// Packed terms have this many bytes, which is not the length of one to eight assets.
    TermsLengthInvalid { actual = actual: U256 }
        "packed terms of {actual} bytes: 108 and 20 for each of one to eight assets are expected"
    /// The asset at `index` is not above the one before it.
    AssetsNotAscending { index = index: U256, previous = previous: Address, actual = actual: Address }
        "asset {index} of the terms, {actual}, is not above the one before it, {previous}"
    /// The window is outside of the deployment's bounds.
    WindowOutOfRange { min = min: U256, max = max: U256, actual = actual: U256 }
        "a window of {actual} seconds, where {min} to {max} are allowed"
    /// With a bounty the stale margin must be at least `min`.
    StaleMarginTooSmall { min = min: U256, actual = actual: U256 }
        "a stale margin of {actual}, where a bounty needs at least {min}"
    /// The channel is closed, for ever.
    ChannelClosed { channel_id = channelId: B256 }
        "channel {channel_id} is closed"
    /// The channel is open.
    NotClosing { channel_id = channelId: B256 }
        "channel {channel_id} is open"
    /// There is no party of this number.
    PartyInvalid { party = party: U256 }
        "party {party}, where there are only 0 and 1"
    /// The terms have `count` sides, two per asset, and none of this number.
    SideInvalid { count = count: U256, actual = actual: U256 }
        "side {actual}, where the terms have {count}"
    /// No amount was given, or nothing arrived.
    AmountZero {  }
        "nothing is moved"
    /// An amount or a balance would be above what a channel can hold.
    AmountOutOfRange { max = max: U256, actual = actual: U256 }
        "an amount or balance of {actual}, where at most {max} is allowed"
    /// The native coin sent with the call is not what it must be.
    ValueMismatch { expected = expected: U256, actual = actual: U256 }
        "{actual} of the native coin came along, where {expected} is expected"
    /// The channel never had money of this asset.
    AssetUnknown { channel_id = channelId: B256, asset = asset: Address }
        "channel {channel_id} never had money of the asset {asset}"
    /// The token did not move the money.
    TokenTransferFailed { token = token: Address, from = from: Address, to = to: Address, amount = amount: U256 }
        "the token {token} did not move {amount} from {from} to {to}"
    /// A withdrawal does not have two amounts per asset.
    AmountsLengthInvalid { expected = expected: U256, actual = actual: U256 }
        "{actual} amounts, where {expected} are expected, two per asset"
    /// More is taken out than the channel holds of an asset.
    EscrowExceeded { asset = asset: Address, available = available: U256, requested = requested: U256 }
        "{requested} of the asset {asset} is taken out, where the channel holds {available}"
    /// The withdrawal is not the next one.
    SerialMismatch { expected = expected: U256, actual = actual: U256 }
        "withdrawal {actual}, where {expected} is the next"
    /// The channel has had as many withdrawals as it can count.
    SerialsExhausted { max = max: U256 }
        "the channel has had all of its {max} withdrawals"
    /// A recipient is zero or the contract itself.
    RecipientInvalid { recipient = recipient: Address }
        "the recipient {recipient} is the zero address or the contract itself"
    /// The creditor has no credit of this asset.
    CreditZero { creditor = creditor: Address, asset = asset: Address }
        "{creditor} has no credit of the asset {asset}"
    /// The native coin could not be paid.
    PaymentFailed { to = to: Address, amount = amount: U256 }
        "{amount} of the native coin could not be paid to {to}"
    /// Signatures have this many bytes in sum, which is neither of the forms that are accepted.
    SignatureLengthInvalid { actual = actual: U256 }
        "signatures of {actual} bytes in sum: 64 or 65 are expected for each"
    /// The upper of the two valid values of `s`.
    SignatureMalleable { s = s: B256 }
        "a signature with s in the upper half: {s}"
    /// `v` is neither 27 nor 28.
    SignatureRecoveryIdInvalid { v = v: U256 }
        "a signature with v = {v}, where 27 or 28 is expected"
    /// Nobody's signature.
    SignatureInvalid {  }
        "nobody's signature"
    /// Somebody else's signature, or a signature of something else.
    SignerMismatch { expected = expected: Address, actual = actual: Address }
        "{actual}'s signature, or of something else, where {expected}'s is expected"
    /// The step is signed by neither party.
    StepSignerUnknown { actual = actual: Address }
        "the step is signed by {actual}, or is another one; neither party did"
    /// The sender is neither party's signer.
    SenderNotSigner { sender = sender: Address }
        "the sender {sender} is neither party's signer"
    /// The sender may not start closing.
    SenderMayNotClose { sender = sender: Address }
        "the sender {sender} may not start closing"
    /// The sender is not the delegate.
    SenderNotDelegate { expected = expected: Address, actual = actual: Address }
        "the sender {actual} is not the delegate {expected}"
    /// The message may not be used any more.
    Expired { valid_until = validUntil: U256, now = now_: U256 }
        "valid until {valid_until}, and it is {now}"
    /// The delegation was revoked, or is not valid yet.
    EpochMismatch { expected = expected: U256, actual = actual: U256 }
        "a delegation of epoch {actual}, where {expected} is the current one"
    /// A delegate would close on too low a round.
    RoundBelowDelegation { min = min: U256, actual = actual: U256 }
        "round {actual} would be closed, where the delegation asks for {min} at least"
    /// The packed state is shorter than the channel's number of assets asks for, or, where no signatures may follow, longer.
    StateLengthInvalid { expected = expected: U256, actual = actual: U256 }
        "a packed state of {actual} bytes, where {expected} are expected"
    /// The packed close is shorter than the channel's number of assets asks for.
    CloseLengthInvalid { expected = expected: U256, actual = actual: U256 }
        "a packed close of {actual} bytes, where at least {expected} are expected"
    /// A state of this or a higher round is recorded.
    RoundStale { recorded = recorded: U256, actual = actual: U256 }
        "round {actual}, where round {recorded} is recorded"
    /// Another state of the same round is recorded: somebody signed two.
    StateConflicting { round = round: U256, recorded = recorded: FixedBytes<24>, actual = actual: FixedBytes<24> }
        "another state of round {round}: {actual}, where {recorded} is recorded"
    /// The state was handed in without signatures, but is not recorded.
    StateNotRecorded { recorded_round = recordedRound: U256, actual = actual: U256 }
        "round {actual} came without signatures and is not recorded, round {recorded_round} is"
    /// The state is not the recorded one.
    StateMismatch { expected = expected: FixedBytes<24>, actual = actual: FixedBytes<24> }
        "the state {actual}, where {expected} is recorded"
    /// The round cannot be recorded.
    RoundOutOfRange { max = max: U256, actual = actual: U256 }
        "round {actual}, where at most {max} can be recorded"
    /// A net cannot be recorded.
    NetOutOfRange { max = max: U256, actual = actual: I256 }
        "a net of {actual}, where at most {max} of either sign can be recorded"
    /// Consent to a state with running instances, which cannot be settled at once.
    ConsentWithInstances { instances_root = instancesRoot: B256 }
        "consent to a state with running instances, whose root is {instances_root}"
    /// No newer state is accepted, and no consent, from `deadline` on.
    EvidenceOver { deadline = deadline: U256, now = now_: U256 }
        "newer states were accepted before {deadline}, and it is {now}"
    /// The instance can not be stepped or evaluated from `deadline` on.
    InstanceOver { deadline = deadline: U256, now = now_: U256 }
        "the instance could be touched before {deadline}, and it is {now}"
    /// The channel can be settled from `finalTime` on.
    NotFinal { final_time = finalTime: U256, now = now_: U256 }
        "it can be settled from {final_time} on, and it is {now}"
    /// A deadline is too late to be stored.
    TimeOutOfRange { max = max: U256, actual = actual: U256 }
        "a deadline at {actual}, where at most {max} can be stored"
    /// The proof is longer than a tree can be deep.
    ProofTooLong { max = max: U256, actual = actual: U256 }
        "a proof of {actual} hashes, where at most {max} are allowed"
    /// The instance is not in the state.
    InstanceNotInState { root = root: B256, actual = actual: B256 }
        "the proof leads to {actual}, where the root of the state is {root}"
    /// The packed instance and its proof do not have the length that the channel's number of assets asks for, and a multiple of 32 more.
    InstanceLengthInvalid { expected = expected: U256, actual = actual: U256 }
        "a packed instance with its proof of {actual} bytes: {expected} and a multiple of 32 are expected"
    /// The packed step has this many bytes, too few for its head, its app state and its action.
    StepLengthInvalid { actual = actual: U256 }
        "a packed step of {actual} bytes, too few for what its head says"
    /// The app state is not the one that the instance is in.
    AppStateMismatch { expected = expected: FixedBytes<24>, actual = actual: FixedBytes<24> }
        "the app state {actual}, where the instance is in {expected}"
    /// The step is not the next one.
    StepNumberMismatch { expected = expected: U256, actual = actual: U256 }
        "step {actual}, where {expected} is the next"
    /// No more steps are allowed on this base.
    StepsExhausted { max = max: U256 }
        "all of the {max} steps on this base are made"
    /// The step leaves the app state as it was.
    AppStateUnchanged { app_state_hash = appStateHash: B256 }
        "the step leaves the app state {app_state_hash} as it was"
    /// The app does not have the code that was agreed on.
    AppCodeMismatch { expected = expected: B256, actual = actual: B256 }
        "the app has the code {actual}, where {expected} was agreed on"
    /// The app refused the step, or its mover; or it ran out of its gas, or has no code.
    AppCallFailed { app = app: Address, selector = selector: FixedBytes<4> }
        "the app {app} refused the call {selector}, ran out of gas, or has no code"
    /// The app's return is not exactly what the interface says.
    AppReturnMalformed { app = app: Address, selector = selector: FixedBytes<4> }
        "the app {app} did not answer the call {selector} as the interface says"
    /// An app state or action is too long.
    AppBytesTooLong { max = max: U256, actual = actual: U256 }
        "an app state or action of {actual} bytes, where at most {max} are allowed"
}

impl DisputeError {
    /// The error as the contract reverts with it.
    #[must_use]
    pub fn abi_encode(self) -> Bytes {
        ChannelManagerErrors::from(self).abi_encode().into()
    }

    /// Reads what the contract reverted with.
    ///
    /// # Errors
    /// If it is none of the contract's errors, exactly encoded: `data` itself tells what else it is.
    pub fn abi_decode(data: &[u8]) -> alloy_sol_types::Result<Self> {
        let error = ChannelManagerErrors::abi_decode_validate(data)?;
        // The decoder ignores what follows.
        if error.abi_encode() == data { Ok(error.into()) } else { Err(alloy_sol_types::Error::ReserMismatch) }
    }
}

/// What a reason to refuse has for a field, made of whatever the rules found.
pub(crate) trait Field<T> {
    /// The value of the field.
    fn from_any(value: T) -> Self;
}

macro_rules! fields {
    (same: $($type:ident)*) => {
        $(impl Field<$type> for $type {
            fn from_any(value: $type) -> Self {
                value
            }
        })*
    };
    (word: $($number:ident)*) => {
        $(impl Field<$number> for U256 {
            fn from_any(value: $number) -> Self {
                Self::from(value)
            }
        })*
    };
}

fields!(same: Address B256 Hash192 I256 Selector U256);
fields!(word: u8 u16 u32 u64 usize);
