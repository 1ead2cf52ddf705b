// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../interfaces/IApp.sol";
import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {InstanceLibrary} from "../types/Instance.sol";

/// @title Calls to apps
/// @notice Each is a staticcall with exactly the gas that the instance names, after checking that it is really there: a
/// starved app could be made to answer falsely. Answers are bounded, and must be exactly ABI-encoded.
library AppCall {
    using InstanceLibrary for bytes;

    /// @dev The longest app state and the longest action, in bytes: a reply must always fit a transaction.
    uint256 internal constant MAX_APP_BYTES = 4096;

    /// @dev What a call itself costs beyond the gas it hands on: a cold account that delegates (EIP-7702) to a cold one.
    uint256 private constant CALL_OVERHEAD = 8000;

    /// @notice Reverts unless the app has the code that was agreed on.
    function requireCode(bytes calldata instance) internal view {
        bytes32 expected = instance.appCodeHash();
        if (expected == 0) return;
        bytes32 actual = instance.app().codehash;
        if (actual != expected) revert IChannelErrors.AppCodeMismatch(expected, actual);
    }

    /// @notice Reverts if `length` is too much for an app state or an action.
    function requireLength(uint256 length) internal pure {
        if (length > MAX_APP_BYTES) revert IChannelErrors.AppBytesTooLong(MAX_APP_BYTES, length);
    }

    /// @notice The outcome in `appState`, one delta per asset.
    function outcome(bytes calldata instance, bytes calldata appState, uint256 assets)
        internal
        view
        returns (int256[] memory deltas)
    {
        bytes4 selector = IApp.position.selector;
        unchecked {
            uint256 size = 96 + 32 * assets;
            (bytes memory answer, bool fits) = ask(instance, abi.encodeCall(IApp.position, (appState)), size);
            // The third word is the length of the list: from there on the answer is one.
            if (!fits || answer.length != size || wordAt(answer, 0) > uint256(type(Turn).max)) {
                refuse(instance, selector);
            }
            if (wordAt(answer, 1) != 64 || wordAt(answer, 2) != assets) refuse(instance, selector);
            return asList(answer, 3);
        }
    }

    /// @notice The app state after `action`, whether somebody may move then, and the outcome, one delta per asset.
    function transition(
        bytes calldata instance,
        bytes calldata appState,
        bytes calldata action,
        Turn mover,
        uint256 assets
    ) internal view returns (bytes memory next, bool goesOn, int256[] memory deltas) {
        bytes4 selector = IApp.transition.selector;
        unchecked {
            // Three words of head, the app state behind its length, the deltas behind theirs.
            uint256 rest = 160 + 32 * assets;
            (bytes memory answer, bool fits) =
                ask(instance, abi.encodeCall(IApp.transition, (appState, action, mover)), rest + MAX_APP_BYTES);
            if (!fits || answer.length < rest) refuse(instance, selector);
            uint256 length = wordAt(answer, 3);
            if (length > MAX_APP_BYTES) refuse(instance, selector);
            uint256 padded = length + 31 & ~uint256(31);
            uint256 turn = wordAt(answer, 1);
            if (answer.length != rest + padded || turn > uint256(type(Turn).max)) refuse(instance, selector);
            if (wordAt(answer, 0) != 96 || wordAt(answer, 2) != 128 + padded) refuse(instance, selector);
            uint256 listAt = 4 + padded / 32;
            if (wordAt(answer, listAt) != assets) refuse(instance, selector);
            assembly ("memory-safe") {
                next := add(answer, 0x80)
            }
            return (next, turn != uint256(Turn.Nobody), asList(answer, listAt + 1));
        }
    }

    /// @return answer what the app returned
    /// @return fits whether that was at most `maxSize` bytes; otherwise it is not copied
    function ask(bytes calldata instance, bytes memory data, uint256 maxSize)
        private
        view
        returns (bytes memory answer, bool fits)
    {
        address app = instance.app();
        uint256 gasLimit = instance.appGas();
        bool success;
        unchecked {
            uint256 required = gasLimit + gasLimit / 63 + CALL_OVERHEAD;
            if (gasleft() < required) revert IChannelErrors.InsufficientGas(required, gasleft());
        }
        assembly ("memory-safe") {
            success := staticcall(gasLimit, app, add(data, 0x20), mload(data), 0, 0)
            fits := iszero(gt(returndatasize(), maxSize))
            if fits {
                answer := mload(0x40)
                mstore(answer, returndatasize())
                returndatacopy(add(answer, 0x20), 0, returndatasize())
                mstore(0x40, and(add(add(answer, returndatasize()), 0x3f), not(0x1f)))
            }
        }
        if (!success || app.code.length == 0) revert IChannelErrors.AppCallFailed(app, bytes4(data));
    }

    function wordAt(bytes memory answer, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(answer, shl(5, add(index, 1))))
        }
    }

    /// @dev The list whose first entry is the word at `index`, right behind its length.
    function asList(bytes memory answer, uint256 index) private pure returns (int256[] memory list) {
        assembly ("memory-safe") {
            list := add(answer, shl(5, index))
        }
    }

    function refuse(bytes calldata instance, bytes4 selector) private pure {
        revert IChannelErrors.AppReturnMalformed(instance.app(), selector);
    }
}
