//! `transaction`: what a node takes, signed by the key that pays for gas.

use std::path::PathBuf;

use adjudicator::{
    bundle::{Bundle, verify},
    decide::Known,
    evidence::Severity,
    submit::{self, Fees, Raw},
};
use alloy_primitives::hex;
use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::cli::{
    answer::{Answer, note},
    failure::{Failure, refused},
    files, findings,
    key::GasKeyOptions,
    view::ViewOptions,
};

/// Which transaction, and what its sender pays.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `bundle` document in which no signature is wanted any more.
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    key: GasKeyOptions,
    /// How many transactions the sender has sent before.
    #[arg(long, value_name = "NUMBER")]
    nonce: u64,
    /// The most that a unit of gas may cost, in wei.
    #[arg(long, value_name = "WEI", env = "ETH_GAS_PRICE")]
    gas_price: u128,
    /// What the block's proposer gets of that, in wei.
    #[arg(long, value_name = "WEI", env = "ETH_PRIORITY_GAS_PRICE")]
    priority_gas_price: u128,
    #[command(flatten)]
    view: ViewOptions,
}

impl Arguments {
    pub(in crate::cli) fn run(self) -> Result<Answer> {
        let bundle: Bundle = files::document(&self.bundle)?;
        let name = files::name(&self.bundle);
        let (view, policy) = (self.view.given(&mut bundle.dossier())?, self.view.policy()?);
        let found = verify(&bundle, &view, &policy, &mut Known::of(&view));
        if found.iter().any(|finding| finding.severity() == Severity::Error) {
            return Err(Failure::Findings(found).into());
        }
        if !found.is_empty() {
            note(findings::text(&found));
        }
        if let Some(wanted) = bundle.wanted.first() {
            return Err(refused(format!(
                "{name}: party {} is still to sign: `sign` gives its signature",
                wanted.party
            )));
        }
        if self.priority_gas_price > self.gas_price {
            let (most, tip) = (self.gas_price, self.priority_gas_price);
            return Err(refused(format!("of at most {most} wei for a unit of gas the proposer cannot get {tip}")));
        }
        let key = self.key.open()?;
        let (expected, actual) = (bundle.submitter, key.address());
        if actual != expected {
            return Err(refused(format!("{name}: {expected} is to send it, and the key is that of {actual}")));
        }
        let fees = Fees { max_fee: self.gas_price, tip: self.priority_gas_price };
        let Raw { bytes, hash } =
            submit::sign(&bundle.transaction(), self.nonce, fees, &key).map_err(|error| refused(error.to_string()))?;
        let raw = hex::encode_prefixed(&bytes);
        Answer::new(raw.as_str(), &json!({ "raw": raw, "hash": hash, "from": actual, "nonce": self.nonce.to_string() }))
    }
}
