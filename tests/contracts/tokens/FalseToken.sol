// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that says `false` instead of reverting, while it is on strike.
contract FalseToken is StandardToken {
    bool public isOnStrike;

    function strike(bool isOnStrike_) external {
        isOnStrike = isOnStrike_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !isOnStrike && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !isOnStrike && super.transferFrom(from, to, amount);
    }
}
