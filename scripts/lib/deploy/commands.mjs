// The subcommands of ./scripts/deploy: each takes its checked options and returns what it prints.
import { setTimeout as sleep } from "node:timers/promises";
import { formatEther, keccak256 } from "viem";

import { RpcError } from "../anvil.mjs";
import { read, walletOptions } from "./arguments.mjs";
import { connect, hasDeployer, hasManager, requireCancun, requireRuns } from "./chain.mjs";
import { DEPLOYER, INSTALLATION } from "./create2.mjs";
import { Failure, breakdown, refusal, wrongUse } from "./failure.mjs";
import { Manager } from "./manager.mjs";
import { inspect, keptBuild, pretty, record, writePlanned, writeRecord } from "./registry.mjs";
import { smoke } from "./smoke.mjs";
import { deployByForge, sendByCast } from "./tools.mjs";

/** How long a transaction may wait. */
const PATIENCE_SECONDS = 120;

const NO_DEPLOYER =
  "ask the chain's operators to preinstall the deployer. Without it the manager cannot have its usual address here: deploy" +
  " it at an address of its own by sending what ./scripts/deploy init-code prints, and verify it with --address";

const commands = {
  predict: { takes: ["bounds", "chain", "json"], run: predict },
  "init-code": { takes: ["bounds"], run: (options) => `${new Manager(options).initCode}\n` },
  run: { takes: ["bounds", "node", "wallet", "dry", "json"], run: deploy },
  verify: { takes: ["bounds", "node", "place", "build", "json"], run: verify },
  record: { takes: ["bounds", "node", "place", "record", "write"], run: makeRecord },
  smoke: { takes: ["bounds", "node", "place", "json"], run: play },
  "install-deployer": { takes: ["node", "wallet", "json"], run: installDeployer },
  registry: { takes: ["write"], run: checkRegistry },
};

/** Runs one command line; what it returns is its output. */
export async function command([name, ...args]) {
  const chosen = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
  if (!chosen) throw wrongUse(`${name ?? "nothing"}: must be one of ${Object.keys(commands).join(", ")}`);
  const options = read(chosen.takes, args);
  try {
    const result = await chosen.run(options);
    return typeof result === "string" ? result : print(result, options);
  } catch (error) {
    throw error instanceof RpcError ? breakdown(`the node refuses ${error.message}`) : error;
  }
}

function predict(options) {
  const manager = new Manager(options);
  const { address, salt, initCodeHash } = manager;
  const onChain = options.chainId === undefined ? {} : hashesOn(options.chainId, manager, address);
  return { address, deployer: DEPLOYER.address, salt, initCodeHash, ...onChain };
}

async function deploy(options) {
  const chain = await connect(options);
  const manager = new Manager(options);
  const { address } = manager;
  const result = { address, chainId: chain.chainId, codeHash: manager.codeHash(chain.chainId) };
  if (await hasManager(chain, manager)) {
    await requireRuns(chain, manager, address);
    return { ...result, status: "was already deployed" };
  }
  await requireCancun(chain);
  if (!(await hasDeployer(chain))) {
    throw refusal(
      `the CREATE2 deployer is not on chain ${chain.chainId}: there is no code at ${DEPLOYER.address}.` +
        " Install it first: ./scripts/deploy install-deployer",
    );
  }
  process.stderr.write(`deploy: ${reminderOf(manager)}\n`);
  if (options.dryRun) return { ...result, status: "not deployed", ...price(await estimate(chain, manager)) };
  const receipt = await sendByForge(chain, manager, options);
  if (!(await hasManager(chain, manager))) {
    const done = receipt ? `transaction ${receipt.transactionHash} is mined` : "forge found the manager deployed";
    throw breakdown(`${done}, but the node shows no code at ${address}: ask another node`);
  }
  await requireRuns(chain, manager, address);
  if (!receipt) return { ...result, status: "was already deployed" };
  return { ...result, status: "deployed", transaction: receipt.transactionHash, ...price(receipt.gasUsed) };
}

async function verify(options) {
  const { chain, manager, address } = await deployed(options);
  return {
    address,
    chainId: chain.chainId,
    ...hashesOn(chain.chainId, manager, address),
    windows: `${manager.minWindow} to ${manager.maxWindow} seconds`,
    status: "verified",
  };
}

async function makeRecord(options) {
  const { chain, manager, address } = await deployed(options);
  const { chainName: name, forcedInclusionDelay, note: notes = [] } = options;
  if (manager.minWindow < 2 * forcedInclusionDelay) {
    throw refusal(
      `--min-window ${manager.minWindow} is below ${2 * forcedInclusionDelay}, twice the forced-inclusion delay of ${name}:` +
        " a censored party could not answer in time",
    );
  }
  const made = record({ id: chain.chainId, name, forcedInclusionDelay, notes }, manager, address);
  if (options.write) writeRecord(made);
  return pretty(made);
}

async function play(options) {
  const { chain, manager, address } = await deployed(options);
  const gas = await smoke(chain, manager, address);
  const total = Object.values(gas).reduce((sum, each) => sum + each, 0);
  return { ...gas, ...price(total), status: "both payees were paid what their newest state says" };
}

async function installDeployer(options) {
  const chain = await connect(options);
  const result = { address: DEPLOYER.address, chainId: chain.chainId };
  if (await hasDeployer(chain)) return { ...result, status: "was already installed" };
  const missing = INSTALLATION.cost - BigInt(await chain.rpc("eth_getBalance", INSTALLATION.signer, "latest"));
  if (missing > 0n) await sendByCast(chain, INSTALLATION.signer, missing, walletOptions(options, "--from"));
  const { status } = await mined(chain, await publishInstallation(chain));
  if (!(await hasDeployer(chain))) {
    throw refusal(
      `the transaction that installs the CREATE2 deployer is mined on chain ${chain.chainId} with status ${status}, but there` +
        ` is no code at ${DEPLOYER.address}. Its signer had this one turn: ${NO_DEPLOYER}`,
    );
  }
  return { ...result, status: "installed", spent: `${formatEther(missing > 0n ? missing : 0n)} for its signer` };
}

function checkRegistry({ write }) {
  if (write) writePlanned();
  const { count, problems } = inspect();
  if (problems.length) throw refusal(problems.map((problem) => `deployments/${problem}`).join("\n"));
  return `${count} deployments and what is planned: all in form, and what follows from the bytecode\n`;
}

// Parts

/** A manager that is where it must be, as it must be. */
async function deployed(options) {
  const manager = new Manager({ ...options, build: buildOf(options) });
  const chain = await connect(options);
  const address = options.address ?? manager.address;
  if (!(await hasManager(chain, manager, address))) {
    const place = `${address} on chain ${chain.chainId}`;
    throw refusal(`there is no code at ${place}: no ChannelManager of these bounds is deployed there`);
  }
  await requireRuns(chain, manager, address);
  return { chain, manager, address };
}

/** What only who deploys can find out: no command asks the chain's own contracts how long its sequencer can censor. */
function reminderOf({ minWindow }) {
  return (
    `--min-window ${minWindow} is for ever. On a chain with a sequencer it must be at least twice the longest that the` +
    " sequencer can keep a transaction out, which is not checked here"
  );
}

/** The build that is named; none means the present one. */
function buildOf({ build: hash }) {
  if (hash === undefined) return undefined;
  const build = keptBuild(hash);
  if (!build) throw refusal(`the build ${hash} is not kept in deployments/builds`);
  return build;
}

/** The receipt; none if somebody was faster, be it before forge looked or when its transaction was on its way. */
async function sendByForge(chain, manager, options) {
  try {
    return await deployByForge(chain, manager, walletOptions(options));
  } catch (error) {
    if (error instanceof Failure && (await hasManager(chain, manager))) return undefined;
    throw error;
  }
}

/** The installation's hash. */
async function publishInstallation({ rpc, chainId }) {
  try {
    return await rpc("eth_sendRawTransaction", INSTALLATION.transaction);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // Somebody sent it before, and it waits.
    if (/already (known|imported)/i.test(error.message)) return keccak256(INSTALLATION.transaction);
    throw refusal(
      `chain ${chainId} refuses the transaction that installs the CREATE2 deployer (${error.message}). It is from before` +
        " EIP-155, signed for no chain, and nobody can sign another. Use a node of this chain that takes such" +
        ` transactions. Else ${NO_DEPLOYER}`,
    );
  }
}

/** The transaction's receipt, as soon as there is one. */
async function mined({ rpc }, hash) {
  for (let second = 0; second < PATIENCE_SECONDS; second += 1) {
    const receipt = await rpc("eth_getTransactionReceipt", hash);
    if (receipt) return receipt;
    await sleep(1_000);
  }
  throw breakdown(`transaction ${hash} is not mined after ${PATIENCE_SECONDS} seconds: run this again later`);
}

function estimate({ rpc }, { salt, initCode }) {
  return rpc("eth_estimateGas", { to: DEPLOYER.address, data: salt + initCode.slice(2) });
}

function hashesOn(chainId, manager, address) {
  const domainSeparator = manager.domainSeparator(chainId, address);
  return { codeHash: manager.codeHash(chainId, address), domainSeparator };
}

/** What gas costs at some fees, in the chain's coin. */
function price(gasUsed) {
  const gas = Number(gasUsed);
  const at = (gwei) => `${((gas * gwei) / 1e9).toFixed(4)} at ${gwei} gwei`;
  return { gas, cost: [1, 10, 50].map(at).join(", ") };
}

/** One fact a line, its name in words; or the document. */
function print(result, { json }) {
  if (json) return `${JSON.stringify(result)}\n`;
  const words = (name) => name.replaceAll("_", " ").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const width = Math.max(...Object.keys(result).map((name) => words(name).length));
  const shown = (value) => (typeof value === "number" && value > 99_999 ? value.toLocaleString("en") : value);
  return Object.entries(result).map(([name, value]) => `${words(name).padEnd(width)}  ${shown(value)}\n`).join("");
}
