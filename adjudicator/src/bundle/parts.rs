//! A call taken apart: what it shows, and what of that is signed.

use alloy_primitives::{Address, Bytes};

use super::{Hashes, Message};
use crate::{
    DecodeError,
    action::{
        Action, CloseMutual, CloseSolo, CloseSoloAsDelegate, Evaluate, ForceProgress, Settle, Slash, SnapshotSolo,
        Withdraw,
    },
    eip712,
    evidence::{Draft, Item},
    signature::Signature,
    types::{
        self, Agreement, Amount, AppState, Close, Delegation, Evidence, Identity, Instance, InstanceHash, Invalid,
        Joint, Net, Party, PerSide, PlacedStep, Serial, Signatures, Signed, State, StateHash, Step, Timestamp,
    },
    wire,
};

type Result<T, E = Unreadable> = std::result::Result<T, E>;

/// Why a call cannot be shown to people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is no operation.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
    /// The same call has another form, in which it is written.
    #[error("{operation} in other bytes than those in which it is written")]
    NotCanonical {
        /// The operation's name.
        operation: &'static str,
    },
    /// A part of it is not valid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The only signature of a message that both parties must sign is neither party's.
    #[error("the only signature of a {message} is that of {actual}, who is no party")]
    NoParty {
        /// The message.
        message: Message,
        /// Whose it is.
        actual: Address,
    },
}

/// What a call shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) state: Option<Agreement<State>>,
    pub(super) close: Option<Agreement<Close>>,
    pub(super) withdraw: Option<Agreement<types::Withdraw>>,
    pub(super) delegation: Option<Signed<Delegation>>,
    pub(super) instance: Option<Instance>,
    pub(super) step: Option<(Step, Option<Signature>)>,
    pub(super) app_state: Option<AppState>,
}

impl Parts {
    /// What a single call shows, in the channel that it is about; nothing of a multicall, and of what shows nothing.
    pub(super) fn of(identity: &Identity, action: &Action) -> Result<Self> {
        let assets = identity.terms().assets().asset_count();
        let mut parts = Self { state: state_of(identity, action)?, ..Self::default() };
        match action {
            Action::CloseMutual(call) => parts.close = Some(close_of(identity, call)?),
            Action::Withdraw(call) => parts.withdraw = Some(withdraw_of(identity, call)?),
            Action::CloseSoloAsDelegate(call) => parts.delegation = Some(delegation_of(call)?),
            Action::ForceProgress(call) => {
                let (step, signature) = Step::unpack(&call.step)?;
                parts.app_state = Some(step.app_state.clone());
                parts.step = Some((step, signature));
                parts.instance = Some(instance_of(assets, &call.instance)?);
            }
            Action::Evaluate(call) => {
                parts.app_state = Some(AppState::new(call.app_state.clone())?);
                parts.instance = Some(instance_of(assets, &call.instance)?);
            }
            _ => {}
        }
        Ok(parts)
    }

    /// As items of a dossier.
    pub(super) fn items(&self, identity: &Identity) -> Vec<Item> {
        let step = self.placed(identity).and_then(|(base, instance, step, signature)| {
            let step = Signed { message: step.clone(), signature: signature? };
            Some(PlacedStep { base, instance, step })
        });
        let items = [
            self.app_state.clone().map(Item::from),
            self.state.clone().map(Item::from),
            self.close.clone().map(Item::from),
            self.withdraw.clone().map(Item::from),
            self.delegation.clone().map(Item::from),
            step.map(Item::from),
        ];
        items.into_iter().flatten().collect()
    }

    /// Each message that is signed or may be, and party 0's and party 1's signature where they are told apart. A step has a
    /// mover, which is either of them.
    pub(super) fn messages(&self, identity: &Identity) -> Vec<(Hashes, [Option<Signature>; 2])> {
        let (domain, id) = (identity.domain(), identity.channel_id());
        let hashes = |message, struct_hash| Hashes::new(domain, message, struct_hash);
        let state = self.state.as_ref().map(|it| (hashes(Message::State, it.message.hash(id).get()), it.signatures));
        let close = self.close.as_ref().map(|it| {
            let nets = it.message.nets().as_slice().iter().copied().map(Net::get);
            let (round, valid_until) = (it.message.round().get(), it.message.valid_until().get());
            (hashes(Message::Close, eip712::close_hash(id.get(), round, nets, valid_until)), it.signatures)
        });
        let withdraw = self.withdraw.as_ref().map(|it| {
            let amounts = it.message.amounts().as_slice().iter().copied().map(Amount::to_word);
            let (serial, valid_until) = (it.message.serial().get(), it.message.valid_until().get());
            let hash = eip712::withdraw_hash(id.get(), serial, amounts, it.message.recipients(), valid_until);
            (hashes(Message::Withdraw, hash), it.signatures)
        });
        let delegation = self.delegation.as_ref().map(|Signed { message: it, signature }| {
            let (epoch, min_round, valid_until) = (it.epoch.get(), it.min_round.get(), it.valid_until.get());
            let party = it.party.get();
            let hash = eip712::delegation_hash(id.get(), party, it.delegate, epoch, min_round, valid_until);
            let of = |party| (it.party == party).then_some(*signature);
            (hashes(Message::Delegation, hash), Party::BOTH.map(of))
        });
        let step = self.placed(identity).map(|(base, instance, step, signature)| {
            let (app_state, action) = (step.app_state.hash().get(), step.action.get());
            let hash = eip712::step_hash(id.get(), base.get(), instance.get(), step.number.get(), app_state, action);
            (hashes(Message::Step, hash), [signature; 2])
        });
        [state, close, withdraw, delegation, step].into_iter().flatten().collect()
    }

    /// A message, as what a party is about to sign.
    pub(super) fn draft(&self, identity: &Identity, message: Message) -> Option<Draft> {
        match message {
            Message::State => self.state.as_ref().map(|it| Draft::state(it.message.clone())),
            Message::Close => self.close.as_ref().map(|it| Draft::Close(it.message.clone())),
            Message::Withdraw => self.withdraw.as_ref().map(|it| Draft::Withdraw(it.message.clone())),
            Message::Delegation => self.delegation.as_ref().map(|it| Draft::Delegation(it.message)),
            Message::Step => {
                let (base, instance, step, _) = self.placed(identity)?;
                Some(Draft::Step { base, instance, step: step.clone() })
            }
        }
    }

    /// Gives a message a party's signature.
    pub(super) fn give(&mut self, message: Message, party: Party, signature: Signature) {
        let both = match message {
            Message::State => self.state.as_mut().map(|it| &mut it.signatures),
            Message::Close => self.close.as_mut().map(|it| &mut it.signatures),
            Message::Withdraw => self.withdraw.as_mut().map(|it| &mut it.signatures),
            Message::Delegation => None,
            Message::Step => {
                self.step.iter_mut().for_each(|(_, place)| *place = Some(signature));
                None
            }
        };
        if let Some([zero, one]) = both {
            *(if party == Party::Zero { zero } else { one }) = Some(signature);
        }
    }

    /// Writes the signatures into the call that this was taken from.
    pub(super) fn put_into(&self, action: &mut Action) {
        let joined = |message: Vec<u8>, signatures: &_| Bytes::from([message, pack(signatures)].concat());
        if let Some((evidence, state)) = evidence_mut(action).zip(self.state.as_ref()) {
            *evidence = joined(state.message.pack(), &state.signatures);
        }
        match action {
            Action::CloseMutual(call) => {
                let close = self.close.as_ref();
                call.close = close.map(|it| joined(it.message.pack(), &it.signatures)).unwrap_or_default();
            }
            Action::Withdraw(call) => {
                let withdraw = self.withdraw.as_ref();
                call.signatures = withdraw.map(|it| pack(&it.signatures).into()).unwrap_or_default();
            }
            Action::ForceProgress(call) => {
                let step = self.step.as_ref();
                call.step = step.map(|(step, signature)| step.pack(signature.as_ref()).into()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// The step, with what it is made on.
    fn placed(&self, identity: &Identity) -> Option<(StateHash, InstanceHash, &Step, Option<Signature>)> {
        let (step, signature) = self.step.as_ref()?;
        let base = self.state.as_ref().map_or(StateHash::ROUND_0, |it| it.message.hash(identity.channel_id()));
        Some((base, self.instance.as_ref()?.hash(), step, *signature))
    }
}

/// What a single call shows as evidence: a packed state, and signatures behind it.
fn evidence_mut(action: &mut Action) -> Option<&mut Bytes> {
    match action {
        Action::SnapshotSolo(SnapshotSolo { evidence, .. })
        | Action::Slash(Slash { evidence, .. })
        | Action::CloseSolo(CloseSolo { evidence, .. })
        | Action::CloseSoloAsDelegate(CloseSoloAsDelegate { evidence, .. })
        | Action::ForceProgress(ForceProgress { evidence, .. })
        | Action::Evaluate(Evaluate { evidence, .. })
        | Action::Settle(Settle { state: evidence, .. }) => Some(evidence),
        _ => None,
    }
}

fn state_of(identity: &Identity, action: &Action) -> Result<Option<Agreement<State>>> {
    // It is only read here, from a copy that is cheap.
    let mut action = action.clone();
    let Some(evidence) = evidence_mut(&mut action) else { return Ok(None) };
    let evidence = Evidence::unpack(evidence, identity.terms().assets().asset_count())?;
    let (message, signatures) = match evidence {
        Evidence::RoundZero => return Ok(None),
        Evidence::Recorded(state) => (state, None),
        Evidence::Signed(state, signatures) => (state, Some(signatures)),
    };
    agreement(identity, Message::State, message, signatures).map(Some)
}

fn close_of(identity: &Identity, call: &CloseMutual) -> Result<Agreement<Close>> {
    let expected = "16 and 32 for each asset, and signatures behind them";
    let opened = wire::Close::split(&call.close, identity.terms().assets().asset_count());
    let (close, signatures) =
        opened.ok_or(Invalid::Length { what: "a packed close", expected, found: call.close.len() })?;
    let message = Close::unpack(close.packed())?;
    agreement(identity, Message::Close, message, unpack(signatures)?)
}

fn withdraw_of(identity: &Identity, call: &Withdraw) -> Result<Agreement<types::Withdraw>> {
    let amounts = call.amounts.iter().map(|amount| Amount::try_from(*amount)).collect::<Result<_, _>>()?;
    let (serial, valid_until) = (Serial::new(call.serial)?, Timestamp::new(call.valid_until));
    let message = types::Withdraw::new(serial, PerSide::new(amounts)?, call.recipients, valid_until)?;
    agreement(identity, Message::Withdraw, message, unpack(&call.signatures)?)
}

fn delegation_of(call: &CloseSoloAsDelegate) -> Result<Signed<Delegation>> {
    let message = Delegation {
        party: Party::try_from(call.party)?,
        delegate: call.delegate,
        epoch: call.epoch.into(),
        min_round: call.min_round.into(),
        valid_until: Timestamp::new(call.valid_until),
    };
    let signature = Signature::from_bytes(&call.delegation_signature).map_err(Invalid::from)?;
    Ok(Signed { message, signature })
}

fn instance_of(assets: usize, packed: &[u8]) -> Result<Instance> {
    let expected = "126 and 28 for each asset, and hashes behind them";
    let opened = wire::Instance::split(packed, assets);
    let (instance, _) = opened.ok_or(Invalid::Length { what: "an instance", expected, found: packed.len() })?;
    Ok(Instance::unpack(instance.packed())?)
}

/// A message with its signatures in their places: one alone does not say whose it is.
fn agreement<T: Joint>(
    identity: &Identity,
    name: Message,
    message: T,
    signatures: Option<Signatures>,
) -> Result<Agreement<T>> {
    let signatures = match signatures {
        None => [None; 2],
        Some(Signatures::Both(both)) => both.map(Some),
        Some(Signatures::OfPeer(one)) => {
            let digest = message.digest(identity.domain(), identity.channel_id());
            let actual = one.recover(digest).map_err(Invalid::from)?;
            let party = identity.terms().party_of(actual);
            let party = party.ok_or(Unreadable::NoParty { message: name, actual })?;
            Party::BOTH.map(|each| (each == party).then_some(one))
        }
    };
    Ok(Agreement { message, signatures })
}

fn unpack(signatures: &[u8]) -> Result<Option<Signatures>, Invalid> {
    if signatures.is_empty() { Ok(None) } else { Signatures::unpack(signatures).map(Some) }
}

fn pack(signatures: &[Option<Signature>; 2]) -> Vec<u8> {
    signatures.iter().flatten().flat_map(Signature::to_compact).collect()
}

/// Reads a call that is written in its one form.
pub(super) fn read(calldata: &Bytes) -> Result<Action> {
    let action = Action::decode_shared(calldata)?;
    // The calls of a multicall may be the same bytes many times, and are not written out to find that.
    let is_longer = matches!(&action, Action::Multicall(call) if
        call.calls.iter().fold(0, |sum: usize, call| sum.saturating_add(call.len())) > calldata.len());
    if is_longer || action.calldata() != *calldata {
        return Err(Unreadable::NotCanonical { operation: action.name() });
    }
    Ok(action)
}

/// All calls that a call makes, one behind the other: those of a multicall, or itself.
pub(super) fn calls_of(action: Action) -> Result<Vec<Action>> {
    let Action::Multicall(call) = &action else { return Ok(vec![action]) };
    let inner = call.calls.iter().map(|calldata| read(calldata).and_then(calls_of));
    Ok(inner.collect::<Result<Vec<_>>>()?.concat())
}
