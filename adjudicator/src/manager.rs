//! One deployed contract: all of its channels and credits, and every call that may change them.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;

use crate::abi::ChannelManager;
use crate::action::{Action, Multicall};
use crate::channel::Channel;
use crate::eip712::Domain;
use crate::error::{Field, require};
use crate::rules::{NATIVE, Operation, step_of};
use crate::{DecodeError, DisputeError, Effect, World, wire};

type Result<T, E = DisputeError> = std::result::Result<T, E>;

/// Everything that one deployed contract remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// Where it is, and what it was deployed with.
    pub deployment: Deployment,
    /// By id. A channel that is not in it was never heard of: it is `Channel::default()`.
    pub channels: BTreeMap<B256, Channel>,
    /// What waits to be claimed, by creditor and asset; never zero.
    pub credits: BTreeMap<(Address, Address), U256>,
}

/// Where a contract is, and what it was deployed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// Its chain at deployment and its address, hashed.
    pub domain: Domain,
    /// The shortest window that terms may have, in seconds.
    pub min_window: u64,
    /// The longest window that terms may have, in seconds.
    pub max_window: u64,
}

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

/// The most calls that a multicall makes, with those within: more than a block has gas for.
pub const MAX_CALLS: u32 = 1 << 16;

/// How deep multicalls may stand within each other. The chain has no such bound, but nobody has use for a deeper one, and
/// calls may share their bytes: a short one can be very many.
pub const MAX_NESTING: u32 = 64;

/// What is left of these.
struct Budget {
    calls: u32,
    nesting: u32,
}

impl Manager {
    /// What `action` does. If it is refused, nothing has changed, neither here nor in the world.
    ///
    /// # Errors
    /// Why the contract refuses it. What comes along where nothing may is [`DisputeError::ValueMismatch`] here; there the
    /// contract reverts without a reason. Multicalls deeper than [`MAX_NESTING`] or of more calls than [`MAX_CALLS`] are
    /// [`DisputeError::InsufficientGas`].
    pub fn apply(&mut self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Vec<Effect>> {
        self.apply_within(world, action, submission, &mut Budget { calls: MAX_CALLS, nesting: MAX_NESTING })
    }

    fn apply_within(
        &mut self,
        world: &mut impl World,
        action: &Action,
        submission: &Submission,
        budget: &mut Budget,
    ) -> Result<Vec<Effect>> {
        world.checkpoint();
        let result = match action {
            Action::Multicall(call) if submission.value.is_zero() => self.multicall(world, call, submission, budget),
            _ => self.run(world, action, submission),
        };
        if result.is_ok() {
            world.commit()
        } else {
            world.revert()
        }
        result
    }

    fn run(&mut self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Vec<Effect>> {
        if !matches!(action, Action::Deposit(_) | Action::DepositById(_)) {
            require!(submission.value.is_zero(), ValueMismatch { expected: U256::ZERO, actual: submission.value });
        }
        let to = (world, submission);
        match action {
            Action::Deposit(call) => {
                self.by_terms(to, &call.terms, |it, terms| it.deposit(terms, call.amount, call.side))
            }
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
            Action::CloseMutual(call) => {
                self.by_terms(to, &call.terms, |it, terms| it.close_mutual(terms, &call.close))
            }
            Action::CloseSolo(call) => self.by_terms(to, &call.terms, |it, terms| it.close_solo(terms, call)),
            Action::CloseSoloAsDelegate(call) => {
                self.by_terms(to, &call.terms, |it, terms| it.close_as_delegate(terms, call))
            }
            Action::Settle(call) => self.by_terms(to, &call.terms, |it, terms| it.settle(terms, &call.state)),
            Action::ForceProgress(call) => {
                let step = step_of(&call.step)?;
                self.by_terms(to, &call.terms, |it, terms| it.force_progress(terms, call, &step))
            }
            Action::Evaluate(call) => self.by_terms(to, &call.terms, |it, terms| it.evaluate(terms, call)),
            Action::RevokeDelegations(call) => self.by_terms(to, &call.terms, |it, terms| it.revoke_delegations(terms)),
            Action::Multicall(_) => Ok(Vec::new()),
        }
    }

    /// Each call for itself: one that fails is told, and changes nothing.
    fn multicall(
        &mut self,
        world: &mut impl World,
        multicall: &Multicall,
        submission: &Submission,
        budget: &mut Budget,
    ) -> Result<Vec<Effect>> {
        let before = self.clone();
        let mut effects = Vec::new();
        for (index, data) in (0..).zip(&multicall.calls) {
            if budget.calls == 0 || budget.nesting == 0 {
                *self = before;
                return Err(DisputeError::InsufficientGas { required: multicall.gas_each, available: U256::ZERO });
            }
            budget.calls = budget.calls.saturating_sub(1);
            budget.nesting = budget.nesting.saturating_sub(1);
            let result = match Action::decode(data) {
                Ok(action) => self.apply_within(world, &action, submission, budget).map_err(DisputeError::abi_encode),
                Err(DecodeError::Getter { .. }) => self.ask(data, submission).map_err(DisputeError::abi_encode),
                Err(_) => Err(Bytes::new()),
            };
            budget.nesting = budget.nesting.saturating_add(1);
            match result {
                Ok(more) => effects.extend(more),
                Err(reason) => effects.push(Effect::CallFailed { index, reason }),
            }
        }
        Ok(effects)
    }

    fn claim(&mut self, world: &mut impl World, creditor: Address, to: Address, asset: Address) -> Result<Vec<Effect>> {
        let amount = self.credits.get(&(creditor, asset)).copied().unwrap_or_default();
        require!(!amount.is_zero(), CreditZero { creditor, asset });
        let is_paid = world.push(asset, to, amount, false);
        require!(is_paid || asset != NATIVE, PaymentFailed { to, amount });
        require!(is_paid, TokenTransferFailed { token: asset, from: self.address(), to, amount });
        self.credits.remove(&(creditor, asset));
        Ok(vec![Effect::Claimed { creditor, asset, recipient: to, amount }])
    }

    /// A getter changes nothing, but the one of a channel's id can refuse. Malformed calls of getters are taken to succeed.
    fn ask(&self, data: &[u8], submission: &Submission) -> Result<Vec<Effect>> {
        if let Ok(call) = ChannelManager::channelIdOfCall::abi_decode(data) {
            self.require_chain(submission)?;
            terms_of(&call.terms)?;
        }
        Ok(Vec::new())
    }

    fn by_terms<W: World>(
        &mut self,
        to: (&mut W, &Submission),
        terms: &[u8],
        operate: impl FnOnce(&mut Operation<'_, W>, &wire::Terms<'_>) -> Result<()>,
    ) -> Result<Vec<Effect>> {
        self.require_chain(to.1)?;
        let terms = terms_of(terms)?;
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

fn terms_of(packed: &[u8]) -> Result<wire::Terms<'_>> {
    wire::Terms::new(packed).map_err(|length| DisputeError::TermsLengthInvalid { actual: Field::from_any(length) })
}
