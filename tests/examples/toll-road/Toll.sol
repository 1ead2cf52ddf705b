// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IApp, Turn} from "../../../contracts/interfaces/IApp.sol";

/// @title A toll road, as an example of an app of one's own
/// @notice Party 0 drives, and signs each passage; party 1 has the toll of all of them.
/// @dev For channels of one asset. App state: `abi.encode(uint256 toll, uint256 passages)`. The action is ignored.
contract Toll is IApp {
    /// @notice Only party 0 drives.
    error NotTheDriver(Turn mover);

    /// @inheritdoc IApp
    function transition(bytes calldata appState, bytes calldata, Turn mover)
        external
        pure
        returns (bytes memory next, Turn turn, int256[] memory deltas)
    {
        if (mover != Turn.Party0) revert NotTheDriver(mover);
        (uint256 toll, uint256 passages) = abi.decode(appState, (uint256, uint256));
        return (abi.encode(toll, ++passages), Turn.Party0, owed(toll, passages));
    }

    /// @inheritdoc IApp
    function position(bytes calldata appState) external pure returns (Turn turn, int256[] memory deltas) {
        (uint256 toll, uint256 passages) = abi.decode(appState, (uint256, uint256));
        return (Turn.Party0, owed(toll, passages));
    }

    function owed(uint256 toll, uint256 passages) private pure returns (int256[] memory deltas) {
        deltas = new int256[](1);
        deltas[0] = int256(toll * passages);
    }
}
