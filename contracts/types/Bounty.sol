// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One word per closing channel whose terms have a bounty: who closed on which round, and who proved it stale.
/// @dev Bits: 0-159 prover (0 while not due), 160 the closing party, 161-189 the round it closed on.
type Bounty is uint256;

using BountyLibrary for Bounty global;

/// @notice Reads and writes the fields of `Bounty`.
library BountyLibrary {
    uint256 private constant CLOSER_SHIFT = 160;
    uint256 private constant ROUND_SHIFT = 161;

    /// @notice Who was first to record a state that makes the bounty due; 0 if nobody was.
    function prover(Bounty self) internal pure returns (address) {
        return address(uint160(Bounty.unwrap(self)));
    }

    /// @notice The party in whose name closing was started.
    function closer(Bounty self) internal pure returns (uint256) {
        return Bounty.unwrap(self) >> CLOSER_SHIFT & 1;
    }

    /// @notice The round that closing was started on.
    function closedRound(Bounty self) internal pure returns (uint256) {
        return Bounty.unwrap(self) >> ROUND_SHIFT;
    }

    /// @notice The word of a closing channel whose bounty is not due.
    function pack(uint256 closer_, uint256 closedRound_) internal pure returns (Bounty) {
        return Bounty.wrap(closer_ << CLOSER_SHIFT | closedRound_ << ROUND_SHIFT);
    }

    /// @notice The word with the bounty due, proved by `prover_`.
    function withProver(Bounty self, address prover_) internal pure returns (Bounty) {
        return Bounty.wrap(Bounty.unwrap(self) | uint160(prover_));
    }
}
