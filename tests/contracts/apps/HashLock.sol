// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";
import {Registry} from "./Registry.sol";

/// @notice Pays party 1 if the preimage was seen in time. Nobody moves: the registry is the only evidence.
/// @dev App state: `abi.encode(Registry registry, bytes32 hash, uint256 deadline, int256 amount)`.
contract HashLock is App {
    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Nobody;
    }

    function act(bytes memory, bytes calldata, Turn) internal pure override returns (bytes memory) {}

    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory deltas) {
        (Registry registry, bytes32 hash, uint256 deadline, int256 amount) =
            abi.decode(appState, (Registry, bytes32, uint256, int256));
        uint256 seenAt = registry.seenAt(hash);
        deltas = new int256[](1);
        if (seenAt != 0 && seenAt < deadline) deltas[0] = amount;
    }
}
