// Values that many vectors share.
import { keccak256, maxUint256, stringToHex, toHex } from "viem";

/** The greatest amount that the contract takes: the greatest int112 would not fit with either sign. */
export const MAX_AMOUNT = 2n ** 111n - 1n;
export const MAX_ROUND = 2n ** 29n - 1n;
export const ETHER = 10n ** 18n;
/** Unix seconds: the year 2027. */
export const NOW = 1_800_000_000n;
/** Unix seconds: the year 2100. */
export const LATE = 4_102_444_800n;
export const GREATEST_WORD = toHex(maxUint256);
export const GREATEST_ADDRESS = toHex(2n ** 160n - 1n);

/** A word to recognise. */
export function wordOf(name) {
  return keccak256(stringToHex(name));
}
