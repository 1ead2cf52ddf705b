// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../interfaces/IApp.sol";

/// @title The base of an app
/// @notice An app that derives from this says whose turn it is, what an action does, and what holds; the rest is here.
abstract contract App is IApp {
    /// @notice The mover may not move in this app state.
    error NotYourTurn(Turn turn, Turn mover);

    /// @inheritdoc IApp
    function transition(bytes calldata appState, bytes calldata action, Turn mover)
        external
        view
        returns (bytes memory next, Turn turn, int256[] memory deltas)
    {
        turn = turnIn(appState);
        if (turn != mover && turn != Turn.Anyone) revert NotYourTurn(turn, mover);
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
}
