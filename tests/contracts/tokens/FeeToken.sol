// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that burns a share of whatever is transferred: less arrives than was sent.
contract FeeToken is StandardToken {
    uint256 public immutable FEE_PERCENT;

    constructor(uint256 feePercent) {
        FEE_PERCENT = feePercent;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) _burn(to, amount * FEE_PERCENT / 100);
    }
}
