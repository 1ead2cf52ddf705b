// A ChannelManager that is to be deployed: what follows from its window bounds and the committed bytecode alone.
import {
  domainSeparator,
  encodeDeployData,
  getContractAddress,
  hexToBytes,
  keccak256,
  numberToHex,
  zeroHash,
} from "viem";

import { domainOf } from "../channel.mjs";
import { PRESENT } from "./build.mjs";
import { DEPLOYER } from "./create2.mjs";

export const { abi } = PRESENT;

/** Seconds: the longest window that the constructor takes. */
export const GREATEST_WINDOW = 100_000_000;

export class Manager {
  /** Bounds in seconds; the salt tells apart managers of equal bounds. */
  constructor({ minWindow, maxWindow, salt = zeroHash, build = PRESENT }) {
    Object.assign(this, { minWindow, maxWindow, salt, build });
    const args = [BigInt(minWindow), BigInt(maxWindow)];
    this.initCode = encodeDeployData({ abi: build.abi, bytecode: build.bytecode.object, args });
    this.initCodeHash = keccak256(this.initCode);
    this.address = addressOf(this);
  }

  /** The EIP-712 domain separator that it must have there. */
  domainSeparator(chainId, address = this.address) {
    return domainSeparator({ domain: domainOf(chainId, address) });
  }

  /** The hash of the code that it must have there: that of the artifact, with its immutables filled in. */
  codeHash(chainId, address = this.address) {
    const immutables = [
      numberToHex(chainId, { size: 32 }),
      this.domainSeparator(chainId, address),
      numberToHex(this.minWindow, { size: 32 }),
      numberToHex(this.maxWindow, { size: 32 }),
    ];
    const code = hexToBytes(this.build.deployedBytecode.object);
    immutablePlaces(this.build).forEach((places, index) => {
      for (const { start } of places) code.set(hexToBytes(immutables[index]), start);
    });
    return keccak256(code);
  }
}

/** Where the deployer creates what has this init code. */
export function addressOf({ salt, initCodeHash }) {
  return getContractAddress({ opcode: "CREATE2", from: DEPLOYER.address, salt, bytecodeHash: initCodeHash });
}

/** Per immutable, in the order of their declaration, which is that of the compiler's numbers. */
function immutablePlaces({ deployedBytecode }) {
  const references = Object.entries(deployedBytecode.immutableReferences);
  if (references.length !== 4) throw new Error(`ChannelManager has ${references.length} immutables, not 4`);
  return references.sort(([one], [other]) => Number(one) - Number(other)).map(([, places]) => places);
}
