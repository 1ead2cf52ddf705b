//! `evidence`: the store.

mod import;
mod list;

use std::{
    io::{BufWriter, ErrorKind},
    path::{Path, PathBuf},
};

use adjudicator::{
    evidence::{
        store::{Secrets, Store, StoreError},
        verify,
    },
    types::{
        Identity,
        document::{Content, type_of},
    },
};
use alloy_primitives::Address;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    answer::{Answer, note},
    channel::StoreOptions,
    failure::wrong_use,
    files, findings,
    typed::address,
    view::ViewOptions,
};

/// The store: one file for each key, with all channels of its holder.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Keep documents: a `channel`, then items of it. Only signatures that are right get in.
    Add(Add),
    /// What is kept, and who has signed it.
    List(StoreOptions),
    /// What is wrong with what is kept, the gravest first.
    Verify(Verify),
    /// Write what is kept as a stream, a document per line.
    Export(Export),
    /// Keep the documents of a stream.
    Import(import::Arguments),
}

/// Which file, and whose it is.
#[derive(Args)]
#[command(next_help_heading = "The store")]
pub(crate) struct FileOptions {
    /// The store: the file with all evidence.
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// Make the file, if there is none, for the holder of the key with this address.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    holder: Option<Address>,
}

/// What is to be kept.
#[derive(Args)]
pub(crate) struct Add {
    /// Documents: a `channel`, `instances`, `appState`, `signedState`, `signedClose`, `signedWithdraw`,
    /// `signedDelegation`, `placedStep`, `preimage`, `delivery`, `reading` or `secret`.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The channel's id, or its `channel` document; not needed behind one, or if the store has one alone.
    #[arg(long, value_name = "FILE|ID")]
    channel: Option<String>,
    #[command(flatten)]
    store: FileOptions,
}

/// What is to be judged, and against what.
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    store: StoreOptions,
    #[command(flatten)]
    view: ViewOptions,
}

/// What goes out, and where to.
#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    store: StoreOptions,
    /// Also preimages and secrets of games: for a backup, and nobody else.
    #[arg(long)]
    secrets: bool,
    /// The file to make [default: standard output].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Command {
    pub(super) fn run(self) -> Result<Answer> {
        match self {
            Self::Add(add) => add.run(),
            Self::List(store) => list::run(&store),
            Self::Verify(Verify { store, view }) => {
                let (store, id) = store.open()?;
                // The file may have been anywhere: each signature is checked again.
                let mut dossier = store.dossier(id)?.recheck();
                let (policy, view) = (view.policy()?, view.view(&mut dossier)?);
                findings::answer(&verify(&dossier, &view, &policy))
            }
            Self::Export(export) => export.run(),
            Self::Import(import) => import.run(),
        }
    }
}

impl FileOptions {
    /// The store, made if there is none and its holder is named.
    fn open(&self) -> Result<Store> {
        let Some(holder) = self.holder else {
            if !self.store.exists() {
                let path = self.store.display();
                return Err(wrong_use(format!("{path}: there is no store: --holder ADDRESS makes it")));
            }
            return Ok(Store::open(&self.store)?);
        };
        if !self.store.exists() {
            return Ok(Store::create(&self.store, holder)?);
        }
        let store = Store::open(&self.store)?;
        match store.holder() {
            found if found == holder => Ok(store),
            found => Err(wrong_use(format!("{}: a store of {found}, not of {holder}", self.store.display()))),
        }
    }
}

impl Add {
    fn run(self) -> Result<Answer> {
        // Nothing is kept if one of the files cannot be read.
        let contents = self.files.iter().map(|path| Document::read(path)).collect::<Result<Vec<_>>>()?;
        let mut store = self.store.open()?;
        let mut id = None;
        let mut news = 0_u64;
        for (content, path) in contents.into_iter().zip(&self.files) {
            match content {
                Document::Channel(identity) => {
                    store.add_channel(&identity)?;
                    id = Some(identity.channel_id());
                }
                Document::Item(item) => {
                    let id = match id {
                        Some(id) => id,
                        None => super::channel::channel_in(&store, self.channel.as_deref())?,
                    };
                    let added = store.add(id, [*item]).with_context(|| files::name(path))?;
                    news = news.saturating_add(added);
                }
            }
        }
        Answer::new(format!("{news} new"), &json!({ "news": news.to_string() }))
    }
}

/// What can be kept.
enum Document {
    Channel(Box<Identity>),
    Item(Box<adjudicator::evidence::Item>),
}

impl Document {
    fn read(path: &Path) -> Result<Self> {
        let text = files::read(path)?;
        if type_of(&text).is_ok_and(|name| name == Identity::TYPE) {
            return files::parse(path, &text).map(|channel| Self::Channel(Box::new(channel)));
        }
        files::item_in(path, &text).map(|item| Self::Item(Box::new(item)))
    }
}

impl Export {
    fn run(self) -> Result<Answer> {
        let (store, id) = self.store.open()?;
        let secrets = if self.secrets { Secrets::Included } else { Secrets::LeftOut };
        let Some(path) = &self.out else {
            match store.export(id, secrets, &mut std::io::stdout().lock()) {
                // Whoever reads has had enough.
                Err(StoreError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {}
                written => note(format!("{} items", written?)),
            }
            return Ok(Answer::none());
        };
        let mut output = BufWriter::new(files::new_file(path)?);
        let written = store.export(id, secrets, &mut output)?;
        output.get_ref().sync_all().with_context(|| files::name(path))?;
        Answer::new(format!("{written} items in {}", files::name(path)), &json!({ "items": written.to_string() }))
    }
}
