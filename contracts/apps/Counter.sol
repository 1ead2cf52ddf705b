// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../interfaces/IApp.sol";

/// @title The simplest app imaginable
/// @notice Each step adds one. The parties move in turn, party 0 first, and no money moves: the benchmark of a forced step.
/// @dev For channels of one asset. App state: `abi.encode(uint256 count)`. The action is ignored.
contract Counter is IApp {
    /// @notice The mover may not move in this app state.
    error NotYourTurn(Turn turn, Turn mover);

    /// @inheritdoc IApp
    function transition(bytes calldata appState, bytes calldata, Turn mover)
        external
        pure
        returns (bytes memory next, Turn turn, int256[] memory deltas)
    {
        uint256 count = abi.decode(appState, (uint256));
        turn = turnAt(count);
        if (turn != mover) revert NotYourTurn(turn, mover);
        return (abi.encode(++count), turnAt(count), new int256[](1));
    }

    /// @inheritdoc IApp
    function position(bytes calldata appState) external pure returns (Turn turn, int256[] memory deltas) {
        return (turnAt(abi.decode(appState, (uint256))), new int256[](1));
    }

    function turnAt(uint256 count) private pure returns (Turn) {
        return count % 2 == 0 ? Turn.Party0 : Turn.Party1;
    }
}
