use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Instance, InstancesRoot, Invalid, Tree};

/// All running instances of one state, in the order of the leaves of its tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Instance>")]
pub struct Instances(Vec<Instance>);

impl Instances {
    /// Checks the instances of one state.
    ///
    /// # Errors
    /// If two have the same id, or they are not all for channels with one number of assets.
    pub fn new(instances: Vec<Instance>) -> Result<Self, Invalid> {
        let mut ids = BTreeSet::new();
        if let Some(Instance { id, .. }) = instances.iter().find(|instance| !ids.insert(instance.id)) {
            return Err(Invalid::InstanceIdTwice { id: *id });
        }
        let counts = || instances.iter().map(|instance| instance.stakes.asset_count());
        match counts().zip(counts().skip(1)).find(|(one, next)| one != next) {
            Some((expected, found)) => Err(Invalid::InstancesDiffer { expected, found }),
            None => Ok(Self(instances)),
        }
    }

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Instance] {
        &self.0
    }

    /// Their tree, from which proofs are made.
    #[must_use]
    pub fn tree(&self) -> Tree {
        Tree::new(self.0.iter().map(Instance::hash))
    }

    /// What a state with these instances commits to.
    #[must_use]
    pub fn root(&self) -> InstancesRoot {
        self.tree().root()
    }
}

impl TryFrom<Vec<Instance>> for Instances {
    type Error = Invalid;

    fn try_from(instances: Vec<Instance>) -> Result<Self, Invalid> {
        Self::new(instances)
    }
}
