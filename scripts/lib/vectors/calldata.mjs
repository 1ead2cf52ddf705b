// One call of every function of `IChannelManager`, encoded. Those that change something are, in this order, the life of
// a channel that the contract accepts, but for `claim` and `claimTo` (nobody has a credit) and `closeMutual` (another
// end).
import assert from "node:assert/strict";
import { concat, encodeFunctionData, toFunctionSelector, toFunctionSignature, zeroAddress, zeroHash } from "viem";

import { readAbi } from "../artifacts.mjs";
import { channelIdOf, compact, packClose, packInstance, packState, packStep, packTerms, sign } from "../channel.mjs";
import { proofOf } from "../merkle.mjs";
import { counterState, leaves } from "./instances.mjs";
import { closes, delegations, own, signed, states, steps, withdraws } from "./messages.mjs";
import { domain, setup, signers } from "./setup.mjs";
import { oneAsset } from "./terms.mjs";
import { ETHER, wordOf } from "./values.mjs";

const NATIVE = zeroAddress;
const abi = readAbi("IChannelManager");

const signatureOf = (party, type, message) => sign(signers[party], domain, type, signed[type](message));
const compactOf = async (party, type, message) => compact(await signatureOf(party, type, message));
const bothOf = async (type, message, one = compactOf) =>
  concat(await Promise.all([0, 1].map((party) => one(party, type, message))));

const base = states.with_instances;
const step = steps.empty_action;
const terms = packTerms(oneAsset);
const state = packState(base);
/** An instance travels with its proof behind it. */
const instance = concat([packInstance(step.instance), ...proofOf(leaves, 0)]);

/** A state with both signatures behind it, in their short or their long form. */
const evidenceOf = async (state, one) => concat([packState(state), await bothOf("State", state, one)]);
const closeOf = async (close) => concat([packClose(close), await bothOf("Close", close)]);

/** Sender (the stranger if not named), value (0 if not named) and arguments by name. */
const calls = {
  deposit: { value: ETHER, arguments: { terms, amount: ETHER, side: 0n } },
  depositById: {
    value: ETHER,
    arguments: { channelId: channelIdOf(domain, oneAsset), asset: NATIVE, party: 1n, amount: ETHER },
  },
  withdraw: {
    arguments: { terms, message: own(withdraws.one_asset), signatures: await bothOf("Withdraw", withdraws.one_asset) },
  },
  snapshotSolo: { arguments: { terms, evidence: await evidenceOf(states.first_round, signatureOf) } },
  slash: { arguments: { terms, evidence: await evidenceOf(states.negative_net) } },
  forceProgress: {
    arguments: {
      terms,
      evidence: await evidenceOf(base),
      instance,
      step: packStep(step, await compactOf(0, "Step", step)),
    },
  },
  evaluate: { arguments: { terms, evidence: state, instance, appState: counterState(1n) } },
  closeSolo: {
    sender: setup.parties[1].signer,
    arguments: { terms, evidence: concat([state, await compactOf(0, "State", base)]), consent: false },
  },
  closeSoloAsDelegate: {
    sender: setup.delegate,
    arguments: {
      terms,
      evidence: state,
      delegation: own(delegations.of_party_0),
      delegationSignature: await compactOf(0, "Delegation", delegations.of_party_0),
    },
  },
  revokeDelegations: { sender: setup.parties[0].signer, arguments: { terms } },
  multicall: { arguments: { calls: [encode("revokeDelegations", { terms }), "0x"], gasEach: 200_000n } },
  settle: { arguments: { terms, state } },
  closeMutual: { arguments: { terms, close: await closeOf(closes.positive_net) } },
  claim: { arguments: { creditor: setup.parties[0].payee, asset: NATIVE } },
  claimTo: { sender: setup.parties[0].payee, arguments: { recipient: setup.stranger, asset: NATIVE } },

  channelIdOf: { arguments: { terms } },
  domainSeparator: { arguments: {} },
  windowBounds: { arguments: {} },
  load: { arguments: { slots: [zeroHash, wordOf("slot")] } },
};

const functions = abi.filter(({ type }) => type === "function").map(({ name }) => name);
assert.deepEqual(Object.keys(calls).sort(), functions.sort(), "one example for every function");

export const calldata = Object.fromEntries(
  Object.entries(calls).map(([name, { sender = setup.stranger, value = 0n, arguments: args }]) => {
    const signature = toFunctionSignature(itemOf(name));
    const selector = toFunctionSelector(signature);
    return [name, { signature, selector, sender, value, arguments: args, data: encode(name, args) }];
  }),
);

function itemOf(name) {
  return abi.find((item) => item.type === "function" && item.name === name);
}

function encode(functionName, args) {
  const names = itemOf(functionName).inputs.map((input) => input.name);
  assert.deepEqual(Object.keys(args), names, `arguments of ${functionName}`);
  return encodeFunctionData({ abi, functionName, args: names.map((name) => args[name]) });
}
