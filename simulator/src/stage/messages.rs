//! What is signed off chain, as it is packed for the contract: well or badly signed.

use adjudicator::{
    eip712::{self, Domain},
    signature::{self, Signature, SigningKey},
    types::{self, Amount, Epoch, Net, Party, PerAsset, PerSide, Round, Serial, State, Timestamp, Tree},
};
use alloy_primitives::{Address, B256, Bytes, U256, b256};

use super::{Place, Result, Stage, Wrong, find};
use crate::scenario::{self, Foreign, Form, MessageType, Moment, Name, Path, Scenario, Signing, Sums};

const ORDER: U256 = U256::from_be_bytes(b256!("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").0);

/// A state, packed.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Of which channel.
    pub channel: Name,
    /// The state.
    pub state: State,
    /// Its hash.
    pub hash: B256,
    /// What is running then: name, copy and leaf.
    pub instances: Vec<(Name, u32, B256)>,
    /// Their tree.
    pub tree: Tree,
    /// Which parties have really signed it.
    pub signers: [bool; 2],
    pub(super) signatures: [Bytes; 2],
}

/// A cooperative close, packed, with its signatures.
#[derive(Debug, Clone)]
pub(crate) struct Closing {
    pub(crate) channel: Name,
    pub(crate) message: types::Close,
    /// Which parties have really signed it.
    pub(crate) signers: [bool; 2],
    pub(super) packed: Bytes,
    pub(super) signatures: [Bytes; 2],
}

/// A withdrawal with its signatures.
#[derive(Debug, Clone)]
pub(crate) struct Withdrawing {
    pub(crate) channel: Name,
    pub(crate) message: types::Withdraw,
    /// Which parties have really signed it.
    pub(crate) signers: [bool; 2],
    pub(super) signatures: [Bytes; 2],
}

/// A delegation with its signature.
#[derive(Debug, Clone)]
pub(crate) struct Delegating {
    pub(crate) channel: Name,
    pub(crate) message: types::Delegation,
    pub(super) signature: Bytes,
}

impl Stage {
    pub(super) fn set_messages(&mut self, scenario: &Scenario) -> Result<()> {
        for (name, state) in &scenario.states {
            let path = Path::default().field("states").field(name);
            let copies = state.channel.as_ref().and_then(|channel| self.copies.get_key_value(channel));
            let Some((channel, copies)) = copies.map(|(channel, copies)| (channel.clone(), *copies)) else {
                let shown = self.state(state, &path)?;
                self.set_state(name.clone(), shown, &path)?;
                continue;
            };
            for copy in 0..copies {
                let state = scenario::State { channel: Some(format!("{channel} {copy}")), ..state.clone() };
                let shown = self.state(&state, &path)?;
                self.set_state(format!("{name} {copy}"), shown, &path)?;
            }
        }
        for (name, close) in &scenario.closes {
            let closing = self.close(close, &Path::default().field("closes").field(name))?;
            self.closes.insert(name.clone(), closing);
        }
        for (name, withdrawal) in &scenario.withdrawals {
            let withdrawing = self.withdrawal(withdrawal, &Path::default().field("withdrawals").field(name))?;
            self.withdrawals.insert(name.clone(), withdrawing);
        }
        for (name, delegation) in &scenario.delegations {
            let delegating = self.delegation(delegation, &Path::default().field("delegations").field(name))?;
            self.delegations.insert(name.clone(), delegating);
        }
        Ok(())
    }

    fn set_state(&mut self, name: Name, shown: Shown, path: &Path) -> Result<()> {
        if self.states.contains_key(&name) {
            let what = format!("there are two states `{name}`: the copies of a state are named with their number");
            return Err(Wrong::new(path, what));
        }
        self.states.insert(name, shown);
        Ok(())
    }

    fn state(&self, told: &scenario::State, path: &Path) -> Result<Shown> {
        let (channel, place) = self.named_place(told.channel.as_deref(), &path.field("channel"))?;
        let mut instances = Vec::new();
        for (index, name) in told.instances.iter().enumerate() {
            let path = path.field("instances").index(index);
            let copies = find(&self.instances, "instance", name, &path)?;
            if told.instances.iter().take(index).any(|other| other == name) {
                return Err(Wrong::new(&path, format!("`{name}` is in the state already")));
            }
            let leaves = copies.iter().map(|running| running.instance.hash().get());
            instances.extend((0..).zip(leaves).map(|(copy, leaf)| (name.clone(), copy, leaf)));
        }
        let tree = Tree::new(instances.iter().map(|(.., leaf)| types::InstanceHash::new(*leaf)));
        let nets = self.nets(&told.nets, place, &path.field("nets"))?;
        let state = State::new(Round::new(told.round), tree.root(), nets);
        let state = state.map_err(|error| Wrong::new(path, error))?;
        let digest = |domain: &Domain, place: &Place, message: Option<MessageType>| {
            let channel_id = place.terms.channel_id(domain);
            match message {
                Some(MessageType::Close) => {
                    let nets = state.nets().as_slice().iter().map(|net| net.get());
                    domain.digest(eip712::close_hash(channel_id.get(), state.round().get(), nets, u64::MAX))
                }
                Some(MessageType::State) | None => state.digest(domain, channel_id),
            }
        };
        let signatures = self.signatures(&told.signed, place, &digest, &path.field("signed"))?;
        let signers = signers(state.digest(self.domain(), place.terms.channel_id(self.domain())), &signatures, place);
        let hash = state.hash(place.terms.channel_id(self.domain())).get();
        Ok(Shown { channel: channel.clone(), state, hash, instances, tree, signers, signatures })
    }

    fn close(&self, told: &scenario::Close, path: &Path) -> Result<Closing> {
        let (channel, place) = self.named_place(told.channel.as_deref(), &path.field("channel"))?;
        let nets = self.nets(&told.nets, place, &path.field("nets"))?;
        let valid_until = self.valid_until(told.valid_until.as_ref(), &path.field("valid_until"))?;
        let close = types::Close::new(Round::new(told.round), valid_until, nets);
        let close = close.map_err(|error| Wrong::new(path, error))?;
        let digest = |domain: &Domain, place: &Place, message: Option<MessageType>| {
            let channel_id = place.terms.channel_id(domain);
            match message {
                Some(MessageType::State) => {
                    let nets = close.nets().as_slice().iter().map(|net| net.get());
                    domain.digest(eip712::state_hash(channel_id.get(), close.round().get(), nets, B256::ZERO))
                }
                Some(MessageType::Close) | None => close.digest(domain, channel_id),
            }
        };
        let signatures = self.signatures(&told.signed, place, &digest, &path.field("signed"))?;
        let signers = signers(close.digest(self.domain(), place.terms.channel_id(self.domain())), &signatures, place);
        Ok(Closing { channel: channel.clone(), packed: close.pack().into(), message: close, signers, signatures })
    }

    fn withdrawal(&self, told: &scenario::Withdrawal, path: &Path) -> Result<Withdrawing> {
        let (channel, place) = self.named_place(told.channel.as_deref(), &path.field("channel"))?;
        let mut amounts = vec![Amount::ZERO; place.terms.assets().asset_count().saturating_mul(2)];
        for (name, sums) in &told.amounts {
            let path = path.field("amounts").field(name);
            let party = Self::party(place, name, &path)?;
            let own = amounts.iter_mut().skip(party.get().into()).step_by(2);
            for (side, amount) in own.zip(self.per_asset(sums, place, &path)?) {
                let amount = U256::try_from(amount).map_err(|_| Wrong::new(&path, "it must not be negative"))?;
                *side = Amount::try_from(amount).map_err(|error| Wrong::new(&path, error))?;
            }
        }
        let mut recipients = Party::BOTH.map(|party| place.terms.accounts(party).payee);
        for (name, recipient) in &told.recipients {
            let path = path.field("recipients").field(name);
            let party = Self::party(place, name, &path)?;
            let address = self.address(recipient, &path)?;
            if let Some(recipient) = recipients.get_mut(usize::from(party.get())) {
                *recipient = address;
            }
        }
        let message = PerSide::new(amounts).and_then(|amounts| {
            let valid_until = Timestamp::new(u64::MAX);
            types::Withdraw::new(Serial::new(told.serial)?, amounts, recipients, valid_until)
        });
        let message = message.map_err(|error| Wrong::new(path, error))?;
        let valid_until = self.valid_until(told.valid_until.as_ref(), &path.field("valid_until"))?;
        let message =
            types::Withdraw::new(message.serial(), message.amounts().clone(), *message.recipients(), valid_until);
        let message = message.map_err(|error| Wrong::new(path, error))?;
        let digest = |domain: &Domain, place: &Place, _: Option<MessageType>| {
            message.digest(domain, place.terms.channel_id(domain))
        };
        require_own_type(&told.signed, path)?;
        let signatures = self.signatures(&told.signed, place, &digest, &path.field("signed"))?;
        let signers = signers(message.digest(self.domain(), place.terms.channel_id(self.domain())), &signatures, place);
        Ok(Withdrawing { channel: channel.clone(), message, signers, signatures })
    }

    fn delegation(&self, told: &scenario::Delegation, path: &Path) -> Result<Delegating> {
        let (channel, place) = self.named_place(told.channel.as_deref(), &path.field("channel"))?;
        let party = Self::party(place, &told.party, &path.field("party"))?;
        let message = types::Delegation {
            party,
            delegate: self.address(&told.delegate, &path.field("delegate"))?,
            epoch: Epoch::new(told.epoch),
            min_round: Round::new(told.min_round),
            valid_until: self.valid_until(told.valid_until.as_ref(), &path.field("valid_until"))?,
        };
        let digest = |domain: &Domain, place: &Place, _: Option<MessageType>| {
            message.digest(domain, place.terms.channel_id(domain))
        };
        require_own_type(&told.signed, path)?;
        let signatures = self.signatures(&told.signed, place, &digest, &path.field("signed"))?;
        Ok(Delegating { channel: channel.clone(), message, signature: party.of(&signatures).clone() })
    }

    fn nets(&self, sums: &Sums, place: &Place, path: &Path) -> Result<PerAsset<Net>> {
        let nets = self.per_asset(sums, place, path)?;
        PerAsset::new(nets.into_iter().map(Net::new).collect()).map_err(|error| Wrong::new(path, error))
    }

    fn valid_until(&self, moment: Option<&Moment>, path: &Path) -> Result<Timestamp> {
        let time = moment.map_or(Ok(u64::MAX), |moment| self.early(moment, path))?;
        Ok(Timestamp::new(time))
    }

    /// What stands in each party's place.
    fn signatures(
        &self,
        told: &Signing,
        place: &Place,
        digest: &dyn Fn(&Domain, &Place, Option<MessageType>) -> B256,
        path: &Path,
    ) -> Result<[Bytes; 2]> {
        let (domain, other, message) = self.signed_for(told.r#for.as_ref(), &path.field("for"))?;
        let digest = digest(&domain, other.unwrap_or(place), message);
        for (index, name) in told.by.iter().flatten().enumerate() {
            Self::party(place, name, &path.field("by").index(index))?;
        }
        for name in told.forged.keys() {
            let path = path.field("forged").field(name);
            Self::party(place, name, &path)?;
            if told.by.as_ref().is_some_and(|by| !by.contains(name)) {
                return Err(Wrong::new(&path, format!("`{name}` has not signed, so nothing is forged in its place")));
            }
        }
        let mut signatures = [Bytes::new(), Bytes::new()];
        for (name, signature) in place.parties.iter().zip(&mut signatures) {
            if told.by.as_ref().is_some_and(|by| !by.contains(name)) {
                continue;
            }
            let signer = told.forged.get(name).unwrap_or(name);
            *signature = written(self.key(signer, &path.field("forged").field(name))?, digest, told.form);
        }
        Ok(signatures)
    }

    /// The domain, the channel and the type that something is signed for.
    pub(super) fn signed_for(
        &self,
        foreign: Option<&Foreign>,
        path: &Path,
    ) -> Result<(Domain, Option<&Place>, Option<MessageType>)> {
        let own = *self.domain();
        Ok(match foreign {
            None => (own, None, None),
            Some(Foreign::Chain(id)) => (Domain::new(U256::from(*id), own.manager()), None, None),
            Some(Foreign::Contract(name)) => {
                let elsewhere = self.address(name, &path.field("contract"))?;
                (Domain::new(own.chain_id(), elsewhere), None, None)
            }
            Some(Foreign::Channel(name)) => (own, Some(self.place(Some(name), &path.field("channel"))?), None),
            Some(Foreign::Type(message)) => (own, None, Some(*message)),
        })
    }
}

/// Which parties have really signed a digest, whatever stands in their places.
fn signers(digest: B256, signatures: &[Bytes; 2], place: &Place) -> [bool; 2] {
    Party::BOTH.map(|party| {
        let given: &Bytes = party.of(signatures);
        signature::recover(digest, given).is_ok_and(|found| found == place.terms.accounts(party).signer)
    })
}

/// Only a state and a close can be signed as each other.
fn require_own_type(signed: &Signing, path: &Path) -> Result<()> {
    match signed.r#for {
        Some(Foreign::Type(_)) => Err(Wrong::new(
            &path.field("signed").field("for"),
            "only a state or a close is signed as if it were the other",
        )),
        _ => Ok(()),
    }
}

/// A signature in some form.
fn written(key: &SigningKey, digest: B256, form: Form) -> Bytes {
    let signature = key.sign(digest);
    match form {
        Form::Compact => Bytes::from(signature.to_compact()),
        Form::Long => Bytes::from(signature.to_full()),
        Form::LowV => with_last(&signature, |v| v.saturating_sub(27)),
        Form::HighS => {
            let mut full = signature.to_full();
            if let Some(s) = full.get_mut(32..64) {
                let high = ORDER.saturating_sub(U256::from_be_slice(s));
                s.copy_from_slice(&high.to_be_bytes::<32>());
            }
            full[64] = if full[64] == 27 { 28 } else { 27 };
            Bytes::from(full)
        }
        Form::Short => Bytes::copy_from_slice(signature.to_compact().split_at(63).0),
        Form::Zero => Bytes::from([0; 64]),
    }
}

fn with_last(signature: &Signature, change: impl Fn(u8) -> u8) -> Bytes {
    let mut full = signature.to_full();
    full[64] = change(full[64]);
    Bytes::from(full)
}

impl Shown {
    /// The state, and behind it as many signatures as the contract wants of this sender: both, or the peer's alone.
    pub(super) fn evidence(&self, place: &Place, sender: Address, is_unsigned: bool) -> Bytes {
        let signatures = if is_unsigned { Bytes::new() } else { both(&self.signatures, place, sender) };
        [self.state.pack().as_slice(), &signatures].concat().into()
    }
}

/// Both signatures; or the peer's alone, where the sender is a party that has not signed.
pub(crate) fn both(signatures: &[Bytes; 2], place: &Place, sender: Address) -> Bytes {
    let [zero, one] = signatures;
    match place.terms.party_of(sender) {
        Some(Party::Zero) if zero.is_empty() => one.clone(),
        Some(Party::One) if one.is_empty() => zero.clone(),
        _ => [zero.as_ref(), one.as_ref()].concat().into(),
    }
}
