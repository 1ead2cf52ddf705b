//! `terms`: to make, print and judge what two parties agree on.

use std::path::{Path, PathBuf};

use adjudicator::{
    evidence::{Dossier, verify},
    types::{
        Asset, Bounty, Identity, Party, PartyAccounts, PerAsset, Salt, StaleMargin, Terms, Window,
        document::{Content, type_of},
    },
};
use alloy_primitives::{Address, hex};
use anyhow::Result;
use clap::{Args, Subcommand};

use super::{
    answer::{Answer, Facts},
    failure::wrong_use,
    files, findings,
    typed::address,
    view::{ContractOptions, ViewOptions},
};

/// What two parties agree on.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a `terms` document.
    New(New),
    /// Print terms for people.
    Show(Show),
    /// What is wrong with terms, by the policy and the bounds of the contract.
    Check(Check),
}

/// The terms.
#[derive(Args)]
pub(crate) struct New {
    /// The address of party 0's state-signing key.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    signer0: Address,
    /// Who is paid party 0's money.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    payee0: Address,
    /// The address of party 1's state-signing key.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    signer1: Address,
    /// Who is paid party 1's money.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    payee1: Address,
    /// The seconds in which a close can be answered.
    #[arg(long, value_name = "SECONDS")]
    window: Window,
    /// What a stale close costs, in units of the first asset; 0 for none.
    #[arg(long, value_name = "UNITS", default_value_t = Bounty::MIN)]
    bounty: Bounty,
    /// By how many rounds a close must be behind for the bounty to be due.
    #[arg(long, value_name = "ROUNDS", default_value_t = StaleMargin::MIN)]
    stale_margin: StaleMargin,
    /// Tells apart channels of equal terms [default: random].
    #[arg(long, value_name = "NUMBER")]
    salt: Option<Salt>,
    /// An asset: a token's address, zero for the chain's own coin; once for each, in ascending order [default: the coin].
    #[arg(long = "asset", value_name = "ADDRESS")]
    assets: Vec<Asset>,
}

/// The terms to print.
#[derive(Args)]
pub(crate) struct Show {
    /// A `terms` or `channel` document.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// The terms to judge, and for which contract.
#[derive(Args)]
pub(crate) struct Check {
    /// A `terms` document.
    #[arg(value_name = "TERMS")]
    terms: PathBuf,
    #[command(flatten)]
    contract: ContractOptions,
    #[command(flatten)]
    view: ViewOptions,
}

impl Command {
    pub(super) fn run(self) -> Result<Answer> {
        match self {
            Self::New(new) => new.run(),
            Self::Show(Show { file }) => show(&terms_in(&file)?),
            Self::Check(check) => check.run(),
        }
    }
}

impl New {
    fn run(self) -> Result<Answer> {
        let Self { signer0, payee0, signer1, payee1, window, bounty, stale_margin, salt, mut assets } = self;
        let salt = match salt {
            Some(salt) => salt,
            None => Salt::new(getrandom::u64()?),
        };
        if assets.is_empty() {
            assets.push(Asset::NATIVE);
        }
        let parties = [(signer0, payee0), (signer1, payee1)].map(|(signer, payee)| PartyAccounts { signer, payee });
        let assets = PerAsset::new(assets).map_err(|reason| wrong_use(format!("--asset: {reason}")))?;
        let terms = Terms::new(parties, window, bounty, stale_margin, salt, assets);
        Answer::document(terms.map_err(|reason| wrong_use(reason.to_string()))?)
    }
}

impl Check {
    fn run(self) -> Result<Answer> {
        let domain = self.contract.domain();
        // Of a channel that nobody has heard of nothing but its terms can be wrong.
        let mut dossier = Dossier::new(Identity::new(domain, files::document(&self.terms)?));
        let view = self.view.without_channel(&mut dossier)?;
        findings::answer(&verify(&dossier, &view, &self.view.policy()?))
    }
}

/// Terms for people.
fn show(terms: &Terms) -> Result<Answer> {
    let mut facts = Facts::default();
    add_terms(&mut facts, terms);
    facts.add("packed", hex::encode_prefixed(terms.pack()));
    Answer::new(facts.text(), &adjudicator::types::Document(terms.clone()))
}

/// What terms say.
pub(super) fn add_terms(facts: &mut Facts, terms: &Terms) {
    for party in Party::BOTH {
        let PartyAccounts { signer, payee } = terms.accounts(party);
        facts.add(format!("signer {party}"), signer).add(format!("payee {party}"), payee);
    }
    facts.add("window", format!("{} s", terms.window()));
    if terms.bounty() == Bounty::MIN {
        facts.add("bounty", "none");
    } else {
        let margin = terms.stale_margin();
        facts.add("bounty", format!("{} of the first asset, from {margin} rounds behind on", terms.bounty()));
    }
    facts.add("salt", terms.salt());
    for (index, asset) in terms.assets().as_slice().iter().enumerate() {
        facts.add(format!("asset {index}"), asset_name(*asset));
    }
}

/// An asset as people name it.
pub(super) fn asset_name(asset: Asset) -> String {
    if asset.is_native() { "the chain's own coin".to_owned() } else { asset.get().to_string() }
}

/// The terms of a document that has some.
fn terms_in(path: &Path) -> Result<Terms> {
    let text = files::read(path)?;
    match type_of(&text).map_err(|error| files::unreadable(path, &text, &error))?.as_str() {
        Identity::TYPE => Ok(files::parse::<Identity>(path, &text)?.terms().clone()),
        _ => files::parse(path, &text),
    }
}
