//! The one writer of items.

use alloy_primitives::Address;
use redb::{ReadableTable, Table, WriteTransaction};

use super::{
    Document, Held, Identity, Item, Result, StoreError,
    tables::{self, CHANNELS, ITEM_KEY, ITEMS, SIGNED, SIGNED_KEY},
};
use crate::evidence::{Key, Kind};

pub(super) fn channel(transaction: &WriteTransaction, identity: &Identity) -> Result<()> {
    let json = serde_json::to_vec(&Document(identity.clone()));
    let json = json.map_err(|reason| StoreError::damaged("a channel:", reason))?;
    transaction.open_table(CHANNELS)?.insert(&identity.channel_id().get().0, json.as_slice())?;
    Ok(())
}

/// What one transaction writes to.
pub(super) struct Writer<'t> {
    items: Table<'t, &'static [u8; ITEM_KEY], &'static [u8]>,
    signed: Table<'t, &'static [u8; SIGNED_KEY], &'static [u8; 32]>,
}

impl<'t> Writer<'t> {
    pub(super) fn new(transaction: &'t WriteTransaction) -> Result<Self> {
        Ok(Self { items: transaction.open_table(ITEMS)?, signed: transaction.open_table(SIGNED)? })
    }

    /// Keeps items of a channel. Tells how many were news.
    pub(super) fn put_all(
        &mut self,
        identity: &Identity,
        holder: Address,
        held: impl IntoIterator<Item = Held>,
    ) -> Result<u64> {
        let mut news = 0_u64;
        for held in held {
            let json = json_of(held.item())?;
            news = news.saturating_add(u64::from(self.put(identity, holder, held, &json)?));
        }
        Ok(news)
    }

    /// Keeps an item, which is `json`. Tells whether it was news.
    pub(super) fn put(&mut self, identity: &Identity, holder: Address, held: Held, json: &[u8]) -> Result<bool> {
        let key = held.key();
        let place = tables::item_key(identity.channel_id(), &key);
        let before = self.items.get(&place)?.map(|json| json.value().to_vec());
        if before.as_deref() == Some(json) {
            return Ok(false);
        }
        if one_per_number(key.kind) && identity.terms().party_of(holder).is_some_and(|party| held.is_signed_by(party)) {
            self.remember(identity, &key)?;
        }
        let Some(before) = before else {
            self.items.insert(&place, json)?;
            return Ok(true);
        };
        let mut joined = tables::held(identity, &place, &before)?;
        joined.join(held);
        let after = json_of(joined.item())?;
        self.items.insert(&place, after.as_slice())?;
        Ok(after != before)
    }

    /// The holder has signed this, or is about to. What was signed first of a round stays.
    fn remember(&mut self, identity: &Identity, key: &Key) -> Result<()> {
        let place = tables::signed_key(identity.channel_id(), key);
        if self.signed.get(&place)?.is_none() {
            self.signed.insert(&place, &key.hash.0)?;
        }
        Ok(())
    }

    /// Another state or close of the same round that the holder has signed.
    pub(super) fn conflict(&self, identity: &Identity, key: &Key) -> Result<Option<Key>> {
        let signed = self.signed.get(&tables::signed_key(identity.channel_id(), key))?;
        let hash = signed.map(|signed| (*signed.value()).into()).filter(|hash| *hash != key.hash);
        Ok(hash.map(|hash| Key { hash, ..*key }))
    }
}

/// Whether two of one number may never be signed.
pub(super) const fn one_per_number(kind: Kind) -> bool {
    matches!(kind, Kind::State | Kind::Close)
}

/// An item as it is in the file.
pub(super) fn json_of(item: &Item) -> Result<Vec<u8>> {
    serde_json::to_vec(item).map_err(|reason| StoreError::damaged("an item:", reason))
}
