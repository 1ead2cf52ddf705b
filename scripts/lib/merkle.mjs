// The tree of running instances. Leaves stay in the order given, and are paired from the left; an inner node is the hash
// of its two children, the lesser first; a node without a sibling is carried up unchanged, and adds nothing to proofs.
import { concat, keccak256, zeroHash } from "viem";

/** The tree's root; 0 without leaves. */
export function rootOf(leaves) {
  return levelsOf(leaves).at(-1)[0] ?? zeroHash;
}

/** The siblings from the leaf at `index` up to the root. */
export function proofOf(leaves, index) {
  return levelsOf(leaves)
    .map((level, height) => level[(index >> height) ^ 1])
    .filter((sibling) => sibling !== undefined);
}

/** From the leaves up to the root. */
function levelsOf(leaves) {
  if (leaves.length <= 1) return [leaves];
  const parents = [];
  for (let i = 0; i < leaves.length; i += 2) parents.push(parentOf(leaves[i], leaves[i + 1]));
  return [leaves, ...levelsOf(parents)];
}

/** Words are lower-case hex of one length, so their order as text is their order as numbers. */
function parentOf(left, right) {
  if (right === undefined) return left;
  return keccak256(concat(left < right ? [left, right] : [right, left]));
}
