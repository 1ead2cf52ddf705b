// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../interfaces/IApp.sol";

/// @title The base of an app
/// @notice An app that derives from this says whose turn it is, what an action does, and what holds; the rest is here.
abstract contract App is IApp {
    /// @notice The mover may not move in this app state.
    error NotYourTurn(Turn turn, Turn mover);
    /// @notice The app state is not exactly what the app itself would encode, or says what can never be.
    error AppStateMalformed();
    /// @notice The action has this many bytes, which is not what a move has in this app state.
    error ActionLengthInvalid(uint256 expected, uint256 actual);

    /// @inheritdoc IApp
    function transition(bytes calldata appState, bytes calldata action, Turn mover)
        external
        view
        returns (bytes memory next, Turn turn, int256[] memory deltas)
    {
        turn = turnIn(appState);
        if (turn == Turn.Nobody || (turn != mover && turn != Turn.Anyone)) revert NotYourTurn(turn, mover);
        next = act(appState, action, mover);
        turn = turnIn(next);
        deltas = outcomeIn(next);
    }

    /// @inheritdoc IApp
    function position(bytes calldata appState) external view returns (Turn turn, int256[] memory deltas) {
        return (turnIn(appState), outcomeIn(appState));
    }

    /// @dev Who moves next.
    function turnIn(bytes memory appState) internal view virtual returns (Turn);

    /// @dev The app state after an action of a mover whose turn it is. Reverts if the rules do not allow the action.
    function act(bytes memory appState, bytes calldata action, Turn mover) internal view virtual returns (bytes memory);

    /// @dev What holds if the channel settles in this app state: a delta per asset.
    function outcomeIn(bytes memory appState) internal view virtual returns (int256[] memory);

    /// @dev Reverts unless `appState` is `encoded`, what was read of it and encoded again. The decoder also takes what is
    /// padded or shuffled; but where a thing has one encoding, it has one hash.
    function requireExact(bytes memory appState, bytes memory encoded) internal pure {
        if (keccak256(appState) != keccak256(encoded)) revert AppStateMalformed();
    }

    /// @dev Reverts unless the action has `expected` bytes.
    function requireLength(bytes calldata action, uint256 expected) internal pure {
        if (action.length != expected) revert ActionLengthInvalid(expected, action.length);
    }
}
