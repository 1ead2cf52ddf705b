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
    /// @dev What must be left for a push: its allowance is at most 63/64 of that, after the cold account and its creation.
    uint256 private constant NATIVE_PUSH_REQUIRED = NATIVE_PUSH_GAS + NATIVE_PUSH_GAS / 63 + 40_000;
    uint256 private constant TOKEN_PUSH_REQUIRED = TOKEN_PUSH_GAS + TOKEN_PUSH_GAS / 63 + 10_000;

    /// @notice Pulls `amount` from the sender.
    /// @return received what arrived, which is what counts
    function pull(address token, uint256 amount) internal returns (uint256 received) {
        (bool isToken, uint256 before) = balance(token);
        bool success = isToken && receiveToken(token, amount);
        uint256 afterwards;
        if (success) (success, afterwards) = balance(token);
        if (!success) revert IChannelErrors.TokenTransferFailed(token, msg.sender, address(this), amount);
        unchecked {
            if (afterwards > before) received = afterwards - before;
        }
    }

    /// @notice Tries to pay the native coin, with a fixed gas allowance that must really be left.
    function pushNative(address to, uint256 amount) internal returns (bool) {
        if (gasleft() < NATIVE_PUSH_REQUIRED) revert IChannelErrors.InsufficientGas(NATIVE_PUSH_REQUIRED, gasleft());
        return sendNative(to, amount, NATIVE_PUSH_GAS);
    }

    /// @notice Tries to pay a token, with a fixed gas allowance that must really be left.
    function pushToken(address token, address to, uint256 amount) internal returns (bool) {
        if (gasleft() < TOKEN_PUSH_REQUIRED) revert IChannelErrors.InsufficientGas(TOKEN_PUSH_REQUIRED, gasleft());
        return sendToken(token, to, amount, TOKEN_PUSH_GAS);
    }

    /// @notice Pays with all the gas there is, or reverts.
    function pay(address asset, address to, uint256 amount) internal {
        if (asset == NATIVE) {
            if (!sendNative(to, amount, gasleft())) revert IChannelErrors.PaymentFailed(to, amount);
        } else if (!sendToken(asset, to, amount, gasleft())) {
            revert IChannelErrors.TokenTransferFailed(asset, address(this), to, amount);
        }
    }

    function sendNative(address to, uint256 amount, uint256 gasLimit) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, to, amount, 0, 0, 0, 0)
        }
    }

    function sendToken(address token, address to, uint256 amount, uint256 gasLimit) private returns (bool) {
        uint256 selector = uint32(IERC20.transfer.selector);
        assembly ("memory-safe") {
            // The selector right before the first argument, in scratch beyond the free pointer.
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x20), to)
            mstore(add(free, 0x40), amount)
        }
        return tryCall(token, 0x44, gasLimit);
    }

    function receiveToken(address token, uint256 amount) private returns (bool) {
        uint256 selector = uint32(IERC20.transferFrom.selector);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x20), caller())
            mstore(add(free, 0x40), address())
            mstore(add(free, 0x60), amount)
        }
        return tryCall(token, 0x64, gasleft());
    }

    /// @dev Calls with what stands at the free pointer. Success is: the call did not revert, and it returned the word 1, or
    /// nothing from an account with code.
    function tryCall(address token, uint256 size, uint256 gasLimit) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, token, 0, add(mload(0x40), 0x1c), size, 0, 0x20)
            if success {
                switch returndatasize()
                case 0 { success := iszero(iszero(extcodesize(token))) }
                default { success := and(gt(returndatasize(), 0x1f), eq(mload(0), 1)) }
            }
        }
    }

    /// @return success whether the token answers with a word
    function balance(address token) private view returns (bool success, uint256 amount) {
        uint256 selector = uint32(IERC20.balanceOf.selector);
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(0x20, address())
            success := staticcall(gas(), token, 0x1c, 0x24, 0, 0x20)
            success := and(success, gt(returndatasize(), 0x1f))
            amount := mload(0)
        }
    }
}
