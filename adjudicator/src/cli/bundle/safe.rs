//! `safe`: for a Safe, whose owners are asked through its Transaction Builder.

use std::path::PathBuf;

use adjudicator::bundle::Bundle;
use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::cli::{answer::Answer, failure::refused, files};

/// Which transaction.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `bundle` document.
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
}

impl Arguments {
    pub(in crate::cli) fn run(self) -> Result<Answer> {
        let bundle: Bundle = files::document(&self.bundle)?;
        if let Some(wanted) = bundle.wanted.first() {
            let (party, message) = (wanted.party, wanted.hashes.message);
            let reason = format!("party {party} is still to sign the {message}: `sign` gives its signature");
            return Err(refused(format!("{}: {reason}", files::name(&self.bundle))));
        }
        let transaction = bundle.transaction();
        let batch = json!({
            "version": "1.0",
            "chainId": transaction.chain_id.to_string(),
            // In milliseconds; that of the block as of which it was built, so that one bundle makes one file.
            "createdAt": bundle.now.get().saturating_mul(1_000),
            "meta": {
                "name": format!("Recourse {}", bundle.operation),
                "description": format!("Channel {}: {}", bundle.channel.channel_id(), bundle.expected),
                "createdFromSafeAddress": transaction.from.to_checksum(None),
            },
            "transactions": [{
                "to": transaction.to.to_checksum(None),
                "value": transaction.value.to_string(),
                "data": transaction.data,
                "contractMethod": null,
                "contractInputsValues": null,
            }],
        });
        Answer::written(&batch)
    }
}
