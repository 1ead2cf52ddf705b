// Trees of several sizes, with the proof of every leaf.
import { keccak256, toHex } from "viem";

import { proofOf, rootOf } from "../merkle.mjs";
import { leaves as instances } from "./instances.mjs";

const anyLeaves = (count) => Array.from({ length: count }, (_, i) => keccak256(toHex(i, { size: 32 })));

export const merkle = {
  cases: Object.entries({
    no_leaf: [],
    one_leaf: anyLeaves(1),
    two_leaves: anyLeaves(2),
    two_leaves_swapped: anyLeaves(2).reverse(),
    three_leaves: anyLeaves(3),
    five_leaves: anyLeaves(5),
    thirty_two_leaves: anyLeaves(32),
    instances,
  }).map(([name, leaves]) => ({
    name,
    root: rootOf(leaves),
    leaves,
    proofs: leaves.map((_, index) => proofOf(leaves, index)),
  })),
};
