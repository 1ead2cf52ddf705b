// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Looks up its outcome by an inner call, and says the opposite if that call is starved.
/// @dev App state: `abi.encode(uint256 moves)`. The truth is one ether to party 1. It fits 60,000 gas, not 50,000.
contract Starvable is App {
    int256 private constant TRUTH = 1 ether;
    uint256 private constant WORK = 50_000;

    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Anyone;
    }

    function act(bytes memory appState, bytes calldata, Turn) internal pure override returns (bytes memory) {
        return abi.encode(abi.decode(appState, (uint256)) + 1);
    }

    function outcomeIn(bytes memory) internal view override returns (int256[] memory deltas) {
        deltas = new int256[](1);
        try this.lookUp{gas: gasleft() - 3000}() returns (int256 delta) {
            deltas[0] = delta;
        } catch {
            deltas[0] = -TRUTH;
        }
    }

    function lookUp() external view returns (int256) {
        uint256 start = gasleft();
        while (start - gasleft() < WORK) {}
        return TRUTH;
    }
}
