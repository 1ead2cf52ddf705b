use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::{ChainId, ChannelId, Terms, account::address, object::serde_as_object};
use crate::eip712::Domain;

/// What the id of a channel commits to: the chain, the contract there, and the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Fields", from = "Fields")]
pub struct Identity {
    domain: Domain,
    terms: Terms,
    channel_id: ChannelId,
}

impl Identity {
    /// The channel of these terms in this contract.
    #[must_use]
    pub fn new(domain: Domain, terms: Terms) -> Self {
        let channel_id = terms.channel_id(&domain);
        Self { domain, terms, channel_id }
    }

    /// The chain and the contract.
    #[must_use]
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The terms.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The channel's id.
    #[must_use]
    pub const fn channel_id(&self) -> ChannelId {
        self.channel_id
    }
}

/// The identity as it is written; whatever has this form is one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, remote = "Self")]
struct Fields {
    chain_id: ChainId,
    #[serde(with = "address")]
    manager: Address,
    terms: Terms,
}

serde_as_object!(Fields);

impl From<Identity> for Fields {
    fn from(Identity { domain, terms, .. }: Identity) -> Self {
        Self { chain_id: domain.chain_id().into(), manager: domain.manager(), terms }
    }
}

impl From<Fields> for Identity {
    fn from(Fields { chain_id, manager, terms }: Fields) -> Self {
        Self::new(Domain::new(chain_id.get(), manager), terms)
    }
}
