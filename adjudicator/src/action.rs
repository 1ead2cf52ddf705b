//! Operations of the contract, one file each: build the calldata, check it against the rules, decode it.
//!
//! An [`Action`] is what calldata says, and nothing in it has been checked: packed terms, evidence, instances and steps are
//! bytes, as they travel. The [types](crate::types) pack what has been checked.
//!
//! Calldata is decoded exactly as the contract decodes it. Where it cannot be, the contract reverts: without a reason, or, since it
//! reads a withdrawal, a delegation and the calls of a multicall only when it comes to them, with that of a rule broken before.

mod arguments;
mod claim;
mod claim_to;
mod close_mutual;
mod close_solo;
mod close_solo_as_delegate;
mod deposit;
mod deposit_by_id;
mod evaluate;
mod force_progress;
mod multicall;
mod operation;
mod print;
mod revoke_delegations;
mod settle;
mod slash;
mod snapshot_solo;
mod withdraw;

use std::fmt::{self, Display, Formatter};

use alloy_primitives::{B256, Bytes, Selector, U256};
use alloy_sol_types::SolCall;

pub use claim::Claim;
pub use claim_to::ClaimTo;
pub use close_mutual::CloseMutual;
pub use close_solo::CloseSolo;
pub use close_solo_as_delegate::CloseSoloAsDelegate;
pub use deposit::Deposit;
pub use deposit_by_id::DepositById;
pub use evaluate::Evaluate;
pub use force_progress::ForceProgress;
pub use multicall::{MAX_CALLS, MAX_NESTING, Multicall};
pub use revoke_delegations::RevokeDelegations;
pub use settle::Settle;
pub use slash::Slash;
pub use snapshot_solo::SnapshotSolo;
pub use withdraw::Withdraw;

use crate::{
    DecodeError, DisputeError, Effect, Manager, Submission, World,
    abi::ChannelManager::{self, channelIdOfCall, loadCall},
    eip712::Domain,
    rules::NATIVE,
    wire,
};
use operation::Operation;

/// Declares the operations: the type of each, and the binding of its call.
macro_rules! operations {
    ($($name:ident = $call:ident),*) => {
        /// One call of the contract that may change something.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is documented where it is defined")]
        pub enum Action {
            $($name($name),)*
        }

        impl Action {
            /// The operations' names in the contract.
            pub fn names() -> impl Iterator<Item = &'static str> {
                [$(arguments::name::<ChannelManager::$call>()),*].into_iter()
            }

            /// The operation's name in the contract.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => arguments::name::<ChannelManager::$call>(),)* }
            }

            /// The call, encoded.
            #[must_use]
            pub fn calldata(&self) -> Bytes {
                match self { $(Self::$name(operation) => operation.calldata(),)* }
            }

            /// Reads a call, as the contract does.
            ///
            /// # Errors
            /// If it is none of an operation.
            pub fn decode(calldata: &[u8]) -> Result<Self, DecodeError> {
                Self::decode_shared(&Bytes::copy_from_slice(calldata))
            }

            /// The same without a copy: the calls of a multicall may all be the same bytes.
            pub(crate) fn decode_shared(calldata: &Bytes) -> Result<Self, DecodeError> {
                let selector = arguments::selector(calldata)?;
                match selector.0 {
                    $(ChannelManager::$call::SELECTOR => $name::decode_shared(calldata).map(Self::$name),)*
                    _ => Err(no_operation(selector)),
                }
            }
        }

        impl Display for Action {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                match self { $(Self::$name(operation) => operation.fmt(f),)* }
            }
        }

        $(
            impl $name {
                /// The call, encoded.
                #[must_use]
                pub fn calldata(&self) -> Bytes {
                    Operation::call(self).abi_encode().into()
                }

                /// Reads a call, as the contract does.
                ///
                /// # Errors
                /// If it is none of this operation.
                pub fn decode(calldata: &[u8]) -> Result<Self, DecodeError> {
                    Self::decode_shared(&Bytes::copy_from_slice(calldata))
                }

                fn decode_shared(calldata: &Bytes) -> Result<Self, DecodeError> {
                    arguments::Arguments::of::<ChannelManager::$call>(calldata, <Self as Operation>::WORDS)
                        .and_then(|arguments| Operation::read(&arguments))
                }
            }

            impl From<$name> for Action {
                fn from(operation: $name) -> Self {
                    Self::$name(operation)
                }
            }
        )*
    };
}

operations! {
    Deposit = depositCall,
    DepositById = depositByIdCall,
    Withdraw = withdrawCall,
    Claim = claimCall,
    ClaimTo = claimToCall,
    SnapshotSolo = snapshotSoloCall,
    Slash = slashCall,
    CloseMutual = closeMutualCall,
    CloseSolo = closeSoloCall,
    CloseSoloAsDelegate = closeSoloAsDelegateCall,
    Settle = settleCall,
    ForceProgress = forceProgressCall,
    Evaluate = evaluateCall,
    RevokeDelegations = revokeDelegationsCall,
    Multicall = multicallCall
}

impl Action {
    /// What the contract would do with it now, or why it would refuse it. Nothing changes, neither there nor in the world.
    ///
    /// # Errors
    /// As [`Manager::apply`].
    pub fn check(
        &self,
        manager: &Manager,
        world: &mut impl World,
        submission: &Submission,
    ) -> Result<Vec<Effect>, DisputeError> {
        manager.check(world, self, submission)
    }

    /// What must come along of the native coin: what a deposit of it says, and nothing otherwise.
    #[must_use]
    pub fn value(&self) -> U256 {
        let (asset, amount) = match self {
            Self::Deposit(call) => {
                let terms = wire::Terms::new(&call.terms);
                (terms.ok().and_then(|terms| terms.asset((call.side >> 1).into())), call.amount)
            }
            Self::DepositById(call) => (Some(call.asset), call.amount),
            _ => (None, U256::ZERO),
        };
        if asset == Some(NATIVE) { amount } else { U256::ZERO }
    }

    /// The packed terms that it names; none for a claim, a multicall, and a deposit by the channel's id.
    #[must_use]
    pub const fn terms(&self) -> Option<&Bytes> {
        match self {
            Self::Deposit(call) => Some(&call.terms),
            Self::Withdraw(call) => Some(&call.terms),
            Self::SnapshotSolo(call) => Some(&call.terms),
            Self::Slash(call) => Some(&call.terms),
            Self::CloseMutual(call) => Some(&call.terms),
            Self::CloseSolo(call) => Some(&call.terms),
            Self::CloseSoloAsDelegate(call) => Some(&call.terms),
            Self::Settle(call) => Some(&call.terms),
            Self::ForceProgress(call) => Some(&call.terms),
            Self::Evaluate(call) => Some(&call.terms),
            Self::RevokeDelegations(call) => Some(&call.terms),
            Self::DepositById(_) | Self::Claim(_) | Self::ClaimTo(_) | Self::Multicall(_) => None,
        }
    }

    /// The channel that it is about, if it is about one.
    #[must_use]
    pub fn channel_id(&self, domain: &Domain) -> Option<B256> {
        match self {
            Self::DepositById(call) => Some(call.channel_id),
            _ => self.terms().map(|terms| domain.channel_id(terms)),
        }
    }
}

/// Reads the call of a getter: the packed terms, if it asks for a channel's id.
pub(crate) fn decode_getter(calldata: &Bytes) -> Result<Option<Bytes>, DecodeError> {
    match arguments::selector(calldata)?.0 {
        channelIdOfCall::SELECTOR => {
            arguments::Arguments::of::<channelIdOfCall>(calldata, 1)?.bytes(0, "terms").map(Some)
        }
        loadCall::SELECTOR => arguments::Arguments::of::<loadCall>(calldata, 1)?.words(0, "slots").map(|_| None),
        _ => Ok(None),
    }
}

fn no_operation(selector: Selector) -> DecodeError {
    match ChannelManager::ChannelManagerCalls::name_by_selector(selector.0) {
        Some(function) => DecodeError::Getter { function },
        None => DecodeError::SelectorUnknown { actual: selector },
    }
}
