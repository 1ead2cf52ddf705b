//! The apps and their instances, and what movers tell them.

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    Turn,
    abi::IApp::{transitionCall, transitionReturn},
    apps::{
        App, AppError, Counter, Delivered, Deliveries, Hand, HandAction, HashTimeLock, OracleEscrow, Oracles, Reading,
        RockPaperScissors, Rules, Secret, Setup, SignedFeed, Square, TicTacToe, hash_of,
    },
    eip712::Domain,
    types::{AppCodeHash, AppGas, AppState, Instance, InstanceId, Invalid, Maturity, PerSide, Stake, Steps},
};
use alloy_primitives::{Address, B256, Bytes, I256, U256, hex, keccak256};
use alloy_sol_types::SolCall;

use super::{DEPLOYER, Place, Result, Sources, Stage, Wrong, deploy, find, require_few};
use crate::{
    actors::ScriptedApp,
    scenario::{self, Action, Hidden, Moment, Moved, Name, Path, Scenario, Sums},
    world::World,
};

/// An instance, and where it stands when its state is signed.
#[derive(Debug, Clone)]
pub struct Running {
    /// What the state commits to.
    pub instance: Instance,
    /// Which app it is of, if it is one that ships.
    pub app: Option<App>,
    /// Where it stands.
    pub app_state: Bytes,
}

/// What is told of an instance, as far as it is decided.
struct Draft {
    instance: Instance,
    app: Option<App>,
    app_state: Vec<u8>,
}

/// The preimage that a secret in words stands for.
pub(crate) fn preimage_of(words: &str) -> B256 {
    keccak256(words)
}

impl Stage {
    pub(super) fn set_instances(
        &mut self,
        scenario: &Scenario,
        world: &mut World,
        sources: &dyn Sources,
    ) -> Result<()> {
        let mut ids = BTreeSet::new();
        for (name, instance) in &scenario.instances {
            let path = Path::default().field("instances").field(name);
            let copies = instance.copies.unwrap_or(1);
            require_few(copies, ids.len(), &path.field("copies"))?;
            let mut all = Vec::new();
            for copy in 0..copies {
                let number = instance.copies.map(|_| copy);
                let running = self.running(name, instance, number, world, sources, &path)?;
                if !ids.insert(running.instance.id) {
                    return Err(Wrong::new(&path, "a copy of another instance has this name"));
                }
                all.push(running);
            }
            self.instances.insert(name.clone(), all);
        }
        Ok(())
    }

    fn running(
        &mut self,
        name: &str,
        told: &scenario::Instance,
        copy: Option<u32>,
        world: &mut World,
        sources: &dyn Sources,
        path: &Path,
    ) -> Result<Running> {
        let channel = self.typical(told.channel.as_ref());
        let place = self.place(channel.as_deref(), &path.field("channel"))?.clone();
        let id = copy.map_or_else(|| keccak256(name), |copy| keccak256(format!("{name} {copy}")));
        let Draft { mut instance, app, app_state } = self.draft(
            &told.app,
            &place,
            InstanceId::new(id),
            copy,
            world,
            sources,
            &path.field("app").field(told.app.name()),
        )?;
        if let Some(gas) = told.gas {
            instance.app_gas = AppGas::new(gas);
        }
        if let Some(steps) = told.max_steps {
            instance.max_steps = Steps::new(steps);
        }
        if let Some(matures) = &told.matures {
            instance.matures = self.maturity(matures, &path.field("matures"))?;
        }
        if told.any_code {
            instance.app_code_hash = AppCodeHash::ANY;
        }
        if let Some(stakes) = &told.stakes {
            instance.stakes = self.stakes(stakes, &place, &path.field("stakes"))?;
        }
        Ok(Running { instance, app, app_state: app_state.into() })
    }

    #[expect(clippy::too_many_arguments, reason = "each is another part of what is told")]
    fn draft(
        &mut self,
        app: &scenario::App,
        place: &Place,
        id: InstanceId,
        copy: Option<u32>,
        world: &mut World,
        sources: &dyn Sources,
        path: &Path,
    ) -> Result<Draft> {
        use scenario::App as Told;
        let invalid = |error: Invalid| Wrong::new(path, error);
        match app {
            Told::Counter { count } => {
                let rules = Counter(U256::from(*count));
                let setup = self.setup(App::Counter, id, world, path)?;
                let stakes = vec![Stake::MIN; place.terms.assets().asset_count().saturating_mul(2)];
                let mut instance = rules.instance(&setup, Steps::new(10)).map_err(invalid)?;
                instance.stakes = PerSide::new(stakes).map_err(invalid)?;
                Ok(drafted(App::Counter, &rules, instance))
            }
            Told::TicTacToe { mover, wager, squares } => {
                let rules = self.game(mover, wager, squares, place, path)?;
                let setup = self.setup(App::TicTacToe, id, world, path)?;
                let instance = rules.instance(&setup).map_err(invalid)?;
                Ok(drafted(App::TicTacToe, &rules, instance))
            }
            Told::RockPaperScissors { wager } => {
                let rules = RockPaperScissors::start(self.wagers(wager, place, &path.field("wager"))?);
                let setup = self.setup(App::RockPaperScissors, id, world, path)?;
                let instance = rules.instance(&setup).map_err(invalid)?;
                Ok(drafted(App::RockPaperScissors, &rules, instance))
            }
            Told::HashTimeLock { pays, preimage, valid_until } => {
                let words = copy.map_or_else(|| preimage.clone(), |copy| format!("{preimage} {copy}"));
                let rules = HashTimeLock {
                    registry: self.registry,
                    hash: hash_of(preimage_of(&words)),
                    valid_until: self.maturity(valid_until, &path.field("valid_until"))?,
                    deltas: self.per_asset(pays, place, &path.field("pays"))?,
                };
                let setup = self.setup(App::HashTimeLock, id, world, path)?;
                let instance = rules.instance(&setup).map_err(invalid)?;
                Ok(drafted(App::HashTimeLock, &rules, instance))
            }
            Told::OracleEscrow { pays, goods, oracles, threshold } => {
                let signers = oracles.iter().map(|name| self.address(name, &path.field("oracles")));
                let signers = signers.collect::<Result<Vec<_>>>()?;
                let app_error = |error: AppError| Wrong::new(path, error);
                let rules = OracleEscrow {
                    escrow_id: keccak256(goods),
                    oracles: Oracles::signers(*threshold, signers).map_err(app_error)?,
                    deltas: self.per_asset(pays, place, &path.field("pays"))?,
                };
                let setup = self.setup(App::OracleEscrow, id, world, path)?;
                let instance = rules.instance(&setup, Maturity::MIN).map_err(invalid)?;
                Ok(drafted(App::OracleEscrow, &rules, instance))
            }
            Told::SignedFeed { pays, feed, station, least, most, since, until } => {
                let rules = SignedFeed::new(
                    keccak256(feed),
                    self.address(station, &path.field("station"))?,
                    [least, most].map(|value| I256::unchecked_from(*value)),
                    [self.maturity(since, &path.field("since"))?, self.maturity(until, &path.field("until"))?],
                    self.per_asset(pays, place, &path.field("pays"))?,
                );
                let rules = rules.map_err(|error| Wrong::new(path, error))?;
                let setup = self.setup(App::SignedFeed, id, world, path)?;
                let instance = rules.instance(&setup).map_err(invalid)?;
                Ok(drafted(App::SignedFeed, &rules, instance))
            }
            Told::Scripted { manner, pays } => {
                let deltas = self.per_asset(pays, place, &path.field("pays"))?;
                let words = deltas.iter().flat_map(|delta| delta.to_be_bytes::<32>());
                let state: Vec<u8> = [*manner as u8, Turn::Nobody as u8].into_iter().chain(words).collect();
                let code = [ScriptedApp::BYTECODE.as_ref(), U256::ZERO.to_be_bytes::<32>().as_slice()].concat();
                self.custom(&code.into(), &hex::encode_prefixed(state), place, id, world, path)
            }
            Told::Artifact { file, state } => {
                let code = sources.artifact(file).map_err(|error| Wrong::new(&path.field("file"), error))?;
                self.custom(&code, state, place, id, world, path)
            }
            Told::Source { file, contract, state } => {
                let code = sources.source(file, contract).map_err(|error| Wrong::new(&path.field("file"), error))?;
                self.custom(&code, state, place, id, world, path)
            }
        }
    }

    fn custom(
        &self,
        code: &Bytes,
        state: &str,
        place: &Place,
        id: InstanceId,
        world: &mut World,
        path: &Path,
    ) -> Result<Draft> {
        let app = deploy(world, code, path)?;
        let app_state = bytes(state, &path.field("state"))?;
        let hash = AppState::new(app_state.clone()).map_err(|error| Wrong::new(&path.field("state"), error))?.hash();
        let stakes = vec![Stake::MIN; place.terms.assets().asset_count().saturating_mul(2)];
        let instance = Instance {
            id,
            app,
            app_code_hash: AppCodeHash::new(world.code_hash(app)),
            app_gas: AppGas::new(200_000),
            max_steps: Steps::new(10),
            matures: Maturity::MIN,
            app_state_hash: hash,
            stakes: PerSide::new(stakes).map_err(|error| Wrong::new(path, error))?,
        };
        Ok(Draft { instance, app: None, app_state: app_state.to_vec() })
    }

    fn game(
        &self,
        mover: &str,
        wager: &Sums,
        squares: &BTreeMap<Name, Vec<u8>>,
        place: &Place,
        path: &Path,
    ) -> Result<TicTacToe> {
        let mut boards = [0_u16; 2];
        for (name, taken) in squares {
            let path = path.field("squares").field(name);
            let party = Self::party(place, name, &path)?;
            for square in taken {
                Square::new(*square).map_err(|error| Wrong::new(&path, error))?;
                if let Some(board) = boards.get_mut(usize::from(party.get())) {
                    *board |= 1_u16.wrapping_shl(u32::from(*square));
                }
            }
        }
        let mover = Self::party(place, mover, &path.field("mover"))?;
        let wagers = self.wagers(wager, place, &path.field("wager"))?;
        TicTacToe::new(boards, mover, wagers).map_err(|error| Wrong::new(&path.field("squares"), error))
    }

    fn wagers(&self, wager: &Sums, place: &Place, path: &Path) -> Result<Vec<Stake>> {
        let wagers = self.per_asset(wager, place, path)?;
        wagers.into_iter().map(|wager| stake(wager, path)).collect()
    }

    fn stakes(&self, stakes: &BTreeMap<Name, Sums>, place: &Place, path: &Path) -> Result<PerSide<Stake>> {
        let mut sides = vec![Stake::MIN; place.terms.assets().asset_count().saturating_mul(2)];
        for (name, sums) in stakes {
            let path = path.field(name);
            let party = Self::party(place, name, &path)?;
            let own = sides.iter_mut().skip(party.get().into()).step_by(2);
            for (side, amount) in own.zip(self.per_asset(sums, place, &path)?) {
                *side = stake(amount, &path)?;
            }
        }
        PerSide::new(sides).map_err(|error| Wrong::new(path, error))
    }

    fn maturity(&self, moment: &Moment, path: &Path) -> Result<Maturity> {
        Maturity::new(self.early(moment, path)?).map_err(|error| Wrong::new(path, error))
    }

    fn setup(&mut self, app: App, id: InstanceId, world: &mut World, path: &Path) -> Result<Setup> {
        let address = match self.apps.get(&app) {
            Some(address) => *address,
            None => deploy(world, app.artifact().creation_code(), path)?,
        };
        self.apps.insert(app, address);
        Ok(Setup { id, app: address, app_code_hash: app.code_hash() })
    }

    pub(crate) fn copy_of(&self, name: &str, copy: u32, path: &Path) -> Result<&Running> {
        let copies = find(&self.instances, "instance", name, path)?;
        let running = usize::try_from(copy).ok().and_then(|copy| copies.get(copy));
        running.ok_or_else(|| {
            Wrong::new(path, format!("of `{name}` there are {} copies, and no number {copy}", copies.len()))
        })
    }

    /// What a mover tells an app.
    pub(crate) fn action(&self, action: &Action, running: &Running, path: &Path) -> Result<Bytes> {
        let app_error = |error: AppError| Wrong::new(path, error);
        let domain = Domain::new(self.domain().chain_id(), running.instance.app);
        Ok(match action {
            Action::Place(square) => Square::new(*square).map_err(app_error)?.to_action().get().clone(),
            Action::Commit(hidden) => said(HandAction::Commit(secret(hidden, path)?.commitment())),
            Action::Show(hand) => said(HandAction::Show(hand_of(hand, path)?)),
            Action::Reveal(hidden) => said(HandAction::Reveal(secret(hidden, path)?)),
            Action::Deliver(oracles) => {
                let escrow = OracleEscrow::decode(&running.app_state).map_err(app_error)?;
                let delivered = Delivered { escrow_id: escrow.escrow_id };
                let mut signed = Vec::new();
                for name in oracles {
                    let key = self.key(name, path)?;
                    signed.push((key.address(), delivered.sign(&domain, key)));
                }
                signed.sort_by_key(|(oracle, _)| *oracle);
                let deliveries = Deliveries(signed.into_iter().map(|(_, signature)| signature).collect());
                deliveries.to_action().map_err(|error| Wrong::new(path, error))?.get().clone()
            }
            Action::Reading { value, read_at, station } => {
                let feed = SignedFeed::decode(&running.app_state).map_err(app_error)?;
                let reading = Reading {
                    feed: feed.feed(),
                    value: I256::unchecked_from(*value),
                    read_at: self.maturity(read_at, &path.field("reading").field("read_at"))?,
                };
                let key = match station {
                    Some(name) => self.key(name, &path.field("reading").field("station"))?,
                    None => self.key_of(feed.station(), path)?,
                };
                reading.sign(&domain, key).to_action().get().clone()
            }
            Action::Raw(text) => bytes(text, path)?,
        })
    }

    /// The app state after these actions, as the app itself says.
    pub(super) fn after(
        &self,
        moved: &[Moved],
        running: &Running,
        place: &Place,
        world: &mut World,
        path: &Path,
    ) -> Result<Bytes> {
        let mut running = running.clone();
        for (index, Moved { by, action }) in moved.iter().enumerate() {
            let path = path.index(index);
            let mover = match place.parties.iter().position(|party| party == by) {
                Some(0) => Turn::Party0,
                Some(_) => Turn::Party1,
                None => Turn::Anyone,
            };
            let action = self.action(action, &running, &path.field("action"))?;
            let call = transitionCall { appState: running.app_state.clone(), action, mover: mover as u8 };
            let output = world.ask(DEPLOYER, running.instance.app, call.abi_encode().into());
            let output = output.ok_or_else(|| Wrong::new(&path, "the app does not take this action"))?;
            let answer: transitionReturn =
                transitionCall::abi_decode_returns(&output).map_err(|error| Wrong::new(&path, error))?;
            running.app_state = answer.next;
        }
        Ok(running.app_state)
    }

    fn key_of(&self, address: Address, path: &Path) -> Result<&adjudicator::signature::SigningKey> {
        let player = self.players.values().find(|player| player.address == address);
        player.and_then(|player| player.key.as_deref()).ok_or_else(|| Wrong::new(path, "nobody has the station's key"))
    }
}

fn drafted(app: App, rules: &impl Rules, instance: Instance) -> Draft {
    Draft { instance, app: Some(app), app_state: rules.encode() }
}

fn stake(amount: I256, path: &Path) -> Result<Stake> {
    let amount = U256::try_from(amount).map_err(|_| Wrong::new(path, "it must not be negative"))?;
    Stake::try_from(amount).map_err(|error| Wrong::new(path, error))
}

fn said(action: HandAction) -> Bytes {
    action.to_action().get().clone()
}

fn hand_of(hand: &str, path: &Path) -> Result<Hand> {
    hand.parse().map_err(|_| Wrong::new(path, format!("`{hand}` is no hand: `rock`, `paper` and `scissors` are")))
}

fn secret(hidden: &Hidden, path: &Path) -> Result<Secret> {
    Ok(Secret { hand: hand_of(&hidden.hand, path)?, salt: keccak256(&hidden.salt) })
}

/// Bytes in hex.
pub(super) fn bytes(text: &str, path: &Path) -> Result<Bytes> {
    let digits = text.strip_prefix("0x");
    let read = digits.and_then(|digits| hex::decode(digits).ok());
    read.map(Bytes::from)
        .ok_or_else(|| Wrong::new(path, format!("`{text}` is no bytes in hex: `0x`, and two digits for each")))
}
