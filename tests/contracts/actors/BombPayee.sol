// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A payee that reverts with as much data as its gas can pay for.
contract BombPayee {
    receive() external payable {
        assembly {
            revert(0, 100000)
        }
    }
}
