// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StandardToken} from "./StandardToken.sol";

/// @notice A token that calls somebody, once armed, in the middle of the next transfer.
contract ReentrantToken is StandardToken {
    address private target;
    bool public succeeded;
    bytes private data;
    /// @dev One word, for the gas of a push is short.
    bytes32 public answerHash;

    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        address armed = target;
        target = address(0);
        if (armed != address(0)) reenter(armed);
        super._update(from, to, amount);
    }

    function reenter(address armed) private {
        bytes memory answer;
        (succeeded, answer) = armed.call(data);
        answerHash = keccak256(answer);
    }
}
