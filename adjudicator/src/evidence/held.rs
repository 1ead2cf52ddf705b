use alloy_primitives::{Address, B256, keccak256};

use super::{Item, Key, Kind};
use crate::{
    DisputeError,
    apps::hash_of,
    eip712::Domain,
    signature::Signature,
    types::{Agreement, ChannelId, Delivery, FeedReading, Identity, Party},
};

/// What is known of a party's signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    #[default]
    Missing,
    /// It is the party's, and such that the contract accepts it.
    Good,
    /// It is not, and what the contract would say to it.
    Bad(DisputeError),
}

/// An item whose signatures were checked: that is dear, and done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    key: Key,
    item: Item,
    standings: [Standing; 2],
    outsider: Option<Address>,
}

impl Held {
    /// Checks the signatures of an item of this channel. It needs no dossier, so that many can be checked at once.
    #[must_use]
    pub fn check(identity: &Identity, item: Item) -> Self {
        let mut checked = Self { key: name_of(&item), item, standings: <[Standing; 2]>::default(), outsider: None };
        checked.look_at(identity);
        checked
    }

    /// An item of which every signature that both parties give is known to be right.
    #[cfg(feature = "store")]
    pub(super) fn trusted(identity: &Identity, item: Item) -> Self {
        let signatures = item.signatures();
        let (domain, id) = (identity.domain(), identity.channel_id());
        let hash = match &item {
            Item::State(it) => Some(it.message.hash(id).get()),
            Item::Close(_) | Item::Withdraw(_) | Item::Delegation(_) => item.digest(domain, id),
            // Who has signed it is not known without a look.
            _ => return Self::check(identity, item),
        };
        let key = Key { hash: hash.unwrap_or_default(), ..name_of(&item) };
        let standings = signatures.map(|signature| signature.map_or(Standing::Missing, |_| Standing::Good));
        Self { key, item, standings, outsider: None }
    }

    /// What is wrong with its signatures, if anything is.
    #[must_use]
    pub fn flaw(&self) -> Option<String> {
        for (party, standing) in Party::BOTH.into_iter().zip(&self.standings) {
            if let Standing::Bad(reason) = standing {
                return Some(format!("party {party}'s signature: {reason}"));
            }
        }
        self.is_flawed().then(|| "the signature is nobody's".to_owned())
    }

    /// What it is.
    #[must_use]
    pub const fn item(&self) -> &Item {
        &self.item
    }

    /// The item by itself.
    #[must_use]
    pub fn into_item(self) -> Item {
        self.item
    }

    /// Its key in the dossier.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }

    /// Party 0's signature and party 1's.
    #[must_use]
    pub const fn standings(&self) -> &[Standing; 2] {
        &self.standings
    }

    /// Whether a party has signed it.
    #[must_use]
    pub fn is_signed_by(&self, party: Party) -> bool {
        *party.of(&self.standings) == Standing::Good
    }

    /// Whether both parties have signed it.
    #[must_use]
    pub fn is_fully_signed(&self) -> bool {
        Party::BOTH.into_iter().all(|party| self.is_signed_by(party))
    }

    /// The oracle or station that has signed it.
    #[must_use]
    pub const fn outsider(&self) -> Option<Address> {
        self.outsider
    }

    /// Whether a signature is there that is not what it should be.
    #[must_use]
    pub fn is_flawed(&self) -> bool {
        let is_bad = |standing: &Standing| matches!(standing, Standing::Bad(_));
        let is_outside = matches!(self.item, Item::Delivery(_) | Item::Reading(_));
        self.standings.iter().any(is_bad) || (is_outside && self.outsider.is_none())
    }

    /// Takes over the signatures that another item of the same key has and this one has not.
    ///
    /// Of two that are both right, or both wrong, it is the lesser: so it does not matter which came first.
    pub(super) fn join(&mut self, other: Self) {
        match (&mut self.item, other.item) {
            (Item::State(mine), Item::State(other_one)) => join(mine, other_one, &mut self.standings, other.standings),
            (Item::Close(mine), Item::Close(other_one)) => join(mine, other_one, &mut self.standings, other.standings),
            (Item::Withdraw(mine), Item::Withdraw(other_one)) => {
                join(mine, other_one, &mut self.standings, other.standings);
            }
            (_, item) => {
                let replaces =
                    rank(&other.standings, signature_of(&item)) < rank(&self.standings, signature_of(&self.item));
                if replaces {
                    (self.item, self.standings, self.outsider) = (item, other.standings, other.outsider);
                }
            }
        }
    }

    fn look_at(&mut self, identity: &Identity) {
        let (domain, id) = (identity.domain(), identity.channel_id());
        if let Item::State(it) = &self.item {
            self.key.hash = it.message.hash(id).get();
            self.standings = standings(identity, domain.digest(self.key.hash), &it.signatures);
            return;
        }
        let Some(digest) = self.item.digest(domain, id) else { return };
        self.key.hash = digest;
        match &self.item {
            Item::Close(it) => self.standings = standings(identity, digest, &it.signatures),
            Item::Withdraw(it) => self.standings = standings(identity, digest, &it.signatures),
            Item::Delegation(it) => {
                let party = it.message.party;
                let of = |each| (each == party).then_some(it.signature);
                self.standings = standings(identity, digest, &Party::BOTH.map(of));
            }
            Item::Step(it) => {
                let mover = it.step.signature.recover(digest);
                self.key.hash = by(digest, mover.as_ref().ok());
                self.standings = standings_of_mover(identity, mover);
            }
            Item::Delivery(Delivery { signature, .. }) | Item::Reading(FeedReading { signature, .. }) => {
                self.outsider = signature.recover(digest).ok();
                self.key.hash = by(digest, self.outsider.as_ref());
            }
            Item::State(_) | Item::Instances(_) | Item::AppState(_) | Item::Preimage(_) | Item::Secret(_) => {}
        }
    }
}

impl Item {
    /// What is signed, if it is signed, as an item of such a channel.
    pub(crate) fn digest(&self, domain: &Domain, id: ChannelId) -> Option<B256> {
        let there = |app| Domain::new(domain.chain_id(), app);
        Some(match self {
            Self::State(it) => it.message.digest(domain, id),
            Self::Close(it) => it.message.digest(domain, id),
            Self::Withdraw(it) => it.message.digest(domain, id),
            Self::Delegation(it) => it.message.digest(domain, id),
            Self::Step(it) => it.step.message.digest(domain, id, it.base, it.instance),
            Self::Delivery(it) => it.message().digest(&there(it.app)),
            Self::Reading(it) => it.message().digest(&there(it.app)),
            Self::Instances(_) | Self::AppState(_) | Self::Preimage(_) | Self::Secret(_) => return None,
        })
    }

    /// The signatures that stand where party 0's and party 1's should.
    pub(crate) fn signatures(&self) -> [Option<Signature>; 2] {
        match self {
            Self::State(it) => it.signatures,
            Self::Close(it) => it.signatures,
            Self::Withdraw(it) => it.signatures,
            Self::Delegation(it) => Party::BOTH.map(|party| (party == it.message.party).then_some(it.signature)),
            Self::Step(it) => [Some(it.step.signature); 2],
            _ => [None; 2],
        }
    }
}

/// The key of an item, but for the hash where that takes to know the channel.
fn name_of(item: &Item) -> Key {
    let (kind, number, hash) = match item {
        Item::Instances(it) => (Kind::Instances, 0, it.root().get()),
        Item::AppState(it) => (Kind::AppState, 0, it.hash().get()),
        Item::State(it) => (Kind::State, it.message.round().get(), B256::ZERO),
        Item::Close(it) => (Kind::Close, it.message.round().get(), B256::ZERO),
        Item::Withdraw(it) => (Kind::Withdraw, it.message.serial().get(), B256::ZERO),
        Item::Delegation(it) => (Kind::Delegation, it.message.party.get().into(), B256::ZERO),
        Item::Step(it) => (Kind::Step, it.step.message.number.get().into(), B256::ZERO),
        Item::Preimage(it) => (Kind::Preimage, 0, hash_of(it.get())),
        Item::Delivery(_) => (Kind::Delivery, 0, B256::ZERO),
        Item::Reading(it) => (Kind::Reading, it.read_at.get(), B256::ZERO),
        Item::Secret(it) => (Kind::Secret, 0, it.secret().commitment()),
    };
    Key { kind, number, hash }
}

/// A hash of what was signed and of who signed it.
fn by(digest: B256, signer: Option<&Address>) -> B256 {
    keccak256([digest, signer.map(Address::into_word).unwrap_or_default()].map(|word| word.0).as_flattened())
}

fn standings(identity: &Identity, digest: B256, signatures: &[Option<Signature>; 2]) -> [Standing; 2] {
    Party::BOTH.map(|party| standing(identity, party, digest, party.of(signatures).as_ref()))
}

fn standing(identity: &Identity, party: Party, digest: B256, signature: Option<&Signature>) -> Standing {
    match signature.map(|signature| signature.verify(digest, identity.terms().accounts(party).signer)) {
        None => Standing::Missing,
        Some(Ok(())) => Standing::Good,
        Some(Err(reason)) => Standing::Bad(reason),
    }
}

/// Of a step that any of the two may have made.
fn standings_of_mover(identity: &Identity, mover: Result<Address, DisputeError>) -> [Standing; 2] {
    let bad = |reason: DisputeError| [Standing::Bad(reason.clone()), Standing::Bad(reason)];
    match mover.map(|mover| (mover, identity.terms().party_of(mover))) {
        Ok((_, Some(Party::Zero))) => [Standing::Good, Standing::Missing],
        Ok((_, Some(Party::One))) => [Standing::Missing, Standing::Good],
        Ok((actual, None)) => bad(DisputeError::StepSignerUnknown { actual }),
        Err(reason) => bad(reason),
    }
}

fn join<T>(mine: &mut Agreement<T>, other: Agreement<T>, standings: &mut [Standing; 2], others: [Standing; 2]) {
    let both = mine.signatures.iter_mut().zip(standings).zip(other.signatures.into_iter().zip(others));
    for ((signature, standing), (other, others)) in both {
        if one_rank(&others, other.as_ref()) < one_rank(standing, signature.as_ref()) {
            (*signature, *standing) = (other, others);
        }
    }
}

/// The less, the better to have.
fn one_rank(standing: &Standing, signature: Option<&Signature>) -> (u8, Option<[u8; 64]>) {
    let class = match standing {
        Standing::Good => 0,
        Standing::Bad(_) => 1,
        Standing::Missing => 2,
    };
    (class, signature.map(Signature::to_compact))
}

fn rank(standings: &[Standing; 2], signature: Option<&Signature>) -> (u8, Option<[u8; 64]>) {
    let [zero, one] = standings;
    one_rank(zero, signature).min(one_rank(one, signature))
}

/// The signature of an item that has one alone.
const fn signature_of(item: &Item) -> Option<&Signature> {
    match item {
        Item::Delegation(it) => Some(&it.signature),
        Item::Step(it) => Some(&it.step.signature),
        Item::Delivery(it) => Some(&it.signature),
        Item::Reading(it) => Some(&it.signature),
        _ => None,
    }
}
