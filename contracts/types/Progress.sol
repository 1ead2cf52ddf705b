// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One word per touched instance of one base: where the forced steps have brought it.
/// @dev Bits: 0-39 last touch, 40-47 steps, 48 whether its first delta lives in the tally, 49 whether it ever had another delta, 64-255 the first 192 bits of
/// the app state's hash. The zero word is an untouched instance.
type Progress is uint256;

using ProgressLibrary for Progress global;

/// @notice Reads and writes the fields of `Progress`.
library ProgressLibrary {
    uint256 private constant STEPS_SHIFT = 40;
    uint256 private constant SEATED = 1 << 48;
    uint256 private constant HAS_DELTAS = 1 << 49;

    /// @notice Unix seconds of the last touch that extended the instance's deadline; 0 if untouched.
    function lastTouch(Progress self) internal pure returns (uint256) {
        return uint40(Progress.unwrap(self));
    }

    /// @notice Whether the instance had a step or an evaluation on this base.
    function isTouched(Progress self) internal pure returns (bool) {
        return self.lastTouch() != 0;
    }

    /// @notice The number of forced steps made on this base.
    function steps(Progress self) internal pure returns (uint256) {
        return uint8(Progress.unwrap(self) >> STEPS_SHIFT);
    }

    /// @notice Whether this instance's delta of the first asset lives in the base's tally.
    function isSeated(Progress self) internal pure returns (bool) {
        return Progress.unwrap(self) & SEATED != 0;
    }

    /// @notice Whether this instance has deltas of its own outside of the tally.
    function hasDeltas(Progress self) internal pure returns (bool) {
        return Progress.unwrap(self) & HAS_DELTAS != 0;
    }

    /// @notice The first 192 bits of the app state's hash.
    function appStateHash(Progress self) internal pure returns (bytes24) {
        return bytes24(bytes32(Progress.unwrap(self)));
    }

    /// @notice A touched instance without deltas.
    /// @dev `lastTouch_` is a block's time, `steps_` at most 255.
    function pack(bytes32 appStateHash_, uint256 steps_, uint256 lastTouch_) internal pure returns (Progress) {
        return Progress.wrap(uint256(bytes32(bytes24(appStateHash_))) | steps_ << STEPS_SHIFT | lastTouch_);
    }

    /// @notice The word with marks of where the deltas are.
    function withDeltas(Progress self, bool isSeated_, bool hasDeltas_) internal pure returns (Progress) {
        return Progress.wrap(Progress.unwrap(self) | (isSeated_ ? SEATED : 0) | (hasDeltas_ ? HAS_DELTAS : 0));
    }
}
