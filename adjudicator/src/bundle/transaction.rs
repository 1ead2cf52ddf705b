use alloy_primitives::{Address, Bytes, U256};

use super::{
    Bundle,
    parts::Parts,
    read::{calls_of, read},
};
use crate::{
    evidence::Dossier,
    types::{AppState, Instance},
};

/// What a wallet is told, but for the nonce and the fees, which are the sender's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The id of the chain.
    pub chain_id: U256,
    /// Who sends it.
    pub from: Address,
    /// Where it goes.
    pub to: Address,
    /// What comes along of the native coin.
    pub value: U256,
    /// What the contract is told.
    pub data: Bytes,
    /// The most gas that it may use.
    pub gas_limit: u64,
}

impl Bundle {
    /// What its evidence tells of the channel, each signature checked.
    #[must_use]
    pub fn dossier(&self) -> Dossier {
        let mut dossier = Dossier::new(self.channel.clone());
        for item in self.evidence.clone() {
            dossier.add(item);
        }
        dossier
    }

    /// The instances that its calldata shows, each with the app state from which it goes on, as far as that is shown.
    #[must_use]
    pub fn instances(&self) -> Vec<(Instance, Option<AppState>)> {
        let calls = read(&self.calldata).and_then(calls_of).unwrap_or_default();
        let parts = calls.iter().filter_map(|call| Parts::of(&self.channel, call).ok());
        let shown = parts.filter_map(|Parts { instance, step, app_state, .. }| {
            let app_state = app_state.or_else(|| step.map(|(step, _)| step.app_state));
            Some((instance?, app_state))
        });
        shown.collect()
    }

    /// The transaction.
    ///
    /// Warning: while a signature is [wanted](Bundle::wanted), the contract refuses it.
    #[must_use]
    pub fn transaction(&self) -> Transaction {
        Transaction {
            chain_id: self.channel.domain().chain_id(),
            from: self.submitter,
            to: self.to,
            value: self.value.get(),
            data: self.calldata.clone(),
            gas_limit: self.gas.limit.get(),
        }
    }
}
