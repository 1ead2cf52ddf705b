//! What happens next, by chance: mostly what is plausible now, often spoiled in one way, and biased to the edges.

mod actors;
mod batch;
mod clock;
mod closing;
mod evidence;
mod instances;
mod money;
mod plan;
mod progress;
mod signatures;
mod states;
mod tree;

use std::{collections::HashMap, sync::LazyLock};

use adjudicator::{Channel, action::Action};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};

use self::{evidence::takes_evidence, plan::Plan};
use crate::{
    dice::Dice,
    others::is_sender,
    scene::{CHAIN_ID, KEYS, OUTSIDERS, PAUPER, START, Scene},
    step::{Act, Step},
    twin::Twin,
};

/// How many of 1,000 calls are spoiled on purpose.
const SPOILED: u64 = 330;
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

/// An operation that somebody may think of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Idea {
    Deposit,
    DepositById,
    Withdraw,
    Claim,
    ClaimTo,
    SnapshotSolo,
    Slash,
    CloseMutual,
    CloseSolo,
    CloseSoloAsDelegate,
    Settle,
    ForceProgress,
    Evaluate,
    RevokeDelegations,
}

const OPEN: [(u64, Idea); 14] = [
    (20, Idea::Deposit),
    (6, Idea::DepositById),
    (8, Idea::Withdraw),
    (22, Idea::Claim),
    (20, Idea::ClaimTo),
    (6, Idea::SnapshotSolo),
    (4, Idea::Slash),
    (3, Idea::CloseMutual),
    (9, Idea::CloseSolo),
    (7, Idea::CloseSoloAsDelegate),
    (1, Idea::Settle),
    (12, Idea::ForceProgress),
    (7, Idea::Evaluate),
    (3, Idea::RevokeDelegations),
];

const CLOSING: [(u64, Idea); 14] = [
    (3, Idea::Deposit),
    (3, Idea::DepositById),
    (6, Idea::Withdraw),
    (22, Idea::Claim),
    (20, Idea::ClaimTo),
    (3, Idea::SnapshotSolo),
    (12, Idea::Slash),
    (3, Idea::CloseMutual),
    (9, Idea::CloseSolo),
    (5, Idea::CloseSoloAsDelegate),
    (9, Idea::Settle),
    (13, Idea::ForceProgress),
    (8, Idea::Evaluate),
    (2, Idea::RevokeDelegations),
];

impl Generator {
    /// The author of the life with this seed.
    #[must_use]
    pub fn new(scene: &Scene, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        // A few lives are led at the end of the time that can be stored.
        let now = if dice.permille(40) { adjudicator::rules::MAX_TIME - dice.below(900) } else { START };
        Self {
            dice,
            scene: scene.clone(),
            now,
            plans: Vec::new(),
            salts: 0,
            asides: 0,
            app_states: HashMap::new(),
            past: Vec::new(),
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
        let draft = self.draft(twin);
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

    fn idea(&mut self, twin: &Twin, at: usize, is_spoiled: bool) -> Idea {
        let channel = channel(twin, self.plans[at].id);
        // Without money nothing of the rest is worth much.
        if channel.funds.is_empty() && self.dice.permille(350) {
            return Idea::Deposit;
        }
        // What is running is played, by both, and more than once.
        if self.dice.permille(400) && self.is_playable(twin, at) {
            return if self.dice.permille(600) { Idea::ForceProgress } else { Idea::Evaluate };
        }
        let is_closing = channel.record.is_closing();
        loop {
            let idea = self.dice.weighted(if is_closing { &CLOSING } else { &OPEN });
            if self.is_sensible(twin, at, idea) || self.dice.permille(if is_spoiled { 150 } else { 20 }) {
                return idea;
            }
        }
    }

    /// Whether it can come to anything.
    fn is_sensible(&self, twin: &Twin, at: usize, idea: Idea) -> bool {
        let takes_evidence = takes_evidence(channel(twin, self.plans[at].id), self.now);
        match idea {
            Idea::Claim | Idea::ClaimTo => twin.manager.credits.keys().any(|(it, _)| is_sender(&self.scene, *it)),
            Idea::SnapshotSolo | Idea::Slash => takes_evidence,
            Idea::ForceProgress | Idea::Evaluate => takes_evidence || self.is_playable(twin, at),
            _ => true,
        }
    }

    /// Whether an instance of the recorded state may still be touched, as far as one can tell of all of them.
    fn is_playable(&self, twin: &Twin, at: usize) -> bool {
        let is_final = self.final_time(channel(twin, self.plans[at].id), at).is_some_and(|time| self.now >= time);
        !is_final && self.recorded_with_instances(twin, at).is_some()
    }

    /// Gas that may be too little, where the twin can be asked what would have come of enough.
    fn gas_for(&mut self, draft: &Draft) -> Option<u64> {
        if draft.is_greedy {
            return Some(simulator::world::Transaction::PLENTY_OF_GAS);
        }
        let (least, chance) = match draft.action {
            Action::Withdraw(_) | Action::Settle(_) | Action::CloseMutual(_) => (80_000, 60),
            Action::ForceProgress(_) | Action::Evaluate(_) => (80_000, 30),
            Action::SnapshotSolo(_) | Action::Slash(_) | Action::RevokeDelegations(_) => (30_000, 10),
            // What these hand on is all that is left, which the twin cannot know.
            _ => return None,
        };
        let least = least + 70 * draft.action.calldata().len() as u64;
        self.dice.permille(chance).then(|| self.dice.within(least, 2 * least + 200_000))
    }

    /// What befalls any call: bytes that are lost or wrong, another chain, coins where none may be.
    fn mistreated(&mut self, mut act: Act) -> Act {
        match self.dice.below(1000) {
            0..8 => act.chain_id += 1,
            8..12 if act.value.is_zero() && is_sender(&self.scene, act.sender) => act.value = U256::ONE,
            12..24 => act.calldata = self.damaged(&act.calldata),
            _ => {}
        }
        act
    }

    /// Bytes of which one is another, or the last are missing, or some more follow.
    fn damaged(&mut self, bytes: &[u8]) -> Bytes {
        let mut bytes = bytes.to_vec();
        match self.dice.below(4) {
            0 => bytes.truncate(self.dice.below(bytes.len() as u64) as usize),
            1 => bytes.extend(&self.dice.word()[..self.dice.clone().within(1, 32) as usize]),
            _ if bytes.is_empty() => {}
            _ => {
                let at = self.dice.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << self.dice.below(8);
            }
        }
        bytes.into()
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
