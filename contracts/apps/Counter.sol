// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../interfaces/IApp.sol";

/// @title The simplest app imaginable
/// @notice Each step adds one. The parties move in turn, party 0 first, and no money moves: the benchmark of a forced step.
/// @dev App state: `abi.encode(uint256 count, uint256 assets)`, where `assets` is the number of the channel's assets. The
/// action is ignored.
contract Counter is IApp {
    /// @inheritdoc IApp
    function turn(bytes calldata appState) external pure returns (Turn) {
        (uint256 count,) = abi.decode(appState, (uint256, uint256));
        return count % 2 == 0 ? Turn.Party0 : Turn.Party1;
    }

    /// @inheritdoc IApp
    function transition(bytes calldata appState, bytes calldata, Turn) external pure returns (bytes memory) {
        (uint256 count, uint256 assets) = abi.decode(appState, (uint256, uint256));
        return abi.encode(count + 1, assets);
    }

    /// @inheritdoc IApp
    function outcome(bytes calldata appState) external pure returns (int256[] memory) {
        (, uint256 assets) = abi.decode(appState, (uint256, uint256));
        return new int256[](assets);
    }
}
