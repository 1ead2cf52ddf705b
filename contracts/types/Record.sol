// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One word per channel in dispute: the recorded state, and when the window for a newer one ends.
/// @dev Bits: 0-1 consents of party 0 and 1, 2-30 round, 31-63 evidence deadline (0 while open), 64-255 the first 192
/// bits of the state's hash. The zero word is an open channel on round 0.
type Record is uint256;

using RecordLibrary for Record global;

/// @dev The greatest round that can be recorded.
uint256 constant MAX_ROUND = (1 << 29) - 1;

/// @dev The latest evidence deadline that can be stored, in Unix seconds: the year 2242.
uint256 constant MAX_TIME = (1 << 33) - 1;

/// @notice Reads and writes the fields of `Record`.
library RecordLibrary {
    uint256 private constant CONSENTS = 3;
    uint256 private constant ROUND_SHIFT = 2;
    uint256 private constant DEADLINE_SHIFT = 31;
    uint256 private constant HASH_SHIFT = 64;

    /// @notice Which parties have consented to settle the recorded state: bit `i` for party `i`.
    function consents(Record self) internal pure returns (uint256) {
        return Record.unwrap(self) & CONSENTS;
    }

    /// @notice The recorded round.
    function round(Record self) internal pure returns (uint256) {
        return Record.unwrap(self) >> ROUND_SHIFT & MAX_ROUND;
    }

    /// @notice `E`, the first second at which no newer state is accepted; 0 while the channel is open.
    function evidenceDeadline(Record self) internal pure returns (uint256) {
        return Record.unwrap(self) >> DEADLINE_SHIFT & MAX_TIME;
    }

    /// @notice Whether closing has started.
    function isClosing(Record self) internal pure returns (bool) {
        return self.evidenceDeadline() != 0;
    }

    /// @notice The first 192 bits of the recorded state's hash; 0 for round 0.
    function stateHash(Record self) internal pure returns (bytes24) {
        return bytes24(bytes32(Record.unwrap(self)));
    }

    /// @notice Whether the recorded state has this hash.
    function isOf(Record self, bytes32 stateHash_) internal pure returns (bool) {
        return self.stateHash() == bytes24(stateHash_);
    }

    /// @notice The record with another state, consents cleared, deadline kept.
    /// @dev The caller has checked that `round_` is at most `MAX_ROUND`.
    function withState(Record self, uint256 round_, bytes32 stateHash_) internal pure returns (Record) {
        uint256 deadline = Record.unwrap(self) & (MAX_TIME << DEADLINE_SHIFT);
        return Record.wrap(uint256(bytes32(bytes24(stateHash_))) | deadline | round_ << ROUND_SHIFT);
    }

    /// @notice The record of an open channel with closing started.
    /// @dev The caller has checked that `deadline` is at most `MAX_TIME` and not 0.
    function withDeadline(Record self, uint256 deadline) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | deadline << DEADLINE_SHIFT);
    }

    /// @notice The record with more consents: bit `i` for party `i`.
    function withConsents(Record self, uint256 consents_) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | consents_);
    }

    /// @notice Whether both parties have consented.
    function hasBothConsents(Record self) internal pure returns (bool) {
        return self.consents() == CONSENTS;
    }
}
