// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A payee that takes no coins until it changes its mind; also the code of an account that delegates by EIP-7702.
contract RevertingPayee {
    error NotToday();

    bool public isOpen;

    receive() external payable {
        if (!isOpen) revert NotToday();
    }

    function open() external {
        isOpen = true;
    }
}
