// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A payee that calls somebody whenever it is paid.
contract ReentrantPayee {
    address private target;
    bool public succeeded;
    bytes private data;
    /// @dev One word, for the gas of a push is short.
    bytes32 public answerHash;

    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    receive() external payable {
        bytes memory answer;
        (succeeded, answer) = target.call(data);
        answerHash = keccak256(answer);
    }
}
