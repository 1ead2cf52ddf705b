//! What the parties agree on: states, and the instances in them.

use adjudicator::types::{
    Close, Instance, InstancesRoot, Invalid, Net, PerAsset, Proof, Round, State, Timestamp, Tree,
};
use alloy_primitives::{B256, I256, keccak256};

/// A tenth of what each party deposits, in wei or the token's units.
pub(super) const TENTH: u128 = 100_000_000_000_000_000;
/// What each party deposits.
pub(super) const DEPOSIT: u128 = 10 * TENTH;
/// Far away: what is signed does not expire during a measurement.
pub(super) const VALID_UNTIL: Timestamp = Timestamp::new(2_000_000_000);

/// What party 0 and party 1 are paid.
pub(super) type Payouts = [u128; 2];

/// A state that both parties sign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agreed {
    pub(super) round: Round,
    /// What it pays if nothing is running.
    pub(super) payouts: Payouts,
    pub(super) instances_root: InstancesRoot,
}

pub(super) const OLDER: Agreed =
    Agreed { round: Round::new(7), payouts: [7 * TENTH, 13 * TENTH], instances_root: InstancesRoot::NONE };
pub(super) const NEWER: Agreed =
    Agreed { round: Round::new(8), payouts: [6 * TENTH, 14 * TENTH], instances_root: InstancesRoot::NONE };

impl Agreed {
    /// The same with what is running.
    pub(super) const fn with(self, leaf: &Leaf) -> Self {
        Self { instances_root: leaf.root, ..self }
    }

    /// The state.
    pub(super) fn state(&self) -> Result<State, Invalid> {
        State::new(self.round, self.instances_root, self.nets()?)
    }

    /// The agreement to close by it at once.
    pub(super) fn close(&self) -> Result<Close, Invalid> {
        Close::new(self.round, VALID_UNTIL, self.nets()?)
    }

    fn nets(&self) -> Result<PerAsset<Net>, Invalid> {
        let [zero, _] = self.payouts;
        PerAsset::new(vec![Net::new(I256::unchecked_from(DEPOSIT.saturating_sub(zero)))])
    }
}

/// An instance, and its place among those of a state.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) instance: Instance,
    pub(super) proof: Proof,
    pub(super) root: InstancesRoot,
}

impl Leaf {
    /// The only one.
    pub(super) fn alone(instance: Instance) -> Self {
        Self { root: InstancesRoot::new(instance.hash().get()), instance, proof: Proof::default() }
    }

    /// Each of many.
    pub(super) fn all(instances: Vec<Instance>) -> Vec<Self> {
        let tree = Tree::new(instances.iter().map(Instance::hash));
        let leaf = |(index, instance)| Some(Self { instance, proof: tree.proof(index)?, root: tree.root() });
        instances.into_iter().enumerate().filter_map(leaf).collect()
    }
}

/// What looks random, and so has few zero bytes: as salts, ids and hashes have in real use.
pub(super) fn random(of: &str) -> B256 {
    keccak256(of)
}
