// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that refuses to move with less gas than it wants, and keeps the least that it ever got.
contract PickyToken is StandardToken {
    error TooLittleGas(uint256 wanted, uint256 actual);

    uint256 public wanted;
    uint256 public least = type(uint256).max;

    function want(uint256 gas_) external {
        wanted = gas_;
        least = type(uint256).max;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        inspect(gasleft());
        return super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        inspect(gasleft());
        return super.transferFrom(from, to, amount);
    }

    function inspect(uint256 actual) private {
        if (actual < wanted) revert TooLittleGas(wanted, actual);
        if (actual < least) least = actual;
    }
}
