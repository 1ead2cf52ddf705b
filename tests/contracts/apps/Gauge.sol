// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../../../contracts/interfaces/IApp.sol";

/// @notice Anyone may move; party 1 gets one unit for each unit of gas that the app found itself with.
/// @dev App state: `abi.encode(uint256 gasOfTheLastMove)`.
contract Gauge is IApp {
    function transition(bytes calldata, bytes calldata, Turn)
        external
        view
        returns (bytes memory next, Turn turn, int256[] memory deltas)
    {
        uint256 gasFound = gasleft();
        (turn, deltas) = standing(gasFound);
        next = abi.encode(gasFound);
    }

    function position(bytes calldata) external view returns (Turn, int256[] memory) {
        return standing(gasleft());
    }

    function standing(uint256 gasFound) private pure returns (Turn turn, int256[] memory deltas) {
        turn = Turn.Anyone;
        deltas = new int256[](1);
        deltas[0] = int256(gasFound);
    }
}
