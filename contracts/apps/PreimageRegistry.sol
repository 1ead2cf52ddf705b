// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @title When a preimage was first seen
/// @notice Anyone shows a preimage, once and for all channels: everybody who waits for it then knows it, and when it
/// came.
/// @dev Nobody owns this contract and nothing in it is ever overwritten, so what was seen stays seen. It is the only
/// evidence that a `HashTimeLock` takes: a preimage in the calldata of one channel would be news to that channel alone,
/// and the next hop might learn it too late. Shown here a second before the end, it counts in every hop.
/// Warning: a preimage is public as soon as it is sent, and a block that is reorganized may come back later: leave a
/// margin.
contract PreimageRegistry {
    /// @notice `preimage` was seen for the first time.
    event PreimageSeen(bytes32 indexed hash, bytes32 preimage);

    /// @notice When the preimage of `hash` was first seen, in Unix seconds; 0 if never.
    mapping(bytes32 hash => uint256 time) public seenAt;

    /// @notice Notes that `preimage` was seen now. One that was seen before stays as old as it is, and costs nothing
    /// more.
    /// @return hash what locks name: the keccak256 of the 32 bytes, which all preimages have, on whatever chain
    function reveal(bytes32 preimage) external returns (bytes32 hash) {
        hash = keccak256(abi.encode(preimage));
        if (seenAt[hash] != 0) return hash;
        seenAt[hash] = block.timestamp;
        emit PreimageSeen(hash, preimage);
    }
}
