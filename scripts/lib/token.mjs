// The token of the measurements: OpenZeppelin's ERC20, compiled as its users do (optimizer, 200 runs).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCE = `// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract Token is ERC20("Token", "TKN") {
    constructor(uint256 supply) {
        _mint(msg.sender, supply);
    }
}
`;

const SETTINGS = {
  evmVersion: "cancun",
  optimizer: { enabled: true, runs: 200 },
  outputSelection: { "Token.sol": { Token: ["abi", "evm.bytecode.object"] } },
};

const require = createRequire(import.meta.url);

/** `{ abi, bytecode }` of a token that gives its whole supply to the deployer. */
export function compileToken() {
  const input = { language: "Solidity", sources: { "Token.sol": { content: SOURCE } }, settings: SETTINGS };
  const load = (path) => ({ contents: readFileSync(require.resolve(path), "utf8") });
  const output = JSON.parse(require("solc").compile(JSON.stringify(input), { import: load }));
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const { abi, evm } = output.contracts["Token.sol"].Token;
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}

/** The artifact that is kept for `simulator gas`, which runs no compiler. */
export function tokenArtifact() {
  const { abi, bytecode } = compileToken();
  // Version and commit; what else the compiler says of itself is its platform.
  const compiler = require("solc").version().split(".").slice(0, 4).join(".");
  const about = { contractName: "Token", sourceName: "scripts/lib/token.mjs", compiler, settings: SETTINGS };
  return `${JSON.stringify({ ...about, abi, bytecode: { object: bytecode } }, null, 2)}\n`;
}
