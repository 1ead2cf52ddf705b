// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One word per base with touched instances: what settlement must know of all of them, without a loop.
/// @dev Bits: 0-39 latest touch, 40-79 greatest `matures`, 80 seat taken, 81 whether there are sums beside the seat, 136-255 the seated instance's delta of the
/// first asset. Times are kept only where they can move the final time, so most bases leave this word zero.
/// The seat saves the first instance that moves money a fresh storage word: its delta and the sum of all are one.
type Tally is uint256;

using TallyLibrary for Tally global;

/// @notice Reads and writes the fields of `Tally`.
library TallyLibrary {
    uint256 private constant MATURES_SHIFT = 40;
    uint256 private constant TAKEN = 1 << 80;
    uint256 private constant HAS_SUMS = 1 << 81;
    uint256 private constant DELTA_SHIFT = 136;
    uint256 private constant TIME_MASK = type(uint40).max;
    uint256 private constant SEAT_MASK = TAKEN | uint256(type(uint120).max) << DELTA_SHIFT;

    /// @notice The latest touch that can move the final time, in Unix seconds; 0 for none.
    function latestTouch(Tally self) internal pure returns (uint256) {
        return Tally.unwrap(self) & TIME_MASK;
    }

    /// @notice The greatest `matures` of a touched instance that can move the final time; 0 for none.
    function matures(Tally self) internal pure returns (uint256) {
        return Tally.unwrap(self) >> MATURES_SHIFT & TIME_MASK;
    }

    /// @notice Whether an instance keeps its first delta here.
    function isSeatTaken(Tally self) internal pure returns (bool) {
        return Tally.unwrap(self) & TAKEN != 0;
    }

    /// @notice Whether the base has sums of deltas beside the seat.
    function hasSums(Tally self) internal pure returns (bool) {
        return Tally.unwrap(self) & HAS_SUMS != 0;
    }

    /// @notice The seated instance's delta of the first asset.
    function seatedDelta(Tally self) internal pure returns (int256) {
        return int120(uint120(Tally.unwrap(self) >> DELTA_SHIFT));
    }

    /// @notice The tally with a touch at `touch` of an instance that matures at `matures_`, both in Unix seconds.
    /// @param floor the moment up to which neither can move the final time
    function withTimes(Tally self, uint256 touch, uint256 matures_, uint256 floor) internal pure returns (Tally) {
        uint256 word = Tally.unwrap(self);
        if (touch > floor && touch > self.latestTouch()) word = (word & ~TIME_MASK) | touch;
        if (matures_ > floor && matures_ > self.matures()) {
            word = (word & ~(TIME_MASK << MATURES_SHIFT)) | matures_ << MATURES_SHIFT;
        }
        return Tally.wrap(word);
    }

    /// @notice The tally of a base with sums of deltas beside the seat.
    function withSums(Tally self) internal pure returns (Tally) {
        return Tally.wrap(Tally.unwrap(self) | HAS_SUMS);
    }

    /// @notice The tally with `delta` in its seat.
    /// @dev The caller has clamped `delta` to stakes, which fit uint112.
    function withSeat(Tally self, int256 delta) internal pure returns (Tally) {
        uint256 seat = TAKEN | uint256(uint120(int120(delta))) << DELTA_SHIFT;
        return Tally.wrap((Tally.unwrap(self) & ~SEAT_MASK) | seat);
    }
}
