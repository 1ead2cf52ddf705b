// Instances, packed, and their hashes.
import {
  encodeAbiParameters,
  keccak256,
  maxUint8,
  maxUint32,
  maxUint40,
  maxUint112,
  toHex,
  zeroAddress,
  zeroHash,
} from "viem";

import { instanceHashOf, packInstance, packTerms } from "../channel.mjs";
import { setup } from "./setup.mjs";
import { assetsOf, oneAsset } from "./terms.mjs";
import { ETHER, GREATEST_ADDRESS, GREATEST_WORD, LATE, MAX_AMOUNT, wordOf } from "./values.mjs";

/** The state of a `Counter` app. */
export function counterState(count) {
  return encodeAbiParameters([{ type: "uint256" }], [count]);
}

export const counter = {
  id: toHex(1n, { size: 32 }),
  app: setup.counter,
  appCodeHash: zeroHash,
  appGas: 100_000n,
  maxSteps: 10n,
  matures: 0n,
  appStateHash: keccak256(counterState(0n)),
  stakes: [ETHER / 2n, ETHER / 4n],
};
const leastValues = {
  id: zeroHash,
  app: zeroAddress,
  appCodeHash: zeroHash,
  appGas: 0n,
  maxSteps: 0n,
  matures: 0n,
  appStateHash: zeroHash,
  stakes: [0n, 0n],
};
const greatestValues = {
  id: GREATEST_WORD,
  app: GREATEST_ADDRESS,
  appCodeHash: GREATEST_WORD,
  appGas: maxUint32,
  maxSteps: maxUint8,
  matures: maxUint40,
  appStateHash: GREATEST_WORD,
  stakes: [maxUint112, maxUint112],
};

export const instance = {
  cases: Object.entries({
    counter,
    two_assets: { ...counter, id: toHex(2n, { size: 32 }), stakes: [1n, 2n, 3n, 4n] },
    with_code_hash_and_maturity: { ...counter, id: wordOf("id"), appCodeHash: wordOf("code"), matures: LATE },
    eight_assets: { ...counter, stakes: [...Array(14).keys()].map(BigInt).concat(MAX_AMOUNT, 0n) },
    least_values: leastValues,
    greatest_values: greatestValues,
  }).map(([name, each]) => ({
    name,
    terms: packTerms({ ...oneAsset, assets: assetsOf(each.stakes.length / 2) }),
    fields: each,
    packed: packInstance(each),
    hash: instanceHashOf(each),
  })),
};

/** The leaves of the tree in the vectors' state with instances. */
export const leaves = instance.cases.map(({ hash }) => hash);
