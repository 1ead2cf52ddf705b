//! One deployed contract: all of its channels and credits, and every call that may change them.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, Bytes, U256};

use crate::action::{Action, Multicall, decode_getter};
use crate::channel::Channel;
use crate::eip712::Domain;
use crate::error::{refusal, require};
use crate::rules::{NATIVE, Operation, Touched, step_of};
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

/// What an operation changes: credits, as its effects say; and a channel, of which it says what that becomes but for what was
/// forced, and the instance that was touched.
struct Change {
    effects: Vec<Effect>,
    channel: Option<(B256, Channel, Option<Touched>)>,
}

impl Manager {
    /// The contract before anybody has called it.
    #[must_use]
    pub const fn new(deployment: Deployment) -> Self {
        Self { deployment, channels: BTreeMap::new(), credits: BTreeMap::new() }
    }

    /// What `action` does. If it is refused, nothing has changed, neither here nor in the world.
    ///
    /// # Errors
    /// Why the contract refuses it. What comes along where nothing may is [`DisputeError::ValueMismatch`] here; there the
    /// contract reverts without a reason.
    pub fn apply(&mut self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Vec<Effect>> {
        world.checkpoint();
        let result = match action {
            Action::Multicall(call) => require_no_value(submission).map(|()| self.multicall(world, call, submission)),
            _ => self.change(world, action, submission).map(|change| self.write(change)),
        };
        if result.is_ok() {
            world.commit();
        } else {
            world.revert();
        }
        result
    }

    /// What `action` would do. Nothing changes, neither here nor in the world, and nothing that there may be much of is copied.
    ///
    /// # Errors
    /// As [`Manager::apply`].
    pub fn check(&self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Vec<Effect>> {
        world.checkpoint();
        let result = match action {
            Action::Multicall(call) => require_no_value(submission)
                .map(|()| self.named_in(call, submission).multicall(world, call, submission)),
            _ => self.change(world, action, submission).map(|change| change.effects),
        };
        world.revert();
        result
    }

    /// What a call meets that somebody makes while the contract pays him, or pulls tokens of his: it is refused, and only
    /// a multicall goes through, which tells of each of its calls that it was refused.
    ///
    /// # Errors
    /// What the contract reverts with.
    pub fn call_back(&self, calldata: &Bytes, submission: &Submission) -> Result<Vec<Effect>, Bytes> {
        match Action::decode_shared(calldata) {
            Ok(Action::Multicall(call)) => Ok(each(&call, |data| self.call_back(data, submission))),
            Ok(_) => Err(DisputeError::Reentered {}.abi_encode()),
            Err(error) => self.ask(error, calldata, submission),
        }
    }

    fn change(&self, world: &mut impl World, action: &Action, submission: &Submission) -> Result<Change> {
        if !matches!(action, Action::Deposit(_) | Action::DepositById(_)) {
            require_no_value(submission)?;
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
            Action::Multicall(_) => Err(refusal!(Reentered {})),
        }
    }

    /// Each call for itself: one that fails is told, and changes nothing.
    fn multicall(&mut self, world: &mut impl World, call: &Multicall, submission: &Submission) -> Vec<Effect> {
        each(call, |data| match Action::decode_shared(data) {
            Ok(action) => self.apply(world, &action, submission).map_err(DisputeError::abi_encode),
            Err(error) => self.ask(error, data, submission),
        })
    }

    /// As much of this as the calls name.
    fn named_in(&self, multicall: &Multicall, submission: &Submission) -> Self {
        let mut part = Self::new(self.deployment);
        for action in multicall.calls.iter().filter_map(|data| Action::decode_shared(data).ok()) {
            let credit = match &action {
                Action::Multicall(inner) => {
                    let Self { channels, credits, .. } = self.named_in(inner, submission);
                    part.channels.extend(channels);
                    part.credits.extend(credits);
                    continue;
                }
                Action::Claim(call) => Some((call.creditor, call.asset)),
                Action::ClaimTo(call) => Some((submission.submitter, call.asset)),
                _ => None,
            };
            part.credits.extend(credit.and_then(|at| self.credits.get_key_value(&at)));
            let channel_id = action.channel_id(&self.deployment.domain);
            let channel = channel_id.and_then(|id| self.channels.get_key_value(&id));
            part.channels.extend(channel.map(|(id, channel)| (*id, channel.clone())));
        }
        part
    }

    fn write(&mut self, Change { effects, channel }: Change) -> Vec<Effect> {
        if let Some((id, channel, touched)) = channel.filter(|(_, channel, touched)| is_known(channel, touched)) {
            let known = self.channels.entry(id).or_default();
            *known = Channel { bases: std::mem::take(&mut known.bases), ..channel };
            if let Some((state_hash, instance_hash, progress)) = touched {
                known.bases.entry(state_hash).or_default().instances.insert(instance_hash, progress);
            }
        }
        for effect in &effects {
            match effect {
                Effect::Credited { creditor, asset, amount } => {
                    let credit = self.credits.entry((*creditor, *asset)).or_default();
                    *credit = credit.saturating_add(*amount);
                }
                Effect::Claimed { creditor, asset, .. } => {
                    self.credits.remove(&(*creditor, *asset));
                }
                _ => {}
            }
        }
        effects
    }

    fn claim(&self, world: &mut impl World, creditor: Address, to: Address, asset: Address) -> Result<Change> {
        let amount = self.credits.get(&(creditor, asset)).copied().unwrap_or_default();
        require!(!amount.is_zero(), CreditZero { creditor, asset });
        let is_paid = world.push(asset, to, amount, false);
        require!(is_paid || asset != NATIVE, PaymentFailed { to, amount });
        require!(is_paid, TokenTransferFailed { token: asset, from: self.address(), to, amount });
        let mut effects = vec![Effect::Claimed { creditor, asset, recipient: to, amount }];
        effects.extend(world.overheard());
        Ok(Change { effects, channel: None })
    }

    /// A call that is no operation. A getter changes nothing, but the one of a channel's id can refuse.
    fn ask(&self, error: DecodeError, data: &Bytes, submission: &Submission) -> Result<Vec<Effect>, Bytes> {
        let DecodeError::Getter { .. } = error else { return Err(Bytes::new()) };
        if let Some(terms) = decode_getter(data).map_err(|_| Bytes::new())? {
            let answer = self.require_chain(submission).and_then(|()| terms_of(&terms).map(drop));
            answer.map_err(DisputeError::abi_encode)?;
        }
        Ok(Vec::new())
    }

    fn by_terms<W: World>(
        &self,
        to: (&mut W, &Submission),
        terms: &[u8],
        operate: impl FnOnce(&mut Operation<'_, W>, &wire::Terms<'_>) -> Result<()>,
    ) -> Result<Change> {
        self.require_chain(to.1)?;
        let terms = terms_of(terms)?;
        let channel_id = to.0.channel_id(&self.deployment.domain, terms.packed());
        self.on_channel(to, channel_id, |operation| operate(operation, &terms))
    }

    fn on_channel<W: World>(
        &self,
        (world, submission): (&mut W, &Submission),
        channel_id: B256,
        operate: impl FnOnce(&mut Operation<'_, W>) -> Result<()>,
    ) -> Result<Change> {
        let unknown = Channel::default();
        let known = self.channels.get(&channel_id).unwrap_or(&unknown);
        let mut operation = Operation {
            deployment: self.deployment,
            submission: *submission,
            world,
            channel_id,
            bases: &known.bases,
            channel: known.without_bases(),
            touched: None,
            effects: Vec::new(),
        };
        operate(&mut operation)?;
        let Operation { channel, touched, effects, .. } = operation;
        Ok(Change { effects, channel: Some((channel_id, channel, touched)) })
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

/// Whether there is anything to remember.
fn is_known(channel: &Channel, touched: &Option<Touched>) -> bool {
    touched.is_some() || *channel != Channel::default()
}

/// Makes each call, and tells of those that failed.
fn each(multicall: &Multicall, mut make: impl FnMut(&Bytes) -> Result<Vec<Effect>, Bytes>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (index, data) in (0..).zip(&multicall.calls) {
        match make(data) {
            Ok(more) => effects.extend(more),
            Err(reason) => effects.push(Effect::CallFailed { index, reason }),
        }
    }
    effects
}

fn require_no_value(submission: &Submission) -> Result<()> {
    require!(submission.value.is_zero(), ValueMismatch { expected: U256::ZERO, actual: submission.value });
    Ok(())
}

fn terms_of(packed: &[u8]) -> Result<wire::Terms<'_>> {
    wire::Terms::new(packed).map_err(|actual| refusal!(TermsLengthInvalid { actual }))
}
