// Terms, packed, and the channels' ids.
import { maxUint16, maxUint32, maxUint64, maxUint112, toHex, zeroAddress } from "viem";

import { channelIdOf, packTerms } from "../channel.mjs";
import { domain, setup } from "./setup.mjs";
import { ETHER, GREATEST_ADDRESS, wordOf } from "./values.mjs";

/** The native coin and `count - 1` tokens, ascending. */
export function assetsOf(count) {
  return Array.from({ length: count }, (_, i) => toHex(BigInt(i) << 152n, { size: 20 }));
}

export const oneAsset = {
  parties: setup.parties.map(({ signer, payee }) => ({ signer, payee })),
  window: 86_400n,
  bounty: 0n,
  staleMargin: 0n,
  salt: 1n,
  assets: assetsOf(1),
};
export const twoAssets = {
  ...oneAsset,
  bounty: ETHER / 100n,
  staleMargin: 3n,
  salt: BigInt(wordOf("salt")) & maxUint64,
  assets: assetsOf(2),
};
export const eightAssets = { ...oneAsset, window: 3_600n, assets: assetsOf(8) };
const leastValues = {
  parties: [0, 1].map(() => ({ signer: zeroAddress, payee: zeroAddress })),
  window: 0n,
  bounty: 0n,
  staleMargin: 0n,
  salt: 0n,
  assets: [zeroAddress],
};
const greatestValues = {
  parties: [0, 1].map(() => ({ signer: GREATEST_ADDRESS, payee: GREATEST_ADDRESS })),
  window: maxUint32,
  bounty: maxUint112,
  staleMargin: maxUint16,
  salt: maxUint64,
  assets: [GREATEST_ADDRESS],
};

export const terms = {
  cases: Object.entries({
    one_asset: oneAsset,
    two_assets_and_a_bounty: twoAssets,
    eight_assets: eightAssets,
    least_values: leastValues,
    greatest_values: greatestValues,
  }).map(([name, each]) => ({ name, fields: each, packed: packTerms(each), hash: channelIdOf(domain, each) })),
};
