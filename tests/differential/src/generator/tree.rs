//! Trees of instances.

use alloy_primitives::{B256, keccak256};

/// The root over these leaves, and of each the siblings from it up to the root.
pub(super) fn grow(leaves: &[B256]) -> (B256, Vec<Vec<B256>>) {
    let mut proofs = vec![Vec::new(); leaves.len()];
    // Each node with the leaves below it.
    let mut nodes: Vec<(B256, Vec<usize>)> = leaves.iter().enumerate().map(|(at, leaf)| (*leaf, vec![at])).collect();
    while nodes.len() > 1 {
        nodes = nodes.chunks(2).map(|pair| join(pair, &mut proofs)).collect();
    }
    (nodes.first().map_or(B256::ZERO, |(root, _)| *root), proofs)
}

fn join(pair: &[(B256, Vec<usize>)], proofs: &mut [Vec<B256>]) -> (B256, Vec<usize>) {
    let [(left, of_left), (right, of_right)] = pair else { return pair[0].clone() };
    of_left.iter().for_each(|leaf| proofs[*leaf].push(*right));
    of_right.iter().for_each(|leaf| proofs[*leaf].push(*left));
    (parent(*left, *right), [of_left.clone(), of_right.clone()].concat())
}

/// The node above two.
pub(super) fn parent(one: B256, other: B256) -> B256 {
    keccak256([one.min(other), one.max(other)].concat())
}
