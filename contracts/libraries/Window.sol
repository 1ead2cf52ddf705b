// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {MAX_TIME, Record} from "../types/Record.sol";
import {Progress} from "../types/Progress.sol";
import {Tally} from "../types/Tally.sol";

/// @title Every deadline, and every comparison with the clock
/// @notice All deadlines are exclusive: at `now == deadline` it is too late; at `now == final time` one may settle.
/// `validUntil` is inclusive. Seconds, in 256 bits, so sums cannot overflow.
library Window {
    /// @notice `E` of a dispute that starts now.
    function evidenceDeadline(uint256 window) internal view returns (uint256 deadline) {
        deadline = block.timestamp + window;
        if (deadline > MAX_TIME) revert IChannelErrors.TimeOutOfRange(MAX_TIME, deadline);
    }

    /// @notice Reverts if the channel is closing and takes no newer state any more.
    function requireEvidence(Record record) internal view {
        if (!record.isClosing()) return;
        uint256 deadline = record.evidenceDeadline();
        if (block.timestamp >= deadline) revert IChannelErrors.EvidenceOver(deadline, block.timestamp);
    }

    /// @notice Reverts if the channel is closing and the instance can neither be touched nor stepped any more.
    function requireInstance(Record record, Progress progress, uint256 matures, uint256 window) internal view {
        if (!record.isClosing()) return;
        uint256 deadline = instanceDeadline(record, progress, matures, window);
        if (block.timestamp >= deadline) revert IChannelErrors.InstanceOver(deadline, block.timestamp);
    }

    /// @notice The deadline of an instance of a closing channel, the same for whoever may move.
    function instanceDeadline(Record record, Progress progress, uint256 matures, uint256 window)
        internal
        pure
        returns (uint256)
    {
        uint256 evidence = record.evidenceDeadline();
        if (!progress.isTouched()) return evidence + window;
        return max(max(progress.lastTouch(), evidence), matures) + window;
    }

    /// @notice Up to this moment neither a touch nor a maturity can move the final time: it is at least `E + T`, and a
    /// channel that is open now gets an `E` after now.
    function tallyFloor(Record record) internal view returns (uint256) {
        return record.isClosing() ? record.evidenceDeadline() : block.timestamp;
    }

    /// @notice The first second at which a closing channel may be settled.
    function finalTime(Record record, bool hasInstances, Tally tally, uint256 window) internal pure returns (uint256) {
        uint256 evidence = record.evidenceDeadline();
        if (!hasInstances) return evidence;
        return max(max(tally.latestTouch(), evidence), tally.matures()) + window;
    }

    /// @notice Reverts before the final time.
    function requireFinal(uint256 finalTime_) internal view {
        if (block.timestamp < finalTime_) revert IChannelErrors.NotFinal(finalTime_, block.timestamp);
    }

    /// @notice Reverts after `validUntil`.
    function requireValid(uint256 validUntil) internal view {
        if (block.timestamp > validUntil) revert IChannelErrors.Expired(validUntil, block.timestamp);
    }

    function max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
