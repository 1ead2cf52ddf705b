// A channel's messages as EIP-712 typed data and as packed bytes, and what follows from them: ids, hashes, signatures.
// The types are those of `contracts/libraries/Hashes.sol`; the hashing is viem's, so it is independent of the contract's.
import {
  concat,
  domainSeparator,
  encodePacked,
  hashStruct,
  hashTypedData,
  keccak256,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
  size,
} from "viem";

/** Every type that is signed, by name, in the form that viem takes. */
export const types = Object.fromEntries(
  [
    "State(bytes32 channelId,uint64 round,int256[] nets,bytes32 instancesRoot)",
    "Close(bytes32 channelId,uint64 round,int256[] nets,uint64 validUntil)",
    "Withdraw(bytes32 channelId,uint64 serial,uint256[] amounts,address recipient0,address recipient1,uint64 validUntil)",
    "Delegation(bytes32 channelId,uint8 party,address delegate,uint64 epoch,uint64 minRound,uint64 validUntil)",
    "Step(bytes32 channelId,bytes32 stateHash,bytes32 instanceHash,uint8 number,bytes32 appStateHash,bytes action)",
  ].map((encodedType) => {
    const [, name, fields] = /^(\w+)\((.*)\)$/.exec(encodedType);
    const field = (text) => ({ type: text.split(" ")[0], name: text.split(" ")[1] });
    return [name, fields.split(",").map(field)];
  }),
);

/** The EIP-712 domain of the `ChannelManager` at `manager`. */
export function domainOf(chainId, manager) {
  return { name: "Recourse", version: "1", chainId, verifyingContract: manager };
}

// What travels packed: the fields in the order of the contract's structs, without padding.

/** Terms as the contract takes them. */
export function packTerms({ parties: [party0, party1], window, bounty, staleMargin, salt, assets }) {
  const accounts = [party0.signer, party0.payee, party1.signer, party1.payee];
  return encodePacked(
    [...accounts.map(() => "address"), "uint32", "uint112", "uint16", "uint64", ...assets.map(() => "address")],
    [...accounts, window, bounty, staleMargin, salt, ...assets],
  );
}

/** An instance as the contract takes it. */
export function packInstance({ id, app, appCodeHash, appGas, maxSteps, matures, appStateHash, stakes }) {
  return encodePacked(
    ["bytes32", "address", "bytes32", "uint32", "uint8", "uint40", "bytes32", ...stakes.map(() => "uint112")],
    [id, app, appCodeHash, appGas, maxSteps, matures, appStateHash, ...stakes],
  );
}

/** A co-signed state as the contract takes it; the implicit round 0 is no bytes at all. */
export function packState({ round, instancesRoot, nets }) {
  return encodePacked(["uint64", "bytes32", "int256[]"], [round, instancesRoot, nets]);
}

/** A mutual close as the contract takes it. */
export function packClose({ round, validUntil, nets }) {
  return encodePacked(["uint64", "uint64", "int256[]"], [round, validUntil, nets]);
}

/** A forced step as the contract takes it; without signature where none is needed. */
export function packStep({ number, appState, action }, signature = "0x") {
  const head = encodePacked(["uint8", "uint16", "uint16"], [number, size(appState), size(action)]);
  return concat([head, appState, action, signature]);
}

// Hashes and signatures

/** The `Withdraw` of the contract's ABI, as the flat type that is signed (without `channelId`). */
export function flatWithdraw({ recipients: [recipient0, recipient1], ...message }) {
  return { ...message, recipient0, recipient1 };
}

/** The channel's id: the hash of the domain and the packed terms. */
export function channelIdOf(domain, terms) {
  return keccak256(concat([domainSeparator({ domain }), packTerms(terms)]));
}

/** The hash of an instance: its leaf in the tree. */
export function instanceHashOf(instance) {
  return keccak256(packInstance(instance));
}

/** The hash of a message. It identifies a state, but for the implicit round 0, whose hash is 0. */
export function hashOf(primaryType, message) {
  return hashStruct({ primaryType, types, data: message });
}

/** What is signed: the message's hash, bound to chain and contract. */
export function digestOf(domain, primaryType, message) {
  return hashTypedData({ domain, types, primaryType, message });
}

/** A 65-byte signature. */
export function sign(account, domain, primaryType, message) {
  return account.signTypedData({ domain, types, primaryType, message });
}

/** The 64-byte form (EIP-2098) of a 65-byte signature. */
export function compact(signature) {
  return serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));
}
