// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Anyone may move, and the outcome is whatever was last set from outside: no app that a party should accept.
/// @dev App state: `abi.encode(bytes32 dial, uint256 moves)`.
contract Dial is App {
    mapping(bytes32 dial => int256[]) private settings;

    function set(bytes32 dial, int256[] calldata deltas) external {
        settings[dial] = deltas;
    }

    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Anyone;
    }

    function act(bytes memory appState, bytes calldata, Turn) internal pure override returns (bytes memory) {
        (bytes32 dial, uint256 moves) = abi.decode(appState, (bytes32, uint256));
        return abi.encode(dial, moves + 1);
    }

    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory) {
        (bytes32 dial,) = abi.decode(appState, (bytes32, uint256));
        return settings[dial];
    }
}
