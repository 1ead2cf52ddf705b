//! The rules of the contract as a pure function: what an operation does, or why it is refused. Fewer than 600 lines of code,
//! comments not counted, so that one can read all of it in one sitting.
//!
//! Each operation says what becomes of its channel, for [`Manager::apply`](crate::Manager::apply), and never runs bytecode nor
//! knows gas; what apps, tokens and payees do is the [`World`]'s to say. Each check stands where the contract has it, so that of
//! several reasons to refuse the same one is named. Source: `contracts/ChannelManager.sol`, `docs/PROTOCOL.md`.

mod dispute;
mod instances;
mod money;
mod validity;
mod window;

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, U256, uint};

pub(crate) use instances::step_of;
pub use validity::{GREATEST_WINDOW, MIN_STALE_MARGIN};
pub use window::{final_time, instance_deadline};

use crate::error::require;
use crate::{Base, Channel, Deployment, DisputeError, Effect, Progress, Submission, World, wire};

/// The native coin's place in a list of assets.
pub const NATIVE: Address = Address::ZERO;
/// The greatest net, deposit, withdrawal and balance, in units of the asset.
pub const MAX_AMOUNT: U256 = uint!(0x7fffffffffffffffffffffffffff_U256);
/// The greatest round that can be recorded.
pub const MAX_ROUND: u64 = (1 << 29) - 1;
/// The latest evidence deadline that can be stored, in Unix seconds: the year 2242.
pub const MAX_TIME: u64 = (1 << 33) - 1;
/// The greatest number of withdrawals in the life of a channel.
pub const MAX_SERIAL: u64 = (1 << 24) - 1;
/// The longest app state and the longest action, in bytes.
pub const MAX_APP_BYTES: usize = 4096;
/// The greatest depth of a tree of instances.
pub const MAX_DEPTH: usize = 32;

type Result<T, E = DisputeError> = std::result::Result<T, E>;

/// One operation on one channel, while it runs.
pub(crate) struct Operation<'a, W> {
    pub(crate) deployment: Deployment,
    pub(crate) submission: Submission,
    pub(crate) world: &'a mut W,
    pub(crate) channel_id: B256,
    /// What was forced before.
    pub(crate) bases: &'a BTreeMap<B256, Base>,
    /// All but that, as it becomes.
    pub(crate) channel: Channel,
    pub(crate) touched: Option<Touched>,
    pub(crate) effects: Vec<Effect>,
}

/// An instance that was touched: the hash of the state that it stands on, its own, and where it is now.
pub(crate) type Touched = (B256, B256, Progress);

impl<W: World> Operation<'_, W> {
    fn require_living(&self) -> Result<()> {
        require!(!self.channel.is_closed, ChannelClosed { channel_id: self.channel_id });
        Ok(())
    }

    /// Both parties agreed: by both signatures, or by one and the submitter's own call.
    fn require_both(&mut self, struct_hash: B256, terms: &wire::Terms<'_>, signatures: &[u8]) -> Result<()> {
        let actual = signatures.len();
        require!([64, 65, 128, 130].contains(&actual), SignatureLengthInvalid { actual });
        if let Some((first, second)) = signatures.split_at_checked(actual / 2).filter(|_| actual > 65) {
            self.require_one(struct_hash, terms.signer(0), first)?;
            return self.require_one(struct_hash, terms.signer(1), second);
        }
        let other = if self.party_of_submitter(terms)? == 0 { 1 } else { 0 };
        self.require_one(struct_hash, terms.signer(other), signatures)
    }

    fn require_one(&mut self, struct_hash: B256, signer: Address, signature: &[u8]) -> Result<()> {
        self.world.verify(self.deployment.domain.digest(struct_hash), signer, signature)
    }

    fn party_of_submitter(&self, terms: &wire::Terms<'_>) -> Result<u8> {
        let sender = self.submission.submitter;
        terms.party_of(sender).ok_or(DisputeError::SenderNotSigner { sender })
    }

    pub(crate) fn revoke_delegations(&mut self, terms: &wire::Terms<'_>) -> Result<()> {
        let party = self.party_of_submitter(terms)?;
        let [epoch0, epoch1] = &mut self.channel.epochs;
        let epoch = if party == 0 { epoch0 } else { epoch1 };
        *epoch = epoch.saturating_add(1);
        self.effects.push(Effect::DelegationsRevoked { channel_id: self.channel_id, party, epoch: *epoch });
        Ok(())
    }
}
