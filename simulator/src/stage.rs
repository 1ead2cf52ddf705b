//! What the names of a scenario stand for: accounts, contracts, channels, and what is signed.

mod advice;
mod apps;
mod calls;
mod messages;
mod money;
mod permits;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use adjudicator::{
    Deployment, Hash192, abi,
    apps::App,
    eip712::Domain,
    signature::SigningKey,
    types::{self, Party, PartyAccounts, PerAsset, Salt, StaleMargin, Terms, Window},
};
use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_sol_types::{SolCall, SolValue};

pub use self::{
    advice::Sight,
    apps::Running,
    calls::{Built, Moment, short},
    messages::Shown,
    money::{PLENTY, Unit},
};
use crate::{
    actors::{PermitToken, ScriptedPayee, ScriptedToken},
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
    closes: BTreeMap<Name, messages::Closing>,
    withdrawals: BTreeMap<Name, messages::Withdrawing>,
    delegations: BTreeMap<Name, messages::Delegating>,
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

    fn set_tokens(&mut self, scenario: &Scenario, world: &mut World) -> Result<()> {
        for (symbol, token) in &scenario.tokens {
            let path = Path::default().field("tokens").field(symbol);
            if self.units.contains_key(symbol) {
                return Err(Wrong::new(&path, format!("`{symbol}` is a unit of the native coin")));
            }
            let code = if token.permits { &PermitToken::BYTECODE } else { &ScriptedToken::BYTECODE };
            let address = deploy(world, code, &path)?;
            let decimals = token.decimals.unwrap_or(18);
            if decimals > MOST_DECIMALS {
                let what = format!("a token has at most {MOST_DECIMALS} digits behind the point, and not {decimals}");
                return Err(Wrong::new(&path.field("decimals"), what));
            }
            self.units
                .insert(symbol.clone(), Unit { asset: address, symbol: symbol.clone(), decimals, scale: decimals });
        }
        Ok(())
    }

    fn set_accounts(&mut self, scenario: &Scenario, world: &mut World) -> Result<()> {
        let parties = scenario.all_channels().flat_map(|(_, channel)| &channel.parties);
        let names = parties.chain(scenario.accounts.keys());
        for name in names.cloned().collect::<BTreeSet<_>>() {
            let path = Path::default().field("accounts").field(&name);
            let account = scenario.accounts.get(&name).cloned().unwrap_or_default();
            if name == "manager" || self.units.contains_key(&name) {
                return Err(Wrong::new(&path, format!("`{name}` is no name for an account: something else has it")));
            }
            if account.payee.is_some() && account.delegated.is_some() {
                return Err(Wrong::new(
                    &path,
                    "an account is a `payee` without a key, or has a key and is `delegated`",
                ));
            }
            if account.payee.or(account.delegated).is_some() {
                self.actors.insert(name.clone());
            }
            let player = match account.payee {
                Some(_) => Player { address: deploy(world, &ScriptedPayee::BYTECODE, &path)?, key: None },
                None => keyed(&name, &path)?,
            };
            if let Some(mood) = account.payee.or(account.delegated) {
                if account.delegated.is_some() {
                    let code = deploy(world, &ScriptedPayee::BYTECODE, &path)?;
                    world.set_code(player.address, [&[0xef, 0x01, 0x00], code.as_slice()].concat().into());
                }
                tell(world, player.address, &ScriptedPayee::becomeCall { mood_: mood as u8 }, &path)?;
            }
            world.set_balance(player.address, PLENTY);
            for unit in self.units.values().filter(|unit| !unit.is_native()) {
                let mint = ScriptedToken::mintCall { to: player.address, amount: PLENTY };
                tell(world, unit.asset, &mint, &path)?;
            }
            self.players.insert(name, player);
        }
        // A token may be bad only once everybody has some.
        for (symbol, token) in scenario.tokens.iter().filter(|(_, token)| !token.permits) {
            let path = Path::default().field("tokens").field(symbol);
            let target = token.target.as_ref().map(|name| self.address(name, &path.field("target"))).transpose()?;
            let mood = ScriptedToken::becomeCall {
                mood_: token.mood as u8,
                target_: target.unwrap_or_default(),
                number_: U256::ZERO,
            };
            tell(world, self.unit(symbol, &path)?.asset, &mood, &path)?;
        }
        Ok(())
    }

    fn set_channels(&mut self, scenario: &Scenario) -> Result<()> {
        let mut ids = BTreeSet::new();
        for (name, channel) in scenario.all_channels() {
            let path = channel_path(name);
            let Some(copies) = channel.copies else {
                self.set_channel(name.to_owned(), channel, &mut ids, &path)?;
                continue;
            };
            require_few(copies, self.places.len(), &path.field("copies"))?;
            self.copies.insert(name.to_owned(), copies);
            for copy in 0..copies {
                let salt = channel.salt.saturating_add(copy.into());
                let channel = scenario::Channel { salt, ..channel.clone() };
                self.set_channel(format!("{name} {copy}"), &channel, &mut ids, &path)?;
            }
        }
        Ok(())
    }

    fn set_channel(
        &mut self,
        name: Name,
        channel: &scenario::Channel,
        ids: &mut BTreeSet<B256>,
        path: &Path,
    ) -> Result<()> {
        let place = self.place_of(channel, path)?;
        if self.places.contains_key(&name) {
            return Err(Wrong::new(path, format!("there are two channels `{name}`")));
        }
        if !ids.insert(place.id) {
            return Err(Wrong::new(path, "there is another channel of the same terms: they need another `salt`"));
        }
        self.places.insert(name, place);
        Ok(())
    }

    fn place_of(&self, channel: &scenario::Channel, path: &Path) -> Result<Place> {
        let mut accounts = Vec::new();
        for name in &channel.parties {
            let signer = self.player(name, &path.field("parties"))?;
            let payee = channel.payees.get(name).unwrap_or(name);
            let payee = self.address(payee, &path.field("payees").field(name))?;
            accounts.push(PartyAccounts { signer: signer.address, payee });
        }
        for name in channel.funding.keys() {
            self.address(name, &path.field("funding").field(name))?;
        }
        if let Some(name) = channel.payees.keys().find(|name| !channel.parties.contains(name)) {
            return Err(Wrong::new(&path.field("payees").field(name), format!("`{name}` is no party of the channel")));
        }
        let [zero, one] = [accounts.first(), accounts.get(1)].map(Option::<&PartyAccounts>::copied);
        let (Some(zero), Some(one)) = (zero, one) else { return Err(Wrong::new(path, "a channel has two parties")) };
        let mut assets = Vec::new();
        for (name, sums) in channel.funding.iter().filter(|_| channel.assets.is_none()) {
            for sum in &sums.0 {
                let path = path.field("funding").field(name);
                assets.push(types::Asset::new(self.unit(&sum.unit, &path)?.asset));
            }
        }
        for (index, symbol) in channel.assets.iter().flatten().enumerate() {
            assets.push(types::Asset::new(self.unit(symbol, &path.field("assets").index(index))?.asset));
        }
        if assets.is_empty() {
            assets.push(types::Asset::new(Address::ZERO));
        }
        assets.sort_unstable();
        assets.dedup();
        let invalid = |field: &str| {
            let path = path.field(field);
            move |error: types::Invalid| Wrong::new(&path, error)
        };
        if let (Some(sum), Some(first)) = (&channel.bounty, assets.first())
            && self.unit(&sum.unit, &path.field("bounty"))?.asset != first.get()
        {
            let first = self.name_of(first.get()).filter(|_| !first.is_native()).unwrap_or("ether");
            let what = format!("a bounty is of the channel's first asset, by address: that is {first}");
            return Err(Wrong::new(&path.field("bounty"), what));
        }
        let bounty = channel.bounty.as_ref().map(|sum| self.units_of(sum, &path.field("bounty"))).transpose()?;
        let bounty = types::Bounty::try_from(bounty.unwrap_or_default().into_raw()).map_err(invalid("bounty"))?;
        let margin = channel.stale_margin.unwrap_or(if channel.bounty.is_some() { 3 } else { 0 });
        let window = u32::try_from(channel.window.0).map_err(|_| {
            let what = format!("a window of {} s is too long: it has at most {} s", channel.window.0, u32::MAX);
            Wrong::new(&path.field("window"), what)
        })?;
        let terms = Terms::new(
            [zero, one],
            Window::new(window).map_err(invalid("window"))?,
            bounty,
            StaleMargin::new(margin),
            Salt::new(channel.salt),
            PerAsset::new(assets).map_err(invalid("assets"))?,
        );
        let terms = terms.map_err(|error| Wrong::new(path, error))?;
        let id = self.domain().channel_id(&terms.pack());
        Ok(Place { terms, id, parties: channel.parties.clone() })
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

    fn player(&self, name: &str, path: &Path) -> Result<&Player> {
        find(&self.players, "account", name, path)
    }

    /// The address of an account that behaves as it is told.
    ///
    /// # Errors
    /// If it is none.
    pub fn actor(&self, name: &str, path: &Path) -> Result<Address> {
        let address = self.player(name, path)?.address;
        let is_actor = self.actors.contains(name);
        let what = || {
            Wrong::new(
                path,
                format!("`{name}` has no code that could be told anything: `payee` or `delegated` gives it some"),
            )
        };
        is_actor.then_some(address).ok_or_else(what)
    }

    /// The address of a token.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn token(&self, name: &str, path: &Path) -> Result<Address> {
        let unit = self.unit(name, path)?;
        if unit.is_native() { Err(Wrong::new(path, format!("`{name}` is no token"))) } else { Ok(unit.asset) }
    }

    /// The address of an account, of a token, or of the contract under test, which is `manager`.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn address(&self, name: &str, path: &Path) -> Result<Address> {
        if name == "manager" {
            return Ok(self.manager());
        }
        if let Some(unit) = self.units.get(name).filter(|unit| !unit.is_native()) {
            return Ok(unit.asset);
        }
        self.player(name, path).map(|player| player.address)
    }

    /// The key of an account.
    ///
    /// # Errors
    /// If it has none.
    pub fn signing_key(&self, name: &str, path: &Path) -> Result<Arc<SigningKey>> {
        self.shared_key(name, path).cloned()
    }

    fn key(&self, name: &str, path: &Path) -> Result<&SigningKey> {
        self.shared_key(name, path).map(|key| &**key)
    }

    fn shared_key(&self, name: &str, path: &Path) -> Result<&Arc<SigningKey>> {
        let key = self.player(name, path)?.key.as_ref();
        key.ok_or_else(|| Wrong::new(path, format!("`{name}` is a contract, which cannot sign")))
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

    /// A time that is told without one of a dispute.
    fn early(&self, moment: &scenario::Moment, path: &Path) -> Result<u64> {
        self.time(moment, self.start, None, &|_| None, path)
    }

    /// When it is. `now` is the time of the last block, `channel` the one that is meant where none is named; `deadlines` tells the evidence deadline and the final time of a channel
    /// that is closing.
    ///
    /// # Errors
    /// If it depends on what is not there.
    pub fn time(
        &self,
        moment: &scenario::Moment,
        now: u64,
        channel: Option<&str>,
        deadlines: &dyn Fn(B256) -> Option<[u64; 2]>,
        path: &Path,
    ) -> Result<u64> {
        use scenario::Term;
        let closing = |name: &Option<String>| {
            let place = self.place(name.as_deref().or(channel), path)?;
            deadlines(place.id)
                .ok_or_else(|| Wrong::new(path, format!("nobody is closing the channel, so `{moment}` is no time")))
        };
        let mut sum: i128 = 0;
        for (is_added, term) in &moment.0 {
            let seconds = match term {
                Term::Unix(seconds) | Term::Span(seconds) => *seconds,
                Term::Start => self.start,
                Term::Now => now,
                Term::Evidence(name) => closing(name)?[0],
                Term::Final(name) => closing(name)?[1],
                Term::Window(name) => self.place(name.as_deref().or(channel), path)?.terms.window().get().into(),
            };
            let seconds = i128::from(seconds);
            sum = sum.saturating_add(if *is_added { seconds } else { seconds.saturating_neg() });
        }
        match u64::try_from(sum) {
            Ok(time) if time <= LAST_SECOND => Ok(time),
            Ok(time) => Err(Wrong::new(path, format!("`{moment}` is no time: {}", too_late(time)))),
            Err(_) => Err(Wrong::new(path, format!("`{moment}` is {sum}, which is no time"))),
        }
    }
}

fn too_late(time: u64) -> String {
    format!("{time} is later than the last second that there may be, {LAST_SECOND}")
}

/// So many more of a kind may there be, if there are so many.
fn require_few(copies: u32, before: usize, path: &Path) -> Result<()> {
    let total = usize::try_from(copies).unwrap_or(usize::MAX).saturating_add(before);
    match copies {
        0 => Err(Wrong::new(path, "there is at least one of it")),
        _ if total > MOST_COPIES => {
            Err(Wrong::new(path, format!("that makes {total} of them with their copies: at most {MOST_COPIES}")))
        }
        _ => Ok(()),
    }
}

/// Where a channel stands in the file.
#[must_use]
pub fn channel_path(name: &str) -> Path {
    if name == "channel" { Path::default().field("channel") } else { Path::default().field("channels").field(name) }
}

/// The files that a scenario names, which lie beside it.
pub trait Sources {
    /// The creation code in an artifact.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn artifact(&self, file: &str) -> Result<Bytes, String>;

    /// The creation code of a contract in Solidity.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn source(&self, file: &str, contract: &str) -> Result<Bytes, String>;
}

/// No scenario may name a file.
#[derive(Debug, Clone, Copy)]
pub struct NoSources;

impl Sources for NoSources {
    fn artifact(&self, file: &str) -> Result<Bytes, String> {
        Err(format!("{file} is not looked for: no files are read here"))
    }

    fn source(&self, file: &str, _: &str) -> Result<Bytes, String> {
        self.artifact(file)
    }
}

/// An account whose key follows from its name.
fn keyed(name: &str, path: &Path) -> Result<Player> {
    let secret = keccak256(format!("recourse simulator: the key of {name}"));
    let key = SigningKey::from_bytes(&secret).ok_or_else(|| Wrong::new(path, "another name would have a key"))?;
    Ok(Player { address: key.address(), key: Some(Arc::new(key)) })
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
