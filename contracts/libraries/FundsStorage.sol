// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Funds} from "../types/Funds.sol";

/// @title Where the funds are
/// @notice One hash finds the funds of a channel and asset, where nested mappings would take two.
/// @dev Warning: `depositById` takes the id from the caller, so no part of a place in storage may be the caller's choice. The
/// hash is of 96 bytes, the compiler's mappings hash 64: no id and no asset lead to another variable's place.
library FundsStorage {
    /// @dev Sets this hash apart from all others.
    bytes32 private constant TAG = keccak256("recourse.funds");

    /// @notice One word of storage.
    struct Place {
        Funds funds;
    }

    /// @notice The place of a channel's funds of one asset.
    function at(bytes32 channelId, address asset) internal pure returns (Place storage place) {
        bytes32 tag = TAG;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, tag)
            mstore(add(free, 0x20), channelId)
            mstore(add(free, 0x40), asset)
            place.slot := keccak256(free, 0x60)
        }
    }

    /// @notice The slot of that place, for who reads the storage from outside.
    function slotOf(bytes32 channelId, address asset) internal pure returns (bytes32) {
        return keccak256(abi.encode(TAG, channelId, asset));
    }
}
