// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {Words} from "./Words.sol";

/// @title The tree of running instances
/// @notice An inner node is the hash of its two children, sorted. A leaf is the hash of at least 154 bytes, an inner node of 64, so
/// neither passes for the other.
library Merkle {
    /// @dev The greatest depth of a tree.
    uint256 internal constant MAX_DEPTH = 32;

    /// @notice Reverts unless `proof` leads from `leaf` to `root`.
    /// @param proof sibling hashes from the leaf upwards, packed; the caller knows that it is a multiple of 32 bytes
    function requireLeaf(bytes32 root, bytes32 leaf, bytes calldata proof) internal pure {
        uint256 length = proof.length / 32;
        if (length > MAX_DEPTH) revert IChannelErrors.ProofTooLong(MAX_DEPTH, length);
        bytes32 node = leaf;
        for (uint256 i; i < length; ++i) {
            bytes32 sibling;
            assembly ("memory-safe") {
                sibling := calldataload(add(proof.offset, shl(5, i)))
            }
            node = node < sibling ? Words.hash(node, sibling) : Words.hash(sibling, node);
        }
        if (node != root) revert IChannelErrors.InstanceNotInState(root, node);
    }
}
