// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../interfaces/IChannelManager.sol";
import {FundsStorage} from "./FundsStorage.sol";
import {Bounty} from "../types/Bounty.sol";
import {Funds} from "../types/Funds.sol";
import {Progress} from "../types/Progress.sol";
import {Record} from "../types/Record.sol";
import {Tally} from "../types/Tally.sol";

/// @title What a `ChannelManager` stores, by name
/// @notice The manager has one getter, `load`, for raw words: each further one would make every call dearer. This library
/// knows where the words are; `using StorageReader for IChannelManager` gives a contract the getters back.
/// @dev The layout can never change, as the manager cannot. `adjudicator/abi/ChannelManager.json` has it, but for
/// the funds: see `FundsStorage`.
library StorageReader {
    uint256 private constant CHANNELS_SLOT = 0;
    uint256 private constant BASES_SLOT = 1;
    uint256 private constant CREDITS_SLOT = 2;

    // Offsets within a channel
    uint256 private constant BOUNTY = 1;
    uint256 private constant EPOCHS = 2;

    // Offsets within a base
    uint256 private constant DELTA_SUMS = 1;
    uint256 private constant PROGRESS = 2;
    uint256 private constant DELTAS = 3;

    /// @notice The channel's record.
    function recordOf(IChannelManager manager, bytes32 channelId) internal view returns (Record) {
        return Record.wrap(read(manager, at(CHANNELS_SLOT, channelId)));
    }

    /// @notice The channel's funds of one asset.
    function fundsOf(IChannelManager manager, bytes32 channelId, address asset) internal view returns (Funds) {
        return Funds.wrap(read(manager, uint256(FundsStorage.slotOf(channelId, asset))));
    }

    /// @notice The channel's bounty, while closing.
    function bountyOf(IChannelManager manager, bytes32 channelId) internal view returns (Bounty) {
        return Bounty.wrap(read(manager, at(CHANNELS_SLOT, channelId) + BOUNTY));
    }

    /// @notice The epoch that a party's delegations must name.
    function epochOf(IChannelManager manager, bytes32 channelId, uint256 party) internal view returns (uint256) {
        return read(manager, at(at(CHANNELS_SLOT, channelId) + EPOCHS, bytes32(party)));
    }

    /// @notice The tally of a base.
    function tallyOf(IChannelManager manager, bytes32 stateHash) internal view returns (Tally) {
        return Tally.wrap(read(manager, at(BASES_SLOT, stateHash)));
    }

    /// @notice The sum of all deltas of a base in the asset at `index`, the seated one left out.
    function deltaSumOf(IChannelManager manager, bytes32 stateHash, uint256 index) internal view returns (int256) {
        return int256(read(manager, at(at(BASES_SLOT, stateHash) + DELTA_SUMS, bytes32(index))));
    }

    /// @notice The progress of an instance.
    function progressOf(IChannelManager manager, bytes32 stateHash, bytes32 instanceHash)
        internal
        view
        returns (Progress)
    {
        return Progress.wrap(read(manager, at(at(BASES_SLOT, stateHash) + PROGRESS, instanceHash)));
    }

    /// @notice The delta of an instance in the asset at `index`, unless it is the seated one.
    function deltaOf(IChannelManager manager, bytes32 stateHash, bytes32 instanceHash, uint256 index)
        internal
        view
        returns (int256)
    {
        uint256 deltas = at(at(BASES_SLOT, stateHash) + DELTAS, instanceHash);
        return int256(read(manager, at(deltas, bytes32(index))));
    }

    /// @notice What waits to be claimed.
    function creditOf(IChannelManager manager, address creditor, address asset) internal view returns (uint256) {
        return read(manager, at(at(CREDITS_SLOT, word(creditor)), word(asset)));
    }

    function read(IChannelManager manager, uint256 slot) private view returns (uint256) {
        bytes32[] memory slots = new bytes32[](1);
        slots[0] = bytes32(slot);
        return uint256(manager.load(slots)[0]);
    }

    /// @dev The slot of a mapping's value.
    function at(uint256 slot, bytes32 key) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, slot)));
    }

    function word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
