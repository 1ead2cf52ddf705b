// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";

/// @notice An app that answers as app state and action say: well, or in any other way.
/// @dev App state: a byte for the manner in which `position` answers, a byte for the turn, then the deltas, 32 bytes
/// each; what is left over means nothing. Action: a byte for the manner, a byte for the one mover that may make it (or
/// `ANYBODY`), then what is the next app state. Behind the second byte of either a raw answer may stand instead.
/// Its copy in Rust, which must behave the same, is `tests/differential/src/others/app.rs`.
contract ScriptedApp {
    enum Manner {
        Well,
        Padded, // well, but the app state is filled up with zeros to `PADDED` bytes
        Raw, // with the raw answer
        Flooding, // with 60,000 zeros
        Reverting,
        Burning // with no gas left
    }

    error NotYourTurn(uint8 allowed, Turn mover);

    /// @dev One more than an app state may have.
    uint256 private constant PADDED = 4097;
    uint8 private constant ANYBODY = 3;

    /// @notice Tells copies of this app apart: they differ in their code.
    uint256 public immutable COPY;

    constructor(uint256 copy) {
        COPY = copy;
    }

    function position(bytes calldata appState) external pure returns (uint256 turn, uint256[] memory deltas) {
        misbehave(appState);
        return standing(appState);
    }

    function transition(bytes calldata, bytes calldata action, Turn mover)
        external
        pure
        returns (bytes memory next, uint256 turn, uint256[] memory deltas)
    {
        uint8 allowed = uint8(action[1]);
        if (allowed != ANYBODY && allowed != uint8(mover)) revert NotYourTurn(allowed, mover);
        Manner manner = misbehave(action);
        next = action[2:];
        (turn, deltas) = standing(action[2:]);
        if (manner == Manner.Padded) next = bytes.concat(next, new bytes(PADDED - next.length));
    }

    function misbehave(bytes calldata script) private pure returns (Manner manner) {
        manner = Manner(uint8(script[0]));
        if (manner == Manner.Reverting) revert("not today");
        bytes memory raw = script[2:];
        assembly ("memory-safe") {
            switch manner
            case 2 { return(add(raw, 0x20), mload(raw)) }
            case 3 {
                // From far beyond the memory in use, so of zeros.
                return(0x10000, 60000)
            }
            case 5 { invalid() }
        }
    }

    /// @dev The turn is the byte, even where it is none: that is for the caller to refuse.
    function standing(bytes calldata appState) private pure returns (uint256 turn, uint256[] memory deltas) {
        turn = uint8(appState[1]);
        deltas = new uint256[]((appState.length - 2) / 32);
        for (uint256 i; i < deltas.length; ++i) {
            deltas[i] = uint256(bytes32(appState[2 + 32 * i:34 + 32 * i]));
        }
    }
}
