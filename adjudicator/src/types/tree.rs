use alloy_primitives::{B256, keccak256};
use serde::{Deserialize, Serialize};

use super::{InstanceHash, InstancesRoot, Invalid, Node};

/// The tree of a state's running instances.
///
/// Leaves keep their order and are paired from the left; the odd one out moves up as it is. An inner node is the hash
/// of its two children, the lesser first. Source: `contracts/libraries/Merkle.sol`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// From the leaves up to the root; without leaves there is one empty level.
    levels: Vec<Vec<B256>>,
}

impl Tree {
    /// The tree of these leaves. There must be at most 2^32, for proofs to be short enough.
    #[must_use]
    pub fn new(leaves: impl IntoIterator<Item = InstanceHash>) -> Self {
        let mut level: Vec<B256> = leaves.into_iter().map(InstanceHash::get).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let parents = level.chunks(2).map(parent_of).collect();
            levels.push(std::mem::replace(&mut level, parents));
        }
        levels.push(level);
        Self { levels }
    }

    /// What the state commits to.
    #[must_use]
    pub fn root(&self) -> InstancesRoot {
        self.levels.last().and_then(|level| level.first()).map_or(InstancesRoot::NONE, |root| InstancesRoot::new(*root))
    }

    /// The proof of the leaf at `index`, if there is one.
    #[must_use]
    pub fn proof(&self, index: usize) -> Option<Proof> {
        self.levels.first()?.get(index)?;
        let siblings = self.levels.iter().scan(index, |index, level| {
            let sibling = level.get(*index ^ 1);
            *index >>= 1;
            Some(sibling.map(|node| Node::new(*node)))
        });
        Some(Proof(siblings.flatten().collect()))
    }
}

/// That an instance is in a tree: the siblings on the way from its leaf to the root.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Node>")]
pub struct Proof(Vec<Node>);

impl Proof {
    /// The greatest number of siblings.
    pub const MAX_LENGTH: usize = 32;

    /// Checks the length.
    ///
    /// # Errors
    /// If there are more than [`MAX_LENGTH`](Self::MAX_LENGTH) siblings.
    pub fn new(siblings: Vec<Node>) -> Result<Self, Invalid> {
        match siblings.len() {
            0..=Self::MAX_LENGTH => Ok(Self(siblings)),
            length => Err(Invalid::out_of_range("the siblings in a proof,", 0, Self::MAX_LENGTH, length)),
        }
    }

    /// The siblings, from the leaf up.
    #[must_use]
    pub fn siblings(&self) -> &[Node] {
        &self.0
    }

    /// Where the proof leads from a leaf.
    #[must_use]
    pub fn root_of(&self, leaf: InstanceHash) -> InstancesRoot {
        InstancesRoot::new(self.0.iter().fold(leaf.get(), |node, sibling| parent(node, sibling.get())))
    }

    /// Whether the proof leads from `leaf` to `root`.
    ///
    /// # Errors
    /// If it leads elsewhere.
    pub fn verify(&self, root: InstancesRoot, leaf: InstanceHash) -> Result<(), Invalid> {
        let found = self.root_of(leaf);
        if found == root { Ok(()) } else { Err(Invalid::NotInTree { expected: root, found }) }
    }

    /// The proof as it travels, behind its packed instance: 32 bytes per sibling.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        self.0.iter().flat_map(|sibling| sibling.get().0).collect()
    }

    /// Reads a packed proof.
    ///
    /// # Errors
    /// If it is no list of siblings, or too long.
    pub fn unpack(packed: &[u8]) -> Result<Self, Invalid> {
        match packed.as_chunks::<32>() {
            (siblings, []) => Self::new(siblings.iter().map(|sibling| Node::new(sibling.into())).collect()),
            _ => Err(Invalid::Length {
                what: "a packed proof",
                expected: "0 to 1024 in steps of 32",
                found: packed.len(),
            }),
        }
    }
}

impl TryFrom<Vec<Node>> for Proof {
    type Error = Invalid;

    fn try_from(siblings: Vec<Node>) -> Result<Self, Invalid> {
        Self::new(siblings)
    }
}

/// The parent of two nodes, or of one alone: that is itself.
fn parent_of(children: &[B256]) -> B256 {
    match children {
        [one, other] => parent(*one, *other),
        _ => children.first().copied().unwrap_or_default(),
    }
}

fn parent(one: B256, other: B256) -> B256 {
    keccak256([one.min(other).0, one.max(other).0].as_flattened())
}
