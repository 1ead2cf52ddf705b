//! What a lane writes down before it acts.

use std::{collections::BTreeMap, convert::Infallible};

use alloy_primitives::B256;

use super::Intent;

/// Where a lane keeps its intents. What was saved is still there after a crash.
pub trait Journal {
    /// Why it cannot be read or written.
    type Error: std::error::Error;

    /// All intents that were saved and not removed since.
    ///
    /// # Errors
    /// If they cannot be read.
    fn all(&self) -> Result<Vec<Intent>, Self::Error>;

    /// Saves an intent, instead of the one with the same id.
    ///
    /// # Errors
    /// If it cannot be written: then nothing has changed.
    fn save(&mut self, intent: &Intent) -> Result<(), Self::Error>;

    /// Removes the intent with this id.
    ///
    /// # Errors
    /// If that cannot be written: then nothing has changed.
    fn remove(&mut self, id: B256) -> Result<(), Self::Error>;
}

/// A journal that lives as long as its process: for simulations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory(BTreeMap<B256, Intent>);

impl Journal for Memory {
    type Error = Infallible;

    fn all(&self) -> Result<Vec<Intent>, Infallible> {
        Ok(self.0.values().cloned().collect())
    }

    fn save(&mut self, intent: &Intent) -> Result<(), Infallible> {
        self.0.insert(intent.order.id(), intent.clone());
        Ok(())
    }

    fn remove(&mut self, id: B256) -> Result<(), Infallible> {
        self.0.remove(&id);
        Ok(())
    }
}
