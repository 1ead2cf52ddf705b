//! The tables of the file, and the bytes in them.

use redb::TableDefinition;

use super::{Document, Held, Identity, Item, Key, Result, StoreError};
use crate::types::ChannelId;

/// The version of the file.
pub(super) const VERSION: &str = "1";
pub(super) const VERSION_KEY: &str = "version";
/// The address of the key.
pub(super) const HOLDER: &str = "holder";

/// A channel's id, then the packed key of an item.
pub(super) const ITEM_KEY: usize = 32 + Key::PACKED;
/// A channel's id, then kind and number of what was signed.
pub(super) const SIGNED_KEY: usize = 32 + 9;

/// About the file.
pub(super) const META: TableDefinition<'_, &str, &str> = TableDefinition::new("meta");
/// The `channel` document of each channel.
pub(super) const CHANNELS: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("channels");
/// The document of each item.
pub(super) const ITEMS: TableDefinition<'_, &[u8; ITEM_KEY], &[u8]> = TableDefinition::new("items");
/// The hash of each state, close and withdrawal that the holder has signed.
pub(super) const SIGNED: TableDefinition<'_, &[u8; SIGNED_KEY], &[u8; 32]> = TableDefinition::new("signed");

/// The key of an item.
pub(super) fn item_key(channel_id: ChannelId, key: &Key) -> [u8; ITEM_KEY] {
    joined(&[channel_id.get().as_slice(), &key.pack()])
}

/// The key of what was signed.
pub(super) fn signed_key(channel_id: ChannelId, key: &Key) -> [u8; SIGNED_KEY] {
    joined(&[channel_id.get().as_slice(), &key.pack()])
}

/// The first and the last key that an item of a channel may have.
pub(super) fn bounds(channel_id: ChannelId) -> [[u8; ITEM_KEY]; 2] {
    [0x00, 0xff].map(|fill| joined(&[channel_id.get().as_slice(), &[fill; Key::PACKED]]))
}

/// The parts one behind the other, as far as there is room.
fn joined<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut key = [0; N];
    key.iter_mut().zip(parts.iter().copied().flatten()).for_each(|(into, byte)| *into = *byte);
    key
}

pub(super) fn identity(json: &[u8]) -> Result<Identity> {
    let document = serde_json::from_slice::<Document<Identity>>(json);
    document.map(|Document(identity)| identity).map_err(|reason| StoreError::damaged("a channel:", reason))
}

/// An item as it was put there, its signatures checked.
pub(super) fn held(identity: &Identity, key: &[u8; ITEM_KEY], json: &[u8]) -> Result<Held> {
    let damaged = |reason: &dyn ToString| StoreError::damaged("an item:", reason.to_string());
    let json = std::str::from_utf8(json).map_err(|reason| damaged(&reason))?;
    let item = Item::from_json(json).map_err(|reason| damaged(&reason))?;
    let held = Held::trusted(identity, item);
    if item_key(identity.channel_id(), &held.key()) == *key { Ok(held) } else { Err(damaged(&"its key is another's")) }
}
