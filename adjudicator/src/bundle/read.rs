//! How a call is read that somebody else has written.

use alloy_primitives::{Address, Bytes};

use super::{
    Message,
    parts::{Parts, evidence_mut},
};
use crate::{
    DecodeError,
    action::{Action, CloseMutual, CloseSoloAsDelegate, Withdraw},
    signature::Signature,
    types::{
        self, Agreement, Amount, AppState, Close, Delegation, Evidence, Identity, Instance, Invalid, Joint, Party,
        PerSide, Serial, Signatures, Signed, State, Step, Timestamp,
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
