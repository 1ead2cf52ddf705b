//! What a search begins with: the scenario's contracts, messages and money, all paid in, and who is honest.

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    Channel,
    apps::{App, HashTimeLock, Rules},
    storage::Names,
    types::Party,
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, keccak256};

use super::{Mistake, Plan, Strategy};
use crate::{
    node::BLOCK_TIME,
    scenario::{Call, Name, Path, Scenario},
    stage::{Moment, Place, Shown, Sources, Stage, Wrong, channel_path},
    world::{Branches, Spot, Transaction, World},
};

/// A stranger, who acts where it matters that nobody is known.
pub(super) const STRANGER: &str = "stranger";
/// Somebody who pays one unit into a channel that is not his.
pub(super) const DONOR: &str = "donor";
/// Among so many words of a token is the mapping of its balances.
const FIRST_WORDS: u64 = 16;

/// What a search begins with.
pub(super) struct Setting {
    pub(super) stage: Stage,
    /// Everything that there is, with all that is paid in at the start.
    pub(super) world: World,
    /// The honest party's channel.
    pub(super) channel: Name,
    pub(super) place: Place,
    pub(super) party: Party,
    /// What is stored of each channel.
    pub(super) names: BTreeMap<Name, Names>,
    /// In which of a token's words the mapping of its balances is.
    tokens: BTreeMap<Address, u64>,
    /// Where the honest party has its money: what it owns, and what it may claim, by asset of its channel.
    purse: Vec<Vec<Spot>>,
    /// What all that was in the beginning.
    purse_before: Vec<U256>,
    /// Whether somebody who is paid is a contract, or has its code, or there are tokens.
    pub(super) has_actors: bool,
    /// What the contract has of each asset, and what it owes as credits.
    pub(super) debts: Vec<(Address, Spot, Vec<Spot>)>,
}

impl Setting {
    pub(super) fn new(scenario: &Scenario, plan: &Plan, code: &Bytes, sources: &dyn Sources) -> Result<Self, Mistake> {
        let scenario = with_strangers(scenario);
        let (stage, mut world) = Stage::set(&scenario, code, sources)?;
        fund(&scenario, &stage, &mut world)?;
        world.set_now(world.now().saturating_add(BLOCK_TIME));
        world.set_number(world.number().saturating_add(1));
        let (channel, party) = honest_channel(&stage, plan)?;
        let place = stage.place(Some(&channel), &Path::default())?.clone();
        require_judgeable(&scenario, plan, &stage, &place, party)?;
        let mut names = stage.names();
        // A state without instances keeps nothing that there would be to read, each time.
        names.values_mut().for_each(|names| names.instances.retain(|_, instances| !instances.is_empty()));
        let donor = stage.address(DONOR, &Path::default())?;
        let assets = stage.places().flat_map(|(_, place)| place.terms.assets().as_slice()).map(|asset| asset.get());
        let tokens = assets.filter(|asset| !asset.is_zero()).map(|asset| (asset, balances(&world, asset, donor)));
        let tokens: BTreeMap<Address, u64> = tokens.collect();
        let purse = purse(&stage, &tokens, &place, party);
        let debts = debts(&stage, &tokens);
        let is_actor = |account: &crate::scenario::Account| account.payee.or(account.delegated).is_some();
        let has_actors = scenario.accounts.values().any(is_actor) || !scenario.tokens.is_empty();
        let mut setting = Self {
            tokens,
            stage,
            world,
            channel,
            place,
            party,
            names,
            purse,
            debts,
            has_actors,
            purse_before: Vec::new(),
        };
        setting.purse_before = setting.owned(&Branches::of(&setting.world));
        Ok(setting)
    }

    /// The honest party's name.
    pub(super) fn honest(&self) -> &Name {
        self.party.of(&self.place.parties)
    }

    /// The hostile party's name.
    pub(super) fn peer(&self) -> &Name {
        self.party.peer().of(&self.place.parties)
    }

    /// All channels, as the contract has stored them.
    pub(super) fn channels(&self, branches: &Branches) -> BTreeMap<Name, Channel> {
        self.names.iter().map(|(name, names)| (name.clone(), self.read(branches, names))).collect()
    }

    /// The honest party's channel, as the contract has stored it.
    pub(super) fn own_channel(&self, branches: &Branches) -> Channel {
        self.names.get(&self.channel).map(|names| self.read(branches, names)).unwrap_or_default()
    }

    fn read(&self, branches: &Branches, names: &Names) -> Channel {
        let manager = self.stage.manager();
        let Ok(channel) =
            names.read(|slot| Ok::<_, std::convert::Infallible>(branches.read(Spot::Word(manager, slot))));
        channel
    }

    /// When the registry first saw the preimages of locks, as far as it has.
    pub(super) fn seen(&self, branches: &Branches) -> BTreeMap<(Address, B256), u64> {
        let locks =
            self.stage.instances().flat_map(|(_, copies)| copies).filter(|it| it.app == Some(App::HashTimeLock));
        let locks = locks.filter_map(|running| HashTimeLock::decode(&running.app_state).ok());
        let seen = locks.map(|lock| {
            let slot = keccak256([lock.hash.0, [0; 32]].as_flattened()).into();
            ((lock.registry, lock.hash), branches.read(Spot::Word(lock.registry, slot)).saturating_to())
        });
        seen.filter(|(_, time)| *time > 0).collect()
    }

    /// Where it stands what an account has of an asset.
    pub(super) fn balance(&self, asset: Address, account: Address) -> Spot {
        balance_spot(&self.tokens, asset, account)
    }

    /// What the honest party has got since the beginning, per asset of its channel.
    pub(super) fn gained(&self, branches: &Branches) -> Vec<I256> {
        let signed = |amount: U256| I256::try_from(amount).unwrap_or(I256::MAX);
        let owned = self.owned(branches).into_iter().zip(&self.purse_before);
        owned.map(|(now, before)| signed(now).saturating_sub(signed(*before))).collect()
    }

    fn owned(&self, branches: &Branches) -> Vec<U256> {
        let sum =
            |spots: &Vec<Spot>| spots.iter().fold(U256::ZERO, |sum, spot| sum.saturating_add(branches.read(*spot)));
        self.purse.iter().map(sum).collect()
    }

    /// How much of the greatest of these units one unit of each asset counts, for sums: whole coins of all count alike.
    pub(super) fn weights(&self) -> Vec<I256> {
        let units: Vec<u8> = self
            .place
            .terms
            .assets()
            .as_slice()
            .iter()
            .map(|asset| {
                self.stage.printed_units().find(|unit| unit.asset == asset.get()).map_or(18, |unit| unit.decimals)
            })
            .collect();
        let most = units.iter().copied().max().unwrap_or_default();
        let ten = I256::unchecked_from(10);
        units.iter().map(|decimals| ten.saturating_pow(U256::from(most.saturating_sub(*decimals)))).collect()
    }

    /// The states of a channel with their names.
    pub(super) fn states_of<'a>(&'a self, channel: &'a Name) -> impl Iterator<Item = (&'a Name, &'a Shown)> {
        self.stage.states().filter(move |(_, shown)| shown.channel == *channel)
    }

    /// The newest state that both have signed, which is what an honest party shows.
    pub(super) fn newest(&self) -> Option<(&Name, &Shown)> {
        let signed = self.states_of(&self.channel).filter(|(_, shown)| shown.signers == [true; 2]);
        signed.max_by_key(|(_, shown)| shown.state.round().get())
    }
}

/// The scenario with somebody in it whom nobody knows.
pub(super) fn with_strangers(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    for name in [STRANGER, DONOR] {
        scenario.accounts.entry(name.into()).or_default();
    }
    scenario
}

/// Whether it can be told what the honest party gets, and what everybody may do.
fn require_judgeable(
    scenario: &Scenario,
    plan: &Plan,
    stage: &Stage,
    place: &Place,
    party: Party,
) -> Result<(), Mistake> {
    use crate::scenario::TokenMood;
    let tokens = scenario.tokens.iter().find(|(_, token)| {
        !matches!(
            token.mood,
            TokenMood::Honest | TokenMood::Silent | TokenMood::Wordy | TokenMood::Hungry | TokenMood::Picky
        )
    });
    if let Some((token, _)) = tokens {
        return Err(Mistake::DishonestToken { token: token.clone() });
    }
    if !accounts(stage, place, party).is_disjoint(&accounts(stage, place, party.peer())) {
        return Err(Mistake::SharedAccounts);
    }
    if let Some((instance, _)) = stage.instances().find(|(_, copies)| copies.iter().any(|it| it.app.is_none())) {
        return Err(Mistake::UnknownApp { instance: instance.clone() });
    }
    let window = place.terms.window().get().into();
    match plan.strategy {
        Strategy::Offline { before } if before >= window => Err(Mistake::LooksTooEarly { before, window }),
        _ => Ok(()),
    }
}

/// The accounts on which a party gets money: its own, and those where a withdrawal sends its share.
fn accounts(stage: &Stage, place: &Place, party: Party) -> BTreeSet<Address> {
    let own = place.terms.accounts(party);
    let recipients = stage.withdrawals().filter(|(_, with)| stage_channel_is(&with.channel, stage, place));
    let recipients = recipients.map(|(_, with)| *party.of(with.message.recipients()));
    [own.signer, own.payee].into_iter().chain(recipients).collect()
}

/// Pays in what is put in at the start, in the first block.
fn fund(scenario: &Scenario, stage: &Stage, world: &mut World) -> Result<(), Wrong> {
    for (name, channel) in scenario.all_channels() {
        for (account, sums) in &channel.funding {
            let path = channel_path(name).field("funding").field(account);
            let sender = stage.address(account, &path)?;
            for sum in &sums.0 {
                let call = Call::Deposit { amount: sum.clone(), party: None, channel: Some(name.to_owned()) };
                let channel = |_: &World, _: B256| Channel::default();
                let mut moment = Moment { sender, channel: &channel, app_states: &BTreeMap::new(), world };
                let built = stage.built(&call, &mut moment, &path)?;
                let paid = world
                    .transact(Transaction { value: built.value, ..Transaction::call(sender, built.to, built.data) });
                if !paid.as_ref().is_ok_and(crate::world::Outcome::is_success) {
                    return Err(Wrong::new(&path, format!("it cannot be paid in: {paid:?}")));
                }
            }
        }
    }
    Ok(())
}

/// The only channel of which the honest account is a party.
fn honest_channel(stage: &Stage, plan: &Plan) -> Result<(Name, Party), Mistake> {
    let own: Vec<(Name, Party)> = stage
        .places()
        .filter(|(name, _)| plan.channel.as_ref().is_none_or(|channel| channel == *name))
        .filter_map(|(name, place)| {
            let party = Party::BOTH.into_iter().find(|party| *party.of(&place.parties) == plan.honest)?;
            Some((name.clone(), party))
        })
        .collect();
    match own.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Mistake::NotAParty { honest: plan.honest.clone() }),
        several => {
            let channels = several.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            Err(Mistake::SeveralChannels { honest: plan.honest.clone(), channels })
        }
    }
}

/// Where the contract has its money of each asset, and where it stands what it owes of that as credits.
fn debts(stage: &Stage, tokens: &BTreeMap<Address, u64>) -> Vec<(Address, Spot, Vec<Spot>)> {
    let assets = stage.places().flat_map(|(_, place)| place.terms.assets().as_slice()).map(|asset| asset.get());
    let assets: BTreeSet<Address> = assets.collect();
    let debts = assets.into_iter().map(|asset| {
        let credit = |account| Spot::Word(stage.manager(), adjudicator::storage::credit(account, asset));
        let credits = stage.players().map(|(_, player)| credit(player.address)).collect();
        (asset, balance_spot(tokens, asset, stage.manager()), credits)
    });
    debts.collect()
}

/// Where a party has its money: on its own accounts, and on those where a withdrawal sends its share.
fn purse(stage: &Stage, tokens: &BTreeMap<Address, u64>, place: &Place, party: Party) -> Vec<Vec<Spot>> {
    let own = accounts(stage, place, party);
    let assets = place.terms.assets().as_slice().iter();
    let spots = assets.map(|asset| {
        let asset = asset.get();
        let of = |account: &Address| {
            let credit = Spot::Word(stage.manager(), adjudicator::storage::credit(*account, asset));
            [balance_spot(tokens, asset, *account), credit]
        };
        own.iter().flat_map(of).collect()
    });
    spots.collect()
}

fn stage_channel_is(name: &str, stage: &Stage, place: &Place) -> bool {
    stage.places().any(|(other, it)| other == name && it.id == place.id)
}

/// In which of a token's first words the mapping of its balances is: every account has plenty of each token in the beginning, so
/// it is found by looking.
fn balances(world: &World, token: Address, account: Address) -> u64 {
    (0..FIRST_WORDS).find(|index| !world.storage(token, balance_slot(*index, account)).is_zero()).unwrap_or_default()
}

fn balance_slot(mapping: u64, account: Address) -> U256 {
    let mapping = U256::from(mapping).to_be_bytes::<32>();
    keccak256([account.into_word().0, mapping].as_flattened()).into()
}

/// Where it stands what an account has of an asset.
fn balance_spot(tokens: &BTreeMap<Address, u64>, asset: Address, account: Address) -> Spot {
    tokens.get(&asset).map_or(Spot::Coins(account), |mapping| Spot::Word(asset, balance_slot(*mapping, account)))
}
