//! The search for an attack: one party is honest and follows a strategy, everybody else does whatever may hurt it.
//!
//! The setting is a scenario's: its contracts, money, messages and instances; what happens in it is left out. Hostile are the
//! other party, every delegate, and strangers. They show or withhold every message, also those that the honest party alone has
//! signed; they put their transactions before or behind those of the honest party, delay these up to a bound, and act around
//! every deadline. All ways to a depth are tried on the real bytecode: the depth
//! is how many transactions the hostile side sends, while time and the honest party's own transactions count nothing.
//!
//! After each transaction it is checked whether the rules of `docs/PROTOCOL.md` hold, and behind each whether the honest party
//! gets what its adjudicator guarantees it, if nobody does anything more.

mod alphabet;
mod claims;
mod export;
pub mod foundry;
mod honest;
mod node;
mod plays;
mod proof;
mod saved;
mod schedule;
mod search;
mod setting;
mod shrink;
mod worker;

use std::sync::Arc;

use alloy_primitives::{Bytes, I256};
use serde::Serialize;

pub use self::claims::Broken;
pub use self::export::scenario as as_scenario;
pub use self::proof::as_foundry;
pub use self::schedule::{Schedule, Step};
use self::{
    node::Spots,
    search::{Task, search},
    worker::Worker,
};
use crate::{
    scenario::{Name, Scenario},
    stage::{Sources, Wrong},
    world::{Transaction, World},
};

/// What the honest party does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// It shows its newest state once, in the last second in which that counts, and does nothing else.
    LastMoment,
    /// It follows [`decide`](adjudicator::decide::decide), and sees the chain so many seconds late; a block at least.
    Decide {
        /// How late, in seconds.
        late: u64,
    },
    /// It looks at the chain only so many seconds before each deadline, and follows `decide` then.
    Offline {
        /// How long before, in seconds.
        before: u64,
    },
}

/// What is searched for, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Who is honest: a party.
    pub honest: Name,
    /// In which channel, if it is a party of several.
    pub channel: Option<Name>,
    /// What it does.
    pub strategy: Strategy,
    /// For how many seconds its transactions can be kept out of blocks.
    pub delay: u64,
    /// How many transactions the hostile side sends at most.
    pub depth: u8,
    /// The order in which transactions are tried follows from it: of several attacks of the same length another one is found.
    pub seed: u64,
    /// How many bytes the search may take for what it knows. A search that needs more is incomplete.
    pub memory: usize,
    /// How many threads search.
    pub threads: usize,
}

/// Why a search cannot begin, or go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// The scenario is wrong.
    #[error(transparent)]
    Scenario(#[from] Wrong),
    /// Nobody of this name is a party.
    #[error("`{honest}` is no party of such a channel: whoever is honest must be one")]
    NotAParty {
        /// Who was to be honest.
        honest: Name,
    },
    /// It is not said which channel is meant.
    #[error("`{honest}` is a party of {channels}: say in which one it is honest")]
    SeveralChannels {
        /// Who was to be honest.
        honest: Name,
        /// Its channels.
        channels: String,
    },
    /// An instance can get to too many positions.
    #[error("the instance `{instance}` can get to more than {most} positions: begin nearer to its end")]
    TooManyPositions {
        /// Its name.
        instance: Name,
        /// The most that are searched.
        most: usize,
    },
    /// The honest party's money cannot be told from its peer's.
    #[error(
        "both parties are paid on one account, or by a withdrawal: then nobody can tell which money is the honest party's"
    )]
    SharedAccounts,
    /// A token does not do what a token should: what arrives is less than what is paid.
    #[error("the token `{token}` is not honest: a search counts what arrives, and would blame the contract")]
    DishonestToken {
        /// Its symbol.
        token: Name,
    },
    /// An app whose moves are not known.
    #[error(
        "nobody knows what could be said to the app of the instance `{instance}`: only apps that ship are searched"
    )]
    UnknownApp {
        /// The instance.
        instance: Name,
    },
    /// Whoever looks a window before a deadline would always look.
    #[error("{before} s before a deadline is no time of a window of {window} s: look later than the window is long")]
    LooksTooEarly {
        /// How long before, in seconds.
        before: u64,
        /// The window, in seconds.
        window: u64,
    },
    /// There is no move of this number.
    #[error("there is no move {code}")]
    NoSuchMove {
        /// The number.
        code: u32,
    },
    /// Too much changes for a search to tell it apart.
    #[error("more points or words than a search can count")]
    TooWide,
    /// A thread broke.
    #[error("a thread of the search is lost")]
    ThreadLost,
    /// A checkpoint cannot be read or written.
    #[error("the checkpoint is of no use: {reason}")]
    CheckpointBroken {
        /// Why.
        reason: String,
    },
    /// A checkpoint is of another search.
    #[error("the checkpoint is of another search: of another scenario, contract, strategy, delay, depth or seed")]
    CheckpointForeign,
}

/// What was covered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covered {
    /// How many points were told apart: what is stored, when, and what the honest party has in mind.
    pub states: usize,
    /// How many transactions were tried.
    pub tried: u64,
    /// How many schedules lead to them, at least: ways that meet are counted each, as far as they met before their point was
    /// looked at.
    pub schedules: f64,
    /// How many hostile transactions the points have behind them that are looked at.
    pub layer: u8,
    /// How many points are left.
    pub frontier: usize,
    /// How many bytes that takes, about.
    pub bytes: usize,
}

/// Who looks on, and may stop a search.
pub trait Observer {
    /// How far it is.
    fn progress(&mut self, covered: &Covered);

    /// Whether it is to stop.
    fn is_stopped(&mut self) -> bool;
}

/// Nobody looks on: the search ends by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Observer for Unwatched {
    fn progress(&mut self, _: &Covered) {}

    fn is_stopped(&mut self) -> bool {
        false
    }
}

/// Why a search ended before all was covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Something is broken.
    Broken,
    /// It was told to stop.
    Asked,
    /// It may take no more memory.
    Memory,
}

/// An amount of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// For people.
    pub text: String,
    /// In the smallest units.
    pub units: String,
}

/// What breaks a rule, or leaves the honest party with less than it is guaranteed.
#[derive(Debug, Clone)]
pub struct Attack {
    /// What is broken.
    pub broken: Broken,
    /// The shortest schedule that breaks it.
    pub schedule: Schedule,
    /// What that leaves the honest party, per asset, if nobody hostile does anything more; nothing is known where the channel
    /// cannot end then.
    pub leaves: Option<Vec<Amount>>,
}

/// What came of a search.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was covered.
    pub covered: Covered,
    /// Why it ended before all was covered; nothing if it is complete.
    pub stopped: Option<Stop>,
    /// The time of the scenario's first block, in Unix seconds.
    pub start: u64,
    /// What the honest party is guaranteed, per asset of its channel.
    pub guaranteed: Vec<Amount>,
    /// The least that it gets: of all points the one where that is least in sum.
    pub worst: Vec<Amount>,
    /// The shortest schedule that leads there.
    pub worst_schedule: Schedule,
    /// What is broken, and how.
    pub attack: Option<Attack>,
    /// To go on later: a checkpoint, of a search that was stopped.
    pub checkpoint: Option<Vec<u8>>,
}

/// Searches. `checkpoint` is of the same search, to go on with it.
///
/// # Errors
/// If the scenario, the plan or the checkpoint is wrong.
pub fn explore(
    (scenario, text): (&Scenario, &str),
    plan: &Plan,
    code: &Bytes,
    sources: &(dyn Sources + Sync),
    checkpoint: Option<&[u8]>,
    observer: &mut dyn Observer,
) -> Result<Found, Mistake> {
    let spots = Arc::new(Spots::default());
    let mut own = Worker::new(scenario, plan, code, sources, spots.clone())?;
    let key = saved::key(text, code, plan);
    let saved = checkpoint.map(|bytes| saved::read(bytes, key)).transpose()?;
    let task = Task { scenario, plan, code, sources };
    let (progress, stopped) = search(&task, &spots, &mut own, saved, observer)?;
    let (worst, at) = progress.worst.clone().unwrap_or_default();
    let worst_schedule = Schedule::of(&mut own, &progress.path(at), None)?;
    let attack = progress.breach.clone().map(|breach| {
        let shrunk = shrink::shrunk(&mut own, progress.path(breach.at), &breach)?;
        let schedule = Schedule::of(&mut own, &shrunk.path, shrunk.via)?;
        let leaves = schedule.gained.as_ref().map(|gained| amounts(&own, gained));
        Ok::<_, Mistake>(Attack { broken: shrunk.broken, schedule, leaves })
    });
    let checkpoint = (stopped.is_some_and(|stop| stop != Stop::Broken)).then(|| saved::write(&progress.to_save(), key));
    Ok(Found {
        covered: progress.covered(),
        stopped,
        start: own.setting.stage.start(),
        guaranteed: amounts(&own, &honest::signed(&own.promised)),
        worst: amounts(&own, &worst),
        worst_schedule,
        attack: attack.transpose()?,
        checkpoint: checkpoint.transpose()?,
    })
}

/// What a search begins with: the chain, and what the hostile side may send then, in the order in which it is tried.
///
/// # Errors
/// As [`explore`].
pub fn beginning(
    scenario: &Scenario,
    plan: &Plan,
    code: &Bytes,
    sources: &dyn Sources,
) -> Result<(World, Vec<Transaction>), Mistake> {
    let mut own = Worker::new(scenario, plan, code, sources, Arc::new(Spots::default()))?;
    own.root()?;
    let transactions = own.transactions()?;
    Ok((own.setting.world, transactions))
}

fn amounts(own: &Worker, units: &[I256]) -> Vec<Amount> {
    let assets = own.setting.place.terms.assets().as_slice().iter().zip(units);
    let amount =
        |asset, units: &I256| Amount { text: own.setting.stage.print(asset, *units), units: units.to_string() };
    assets.map(|(asset, units)| amount(asset.get(), units)).collect()
}
