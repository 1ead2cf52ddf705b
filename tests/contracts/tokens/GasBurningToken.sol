// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that burns all the gas it gets, once armed.
contract GasBurningToken is StandardToken {
    bool public isArmed;

    function arm(bool isArmed_) external {
        isArmed = isArmed_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (isArmed) {
            assembly {
                invalid()
            }
        }
        super._update(from, to, amount);
    }
}
