//! What was built: a transaction by itself, or a bundle.

use std::path::Path;

use adjudicator::{
    action::Action,
    bundle::Bundle,
    decide::Known,
    eip712::Domain,
    evidence::View,
    types::{Document, Identity},
};
use alloy_primitives::Address;
use anyhow::Result;
use serde_json::json;

use super::{Sender, gas};
use crate::cli::{
    answer::{Answer, Facts},
    bundle::add_bundle,
    channel::PlaceOptions,
    failure::{refused, wrong_use},
    files,
};

/// A transaction that nobody has signed.
pub(super) struct Built {
    /// The contract.
    domain: Domain,
    /// What it does.
    action: Action,
    /// The channel, if one is named.
    identity: Option<Identity>,
}

impl Built {
    /// An operation on a channel.
    pub(super) fn of(identity: &Identity, action: impl Into<Action>) -> Self {
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
    pub(super) fn bundle(self, sender: &Sender, view: &Path) -> Result<Answer> {
        let from =
            sender.from.ok_or_else(|| wrong_use("--view makes a bundle, and --from ADDRESS says who sends it"))?;
        let reason = "--view makes a bundle, and --channel FILE says of which channel";
        let identity = self.identity.ok_or_else(|| wrong_use(reason))?;
        let gas = gas::gas(&self.action, identity.terms().assets().asset_count(), sender.gas, sender.gas_limit);
        let view: View = files::document(view)?;
        let bundle = Bundle::build(&identity, &self.action, from, &view, &mut Known::of(&view), gas);
        let bundle = bundle.map_err(|reason| refused(reason.to_string()))?;
        let mut facts = Facts::default();
        add_bundle(&mut facts, &bundle);
        Answer::new(format!("{}\n\n{}", facts.text(), self.action), &Document(bundle))
    }
}
