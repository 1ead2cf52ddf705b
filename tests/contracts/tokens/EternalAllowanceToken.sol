// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token whose allowances are never used up: not supported by `PermitDeposits`.
contract EternalAllowanceToken is StandardToken {
    function _spendAllowance(address owner, address spender, uint256 amount) internal view override {
        if (allowance(owner, spender) < amount) {
            revert ERC20InsufficientAllowance(spender, allowance(owner, spender), amount);
        }
    }
}
