use std::io::Write;

use redb::ReadableDatabase;

use super::{
    Result, Store, StoreError,
    tables::{self, CHANNELS, ITEMS},
};
use crate::{evidence::Kind, types::ChannelId};

/// Whether what a party hides from its peer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// For a backup: secrets of games, and preimages.
    Included,
    /// For anybody else, such as a tower or the peer.
    LeftOut,
}

impl Store {
    /// Writes a channel's evidence as a stream of documents, one per line, the `channel` document first: what
    /// [`import`](Self::import) reads. It is as of one moment, whatever is written meanwhile. The number of items.
    ///
    /// # Errors
    /// If nothing is kept of the channel, or something cannot be read or written.
    pub fn export(&self, channel_id: ChannelId, secrets: Secrets, output: &mut impl Write) -> Result<u64> {
        let transaction = self.database.begin_read()?;
        let channels = transaction.open_table(CHANNELS)?;
        let channel = channels.get(&channel_id.get().0)?.ok_or(StoreError::UnknownChannel { channel_id })?;
        let mut write = |json: &[u8]| {
            let written = output.write_all(json).and_then(|()| output.write_all(b"\n"));
            written.map_err(StoreError::Output)
        };
        write(channel.value())?;
        let [first, last] = tables::bounds(channel_id);
        let mut written = 0_u64;
        for entry in transaction.open_table(ITEMS)?.range::<&[u8; tables::ITEM_KEY]>(&first..=&last)? {
            let (key, json) = entry?;
            if secrets == Secrets::LeftOut && is_secret(key.value()) {
                continue;
            }
            write(json.value())?;
            written = written.saturating_add(1);
        }
        output.flush().map_err(StoreError::Output)?;
        Ok(written)
    }
}

/// Whether the item with this key is a party's own.
fn is_secret(key: &[u8; tables::ITEM_KEY]) -> bool {
    let kind = key.get(32).copied();
    kind == Some(Kind::Secret as u8) || kind == Some(Kind::Preimage as u8)
}
