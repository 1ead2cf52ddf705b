// Every message that is signed, in ordinary and in extreme cases: hashes, digests, signatures.
import {
  keccak256,
  maxInt256,
  maxUint8,
  maxUint24,
  maxUint64,
  maxUint256,
  minInt256,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";

import * as channel from "../channel.mjs";
import { rootOf } from "../merkle.mjs";
import { counter, counterState, leaves } from "./instances.mjs";
import { domain, setup, signers } from "./setup.mjs";
import { eightAssets, oneAsset, twoAssets } from "./terms.mjs";
import { ETHER, GREATEST_ADDRESS, GREATEST_WORD, LATE, MAX_AMOUNT, MAX_ROUND, wordOf } from "./values.mjs";

const one = { terms: oneAsset };
const two = { terms: twoAssets };
const eight = { terms: eightAssets };

// Each message beside the terms of its channel, in the form of the contract's structs.

/** The first four follow each other in one channel. */
export const states = {
  first_round: { ...one, round: 1n, instancesRoot: zeroHash, nets: [ETHER / 10n] },
  negative_net: { ...one, round: 2n, instancesRoot: zeroHash, nets: [-ETHER / 5n] },
  no_net: { ...one, round: 3n, instancesRoot: zeroHash, nets: [0n] },
  with_instances: { ...one, round: 4n, instancesRoot: rootOf(leaves), nets: [-1n] },
  greatest_round: { ...one, round: MAX_ROUND, instancesRoot: zeroHash, nets: [MAX_AMOUNT] },
  two_assets: { ...two, round: 1n, instancesRoot: zeroHash, nets: [-ETHER, ETHER] },
  eight_assets: {
    ...eight,
    round: 77n,
    instancesRoot: wordOf("root"),
    nets: [MAX_AMOUNT, -MAX_AMOUNT, 0n, 1n, -1n, ETHER, -ETHER, 0n],
  },
  least_values: { ...one, round: 0n, instancesRoot: zeroHash, nets: [minInt256] },
  greatest_values: { ...one, round: maxUint64, instancesRoot: GREATEST_WORD, nets: [maxInt256] },
};

export const closes = {
  positive_net: { ...one, round: 5n, validUntil: LATE, nets: [ETHER / 10n] },
  negative_net: { ...one, round: 6n, validUntil: LATE, nets: [-ETHER / 10n] },
  eight_assets: { ...eight, round: MAX_ROUND, validUntil: LATE, nets: states.eight_assets.nets },
  least_values: { ...one, round: 0n, validUntil: 0n, nets: [minInt256] },
  greatest_values: { ...two, round: maxUint64, validUntil: maxUint64, nets: [maxInt256, -1n] },
};

export const withdraws = {
  one_asset: {
    ...one,
    serial: 0n,
    amounts: [ETHER / 10n, ETHER / 5n],
    recipients: setup.parties.map(({ payee }) => payee),
    validUntil: LATE,
  },
  two_assets: {
    ...two,
    serial: maxUint24 - 1n,
    amounts: [0n, 1n, MAX_AMOUNT, 0n],
    recipients: [setup.stranger, zeroAddress],
    validUntil: LATE,
  },
  least_values: { ...one, serial: 0n, amounts: [0n, 0n], recipients: [zeroAddress, zeroAddress], validUntil: 0n },
  greatest_values: {
    ...one,
    serial: maxUint64,
    amounts: [maxUint256, maxUint256],
    recipients: [GREATEST_ADDRESS, GREATEST_ADDRESS],
    validUntil: maxUint64,
  },
};

export const delegations = {
  of_party_0: { ...one, party: 0n, delegate: setup.delegate, epoch: 0n, minRound: 4n, validUntil: LATE },
  of_party_1: { ...two, party: 1n, delegate: setup.stranger, epoch: 1n, minRound: 0n, validUntil: LATE },
  least_values: { ...one, party: 0n, delegate: zeroAddress, epoch: 0n, minRound: 0n, validUntil: 0n },
  greatest_values: {
    ...one,
    party: maxUint8,
    delegate: GREATEST_ADDRESS,
    epoch: maxUint64,
    minRound: maxUint64,
    validUntil: maxUint64,
  },
};

const base = { ...one, state: states.with_instances, instance: counter };
export const steps = {
  empty_action: { ...base, number: 1n, appState: counterState(0n), action: "0x" },
  one_byte: { ...base, number: 2n, appState: counterState(1n), action: "0xff" },
  one_word: { ...base, number: 3n, appState: counterState(2n), action: wordOf("action") },
  long_action: { ...base, number: 4n, appState: "0x01", action: `0x${"00112233445566778899aabbccddeeff".repeat(256)}` },
  least_values: { ...base, number: 0n, appState: "0x", action: "0x" },
  greatest_number: { ...base, number: maxUint8, appState: GREATEST_WORD, action: GREATEST_WORD },
};

const idOf = ({ terms }) => channel.channelIdOf(domain, terms);
/** A message without what only says where it belongs. */
export const own = ({ terms, state, instance, ...message }) => message;

/** From the contract's structs to the types that are signed. */
export const signed = {
  State: (state) => ({ channelId: idOf(state), ...own(state) }),
  Close: (close) => ({ channelId: idOf(close), ...own(close) }),
  Withdraw: (withdraw) => ({ channelId: idOf(withdraw), ...channel.flatWithdraw(own(withdraw)) }),
  Delegation: (delegation) => ({ channelId: idOf(delegation), ...own(delegation) }),
  Step: (step) => ({
    channelId: idOf(step),
    stateHash: channel.hashOf("State", signed.State(step.state)),
    instanceHash: channel.instanceHashOf(step.instance),
    number: step.number,
    appStateHash: keccak256(step.appState),
    action: step.action,
  }),
};

/** From the contract's structs to what travels packed. */
const packedOf = {
  State: (state) => ({ terms: channel.packTerms(state.terms), state: channel.packState(state) }),
  Close: (close) => ({ terms: channel.packTerms(close.terms), close: channel.packClose(close) }),
  Withdraw: (withdraw) => ({ terms: channel.packTerms(withdraw.terms) }),
  Delegation: (delegation) => ({ terms: channel.packTerms(delegation.terms) }),
  Step: (step) => ({
    ...packedOf.State(step.state),
    instance: channel.packInstance(step.instance),
    appState: step.appState,
    step: channel.packStep(step),
  }),
};

/** One file per type, and who signs it. */
export const messages = {
  State: await vectorsOf("State", states, () => signers),
  Close: await vectorsOf("Close", closes, () => signers),
  Withdraw: await vectorsOf("Withdraw", withdraws, () => signers),
  Delegation: await vectorsOf("Delegation", delegations, ({ party }) => [signers[Number(party & 1n)]]),
  Step: await vectorsOf("Step", steps, () => [signers[0]]),
};

async function vectorsOf(primaryType, cases, signersOf) {
  const fields = channel.types[primaryType];
  const encodedType = `${primaryType}(${fields.map(({ type, name }) => `${type} ${name}`).join(",")})`;
  return {
    primaryType,
    encodedType,
    typeHash: keccak256(stringToHex(encodedType)),
    types: { [primaryType]: fields.map(({ name, type }) => ({ name, type })) },
    cases: await Promise.all(
      Object.entries(cases).map(async ([name, each]) => {
        const message = inOrder(fields, signed[primaryType](each));
        return {
          name,
          packed: packedOf[primaryType](each),
          message,
          structHash: channel.hashOf(primaryType, message),
          digest: channel.digestOf(domain, primaryType, message),
          signatures: await Promise.all(signersOf(each).map((account) => signatureOf(account, primaryType, message))),
        };
      }),
    ),
  };
}

function inOrder(fields, message) {
  return Object.fromEntries(fields.map(({ name }) => [name, message[name]]));
}

async function signatureOf(account, primaryType, message) {
  const full = await channel.sign(account, domain, primaryType, message);
  return { signer: account.address.toLowerCase(), compact: channel.compact(full), full };
}
