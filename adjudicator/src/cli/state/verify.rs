//! `state verify`.

use std::path::PathBuf;

use adjudicator::{
    evidence::{Code, Dossier, Finding, Held, Item, Standing, verify},
    types::Party,
};
use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::cli::{
    answer::Answer,
    channel::ChannelOptions,
    files,
    findings::{self, Findings},
    view::ViewOptions,
};

/// What says whose signatures are wrong, and what they may be meant for.
const ABOUT_SIGNATURES: [Code; 4] = [Code::SignatureBad, Code::OtherChain, Code::OtherContract, Code::OtherChannel];

/// What has signatures.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `signedState`, `signedClose`, `signedWithdraw`, `signedDelegation` or `placedStep` document.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    channel: ChannelOptions,
    #[command(flatten)]
    view: ViewOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        let identity = self.channel.dossier()?.identity().clone();
        let item = files::item(&self.file)?;
        let held = Held::check(&identity, item.clone());
        let findings = flaws(&Dossier::new(identity.clone()), item, &self.view)?;
        let mut lines = vec![held.key().to_string()];
        let mut parties = Vec::new();
        for (party, standing) in Party::BOTH.into_iter().zip(held.standings()) {
            let signer = identity.terms().accounts(party).signer;
            lines.push(format!("party {party}  {signer}  {}", name(standing)));
            parties.push(json!({ "party": party, "signer": format!("{signer:#x}"), "signature": name(standing) }));
        }
        if let Some(outsider) = held.outsider() {
            lines.push(format!("signed by {outsider}"));
        }
        if !findings.is_empty() {
            lines.push(findings::text(&findings));
        }
        let Value::Object(mut json) = serde_json::to_value(Findings(&findings))? else { return Ok(Answer::none()) };
        json.insert("item".to_owned(), held.key().to_string().into());
        json.insert("parties".to_owned(), parties.into());
        json.insert("outsider".to_owned(), held.outsider().map(|outsider| format!("{outsider:#x}")).into());
        Ok(Answer::new(lines.join("\n"), &json)?.refused_if(held.is_flawed()))
    }
}

fn name(standing: &Standing) -> &'static str {
    match standing {
        Standing::Missing => "has not signed",
        Standing::Good => "has signed",
        Standing::Bad(_) => "a wrong signature",
    }
}

/// What is wrong with the signatures of an item, by itself.
fn flaws(dossier: &Dossier, item: Item, view: &ViewOptions) -> Result<Vec<Finding>> {
    let mut dossier = dossier.clone();
    dossier.add(item);
    let view = view.without_channel(&mut dossier)?;
    let mut findings = verify(&dossier, &view, &adjudicator::evidence::Policy::default());
    findings.retain(|finding| ABOUT_SIGNATURES.contains(&finding.code));
    Ok(findings)
}
