//! `state sign`.

use std::path::{Path, PathBuf};

use adjudicator::{
    evidence::{
        Draft, Held, Item, review,
        store::{Order, Signer},
    },
    types::{
        Agreement, Close, State, Withdraw,
        document::{Content, type_of},
    },
};
use anyhow::Result;
use clap::Args;

use super::InstanceOptions;
use crate::cli::{
    answer::Answer,
    channel::{StoreOptions, party_in},
    failure::{heed, refused, wrong_use},
    files,
    key::KeyOptions,
    view::ViewOptions,
};

/// What is to be signed, and where that is remembered.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `state`, `close` or `withdraw` document, or the same with the peer's signature.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    instances: InstanceOptions,
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    view: ViewOptions,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Answer> {
        // Who writes to this one's standard input may have the store open until then.
        let item = agreement(&self.file)?;
        let (mut store, channel_id) = self.store.open()?;
        let draft = self.draft(&item)?;
        let held = Held::check(&store.identity(channel_id)?, item);
        if held.is_flawed() || held.standings().iter().any(|standing| *standing != Default::default()) {
            // The peer's signature is worth keeping, whatever this party does.
            store.add(channel_id, [held.item().clone()])?;
        }
        let mut dossier = store.dossier(channel_id)?;
        let party = party_in(&store, dossier.identity())?;
        let (view, policy) = (self.view.view(&mut dossier)?, self.view.policy()?);
        heed(review(&dossier, &view, &policy, &draft.clone().by(party)))?;
        let mut signer = Signer::new(store, self.key.open()?)?;
        signer.sign(&Order { channel_id, draft, view: &view, policy: &policy })?;
        let signed = signer.dossier(channel_id)?.get(&held.key());
        Answer::written(signed.ok_or_else(|| refused("the store does not have what was signed"))?.item())
    }

    fn draft(&self, item: &Item) -> Result<Draft> {
        Ok(match item {
            Item::State(it) => Draft::State {
                state: it.message.clone(),
                instances: self.instances.list()?,
                resolved: self.instances.resolved.iter().copied().collect(),
            },
            Item::Close(it) => Draft::Close(it.message.clone()),
            Item::Withdraw(it) => Draft::Withdraw(it.message.clone()),
            _ => return Err(wrong_use(format!("{}: it is not signed by both parties", files::name(&self.file)))),
        })
    }
}

/// What both parties sign, with the signatures that it has: a document without any has none.
pub(super) fn agreement(path: &Path) -> Result<Item> {
    let text = files::read(path)?;
    let name = type_of(&text).map_err(|error| files::unreadable(path, &text, &error))?;
    Ok(match name.as_str() {
        State::TYPE => unsigned(files::parse::<State>(path, &text)?).into(),
        Close::TYPE => unsigned(files::parse::<Close>(path, &text)?).into(),
        Withdraw::TYPE => unsigned(files::parse::<Withdraw>(path, &text)?).into(),
        _ => files::item_in(path, &text)?,
    })
}

const fn unsigned<T>(message: T) -> Agreement<T> {
    Agreement { message, signatures: [None; 2] }
}
