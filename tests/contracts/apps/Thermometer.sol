// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {App} from "../../../contracts/apps/App.sol";

/// @notice Insurance: pays party 1 once a signed reading of the insured season is below the least degree.
/// @dev Action: `abi.encode(int256 degrees, uint256 readAt, uint8 v, bytes32 r, bytes32 s)`.
contract Thermometer is App {
    error ReadingRefused();

    /// @param since readings before this, in Unix seconds, are too old
    struct Policy {
        address thermometer;
        int256 least;
        uint256 since;
        int256 amount;
        bool isDue;
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        return abi.decode(appState, (Policy)).isDue ? Turn.Nobody : Turn.Anyone;
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        Policy memory policy = abi.decode(appState, (Policy));
        (int256 degrees, uint256 readAt, uint8 v, bytes32 r, bytes32 s) =
            abi.decode(action, (int256, uint256, uint8, bytes32, bytes32));
        bool isSigned = ecrecover(keccak256(abi.encode(degrees, readAt)), v, r, s) == policy.thermometer;
        if (!isSigned || degrees >= policy.least || readAt < policy.since) revert ReadingRefused();
        policy.isDue = true;
        return abi.encode(policy);
    }

    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory deltas) {
        Policy memory policy = abi.decode(appState, (Policy));
        deltas = new int256[](1);
        if (policy.isDue) deltas[0] = policy.amount;
    }
}
