//! Calls by their names, made into what is sent.

use std::collections::BTreeMap;

use adjudicator::{
    Channel, Hash192, Progress,
    abi::PreimageRegistry,
    action::{self, Multicall},
    eip712::{Domain, step_hash},
    types::State,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolCall;

use super::{Place, Result, Running, Stage, Wrong, apps, find, messages::both};
use crate::{
    scenario::{Action, Call, Name, Path, StepFor, Touch},
    stage::Shown,
    world::World,
};

/// What is sent, and what it is about.
#[derive(Debug, Clone)]
pub struct Built {
    /// Who is called.
    pub to: Address,
    /// What must come along of the native coin.
    pub value: U256,
    /// The calldata.
    pub data: Bytes,
    /// In few words: the operation, and the names of what it is made with.
    pub title: String,
    /// The channel that it is about.
    pub channel: Option<Name>,
}

/// What is known when a call is made.
pub struct Moment<'a> {
    /// Who sends it.
    pub sender: Address,
    /// A channel by its id, as the contract has stored it.
    pub channel: &'a dyn Fn(&World, B256) -> Channel,
    /// App states by their hash, as far as they were seen.
    pub app_states: &'a BTreeMap<Hash192, Bytes>,
    /// The chain, to ask apps.
    pub world: &'a mut World,
}

impl Moment<'_> {
    fn channel(&self, id: B256) -> Channel {
        (self.channel)(self.world, id)
    }
}

/// The first 192 bits, which is what the contract remembers of a hash.
#[must_use]
pub fn short(hash: B256) -> Hash192 {
    Hash192::from_slice(hash.split_at(24).0)
}

impl Stage {
    /// What a call sends.
    ///
    /// # Errors
    /// If it names what is not there.
    pub fn built(&self, call: &Call, moment: &mut Moment<'_>, path: &Path) -> Result<Built> {
        let sender = moment.sender;
        match call {
            Call::Deposit { amount, party, channel } => {
                let path = path.field("deposit");
                let (name, place) = self.named_place(channel.as_deref(), &path.field("channel"))?;
                let party = self.side(place, party.as_deref(), sender, &path)?;
                let (asset, units) = self.of_asset(amount, &path.field("amount"))?;
                let index = place.terms.assets().as_slice().iter().position(|it| it.get() == asset);
                let side = index.map_or(u8::MAX, |index| u8::try_from(index).unwrap_or(u8::MAX).saturating_mul(2));
                let side = side.saturating_add(party);
                let deposit = action::Deposit { terms: place.terms.pack().into(), amount: units, side };
                self.sent(deposit.into(), format!("deposit {amount}"), Some(name))
            }
            Call::DepositById { amount, party, channel } => {
                let path = path.field("deposit_by_id");
                let (name, place) = self.named_place(channel.as_deref(), &path.field("channel"))?;
                let party = self.side(place, party.as_deref(), sender, &path)?;
                let (asset, units) = self.of_asset(amount, &path.field("amount"))?;
                let deposit = action::DepositById { channel_id: place.id, asset, party, amount: units };
                self.sent(deposit.into(), format!("depositById {amount}"), Some(name))
            }
            Call::DepositWithPermit { amount, party, channel, permit_of } => {
                let path = path.field("deposit_with_permit");
                let (name, place) = self.named_place(channel.as_deref(), &path.field("channel"))?;
                let party = self.side(place, party.as_deref(), sender, &path)?;
                let built = self.permitted((amount, permit_of.as_deref()), (place, party), moment, &path)?;
                Ok(Built { channel: Some(name.clone()), ..built })
            }
            Call::Permit { amount, of } => self.used_up(amount, of, moment, &path.field("permit")),
            Call::Withdraw { withdrawal } => {
                let path = path.field("withdraw").field("withdrawal");
                let with = find(&self.withdrawals, "withdrawal", withdrawal, &path)?;
                let place = self.place(Some(&with.channel), &path)?;
                let withdraw = action::Withdraw {
                    terms: place.terms.pack().into(),
                    serial: with.message.serial().get(),
                    amounts: with.message.amounts().as_slice().iter().map(|amount| amount.to_word()).collect(),
                    recipients: *with.message.recipients(),
                    valid_until: with.message.valid_until().get(),
                    signatures: both(&with.signatures, place, sender),
                };
                self.sent(withdraw.into(), format!("withdraw {withdrawal}"), Some(&with.channel))
            }
            Call::SnapshotSolo(shown) => {
                let (terms, evidence, name, title) = self.evidence(shown, sender, &path.field("snapshot_solo"))?;
                self.sent(action::SnapshotSolo { terms, evidence }.into(), format!("snapshotSolo {title}"), Some(name))
            }
            Call::Slash(shown) => {
                let (terms, evidence, name, title) = self.evidence(shown, sender, &path.field("slash"))?;
                self.sent(action::Slash { terms, evidence }.into(), format!("slash {title}"), Some(name))
            }
            Call::CloseSolo(shown) => {
                let (terms, evidence, name, title) = self.evidence(shown, sender, &path.field("close_solo"))?;
                let close = action::CloseSolo { terms, evidence, consent: false };
                self.sent(close.into(), format!("closeSolo {title}"), Some(name))
            }
            Call::Consent(shown) => {
                let (terms, evidence, name, title) = self.evidence(shown, sender, &path.field("consent"))?;
                let close = action::CloseSolo { terms, evidence, consent: true };
                self.sent(close.into(), format!("closeSolo with consent, {title}"), Some(name))
            }
            Call::CloseSoloAsDelegate { delegation, state, unsigned } => {
                let path = path.field("close_solo_as_delegate");
                let with = find(&self.delegations, "delegation", delegation, &path.field("delegation"))?;
                let place = self.place(Some(&with.channel), &path)?;
                let evidence = match state {
                    Some(state) => self.shown(state, &path.field("state"))?.evidence(place, sender, *unsigned),
                    None => Bytes::new(),
                };
                let message = &with.message;
                let close = action::CloseSoloAsDelegate {
                    terms: place.terms.pack().into(),
                    evidence,
                    party: message.party.get(),
                    delegate: message.delegate,
                    epoch: message.epoch.get(),
                    min_round: message.min_round.get(),
                    valid_until: message.valid_until.get(),
                    delegation_signature: with.signature.clone(),
                };
                let state = state.as_deref().unwrap_or("round 0");
                self.sent(close.into(), format!("closeSoloAsDelegate {state}, by {delegation}"), Some(&with.channel))
            }
            Call::CloseMutual { close } => {
                let path = path.field("close_mutual").field("close");
                let with = find(&self.closes, "close", close, &path)?;
                let place = self.place(Some(&with.channel), &path)?;
                let signed = [with.packed.as_ref(), &both(&with.signatures, place, sender)].concat();
                let call = action::CloseMutual { terms: place.terms.pack().into(), close: signed.into() };
                self.sent(call.into(), format!("closeMutual {close}"), Some(&with.channel))
            }
            Call::ForceProgress(touch) => {
                let path = path.field("force_progress");
                let told = touch.action.as_ref();
                let told = told.ok_or_else(|| Wrong::new(&path, "a step needs an `action`"))?;
                let (place, shown, running) = self.touched(touch, &path)?;
                let step = self.step(touch, told, (place, shown, running), moment, &path)?;
                let call = action::ForceProgress {
                    terms: place.terms.pack().into(),
                    evidence: shown.evidence(place, sender, touch.unsigned),
                    instance: packed(shown, running, touch, &path)?,
                    step,
                };
                let title = format!("forceProgress {} {}: {}", touch.state, named(touch), described(told));
                self.sent(call.into(), title, Some(&shown.channel))
            }
            Call::Evaluate(touch) => {
                let path = path.field("evaluate");
                require_no_step(touch, &path)?;
                let (place, shown, running) = self.touched(touch, &path)?;
                let call = action::Evaluate {
                    terms: place.terms.pack().into(),
                    evidence: shown.evidence(place, sender, touch.unsigned),
                    instance: packed(shown, running, touch, &path)?,
                    app_state: self.position(touch, (place, shown, running), moment, &path)?,
                };
                self.sent(call.into(), format!("evaluate {} {}", touch.state, named(touch)), Some(&shown.channel))
            }
            Call::Settle { state, channel } => {
                let path = path.field("settle");
                let state = match state {
                    Some(state) => Some(self.shown(state, &path.field("state"))?),
                    None => None,
                };
                let channel = channel.as_deref().or_else(|| state.map(|state| state.channel.as_str()));
                let (name, place) = self.named_place(channel, &path.field("channel"))?;
                let state = state.or_else(|| self.recorded(&moment.channel(place.id), name));
                let packed = state.map_or_else(Vec::new, |state| state.state.pack());
                let call = action::Settle { terms: place.terms.pack().into(), state: packed.into() };
                self.sent(call.into(), "settle".into(), Some(name))
            }
            Call::Claim { creditor, asset } => {
                let path = path.field("claim");
                let creditor = match creditor {
                    Some(name) => self.address(name, &path.field("creditor"))?,
                    None => sender,
                };
                let asset_ = self.unit(asset, &path.field("asset"))?.asset;
                self.sent(action::Claim { creditor, asset: asset_ }.into(), format!("claim {asset}"), None)
            }
            Call::ClaimTo { recipient, asset } => {
                let path = path.field("claim_to");
                let to = self.address(recipient, &path.field("recipient"))?;
                let asset_ = self.unit(asset, &path.field("asset"))?.asset;
                let call = action::ClaimTo { recipient: to, asset: asset_ };
                self.sent(call.into(), format!("claimTo {recipient}, {asset}"), None)
            }
            Call::RevokeDelegations { channel } => {
                let path = path.field("revoke_delegations").field("channel");
                let (name, place) = self.named_place(channel.as_deref(), &path)?;
                let call = action::RevokeDelegations { terms: place.terms.pack().into() };
                self.sent(call.into(), "revokeDelegations".into(), Some(name))
            }
            Call::Multicall { calls, gas_each, .. } => {
                let path = path.field("multicall").field("calls");
                let mut built = Vec::new();
                for (index, call) in calls.iter().enumerate() {
                    let path = path.index(index);
                    match call {
                        Call::Each { of, from, to, call } => {
                            let path = path.field("each");
                            let copies = self.copies_of(of).map_or(0, |copies| copies.len());
                            if from > to || usize::try_from(*to).is_ok_and(|to| to >= copies) {
                                let what = format!(
                                    "of `{of}` there are {copies} copies: from {from} to {to} is no part of them"
                                );
                                return Err(Wrong::new(&path, what));
                            }
                            let path = path.field("call");
                            for copy in *from..=*to {
                                let call = call.for_copy(of, copy);
                                let call = call.ok_or_else(|| Wrong::new(&path, "it is no call for each copy"))?;
                                built.push(self.built(&call, moment, &path)?);
                            }
                        }
                        call => built.push(self.built(call, moment, &path)?),
                    }
                }
                let titles: Vec<&str> = built.iter().map(|each| each.title.as_str()).take(4).collect();
                let more = if built.len() > titles.len() { ", ..." } else { "" };
                let title = format!("multicall of {}: {}{more}", built.len(), titles.join(", "));
                let channel = built.first().and_then(|each| each.channel.clone());
                let calls = built.into_iter().map(|each| each.data).collect();
                self.sent(Multicall { calls, gas_each: U256::from(*gas_each) }.into(), title, channel.as_ref())
            }
            Call::Advised(_) => {
                Err(Wrong::new(&path.field("advised"), "advice is taken by an act, and not within another call"))
            }
            Call::Each { .. } => {
                Err(Wrong::new(&path.field("each"), "it stands for several calls, so only within a multicall"))
            }
            Call::Reveal { preimage } => {
                let data = PreimageRegistry::revealCall { preimage: apps::preimage_of(preimage) }.abi_encode().into();
                let title = format!("reveal \"{preimage}\"");
                Ok(Built { to: self.registry, value: U256::ZERO, data, title, channel: None })
            }
            Call::Raw { to, data } => {
                let path = path.field("raw");
                let address = self.address(to, &path.field("to"))?;
                let data = apps::bytes(data, &path.field("data"))?;
                Ok(Built { to: address, value: U256::ZERO, data, title: format!("call {to}"), channel: None })
            }
        }
    }

    fn sent(&self, action: action::Action, title: String, channel: Option<&Name>) -> Result<Built> {
        let (value, data) = (action.value(), action.calldata());
        Ok(Built { to: self.manager(), value, data, title, channel: channel.cloned() })
    }

    /// Which party a deposit is for: the one that is named, or the sender.
    fn side(&self, place: &Place, name: Option<&str>, sender: Address, path: &Path) -> Result<u8> {
        if let Some(name) = name {
            return Self::party(place, name, &path.field("party")).map(|party| party.get());
        }
        let party = place.terms.party_of(sender).map(|party| party.get());
        party
            .ok_or_else(|| Wrong::new(path, "the sender is no party of the channel: name the `party` that it pays for"))
    }

    fn evidence(
        &self,
        shown: &crate::scenario::Shown,
        sender: Address,
        path: &Path,
    ) -> Result<(Bytes, Bytes, &Name, String)> {
        let Some(name) = &shown.state else {
            let (channel, place) = self.named_place(shown.channel.as_deref(), &path.field("channel"))?;
            return Ok((place.terms.pack().into(), Bytes::new(), channel, "round 0".into()));
        };
        let state = self.shown(name, &path.field("state"))?;
        if shown.channel.as_ref().is_some_and(|channel| *channel != state.channel) {
            let what = format!("the state `{name}` is of the channel `{}`", state.channel);
            return Err(Wrong::new(&path.field("channel"), what));
        }
        let (channel, place) = self.named_place(Some(&state.channel), path)?;
        let evidence = state.evidence(place, sender, shown.unsigned);
        Ok((place.terms.pack().into(), evidence, channel, name.clone()))
    }

    fn shown(&self, name: &str, path: &Path) -> Result<&Shown> {
        find(&self.states, "state", name, path)
    }

    /// The state that a channel's record names.
    #[must_use]
    pub fn recorded(&self, channel: &Channel, name: &str) -> Option<&Shown> {
        let recorded = self.by_hash.get(&channel.record.state_hash)?;
        self.states.get(recorded).filter(|shown| shown.channel == name)
    }

    /// The same as the library knows it.
    #[must_use]
    pub fn recorded_state(&self, channel: &Channel, name: &str) -> Option<&State> {
        self.recorded(channel, name).map(|shown| &shown.state)
    }

    pub(super) fn touched(&self, touch: &Touch, path: &Path) -> Result<(&Place, &Shown, &Running)> {
        let shown = self.shown(&touch.state, &path.field("state"))?;
        let place = self.place(Some(&shown.channel), path)?;
        Ok((place, shown, self.copy_of(&touch.instance, touch.copy, &path.field("instance"))?))
    }

    /// The app state that a touch starts from.
    fn position(
        &self,
        touch: &Touch,
        (place, shown, running): (&Place, &Shown, &Running),
        moment: &mut Moment<'_>,
        path: &Path,
    ) -> Result<Bytes> {
        if let Some(moved) = &touch.after {
            return self.after(moved, running, place, moment.world, &path.field("after"));
        }
        let progress = progress(moment, place, shown, running);
        let known = progress.and_then(|progress| moment.app_states.get(&progress.app_state_hash));
        Ok(known.unwrap_or(&running.app_state).clone())
    }

    /// A step, packed, with its signature.
    pub(super) fn step(
        &self,
        touch: &Touch,
        told: &Action,
        (place, shown, running): (&Place, &Shown, &Running),
        moment: &mut Moment<'_>,
        path: &Path,
    ) -> Result<Bytes> {
        let app_state = self.position(touch, (place, shown, running), moment, path)?;
        let action = self.action(told, running, &path.field("action"))?;
        let next = progress(moment, place, shown, running).map_or(1, |progress| progress.steps.saturating_add(1));
        let number = touch.number.unwrap_or(next);
        let signature = match touch.signed_by.as_deref() {
            Some("nobody") => Bytes::new(),
            signer => {
                let signer = signer.or_else(|| self.name_of(moment.sender)).unwrap_or_default();
                let key = self.key(signer, &path.field("signed_by"))?;
                let signed = Signed {
                    domain: None,
                    place,
                    base: shown.hash,
                    leaf: running.instance.hash().get(),
                    number,
                    app_state: app_state.clone(),
                    action: action.clone(),
                };
                let digest = self.signed_instead(touch, running, signed, moment, path)?.digest(self.domain());
                Bytes::from(key.sign(digest).to_compact())
            }
        };
        let lengths = [&app_state, &action].map(|bytes| u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
        Ok([&[number], lengths.as_flattened(), &app_state, &action, &signature].concat().into())
    }

    /// What the mover signs, if that is another step than is shown.
    fn signed_instead<'a>(
        &'a self,
        touch: &Touch,
        running: &Running,
        mut signed: Signed<'a>,
        moment: &mut Moment<'_>,
        path: &Path,
    ) -> Result<Signed<'a>> {
        let path = path.field("signed_for");
        match &touch.signed_for {
            None => {}
            Some(StepFor::Number(other)) => signed.number = *other,
            Some(StepFor::State(other)) => signed.base = self.shown(other, &path.field("state"))?.hash,
            Some(StepFor::Instance(other)) => {
                signed.leaf = self.copy_of(other, 0, &path.field("instance"))?.instance.hash().get();
            }
            Some(StepFor::Action(other)) => signed.action = self.action(other, running, &path.field("action"))?,
            Some(StepFor::After(moved)) => {
                signed.app_state = self.after(moved, running, signed.place, moment.world, &path.field("after"))?;
            }
            Some(StepFor::Elsewhere(foreign)) => {
                let (domain, other, _) = self.signed_for(Some(foreign), &path.field("elsewhere"))?;
                signed.domain = Some(domain);
                signed.place = other.unwrap_or(signed.place);
            }
        }
        Ok(signed)
    }
}

/// What a mover signs.
struct Signed<'a> {
    domain: Option<Domain>,
    place: &'a Place,
    base: B256,
    leaf: B256,
    number: u8,
    app_state: Bytes,
    action: Bytes,
}

impl Signed<'_> {
    fn digest(&self, domain: &Domain) -> B256 {
        let domain = self.domain.as_ref().unwrap_or(domain);
        let channel_id = self.place.terms.channel_id(domain).get();
        let app_state_hash = keccak256(&self.app_state);
        domain.digest(step_hash(channel_id, self.base, self.leaf, self.number, app_state_hash, &self.action))
    }
}

/// An evaluation makes no step, so nothing may be said of one.
fn require_no_step(touch: &Touch, path: &Path) -> Result<()> {
    let said = [
        ("action", touch.action.is_some()),
        ("signed_by", touch.signed_by.is_some()),
        ("number", touch.number.is_some()),
        ("signed_for", touch.signed_for.is_some()),
    ];
    match said.into_iter().find(|(_, is_there)| *is_there) {
        Some((field, _)) => Err(Wrong::new(&path.field(field), format!("`{field}` is of a step, and this is none"))),
        None => Ok(()),
    }
}

fn progress(moment: &Moment<'_>, place: &Place, shown: &Shown, running: &Running) -> Option<Progress> {
    let channel = moment.channel(place.id);
    channel.bases.get(&shown.hash)?.instances.get(&running.instance.hash().get()).cloned()
}

/// An instance and the proof that the state commits to it.
fn packed(shown: &Shown, running: &Running, touch: &Touch, path: &Path) -> Result<Bytes> {
    let leaf = running.instance.hash().get();
    let index = shown.instances.iter().position(|(.., other)| *other == leaf);
    // One that the state does not have is shown all the same, with the proof of none.
    let proof = index.and_then(|index| shown.tree.proof(index)).unwrap_or_default();
    if touch.copy > 0 && index.is_none() {
        return Err(Wrong::new(&path.field("copy"), "the state has no such copy"));
    }
    Ok([running.instance.pack(), proof.pack()].concat().into())
}

/// The name of an instance, with the number of its copy.
fn named(touch: &Touch) -> String {
    if touch.copy == 0 { touch.instance.clone() } else { format!("{} {}", touch.instance, touch.copy) }
}

/// An action in a few words.
fn described(action: &Action) -> String {
    match action {
        Action::Place(square) => format!("place {square}"),
        Action::Commit(_) => "commit to a hand".into(),
        Action::Show(hand) => format!("show {hand}"),
        Action::Reveal(hidden) => format!("reveal {}", hidden.hand),
        Action::Deliver(oracles) => format!("delivered, by the word of {}", oracles.join(", ")),
        Action::Reading { value, .. } => format!("a reading of {value}"),
        Action::Raw(_) => "an action".into(),
    }
}
