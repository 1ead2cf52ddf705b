// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One side of a channel.
/// @param signer the hot key that signs messages and sends transactions
/// @param payee the account that is paid; it may be any contract
struct Party {
    address signer;
    address payee;
}

/// @notice What two parties agree on before money moves. Its EIP-712 digest is the channel's id.
/// @param parties party 0 and party 1
/// @param assets one to eight, strictly ascending; `NATIVE` is the chain's coin
/// @param window the challenge window in seconds
/// @param bounty what a stale close costs the closing party, in units of `assets[0]`; 0 for none
/// @param staleMargin by how many rounds a close must be behind for the bounty to be due
/// @param salt tells apart channels of the same terms
struct Terms {
    Party[2] parties;
    address[] assets;
    uint32 window;
    uint112 bounty;
    uint16 staleMargin;
    bytes32 salt;
}

/// @dev The native coin's place in a list of assets.
address constant NATIVE = address(0);

/// @dev The greatest number of assets in a channel.
uint256 constant MAX_ASSETS = 8;

/// @dev The greatest net, stake, deposit and withdrawal, in units of the asset: fits int112 with either sign.
uint256 constant MAX_AMOUNT = uint112(type(int112).max);

/// @dev Two crossing proposals of one round must not freeze a channel whose stale closes cost a bounty.
uint256 constant MIN_STALE_MARGIN = 3;
