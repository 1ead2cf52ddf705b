// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that refuses listed accounts on either side of a transfer.
contract BlockListToken is StandardToken {
    error Blocked(address account);

    mapping(address account => bool) public isBlocked;

    function setBlocked(address account, bool isBlocked_) external {
        isBlocked[account] = isBlocked_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (isBlocked[from]) revert Blocked(from);
        if (isBlocked[to]) revert Blocked(to);
        super._update(from, to, amount);
    }
}
