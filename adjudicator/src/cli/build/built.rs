//! What was built: a transaction by itself, or a bundle.

use adjudicator::{
    action::Action,
    bundle::{Bundle, Transaction},
    decide::Known,
    eip712::Domain,
    evidence::View,
    types::{Document, GasUnits, Identity},
};
use alloy_primitives::Address;
use anyhow::Result;
use serde_json::json;

use super::gas;
use crate::cli::{
    answer::{Answer, Facts},
    bundle::add_bundle,
    channel::PlaceOptions,
    failure::{refused, wrong_use},
};

/// A transaction that nobody has signed.
pub(in crate::cli) struct Built {
    /// The contract.
    domain: Domain,
    /// What it does.
    action: Action,
    /// The channel, if one is named.
    identity: Option<Identity>,
}

/// A bundle, and what it does.
pub(in crate::cli) struct Bundled {
    pub(in crate::cli) bundle: Bundle,
    action: Action,
}

impl Bundled {
    /// For people, and as a document.
    pub(super) fn answer(self) -> Result<Answer> {
        let mut facts = Facts::default();
        add_bundle(&mut facts, &self.bundle);
        Answer::new(format!("{}\n\n{}", facts.text(), self.action), &Document(self.bundle))
    }
}

impl Built {
    /// An operation on a channel.
    pub(in crate::cli) fn of(identity: &Identity, action: impl Into<Action>) -> Self {
        Self { domain: *identity.domain(), action: action.into(), identity: Some(identity.clone()) }
    }

    /// An operation of the contract that names no terms.
    pub(super) fn at(place: &PlaceOptions, action: impl Into<Action>) -> Result<Self> {
        let (domain, identity) = place.place()?;
        Ok(Self { domain, action: action.into(), identity })
    }

    /// The transaction by itself.
    pub(super) fn transaction(self, from: Option<Address>) -> Result<Answer> {
        let (to, value, calldata) = (self.domain.manager(), self.action.value(), self.action.calldata());
        let mut facts = Facts::default();
        from.iter().for_each(|from| {
            facts.add("from", from);
        });
        facts.add("to", to).add("chain", self.domain.chain_id()).add("value", value).add("calldata", &calldata);
        let json = json!({
            "from": from.map(|from| format!("{from:#x}")),
            "to": format!("{to:#x}"),
            "chainId": self.domain.chain_id().to_string(),
            "value": value.to_string(),
            "data": calldata,
        });
        Answer::new(format!("{}\n\n{}", facts.text(), self.action), &json)
    }

    /// The transaction with everything to check it by.
    pub(in crate::cli) fn bundle(
        self,
        from: Address,
        view: &View,
        gas: Option<GasUnits>,
        limit: Option<GasUnits>,
    ) -> Result<Bundled> {
        let reason = "--view makes a bundle, and --channel FILE says of which channel";
        let identity = self.identity.ok_or_else(|| wrong_use(reason))?;
        let gas = gas::gas(&self.action, identity.terms().assets().asset_count(), gas, limit);
        let bundle = Bundle::build(&identity, &self.action, from, view, &mut Known::of(view), gas);
        let bundle = bundle.map_err(|reason| refused(reason.to_string()))?;
        Ok(Bundled { bundle, action: self.action })
    }

    /// What is sent, by whom, of an operation that needs no bundle.
    pub(in crate::cli) fn plain(&self, from: Address) -> Transaction {
        let gas = gas::gas(&self.action, 1, None, None);
        Transaction {
            chain_id: self.domain.chain_id(),
            from,
            to: self.domain.manager(),
            value: self.action.value(),
            data: self.action.calldata(),
            gas_limit: gas.limit.get(),
        }
    }

    /// The contract.
    pub(in crate::cli) const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// What it does.
    pub(in crate::cli) const fn action(&self) -> &Action {
        &self.action
    }

    /// The channel, if one is named.
    pub(in crate::cli) const fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }
}
