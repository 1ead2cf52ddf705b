// Whole lives of channels as real transactions, by the gas of their receipts. No number leaves here from a life in
// which a transaction failed, a payee was not paid exactly, or the channel was not closed at the end.
import assert from "node:assert/strict";
import { encodeFunctionData, parseEther, toHex } from "viem";

import { withAnvil } from "./anvil.mjs";
import { appLives, appSteps } from "./apps.mjs";
import { readArtifacts } from "./artifacts.mjs";
import { Life, NEWER, OLDER } from "./life.mjs";
import { compileToken } from "./token.mjs";
import { NATIVE, World } from "./world.mjs";

/** Channels in one multicall, and the gas that each of its calls gets. */
const BATCH = 32;
const BATCH_GAS_EACH = 100_000;

/** Code that refuses whatever it is sent. */
const REFUSING_CODE = "0x5f5ffd";

/** What a channel goes through; each life returns the state that it must have been paid by. */
export const lives = {
  async mutual(life) {
    await life.deposit();
    await life.closeMutual(OLDER);
    return OLDER;
  },

  async unilateral(life) {
    await life.deposit();
    await life.closeSolo(OLDER);
    await life.settle(OLDER);
    return OLDER;
  },

  async counter(life) {
    await life.deposit();
    await life.closeSolo(OLDER);
    await life.slash(NEWER);
    await life.settle(NEWER);
    return NEWER;
  },

  async forced(life) {
    const instance = life.counter();
    await life.deposit();
    await life.closeSolo(OLDER, { instance });
    await life.forceProgress(OLDER, { instance, count: 0n });
    await life.settle(OLDER, { instance });
    return OLDER;
  },
};

/** Lives that are not compared; they have the operations that the others do not. */
const furtherLives = {
  async withdrawn(life) {
    await life.deposit();
    await life.withdraw(parseEther("0.1"));
    await life.closeMutual(OLDER);
    return OLDER;
  },

  async snapshotted(life) {
    await life.deposit();
    await life.snapshotSolo(OLDER);
    await life.closeMutual(NEWER);
    return NEWER;
  },

  async delegated(life) {
    await life.deposit();
    await life.closeSoloAsDelegate(OLDER);
    await life.revokeDelegations();
    await life.settle(OLDER);
    return OLDER;
  },

  async consented(life) {
    await life.deposit();
    await life.closeSolo(OLDER, { consent: true });
    await life.consent(OLDER);
    return OLDER;
  },

  async stepped(life) {
    const instance = life.counter();
    await life.deposit();
    await life.closeSolo(OLDER, { instance });
    await life.forceProgress(OLDER, { instance, count: 0n });
    await life.forceProgress(OLDER, { instance, count: 1n });
    await life.settle(OLDER, { instance });
    return OLDER;
  },

  async evaluated(life) {
    const instance = life.counter();
    await life.deposit();
    await life.closeSolo(OLDER, { instance });
    await life.evaluate(OLDER, { instance });
    await life.settle(OLDER, { instance });
    return OLDER;
  },

  async credited(life) {
    const { rpc, payees } = life.world;
    await life.deposit();
    await rpc("anvil_setCode", payees[1], REFUSING_CODE);
    await life.closeMutual(OLDER);
    await rpc("anvil_setCode", payees[1], "0x");
    await life.claim(payees[1]);
    return OLDER;
  },
};

/** Everything that `./scripts/gas --json` prints. */
export async function measure() {
  const artifacts = readArtifacts();
  const token = compileToken();
  return withAnvil(async (rpc) => {
    const world = await World.create(rpc, artifacts, token);
    for (const asset of [NATIVE, world.token.address]) {
      // Not measured: a whole life, and one that goes on, for a contract in use holds other people's money.
      await live(world, asset, lives.mutual);
      await new Life(world, asset).deposit();
    }
    const eth = await liveAll(world, NATIVE, lives);
    const { mutual, unilateral, counter } = lives;
    const erc20 = await liveAll(world, world.token.address, { mutual, unilateral, counter });
    const further = await liveAll(world, NATIVE, furtherLives);
    const slash = await slashBatch(world);
    await world.deployApps(artifacts);
    const apps = await liveAll(world, NATIVE, appLives);
    return {
      eth: mapValues(eth, (life) => life.total),
      erc20: mapValues(erc20, (life) => life.total),
      slash_per_channel_batch32: slash,
      steps: {
        deposit_first: eth.mutual.gas.deposit_first,
        deposit_by_id: eth.mutual.gas.deposit_by_id,
        deposit_first_erc20: erc20.mutual.gas.deposit_first,
        deposit_by_id_erc20: erc20.mutual.gas.deposit_by_id,
        withdraw: further.withdrawn.gas.withdraw,
        snapshot_solo: further.snapshotted.gas.snapshot_solo,
        close_mutual: eth.mutual.gas.close_mutual,
        close_solo: eth.unilateral.gas.close_solo,
        close_solo_as_delegate: further.delegated.gas.close_solo_as_delegate,
        consent: further.consented.gas.consent,
        slash: eth.counter.gas.slash,
        force_progress_first: eth.forced.gas.force_progress_first,
        force_progress_next: further.stepped.gas.force_progress_next,
        evaluate: further.evaluated.gas.evaluate,
        settle: eth.unilateral.gas.settle,
        settle_erc20: erc20.unilateral.gas.settle,
        claim: further.credited.gas.claim,
        revoke_delegations: further.delegated.gas.revoke_delegations,
      },
      apps: Object.fromEntries(Object.values(apps).flatMap(({ gas }) => appSteps(gas))),
      runtime_bytes: mapValues(artifacts, ({ runtimeBytes }) => runtimeBytes),
    };
  });
}

/** One transaction that slashes many channels which nothing else in it has touched. */
async function slashBatch(world) {
  const channels = Array.from({ length: BATCH }, () => new Life(world, NATIVE));
  const before = await world.balances(NATIVE);
  for (const life of channels) {
    await life.deposit();
    await life.closeSolo(OLDER);
  }
  const calls = [];
  for (const life of channels) {
    calls.push(encodeFunctionData({ abi: world.manager.abi, functionName: "slash", args: await life.evidence(NEWER) }));
  }
  const gas = await world.send(world.stranger, world.manager, "multicall", [calls, BATCH_GAS_EACH]);
  for (const life of channels) {
    await life.settle(NEWER);
    await requireClosed(life);
  }
  await requirePaid(world, NATIVE, before, NEWER, BATCH);
  return Math.ceil(gas / BATCH);
}

async function liveAll(world, asset, scripts) {
  const results = {};
  for (const [name, script] of Object.entries(scripts)) results[name] = await live(world, asset, script);
  return results;
}

/** One life, of which nothing is returned unless both payees were paid what they must be. */
export async function live(world, asset, script) {
  const before = await world.balances(asset);
  const life = new Life(world, asset);
  const state = await script(life);
  await requirePaid(world, asset, before, state, 1);
  await requireClosed(life);
  return life;
}

async function requirePaid(world, asset, before, state, times) {
  const after = await world.balances(asset);
  const paid = after.map((balance, party) => balance - before[party]);
  const expected = state.payouts.map((payout) => BigInt(times) * parseEther(payout));
  assert.deepEqual(paid, expected, "the payees were not paid what the state says");
}

/** A closed channel refuses money. */
async function requireClosed(life) {
  const { manager, stranger } = life.world;
  const data = encodeFunctionData({
    abi: manager.abi,
    functionName: "deposit",
    args: [life.terms, 1n, 0],
  });
  const transaction = { from: stranger, to: manager.address, data, value: toHex(life.coins(1n)) };
  const refusal = await life.world.refusal(manager, transaction);
  assert.equal(refusal?.errorName, "ChannelClosed", "the channel is not closed");
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
