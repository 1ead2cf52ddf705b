// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {IERC20} from "../interfaces/IERC20.sol";
import {NATIVE} from "../types/Terms.sol";

/// @title Money over the contract's border
/// @notice Tolerates tokens that return nothing. Never copies what a payee or a token returns, beyond one word.
library TokenTransfer {
    /// @dev Enough for any wallet contract to receive the native coin and log it.
    uint256 internal constant NATIVE_PUSH_GAS = 50_000;
    /// @dev Enough for tokens behind a proxy, with lists and snapshots.
    uint256 internal constant TOKEN_PUSH_GAS = 200_000;
    /// @dev What a push itself costs beyond the gas it hands on: a cold account, created by the value it gets.
    uint256 private constant PUSH_OVERHEAD = 40_000;

    /// @notice Pulls `amount` from the sender.
    /// @return received what arrived, which is what counts
    function pull(address token, uint256 amount) internal returns (uint256 received) {
        uint256 before = balance(token);
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (msg.sender, address(this), amount));
        if (!tryCall(token, data, gasleft())) {
            revert IChannelErrors.TokenTransferFailed(token, msg.sender, address(this), amount);
        }
        uint256 afterwards = balance(token);
        if (afterwards > before) received = afterwards - before;
    }

    /// @notice Tries to pay, with a fixed gas allowance that must really be left.
    function push(address asset, address to, uint256 amount) internal returns (bool) {
        uint256 allowance = asset == NATIVE ? NATIVE_PUSH_GAS : TOKEN_PUSH_GAS;
        uint256 required = allowance + allowance / 63 + PUSH_OVERHEAD;
        if (gasleft() < required) revert IChannelErrors.InsufficientGas(required, gasleft());
        return send(asset, to, amount, allowance);
    }

    /// @notice Pays with all the gas there is, or reverts.
    function pay(address asset, address to, uint256 amount) internal {
        if (send(asset, to, amount, gasleft())) return;
        if (asset == NATIVE) revert IChannelErrors.PaymentFailed(to, amount);
        revert IChannelErrors.TokenTransferFailed(asset, address(this), to, amount);
    }

    function send(address asset, address to, uint256 amount, uint256 gasLimit) private returns (bool success) {
        if (asset != NATIVE) return tryCall(asset, abi.encodeCall(IERC20.transfer, (to, amount)), gasLimit);
        assembly ("memory-safe") {
            success := call(gasLimit, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev Success is: the call did not revert, and it returned the word 1, or nothing from an account with code.
    function tryCall(address token, bytes memory data, uint256 gasLimit) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, token, 0, add(data, 0x20), mload(data), 0, 0x20)
            if success {
                switch returndatasize()
                case 0 { success := iszero(iszero(extcodesize(token))) }
                default { success := and(gt(returndatasize(), 0x1f), eq(mload(0), 1)) }
            }
        }
    }

    /// @dev Reverts if the token does not answer with a word.
    function balance(address token) private view returns (uint256 amount) {
        bytes memory data = abi.encodeCall(IERC20.balanceOf, (address(this)));
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gas(), token, add(data, 0x20), mload(data), 0, 0x20)
            success := and(success, gt(returndatasize(), 0x1f))
            amount := mload(0)
        }
        if (!success) revert IChannelErrors.TokenTransferFailed(token, msg.sender, address(this), 0);
    }
}
