//! A journal on disk.

use std::path::{Path, PathBuf};

use alloy_primitives::B256;
use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};

use super::{Intent, Journal};

/// Intents by their ids, as JSON.
const INTENTS: TableDefinition<'_, &[u8; 32], &str> = TableDefinition::new("intents");

/// A journal in a file that nobody else has open. Each change is on the disk when its call returns.
#[derive(Debug)]
pub struct FileJournal {
    database: Database,
}

/// Why a journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file cannot be opened.
    #[error("the journal {} cannot be opened: {reason}", path.display())]
    Unopened {
        /// Where it is.
        path: PathBuf,
        /// Why.
        reason: redb::DatabaseError,
    },
    /// It cannot be read or written.
    #[error("the journal cannot be read or written: {0}")]
    Storage(#[from] redb::Error),
    /// What is in it is no intent.
    #[error("what the journal holds is no intent: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl FileError {
    /// Whether somebody else has the file open.
    #[must_use]
    pub const fn is_in_use(&self) -> bool {
        matches!(self, Self::Unopened { reason: redb::DatabaseError::DatabaseAlreadyOpen, .. })
    }
}

impl FileJournal {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// If it cannot be opened, or somebody else has it open.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let database = Database::create(path);
        let database = database.map_err(|reason| FileError::Unopened { path: path.to_owned(), reason })?;
        let journal = Self { database };
        journal.change(|_| Ok(()))?;
        Ok(journal)
    }

    fn change(
        &self,
        change: impl FnOnce(&mut redb::Table<'_, &'static [u8; 32], &'static str>) -> Result<(), redb::Error>,
    ) -> Result<(), redb::Error> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        transaction.set_two_phase_commit(true);
        change(&mut transaction.open_table(INTENTS)?)?;
        transaction.commit()?;
        Ok(())
    }
}

impl Journal for FileJournal {
    type Error = FileError;

    fn all(&self) -> Result<Vec<Intent>, FileError> {
        let read = || -> Result<Vec<String>, redb::Error> {
            let table = self.database.begin_read()?.open_table(INTENTS)?;
            let entries = table.iter()?.map(|entry| entry.map(|(_, json)| json.value().to_owned()));
            Ok(entries.collect::<Result<_, _>>()?)
        };
        read()?.iter().map(|json| Ok(serde_json::from_str(json)?)).collect()
    }

    fn save(&mut self, intent: &Intent) -> Result<(), FileError> {
        let json = serde_json::to_string(intent)?;
        Ok(self.change(|table| {
            table.insert(&intent.order.id().0, json.as_str())?;
            Ok(())
        })?)
    }

    fn remove(&mut self, id: B256) -> Result<(), FileError> {
        Ok(self.change(|table| {
            table.remove(&id.0)?;
            Ok(())
        })?)
    }
}
