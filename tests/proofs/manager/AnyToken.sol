// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {svm} from "../Svm.sol";

/// @notice A token that answers as it likes, has any balance after each transfer, and keeps what it was asked to pay.
contract AnyToken {
    uint256 public asked;
    uint256 public balance = svm.createUint256("balance");

    function transfer(address, uint256 amount) external returns (uint256) {
        asked += amount;
        return svm.createUint256("answer");
    }

    function transferFrom(address, address, uint256) external returns (uint256) {
        balance = svm.createUint256("balance");
        return svm.createUint256("answer");
    }

    function balanceOf(address) external view returns (uint256) {
        return balance;
    }
}
