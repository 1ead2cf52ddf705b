// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../interfaces/IApp.sol";
import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {Instance} from "../types/Messages.sol";

/// @title Calls to apps
/// @notice Each is a staticcall with exactly the gas that the instance names, after checking that it is really there: a
/// starved app could be made to answer falsely. Returns are bounded, and must be exactly ABI-encoded.
library AppCall {
    /// @dev The longest app state and the longest action, in bytes: a reply must always fit a transaction.
    uint256 internal constant MAX_APP_BYTES = 4096;

    /// @dev What a call itself costs beyond the gas it hands on: cold account.
    uint256 private constant CALL_OVERHEAD = 5000;

    /// @notice Reverts unless the app has the code that was agreed on.
    function requireCode(Instance calldata instance) internal view {
        bytes32 expected = instance.appCodeHash;
        if (expected == 0) return;
        bytes32 actual = instance.app.codehash;
        if (actual != expected) revert IChannelErrors.AppCodeMismatch(expected, actual);
    }

    /// @notice Reverts if `length` is too much for an app state or an action.
    function requireLength(uint256 length) internal pure {
        if (length > MAX_APP_BYTES) revert IChannelErrors.AppBytesTooLong(MAX_APP_BYTES, length);
    }

    /// @notice Who moves next in `appState`.
    function turn(Instance calldata instance, bytes memory appState) internal view returns (Turn) {
        bytes memory answer = ask(instance, abi.encodeCall(IApp.turn, (appState)), 32);
        uint256 word = wordAt(answer, 0);
        if (answer.length != 32 || word > uint256(type(Turn).max)) refuse(instance, IApp.turn.selector);
        return Turn(word);
    }

    /// @notice The app state after `action`.
    function transition(Instance calldata instance, bytes calldata appState, bytes calldata action, Turn mover)
        internal
        view
        returns (bytes memory next)
    {
        bytes memory data = abi.encodeCall(IApp.transition, (appState, action, mover));
        bytes memory answer = ask(instance, data, 64 + MAX_APP_BYTES);
        uint256 length = wordAt(answer, 1);
        if (length <= MAX_APP_BYTES) {
            if (answer.length == 64 + (length + 31) / 32 * 32 && wordAt(answer, 0) == 32) {
                return abi.decode(answer, (bytes));
            }
        }
        refuse(instance, IApp.transition.selector);
    }

    /// @notice What holds if the channel settles in `appState`, one delta per asset.
    function outcome(Instance calldata instance, bytes memory appState, uint256 assets)
        internal
        view
        returns (int256[] memory deltas)
    {
        uint256 size = 64 + 32 * assets;
        bytes memory answer = ask(instance, abi.encodeCall(IApp.outcome, (appState)), size);
        if (answer.length != size || wordAt(answer, 0) != 32 || wordAt(answer, 1) != assets) {
            refuse(instance, IApp.outcome.selector);
        }
        return abi.decode(answer, (int256[]));
    }

    /// @dev An answer longer than `maxSize` is malformed whatever it says.
    function ask(Instance calldata instance, bytes memory data, uint256 maxSize)
        private
        view
        returns (bytes memory answer)
    {
        address app = instance.app;
        uint256 gasLimit = instance.appGas;
        uint256 required = gasLimit + gasLimit / 63 + CALL_OVERHEAD;
        if (gasleft() < required) revert IChannelErrors.InsufficientGas(required, gasleft());
        bool success;
        uint256 size;
        assembly ("memory-safe") {
            success := staticcall(gasLimit, app, add(data, 0x20), mload(data), 0, 0)
            size := returndatasize()
        }
        if (!success || app.code.length == 0) revert IChannelErrors.AppCallFailed(app, bytes4(data));
        if (size > maxSize) refuse(instance, bytes4(data));
        answer = new bytes(size);
        assembly ("memory-safe") {
            returndatacopy(add(answer, 0x20), 0, size)
        }
    }

    /// @dev 0 beyond the end of the answer.
    function wordAt(bytes memory answer, uint256 index) private pure returns (uint256 word) {
        if (answer.length < 32 * (index + 1)) return 0;
        assembly ("memory-safe") {
            word := mload(add(answer, mul(0x20, add(index, 1))))
        }
    }

    function refuse(Instance calldata instance, bytes4 selector) private pure {
        revert IChannelErrors.AppReturnMalformed(instance.app, selector);
    }
}
