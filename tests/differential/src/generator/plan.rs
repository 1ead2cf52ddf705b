//! Channels that a life is about.

use adjudicator::{rules::NATIVE, wire::Terms as Wire};
use alloy_primitives::{Address, B256, Bytes};

use super::{CLOSED, Generator, LIVING, channel, states::Made};
use crate::{
    key::Key,
    scene::{GHOST_TOKEN, KEYS, MAX_WINDOW, MIN_WINDOW, OUTSIDERS},
    twin::Twin,
};

/// A channel with all that its parties know.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) id: B256,
    pub(super) terms: Bytes,
    pub(super) keys: [usize; 2],
    pub(super) payees: [Address; 2],
    pub(super) assets: Vec<Address>,
    pub(super) window: u32,
    pub(super) bounty: u128,
    pub(super) stale_margin: u16,
    /// Every state that was made for it.
    pub(super) states: Vec<Made>,
}

impl Plan {
    pub(super) fn key(&self, party: u8) -> Key {
        KEYS[self.keys[usize::from(party)]]
    }

    pub(super) fn signer(&self, party: u8) -> Address {
        self.key(party).address()
    }
}

/// The terms as they are packed.
#[derive(Debug, Clone)]
struct Terms {
    signers: [Address; 2],
    payees: [Address; 2],
    window: u32,
    bounty: u128,
    stale_margin: u16,
    salt: u64,
    assets: Vec<Address>,
}

impl Terms {
    fn pack(&self) -> Bytes {
        let mut packed = Vec::new();
        for party in 0..2 {
            packed.extend(self.signers[party]);
            packed.extend(self.payees[party]);
        }
        packed.extend(self.window.to_be_bytes());
        packed.extend(&self.bounty.to_be_bytes()[2..]);
        packed.extend(self.stale_margin.to_be_bytes());
        packed.extend(self.salt.to_be_bytes());
        packed.extend(self.assets.iter().flatten());
        packed.into()
    }
}

/// The greatest number of assets.
const MAX_ASSETS: usize = Wire::MAX_ASSETS;

impl Generator {
    /// Sees to it that there are channels to live in, and forgets those that died long ago.
    pub(super) fn renew_plans(&mut self, twin: &Twin) {
        let is_closed = |plan: &Plan| channel(twin, plan.id).is_closed;
        let closed = self.plans.iter().filter(|plan| is_closed(plan)).count();
        if closed > CLOSED {
            let oldest = self.plans.iter().position(is_closed).unwrap_or_default();
            self.plans.remove(oldest);
        }
        while self.plans.iter().filter(|plan| !is_closed(plan)).count() < LIVING {
            let plan = self.new_plan();
            self.plans.push(plan);
        }
    }

    /// A channel that is not closed.
    pub(super) fn living(&mut self, twin: &Twin) -> usize {
        let living = |plan: &&Plan| !channel(twin, plan.id).is_closed;
        let last = self.plans.iter().rposition(|plan| living(&plan));
        last.expect("there are always some")
    }

    fn new_plan(&mut self) -> Plan {
        let keys = self.two_keys();
        // Evidence of a channel with bad terms is taken like any other; only money is not.
        let terms = if self.dice.permille(50) { self.bad_terms(keys) } else { self.good_terms(keys) };
        let packed = terms.pack();
        Plan {
            id: self.scene.domain.channel_id(&packed),
            terms: packed,
            keys,
            payees: terms.payees,
            assets: terms.assets,
            window: terms.window,
            bounty: terms.bounty,
            stale_margin: terms.stale_margin,
            states: Vec::new(),
        }
    }

    fn two_keys(&mut self) -> [usize; 2] {
        let first = self.dice.below(4) as usize;
        [first, (first + self.dice.within(1, 3) as usize) % 4]
    }

    fn good_terms(&mut self, keys: [usize; 2]) -> Terms {
        let has_bounty = self.dice.permille(450);
        let count = self.dice.weighted(&[(43, 1), (35, 2), (20, 3), (2, MAX_ASSETS)]);
        let mut assets = Vec::new();
        while assets.len() < count {
            let asset = if assets.len() < 3 { self.asset() } else { Address::from_word(self.dice.word()) };
            if !assets.contains(&asset) {
                assets.push(asset);
            }
        }
        assets.sort();
        self.salts += 1;
        let windows = [MIN_WINDOW, 100, 100, 100, 300, 1000, MAX_WINDOW];
        Terms {
            signers: keys.map(|key| KEYS[key].address()),
            payees: [self.payee(keys[0]), self.payee(keys[1])],
            window: *self.dice.pick(&windows) as u32,
            bounty: if has_bounty { self.bounty() } else { 0 },
            stale_margin: self.dice.within(if has_bounty { 3 } else { 0 }, 6) as u16,
            salt: self.salts,
            assets,
        }
    }

    fn bounty(&mut self) -> u128 {
        match self.dice.below(6) {
            0 => 1,
            1 => (1 << 112) - 1,
            _ => self.dice.within(1, 500).into(),
        }
    }

    fn asset(&mut self) -> Address {
        match self.dice.below(40) {
            0..18 => NATIVE,
            39 => GHOST_TOKEN,
            other => self.scene.tokens[other as usize % 3],
        }
    }

    fn payee(&mut self, key: usize) -> Address {
        match self.dice.below(20) {
            0..15 => *self.dice.pick(&self.scene.payees),
            15 => *self.dice.pick(&OUTSIDERS),
            16 | 17 => KEYS[key].address(),
            _ => *self.dice.pick(&[self.scene.tokens[0], self.scene.apps[0]]),
        }
    }

    /// Terms that no money may be paid into, of a channel that nobody has.
    pub(super) fn other_bad_terms(&mut self) -> Bytes {
        let keys = self.two_keys();
        self.bad_terms(keys).pack()
    }

    fn bad_terms(&mut self, keys: [usize; 2]) -> Terms {
        let mut terms = self.good_terms(keys);
        let party = self.dice.below(2) as usize;
        match self.dice.below(8) {
            0 => terms.signers[party] = Address::ZERO,
            1 => terms.payees[party] = *self.dice.pick(&[Address::ZERO, self.scene.manager()]),
            2 => terms.signers[1] = terms.signers[0],
            3 => terms.window = *self.dice.pick(&[MIN_WINDOW as u32 - 1, 0]),
            4 => terms.window = *self.dice.pick(&[MAX_WINDOW as u32 + 1, u32::MAX]),
            5 => (terms.bounty, terms.stale_margin) = (1, self.dice.below(3) as u16),
            6 => terms.assets.insert(0, terms.assets[terms.assets.len() - 1]),
            _ => {
                let last = terms.assets[terms.assets.len() - 1];
                terms.assets.push(*self.dice.pick(&[last, NATIVE]));
            }
        }
        terms
    }

    /// Terms of a length that no terms have.
    pub(super) fn cut_terms(&mut self, terms: &[u8]) -> Bytes {
        match self.dice.below(5) {
            0 => Bytes::new(),
            1 => Bytes::copy_from_slice(&terms[..108]),
            2 => Bytes::copy_from_slice(&terms[..terms.len() - 1]),
            3 => [terms, &[0]].concat().into(),
            // One asset more than there may be.
            _ => [&terms[..108], &[7; 180]].concat().into(),
        }
    }
}
