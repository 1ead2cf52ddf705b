//! What `decide` lists is what the bytecode takes, and nothing is left out: in channels by chance, everything that could be
//! sent with what a party holds is tried on the real contracts.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::panic,
    dead_code,
    reason = "a test panics, and what it shares with others is not all used here"
)]

#[path = "../../../adjudicator/tests/decide/dice.rs"]
mod dice;
#[path = "../../../adjudicator/tests/decide/life.rs"]
mod life;
#[path = "decide/pool.rs"]
mod pool;

use std::collections::{BTreeMap, BTreeSet};

use adjudicator::{
    abi::{CHANNEL_MANAGER, PREIMAGE_REGISTRY},
    action::{Action, Deposit},
    apps::App,
    decide::{Advice, Goal, Move, Role},
    types::{Amount, Party},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::{SolCall, SolValue};
use simulator::{
    actors::ScriptedToken,
    world::{Transaction as Sending, World},
};

use self::life::{CHAIN_ID, Life, REGISTRY, RICH, START, TOKEN, WINDOW, address_of};

/// How many channels are looked at, and how often each.
const LIVES: u64 = 16;
const LOOKS: u64 = 4;

/// What contracts remember: account, slot, word.
type Words = BTreeSet<(Address, U256, U256)>;

/// The real contracts.
struct Stage {
    world: World,
    manager: Address,
    /// How much of what was sent in a life has arrived here.
    arrived: usize,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new(CHAIN_ID, START);
        let windows = (U256::from(60), U256::from(1_000_000)).abi_encode();
        let creation = [&CHANNEL_MANAGER.creation_code()[..], &windows].concat();
        let manager = world.deploy(RICH, creation.into()).unwrap();
        let token = world.deploy(RICH, ScriptedToken::BYTECODE.clone()).unwrap();
        let code = world.code(token);
        world.set_code(TOKEN, code);
        let mint = ScriptedToken::mintCall { to: RICH, amount: U256::from(u128::MAX) };
        assert!(world.transact(Sending::call(RICH, TOKEN, mint.abi_encode().into())).unwrap().is_success());
        for app in App::ALL {
            world.set_code(address_of(*app), app.artifact().runtime_code().clone());
        }
        world.set_code(REGISTRY, PREIMAGE_REGISTRY.runtime_code().clone());
        world.set_balance(RICH, U256::from(u128::MAX));
        Self { world, manager, arrived: 0 }
    }

    /// Lets happen what has happened in a life.
    fn follow(&mut self, life: &Life) {
        for sent in &life.sent[self.arrived..] {
            self.world.set_now(sent.now);
            let call = Sending::call(sent.submitter, sent.to, sent.calldata.clone());
            let outcome = self.world.transact(Sending { value: sent.value, ..call }).unwrap();
            assert!(outcome.is_success(), "{sent:?}: {outcome:?}");
        }
        self.arrived = life.sent.len();
        self.world.set_now(life.now);
    }

    /// What would come of it: what the contracts remember then, and its gas, if it is taken and changes anything.
    fn tried(&mut self, submitter: Address, to: Address, value: U256, calldata: Bytes) -> Option<(Words, u64)> {
        self.tried_with(Sending { value, ..Sending::call(submitter, to, calldata) })
    }

    fn tried_with(&mut self, sending: Sending) -> Option<(Words, u64)> {
        let submitter = sending.sender;
        let moment = self.world.snapshot();
        let before = self.words();
        let outcome = self.world.transact(sending).unwrap();
        let after = self.words();
        self.world.restore(&moment).unwrap();
        (outcome.is_success() && after != before).then(|| {
            // Who sent it does not matter, who may be the first to prove a close stale.
            let unnamed = after.into_iter().map(|(account, slot, word)| (account, slot, unnamed(word, submitter)));
            (unnamed.collect(), outcome.gas_used())
        })
    }

    /// All that the contract and the registry remember.
    fn words(&self) -> Words {
        let of =
            |account| self.world.slots(account).map(move |slot| (account, slot, self.world.storage(account, slot)));
        of(self.manager).chain(of(REGISTRY)).collect()
    }
}

/// A word without the name of who sent the transaction.
fn unnamed(word: U256, submitter: Address) -> U256 {
    let mut bytes = word.to_be_bytes::<32>();
    for at in 0..=12 {
        if bytes[at..at + 20] == submitter.0[..] {
            bytes[at..at + 20].fill(0);
        }
    }
    U256::from_be_bytes(bytes)
}

#[test]
fn what_is_listed_is_what_the_bytecode_takes() {
    let mut counts = Counts::default();
    for seed in 0..LIVES {
        let mut stage = Stage::new();
        let mut life = Life::new(seed, stage.manager);
        for _ in 0..LOOKS {
            stage.follow(&life);
            for party in Party::BOTH {
                let advice = life.advice(party, Goal::GetOut);
                counts.add(&look(&mut stage, &life, party, &advice, seed));
            }
            live_on(&mut life);
        }
    }
    counts.require_enough();
}

/// Something that is possible happens, or time passes.
fn live_on(life: &mut Life) {
    let advice = life.advice(Party::Zero, Goal::GetOut);
    if !advice.moves.is_empty() && life.dice.percent(80) {
        let made = life.dice.pick(&advice.moves).clone();
        life.make(&made);
    }
    life.now += *life.dice.pick(&[0, 1, WINDOW - 1, WINDOW]);
}

/// How much was tried.
#[derive(Debug, Default)]
struct Counts {
    tried: u64,
    taken: u64,
    names: BTreeSet<&'static str>,
    /// What was said of the gas in hundredths of what it took, the least and the greatest, by operation.
    gas: BTreeMap<&'static str, (u64, u64)>,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.tried += other.tried;
        self.taken += other.taken;
        self.names.extend(&other.names);
        for (name, (least, greatest)) in &other.gas {
            self.note_gas(name, *least);
            self.note_gas(name, *greatest);
        }
    }

    fn note_gas(&mut self, name: &'static str, percent: u64) {
        let (least, greatest) = self.gas.entry(name).or_insert((percent, percent));
        (*least, *greatest) = (percent.min(*least), percent.max(*greatest));
    }

    /// Else nothing was put to the test.
    fn require_enough(&self) {
        assert!(self.taken > 1_000 && self.tried > 10 * self.taken, "{self:?}");
        let is_told = |(least, greatest): &(u64, u64)| *least >= 100 && *greatest <= 400;
        assert!(self.gas.values().all(is_told), "the gas is to be bounded, and not by too much: {self:?}");
        let names =
            Action::names().filter(|name| !["deposit", "depositById", "claim", "claimTo", "multicall"].contains(name));
        for name in names.chain(["reveal"]) {
            assert!(self.names.contains(name), "no {name} in {self:?}");
        }
    }
}

fn look(stage: &mut Stage, life: &Life, party: Party, advice: &Advice, seed: u64) -> Counts {
    let mut counts = Counts::default();
    let mut listed: Vec<(Role, Words)> = Vec::new();
    for each in &advice.moves {
        let (words, gas) = require_taken(stage, each, seed);
        counts.note_gas(each.transaction.name(), 100 * each.gas / gas);
        counts.names.insert(each.transaction.name());
        listed.push((each.by, words));
    }
    for sent in pool::all(life, party) {
        counts.tried += 1;
        let Some((words, _)) = stage.tried(sent.submitter, sent.to, sent.value, sent.calldata.clone()) else {
            continue;
        };
        counts.taken += 1;
        let is_meant = |by: &Role| *by == Role::Anyone || pool::submitter(life, *by) == sent.submitter;
        let is_listed = listed.iter().any(|(by, known)| is_meant(by) && *known == words);
        assert!(is_listed, "seed {seed}: {sent:?} is taken, and not among {:#?}", advice.moves);
    }
    deposits(stage, life, advice);
    counts
}

/// The bytecode takes what is listed, with the gas that it is to be sent with.
fn require_taken(stage: &mut Stage, each: &Move, seed: u64) -> (Words, u64) {
    let to = each.transaction.to(stage.manager);
    let call = Sending::call(each.submitter, to, each.transaction.calldata());
    let taken = stage.tried_with(Sending { gas: each.gas_limit, ..call });
    taken.unwrap_or_else(|| panic!("seed {seed}: the bytecode refuses {each:#?}"))
}

fn deposits(stage: &mut Stage, life: &Life, advice: &Advice) {
    let terms = life.identity().terms();
    for deposit in &advice.deposits {
        for (amount, is_taken) in [(deposit.most, true), (deposit.most + U256::ONE, false)] {
            let Ok(amount) = Amount::try_from(amount) else { continue };
            let call = Deposit::new(terms, deposit.side, amount).unwrap();
            let action = Action::from(call);
            let taken = stage.tried(RICH, stage.manager, action.value(), action.calldata());
            assert_eq!(taken.is_some(), is_taken, "{deposit:?}");
        }
    }
}
