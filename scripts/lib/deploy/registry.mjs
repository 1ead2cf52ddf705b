// deployments/: which managers are on which chains, and which are planned. Its README.md describes the form.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { isAddress } from "viem";

import { PRESENT, buildIn, commitOfPresent } from "./build.mjs";
import { DEPLOYER } from "./create2.mjs";
import { refusal } from "./failure.mjs";
import { GREATEST_WINDOW, Manager, addressOf } from "./manager.mjs";

/** Tests name another folder. */
const FOLDER = process.env.RECOURSE_DEPLOYMENTS ?? fileURLToPath(new URL("../../../deployments", import.meta.url));
const PLANNED = "planned.json";
const BUILDS = "builds";
const NOT_BY_THE_DEPLOYER = "none";
const NOT_COMMITTED = "none";

/** Recommended bounds in seconds; docs/guide-deployer.md gives the reasons. */
const PLANS = {
  prompt: { minWindow: 3_600, maxWindow: 2_592_000 },
  sequenced: { minWindow: 172_800, maxWindow: 2_592_000 },
};

/** The record of a deployment, which the caller has verified. */
export function record(chain, manager, address = manager.address) {
  return document("deployment", {
    chain: { ...chain, id: `${chain.id}`, forcedInclusionDelay: `${chain.forcedInclusionDelay}` },
    ...identity(manager),
    address: address.toLowerCase(),
    codeHash: manager.codeHash(chain.id, address),
    deployer: address === manager.address ? DEPLOYER.address.toLowerCase() : NOT_BY_THE_DEPLOYER,
    build: { hash: manager.build.hash, commit: commitOfPresent() ?? NOT_COMMITTED },
    compiler: manager.build.compiler,
  });
}

/** Writes a record, and its build, which must be the present one, beside it. */
export function writeRecord(record) {
  const { chain, address } = record.content;
  mkdirSync(join(FOLDER, chain.id), { recursive: true });
  writeFileSync(join(FOLDER, pathOf(chain, address)), pretty(record));
  PRESENT.writeTo(join(FOLDER, BUILDS, PRESENT.hash));
}

/** The build of that hash, if it is kept. */
export function keptBuild(hash) {
  const build = buildIn(join(FOLDER, BUILDS, hash));
  if (build && build.hash !== hash) throw refusal(`the build in ${BUILDS}/${hash} is another: its hash is ${build.hash}`);
  return build;
}

/** What is wrong with the registry, a sentence each, and how many deployments it has. */
export function inspect() {
  const files = readdirSync(FOLDER, { recursive: true }).filter((path) => path.endsWith(".json")).sort();
  const records = files.filter((path) => path !== PLANNED && !path.startsWith(join(BUILDS, "/")));
  const stale = `${PLANNED} is not what follows from the bytecode: run ./scripts/deploy registry --write`;
  const isStale = plannedText() !== read(PLANNED);
  return { count: records.length, problems: [...(isStale ? [stale] : []), ...records.flatMap(problemsOf)] };
}

/** Writes what is planned. */
export function writePlanned() {
  writeFileSync(join(FOLDER, PLANNED), plannedText());
}

export function pretty(json) {
  return `${JSON.stringify(json, null, 2)}\n`;
}

function plannedText() {
  const plans = Object.entries(PLANS).map(([name, bounds]) => {
    const manager = new Manager(bounds);
    const { address } = manager;
    return { name, address: address.toLowerCase(), deployer: DEPLOYER.address.toLowerCase(), ...identity(manager) };
  });
  return pretty(document("planned", plans));
}

/** What is the same on every chain. */
function identity({ salt, initCodeHash, minWindow, maxWindow }) {
  const constructorArguments = { minWindow: `${minWindow}`, maxWindow: `${maxWindow}` };
  return { contract: "ChannelManager", salt, initCodeHash, constructorArguments };
}

function document(type, content) {
  return { recourse: "1", type, content };
}

function pathOf({ id }, address) {
  return join(id, `${address}.json`);
}

function read(path) {
  return existsSync(join(FOLDER, path)) ? readFileSync(join(FOLDER, path), "utf8") : undefined;
}

// The form

const matching = (pattern, what) => ({ accepts: (value) => typeof value === "string" && pattern.test(value), what });
const exactly = (text) => ({ accepts: (value) => value === text, what: JSON.stringify(text) });
const NUMBER = matching(/^(0|[1-9]\d{0,14})$/, "a decimal number in quotes");
const HASH = matching(/^0x[0-9a-f]{64}$/, "0x and 64 hex digits in lower case");
const TEXT = matching(/\S/, "a text that is not empty");
const isLowerAddress = (value) => isAddress(value, { strict: false }) && value === value.toLowerCase();
const ADDRESS = { accepts: isLowerAddress, what: "0x and 40 hex digits in lower case" };
const MAKER = {
  accepts: (value) => value === DEPLOYER.address.toLowerCase() || value === NOT_BY_THE_DEPLOYER,
  what: `${DEPLOYER.address.toLowerCase()} or "${NOT_BY_THE_DEPLOYER}"`,
};
const COMMIT = matching(/^([0-9a-f]{40}|none)$/, `40 hex digits or "${NOT_COMMITTED}"`);
const TEXTS = { accepts: (value) => Array.isArray(value) && value.every(TEXT.accepts), what: "a list of texts" };
const OBJECT = { accepts: isObject, what: "an object" };

const FORM = {
  recourse: exactly("1"),
  type: exactly("deployment"),
  content: {
    chain: { id: NUMBER, name: TEXT, forcedInclusionDelay: NUMBER, notes: TEXTS },
    contract: exactly("ChannelManager"),
    salt: HASH,
    initCodeHash: HASH,
    constructorArguments: { minWindow: NUMBER, maxWindow: NUMBER },
    address: ADDRESS,
    codeHash: HASH,
    deployer: MAKER,
    build: { hash: HASH, commit: COMMIT },
    compiler: { version: TEXT, settings: OBJECT, input: TEXT, inputHash: HASH },
  },
};

/** Where `value` is not of the form. */
function* misfits(form, value, path = "") {
  if (form.accepts) {
    if (!form.accepts(value)) yield `${path} is ${JSON.stringify(value)}, must be ${form.what}`;
  } else if (!isObject(value)) {
    yield `${path || "it"} must be an object`;
  } else {
    const below = (name) => (path ? `${path}.${name}` : name);
    for (const name of Object.keys(value)) if (!Object.hasOwn(form, name)) yield `${below(name)} is unknown`;
    for (const [name, part] of Object.entries(form)) {
      if (Object.hasOwn(value, name)) yield* misfits(part, value[name], below(name));
      else yield `${below(name)} is missing`;
    }
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// What must hold between its parts

function problemsOf(path) {
  const problems = [];
  try {
    const json = JSON.parse(read(path));
    problems.push(...misfits(FORM, json));
    if (problems.length === 0) problems.push(...contradictions(path, json.content));
  } catch (error) {
    problems.push(error.message);
  }
  return problems.map((problem) => `${path}: ${problem}`);
}

function* contradictions(path, content) {
  const { chain, constructorArguments, salt, initCodeHash, address, codeHash, deployer } = content;
  const differ = (what, found, expected) =>
    isDeepStrictEqual(found, expected) ? [] : [`${what} is ${JSON.stringify(found)}, must be ${JSON.stringify(expected)}`];
  const [minWindow, maxWindow, delay] =
    [constructorArguments.minWindow, constructorArguments.maxWindow, chain.forcedInclusionDelay].map(Number);
  yield* differ("its name", path, pathOf(chain, address));
  if (minWindow < 1 || minWindow > maxWindow || maxWindow > GREATEST_WINDOW) {
    yield `the window bounds are ${minWindow} and ${maxWindow}, must be in order and 1 to ${GREATEST_WINDOW}`;
    return;
  }
  if (minWindow < 2 * delay) {
    yield `minWindow is ${minWindow}, must be at least ${2 * delay}: twice the chain's forced-inclusion delay`;
  }
  if (delay === 0 && chain.notes.length === 0) {
    yield "chain.notes is empty, must say where it was read that nobody can keep a transaction out";
  }
  const isByDeployer = deployer !== NOT_BY_THE_DEPLOYER;
  if (isByDeployer) yield* differ("address", address, addressOf({ salt, initCodeHash }).toLowerCase());
  const { hash, commit } = content.build;
  const build = keptBuild(hash);
  if (!build) {
    yield `its build is not kept: there is no ${BUILDS}/${hash}`;
    return;
  }
  if (!isOf(build, commit)) {
    yield `its build is not that of commit ${commit}, or git does not have that commit (a shallow clone lacks most)`;
  }
  const manager = new Manager({ minWindow, maxWindow, salt, build });
  yield* differ("initCodeHash", initCodeHash, manager.initCodeHash);
  yield* differ("codeHash", codeHash, manager.codeHash(Number(chain.id), address));
  yield* differ("compiler", content.compiler, manager.build.compiler);
}

/** Who has just changed the contract tries this before committing it, when no commit can be named yet. */
function isOf(build, commit) {
  return (build.hash === PRESENT.hash && commitOfPresent() === undefined) || build.isOf(commit);
}
