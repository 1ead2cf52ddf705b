//! How a bundle is built.

use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, keccak256};

use super::{
    Bundle, Gas, Unreadable,
    call::{Call, NotTaken},
    read::read,
};
use crate::{
    DisputeError, World, abi,
    action::Action,
    evidence::View,
    types::{ChannelId, Identity, Timestamp, Units},
};

/// Why there is no bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The view is of another contract than the channel is in, or of another chain.
    #[error("the channel {channel_id} is not in the contract that is looked at")]
    Elsewhere {
        /// The channel.
        channel_id: ChannelId,
    },
    /// The operation is on another channel.
    #[error("an operation on the channel {found}, where the bundle is for {expected}")]
    OtherChannel {
        /// The channel of the bundle.
        expected: ChannelId,
        /// That of the operation.
        found: ChannelId,
    },
    /// Nobody has looked at the contract's code, or it is not that of a `ChannelManager`.
    #[error("nobody has seen the code of a ChannelManager at {manager}")]
    CodeUnknown {
        /// Where it should be.
        manager: Address,
    },
    /// The operation cannot be shown to people.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The contract would refuse it.
    #[error(transparent)]
    Refused(DisputeError),
    /// One of several calls would fail.
    #[error("call {index} would fail with {reason}")]
    CallFails {
        /// Which.
        index: u64,
        /// What it would revert with.
        reason: Bytes,
    },
}

impl Bundle {
    /// What `submitter` would send to do this, as of the newest block of the view, with everything to check it by.
    ///
    /// A signature of another party than the submitter that the contract would ask for is [wanted](Self::wanted): that of
    /// the second party under a close, a withdrawal or a newer state, where the first has signed; and a mover's under a step,
    /// where the app lets that party alone move. What comes of it is told as if it had been given. Calls of a multicall
    /// must be complete.
    ///
    /// The contract's code is that of the view, if somebody looked at it, and else what the world says.
    ///
    /// # Errors
    /// If it could not be sent, or not be checked.
    pub fn build(
        identity: &Identity,
        action: &Action,
        submitter: Address,
        view: &View,
        world: &mut impl World,
        gas: Gas,
    ) -> Result<Self, BuildError> {
        let expected = identity.channel_id();
        let manager = identity.domain().manager();
        if *identity.domain() != view.deployment.domain {
            return Err(BuildError::Elsewhere { channel_id: expected });
        }
        let code_hash = code_hash_of(view, world, manager).ok_or(BuildError::CodeUnknown { manager })?;
        let call = Call::read(identity, action, submitter, view, world)?;
        if let Some(found) = call.elsewhere() {
            return Err(BuildError::OtherChannel { expected, found });
        }
        let (value, now) = (action.value(), view.latest.now);
        let outcome = call.outcome(view, (value, now), world).map_err(|reason| match reason {
            NotTaken::Refused(reason) => BuildError::Refused(reason),
            NotTaken::CallFails { index, reason } => BuildError::CallFails { index, reason },
        })?;
        let calldata = action.calldata();
        read(&calldata)?;
        Ok(Self {
            channel: identity.clone(),
            submitter,
            party: identity.terms().party_of(submitter),
            operation: action.name().to_owned(),
            to: manager,
            value: Units::new(value),
            calldata,
            evidence: call.items(),
            expected: outcome,
            gas,
            deadline: call.deadline(&view.latest.channel).map(Timestamp::new),
            code_hash,
            hashes: call.hashes(),
            wanted: call.wanted,
            now: Timestamp::new(now),
        })
    }
}

/// The hash of the contract's code, as it was looked at; else as the world says. Nothing if there is none, or if it was seen
/// not to be that of a `ChannelManager`.
pub(super) fn code_hash_of(view: &View, world: &mut impl World, manager: Address) -> Option<B256> {
    match view.codes.get(&manager) {
        Some(code) => abi::CHANNEL_MANAGER.is_runtime_code(code).then(|| keccak256(code)),
        None => Some(world.code_hash(manager)).filter(|hash| !hash.is_zero() && *hash != KECCAK256_EMPTY),
    }
}
