// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that burns a share of whatever is transferred, on top, off the sender's balance: not supported.
contract SurchargeToken is StandardToken {
    uint256 public constant SURCHARGE_PERCENT = 10;

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) _burn(from, amount * SURCHARGE_PERCENT / 100);
    }
}
