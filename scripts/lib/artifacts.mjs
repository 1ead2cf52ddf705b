// The committed artifacts of the contracts.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where they are; while a contract is being changed, `RECOURSE_ARTIFACTS` can name another folder, such as forge's. */
const FOLDER = process.env.RECOURSE_ARTIFACTS ?? fileURLToPath(new URL("../../adjudicator/abi", import.meta.url));

/** `{ abi, bytecode, runtimeBytes }` of every contract that has code, by name. */
export function readArtifacts() {
  const artifacts = {};
  for (const path of readdirSync(FOLDER, { recursive: true }).sort()) {
    if (!path.endsWith(".json") || path.endsWith(".input.json")) continue;
    const { abi, bytecode, deployedBytecode, ...about } = JSON.parse(readFileSync(join(FOLDER, path), "utf8"));
    const sourceName = about.sourceName ?? Object.keys(about.metadata?.settings.compilationTarget ?? {})[0];
    if (!sourceName?.startsWith("contracts/")) continue;
    const runtimeBytes = ((deployedBytecode?.object ?? "0x").length - 2) / 2;
    if (runtimeBytes) artifacts[basename(path, ".json")] = { abi, bytecode: bytecode.object, runtimeBytes };
  }
  return artifacts;
}

/** The ABI of the contract or interface of that name. */
export function readAbi(name) {
  const path = readdirSync(FOLDER, { recursive: true }).find((each) => basename(each) === `${name}.json`);
  return JSON.parse(readFileSync(join(FOLDER, path), "utf8")).abi;
}
