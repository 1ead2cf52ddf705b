// A private, deterministic chain: the pinned native anvil on a free port, stopped whatever happens.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Anvil's well-known accounts. */
export const MNEMONIC = "test test test test test test test test test test test junk";
export const CHAIN_ID = 31337;
/** Unix seconds of the first block; every later one is a second after the one before it. */
const GENESIS_TIME = 1_700_000_000;
/** A contract that is too large for a real chain runs too: whoever measures it reports its size. */
const OPTIONS = [
  ...["--port", "0"],
  ...["--chain-id", `${CHAIN_ID}`, "--mnemonic", MNEMONIC, "--timestamp", `${GENESIS_TIME}`],
];

/** Runs `use(rpc, url)` on a fresh chain; `rpc(method, ...params)` answers or throws. `options` are more of anvil's own. */
export async function withAnvil(use, ...options) {
  const fork = options.includes("--hardfork") ? [] : ["--hardfork", "cancun"];
  const anvil = spawn(binary(), [...OPTIONS, ...fork, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const stop = () => anvil.kill();
  process.on("exit", stop);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(3));
  try {
    const url = await listening(anvil);
    const rpc = client(url);
    await rpc("anvil_setBlockTimestampInterval", 1);
    return await use(rpc, url);
  } finally {
    process.off("exit", stop);
    const exit = once(anvil, "exit");
    if (stop()) await exit;
  }
}

/** Refused by the node; `data` is what the contract reverted with, if it was the contract. */
export class RpcError extends Error {
  constructor(method, { message, data }) {
    super(`${method}: ${message}`);
    this.data = typeof data === "string" ? data : undefined;
  }
}

/** `rpc(method, ...params)` of the node at `url`. */
export function client(url) {
  return async (method, ...params) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error) throw new RpcError(method, error);
    return result;
  };
}

/** The node's address, as soon as it answers there. What it prints later is read and dropped. */
async function listening(anvil) {
  await once(anvil, "spawn");
  for await (const line of createInterface({ input: anvil.stdout })) {
    const [, address] = /^Listening on (\S+)$/.exec(line) ?? [];
    if (!address) continue;
    anvil.stdout.resume();
    return `http://${address}`;
  }
  throw new Error("anvil stopped before it listened");
}

/** The native binary; npm's wrapper around it would be in the way of signals and exit codes. */
function binary() {
  const machine = { x64: "amd64", arm64: "arm64" }[process.arch];
  const path = `../../node_modules/@foundry-rs/anvil-${process.platform}-${machine}/bin/anvil`;
  return fileURLToPath(new URL(path, import.meta.url));
}
