// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that moves the money and then, once armed, answers with whatever it likes, at any length.
contract GarbageToken is StandardToken {
    bool private isArmed;
    bool private isRevert;
    uint256 private word;
    uint256 private size;

    function arm(bool isRevert_, uint256 word_, uint256 size_) external {
        (isArmed, isRevert, word, size) = (true, isRevert_, word_, size_);
    }

    function transfer(address to, uint256 amount) public override returns (bool success) {
        success = super.transfer(to, amount);
        if (isArmed) reply();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool success) {
        success = super.transferFrom(from, to, amount);
        if (isArmed) reply();
    }

    function reply() private view {
        (bool isRevert_, uint256 word_, uint256 size_) = (isRevert, word, size);
        assembly {
            mstore(0, word_)
            if isRevert_ { revert(0, size_) }
            return(0, size_)
        }
    }
}
