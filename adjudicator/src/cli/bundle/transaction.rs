//! `transaction`: what a node takes, signed by the key that pays for gas.

use std::path::PathBuf;

use adjudicator::{
    bundle::{Bundle, verify},
    decide::Known,
    evidence::Severity,
};
use alloy_consensus::{SignableTransaction, TxEip1559, transaction::RlpEcdsaEncodableTx};
use alloy_primitives::{Signature, TxKind, hex, keccak256};
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
        let (view, policy) = (self.view.given()?, self.view.policy()?);
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
        let chain_id = bundle.channel.domain().chain_id();
        let transaction = TxEip1559 {
            chain_id: u64::try_from(chain_id)
                .map_err(|_| refused(format!("no transaction can name the chain {chain_id}")))?,
            nonce: self.nonce,
            gas_limit: bundle.gas.limit.get(),
            max_fee_per_gas: self.gas_price,
            max_priority_fee_per_gas: self.priority_gas_price,
            to: TxKind::Call(bundle.to),
            value: bundle.value.get(),
            access_list: Vec::new().into(),
            input: bundle.calldata.clone(),
        };
        let signature = Signature::from_raw(&key.sign(transaction.signature_hash()).to_full())?;
        let mut raw = Vec::new();
        transaction.eip2718_encode(&signature, &mut raw);
        let (raw, hash) = (hex::encode_prefixed(&raw), keccak256(&raw));
        Answer::new(raw.as_str(), &json!({ "raw": raw, "hash": hash, "from": actual, "nonce": self.nonce.to_string() }))
    }
}
