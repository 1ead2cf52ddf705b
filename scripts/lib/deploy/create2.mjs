// The usual CREATE2 deployer: who sends it a salt and init code creates a contract whose address follows from these two.
import { keccak256 } from "viem";

const CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

export const DEPLOYER = {
  address: "0x4e59b44847b379578588920cA78FbF26c0B4956C",
  code: CODE,
  codeHash: keccak256(CODE),
};

/**
 * What installs the deployer, on any chain that takes transactions signed for none (from before EIP-155). Nobody has the
 * signer's key: its signature was chosen and the signer recovered, so this is the only transaction it will ever send.
 */
export const INSTALLATION = {
  signer: "0x3fAB184622Dc19b6109349B94811493BF2a45362",
  /** In wei: 100,000 gas at 100 gwei. */
  cost: 100_000n * 100_000_000_000n,
  transaction:
    "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222",
};
