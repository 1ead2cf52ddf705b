// A chain with a manager, a token, an app, and people; every transaction on it must succeed.
import assert from "node:assert/strict";
import {
  decodeErrorResult,
  encodeDeployData,
  encodeFunctionData,
  keccak256,
  maxUint256,
  parseEther,
  toHex,
  zeroAddress,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";

import { CHAIN_ID, MNEMONIC } from "./anvil.mjs";
import { domainOf } from "./channel.mjs";

/** The native coin's place in a list of assets. */
export const NATIVE = zeroAddress;

/** Bounds of a channel's window, in seconds. */
const MIN_WINDOW = 3_600;
const MAX_WINDOW = 30 * 86_400;

/** Gas limit of every transaction. */
const GAS_LIMIT = 16_000_000;

export class World {
  /** How many channels there are. */
  channels = 0;

  /** Every channel's window, in seconds. */
  window = 86_400;

  /** The people; `accounts` are those of anvil's mnemonic. */
  constructor(rpc, accounts) {
    this.rpc = rpc;
    [this.deployer, this.stranger, this.delegate] = accounts;
    this.payees = accounts.slice(5, 7);
    this.signers = [3, 4].map((addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex }));
  }

  /** Deploys everything on a fresh chain. Payees begin with a balance of both assets, the stranger pays deposits. */
  static async create(rpc, artifacts, token) {
    const world = new World(rpc, await rpc("eth_accounts"));
    world.manager = await world.deploy(artifacts.ChannelManager, MIN_WINDOW, MAX_WINDOW);
    world.counter = await world.deployApp(artifacts.Counter);
    world.token = await world.deploy(token, parseEther("1000000"));
    world.domain = domainOf(CHAIN_ID, world.manager.address);
    const give = (to, amount) => world.send(world.deployer, world.token, "transfer", [to, parseEther(amount)]);
    for (const payee of world.payees) await give(payee, "1");
    await give(world.stranger, "100000");
    await world.send(world.stranger, world.token, "approve", [world.manager.address, maxUint256]);
    return world;
  }

  /** Deploys the apps beside the Counter, and the registry that they ask. */
  async deployApps(artifacts) {
    this.registry = await this.deploy(artifacts.PreimageRegistry);
    this.apps = {};
    for (const name of ["HashTimeLock", "OracleEscrow", "SignedFeed", "TicTacToe", "RockPaperScissors"]) {
      this.apps[name] = await this.deployApp(artifacts[name]);
    }
  }

  /** An app, and the hash of its code, by which instances name it. */
  async deployApp(artifact) {
    const app = await this.deploy(artifact);
    return { ...app, codeHash: keccak256(await this.rpc("eth_getCode", app.address, "latest")) };
  }

  /** Sends one transaction in a block of its own. Returns the gas that it used. */
  async send(from, contract, functionName, args, value = 0n) {
    const data = encodeFunctionData({ abi: contract.abi, functionName, args });
    const transaction = { from, to: contract.address, data, value: toHex(value), gas: toHex(GAS_LIMIT) };
    const { gasUsed } = await this.mine(transaction, functionName, contract.abi);
    return Number(gasUsed);
  }

  /** The error, as `{ errorName, args }`, that a transaction would be refused with; `undefined` if it would succeed. */
  async refusal({ abi }, transaction) {
    try {
      await this.rpc("eth_call", transaction, "latest");
    } catch (error) {
      if (error.data === undefined) throw error;
      return decodeErrorResult({ abi, data: error.data });
    }
  }

  /** Unix seconds of the latest block. */
  async now() {
    return Number((await this.rpc("eth_getBlockByNumber", "latest", false)).timestamp);
  }

  /** Makes the next block come `seconds` after the last one. */
  async skip(seconds) {
    await this.rpc("evm_setNextBlockTimestamp", (await this.now()) + seconds);
  }

  /** What both payees have of an asset. */
  async balances(asset) {
    return Promise.all(this.payees.map((payee) => this.balance(asset, payee)));
  }

  async balance(asset, account) {
    if (asset === NATIVE) return BigInt(await this.rpc("eth_getBalance", account, "latest"));
    const data = encodeFunctionData({ abi: this.token.abi, functionName: "balanceOf", args: [account] });
    return BigInt(await this.rpc("eth_call", { to: asset, data }, "latest"));
  }

  async deploy({ abi, bytecode }, ...args) {
    const data = encodeDeployData({ abi, bytecode, args });
    const transaction = { from: this.deployer, data, gas: toHex(GAS_LIMIT) };
    const { contractAddress } = await this.mine(transaction, "constructor", abi);
    return { abi, address: contractAddress };
  }

  async mine(transaction, name, abi) {
    const receipt = await this.rpc("eth_sendTransactionSync", transaction);
    if (receipt.status !== "0x1") {
      const error = await this.refusal({ abi }, transaction);
      assert.fail(`${name} failed: ${error?.errorName ?? "no reason"}(${error?.args?.join(", ") ?? ""})`);
    }
    return receipt;
  }
}
