// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {App} from "../../../contracts/apps/App.sol";
import {Turn} from "../../../contracts/interfaces/IApp.sol";

/// @dev The gas of each call: so much that who starves it still has enough left to write what it answers.
uint32 constant APP_GAS = 4_000_000;

/// @notice What an instance plays.
enum Kind {
    /// A heap: who moves takes one or two, who cannot move has lost.
    Heap,
    /// The same without an end: each move adds.
    Endless,
    /// Decided if a fact was seen in time; nobody moves.
    Lock,
    /// Decided by whoever knows the answer.
    Riddle,
    /// Decided, unless it was given less gas than was agreed on.
    Fragile,
    /// Breaks each promise of an app.
    Broken
}

/// @notice An app state.
/// @param turn of a heap: whose turn it is; of a riddle: 1 once it is solved
/// @param size of a heap: what is left; else what tells one fact, riddle or way of breaking from another
/// @param pot what the loser pays, in the first asset
/// @param assets number of the channel's assets
/// @param deadline last second at which the fact of a lock counts
struct Position {
    Kind kind;
    uint256 turn;
    uint256 size;
    uint256 pot;
    uint256 assets;
    uint256 deadline;
}

/// @notice Six kinds of apps in one.
contract PlayApp is App {
    uint256 private constant ENOUGH_GAS = APP_GAS - 100_000;

    mapping(uint256 fact => uint256) public seenAt;

    /// @notice A registry of facts: it keeps when each was first seen.
    function reveal(uint256 fact) external {
        if (seenAt[fact] == 0) seenAt[fact] = block.timestamp;
    }

    /// @notice The answer to a riddle.
    function answerTo(uint256 riddle) public pure returns (bytes memory) {
        return abi.encode(~riddle);
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        Position memory p = abi.decode(appState, (Position));
        if (p.kind == Kind.Broken) misbehave(p.size);
        if (p.kind == Kind.Riddle) return p.turn == 0 ? Turn.Anyone : Turn.Nobody;
        bool isGame = p.kind == Kind.Endless || (p.kind == Kind.Heap && p.size != 0);
        return isGame ? Turn(p.turn) : Turn.Nobody;
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        Position memory p = abi.decode(appState, (Position));
        if (p.kind == Kind.Riddle) {
            require(keccak256(action) == keccak256(answerTo(p.size)), "wrong answer");
            p.turn = 1;
        } else {
            uint256 taken = abi.decode(action, (uint256));
            require(taken <= 2, "not a move");
            p.size = p.kind == Kind.Heap ? p.size - taken : p.size + taken;
            if (taken != 0) p.turn = 1 - p.turn;
        }
        return abi.encode(p);
    }

    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory deltas) {
        Position memory p = abi.decode(appState, (Position));
        int256 sign;
        if (p.kind <= Kind.Endless) sign = p.turn == 0 ? int256(1) : -1;
        else if (p.kind == Kind.Lock) sign = seenAt[p.size] != 0 && seenAt[p.size] <= p.deadline ? int256(1) : int256(0);
        else if (p.kind == Kind.Riddle) sign = int256(p.turn);
        else sign = gasleft() > ENOUGH_GAS ? int256(1) : int256(0);
        deltas = new int256[](p.assets);
        for (uint256 i; i < p.assets; ++i) {
            deltas[i] = sign * int256(p.pot >> i);
        }
    }

    /// @dev Reverts, burns all its gas, returns far too much, or something malformed.
    function misbehave(uint256 way) private pure {
        assembly ("memory-safe") {
            switch mod(way, 4)
            case 0 { revert(0, 0) }
            case 1 { invalid() }
            case 2 { return(0, 50000) }
            default { return(0, 31) }
        }
    }
}
