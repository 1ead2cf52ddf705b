// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";

/// @title The tree of running instances
/// @notice An inner node is the hash of its two children, sorted. A leaf is the hash of 320 bytes, an inner node of 64, so
/// neither passes for the other.
library Merkle {
    /// @dev The greatest depth of a tree.
    uint256 internal constant MAX_DEPTH = 32;

    /// @notice Reverts unless `proof` leads from `leaf` to `root`.
    function requireLeaf(bytes32 root, bytes32 leaf, bytes32[] calldata proof) internal pure {
        if (proof.length > MAX_DEPTH) revert IChannelErrors.ProofTooLong(MAX_DEPTH, proof.length);
        bytes32 node = leaf;
        for (uint256 i; i < proof.length; ++i) {
            bytes32 sibling = proof[i];
            node = node < sibling
                ? keccak256(abi.encodePacked(node, sibling))
                : keccak256(abi.encodePacked(sibling, node));
        }
        if (node != root) revert IChannelErrors.InstanceNotInState(root, node);
    }
}
