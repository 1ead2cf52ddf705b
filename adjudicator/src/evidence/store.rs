//! Evidence on disk: one file for each key, with all channels of its holder.
//!
//! What was told to be kept is kept, whatever happens to the process or the machine afterwards: each change is one
//! transaction, synced before the call returns. Only signatures that are right get in. Who signs does so through a
//! [`Signer`], which lets no signature out before the file knows of it. `docs/FORMATS.md` describes the file.
//!
//! Warning: who copies the file and goes on with the older copy has lost its memory, and may sign a round twice.

mod error;
mod export;
mod import;
mod line;
mod signatory;
mod signer;
mod tables;
mod write;

use std::{
    fs::{File, OpenOptions},
    io::ErrorKind,
    path::Path,
};

use alloy_primitives::Address;
use redb::{Builder, Database, Durability, ReadableDatabase, ReadableTable, WriteTransaction};

pub use error::StoreError;
pub use export::Secrets;
pub use import::{ImportError, Imported, LineError};
pub use signatory::Signatory;
pub use signer::{Order, SignError, Signer};

use super::{Dossier, Held, Item, Key};
use crate::types::{ChannelId, Document, Identity};
use tables::{CHANNELS, HOLDER, ITEMS, META, SIGNED, VERSION, VERSION_KEY};

type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The bytes of memory that are used for pages of the file.
const CACHE_BYTES: usize = 32 << 20;

/// The evidence of all channels of one key holder, in one file that nobody else has open.
#[derive(Debug)]
pub struct Store {
    database: Database,
    holder: Address,
}

impl Store {
    /// Makes the file.
    ///
    /// # Errors
    /// If there is one already, or it cannot be written.
    pub fn create(path: impl AsRef<Path>, holder: Address) -> Result<Self> {
        let path = path.as_ref();
        drop(new_file(path).map_err(|reason| match reason.kind() {
            ErrorKind::AlreadyExists => StoreError::Exists { path: path.to_owned() },
            _ => StoreError::at(path, redb::StorageError::Io(reason)),
        })?);
        let database = builder().create(path).map_err(|error| StoreError::at(path, error))?;
        let transaction = begin(&database)?;
        {
            let mut meta = transaction.open_table(META)?;
            meta.insert(VERSION_KEY, VERSION)?;
            meta.insert(HOLDER, format!("{holder:#x}").as_str())?;
            transaction.open_table(CHANNELS)?;
            transaction.open_table(ITEMS)?;
            transaction.open_table(SIGNED)?;
        }
        transaction.commit()?;
        sync_folder(path)?;
        Ok(Self { database, holder })
    }

    /// Opens the file. After a crash it is as the last transaction left it.
    ///
    /// # Errors
    /// If there is none, somebody has it open, or it is no store of this version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path.as_ref(), &builder())
    }

    /// Opens the file, and looks at every byte of it: for one that was somewhere else meanwhile. That takes as long as
    /// reading it.
    ///
    /// # Errors
    /// As [`open`](Self::open), and if anything was changed.
    pub fn open_checked(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path.as_ref(), builder().set_check_integrity_on_open(true))
    }

    fn open_with(path: &Path, builder: &Builder) -> Result<Self> {
        let database = builder.open(path).map_err(|error| StoreError::at(path, error))?;
        let meta =
            database.begin_read()?.open_table(META).map_err(|_| StoreError::NoStore { path: path.to_owned() })?;
        let text = |key| Ok::<_, StoreError>(meta.get(key)?.map(|text| text.value().to_owned()).unwrap_or_default());
        let (found, holder) = (text(VERSION_KEY)?, text(HOLDER)?);
        if found != VERSION {
            return Err(StoreError::Version { expected: VERSION, found });
        }
        let holder = holder.parse().map_err(|_| StoreError::NoStore { path: path.to_owned() })?;
        Ok(Self { database, holder })
    }

    /// Whose evidence it is: the address of the key.
    #[must_use]
    pub const fn holder(&self) -> Address {
        self.holder
    }

    /// All channels, by their ids.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn channels(&self) -> Result<Vec<Identity>> {
        let channels = self.database.begin_read()?.open_table(CHANNELS)?;
        channels.iter()?.map(|entry| tables::identity(entry?.1.value())).collect()
    }

    /// Begins to keep evidence of a channel; nothing happens if that has begun.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add_channel(&mut self, identity: &Identity) -> Result<()> {
        let transaction = begin(&self.database)?;
        write::channel(&transaction, identity)?;
        transaction.commit()?;
        Ok(())
    }

    /// What the channel is.
    ///
    /// # Errors
    /// [`StoreError::UnknownChannel`] if nothing is kept of it.
    pub fn identity(&self, channel_id: ChannelId) -> Result<Identity> {
        let channels = self.database.begin_read()?.open_table(CHANNELS)?;
        let json = channels.get(&channel_id.get().0)?.ok_or(StoreError::UnknownChannel { channel_id })?;
        tables::identity(json.value())
    }

    /// All evidence of a channel. Its signatures were checked when they came in, and are not checked again.
    ///
    /// # Errors
    /// If nothing is kept of the channel, or the file cannot be read.
    pub fn dossier(&self, channel_id: ChannelId) -> Result<Dossier> {
        let mut dossier = Dossier::new(self.identity(channel_id)?);
        let items = self.database.begin_read()?.open_table(ITEMS)?;
        let [first, last] = tables::bounds(channel_id);
        for entry in items.range::<&[u8; tables::ITEM_KEY]>(&first..=&last)? {
            let (key, json) = entry?;
            let held = tables::held(dossier.identity(), key.value(), json.value())?;
            dossier.insert(held);
        }
        Ok(dossier)
    }

    /// Checks the signatures of items, and keeps those; all of them, or none. Tells how many were news.
    ///
    /// # Errors
    /// If nothing is kept of the channel, a signature is wrong, or the file cannot be written.
    pub fn add(&mut self, channel_id: ChannelId, items: impl IntoIterator<Item = Item>) -> Result<u64> {
        let identity = self.identity(channel_id)?;
        let held = all_checked(&identity, items)?;
        self.keep(&identity, held)
    }

    /// Keeps what was checked for a channel that is kept.
    fn keep(&self, identity: &Identity, held: impl IntoIterator<Item = Held>) -> Result<u64> {
        let transaction = begin(&self.database)?;
        let news = write::Writer::new(&transaction)?.put_all(identity, self.holder, held)?;
        transaction.commit()?;
        Ok(news)
    }
}

/// Items whose signatures are all right.
fn all_checked(identity: &Identity, items: impl IntoIterator<Item = Item>) -> Result<Vec<Held>> {
    items.into_iter().map(|item| checked(identity, item)).collect()
}

/// An item whose signatures are all right.
fn checked(identity: &Identity, item: Item) -> Result<Held> {
    let held = Held::check(identity, item);
    match held.flaw() {
        Some(reason) => Err(StoreError::Flawed { key: held.key(), reason }),
        None => Ok(held),
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// A transaction that is on the disk when its commit returns, whatever somebody else has chosen for its content.
fn begin(database: &Database) -> Result<WriteTransaction> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    transaction.set_two_phase_commit(true);
    Ok(transaction)
}

/// An empty file that was not there before. Where files have modes, only their owner reads what may hold secrets.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The file's name is on the disk, too.
fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|reason| StoreError::Folder { path: folder.to_owned(), reason })
}
