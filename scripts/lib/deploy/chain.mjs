// What a chain says, by one of its nodes. A node may lie: what must be where is computed here, never asked.
import {
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  keccak256,
  numberToHex,
  zeroAddress,
  zeroHash,
} from "viem";

import { RpcError, client } from "../anvil.mjs";
import { DEPLOYER } from "./create2.mjs";
import { breakdown, refusal } from "./failure.mjs";
import { abi } from "./manager.mjs";

/** `{ rpc, url, chainId }` of a node; a chain id that was given must be the node's. */
export async function connect({ rpcUrl, chainId }) {
  const { host } = new URL(rpcUrl);
  const ask = client(rpcUrl);
  const rpc = async (...call) => {
    try {
      return await ask(...call);
    } catch (error) {
      if (error instanceof RpcError) throw error;
      throw breakdown(`no node answers at ${host}: ${error.cause?.message || error.cause?.code || error.message}`);
    }
  };
  const found = Number(await rpc("eth_chainId"));
  if (chainId !== undefined && chainId !== found) {
    throw refusal(`the node at ${host} is of chain ${found}, not of chain ${chainId} as --chain-id says`);
  }
  return { rpc, url: rpcUrl, chainId: found };
}

/** Whether the deployer is there; other code in its place is refused. */
export async function hasDeployer({ rpc, chainId }) {
  const code = await rpc("eth_getCode", DEPLOYER.address, "latest");
  if (code !== "0x" && code !== DEPLOYER.code) {
    const found = keccak256(code);
    throw refusal(
      `on chain ${chainId} there is other code at ${DEPLOYER.address} than the CREATE2 deployer's: its hash is ${found},` +
        ` must be ${DEPLOYER.codeHash}. The manager cannot have its usual address there`,
    );
  }
  return code !== "0x";
}

/** Whether the manager is there; other code in its place is refused. */
export async function hasManager({ rpc, chainId }, manager, address = manager.address) {
  const code = await rpc("eth_getCode", address, "latest");
  if (code === "0x") return false;
  const [found, expected] = [keccak256(code), manager.codeHash(chainId, address)];
  if (found !== expected) {
    throw refusal(
      `on chain ${chainId} there is other code at ${address} than this ChannelManager's: its hash is ${found}, must be` +
        ` ${expected}. Either it is another build, or other window bounds, or not a ChannelManager`,
    );
  }
  return true;
}

/** Creation code that puts 42 into transient storage, reads it, copies it in memory and returns it. */
const CANCUN_PROBE = "0x602a5f5d5f5c5f5260205f60205e60206020f3";

/** Refuses a chain without the instructions of the Cancun fork, which the manager needs; before anything is paid. */
export async function requireCancun({ rpc, chainId }) {
  const answer = await rpc("eth_call", { data: CANCUN_PROBE }, "latest").catch((error) => {
    if (error instanceof RpcError) return error.message;
    throw error;
  });
  if (answer === numberToHex(42, { size: 32 })) return;
  throw refusal(
    `chain ${chainId} does not run the instructions of the Cancun fork, transient storage among them, without which no` +
      ` ChannelManager works (${answer})`,
  );
}

/** Refuses a chain whose machine does not run the manager's code as it must. */
export async function requireRuns({ rpc, chainId }, manager, address) {
  const call = (functionName, ...args) =>
    rpc("eth_call", { to: address, data: encodeFunctionData({ abi, functionName, args }) }, "latest");
  const answer = async (functionName) =>
    decodeFunctionResult({ abi, functionName, data: await call(functionName) });
  const requireEqual = (what, found, expected) => {
    if (`${found}` !== `${expected}`) throw refusal(`${what} of ${address} on chain ${chainId} is ${found}, must be ${expected}`);
  };
  requireEqual("windowBounds()", await answer("windowBounds"), [manager.minWindow, manager.maxWindow]);
  requireEqual("domainSeparator()", await answer("domainSeparator"), manager.domainSeparator(chainId, address));
  // It reads transient storage before it refuses: a chain that has not had the Cancun fork fails in another way.
  const reason = await call("depositById", zeroHash, zeroAddress, 0, 1n).then(() => "none", errorName);
  requireEqual("the refusal of a deposit into an unknown channel", reason, "AssetUnknown");
}

function errorName(error) {
  if (error.data === undefined) return error.message;
  try {
    return decodeErrorResult({ abi, data: error.data }).errorName;
  } catch {
    return error.data;
  }
}
