// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../interfaces/IApp.sol";
import {App} from "./App.sol";

/// @title A game with secrets
/// @notice Party 0 commits to a hand, party 1 shows its own, party 0 reveals. Three steps are enough: only who goes
/// first has something to hide. Leaving loses, and so does not revealing: the outcome is that whoever is to move has
/// walked away.
/// @dev App state: `abi.encode(Game)`. Actions, by who is to move: of party 0 `abi.encode(bytes32 commitment)`, the
/// keccak256 of what it is going to reveal; of party 1 `abi.encode(Hand hand)`; of party 0 `abi.encode(Hand hand,
/// bytes32 salt)`. Then nobody moves. Equal hands are a draw, and move no money.
///
/// Of the instance: `matures` is 0, for nothing outside matters; `maxSteps` is 3; each party's stakes are the wagers;
/// 50,000 `appGas` are enough for all eight assets.
///
/// Warning: a salt is 32 random bytes, new for each game: there are three hands, and whoever tries them all reads a
/// commitment whose salt it knows.
/// Warning: a hand that was shown on chain may be taken back by a newer co-signed state, and played again against what
/// it told. Force a step that shows one only after the evidence deadline, or if no newer state that you signed is
/// outstanding.
/// Warning: party 0 must keep its hand and salt until the game is over. Lost, the game is lost.
contract RockPaperScissors is App {
    /// @notice What is to be shown is no hand.
    error HandMissing();
    /// @notice Nothing that could be revealed: a commitment of zero means that there is none.
    error CommitmentZero();
    /// @notice What is revealed is not what was committed to.
    error CommitmentMismatch(bytes32 expected, bytes32 actual);

    enum Hand {
        None,
        Rock,
        Paper,
        Scissors
    }

    /// @param commitment party 0's; zero before it has committed
    /// @param hand0 what party 0 has revealed
    /// @param hand1 what party 1 has shown
    /// @param wagers per asset what the loser pays the winner
    struct Game {
        bytes32 commitment;
        Hand hand0;
        Hand hand1;
        uint112[] wagers;
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        return turnOf(read(appState));
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        Game memory game = read(appState);
        if (game.commitment == 0) {
            requireLength(action, 32);
            game.commitment = bytes32(action);
            if (game.commitment == 0) revert CommitmentZero();
        } else if (game.hand1 == Hand.None) {
            requireLength(action, 32);
            game.hand1 = abi.decode(action, (Hand));
            if (game.hand1 == Hand.None) revert HandMissing();
        } else {
            requireLength(action, 64);
            (game.hand0,) = abi.decode(action, (Hand, bytes32));
            if (game.hand0 == Hand.None) revert HandMissing();
            bytes32 revealed = keccak256(action);
            if (revealed != game.commitment) revert CommitmentMismatch(game.commitment, revealed);
        }
        return abi.encode(game);
    }

    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory deltas) {
        Game memory game = read(appState);
        deltas = new int256[](game.wagers.length);
        int256 winner = signOf(game);
        for (uint256 i; i < deltas.length; ++i) {
            deltas[i] = winner * int256(uint256(game.wagers[i]));
        }
    }

    function turnOf(Game memory game) private pure returns (Turn) {
        if (game.commitment == 0) return Turn.Party0;
        if (game.hand1 == Hand.None) return Turn.Party1;
        return game.hand0 == Hand.None ? Turn.Party0 : Turn.Nobody;
    }

    /// @dev 1 if party 1 wins, -1 if party 0 does, 0 for a draw. Each hand beats the one before it, and the first the
    /// last.
    function signOf(Game memory game) private pure returns (int256) {
        Turn turn = turnOf(game);
        if (turn != Turn.Nobody) return turn == Turn.Party0 ? int256(1) : -1;
        uint256 lead = (3 + uint256(game.hand1) - uint256(game.hand0)) % 3;
        return lead == 2 ? -1 : int256(lead);
    }

    /// @dev Refuses what no game can come to: a hand before its turn.
    function read(bytes memory appState) private pure returns (Game memory game) {
        game = abi.decode(appState, (Game));
        requireExact(appState, abi.encode(game));
        bool isEarly = game.hand1 == Hand.None ? game.hand0 != Hand.None : game.commitment == 0;
        if (isEarly) revert AppStateMalformed();
    }
}
