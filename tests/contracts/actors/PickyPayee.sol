// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A payee that refuses coins that come with less gas than it wants.
contract PickyPayee {
    error TooLittleGas(uint256 wanted, uint256 actual);

    uint256 public immutable WANTED;

    constructor(uint256 wanted) {
        WANTED = wanted;
    }

    receive() external payable {
        uint256 actual = gasleft();
        if (actual < WANTED) revert TooLittleGas(WANTED, actual);
    }
}
