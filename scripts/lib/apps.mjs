// What the apps that ship cost, step by step: each life is that of one channel of the native coin with one instance.
import {
  concat,
  encodeAbiParameters,
  keccak256,
  parseAbiParameters,
  parseEther,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";

import { CHAIN_ID, MNEMONIC } from "./anvil.mjs";
import { compact, domainOf } from "./channel.mjs";
import { OLDER } from "./life.mjs";

/** What an app moves, or the loser of a game pays: a tenth of a deposit. */
const AMOUNT = parseEther("0.1");
/** What the parties get by the older state, if that much goes from party 0 to party 1, or the other way. */
const PAID = { ...OLDER, payouts: ["0.6", "1.4"] };
const WON = { ...OLDER, payouts: ["0.8", "1.2"] };
const ORACLES = 3;

/** Looks random, and so has few zero bytes: as ids, hashes and salts have in real use. */
const random = (of) => keccak256(stringToHex(of));
const encode = (types, values) => encodeAbiParameters(parseAbiParameters(types), values);
const encodeStruct = (types, values) => encode(`(${types})`, [values]);

export const appLives = {
  async hash_time_lock(life) {
    const { registry, apps } = life.world;
    const preimage = random("preimage");
    const time = await life.world.now();
    const state = encodeStruct("address, bytes32, uint40, int256[]", [
      registry.address, keccak256(preimage), time + 86_400, [AMOUNT],
    ]);
    const instance = life.instance(apps.HashTimeLock, state, { maxSteps: 0, matures: time + 86_400 });
    await open(life, instance);
    await life.ask("hash_time_lock_touch", OLDER, { instance, appState: state });
    await life.reveal("preimage_registry_reveal", preimage);
    await life.reveal("preimage_registry_reveal_again", preimage);
    await life.ask("hash_time_lock_evaluate", OLDER, { instance, appState: state });
    return close(life, instance, PAID);
  },

  async oracle_escrow(life) {
    const { state, instance, signatures } = await escrow(life);
    await open(life, instance);
    await life.force("oracle_escrow_step_first", OLDER, { instance, number: 1, appState: state, action: signatures });
    return close(life, instance, PAID);
  },

  async oracle_escrow_touched(life) {
    const { state, instance, signatures } = await escrow(life);
    await open(life, instance);
    await life.ask("oracle_escrow_touch", OLDER, { instance, appState: state });
    await life.force("oracle_escrow_step_next", OLDER, { instance, number: 1, appState: state, action: signatures });
    return close(life, instance, PAID);
  },

  async signed_feed(life) {
    const { state, instance, action } = await insurance(life);
    await open(life, instance);
    await life.force("signed_feed_step_first", OLDER, { instance, number: 1, appState: state, action });
    return close(life, instance, PAID);
  },

  async signed_feed_touched(life) {
    const { state, instance, action } = await insurance(life);
    await open(life, instance);
    await life.ask("signed_feed_touch", OLDER, { instance, appState: state });
    await life.force("signed_feed_step_next", OLDER, { instance, number: 1, appState: state, action });
    return close(life, instance, PAID);
  },

  async tic_tac_toe(life) {
    const game = (board0, board1, mover) =>
      encodeStruct("uint16[2], uint8, uint112[]", [[board0, board1], mover, [AMOUNT]]);
    const square = (number) => encode("uint8", [number]);
    const instance = life.instance(life.world.apps.TicTacToe, game(0, 0, 0), { maxSteps: 9 });
    await open(life, instance);
    const moves = [["first", 4, game(0, 0, 0)], ["next", 0, game(16, 0, 1)], ["third", 2, game(16, 1, 0)]];
    for (const [index, [name, number, appState]] of moves.entries()) {
      const step = { instance, number: index + 1, appState, action: square(number), mover: index % 2 };
      await life.force(`tic_tac_toe_step_${name}`, OLDER, step);
    }
    await life.ask("tic_tac_toe_evaluate", OLDER, { instance, appState: game(20, 1, 1) });
    return close(life, instance, WON);
  },

  async rock_paper_scissors(life) {
    const reveal = encode("uint8, bytes32", [2, random("salt of a hand")]);
    const commitment = keccak256(reveal);
    const game = (committed, hand0, hand1) =>
      encodeStruct("bytes32, uint8, uint8, uint112[]", [committed, hand0, hand1, [AMOUNT]]);
    const instance = life.instance(life.world.apps.RockPaperScissors, game(zeroHash, 0, 0), { maxSteps: 3 });
    await open(life, instance);
    const steps = [
      ["commit", game(zeroHash, 0, 0), commitment],
      ["show", game(commitment, 0, 0), encode("uint8", [1])],
      ["reveal", game(commitment, 0, 1), reveal],
    ];
    for (const [index, [name, appState, action]] of steps.entries()) {
      const step = { instance, number: index + 1, appState, action, mover: index % 2 };
      await life.force(`rock_paper_scissors_${name}`, OLDER, step);
    }
    return close(life, instance, WON);
  },
};

/** Names of the steps that are reported: those of each app, not what every channel goes through. */
export const appSteps = (gas) => Object.entries(gas).filter(([name]) => !/^(deposit|close|settle)/.test(name));

async function open(life, instance) {
  await life.deposit();
  await life.closeSolo(OLDER, { instance });
}

async function close(life, instance, paid) {
  await life.settle(OLDER, { instance });
  return paid;
}

/** Two of three oracles say that it was delivered. */
async function escrow(life) {
  const app = life.world.apps.OracleEscrow;
  const escrowId = random("one television");
  const oracles = Array.from({ length: ORACLES }, (_, index) => mnemonicToAccount(MNEMONIC, { addressIndex: 10 + index }));
  oracles.sort((one, other) => (one.address.toLowerCase() < other.address.toLowerCase() ? -1 : 1));
  const addresses = oracles.map(({ address }) => address);
  const state = encodeStruct("bytes32, address, uint8, bool, address[], int256[]", [
    escrowId, zeroAddress, 2, false, addresses, [AMOUNT],
  ]);
  const types = { Delivered: [{ name: "escrowId", type: "bytes32" }] };
  const signatures = await Promise.all(oracles.slice(1).map((oracle) => signFact(oracle, app, types, { escrowId })));
  const instance = life.instance(app, state, { maxSteps: 1, matures: (await life.world.now()) + 86_400 });
  return { state, instance, signatures: concat(signatures) };
}

/** It freezes among the tomatoes. */
async function insurance(life) {
  const app = life.world.apps.SignedFeed;
  const [feed, station] = [random("degrees Celsius"), mnemonicToAccount(MNEMONIC, { addressIndex: 13 })];
  const time = await life.world.now();
  const state = encodeStruct("bytes32, address, int256, int256, uint40, uint40, bool, int256[]", [
    feed, station.address, -1n, 40n, time - 86_400, time + 86_400, false, [AMOUNT],
  ]);
  const reading = { feed, value: -3n, readAt: time };
  const fields = [["feed", "bytes32"], ["value", "int256"], ["readAt", "uint40"]];
  const types = { Reading: fields.map(([name, type]) => ({ name, type })) };
  const signature = await signFact(station, app, types, reading);
  const action = concat([encode("int256, uint40", [reading.value, time]), signature]);
  const instance = life.instance(app, state, { maxSteps: 1, matures: time + 86_400 });
  return { state, instance, action };
}

/** A fact, signed for one app. */
async function signFact(account, app, types, message) {
  const [primaryType] = Object.keys(types);
  return compact(await account.signTypedData({ domain: domainOf(CHAIN_ID, app.address), types, primaryType, message }));
}
