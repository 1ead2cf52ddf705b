// What was measured, beside the bars: a table for people, the page `docs/GAS.md`, and what is missed.

const LIVES = ["mutual", "unilateral", "counter", "forced"];

/** Thousands of gas, as quoted; the peers' numbers were measured once on the same work. */
const BARS = {
  eth: {
    "arithmetic floor": ["118.8k", "146.0k", "180.9k", "208.9k"],
    "goal": ["133k", "176k", "212k", "245k"],
    "must reach": ["142k", "194k", "240k", "264k"],
    "Nitro (the best peer)": ["170.6k", "253.3k", "350.3k", "278.4k"],
    "Perun": ["324.1k", "377.4k", "446.3k", "453.7k"],
    "Nitrolite ChannelHub (2026)": ["854k", "990k", "1,316k", "none"],
  },
  erc20: {
    "must reach": ["187k", "238k", "284k"],
    "Nitro": ["213.5k", "297.6k", "394.7k"],
  },
  batch: { "goal": ["20k"], "must reach": ["26k"] },
};
const RUNTIME_LIMIT = 22_000;

const MEANINGS = {
  deposit_first: "`deposit`, the channel's first money",
  deposit_by_id: "`depositById`, the other party's money",
  deposit_first_erc20: "`deposit` of tokens, the channel's first money",
  deposit_by_id_erc20: "`depositById` of tokens",
  withdraw: "`withdraw`, both parties paid",
  snapshot_solo: "`snapshotSolo`, the first record",
  close_mutual: "`closeMutual`, both parties paid",
  close_solo: "`closeSolo` by a signer, a state of the peer's signature",
  close_solo_as_delegate: "`closeSoloAsDelegate`, a state of both signatures",
  consent: "`closeSolo` with consent, the second one: both parties paid",
  slash: "`slash`, a newer state",
  force_progress_first: "`forceProgress`, the first step of an instance",
  force_progress_next: "`forceProgress`, the second step",
  evaluate: "`evaluate`, the first touch of an instance",
  settle: "`settle`, both parties paid",
  settle_erc20: "`settle` in tokens, both parties paid",
  claim: "`claim`, a payee whose code refused the coin",
  revoke_delegations: "`revokeDelegations`, for the first time",
};

const APP_MEANINGS = {
  preimage_registry_reveal: "`PreimageRegistry.reveal`, a preimage that was never seen",
  preimage_registry_reveal_again: "the same preimage again, which changes nothing",
  hash_time_lock_touch: "`HashTimeLock`: the first touch, an evaluation; nothing seen yet",
  hash_time_lock_evaluate: "the evaluation that finds the preimage",
  oracle_escrow_step_first: "`OracleEscrow`: the step with 2 of 3 signatures, as first touch",
  oracle_escrow_touch: "a first touch by evaluation; nothing delivered yet",
  oracle_escrow_step_next: "the step after it",
  signed_feed_step_first: "`SignedFeed`: the step with the reading, as first touch",
  signed_feed_touch: "a first touch by evaluation; nothing due yet",
  signed_feed_step_next: "the step after it",
  tic_tac_toe_step_first: "`TicTacToe`: the first step",
  tic_tac_toe_step_next: "the second one, where the winner-to-be changes",
  tic_tac_toe_step_third: "the third one",
  tic_tac_toe_evaluate: "an evaluation that changes nothing",
  rock_paper_scissors_commit: "`RockPaperScissors`: the first step, a commitment",
  rock_paper_scissors_show: "the second one, a hand",
  rock_paper_scissors_reveal: "the third one, hand and salt",
};

/** One sentence per bar that must be reached and is not. */
export function missed(results) {
  const sentences = [];
  const compare = (name, gas, bar) => {
    const most = Number(bar.replace("k", "")) * 1_000;
    if (gas > most) sentences.push(`${name} is ${count(gas)}, must be at most ${count(most)}`);
  };
  for (const asset of ["eth", "erc20"]) {
    const bars = BARS[asset]["must reach"];
    bars.forEach((bar, index) => compare(`${asset} ${LIVES[index]}`, results[asset][LIVES[index]], bar));
  }
  compare("slash_per_channel_batch32", results.slash_per_channel_batch32, BARS.batch["must reach"][0]);
  for (const [name, bytes] of Object.entries(results.runtime_bytes)) {
    const sentence = `${name} has ${count(bytes)} bytes, must have fewer than ${count(RUNTIME_LIMIT)}`;
    if (bytes >= RUNTIME_LIMIT) sentences.push(sentence);
  }
  return sentences;
}

/** Everything as aligned columns. */
export function forPeople(results) {
  return tables(results).map(aligned).join("\n");
}

/** `docs/GAS.md`. */
export function page(results) {
  const [eth, erc20, batch, steps, apps, sizes] = tables(results).map(markdown);
  return `# Gas

Written by \`./scripts/gas --write\`; \`./scripts/gas --check\` fails when this page is not what it measures.

## Whole lives

Gas of all transactions from the first deposit until both parties are paid in full.

${eth}
${erc20}
One \`multicall\` of 32 slashes, each on a channel that nothing else in the transaction has touched; the receipt / 32.

${batch}
## Operations

One representative transaction each, with its 21,000 and its calldata, in a channel of one asset.

${steps}
## Apps

The same for the apps that ship, beside \`Counter\`, whose steps are above. Each life is of one channel with one instance of one
asset; the app moves a tenth of a deposit. Signatures of oracles and of the station have 64 bytes.

${apps}
## Runtime code

Every contract must have fewer than ${count(RUNTIME_LIMIT)} bytes.

${sizes}
## Method

Real transactions, one per block, on a private anvil (hard fork Cancun); a number is the sum of its receipts'
\`gasUsed\`, so it has the intrinsic gas, the calldata and the refunds. Accounts, messages, salts and times are
fixed: two runs give the same numbers. Nothing is reported unless every transaction of a life succeeded, both payees
received exactly what the state says, and the channel then refused money as closed.

- The work: first, per asset, one unmeasured mutual life and one channel that stays open. Two parties deposit 1 + 1, the second by the channel's id. A
  co-signed state pays 0.7 / 1.3, a newer one 0.6 / 1.4.
- *mutual*: both deposits, \`closeMutual\`. *unilateral*: both deposits, \`closeSolo\`, \`settle\`. *counter*: the
  same and one \`slash\` with the newer state. *forced*: both deposits, \`closeSolo\` on a state with one instance
  of the Counter app, one signed step, \`settle\`. The instance names its app by address and by code hash.
- A stranger sends whatever anyone may send, the deposits included. \`closeSolo\` comes from a party's signer, so it
  carries the peer's signature alone.
- Payees are accounts of their own, cold, with a balance of the asset. Signers are ECDSA keys; signatures have 64
  bytes (EIP-2098). No bounty. Salts and the instance's id look random: calldata without zero bytes is the dear one.
- The token is OpenZeppelin's ERC20 5.x (optimizer, 200 runs); its allowance is infinite and was set before. The
  channel that stays open leaves the contract with a balance of it, as a contract in use has. Were that balance zero,
  the first deposit would write a fresh word and the last payout clear it: 12,300 more in each token life, here as in
  any contract that holds tokens itself. The peers' figures were taken likewise: Nitro's token lives cost 42.9k to 44.4k
  more than its coin lives, which has no room for that word.

## The peers

Nitro, Perun and Nitrolite's ChannelHub are the state channel contracts that these numbers should be compared with.
Their figures are quoted as measured on the same work when the bars of this project were set; this script does not
measure them again. Nitrolite has no forced step. The arithmetic floor is the sum of what the work cannot do
without: intrinsic gas, calldata, signature checks, storage words, payouts, logs.

What makes the peers expensive, in this order:

1. fresh storage words;
2. nested dynamic ABI decoding and encoding again: 17,000 to 50,000;
3. logging whole states;
4. one payout transaction per party: 44,000 each;
5. the shape of the calldata: 8,000 to 16,000, against 2,700.

What keeps the cost near the floor: two packed words per channel and asset in use, the closed mark in a word that
stays non-zero, small logs, both payouts in the closing transaction, a transient guard.
`;
}

/** Each table is a list of rows, the first of them its head. */
function tables(results) {
  const lives = (asset, title) => {
    const names = LIVES.slice(0, BARS[asset]["must reach"].length);
    const ours = names.map((name) => count(results[asset][name]));
    return [[title, ...names], ["**Recourse**", ...ours], ...rows(BARS[asset])];
  };
  const batch = [["slash in a batch", "per channel"], ["**Recourse**", count(results.slash_per_channel_batch32)]];
  const steps = Object.entries(results.steps).map(([name, gas]) => [name, count(gas), MEANINGS[name]]);
  const apps = Object.entries(results.apps).map(([name, gas]) => [name, count(gas), APP_MEANINGS[name]]);
  const sizes = Object.entries(results.runtime_bytes).map(([name, bytes]) => [name, count(bytes)]);
  return [
    lives("eth", "native coin"),
    lives("erc20", "ERC-20 token"),
    [...batch, ...rows(BARS.batch)],
    [["operation", "gas", "what"], ...steps],
    [["operation", "gas", "what"], ...apps],
    [["contract", "bytes"], ...sizes],
  ];
}

function rows(bars) {
  return Object.entries(bars).map(([name, values]) => [name, ...values]);
}

function markdown([head, ...rest]) {
  const rule = head.map((name, column) => (isNumber(rest[0], column) ? "---:" : "---"));
  return [head, rule, ...rest].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

function aligned(table) {
  const plain = table.map((row) => row.map((cell) => cell.replace(/[*`]/g, "")));
  const widths = plain[0].map((_, column) => Math.max(...plain.map((row) => row[column].length)));
  const pad = (cell, column) => cell[isNumber(table[1], column) ? "padStart" : "padEnd"](widths[column]);
  return plain.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}

function isNumber(row, column) {
  return /^[\d,]+$/.test(row[column]);
}

function count(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
