//! What the names of a scenario stand for: accounts, contracts, channels, and what is signed.

mod accounts;
mod advice;
mod apps;
mod calls;
mod channels;
mod clock;
mod messages;
mod money;
mod permits;
mod sources;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use adjudicator::{
    Deployment, Hash192, abi,
    apps::App,
    eip712::Domain,
    signature::SigningKey,
    types::{Party, Terms},
};
use alloy_primitives::{Address, B256, Bytes, U256, address};
use alloy_sol_types::{SolCall, SolValue};

pub use self::{
    advice::Sight,
    apps::Running,
    calls::{Built, Moment, short},
    channels::channel_path,
    messages::Shown,
    money::{PLENTY, Unit},
    sources::{NoSources, Sources},
};
pub(crate) use self::{
    advice::policy,
    messages::{Closing, Delegating, Withdrawing},
};
use self::{channels::require_few, clock::too_late};
use crate::{
    scenario::{self, Name, Path, Scenario, Sum},
    world::{Outcome, Transaction, World},
};

/// Who deploys everything.
pub const DEPLOYER: Address = address!("0xdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
/// The most channels that a scenario may have, and the most instances, each with all copies.
const MOST_COPIES: usize = 10_000;
/// The last second that there may be, in Unix seconds: the contract counts those of instances in 40 bits.
const LAST_SECOND: u64 = (1 << 40) - 1;
/// The most digits that a token may have behind the point: 256 bits count 77 digits in all.
const MOST_DECIMALS: u8 = 36;

/// What is wrong in a scenario that could be read: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct Wrong {
    /// Where it stands.
    pub path: Path,
    /// What was found, and what would be right.
    pub what: String,
}

type Result<T, E = Wrong> = std::result::Result<T, E>;

impl Wrong {
    pub(crate) fn new(path: &Path, what: impl ToString) -> Self {
        Self { path: path.clone(), what: what.to_string() }
    }
}

/// An account, with its key if it has one.
#[derive(Debug, Clone)]
pub struct Player {
    /// Its address.
    pub address: Address,
    /// What it signs with.
    pub key: Option<Arc<SigningKey>>,
}

/// A channel.
#[derive(Debug, Clone)]
pub struct Place {
    /// What its id commits to.
    pub terms: Terms,
    /// Its id.
    pub id: B256,
    /// The names of the parties.
    pub parties: [Name; 2],
}

/// Everything that has a name.
#[derive(Debug)]
pub struct Stage {
    /// The contract under test.
    pub deployment: Deployment,
    /// The registry of preimages.
    pub registry: Address,
    /// `PermitDeposits`, if a token takes permits.
    permit_deposits: Option<Address>,
    players: BTreeMap<Name, Player>,
    /// The accounts with code that behaves as it is told.
    actors: BTreeSet<Name>,
    units: BTreeMap<String, Unit>,
    places: BTreeMap<Name, Place>,
    /// How many there are of a channel.
    copies: BTreeMap<Name, u32>,
    apps: BTreeMap<App, Address>,
    instances: BTreeMap<Name, Vec<Running>>,
    states: BTreeMap<Name, Shown>,
    /// The names of states, by what the contract remembers of their hash.
    by_hash: BTreeMap<Hash192, Name>,
    closes: BTreeMap<Name, Closing>,
    withdrawals: BTreeMap<Name, Withdrawing>,
    delegations: BTreeMap<Name, Delegating>,
    start: u64,
}

/// What is looked up by its name, or what there is instead.
fn find<'a, T>(map: &'a BTreeMap<Name, T>, what: &str, name: &str, path: &Path) -> Result<&'a T> {
    map.get(name).ok_or_else(|| {
        let names: Vec<String> = map.keys().map(|name| format!("`{name}`")).collect();
        let there_is = if names.is_empty() { "there is none".into() } else { format!("there is {}", names.join(", ")) };
        Wrong::new(path, format!("there is no {what} `{name}`: {there_is}"))
    })
}

impl Stage {
    /// Deploys and funds everything in a new world. `code` is the creation code of the contract under test.
    ///
    /// # Errors
    /// What is wrong in the scenario.
    pub fn set(scenario: &Scenario, code: &Bytes, sources: &dyn Sources) -> Result<(Self, World)> {
        let root = Path::default();
        if scenario.start > LAST_SECOND {
            return Err(Wrong::new(&root.field("start"), too_late(scenario.start)));
        }
        let mut world = World::new(scenario.chain_id, scenario.start);
        let scenario::Deployment { min_window, max_window } = &scenario.deployment;
        let bounds = [min_window, max_window].map(|span| U256::from(span.0));
        let path = root.field("deployment");
        let deployed = |manager| {
            let deployment = Deployment::new(U256::from(scenario.chain_id), manager, bounds[0], bounds[1]);
            deployment.map_err(|error| Wrong::new(&path, error))
        };
        // What the constructor would refuse is told as the rules tell it.
        deployed(Address::ZERO)?;
        let arguments = (bounds[0], bounds[1]).abi_encode();
        let deployment = deployed(deploy(&mut world, &[code, &arguments[..]].concat(), &path)?)?;
        let registry = deploy(&mut world, abi::PREIMAGE_REGISTRY.creation_code(), &root)?;
        let mut stage = Self {
            deployment,
            registry,
            permit_deposits: None,
            players: BTreeMap::new(),
            actors: BTreeSet::new(),
            units: money::native(),
            places: BTreeMap::new(),
            copies: BTreeMap::new(),
            apps: BTreeMap::new(),
            instances: BTreeMap::new(),
            states: BTreeMap::new(),
            by_hash: BTreeMap::new(),
            closes: BTreeMap::new(),
            withdrawals: BTreeMap::new(),
            delegations: BTreeMap::new(),
            start: scenario.start,
        };
        stage.set_tokens(scenario, &mut world)?;
        stage.set_accounts(scenario, &mut world)?;
        stage.set_permits(scenario, &mut world)?;
        stage.set_channels(scenario)?;
        stage.set_instances(scenario, &mut world, sources)?;
        stage.set_messages(scenario)?;
        stage.by_hash = stage.states.iter().map(|(name, shown)| (short(shown.hash), name.clone())).collect();
        Ok((stage, world))
    }

    /// What is signed is signed for this.
    #[must_use]
    pub const fn domain(&self) -> &Domain {
        &self.deployment.domain
    }

    /// The contract under test.
    #[must_use]
    pub const fn manager(&self) -> Address {
        self.deployment.domain.manager()
    }

    /// The time of the first block, in Unix seconds.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// All channels by their names.
    pub fn places(&self) -> impl Iterator<Item = (&Name, &Place)> {
        self.places.iter()
    }

    /// The states by their names.
    pub fn states(&self) -> impl Iterator<Item = (&Name, &Shown)> {
        self.states.iter()
    }

    /// The closes by their names.
    pub(crate) fn closes(&self) -> impl Iterator<Item = (&Name, &Closing)> {
        self.closes.iter()
    }

    /// The withdrawals by their names.
    pub(crate) fn withdrawals(&self) -> impl Iterator<Item = (&Name, &Withdrawing)> {
        self.withdrawals.iter()
    }

    /// The delegations by their names.
    pub(crate) fn delegations(&self) -> impl Iterator<Item = (&Name, &Delegating)> {
        self.delegations.iter()
    }

    /// All accounts by their names.
    pub fn players(&self) -> impl Iterator<Item = (&Name, &Player)> {
        self.players.iter()
    }

    /// The instances by their names, with all their copies.
    pub fn instances(&self) -> impl Iterator<Item = (&Name, &Vec<Running>)> {
        self.instances.iter()
    }

    /// A channel; without a name the only one.
    ///
    /// # Errors
    /// If there is none, or there are several and none is named.
    pub fn place(&self, name: Option<&str>, path: &Path) -> Result<&Place> {
        self.named_place(name, path).map(|(_, place)| place)
    }

    /// The same, with its name.
    ///
    /// # Errors
    /// If there is none, or there are several and none is named.
    pub fn named_place(&self, name: Option<&str>, path: &Path) -> Result<(&Name, &Place)> {
        if let Some(name) = name {
            if let Some(copies) = self.copies.get(name) {
                let what = format!("there are {copies} of `{name}`: name one with its number, as in `{name} 0`");
                return Err(Wrong::new(path, what));
            }
            find(&self.places, "channel", name, path)?;
            return self.places.get_key_value(name).ok_or_else(|| Wrong::new(path, "there is no such channel"));
        }
        match (self.places.first_key_value(), self.places.len()) {
            (Some(only), 1) => Ok(only),
            (None, _) => Err(Wrong::new(path, "the scenario has no `channel`")),
            _ => Err(Wrong::new(path, "there are several channels: name one by `channel = \"...\"`")),
        }
    }

    /// The names of all copies of a channel, if there are several.
    #[must_use]
    pub fn copies_of(&self, name: &str) -> Option<Vec<Name>> {
        self.copies.get(name).map(|copies| (0..*copies).map(|copy| format!("{name} {copy}")).collect())
    }

    /// The name of a channel that stands for its kind: of several copies the first one.
    fn typical(&self, name: Option<&Name>) -> Option<Name> {
        name.map(|name| if self.copies.contains_key(name) { format!("{name} 0") } else { name.clone() })
    }

    fn party(place: &Place, name: &str, path: &Path) -> Result<Party> {
        Party::BOTH.into_iter().find(|party| party.of(&place.parties) == name).ok_or_else(|| {
            let [zero, one] = &place.parties;
            Wrong::new(path, format!("`{name}` is no party of the channel: they are `{zero}` and `{one}`"))
        })
    }

    /// What an address is called.
    #[must_use]
    pub fn name_of(&self, address: Address) -> Option<&str> {
        if address == self.manager() {
            return Some("ChannelManager");
        }
        if address == self.registry {
            return Some("PreimageRegistry");
        }
        if Some(address) == self.permit_deposits {
            return Some("PermitDeposits");
        }
        let player = self.players.iter().find(|(_, player)| player.address == address);
        let unit = self.units.values().find(|unit| unit.asset == address);
        let app = self.apps.iter().find(|(_, app)| **app == address).map(|(app, _)| app.artifact().name());
        player.map(|(name, _)| name.as_str()).or_else(|| unit.map(|unit| unit.symbol.as_str())).or(app)
    }
}

fn deploy(world: &mut World, code: &[u8], path: &Path) -> Result<Address> {
    world.deploy(DEPLOYER, Bytes::copy_from_slice(code)).map_err(|error| Wrong::new(path, error))
}

/// Lets a scripted actor become as it is told.
pub(crate) fn tell(world: &mut World, actor: Address, call: &impl SolCall, path: &Path) -> Result<()> {
    let told = world.transact(Transaction::call(DEPLOYER, actor, call.abi_encode().into()));
    match told {
        Ok(Outcome::Success { .. }) => Ok(()),
        other => Err(Wrong::new(path, format!("the actor could not be told: {other:?}"))),
    }
}

/// What a text says of its sum, for messages.
fn shown(sum: &Sum) -> String {
    format!("`{sum}`")
}
