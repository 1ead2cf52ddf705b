//! `channel`, and how other commands are told which channel they are about.

mod history;
mod open;
mod status;

use std::path::{Path, PathBuf};

use adjudicator::{
    eip712::Domain,
    evidence::{Dossier, store::Store},
    types::{ChainId, ChannelId, Identity, Party, Terms, document::Content},
};
use alloy_primitives::Address;
use anyhow::Result;
use clap::{Args, Subcommand};

use super::{
    answer::Answer,
    failure::{refused, wrong_use},
    files,
    typed::address,
    view::ContractOptions,
};

/// Which channel terms make.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The channel's id; with --json its `channel` document.
    Id(Id),
    /// Begin to keep a channel by its terms, for the key's party, and pay into it.
    Open(Box<open::Arguments>),
    /// Where the channel stands in the chain; with --json its `view` document.
    Status(status::Arguments),
    /// All that the contract has logged of the channel.
    History(history::Arguments),
}

/// The terms, and where they are to hold.
#[derive(Args)]
pub(crate) struct Id {
    /// A `terms` document.
    #[arg(value_name = "TERMS")]
    terms: PathBuf,
    #[command(flatten)]
    contract: ContractOptions,
}

impl Command {
    pub(super) fn run(self) -> Result<Answer> {
        let Id { terms, contract } = match self {
            Self::Id(id) => id,
            Self::Open(arguments) => return arguments.run(),
            Self::Status(arguments) => return arguments.run(),
            Self::History(arguments) => return arguments.run(),
        };
        let identity = Identity::new(contract.domain(), files::document::<Terms>(&terms)?);
        let id = identity.channel_id().to_string();
        Answer::new(id, &adjudicator::types::Document(identity))
    }
}

/// Which channel something is about.
#[derive(Args)]
#[command(next_help_heading = "Which channel")]
pub(crate) struct ChannelOptions {
    /// Its `channel` document or, with a store, its id; not needed with a store that has one channel alone.
    #[arg(long, value_name = "FILE|ID")]
    channel: Option<String>,
    /// The store: the file with all evidence.
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

impl ChannelOptions {
    /// All that is held of the channel: nothing, without a store.
    pub(crate) fn dossier(&self) -> Result<Dossier> {
        match (&self.store, &self.channel) {
            (Some(store), channel) => {
                let store = Store::open(store)?;
                Ok(store.dossier(channel_in(&store, channel.as_deref())?)?)
            }
            (None, Some(channel)) if channel.parse::<ChannelId>().is_ok() => {
                Err(wrong_use(format!("--channel {channel}: an id alone says nothing without a --store")))
            }
            (None, Some(channel)) => Ok(Dossier::new(named(channel)?)),
            (None, None) => Err(wrong_use("which channel is not said: --channel FILE or --store FILE is needed")),
        }
    }

    /// The same, and whose it is, if it is in a store.
    pub(crate) fn dossier_and_holder(&self) -> Result<(Dossier, Option<Address>)> {
        let holder = self.store.as_ref().map(|store| Store::open(store).map(|store| store.holder()));
        Ok((self.dossier()?, holder.transpose()?))
    }

    /// Whether a channel is named.
    pub(crate) const fn is_given(&self) -> bool {
        self.channel.is_some() || self.store.is_some()
    }
}

/// A contract: that of a channel, or one that is named.
#[derive(Args)]
pub(crate) struct PlaceOptions {
    #[command(flatten)]
    channel: ChannelOptions,
    /// Without a channel, the chain.
    #[arg(long, value_name = "NUMBER", requires = "manager", conflicts_with_all = ["channel", "store"])]
    chain_id: Option<ChainId>,
    /// Without a channel, the contract's address there.
    #[arg(long, value_name = "ADDRESS", value_parser = address, requires = "chain_id")]
    manager: Option<Address>,
}

impl PlaceOptions {
    /// The contract, and the channel if one is named.
    pub(crate) fn place(&self) -> Result<(Domain, Option<Identity>)> {
        if let (Some(chain_id), Some(manager)) = (self.chain_id, self.manager) {
            return Ok((Domain::new(chain_id.get(), manager), None));
        }
        let identity = self.channel.dossier()?.identity().clone();
        Ok((*identity.domain(), Some(identity)))
    }
}

/// The store, and a channel in it.
#[derive(Args)]
#[command(next_help_heading = "Which channel")]
pub(crate) struct StoreOptions {
    /// The store: the file with all evidence.
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// The channel's id, or its `channel` document; not needed if the store has one channel alone.
    #[arg(long, value_name = "FILE|ID")]
    channel: Option<String>,
}

impl StoreOptions {
    /// The open store, and which channel it is.
    pub(crate) fn open(&self) -> Result<(Store, ChannelId)> {
        let store = Store::open(&self.store)?;
        let id = channel_in(&store, self.channel.as_deref())?;
        Ok((store, id))
    }
}

/// The party that a store's holder is in a channel.
pub(crate) fn party_in(store: &Store, identity: &Identity) -> Result<Party> {
    party_of(Some(store.holder()), identity)
}

/// The party of a store's holder, if there is a store.
pub(crate) fn party_of(holder: Option<Address>, identity: &Identity) -> Result<Party> {
    let holder = holder.ok_or_else(|| wrong_use("whose advice it is is not said: --party 0 or --party 1 is needed"))?;
    let party = identity.terms().party_of(holder);
    let id = identity.channel_id();
    party.ok_or_else(|| refused(format!("the store is of the key of {holder}, which is no signer of channel {id}")))
}

/// The channel that is meant: the one that is named, or the only one.
pub(crate) fn channel_in(store: &Store, channel: Option<&str>) -> Result<ChannelId> {
    if let Some(channel) = channel {
        return match channel.parse() {
            Ok(id) => Ok(id),
            Err(_) => Ok(named(channel)?.channel_id()),
        };
    }
    match store.channels()?.as_slice() {
        [one] => Ok(one.channel_id()),
        [] => Err(wrong_use("the store has no channel: `evidence add` of a `channel` document begins one")),
        many => {
            let ids: Vec<_> = many.iter().map(|channel| channel.channel_id().to_string()).collect();
            Err(wrong_use(format!("the store has {} channels, so --channel is needed: {}", ids.len(), ids.join(", "))))
        }
    }
}

/// The channel of a file that was named.
fn named(channel: &str) -> Result<Identity> {
    let path = Path::new(channel);
    if channel.starts_with("0x") && !path.exists() {
        let expected = "32 bytes in lower-case hex, or a file with a `channel` document, are expected";
        return Err(wrong_use(format!("--channel {channel}: {expected}")));
    }
    identity(path)
}

/// The channel of a `channel` document.
fn identity(path: &Path) -> Result<Identity> {
    let text = files::read(path)?;
    let found = adjudicator::types::document::type_of(&text);
    match found.map_err(|error| files::unreadable(path, &text, &error))?.as_str() {
        Identity::TYPE => files::parse(path, &text),
        found => Err(wrong_use(format!(
            "{}: a document of the type {found:?}, where \"channel\" is expected: `channel id --json` makes it",
            files::name(path)
        ))),
    }
}
