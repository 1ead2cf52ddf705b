// A build of the ChannelManager: its artifact and the compiler's input, from which everything about a deployed one follows.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { concat, keccak256 } from "viem";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PLACE = "adjudicator/abi";
const FILES = ["ChannelManager.json", "ChannelManager.input.json"];
const PATHS = FILES.map((file) => `${PLACE}/${file}`);

export class Build {
  constructor(folder) {
    this.files = FILES.map((file) => readFileSync(join(folder, file)));
    const [artifact, input] = this.files;
    this.hash = keccak256(concat(this.files));
    Object.assign(this, JSON.parse(artifact));
    /** What makes the same bytecode again, for source verifiers. */
    this.compiler = {
      version: this.compiler,
      settings: (({ outputSelection, ...settings }) => settings)(this.settings),
      input: PATHS[1],
      inputHash: keccak256(input),
    };
  }

  /** Puts its files there. */
  writeTo(folder) {
    mkdirSync(folder, { recursive: true });
    this.files.forEach((content, index) => writeFileSync(join(folder, FILES[index]), content));
  }

  /** Whether the repository had exactly this build at that commit. */
  isOf(commit) {
    return this.files.every((content, index) => git("show", `${commit}:./${PATHS[index]}`)?.equals(content));
  }
}

/** What stands in the repository. */
export const PRESENT = new Build(join(ROOT, PLACE));

/** The build in that folder, if it is there. */
export function buildIn(folder) {
  return FILES.every((file) => existsSync(join(folder, file))) ? new Build(folder) : undefined;
}

/** The commit since which the repository has the present build; none if that is not committed yet, or without git. */
export function commitOfPresent() {
  const isCommitted = git("diff", "--quiet", "HEAD", "--", ...PATHS) !== undefined;
  return (isCommitted && git("log", "-1", "--format=%H", "--", ...PATHS)?.toString().trim()) || undefined;
}

/** What git prints; nothing if it fails. */
function git(...args) {
  const { status, stdout } = spawnSync("git", args, { cwd: ROOT, maxBuffer: 2 ** 26 });
  return status === 0 ? stdout : undefined;
}
