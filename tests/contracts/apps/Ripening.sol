// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Nobody moves; the outcome is undecided until its time.
/// @dev App state: `abi.encode(uint256 decidedAt, int256 delta)`.
contract Ripening is App {
    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Nobody;
    }

    function act(bytes memory, bytes calldata, Turn) internal pure override returns (bytes memory) {}

    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory deltas) {
        (uint256 decidedAt, int256 delta) = abi.decode(appState, (uint256, int256));
        deltas = new int256[](1);
        if (block.timestamp >= decidedAt) deltas[0] = delta;
    }
}
