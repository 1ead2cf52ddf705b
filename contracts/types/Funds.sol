// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One word per channel and asset in use: what each party put in less what it took out, both signed, and marks.
/// @dev Bits: 0 validated, 1 closed, 2-7 the asset's index in the terms, 8-31 serial, 32-143 party 0's balance, 144-255
/// party 1's balance. The word of the channel's first asset is its anchor: it alone counts withdrawals, and it always
/// carries the closed mark.
type Funds is uint256;

using FundsLibrary for Funds global;

/// @notice Reads and writes the fields of `Funds`.
library FundsLibrary {
    uint256 private constant VALIDATED = 1;
    uint256 private constant CLOSED = 2;
    uint256 private constant INDEX_SHIFT = 2;
    uint256 private constant INDEX_MASK = 0x3f;
    uint256 private constant SERIAL_SHIFT = 8;
    uint256 private constant BALANCE_0_SHIFT = 32;
    uint256 private constant BALANCE_1_SHIFT = 144;

    /// @dev The greatest number of withdrawals in the life of a channel.
    uint256 internal constant MAX_SERIAL = type(uint24).max;

    /// @dev What is left of a word once its channel is closed: it never becomes zero again.
    Funds internal constant DEAD = Funds.wrap(VALIDATED | CLOSED);

    /// @notice Whether money of this asset was taken under terms that were found valid.
    function isValidated(Funds self) internal pure returns (bool) {
        return Funds.unwrap(self) & VALIDATED != 0;
    }

    /// @notice Whether the channel is closed, for ever.
    function isClosed(Funds self) internal pure returns (bool) {
        return Funds.unwrap(self) & CLOSED != 0;
    }

    /// @notice The asset's index in the terms.
    function index(Funds self) internal pure returns (uint256) {
        return Funds.unwrap(self) >> INDEX_SHIFT & INDEX_MASK;
    }

    /// @notice The number of withdrawals made so far.
    function serial(Funds self) internal pure returns (uint256) {
        return uint24(Funds.unwrap(self) >> SERIAL_SHIFT);
    }

    /// @notice What each party put in less what it took out.
    function balances(Funds self) internal pure returns (int256 balance0, int256 balance1) {
        balance0 = int112(uint112(Funds.unwrap(self) >> BALANCE_0_SHIFT));
        balance1 = int112(uint112(Funds.unwrap(self) >> BALANCE_1_SHIFT));
    }

    /// @notice The word of a validated asset without money.
    function empty(uint256 index_) internal pure returns (Funds) {
        return Funds.wrap(VALIDATED | index_ << INDEX_SHIFT);
    }

    /// @notice The word with `amount` more for `party`, and what that party has then.
    /// @dev The caller has checked that `amount` fits int112, and checks that `balance` does.
    function credited(Funds self, uint256 party, uint256 amount) internal pure returns (Funds funds, int256 balance) {
        unchecked {
            uint256 shift = BALANCE_0_SHIFT + 112 * party;
            balance = int112(uint112(Funds.unwrap(self) >> shift)) + int256(amount);
            uint256 others = Funds.unwrap(self) & ~(uint256(type(uint112).max) << shift);
            funds = Funds.wrap(others | uint256(uint112(uint256(balance))) << shift);
        }
    }

    /// @notice The word with other balances, marks and serial kept.
    /// @dev The caller has checked that both balances fit int112.
    function withBalances(Funds self, int256 balance0, int256 balance1) internal pure returns (Funds) {
        uint256 low = uint32(Funds.unwrap(self));
        uint256 middle = uint256(uint112(uint256(balance0))) << BALANCE_0_SHIFT;
        return Funds.wrap(low | middle | uint256(balance1) << BALANCE_1_SHIFT);
    }

    /// @notice The anchor with one more withdrawal counted.
    /// @dev The caller has checked that the serial is below `MAX_SERIAL`, and that the withdrawal takes something: then the
    /// terms are valid, and the anchor is marked so, lest its first deposit begin the count anew.
    function withNextSerial(Funds self) internal pure returns (Funds) {
        unchecked {
            return Funds.wrap((Funds.unwrap(self) | VALIDATED) + (1 << SERIAL_SHIFT));
        }
    }
}
