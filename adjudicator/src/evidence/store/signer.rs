use std::{collections::BTreeMap, io::BufRead, num::NonZeroUsize};

use super::{
    Dossier, Held, ImportError, Imported, Item, Result, Signatory, Store, StoreError, begin,
    write::{Writer, one_per_number},
};
use crate::{
    evidence::{Draft, Finding, Kind, Policy, View, may_sign},
    signature::{NotSigned, Signature, SigningKey},
    types::{Agreement, ChannelId, Identity, Instances, Party, PlacedStep, Signed},
};

/// A key, or whoever else signs, that signs nothing which the store does not know of first.
///
/// The key is inside, and nothing gives it out: the only way to a signature is through the file. A signature that was
/// returned is on the disk; one that is on the disk may not have been returned, and counts as given.
#[derive(Debug)]
pub struct Signer<K = SigningKey> {
    store: Store,
    key: K,
    /// What the store holds of the channels that were asked for, so that it is read once.
    dossiers: BTreeMap<ChannelId, Dossier>,
}

/// Something to be signed.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// In which channel.
    pub channel_id: ChannelId,
    /// What.
    pub draft: Draft,
    /// What is known of the chain.
    pub view: &'a View,
    /// By which numbers it is judged.
    pub policy: &'a Policy,
}

/// Why something is not signed. There is no signature then, neither here nor on the disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// It must not be.
    #[error("refused: {}", .0.iter().map(Finding::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Finding>),
    /// The holder of the key is no party of the channel.
    #[error("the holder of the key is no party of the channel {channel_id}")]
    NoParty {
        /// The channel.
        channel_id: ChannelId,
    },
    /// A message of this round was signed that the dossier does not hold.
    #[error("another {kind:?} of number {number} was signed before: one of the next number is right")]
    Signed {
        /// What it is.
        kind: Kind,
        /// Its round or serial.
        number: u64,
    },
    /// It is sent, not signed.
    #[error("a one-sided close is sent, and not signed")]
    NothingToSign,
    /// Whoever has the key does not sign it.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// The file cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is signed, and what is kept with it.
struct Intent {
    identity: Identity,
    signature: Signature,
    items: Vec<Held>,
}

impl<K: Signatory> Signer<K> {
    /// The holder's key, with its store.
    ///
    /// # Errors
    /// [`StoreError::OtherHolder`] if the store is of another key.
    pub fn new(store: Store, key: K) -> Result<Self> {
        let (expected, found) = (store.holder(), key.address());
        if expected == found {
            Ok(Self { store, key, dossiers: BTreeMap::new() })
        } else {
            Err(StoreError::OtherHolder { expected, found })
        }
    }

    /// The store, to look at.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The store, without the key.
    #[must_use]
    pub fn into_store(self) -> Store {
        self.store
    }

    /// Begins to keep evidence of a channel.
    ///
    /// # Errors
    /// As [`Store::add_channel`].
    pub fn add_channel(&mut self, identity: &Identity) -> Result<()> {
        self.store.add_channel(identity)
    }

    /// Keeps items, as [`Store::add`].
    ///
    /// # Errors
    /// As there.
    pub fn add(&mut self, channel_id: ChannelId, items: impl IntoIterator<Item = Item>) -> Result<u64> {
        let dossier = dossier_in(&mut self.dossiers, &self.store, channel_id)?;
        let held = super::all_checked(dossier.identity(), items)?;
        let news = self.store.keep(dossier.identity(), held.iter().cloned())?;
        for held in held {
            dossier.insert(held);
        }
        Ok(news)
    }

    /// Keeps the items of a stream, as [`Store::import`].
    ///
    /// # Errors
    /// As there.
    pub fn import(
        &mut self,
        input: impl BufRead,
        threads: NonZeroUsize,
        progress: impl Fn(u64) + Send,
    ) -> Result<Imported, ImportError> {
        self.dossiers.clear();
        self.store.import(input, threads, progress)
    }

    /// All evidence of a channel.
    ///
    /// # Errors
    /// As [`Store::dossier`].
    pub fn dossier(&mut self, channel_id: ChannelId) -> Result<&Dossier> {
        dossier_in(&mut self.dossiers, &self.store, channel_id).map(|dossier| &*dossier)
    }

    /// Signs what [`may_sign`] allows, once the store has it on the disk.
    ///
    /// # Errors
    /// Why it is not signed.
    pub fn sign(&mut self, order: &Order<'_>) -> Result<Signature, SignError> {
        self.sign_all(std::slice::from_ref(order)).pop().unwrap_or(Err(SignError::NothingToSign))
    }

    /// The same for many at once, with one sync for all: each is judged as if those before it were signed.
    pub fn sign_all(&mut self, orders: &[Order<'_>]) -> Vec<Result<Signature, SignError>> {
        let judged: Vec<_> = orders.iter().map(|order| self.judge(order)).collect();
        let written = self.write(&judged);
        if written.is_err() {
            // Nothing was signed, so nothing may count as signed.
            self.dossiers.clear();
        }
        let mut conflicts = written.map_err(|error| error.to_string());
        let finish = |(index, intent): (usize, Result<Intent, SignError>)| {
            let Intent { signature, .. } = intent?;
            match &mut conflicts {
                Ok(conflicts) => conflicts.remove(&index).map_or(Ok(signature), Err),
                Err(reason) => Err(StoreError::NotWritten { reason: reason.clone() }.into()),
            }
        };
        judged.into_iter().enumerate().map(finish).collect()
    }

    /// What would be signed, if it may be. It counts as signed from here on.
    fn judge(&mut self, order: &Order<'_>) -> Result<Intent, SignError> {
        let &Order { channel_id, ref draft, view, policy } = order;
        let dossier = dossier_in(&mut self.dossiers, &self.store, channel_id)?;
        let identity = dossier.identity().clone();
        let party = identity.terms().party_of(self.key.address()).ok_or(SignError::NoParty { channel_id })?;
        may_sign(dossier, view, policy, &draft.clone().by(party)).map_err(SignError::Refused)?;
        let (signature, items) = signed(&identity, &self.key, party, draft)?;
        let items: Vec<Held> = items.into_iter().map(|item| Held::check(&identity, item)).collect();
        if items.iter().any(Held::is_flawed) {
            return Err(NotSigned { reason: "what came back is no signature of the account".to_owned() }.into());
        }
        items.iter().for_each(|held| {
            dossier.insert(held.clone());
        });
        Ok(Intent { identity, signature, items })
    }

    /// Puts all intents on the disk, but those which the disk knows better of.
    fn write(&mut self, judged: &[Result<Intent, SignError>]) -> Result<BTreeMap<usize, SignError>> {
        let mut conflicts = BTreeMap::new();
        let intents = judged.iter().enumerate().filter_map(|(index, intent)| Some((index, intent.as_ref().ok()?)));
        let intents: Vec<_> = intents.collect();
        if intents.is_empty() {
            return Ok(conflicts);
        }
        let transaction = begin(&self.store.database)?;
        let mut writer = Writer::new(&transaction)?;
        for (index, Intent { identity, items, .. }) in intents {
            let mut known = items.iter().filter(|held| one_per_number(held.key().kind));
            let conflict = known.find_map(|held| writer.conflict(identity, &held.key()).transpose()).transpose()?;
            if let Some(key) = conflict {
                self.dossiers.remove(&identity.channel_id());
                conflicts.insert(index, SignError::Signed { kind: key.kind, number: key.number });
            } else {
                writer.put_all(identity, self.store.holder, items.iter().cloned())?;
            }
        }
        drop(writer);
        transaction.commit()?;
        Ok(conflicts)
    }
}

fn dossier_in<'a>(
    dossiers: &'a mut BTreeMap<ChannelId, Dossier>,
    store: &Store,
    channel_id: ChannelId,
) -> Result<&'a mut Dossier> {
    use std::collections::btree_map::Entry;
    match dossiers.entry(channel_id) {
        Entry::Occupied(held) => Ok(held.into_mut()),
        Entry::Vacant(place) => Ok(place.insert(store.dossier(channel_id)?)),
    }
}

/// The signature, and the items that say so. It has not left yet.
fn signed(
    identity: &Identity,
    key: &impl Signatory,
    party: Party,
    draft: &Draft,
) -> Result<(Signature, Vec<Item>), SignError> {
    if matches!(draft, Draft::CloseSolo(_)) {
        return Err(SignError::NothingToSign);
    }
    let signature = key.sign_message(identity, draft)?;
    let items = match draft {
        Draft::State { state, instances, .. } => {
            // They were found to be the state's.
            let instances = Instances::new(instances.clone()).ok().filter(|list| !list.as_slice().is_empty());
            let agreement = agreed(party, state.clone(), signature);
            instances.map(Item::from).into_iter().chain([agreement.into()]).collect()
        }
        Draft::Close(close) => vec![agreed(party, close.clone(), signature).into()],
        Draft::Withdraw(withdraw) => vec![agreed(party, withdraw.clone(), signature).into()],
        Draft::Delegation(delegation) => vec![Signed { message: *delegation, signature }.into()],
        Draft::Step { base, instance, step } => {
            let step = Signed { message: step.clone(), signature };
            vec![PlacedStep { base: *base, instance: *instance, step }.into()]
        }
        Draft::CloseSolo(_) => Vec::new(),
    };
    Ok((signature, items))
}

fn agreed<T>(party: Party, message: T, signature: Signature) -> Agreement<T> {
    let signatures = Party::BOTH.map(|each| (each == party).then_some(signature));
    Agreement { message, signatures }
}
