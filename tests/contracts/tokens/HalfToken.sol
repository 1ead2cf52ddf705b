// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that moves half of what it is told to, leaves the rest where it was, and calls that success.
contract HalfToken is StandardToken {
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        _transfer(from, to, amount / 2);
        return true;
    }
}
