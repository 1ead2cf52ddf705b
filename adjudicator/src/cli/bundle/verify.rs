//! `verify`: whether a transaction is what it says, and whether the contract takes it.

use std::path::PathBuf;

use adjudicator::{
    action::Action,
    bundle::{BuildError, Bundle, Gas, verify},
    decide::Known,
    evidence::{Code, Dossier, Finding, View},
    types::{
        GasUnits, Units,
        document::{Content, type_of},
    },
};
use alloy_primitives::{Address, Bytes, U256};
use anyhow::Result;
use clap::Args;
use serde::Deserialize;

use crate::cli::{
    answer::Answer,
    channel::ChannelOptions,
    failure::{refused, wrong_use},
    files, findings,
    typed::address,
    view::ViewOptions,
};

/// Which transaction, and against what.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `bundle` document; or a transaction in JSON: as `build` prints it, or as a node answers it.
    #[arg(value_name = "BUNDLE|TX")]
    file: PathBuf,
    /// Who is to send a transaction that does not say so.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    from: Option<Address>,
    #[command(flatten)]
    channel: ChannelOptions,
    #[command(flatten)]
    view: ViewOptions,
}

/// A transaction as it is written by others.
#[derive(Deserialize)]
struct Transaction {
    from: Option<Address>,
    to: Address,
    #[serde(default)]
    value: U256,
    #[serde(alias = "input")]
    data: Bytes,
}

impl Arguments {
    pub(in crate::cli) fn run(self) -> Result<Answer> {
        let policy = self.view.policy()?;
        let (text, name) = (files::read(&self.file)?, files::name(&self.file));
        let is_bundle = type_of(&text).is_ok_and(|name| name == Bundle::TYPE);
        let (bundle, view) = if is_bundle {
            let bundle: Bundle = files::parse(&self.file, &text)?;
            let view = self.view.given(&mut bundle.dossier())?;
            (Ok(bundle), view)
        } else {
            let transaction = serde_json::from_str(&text);
            let transaction = transaction.map_err(|error| files::unreadable(&self.file, &text, &error))?;
            let mut dossier = self.channel.dossier()?;
            let view = self.view.given(&mut dossier)?;
            (self.bundle(transaction, &dossier, &view)?, view)
        };
        let bundle = match bundle {
            Ok(bundle) => bundle,
            Err(finding) => return findings::answer(&[finding]),
        };
        if self.channel.is_given() {
            let (expected, found) = (self.channel.dossier()?.identity().channel_id(), bundle.channel.channel_id());
            if found != expected {
                return Err(refused(format!("{name}: of the channel {found}, where that of {expected} is expected")));
            }
        }
        findings::answer(&verify(&bundle, &view, &policy, &mut Known::of(&view)))
    }

    /// What a bundle of the transaction would be, but for what the transaction itself says; or why there is none.
    fn bundle(
        &self,
        Transaction { from, to, value, data }: Transaction,
        dossier: &Dossier,
        view: &View,
    ) -> Result<Result<Bundle, Finding>> {
        let name = files::name(&self.file);
        let sender = self.from.or(from);
        let sender = sender.ok_or_else(|| wrong_use(format!("{name}: from: --from ADDRESS says who sends it")))?;
        let action = match Action::decode(&data) {
            Ok(action) => action,
            Err(reason) => return Ok(Err(finding(Code::CalldataUnreadable, &reason))),
        };
        let identity = dossier.identity();
        let gas = Gas { expected: GasUnits::MIN, limit: GasUnits::MIN };
        let built = Bundle::build(identity, &action, sender, view, &mut Known::of(view), gas);
        let built = built.map(|built| Bundle { to, value: Units::new(value), ..built });
        Ok(built.map_err(|reason| finding(code_of(&reason), &reason)))
    }
}

fn finding(code: Code, reason: &impl ToString) -> Finding {
    Finding { code, found: reason.to_string(), proof: Vec::new() }
}

/// What is wrong with a transaction of which there is no bundle.
const fn code_of(reason: &BuildError) -> Code {
    match reason {
        BuildError::Elsewhere { .. } => Code::OtherContract,
        BuildError::OtherChannel { .. } => Code::CalldataOtherChannel,
        BuildError::CodeUnknown { .. } => Code::BundleCode,
        BuildError::Unreadable(_) => Code::CalldataUnreadable,
        _ => Code::Refused,
    }
}
