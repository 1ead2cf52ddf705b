// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice Remembers when a preimage was first seen.
contract Registry {
    mapping(bytes32 hash => uint256) public seenAt;

    function reveal(bytes32 preimage) external {
        bytes32 hash = keccak256(abi.encode(preimage));
        if (seenAt[hash] == 0) seenAt[hash] = block.timestamp;
    }
}
