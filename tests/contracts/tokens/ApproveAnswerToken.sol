// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that approves and then, once armed, answers with whatever it likes.
contract ApproveAnswerToken is StandardToken {
    bool private isArmed;
    bool private isRevert;
    bytes private answer;

    function arm(bool isRevert_, bytes calldata answer_) external {
        (isArmed, isRevert, answer) = (true, isRevert_, answer_);
    }

    function approve(address spender, uint256 amount) public override returns (bool success) {
        success = super.approve(spender, amount);
        if (!isArmed) return success;
        (bool isRevert_, bytes memory answer_) = (isRevert, answer);
        assembly ("memory-safe") {
            if isRevert_ { revert(add(answer_, 0x20), mload(answer_)) }
            return(add(answer_, 0x20), mload(answer_))
        }
    }
}
