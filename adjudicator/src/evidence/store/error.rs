use std::path::PathBuf;

use alloy_primitives::Address;

use crate::{evidence::Key, types::ChannelId};

/// Why evidence is not kept, or not found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is a file already.
    #[error("{} exists already: open it, or name another file", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error("{}: {reason}", path.display())]
    Open {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: Box<redb::Error>,
    },
    /// The folder cannot be synced.
    #[error("the folder {}: {reason}", path.display())]
    Folder {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The file is a database of something else.
    #[error("{} is no store of evidence", path.display())]
    NoStore {
        /// Where.
        path: PathBuf,
    },
    /// The file is of another version.
    #[error("a store of version {found:?}, where {expected:?} is read")]
    Version {
        /// The version that is read.
        expected: &'static str,
        /// That of the file.
        found: String,
    },
    /// The store is of another key.
    #[error("a store of the key of {expected}, where that of {found} is to sign")]
    OtherHolder {
        /// Whose store it is.
        expected: Address,
        /// Whose key it is.
        found: Address,
    },
    /// The intent to sign could not be written, so nothing was signed.
    #[error("nothing was signed, for it cannot be written down: {reason}")]
    NotWritten {
        /// Why.
        reason: String,
    },
    /// Nothing is kept of the channel.
    #[error("nothing is kept of the channel {channel_id}: its `channel` document must come first")]
    UnknownChannel {
        /// The channel.
        channel_id: ChannelId,
    },
    /// An item with a signature that is not right.
    #[error("{key}: {reason}")]
    Flawed {
        /// The item.
        key: Key,
        /// What is wrong.
        reason: String,
    },
    /// What is in the file is not what was written there.
    #[error("the file is damaged: {what} {reason}")]
    Damaged {
        /// What was read.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be read or written.
    #[error(transparent)]
    Database(Box<redb::Error>),
    /// The thread that writes has panicked.
    #[error("the thread that writes has stopped")]
    WriterStopped,
    /// The output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(#[source] std::io::Error),
}

impl StoreError {
    pub(super) fn at(path: &std::path::Path, reason: impl Into<redb::Error>) -> Self {
        Self::Open { path: path.to_owned(), reason: Box::new(reason.into()) }
    }

    pub(super) fn damaged(what: &'static str, reason: impl ToString) -> Self {
        Self::Damaged { what, reason: reason.to_string() }
    }
}

macro_rules! from {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )*};
}

from!(StorageError, TableError, TransactionError, CommitError, SetDurabilityError);
