// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A payee that burns all the gas it gets.
contract GasBurningPayee {
    receive() external payable {
        assembly {
            invalid()
        }
    }
}
