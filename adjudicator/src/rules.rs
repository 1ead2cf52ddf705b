//! The rules of the contract as a pure function: what an operation does, or why it is refused.
//!
//! [`Manager::apply`] answers for every call of the contract that may change something. It neither runs bytecode nor knows
//! gas; what apps, tokens and payees do is the [`World`]'s to say. Each check stands where the contract has it, so that of
//! several reasons to refuse the same one is named. Source: `contracts/ChannelManager.sol`, `docs/PROTOCOL.md`.

/// Goes on if it holds; else refuses for this reason, whose fields may be any number, address or hash.
macro_rules! require {
    ($holds:expr, $reason:ident { $($field:ident $(: $value:expr)?),* }) => {
        if !$holds {
            $(let $field = $crate::rules::Field::from_any(require!(@value $field $($value)?));)*
            return Err($crate::DisputeError::$reason { $($field),* });
        }
    };
    (@value $field:ident) => { $field };
    (@value $field:ident $value:expr) => { $value };
}

mod dispute;
mod instances;
mod money;
mod validity;
mod window;

use alloy_primitives::{Address, B256, Bytes, FixedBytes, I256, U256, uint};

pub use crate::ledger::{Base, Bounty, Channel, Deployment, Funds, Hash192, Manager, Progress, Record};
pub use validity::{GREATEST_WINDOW, MIN_STALE_MARGIN};
pub use window::final_time;

use crate::action::{Action, Multicall};
use crate::{DisputeError, Effect, World, signature, wire};

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

/// Who sends an operation, when and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission {
    /// Who submits it.
    pub submitter: Address,
    /// What comes along of the native coin.
    pub value: U256,
    /// The block's time in Unix seconds.
    pub now: u64,
    /// The chain's id at that time.
    pub chain_id: U256,
}

impl Manager {
    /// What `action` does. If it is refused, nothing has changed, neither here nor in the world.
    ///
    /// # Errors
    /// Why the contract refuses it. What comes along where nothing may is [`DisputeError::ValueMismatch`] here; there the
    /// contract reverts without a reason.
    pub fn apply(&mut self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Vec<Effect>> {
        world.checkpoint();
        let result = self.run(world, action, submission);
        if result.is_ok() { world.commit() } else { world.revert() }
        result
    }

    fn run(&mut self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Vec<Effect>> {
        if !matches!(action, Action::Deposit(_) | Action::DepositById(_)) {
            require!(submission.value.is_zero(), ValueMismatch { expected: U256::ZERO, actual: submission.value });
        }
        let to = (world, submission);
        match action {
            Action::Deposit(call) => self.by_terms(to, &call.terms, |it, terms| it.deposit(terms, call.amount, call.side)),
            Action::DepositById(call) => {
                self.require_chain(submission)?;
                self.on_channel(to, call.channel_id, |it| it.deposit_by_id(call))
            }
            Action::Withdraw(call) => self.by_terms(to, &call.terms, |it, terms| it.withdraw(terms, call)),
            Action::Claim(call) => self.claim(to.0, call.creditor, call.creditor, call.asset),
            Action::ClaimTo(call) => {
                let (from, recipient) = (submission.submitter, call.recipient);
                require!(!recipient.is_zero() && recipient != self.address(), RecipientInvalid { recipient });
                self.claim(to.0, from, recipient, call.asset)
            }
            Action::SnapshotSolo(call) => self.by_terms(to, &call.terms, |it, terms| it.hand_in(terms, &call.evidence)),
            Action::Slash(call) => self.by_terms(to, &call.terms, |it, terms| it.hand_in(terms, &call.evidence)),
            Action::CloseMutual(call) => self.by_terms(to, &call.terms, |it, terms| it.close_mutual(terms, &call.close)),
            Action::CloseSolo(call) => self.by_terms(to, &call.terms, |it, terms| it.close_solo(terms, call)),
            Action::CloseSoloAsDelegate(call) => {
                self.by_terms(to, &call.terms, |it, terms| it.close_as_delegate(terms, call))
            }
            Action::Settle(call) => self.by_terms(to, &call.terms, |it, terms| it.settle(terms, &call.state)),
            Action::ForceProgress(call) => {
                let step = instances::step_of(&call.step)?;
                self.by_terms(to, &call.terms, |it, terms| it.force_progress(terms, call, &step))
            }
            Action::Evaluate(call) => self.by_terms(to, &call.terms, |it, terms| it.evaluate(terms, call)),
            Action::RevokeDelegations(call) => self.by_terms(to, &call.terms, |it, terms| it.revoke_delegations(terms)),
            Action::Multicall(call) => Ok(self.multicall(to.0, call, submission)),
        }
    }

    /// Each call for itself: one that fails is told, and changes nothing. Calls of getters count as failed here.
    fn multicall(&mut self, world: &mut impl World, multicall: &Multicall, submission: &Submission) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (index, data) in (0..).zip(&multicall.calls) {
            let result = Action::decode(data)
                .map_err(|_| Bytes::new())
                .and_then(|action| self.apply(world, &action, submission).map_err(DisputeError::abi_encode));
            match result {
                Ok(more) => effects.extend(more),
                Err(reason) => effects.push(Effect::CallFailed { index, reason }),
            }
        }
        effects
    }

    fn by_terms<W: World>(
        &mut self,
        to: (&mut W, &Submission),
        terms: &[u8],
        operate: impl FnOnce(&mut Operation<'_, W>, &wire::Terms<'_>) -> Result<()>,
    ) -> Result<Vec<Effect>> {
        self.require_chain(to.1)?;
        let invalid = |length| DisputeError::TermsLengthInvalid { actual: Field::from_any(length) };
        let terms = wire::Terms::new(terms).map_err(invalid)?;
        let channel_id = self.deployment.domain.channel_id(terms.packed());
        self.on_channel(to, channel_id, |operation| operate(operation, &terms))
    }

    /// Operates on a copy of the channel, which counts only if nothing refuses.
    fn on_channel<W: World>(
        &mut self,
        (world, submission): (&mut W, &Submission),
        channel_id: B256,
        operate: impl FnOnce(&mut Operation<'_, W>) -> Result<()>,
    ) -> Result<Vec<Effect>> {
        let channel = self.channels.get(&channel_id).cloned().unwrap_or_default();
        let (deployment, submission) = (self.deployment, *submission);
        let mut operation = Operation { deployment, submission, world, channel_id, channel, effects: Vec::new() };
        operate(&mut operation)?;
        let Operation { channel, effects, .. } = operation;
        if channel != Channel::default() {
            self.channels.insert(channel_id, channel);
        }
        for effect in &effects {
            if let Effect::Credited { creditor, asset, amount } = effect {
                let credit = self.credits.entry((*creditor, *asset)).or_default();
                *credit = credit.saturating_add(*amount);
            }
        }
        Ok(effects)
    }

    fn require_chain(&self, submission: &Submission) -> Result<()> {
        let (expected, actual) = (self.deployment.domain.chain_id(), submission.chain_id);
        require!(actual == expected, WrongChain { expected, actual });
        Ok(())
    }

    fn address(&self) -> Address {
        self.deployment.domain.manager()
    }
}

/// One operation on one channel, while it runs.
struct Operation<'a, W> {
    deployment: Deployment,
    submission: Submission,
    world: &'a mut W,
    channel_id: B256,
    channel: Channel,
    effects: Vec<Effect>,
}

impl<W: World> Operation<'_, W> {
    fn require_living(&self) -> Result<()> {
        require!(!self.channel.is_closed, ChannelClosed { channel_id: self.channel_id });
        Ok(())
    }

    /// Both parties agreed: by both signatures, or by one and the submitter's own call.
    fn require_both(&self, struct_hash: B256, terms: &wire::Terms<'_>, signatures: &[u8]) -> Result<()> {
        let actual = signatures.len();
        require!([64, 65, 128, 130].contains(&actual), SignatureLengthInvalid { actual });
        if let Some((first, second)) = signatures.split_at_checked(actual / 2).filter(|_| actual > 65) {
            self.require_one(struct_hash, terms.signer(0), first)?;
            return self.require_one(struct_hash, terms.signer(1), second);
        }
        let other = if self.party_of_submitter(terms)? == 0 { 1 } else { 0 };
        self.require_one(struct_hash, terms.signer(other), signatures)
    }

    fn require_one(&self, struct_hash: B256, signer: Address, signature: &[u8]) -> Result<()> {
        signature::verify(self.deployment.domain.digest(struct_hash), signer, signature)
    }

    fn party_of_submitter(&self, terms: &wire::Terms<'_>) -> Result<u8> {
        let sender = self.submission.submitter;
        terms.party_of(sender).ok_or(DisputeError::SenderNotSigner { sender })
    }

    fn revoke_delegations(&mut self, terms: &wire::Terms<'_>) -> Result<()> {
        let party = self.party_of_submitter(terms)?;
        let [epoch0, epoch1] = &mut self.channel.epochs;
        let epoch = if party == 0 { epoch0 } else { epoch1 };
        *epoch = epoch.saturating_add(1);
        self.effects.push(Effect::DelegationsRevoked { channel_id: self.channel_id, party, epoch: *epoch });
        Ok(())
    }
}

/// What a reason to refuse has for a field, made of whatever the rules found.
trait Field<T> {
    fn from_any(value: T) -> Self;
}

macro_rules! fields {
    ($($type:ty: $($from:ty)*;)*) => {
        $($(impl Field<$from> for $type {
            fn from_any(value: $from) -> Self {
                Self::from(value)
            }
        })*)*
    };
}

fields! {
    U256: U256 u8 u16 u32 u64 usize u128;
    I256: I256;
    Address: Address;
    B256: B256;
    FixedBytes<24>: FixedBytes<24>;
    FixedBytes<4>: FixedBytes<4> [u8; 4];
}
