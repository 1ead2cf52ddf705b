// One channel from its first deposit to its payout: each method is one transaction, whose gas is noted under its name.
import { concat, encodeAbiParameters, keccak256, parseEther, toHex, zeroHash } from "viem";

import {
  channelIdOf,
  compact,
  flatWithdraw,
  hashOf,
  instanceHashOf,
  packClose,
  packInstance,
  packState,
  packStep,
  packTerms,
  sign,
} from "./channel.mjs";
import { NATIVE } from "./world.mjs";

/** Unix seconds, far away: what is signed does not expire during a measurement. */
const VALID_UNTIL = 2_000_000_000;
const DEPOSIT = parseEther("1");
const APP_GAS = 100_000;

/** A co-signed state, and what each party gets by it. */
const state = (round, payouts) => ({ round, payouts, net: DEPOSIT - parseEther(payouts[0]) });
export const OLDER = state(7, ["0.7", "1.3"]);
export const NEWER = state(8, ["0.6", "1.4"]);

export class Life {
  /** Gas of each step. */
  gas = {};

  constructor(world, asset) {
    this.world = world;
    this.asset = asset;
    const terms = {
      parties: world.signers.map(({ address }, party) => ({ signer: address, payee: world.payees[party] })),
      assets: [asset],
      window: world.window,
      bounty: 0n,
      staleMargin: 0,
      salt: BigInt(random(`salt ${++world.channels}`)) >> 192n,
    };
    this.channelId = channelIdOf(world.domain, terms);
    this.terms = packTerms(terms);
  }

  get total() {
    return Object.values(this.gas).reduce((sum, gas) => sum + gas, 0);
  }

  // Money in and out

  async deposit() {
    const value = this.coins(DEPOSIT);
    await this.step("deposit_first", this.stranger, "deposit", [this.terms, DEPOSIT, 0], value);
    await this.step("deposit_by_id", this.stranger, "depositById", [this.channelId, this.asset, 1, DEPOSIT], value);
  }

  async withdraw(amount) {
    const message = {
      serial: 0n,
      amounts: [amount, amount],
      recipients: this.world.payees,
      validUntil: VALID_UNTIL,
    };
    const signatures = await this.bothSign("Withdraw", { channelId: this.channelId, ...flatWithdraw(message) });
    await this.step("withdraw", this.stranger, "withdraw", [this.terms, message, signatures]);
  }

  async claim(creditor) {
    await this.step("claim", this.stranger, "claim", [creditor, this.asset]);
  }

  // Evidence and closing

  async snapshotSolo(state) {
    await this.step("snapshot_solo", this.stranger, "snapshotSolo", await this.evidence(state));
  }

  async slash(state) {
    await this.step("slash", this.stranger, "slash", await this.evidence(state));
  }

  async closeMutual({ round, net }) {
    const message = { round, nets: [net], validUntil: VALID_UNTIL };
    const signatures = await this.bothSign("Close", { channelId: this.channelId, ...message });
    await this.step("close_mutual", this.stranger, "closeMutual", [this.terms, concat([packClose(message), signatures])]);
  }

  /** Party 0's own call counts as its agreement: only the peer's signature travels. */
  async closeSolo(state, { instance, consent = false } = {}) {
    const message = this.message(state, instance);
    const signature = await this.oneSigns(1, "State", { channelId: this.channelId, ...message });
    await this.step("close_solo", this.signer(0), "closeSolo", [this.terms, concat([packState(message), signature]), consent]);
  }

  async closeSoloAsDelegate(state) {
    const { delegate } = this.world;
    const delegation = { party: 0, delegate, epoch: 0n, minRound: state.round, validUntil: VALID_UNTIL };
    const signature = await this.oneSigns(0, "Delegation", { channelId: this.channelId, ...delegation });
    const args = [...(await this.evidence(state)), delegation, signature];
    await this.step("close_solo_as_delegate", delegate, "closeSoloAsDelegate", args);
  }

  /** Party 1 agrees to the recorded state. */
  async consent(state) {
    await this.step("consent", this.signer(1), "closeSolo", [this.terms, packState(this.message(state)), true]);
  }

  async settle(state, { instance } = {}) {
    const { window } = this.world;
    await this.world.skip(instance ? 2 * window : window);
    await this.step("settle", this.stranger, "settle", [this.terms, packState(this.message(state, instance))]);
  }

  async revokeDelegations() {
    await this.step("revoke_delegations", this.signer(0), "revokeDelegations", [this.terms]);
  }

  // Forced progress: a state with one instance. Of the Counter app, whose state is its count:

  /** An instance at the beginning of its app. */
  counter() {
    return this.instance(this.world.counter, counterState(0n), { maxSteps: 10 });
  }

  /** The next step, signed by the party whose turn it is. */
  async forceProgress(state, { instance, count }) {
    const name = count === 0n ? "force_progress_first" : "force_progress_next";
    const [number, mover] = [Number(count) + 1, Number(count % 2n)];
    await this.force(name, state, { instance, number, appState: counterState(count), action: "0x", mover });
  }

  async evaluate(state, { instance }) {
    await this.ask("evaluate", state, { instance, appState: counterState(0n) });
  }

  // Any app

  /** An instance of an app in this app state. */
  instance({ address, codeHash }, appState, { maxSteps, matures = 0 }) {
    const stake = parseEther("0.1");
    return {
      id: random("instance"),
      app: address,
      appCodeHash: codeHash,
      appGas: APP_GAS,
      maxSteps,
      matures,
      stakes: [stake, stake],
      appStateHash: keccak256(appState),
    };
  }

  /** A step, signed by its mover if it is a party's. */
  async force(name, state, { instance, mover, ...step }) {
    const message = this.message(state, instance);
    const position = {
      channelId: this.channelId,
      stateHash: hashOf("State", { channelId: this.channelId, ...message }),
      instanceHash: instanceHashOf(instance),
      appStateHash: keccak256(step.appState),
    };
    const signature = mover === undefined ? "0x" : await this.oneSigns(mover, "Step", { ...position, ...step });
    await this.step(name, this.stranger, "forceProgress", [this.terms, packState(message), packInstance(instance), packStep(step, signature)]);
  }

  /** An evaluation. */
  async ask(name, state, { instance, appState }) {
    const args = [this.terms, packState(this.message(state, instance)), packInstance(instance), appState];
    await this.step(name, this.stranger, "evaluate", args);
  }

  /** A preimage is shown to the registry. */
  async reveal(name, preimage) {
    this.gas[name] = await this.world.send(this.stranger, this.world.registry, "reveal", [preimage]);
  }

  // Parts

  /** The arguments that show the chain a co-signed state. */
  async evidence(state) {
    const message = this.message(state);
    const signatures = await this.bothSign("State", { channelId: this.channelId, ...message });
    return [this.terms, concat([packState(message), signatures])];
  }

  message({ round, net }, instance) {
    return { round, nets: [net], instancesRoot: instance ? instanceHashOf(instance) : zeroHash };
  }

  async bothSign(primaryType, message) {
    return concat([await this.oneSigns(0, primaryType, message), await this.oneSigns(1, primaryType, message)]);
  }

  async oneSigns(party, primaryType, message) {
    return compact(await sign(this.world.signers[party], this.world.domain, primaryType, message));
  }

  get stranger() {
    return this.world.stranger;
  }

  signer(party) {
    return this.world.signers[party].address;
  }

  coins(amount) {
    return this.asset === NATIVE ? amount : 0n;
  }

  async step(name, from, functionName, args, value) {
    this.gas[name] = await this.world.send(from, this.world.manager, functionName, args, value);
  }
}

/** What looks random, and so has few zero bytes: as salts and ids have in real use. */
function random(of) {
  return keccak256(toHex(of));
}

function counterState(count) {
  return encodeAbiParameters([{ type: "uint256" }], [count]);
}
