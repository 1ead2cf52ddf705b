// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Anyone may ring, without end; one ether goes to the party that rang last.
/// @dev App state: `abi.encode(uint256 rings, Turn last)`. The action is ignored.
contract Bell is App {
    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Anyone;
    }

    function act(bytes memory appState, bytes calldata, Turn mover) internal pure override returns (bytes memory) {
        (uint256 rings,) = abi.decode(appState, (uint256, Turn));
        return abi.encode(rings + 1, mover);
    }

    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory deltas) {
        (, Turn last) = abi.decode(appState, (uint256, Turn));
        deltas = new int256[](1);
        if (last == Turn.Party0) deltas[0] = -1 ether;
        if (last == Turn.Party1) deltas[0] = 1 ether;
    }
}
