// What is typed, checked once: each refusal says what was found and what would be right.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { getAddress, isAddress } from "viem";

import { breakdown, wrongUse } from "./failure.mjs";
import { GREATEST_WINDOW } from "./manager.mjs";

/** Options by what they are for; a command names the groups that it takes. */
const GROUPS = {
  bounds: { "min-window": seconds, "max-window": seconds, salt: hash },
  chain: { "chain-id": wholeNumber },
  node: { "rpc-url": url, "chain-id": wholeNumber },
  place: { address },
  build: { build: hash },
  wallet: {
    account: text,
    keystore: file,
    "password-file": file,
    ledger: Boolean,
    trezor: Boolean,
    unlocked: Boolean,
    sender: address,
  },
  json: { json: Boolean },
  dry: { "dry-run": Boolean },
  record: { "chain-name": text, "forced-inclusion-delay": wholeNumber, note: texts },
  write: { write: Boolean },
};

const SIGNERS = ["account", "keystore", "ledger", "trezor", "unlocked"];
/** They would stay in the shell's history, and anybody on the machine can list them. */
const SECRETS = /^--?(private-keys?|mnemonics?|mnemonic-passphrases?|password)(=|$)/;

/** The command's options, by their names in camel case. */
export function read(groups, args) {
  const secret = args.find((arg) => SECRETS.test(arg));
  if (secret) {
    const signers = SIGNERS.map(flag).join(", ");
    throw wrongUse(`${secret.split("=")[0]}: no key and no password on a command line; sign with ${signers}`);
  }
  const readers = Object.assign({}, ...groups.map((group) => GROUPS[group]));
  const options = {};
  for (const [name, value] of Object.entries(parse(readers, args))) {
    options[camelCase(name)] = readers[name] === Boolean ? value : readers[name](value, flag(name));
  }
  if (groups.includes("bounds")) requireBounds(options);
  if (groups.includes("node")) options.rpcUrl ??= urlOfEnvironment();
  if (groups.includes("wallet") && !options.dryRun) requireSigner(options);
  if (groups.includes("record")) requireDelay(options);
  return options;
}

/** The options of forge that make it sign; of cast with `--from` for the sender. */
export function walletOptions(options, senderFlag = "--sender") {
  const given = Object.keys(GROUPS.wallet).filter((name) => options[camelCase(name)] !== undefined);
  return given.flatMap((name) => {
    const value = options[camelCase(name)];
    return value === true ? [flag(name)] : [name === "sender" ? senderFlag : flag(name), value];
  });
}

function parse(readers, args) {
  const type = (reader) => ({ type: reader === Boolean ? "boolean" : "string", multiple: reader === texts });
  const options = Object.fromEntries(Object.entries(readers).map(([name, reader]) => [name, type(reader)]));
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw wrongUse(error.message);
  }
}

function requireBounds(options) {
  requireAll(options, ["min-window", "max-window"]);
  const { minWindow, maxWindow } = options;
  if (minWindow > maxWindow) {
    throw wrongUse(`--min-window ${minWindow} is above --max-window ${maxWindow}: the lower bound comes first`);
  }
}

function urlOfEnvironment() {
  return url(process.env.ETH_RPC_URL ?? missing("--rpc-url (or ETH_RPC_URL)"), "ETH_RPC_URL");
}

function requireSigner(options) {
  const given = SIGNERS.filter((name) => options[name] !== undefined);
  const fromEnvironment = process.env.ETH_KEYSTORE ?? process.env.ETH_KEYSTORE_ACCOUNT;
  if (given.length > 1) throw wrongUse(`${given.map(flag).join(" and ")}: one of them signs, not both`);
  if (given.length === 0 && !fromEnvironment) throw wrongUse(`nobody signs: give one of ${SIGNERS.map(flag).join(", ")}`);
  if (options.unlocked && !options.sender) throw wrongUse("--unlocked needs --sender, the account that the node holds");
}

/** That there is no sequencer is as easily said as forgotten: then the record must say where it was read. */
function requireDelay(options) {
  requireAll(options, ["chain-name", "forced-inclusion-delay"]);
  const { forcedInclusionDelay, note = [] } = options;
  if (forcedInclusionDelay === 0 && note.length === 0) {
    throw wrongUse("--forced-inclusion-delay 0 needs a --note: who says that nobody can keep a transaction out, and where");
  }
}

function requireAll(options, names) {
  for (const name of names) if (options[camelCase(name)] === undefined) missing(flag(name));
}

function missing(what) {
  throw wrongUse(`${what} is missing`);
}

function seconds(value, name) {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > GREATEST_WINDOW) {
    throw wrongUse(`${name} ${value}: must be whole seconds, 1 to ${GREATEST_WINDOW}`);
  }
  return number;
}

function wholeNumber(value, name) {
  if (!/^\d{1,15}$/.test(value)) throw wrongUse(`${name} ${value}: must be a whole number of at most 15 digits`);
  return Number(value);
}

function hash(value, name) {
  if (!/^0x[0-9a-f]{64}$/i.test(value)) throw wrongUse(`${name} ${value}: must be 0x and 64 hex digits`);
  return value.toLowerCase();
}

function address(value, name) {
  if (!isAddress(value)) throw wrongUse(`${name} ${value}: must be 0x and 40 hex digits, with a right checksum if mixed`);
  return getAddress(value);
}

function url(value, name) {
  if (!/^https?:\/\/./.test(value)) throw wrongUse(`${name} ${value}: must begin with http:// or https://`);
  return value;
}

function file(value, name) {
  if (!existsSync(value)) throw breakdown(`${name} ${value}: there is no such file`);
  return resolve(value);
}

function text(value, name) {
  if (value.trim() === "") throw wrongUse(`${name} is empty`);
  return value;
}

function texts(values, name) {
  return values.map((value) => text(value, name));
}

function flag(name) {
  return `--${name}`;
}

function camelCase(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}
