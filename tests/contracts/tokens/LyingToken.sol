// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A token that says what it likes about the balance of everybody, before a transfer and after.
contract LyingToken {
    uint256 private before;
    uint256 private afterwards;
    bool private isMoved;

    function arm(uint256 before_, uint256 afterwards_) external {
        (before, afterwards, isMoved) = (before_, afterwards_, false);
    }

    function balanceOf(address) external view returns (uint256) {
        return isMoved ? afterwards : before;
    }

    function transfer(address, uint256) external pure returns (bool) {
        return true;
    }

    function transferFrom(address, address, uint256) external returns (bool) {
        isMoved = true;
        return true;
    }
}
