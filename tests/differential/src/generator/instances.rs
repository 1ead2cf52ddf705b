//! Instances of apps in states: what they are, and how an app answers.

use adjudicator::Turn;
use alloy_primitives::{Address, B256, Bytes, I256, KECCAK256_EMPTY, U256, keccak256};

use super::{
    Generator, MAX_AMOUNT, short_hash,
    tree::{grow, parent},
};
use crate::{
    scene::{GHOST_APP, OUTSIDERS},
    twin::Twin,
};

/// An instance of a state.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) packed: Bytes,
    pub(super) hash: B256,
    pub(super) proof: Vec<u8>,
    pub(super) app: Address,
    pub(super) gas: u32,
    pub(super) app_state: Bytes,
}

/// The greatest depth of a tree.
const MAX_DEPTH: usize = 32;

impl Generator {
    /// Some instances, and the root over them.
    pub(super) fn make_instances(&mut self, twin: &Twin, at: usize) -> (B256, Vec<Leaf>) {
        let count = self.dice.weighted(&[(4, 1), (4, 2), (2, 3), (1, 5)]);
        let mut leaves: Vec<Leaf> = (0..count).map(|_| self.instance(twin, at)).collect();
        let hashes: Vec<B256> = leaves.iter().map(|leaf| leaf.hash).collect();
        let (mut root, proofs) = grow(&hashes);
        for (leaf, proof) in leaves.iter_mut().zip(&proofs) {
            leaf.proof = proof.concat_words();
        }
        if self.dice.permille(150) {
            let deepest = proofs.iter().map(Vec::len).max().unwrap_or_default();
            // One deeper than any tree may be, now and then.
            let levels = self.dice.within(1, (MAX_DEPTH + 1 - deepest) as u64);
            let levels = if self.dice.permille(150) { (MAX_DEPTH + 1 - deepest) as u64 } else { levels };
            for _ in 0..levels {
                let sibling = self.dice.word();
                root = parent(root, sibling);
                leaves.iter_mut().for_each(|leaf| leaf.proof.extend(sibling));
            }
        }
        (root, leaves)
    }

    fn instance(&mut self, twin: &Twin, at: usize) -> Leaf {
        let count = self.plans[at].assets.len();
        let app = self.app(count);
        let app_state = if app == self.scene.counter { self.count() } else { self.standing(count) };
        self.app_states.insert(short_hash(&app_state), app_state.clone());
        let gas = *self.dice.pick(&[200_000, 200_000, 200_000, 200_000, 200_000, 200_000, 1_000_000, 100]);
        let gas = if self.dice.permille(20) { *self.dice.pick(&[u32::MAX, 0]) } else { gas };
        let mut packed = self.dice.word().to_vec();
        packed.extend(app);
        packed.extend(self.code_hash(twin, app));
        packed.extend(u32::to_be_bytes(gas));
        packed.push(*self.dice.pick(&[1, 2, 3, 5, 5, 9, 255, 255]) * u8::from(!self.dice.permille(40)));
        packed.extend(&self.matures().to_be_bytes()[3..]);
        packed.extend(keccak256(&app_state));
        for _ in 0..2 * count {
            packed.extend(&self.stake().to_be_bytes()[2..]);
        }
        Leaf { hash: keccak256(&packed), packed: packed.into(), proof: Vec::new(), app, gas, app_state }
    }

    fn app(&mut self, assets: usize) -> Address {
        match self.dice.below(40) {
            0..8 if assets == 1 => self.scene.counter,
            8 => self.scene.counter,
            9 => GHOST_APP,
            10 => *self.dice.pick(&[OUTSIDERS[0], self.scene.payees[0]]),
            11..15 => self.scene.apps[1],
            _ => self.scene.apps[0],
        }
    }

    fn code_hash(&mut self, twin: &Twin, app: Address) -> B256 {
        use adjudicator::World;
        match self.dice.below(20) {
            0..9 => B256::ZERO,
            9 => KECCAK256_EMPTY,
            10 => twin.others.clone().code_hash(self.scene.apps[1]),
            _ => twin.others.clone().code_hash(app),
        }
    }

    fn matures(&mut self) -> u64 {
        match self.dice.below(40) {
            0..20 => 0,
            20..39 => self.now - 50 + self.dice.below(250),
            _ => *self.dice.pick(&[(1 << 40) - 1, 1 << 33]),
        }
    }

    fn stake(&mut self) -> u128 {
        match self.dice.below(10) {
            0 => 0,
            1 => 1,
            2 => (1 << 111) - 1,
            3 => (1 << 112) - 1,
            _ => self.dice.within(1, 1000).into(),
        }
    }

    fn count(&mut self) -> Bytes {
        let count = if self.dice.permille(30) { U256::MAX } else { U256::from(self.dice.below(4)) };
        count.to_be_bytes_vec().into()
    }

    /// An app state of the scripted app, in which it stands somewhere, or answers in another way.
    pub(super) fn standing(&mut self, assets: usize) -> Bytes {
        if self.dice.permille(60) {
            return self.raw_position(assets);
        }
        let manner = if self.dice.permille(900) { 0 } else { self.dice.below(8) as u8 };
        let turn = if self.dice.permille(970) { self.dice.below(4) as u8 } else { self.dice.within(4, 255) as u8 };
        let count = if self.dice.permille(970) { assets } else { self.dice.below(4) as usize };
        let mut state = vec![manner, turn];
        state.extend((0..count).flat_map(|_| self.delta().to_be_bytes::<32>()));
        match self.dice.below(40) {
            // What is left over means nothing.
            0 => state.extend(&[7; 31][..self.dice.within(1, 31) as usize]),
            1 => state.truncate(self.dice.below(3) as usize),
            // As long as may be: but then it is for so many assets.
            2 if assets == 1 => state.resize(4096, 0),
            _ => {}
        }
        state.into()
    }

    fn delta(&mut self) -> I256 {
        let max = I256::from_raw(MAX_AMOUNT);
        match self.dice.below(12) {
            0 | 1 => I256::ZERO,
            2 => max,
            3 => -max,
            4 => *self.dice.pick(&[I256::MAX, I256::MIN, I256::ONE, I256::MINUS_ONE]),
            _ => I256::unchecked_from(self.dice.below(2000)) - I256::unchecked_from(1000),
        }
    }

    /// An app state whose position is answered by these very bytes: a good answer, or almost one.
    fn raw_position(&mut self, assets: usize) -> Bytes {
        let mut words = vec![U256::from(self.dice.below(4)), U256::from(64), U256::from(assets)];
        words.extend((0..assets).map(|_| self.delta().into_raw()));
        let answer = self.almost(words);
        [&[2, 0][..], &answer].concat().into()
    }

    /// What the scripted app is told to do by this mover: the action. And where it leads, if the app answers well.
    pub(super) fn move_of(&mut self, assets: usize, mover: Turn) -> (Bytes, Option<Bytes>) {
        let allowed = match self.dice.below(20) {
            0 => self.dice.below(5) as u8,
            1..8 => mover as u8,
            _ => 3,
        };
        let next = self.standing(assets);
        if self.dice.permille(60) {
            let answer = self.raw_transition(assets, &next);
            return ([&[2, allowed][..], &answer].concat().into(), Some(next));
        }
        let manner = if self.dice.permille(930) { 0 } else { self.dice.below(8) as u8 };
        ([&[manner, allowed][..], &next].concat().into(), Some(next))
    }

    fn raw_transition(&mut self, assets: usize, next: &[u8]) -> Vec<u8> {
        let mut padded = next.to_vec();
        padded.resize(next.len().next_multiple_of(32), 0);
        let numbers = [96, self.dice.below(4), 128 + padded.len() as u64, next.len() as u64];
        let mut words: Vec<U256> = numbers.map(U256::from).to_vec();
        words.extend(padded.chunks(32).map(U256::from_be_slice));
        words.push(U256::from(assets));
        words.extend((0..assets).map(|_| self.delta().into_raw()));
        self.almost(words)
    }

    /// The words, or with one of them off by one, or of another length.
    fn almost(&mut self, mut words: Vec<U256>) -> Vec<u8> {
        let at = self.dice.below(words.len() as u64) as usize;
        match self.dice.below(6) {
            0 => words[at] = words[at].wrapping_add(U256::ONE),
            1 => words[at] = U256::MAX,
            2 => words.push(U256::ZERO),
            _ => {}
        }
        let mut bytes: Vec<u8> = words.iter().flat_map(U256::to_be_bytes::<32>).collect();
        if self.dice.permille(80) {
            bytes.truncate(self.dice.below(bytes.len() as u64) as usize);
        }
        bytes
    }
}

trait ConcatWords {
    fn concat_words(&self) -> Vec<u8>;
}

impl ConcatWords for Vec<B256> {
    fn concat_words(&self) -> Vec<u8> {
        self.iter().flatten().copied().collect()
    }
}
