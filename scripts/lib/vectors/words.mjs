// The words in which the contract keeps and logs a channel, packed by a table of their fields.
import { maxUint24, maxUint32, maxUint40, maxUint112, maxUint160, maxUint192, toHex } from "viem";

import { setup } from "./setup.mjs";
import { ETHER, MAX_AMOUNT, MAX_ROUND, NOW, wordOf } from "./values.mjs";

const MAX_TIME = 2n ** 33n - 1n;
/** The first 192 bits of a hash, which is what a word has room for. */
const HASH = BigInt(wordOf("hash")) >> 64n;

/** Field: lowest bit, number of bits. */
const layouts = {
  Record: { consents: [0, 2], round: [2, 29], evidenceDeadline: [31, 33], stateHash: [64, 192] },
  Funds: {
    isValidated: [0, 1],
    isClosed: [1, 1],
    index: [2, 6],
    serial: [8, 24],
    balance0: [32, 112],
    balance1: [144, 112],
  },
  Progress: { lastTouch: [0, 40], steps: [40, 8], isSeated: [48, 1], hasDeltas: [49, 1], appStateHash: [64, 192] },
  Tally: { latestTouch: [0, 40], matures: [40, 40], isSeatTaken: [80, 1], hasSums: [81, 1], seatedDelta: [136, 120] },
  Bounty: { prover: [0, 160], closer: [160, 1], closedRound: [161, 29] },
  Payouts: { payout1: [0, 112], payout0: [112, 112], index: [224, 32] },
};

/** Fields that are not named are 0. */
const cases = {
  Record: {
    open: { round: 7n, stateHash: HASH },
    closing: { round: 7n, evidenceDeadline: NOW, stateHash: HASH },
    closing_on_round_zero: { consents: 2n, evidenceDeadline: NOW },
    greatest_values: { consents: 3n, round: MAX_ROUND, evidenceDeadline: MAX_TIME, stateHash: maxUint192 },
  },
  Funds: {
    one_side: { isValidated: 1n, balance0: ETHER },
    overdrawn: { isValidated: 1n, serial: 3n, balance0: -1n, balance1: ETHER },
    eighth_asset: { isValidated: 1n, index: 7n, balance0: 1n, balance1: -1n },
    greatest_values: { isValidated: 1n, index: 63n, serial: maxUint24, balance0: MAX_AMOUNT, balance1: MAX_AMOUNT },
    least_values: { isValidated: 1n, balance0: -MAX_AMOUNT, balance1: -MAX_AMOUNT },
    dead: { isValidated: 1n, isClosed: 1n },
  },
  Progress: {
    evaluated: { lastTouch: NOW, appStateHash: HASH },
    stepped_and_seated: { lastTouch: NOW, steps: 2n, isSeated: 1n, appStateHash: HASH },
    with_deltas_unseated: { lastTouch: NOW, steps: 1n, hasDeltas: 1n, appStateHash: HASH },
    greatest_values: { lastTouch: maxUint40, steps: 255n, isSeated: 1n, hasDeltas: 1n, appStateHash: maxUint192 },
  },
  Tally: {
    times_alone: { latestTouch: NOW, matures: NOW + 1n },
    sums_alone: { hasSums: 1n },
    seat_of_zero: { isSeatTaken: 1n },
    negative_seat: { latestTouch: NOW, isSeatTaken: 1n, seatedDelta: -1n },
    greatest_values: { latestTouch: maxUint40, matures: maxUint40, isSeatTaken: 1n, hasSums: 1n, seatedDelta: MAX_AMOUNT },
    least_seat: { isSeatTaken: 1n, seatedDelta: -MAX_AMOUNT },
  },
  Bounty: {
    not_due: { closer: 1n, closedRound: 7n },
    due: { prover: BigInt(setup.stranger), closedRound: 7n },
    greatest_values: { prover: maxUint160, closer: 1n, closedRound: MAX_ROUND },
  },
  Payouts: {
    first_asset: { payout1: 1n, payout0: ETHER },
    nothing_of_the_eighth: { index: 7n },
    greatest_values: { payout1: maxUint112, payout0: maxUint112, index: maxUint32 },
  },
};

/** Hashes and addresses are written in hex, as everywhere. */
function written(field, value) {
  const size = { stateHash: 24, appStateHash: 24, prover: 20 }[field];
  return size === undefined ? value : toHex(value, { size });
}

export const words = Object.fromEntries(
  Object.entries(layouts).map(([type, layout]) => [
    type,
    {
      layout: mapValues(layout, ([offset, bits]) => ({ offset: BigInt(offset), bits: BigInt(bits) })),
      cases: Object.entries(cases[type]).map(([name, fields]) => ({
        name,
        fields: mapValues(layout, (_, field) => written(field, fields[field] ?? 0n)),
        word: pack(layout, fields),
      })),
    },
  ]),
);

function pack(layout, fields) {
  let word = 0n;
  for (const [field, [offset, bits]] of Object.entries(layout)) {
    word |= BigInt.asUintN(bits, fields[field] ?? 0n) << BigInt(offset);
  }
  return toHex(word, { size: 32 });
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
