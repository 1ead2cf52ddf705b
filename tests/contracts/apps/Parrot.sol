// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";

/// @notice Answers each call of `IApp` with the very bytes that its app state names for it, or worse.
/// @dev App state: `abi.encode(Script)`.
contract Parrot {
    enum Manner {
        Return,
        Revert,
        BurnAllGas,
        ReturnBomb,
        RevertBomb
    }

    /// @param data what to return or to revert with; for a bomb, the length of its app state
    struct Answer {
        Manner manner;
        bytes data;
    }

    struct Script {
        Answer position;
        Answer transition;
    }

    function position(bytes calldata appState) external pure {
        say(abi.decode(appState, (Script)).position);
    }

    function transition(bytes calldata appState, bytes calldata, uint8) external pure {
        say(abi.decode(appState, (Script)).transition);
    }

    function say(Answer memory answer) private pure {
        Manner manner = answer.manner;
        bytes memory data = answer.data;
        if (manner == Manner.BurnAllGas) while (true) {}
        if (manner == Manner.ReturnBomb || manner == Manner.RevertBomb) {
            data = abi.encode(new bytes(abi.decode(data, (uint256))), Turn.Nobody, new int256[](1));
        }
        bool succeeds = manner == Manner.Return || manner == Manner.ReturnBomb;
        assembly ("memory-safe") {
            if succeeds { return(add(data, 0x20), mload(data)) }
            revert(add(data, 0x20), mload(data))
        }
    }
}
