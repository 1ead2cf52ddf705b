// Who and where: everything as on a fresh anvil, so that the vectors hold on a real node, too.
import { domainSeparator, getContractAddress, keccak256, stringToHex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";

import { CHAIN_ID, MNEMONIC } from "../anvil.mjs";
import { domainOf } from "../channel.mjs";

const accounts = [0, 1, 2, 3, 4, 5, 6].map((addressIndex) => mnemonicToAccount(MNEMONIC, { addressIndex }));
const [deployer, stranger, delegate, , , ...payees] = accounts.map(({ address }) => address.toLowerCase());

/** The parties' signers, as viem accounts. */
export const signers = accounts.slice(3, 5);

/** The first contract that the deployer deploys is the manager, the second one the `Counter` app. */
const [manager, counter] = [0n, 1n].map((nonce) => getContractAddress({ from: deployer, nonce }).toLowerCase());

export const domain = domainOf(CHAIN_ID, manager);

export const setup = {
  domain: { ...domain, chainId: BigInt(CHAIN_ID) },
  domainType: "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
  domainTypeHash: keccak256(
    stringToHex("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
  ),
  domainSeparator: domainSeparator({ domain }),
  deployer,
  counter,
  stranger,
  delegate,
  parties: signers.map((account, party) => ({
    privateKey: toHex(account.getHdKey().privateKey),
    signer: account.address.toLowerCase(),
    payee: payees[party],
  })),
};
