// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Funds} from "../types/Funds.sol";
import {Payouts, PayoutsLibrary} from "../types/Payouts.sol";

/// @title Who gets what
library Payout {
    /// @notice Splits what the channel holds of an asset: whatever the net is, nobody pays more than there is.
    /// @dev Balances are within int112, and their sum is never negative.
    /// @param funds what the parties put in less what they took out
    /// @param net what party 0 owes party 1, deltas included
    /// @param index of the asset in the terms
    function split(Funds funds, int256 net, uint256 index) internal pure returns (Payouts) {
        (int256 balance0, int256 balance1) = funds.balances();
        unchecked {
            if (net > balance0) net = balance0;
            if (net < -balance1) net = -balance1;
            return PayoutsLibrary.pack(index, uint256(balance0 - net), uint256(balance1 + net));
        }
    }

    /// @notice The delta within the stakes.
    /// @param stake0 the most that party 0 can lose
    /// @param stake1 the most that party 1 can lose
    function clamp(int256 delta, uint256 stake0, uint256 stake1) internal pure returns (int256) {
        if (delta > int256(stake0)) return int256(stake0);
        if (delta < -int256(stake1)) return -int256(stake1);
        return delta;
    }

    /// @notice What the closing party loses, and to whom it goes.
    /// @param share what the closing party has
    /// @return toProver half, rounded down
    /// @return toParty the rest
    function bounty(uint256 share, uint256 bounty_) internal pure returns (uint256 toProver, uint256 toParty) {
        uint256 due = bounty_ < share ? bounty_ : share;
        toProver = due / 2;
        toParty = due - toProver;
    }
}
