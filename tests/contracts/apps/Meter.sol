// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Whatever the mover says: the action is the next app state.
/// @dev App state: `abi.encode(Turn turn, int256[] owed)`, per asset what party 0 owes party 1.
contract Meter is App {
    function turnIn(bytes memory appState) internal pure override returns (Turn turn) {
        (turn,) = abi.decode(appState, (Turn, int256[]));
    }

    function act(bytes memory, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        return action;
    }

    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory owed) {
        (, owed) = abi.decode(appState, (Turn, int256[]));
    }
}
