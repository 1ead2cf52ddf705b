//! A channel of two parties of whom one withholds what it can, on the twin.

use std::collections::BTreeMap;

use adjudicator::{
    Deployment, Effect, Manager, Submission,
    action::Deposit,
    apps::{
        App, Counter, Delivered, Hand, HandAction, HashTimeLock, OracleEscrow, Oracles, Reading, RockPaperScissors,
        Rules, Secret, Setup, SignedFeed, TicTacToe, hash_of,
    },
    decide::{Advice, Goal, Known, Move, Question, Transaction, decide},
    eip712::Domain,
    evidence::{Dossier, Item, Policy, Sight, View},
    signature::SigningKey,
    types::{
        Agreement, Amount, AppState, Asset, Bounty, Close, Delegation, Delivery, FeedReading, HandSecret, Identity,
        Instance, InstanceId, Instances, InstancesRoot, Joint, Maturity, Net, Party, PartyAccounts, PerAsset, PerSide,
        PlacedStep, Preimage, Round, Salt, Serial, Side, Signed, Stake, StaleMargin, State, Step, StepNumber, Steps,
        Terms, Timestamp, Window, Withdraw,
    },
};
use alloy_primitives::{Address, B256, Bytes, I256, U256};

use crate::dice::Dice;

pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const WINDOW: u64 = 100;
pub(crate) const CHAIN_ID: u64 = 31_337;
pub(crate) const TOKEN: Address = Address::repeat_byte(0x70);
pub(crate) const REGISTRY: Address = Address::repeat_byte(0x9e);
/// Who pays in.
pub(crate) const RICH: Address = Address::repeat_byte(0x1c);
pub(crate) const DELEGATE: Address = Address::repeat_byte(0xde);
/// A contract that is nowhere, for lives on the twin alone.
pub(crate) const NOWHERE: Address = Address::repeat_byte(0xcc);

/// Where an app is.
pub(crate) fn address_of(app: App) -> Address {
    let place = App::ALL.iter().position(|each| *each == app).unwrap();
    Address::repeat_byte(0xe0 + place as u8)
}

/// What was sent, and when.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) submitter: Address,
    pub(crate) to: Address,
    pub(crate) value: U256,
    pub(crate) calldata: Bytes,
    pub(crate) now: u64,
}

/// The channel, and what each party holds of it.
pub(crate) struct Life {
    pub(crate) dice: Dice,
    pub(crate) manager: Manager,
    pub(crate) dossiers: [Dossier; 2],
    /// The party that follows advice.
    pub(crate) honest: Party,
    pub(crate) now: u64,
    pub(crate) received: Vec<U256>,
    pub(crate) policy: Policy,
    /// Everything that was sent, in order.
    pub(crate) sent: Vec<Sent>,
    seen: BTreeMap<(Address, B256), u64>,
    pub(crate) everything: Dossier,
}

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&B256::repeat_byte(number)).unwrap()
}

fn key_of(party: Party) -> SigningKey {
    key(party.get() + 1)
}

impl Life {
    /// A channel by chance, in the contract at this address.
    pub(crate) fn new(seed: u64, manager: Address) -> Self {
        let mut dice = Dice::new(seed);
        let domain = Domain::new(U256::from(CHAIN_ID), manager);
        let assets = if dice.percent(50) { vec![Asset::NATIVE] } else { vec![Asset::NATIVE, Asset::new(TOKEN)] };
        let bounty = if dice.percent(30) { 7 } else { 0 };
        let accounts = |party: Party| PartyAccounts {
            signer: key_of(party).address(),
            payee: Address::repeat_byte(0xb0 + party.get()),
        };
        let terms = Terms::new(
            Party::BOTH.map(accounts),
            Window::new(WINDOW as u32).unwrap(),
            Bounty::new(bounty).unwrap(),
            StaleMargin::new(if bounty == 0 { 0 } else { 3 }),
            Salt::new(1),
            PerAsset::new(assets.clone()).unwrap(),
        );
        let identity = Identity::new(domain, terms.unwrap());
        let deployment =
            Deployment::new(domain.chain_id(), domain.manager(), U256::from(60), U256::from(1_000_000)).unwrap();
        let dossier = Dossier::new(identity);
        let honest = *dice.pick(&Party::BOTH);
        let price = U256::from(1_000_000_000_000_000_000_u64);
        let mut life = Self {
            dice,
            manager: Manager::new(deployment),
            dossiers: [dossier.clone(), dossier.clone()],
            honest,
            now: START,
            received: vec![U256::ZERO; assets.len()],
            policy: Policy {
                prices: [Asset::NATIVE, Asset::new(TOKEN)].map(|asset| (asset, price)).into(),
                ..Policy::default()
            },
            sent: Vec::new(),
            seen: BTreeMap::new(),
            everything: dossier,
        };
        life.fund(&assets);
        life.agree();
        life
    }

    pub(crate) fn identity(&self) -> &Identity {
        self.everything.identity()
    }

    fn terms(&self) -> Terms {
        self.identity().terms().clone()
    }

    fn assets(&self) -> usize {
        self.received.len()
    }

    fn fund(&mut self, assets: &[Asset]) {
        for (index, asset) in assets.iter().enumerate() {
            for party in Party::BOTH {
                let amount = self.dice.below(50);
                if amount != 0 {
                    let amount = Amount::new(u128::from(amount)).unwrap();
                    let deposit = Deposit::new(&self.terms(), Side::of(index, party).unwrap(), amount).unwrap();
                    let value = if *asset == Asset::NATIVE { amount.to_word() } else { U256::ZERO };
                    self.apply(RICH, value, &deposit.into()).unwrap();
                }
            }
        }
    }

    /// Gives an item to both parties, or to one.
    fn give(&mut self, item: impl Into<Item>, to: &[Party]) {
        let item = item.into();
        self.everything.add(item.clone());
        for party in to {
            self.dossiers[usize::from(party.get())].add(item.clone());
        }
    }

    fn signed<T: Joint + Clone>(&self, message: &T, by: &[Party]) -> Agreement<T> {
        let digest = message.digest(self.identity().domain(), self.identity().channel_id());
        let sign = |party: Party| by.contains(&party).then(|| key_of(party).sign(digest));
        Agreement { message: message.clone(), signatures: Party::BOTH.map(sign) }
    }

    /// Both sign, and one may withhold its signature.
    fn share<T: Joint + Clone>(&mut self, message: &T)
    where
        Item: From<Agreement<T>>,
    {
        let (honest, peer) = (self.honest, self.honest.peer());
        let both = self.signed(message, &Party::BOTH);
        match self.dice.below(10) {
            0..5 => self.give(both, &Party::BOTH),
            // The peer has both, the honest party its own alone.
            5..8 => {
                self.give(both, &[peer]);
                self.give(self.signed(message, &[honest]), &[honest]);
            }
            8 => {
                self.give(both, &[honest]);
                self.give(self.signed(message, &[peer]), &[peer]);
            }
            // The honest party has signed nothing.
            _ => self.give(self.signed(message, &[peer]), &Party::BOTH),
        }
    }

    fn agree(&mut self) {
        let mut round = 0;
        for _ in 0..self.dice.below(5) {
            if !self.dice.percent(5) || round == 0 {
                round += 1 + self.dice.below(3);
            }
            let count = self.dice.below(3);
            let instances = if self.dice.percent(60) { 0 } else { count };
            let root = self.instances(instances);
            let state = State::new(Round::new(round), root, self.nets()).unwrap();
            self.share(&state);
        }
        if self.dice.percent(25) {
            let valid_until = Timestamp::new(START + self.dice.below(3 * WINDOW));
            let close = Close::new(Round::new(1 + self.dice.below(8)), valid_until, self.nets()).unwrap();
            self.share(&close);
        }
        for serial in 0..self.dice.below(3) {
            let amounts =
                (0..2 * self.assets()).map(|_| Amount::new(u128::from(self.dice.below(20))).unwrap()).collect();
            let valid_until = Timestamp::new(START + self.dice.below(3 * WINDOW));
            let recipients = [0xd0, 0xd1].map(Address::repeat_byte);
            let serial = Serial::new(serial).unwrap();
            if let Ok(withdraw) = Withdraw::new(serial, PerSide::new(amounts).unwrap(), recipients, valid_until) {
                self.share(&withdraw);
            }
        }
        if self.dice.percent(20) {
            self.delegate();
        }
        self.steps();
    }

    /// Steps that their movers have signed and given away.
    fn steps(&mut self) {
        let states: Vec<State> = self.everything.states().map(|state| state.content.message.clone()).collect();
        for state in states {
            let base = state.hash(self.identity().channel_id());
            let instances = self.everything.instances(&state).unwrap_or_default().to_vec();
            for instance in instances.iter().filter(|instance| instance.app == address_of(App::TicTacToe)) {
                let app_state = self.everything.app_state(instance.app_state_hash).unwrap().clone();
                let game = TicTacToe::decode(app_state.get()).unwrap();
                let free: Vec<_> = game.free().collect();
                if free.is_empty() || self.dice.percent(50) {
                    continue;
                }
                let mover = if self.dice.percent(80) { game.mover() } else { game.mover().peer() };
                let action = self.dice.pick(&free).to_action();
                let message = Step { number: StepNumber::new(1).unwrap(), app_state, action };
                let (domain, id) = (*self.identity().domain(), self.identity().channel_id());
                let signature = key_of(mover).sign(message.digest(&domain, id, base, instance.hash()));
                let step = Signed { message, signature };
                self.give(PlacedStep { base, instance: instance.hash(), step }, &Party::BOTH);
            }
        }
    }

    fn delegate(&mut self) {
        let party = *self.dice.pick(&Party::BOTH);
        let message = Delegation {
            party,
            delegate: DELEGATE,
            epoch: Default::default(),
            min_round: Round::new(self.dice.below(4)),
            valid_until: Timestamp::new(START + self.dice.below(300)),
        };
        let digest = message.digest(self.identity().domain(), self.identity().channel_id());
        self.give(Signed { message, signature: key_of(party).sign(digest) }, &Party::BOTH);
    }

    fn nets(&mut self) -> PerAsset<Net> {
        let nets = (0..self.assets()).map(|_| Net::new(I256::unchecked_from(self.dice.within(-30, 30))));
        PerAsset::new(nets.collect()).unwrap()
    }

    fn instances(&mut self, count: u64) -> InstancesRoot {
        let list: Vec<Instance> = (0..count).map(|index| self.instance(index as u8)).collect();
        let instances = Instances::new(list).unwrap();
        let root = instances.root();
        if count != 0 {
            self.give(instances, &Party::BOTH);
        }
        root
    }

    fn instance(&mut self, id: u8) -> Instance {
        let app = *self.dice.pick(App::ALL);
        let setup = Setup {
            id: InstanceId::new(B256::repeat_byte(id + 1)),
            app: address_of(app),
            app_code_hash: app.code_hash(),
        };
        let here = Domain::new(U256::from(CHAIN_ID), setup.app);
        let deltas: Vec<I256> = (0..self.assets()).map(|_| I256::unchecked_from(self.dice.within(-9, 9))).collect();
        let wagers: Vec<Stake> = deltas.iter().map(|delta| Stake::try_from(delta.unsigned_abs()).unwrap()).collect();
        let decided = Maturity::new(START + self.dice.below(4 * WINDOW)).unwrap();
        let unique = B256::from(U256::from(self.dice.below(u64::MAX)));
        let known_to = match self.dice.below(4) {
            0 => vec![],
            1 => vec![self.honest],
            2 => vec![self.honest.peer()],
            _ => Party::BOTH.into(),
        };
        let (mut instance, app_state) = match app {
            App::Counter if self.assets() == 1 => {
                let count = Counter(U256::from(self.dice.below(2)));
                (count.instance(&setup, Steps::new(3)).unwrap(), count.encode())
            }
            App::HashTimeLock | App::Counter => {
                let setup =
                    Setup { app: address_of(App::HashTimeLock), app_code_hash: App::HashTimeLock.code_hash(), ..setup };
                self.give(Preimage::new(unique), &known_to);
                let lock = HashTimeLock { registry: REGISTRY, hash: hash_of(unique), valid_until: decided, deltas };
                (lock.instance(&setup).unwrap(), lock.encode())
            }
            App::OracleEscrow => {
                let oracle = key(3);
                let signature = Delivered { escrow_id: unique }.sign(&here, &oracle);
                self.give(Delivery { app: setup.app, escrow_id: unique.into(), signature }, &known_to);
                let oracles = Oracles::signers(1, vec![oracle.address()]).unwrap();
                let escrow = OracleEscrow { escrow_id: unique, oracles, deltas };
                (escrow.instance(&setup, decided).unwrap(), escrow.encode())
            }
            App::SignedFeed => {
                let station = key(4);
                let value = I256::unchecked_from(self.dice.within(-1, 1));
                let reading = Reading { feed: unique, value, read_at: decided };
                let signature = reading.sign(&here, &station).signature;
                let reading = FeedReading {
                    app: setup.app,
                    feed: unique.into(),
                    value: value.into(),
                    read_at: decided,
                    signature,
                };
                self.give(reading, &known_to);
                let feed = SignedFeed::new(unique, station.address(), [I256::ZERO; 2], [decided; 2], deltas).unwrap();
                (feed.instance(&setup).unwrap(), feed.encode())
            }
            App::TicTacToe => {
                let mut game = TicTacToe::start(*self.dice.pick(&Party::BOTH), wagers);
                for _ in 0..self.dice.below(8) {
                    let free: Vec<_> = game.free().collect();
                    if game.turn() == adjudicator::Turn::Nobody {
                        break;
                    }
                    game = game.act(&here, *self.dice.pick(&free)).unwrap();
                }
                (game.instance(&setup).unwrap(), game.encode())
            }
            _ => {
                let secret = Secret { hand: *self.dice.pick(&Hand::ALL), salt: unique };
                if self.dice.percent(80) {
                    self.give(HandSecret { hand: secret.hand, salt: secret.salt.into() }, &[Party::Zero]);
                }
                let mut game = RockPaperScissors::start(wagers);
                if self.dice.percent(70) {
                    game = game.act(&here, HandAction::Commit(secret.commitment())).unwrap();
                    if self.dice.percent(60) {
                        game = game.act(&here, HandAction::Show(*self.dice.pick(&Hand::ALL))).unwrap();
                    }
                }
                (game.instance(&setup).unwrap(), game.encode())
            }
        };
        if self.dice.percent(15) {
            instance.max_steps = Steps::new(self.dice.below(3) as u8);
        }
        self.give(AppState::new(app_state).unwrap(), &Party::BOTH);
        instance
    }

    /// What everybody sees of the chain.
    pub(crate) fn view(&self) -> View {
        let channel = self.manager.channels.get(&self.identity().channel_id().get()).cloned().unwrap_or_default();
        let sight = Sight { channel, now: self.now };
        View {
            last_final: sight.clone(),
            latest: sight,
            credits: self.manager.credits.clone(),
            seen: self.seen.clone(),
            ..View::new(self.manager.deployment, self.now)
        }
    }

    pub(crate) fn advice(&self, party: Party, goal: Goal) -> Advice {
        let (dossier, view) = (party.of(&self.dossiers), self.view());
        let question = Question { dossier, view: &view, policy: &self.policy, party, goal, at: self.now, gas_price: 0 };
        decide(&question, &mut Known::new(dossier, &view))
    }

    /// Somebody sends what was found to be possible.
    pub(crate) fn make(&mut self, made: &Move) {
        match &made.transaction {
            Transaction::Operation(action) => {
                let effects = self.apply(made.submitter, U256::ZERO, action);
                assert_eq!(effects.unwrap(), made.effects, "a move does what it was said to do");
            }
            Transaction::Reveal { registry, preimage } => {
                let (submitter, calldata) = (made.submitter, made.transaction.calldata());
                self.sent.push(Sent { submitter, to: *registry, value: U256::ZERO, calldata, now: self.now });
                self.seen.insert((*registry, hash_of(preimage.get())), self.now);
                self.give(*preimage, &Party::BOTH);
            }
        }
    }

    fn apply(
        &mut self,
        submitter: Address,
        value: U256,
        action: &adjudicator::action::Action,
    ) -> Result<Vec<Effect>, adjudicator::DisputeError> {
        let view = self.view();
        let submission = Submission { submitter, value, now: self.now, chain_id: U256::from(CHAIN_ID) };
        let effects = self.manager.apply(&mut Known::new(&self.everything, &view), action, &submission)?;
        let (to, calldata) = (self.identity().domain().manager(), action.calldata());
        self.sent.push(Sent { submitter, to, value, calldata, now: self.now });
        for effect in &effects {
            match effect {
                Effect::Settled { index, payouts, .. } => {
                    self.received[usize::from(*index)] += *self.honest.of(payouts);
                }
                Effect::Withdrawn { amounts, .. } => {
                    for (index, pair) in amounts.as_chunks::<2>().0.iter().enumerate() {
                        self.received[index] += *self.honest.of(pair);
                    }
                }
                Effect::Progressed { app_state, .. } => {
                    self.give(AppState::new(app_state.clone()).unwrap(), &Party::BOTH);
                }
                _ => {}
            }
        }
        Ok(effects)
    }

    pub(crate) fn is_closed(&self) -> bool {
        let channel = self.manager.channels.get(&self.identity().channel_id().get());
        channel.is_some_and(|channel| channel.is_closed)
    }
}
