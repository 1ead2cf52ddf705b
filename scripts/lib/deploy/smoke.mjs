// A channel's life against a deployed manager, on a chain whose clock and accounts are for playing.
import { domainOf } from "../channel.mjs";
import { lives, live } from "../measure.mjs";
import { NATIVE, World } from "../world.mjs";
import { refusal } from "./failure.mjs";
import { abi } from "./manager.mjs";

/** The gas of each transaction, from two deposits over an answered close to the payout. */
export async function smoke({ rpc, chainId }, { minWindow }, address) {
  await requireAnvil(rpc, chainId);
  const accounts = await rpc("eth_accounts");
  const world = new World(rpc, accounts);
  if (accounts[3]?.toLowerCase() !== world.signers[0].address.toLowerCase()) {
    throw refusal("smoke plays with the accounts of anvil's own mnemonic, which this anvil was not started with");
  }
  world.manager = { abi, address };
  world.domain = domainOf(chainId, address);
  world.window = minWindow;
  // Channels of earlier runs are closed for ever.
  world.channels = Number(await rpc("eth_blockNumber"));
  const { gas } = await live(world, NATIVE, lives.counter);
  return gas;
}

async function requireAnvil(rpc, chainId) {
  const version = await rpc("web3_clientVersion");
  if (!version.startsWith("anvil/")) {
    throw refusal(
      `smoke sets the clock and plays with public keys: only on anvil, and the node of chain ${chainId} is ${version}`,
    );
  }
}
