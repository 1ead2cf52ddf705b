// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One side of a channel.
/// @param signer the hot key that signs messages and sends transactions
/// @param payee the account that is paid; it may be any contract
struct Party {
    address signer;
    address payee;
}

/// @notice What two parties agree on before money moves.
/// @param parties party 0 and party 1
/// @param window the challenge window in seconds
/// @param bounty what a stale close costs the closing party, in units of the first asset; 0 for none
/// @param staleMargin by how many rounds a close must be behind for the bounty to be due
/// @param salt tells apart channels of the same terms
/// @param assets one to eight, strictly ascending; `NATIVE` is the chain's coin
struct Terms {
    Party[2] parties;
    uint32 window;
    uint112 bounty;
    uint16 staleMargin;
    uint64 salt;
    address[] assets;
}

/// @dev The native coin's place in a list of assets.
address constant NATIVE = address(0);

/// @dev The greatest number of assets in a channel.
uint256 constant MAX_ASSETS = 8;

/// @dev The greatest recorded net, deposit, withdrawal and balance, in units of the asset: fits int112 with either sign.
uint256 constant MAX_AMOUNT = uint112(type(int112).max);

/// @title Terms as they travel: the fields of `Terms` in their order, packed, without padding
/// @notice Packed terms are a third shorter in calldata than their ABI encoding, one hash makes them an id, and a field is
/// read by one load. Every operation on a channel begins with them.
/// @dev The readers take what `isWellFormed` has approved, and do no checks of their own.
library TermsLibrary {
    uint256 private constant WINDOW = 80;
    uint256 private constant BOUNTY = 84;
    uint256 private constant STALE_MARGIN = 98;
    uint256 private constant ASSETS = 108;
    uint256 private constant ASSET_SIZE = 20;

    /// @notice Packs terms for the contract.
    function pack(Terms memory terms) internal pure returns (bytes memory packed) {
        packed = abi.encodePacked(
            terms.parties[0].signer,
            terms.parties[0].payee,
            terms.parties[1].signer,
            terms.parties[1].payee,
            terms.window,
            terms.bounty,
            terms.staleMargin,
            terms.salt
        );
        for (uint256 i; i < terms.assets.length; ++i) {
            packed = bytes.concat(packed, bytes20(terms.assets[i]));
        }
    }

    /// @notice Whether the terms have the length of one to eight assets.
    function isWellFormed(bytes calldata terms) internal pure returns (bool) {
        unchecked {
            // A shorter length wraps to a huge one.
            uint256 assets = terms.length - ASSETS;
            return assets - 1 < MAX_ASSETS * ASSET_SIZE && assets % ASSET_SIZE == 0;
        }
    }

    /// @notice The key of `party`, 0 or 1.
    function signer(bytes calldata terms, uint256 party) internal pure returns (address account) {
        assembly ("memory-safe") {
            account := shr(96, calldataload(add(terms.offset, mul(party, 40))))
        }
    }

    /// @notice The account that is paid for `party`, 0 or 1.
    function payee(bytes calldata terms, uint256 party) internal pure returns (address account) {
        assembly ("memory-safe") {
            account := shr(96, calldataload(add(add(terms.offset, 20), mul(party, 40))))
        }
    }

    /// @notice The challenge window in seconds.
    function window(bytes calldata terms) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, calldataload(add(terms.offset, WINDOW)))
        }
    }

    /// @notice What a stale close costs the closing party, in units of the first asset; 0 for none.
    function bounty(bytes calldata terms) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(144, calldataload(add(terms.offset, BOUNTY)))
        }
    }

    /// @notice By how many rounds a close must be behind for the bounty to be due.
    function staleMargin(bytes calldata terms) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(240, calldataload(add(terms.offset, STALE_MARGIN)))
        }
    }

    /// @notice How many assets there are: 1 to 8.
    function assetCount(bytes calldata terms) internal pure returns (uint256) {
        unchecked {
            return (terms.length - ASSETS) / ASSET_SIZE;
        }
    }

    /// @notice The asset at `index`, which the caller knows to be below the count.
    function asset(bytes calldata terms, uint256 index) internal pure returns (address token) {
        assembly ("memory-safe") {
            token := shr(96, calldataload(add(add(terms.offset, ASSETS), mul(index, ASSET_SIZE))))
        }
    }
}
