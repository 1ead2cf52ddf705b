// The files of tests/vectors/, whose README.md says what is in them. All is fixed: every run makes the same bytes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { calldata } from "./vectors/calldata.mjs";
import { instance } from "./vectors/instances.mjs";
import { merkle } from "./vectors/merkle.mjs";
import { messages } from "./vectors/messages.mjs";
import { setup } from "./vectors/setup.mjs";
import { terms } from "./vectors/terms.mjs";
import { words } from "./vectors/words.mjs";

const FOLDER = new URL("../../tests/vectors/", import.meta.url);

/** What each file should contain, by name. */
const files = Object.fromEntries(
  Object.entries({ setup, terms, instance, ...messages, merkle, words, calldata }).map(([name, content]) => [
    `${name.toLowerCase()}.json`,
    `${JSON.stringify(content, decimalString, 2)}\n`,
  ]),
);

/** Writes every file. */
export function write() {
  for (const [name, content] of Object.entries(files)) writeFileSync(new URL(name, FOLDER), content);
}

/** The names of files that are missing, superfluous or other than they should be. */
export function differences() {
  const present = readdirSync(fileURLToPath(FOLDER)).filter((name) => name.endsWith(".json"));
  const names = new Set([...Object.keys(files), ...present]);
  return [...names].filter((name) => {
    const path = new URL(name, FOLDER);
    return !existsSync(path) || readFileSync(path, "utf8") !== files[name];
  });
}

function decimalString(_key, value) {
  return typeof value === "bigint" ? value.toString() : value;
}
