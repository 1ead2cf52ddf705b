// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Take one to three stones in turn; who takes the last one wins the stake, and so does who is left alone.
/// @dev App state: `abi.encode(uint256 mover, uint256 stones, uint256 stake)`. Action: `abi.encode(uint256 taken)`.
contract Nim is App {
    error TakenInvalid(uint256 stones, uint256 taken);

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        (uint256 mover, uint256 stones,) = abi.decode(appState, (uint256, uint256, uint256));
        if (stones == 0) return Turn.Nobody;
        return mover == 0 ? Turn.Party0 : Turn.Party1;
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        (uint256 mover, uint256 stones, uint256 stake) = abi.decode(appState, (uint256, uint256, uint256));
        uint256 taken = abi.decode(action, (uint256));
        if (taken == 0 || taken > 3 || taken > stones) revert TakenInvalid(stones, taken);
        return abi.encode(1 - mover, stones - taken, stake);
    }

    /// @dev Whoever is to move has walked away, or has found no stone left.
    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory deltas) {
        (uint256 mover,, uint256 stake) = abi.decode(appState, (uint256, uint256, uint256));
        deltas = new int256[](1);
        deltas[0] = mover == 0 ? int256(stake) : -int256(stake);
    }
}
