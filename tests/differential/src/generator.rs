//! What happens next, by chance: mostly what is plausible now, often spoiled in one way, and biased to the edges.

mod actors;
mod batch;
mod clock;
mod closing;
mod crossing;
mod evidence;
mod ideas;
mod instances;
mod mishaps;
mod money;
mod plan;
mod progress;
mod signatures;
mod states;
mod tree;

use std::{collections::HashMap, sync::LazyLock};

use adjudicator::{Channel, action::Action, rules::MAX_TIME};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};

use self::{ideas::Idea, plan::Plan};
use crate::{
    dice::Dice,
    scene::{CHAIN_ID, KEYS, OUTSIDERS, PAUPER, START, Scene},
    step::{Act, Step},
    twin::Twin,
};

/// How many of 1,000 calls are spoiled on purpose.
const SPOILED: u64 = 330;
/// How many of 1,000 are crossed with another, so that several things are wrong with them at once.
const CROSSED: u64 = 110;
/// How many seconds before the last deadline that can be stored a few lives begin: about as many as a window has.
const TO_THE_END: [u64; 10] = [0, 59, 60, 61, 99, 100, 101, 300, 301, 900];
/// How many channels live at a time.
const LIVING: usize = 2;
/// How many closed channels are remembered.
const CLOSED: usize = 2;
/// The greatest net, deposit and withdrawal.
const MAX_AMOUNT: U256 = adjudicator::rules::MAX_AMOUNT;

/// The author of one life.
#[derive(Debug)]
pub struct Generator {
    dice: Dice,
    scene: Scene,
    now: u64,
    plans: Vec<Plan>,
    salts: u64,
    asides: u64,
    app_states: HashMap<[u8; 24], Bytes>,
    past: Vec<Act>,
    /// A credit that can be paid now.
    due: Option<(Address, Address)>,
}

/// A call that is going to be sent.
#[derive(Debug, Clone)]
struct Draft {
    action: Action,
    sender: Address,
    value: U256,
    /// Whether it may need more gas than there is.
    is_greedy: bool,
}

impl Draft {
    fn new(sender: Address, action: impl Into<Action>) -> Self {
        Self { action: action.into(), sender, value: U256::ZERO, is_greedy: false }
    }
}

impl Generator {
    /// The author of the life with this seed.
    #[must_use]
    pub fn new(scene: &Scene, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        // A few lives are led at the end of the time that can be stored.
        let now = if dice.permille(40) { MAX_TIME - *dice.pick(&TO_THE_END) } else { START };
        Self {
            dice,
            scene: scene.clone(),
            now,
            plans: Vec::new(),
            salts: 0,
            asides: 0,
            app_states: HashMap::new(),
            past: Vec::new(),
            due: None,
        }
    }

    /// What happens next, where things stand as the twin says.
    pub fn next_step(&mut self, twin: &Twin) -> Step {
        self.renew_plans(twin);
        if let Some(step) = self.aside(twin) {
            return step;
        }
        self.pass_time(twin);
        let act = self.next_act(twin);
        self.past.push(act.clone());
        Step::Act(act)
    }

    fn next_act(&mut self, twin: &Twin) -> Act {
        if !self.past.is_empty() && self.dice.permille(25) {
            return self.again();
        }
        if self.dice.permille(80) {
            return self.batch(twin);
        }
        let draft = match self.due.take() {
            Some((creditor, asset)) if self.dice.permille(600) => self.claim_of(creditor, asset),
            _ => self.draft(twin),
        };
        let scarce_gas = self.gas_for(&draft);
        let act = self.sent(&draft, scarce_gas);
        self.mistreated(act)
    }

    fn sent(&self, draft: &Draft, scarce_gas: Option<u64>) -> Act {
        let (sender, value, calldata) = (draft.sender, draft.value, draft.action.calldata());
        Act { sender, value, calldata, now: self.now, chain_id: CHAIN_ID, scarce_gas }
    }

    /// Somebody sends once more what was sent before.
    fn again(&mut self) -> Act {
        let mut act = self.dice.pick(&self.past).clone();
        act.now = self.now;
        if act.value.is_zero() && self.dice.permille(300) {
            act.sender = self.anyone();
        }
        act
    }

    /// A call that is plausible now, or spoiled in one way.
    fn draft(&mut self, twin: &Twin) -> Draft {
        let at = self.dice.below(self.plans.len() as u64) as usize;
        let is_closed = channel(twin, self.plans[at].id).is_closed;
        // What is closed is left alone, most often.
        let at = if is_closed && self.dice.permille(880) { self.living(twin) } else { at };
        let is_spoiled = self.dice.permille(SPOILED);
        let idea = self.idea(twin, at, is_spoiled);
        let mut draft = self.draft_of(twin, idea, at, is_spoiled);
        if self.dice.permille(CROSSED) {
            let (other, is_spoiled) = (self.dice.below(self.plans.len() as u64) as usize, self.dice.permille(700));
            let other = self.draft_of(twin, idea, other, is_spoiled);
            self.cross(&mut draft, other);
        }
        draft
    }

    fn draft_of(&mut self, twin: &Twin, idea: Idea, at: usize, is_spoiled: bool) -> Draft {
        match idea {
            Idea::Deposit => self.deposit(twin, at, is_spoiled),
            Idea::DepositById => self.deposit_by_id(twin, at, is_spoiled),
            Idea::Withdraw => self.withdraw(twin, at, is_spoiled),
            Idea::Claim => self.claim(twin, is_spoiled && at.is_multiple_of(2)),
            Idea::ClaimTo => self.claim_to(twin, is_spoiled && at.is_multiple_of(2)),
            Idea::SnapshotSolo => self.hand_in(twin, at, is_spoiled, false),
            Idea::Slash => self.hand_in(twin, at, is_spoiled, true),
            Idea::CloseMutual => self.close_mutual(twin, at, is_spoiled),
            Idea::CloseSolo => self.close_solo(twin, at, is_spoiled),
            Idea::CloseSoloAsDelegate => self.close_solo_as_delegate(twin, at, is_spoiled),
            Idea::Settle => self.settle(twin, at, is_spoiled),
            Idea::ForceProgress => self.force_progress(twin, at, is_spoiled),
            Idea::Evaluate => self.evaluate(twin, at, is_spoiled),
            Idea::RevokeDelegations => self.revoke_delegations(at, is_spoiled),
        }
    }

    /// Anybody who has coins.
    fn anyone(&mut self) -> Address {
        match self.dice.below(10) {
            0..6 => self.dice.pick(&*KEYS).address(),
            6 => PAUPER,
            7 => *self.dice.pick(&self.scene.payees),
            _ => *self.dice.pick(&OUTSIDERS),
        }
    }

    /// A party's signer: its number and its address.
    fn party(&mut self, at: usize) -> (u8, Address) {
        let party = self.dice.below(2) as u8;
        (party, self.plans[at].signer(party))
    }

    /// Somebody without a part in the channel.
    fn stranger(&mut self) -> Address {
        if self.dice.permille(500) { KEYS[5].address() } else { *self.dice.pick(&OUTSIDERS) }
    }

    /// An amount of at most `max`.
    fn amount(&mut self, max: U256) -> U256 {
        match self.dice.below(10) {
            0 => max,
            1 => max.min(U256::ONE),
            2..5 if !max.is_zero() => U256::from_be_bytes(self.dice.word().0) % max,
            _ => max.min(U256::from(self.dice.within(1, 1000))),
        }
    }

    /// A last second at which something may be used: now, or later.
    fn valid_until(&mut self) -> u64 {
        match self.dice.below(4) {
            0 => self.now,
            1 => self.now + 1,
            2 => u64::MAX,
            _ => self.now + self.dice.below(1000),
        }
    }
}

/// A channel as the twin has it.
fn channel(twin: &Twin, id: B256) -> &Channel {
    static NOTHING: LazyLock<Channel> = LazyLock::new(Channel::default);
    twin.manager.channels.get(&id).unwrap_or(&NOTHING)
}

/// The first 192 bits of a hash of bytes.
fn short_hash(bytes: &[u8]) -> [u8; 24] {
    *keccak256(bytes).0.first_chunk().expect("a hash is longer")
}
