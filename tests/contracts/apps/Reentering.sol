// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Calls back, and says whether that failed.
/// @dev App state: `abi.encode(address target, bytes data)`. One unit goes to party 1 if the call back failed.
contract Reentering is App {
    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Anyone;
    }

    /// @dev Lengthens the app state, which stays what it was to the decoder.
    function act(bytes memory appState, bytes calldata, Turn) internal pure override returns (bytes memory) {
        return bytes.concat(appState, bytes32(0));
    }

    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory deltas) {
        (address target, bytes memory data) = abi.decode(appState, (address, bytes));
        (bool succeeded,) = target.staticcall{gas: gasleft() / 2}(data);
        deltas = new int256[](1);
        if (!succeeded) deltas[0] = 1;
    }
}
