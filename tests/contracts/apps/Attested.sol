// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Pays party 1 once enough of the named oracles have signed the fact. Party 1 brings their signatures.
/// @dev Action: `abi.encode(bytes[] signatures)`, one per oracle, empty where it has not signed.
contract Attested is App {
    error TooFewOracles(uint256 expected, uint256 actual);

    /// @param fact what is signed; unique over all escrows
    struct Pledge {
        bytes32 fact;
        address[] oracles;
        uint256 threshold;
        int256 amount;
        bool isProved;
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        return abi.decode(appState, (Pledge)).isProved ? Turn.Nobody : Turn.Party1;
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        Pledge memory pledge = abi.decode(appState, (Pledge));
        bytes[] memory signatures = abi.decode(action, (bytes[]));
        uint256 count;
        for (uint256 i; i < pledge.oracles.length; ++i) {
            if (signatures[i].length == 0) continue;
            (uint8 v, bytes32 r, bytes32 s) = abi.decode(signatures[i], (uint8, bytes32, bytes32));
            if (ecrecover(pledge.fact, v, r, s) == pledge.oracles[i]) ++count;
        }
        if (count < pledge.threshold) revert TooFewOracles(pledge.threshold, count);
        pledge.isProved = true;
        return abi.encode(pledge);
    }

    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory deltas) {
        Pledge memory pledge = abi.decode(appState, (Pledge));
        deltas = new int256[](1);
        if (pledge.isProved) deltas[0] = pledge.amount;
    }
}
