// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../interfaces/IApp.sol";
import {App} from "./App.sol";

/// @title A game in turns
/// @notice Three in a row win. Leaving loses: the outcome is always that whoever is to move has walked away. So the
/// parties play off chain, and who is left alone has the outcome evaluated; the mover then still has its time to move.
/// @dev App state: `abi.encode(Game)`, of the party that is to move next, the other one moved last, or nobody has
/// moved. Squares are bits, from 0 at the top left to 8 at the bottom right. Action: `abi.encode(uint8 square)`, an
/// empty one. After three in a row or nine moves nobody moves any more; nine moves without three in a row are a draw,
/// and move no money.
///
/// Of the instance: `matures` is 0, for nothing outside matters; `maxSteps` is 9, the longest game: one less, and a won
/// game can be lost; each party's stakes are the wagers; 60,000 `appGas` are enough for all eight assets.
///
/// Warning: once both have signed the instance, whoever moves first loses by staying away.
contract TicTacToe is App {
    /// @notice The square is taken already, or not on the board.
    error SquareInvalid(uint256 square);

    uint256 private constant SQUARES = 9;
    uint256 private constant FULL = (1 << SQUARES) - 1;

    /// @param boards the squares of party 0 and of party 1
    /// @param mover the party to move next
    /// @param wagers per asset what the loser pays the winner
    struct Game {
        uint16[2] boards;
        uint8 mover;
        uint112[] wagers;
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        Game memory game = read(appState);
        if (isWon(game) || isFull(game)) return Turn.Nobody;
        return Turn(game.mover);
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal pure override returns (bytes memory) {
        Game memory game = read(appState);
        requireLength(action, 32);
        uint256 square = abi.decode(action, (uint8));
        uint256 taken = game.boards[0] | game.boards[1];
        if (square >= SQUARES || taken & 1 << square != 0) revert SquareInvalid(square);
        game.boards[game.mover] |= uint16(1 << square);
        game.mover = 1 - game.mover;
        return abi.encode(game);
    }

    /// @dev The mover has lost, or leaves; unless nobody can win any more.
    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory deltas) {
        Game memory game = read(appState);
        deltas = new int256[](game.wagers.length);
        if (isFull(game) && !isWon(game)) return deltas;
        for (uint256 i; i < deltas.length; ++i) {
            int256 wager = int256(uint256(game.wagers[i]));
            deltas[i] = game.mover == 0 ? wager : -wager;
        }
    }

    /// @dev Whether the last move has won: the party that is to move cannot have.
    function isWon(Game memory game) private pure returns (bool) {
        return hasLine(game.boards[1 - game.mover]);
    }

    function isFull(Game memory game) private pure returns (bool) {
        return game.boards[0] | game.boards[1] == FULL;
    }

    /// @dev Rows, columns, diagonals.
    function hasLine(uint256 board) private pure returns (bool) {
        return board & 0x007 == 0x007 || board & 0x038 == 0x038 || board & 0x1c0 == 0x1c0 || board & 0x049 == 0x049
            || board & 0x092 == 0x092 || board & 0x124 == 0x124 || board & 0x111 == 0x111 || board & 0x054 == 0x054;
    }

    /// @dev Refuses what no game can come to: a square taken twice, a party ahead of its turn, or one that lost and
    /// moved on.
    function read(bytes memory appState) private pure returns (Game memory game) {
        game = abi.decode(appState, (Game));
        requireExact(appState, abi.encode(game));
        if (game.mover > 1) revert AppStateMalformed();
        (uint256 mine, uint256 theirs) = (game.boards[game.mover], game.boards[1 - game.mover]);
        bool isInTurn = count(mine) == count(theirs) || count(mine) + 1 == count(theirs);
        if (mine & theirs != 0 || mine | theirs > FULL || hasLine(mine) || !isInTurn) revert AppStateMalformed();
    }

    /// @dev How many squares are taken.
    function count(uint256 board) private pure returns (uint256 squares) {
        for (; board != 0; board &= board - 1) {
            ++squares;
        }
    }
}
