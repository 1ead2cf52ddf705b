// The pinned forge and cast, which hold the keys: no key passes through this program.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { breakdown } from "./failure.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Runs `Deploy.s.sol`; the receipt of what it sent, or nothing if it found the manager there. Forge writes it into a folder
 * of this run alone: elsewhere it could be another run's. The node's address travels in the environment: it may hold a key
 * of the node's operator.
 */
export async function deployByForge({ url, chainId }, { minWindow, maxWindow, salt }, walletOptions) {
  const call = ["--sig", "run(uint256,uint256,bytes32)", `${minWindow}`, `${maxWindow}`, salt];
  const folder = mkdtempSync(join(tmpdir(), "recourse-broadcast-"));
  const file = join(folder, "Deploy.s.sol", `${chainId}`, "run-latest.json");
  try {
    const args = ["script", "scripts/Deploy.s.sol", "--quiet", "--broadcast", ...call, ...walletOptions];
    await run("forge", url, args, { FOUNDRY_BROADCAST: folder });
    return existsSync(file) ? JSON.parse(readFileSync(file)).receipts[0] : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Sends coin. */
export async function sendByCast({ url }, to, value, walletOptions) {
  await run("cast", url, ["send", "--quiet", to, "--value", `${value}`, ...walletOptions]);
}

/** What it prints goes to stderr, where it may also ask for a password. */
async function run(tool, url, args, more = {}) {
  const env = { ...process.env, ...more, FOUNDRY_PROFILE: "deploy", ETH_RPC_URL: url, FOUNDRY_ETH_RPC_URL: url };
  const child = spawn(`${ROOT}/scripts/${tool}`, args, { cwd: ROOT, env, stdio: ["inherit", 2, 2] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw breakdown(`${tool} failed, see above`);
}
