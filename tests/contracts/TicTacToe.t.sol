// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {TicTacToe} from "../../contracts/apps/TicTacToe.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {ShippedAppTest} from "./ShippedAppTest.sol";
import {vm} from "./Vm.sol";

/// @notice Squares are numbered from 0 at the top left, row by row.
contract TicTacToeTest is ShippedAppTest {
    uint112 private constant WAGER = 10 ether;
    uint16 private constant FULL = 511;

    TicTacToe private app;

    function setUp() public override {
        super.setUp();
        app = new TicTacToe();
    }

    // Malformed app states

    function test_RevertIf_AppStateIsEncodedOtherwise() public view {
        assertEncodedInOneWay(app, gameOf(1, 2, 0));
    }

    function test_RevertIf_AWagerIsNoStake() public view {
        uint256 tooMuch = 1 << 112;
        assertTrue(!isRefused(app, abi.encode(32, 0, 0, 0, 128, 1, tooMuch - 1)), "the greatest stake");
        assertTrue(isRefused(app, abi.encode(32, 0, 0, 0, 128, 1, tooMuch)), "more");
    }

    function testFuzz_RevertIf_TheMoverIsNoParty(uint8 mover) public view {
        expectMalformed(app, gameOf(0, 0, uint8(bound(mover, 2, 255))));
    }

    function testFuzz_RevertIf_ASquareIsTakenTwice(uint256 square) public view {
        uint16 board = uint16(1 << square % 9);
        expectMalformed(app, gameOf(board, board, 0));
    }

    function testFuzz_RevertIf_ASquareIsNotOnTheBoard(uint256 square) public view {
        expectMalformed(app, gameOf(uint16(1 << bound(square, 9, 15)), 0, 1));
        expectMalformed(app, gameOf(0, uint16(1 << bound(square, 9, 15)), 0));
    }

    function test_RevertIf_APartyIsAheadOfItsTurn() public view {
        expectMalformed(app, gameOf(3, 0, 1));
        expectMalformed(app, gameOf(0, 3, 0));
        expectMalformed(app, gameOf(1, 0, 0));
        expectMalformed(app, gameOf(0, 1, 1));
    }

    function test_RevertIf_ThePartyThatIsToMoveHasThreeInARow() public view {
        expectMalformed(app, gameOf(7, 56, 0));
        expectMalformed(app, gameOf(7, 8 | 64 | 256, 0));
    }

    /// @dev Each combination of squares against the rules in other words: every party's squares one by one.
    function testFuzz_WhatNoGameCanComeToIsRefused(uint16 board0, uint16 board1, uint8 mover) public view {
        (board0, board1, mover) = (board0 % 600, board1 & ~board0 % 600, mover % 3);
        assertEq(isRefused(app, gameOf(board0, board1, mover)) ? 1 : 0, isSound(board0, board1, mover) ? 0 : 1, "sound");
    }

    // Moves that are refused

    function testFuzz_RevertIf_ItIsNotThePartysTurn(uint8 mover, uint8 other, uint256 square) public view {
        mover %= 2;
        Turn wrong = Turn(other % 4);
        if (uint8(wrong) == mover) wrong = Turn.Anyone;
        expectOutOfTurn(app, gameOf(0, 0, mover), abi.encode(square % 9), Turn(mover), wrong);
    }

    function testFuzz_RevertIf_TheGameIsWon(uint8 mover, uint256 square) public view {
        expectOutOfTurn(app, gameOf(7, 8 | 16, 1), abi.encode(square), Turn.Nobody, Turn(mover % 4));
        expectOutOfTurn(app, gameOf(8 | 16, 7, 0), abi.encode(square), Turn.Nobody, Turn(mover % 4));
    }

    function testFuzz_RevertIf_TheBoardIsFull(uint8 mover, uint256 square) public view {
        (uint16 board0, uint16 board1) = drawnBoards();
        expectOutOfTurn(app, gameOf(board0, board1, 1), abi.encode(square), Turn.Nobody, Turn(mover % 4));
    }

    function testFuzz_RevertIf_TheActionHasAnotherLength(bytes memory action) public view {
        if (action.length == 32) action = bytes.concat(action, action);
        expectActionLength(app, gameOf(0, 0, 0), action, Turn.Party0, 32);
    }

    function testFuzz_RevertIf_TheSquareIsNotOnTheBoard(uint8 square) public view {
        square = uint8(bound(square, 9, 255));
        bytes memory reason = abi.encodeWithSelector(TicTacToe.SquareInvalid.selector, square);
        expectNoStep(app, gameOf(0, 0, 0), abi.encode(square), Turn.Party0, reason);
    }

    function testFuzz_RevertIf_TheSquareIsNoByte(uint256 square) public view {
        square = bound(square, 256, type(uint256).max);
        bytes memory empty;
        expectNoStep(app, gameOf(0, 0, 0), abi.encode(square), Turn.Party0, empty);
    }

    function test_RevertIf_TheSquareIsTaken() public view {
        bytes memory reason = abi.encodeWithSelector(TicTacToe.SquareInvalid.selector, 0);
        expectNoStep(app, gameOf(1, 2, 0), abi.encode(0), Turn.Party0, reason);
        reason = abi.encodeWithSelector(TicTacToe.SquareInvalid.selector, 1);
        expectNoStep(app, gameOf(1, 2, 0), abi.encode(1), Turn.Party0, reason);
    }

    // Games

    function test_EachOfTheEightLinesWins() public view {
        uint8[3][8] memory lines =
            [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
        for (uint256 i; i < lines.length; ++i) {
            uint16 line = uint16(1 << lines[i][0] | 1 << lines[i][1] | 1 << lines[i][2]);
            uint16 others = pairBeside(line);
            assertStands(app, gameOf(line, others, 1), Turn.Nobody, deltasOf(-int256(uint256(WAGER))));
            assertStands(app, gameOf(others, line, 0), Turn.Nobody, deltasOf(int256(uint256(WAGER))));
        }
    }

    function test_ADrawMovesNoMoney() public view {
        (uint16 board0, uint16 board1) = drawnBoards();
        assertStands(app, gameOf(board0, board1, 1), Turn.Nobody, deltasOf(0));
        assertStands(app, gameOf(board1, board0, 0), Turn.Nobody, deltasOf(0));
    }

    function test_TheNinthMoveMayWin() public view {
        // X O X
        // O X O
        // O X .
        (uint16 crosses, uint16 noughts) = (1 | 4 | 16 | 128, 2 | 8 | 32 | 64);
        assertStep(app, gameOf(crosses, noughts, 0), abi.encode(8), Turn.Party0, gameOf(crosses | 256, noughts, 1));
        assertStands(app, gameOf(crosses | 256, noughts, 1), Turn.Nobody, deltasOf(-int256(uint256(WAGER))));
    }

    function testFuzz_WhoIsToMoveHasWalkedAway(uint8 mover, uint112 wager0, uint112 wager1) public view {
        mover %= 2;
        TicTacToe.Game memory game;
        game.mover = mover;
        game.wagers = new uint112[](2);
        (game.wagers[0], game.wagers[1]) = (wager0, wager1);
        int256 sign = mover == 0 ? int256(1) : -1;
        int256[] memory deltas = deltasOf(sign * int256(uint256(wager0)), sign * int256(uint256(wager1)));
        assertStands(app, abi.encode(game), Turn(mover), deltas);
    }

    /// @dev A game of random moves beside one that is played on paper.
    function testFuzz_GamesEndAsOnPaper(uint256 seed, uint8 starter) public view {
        uint8 mover = starter % 2;
        uint16[2] memory boards;
        for (uint256 moves; moves < 9; ++moves) {
            uint256 square = seed % 9;
            seed /= 9;
            while ((boards[0] | boards[1]) >> square & 1 == 1) square = (square + 1) % 9;
            bytes memory before = gameOf(boards[0], boards[1], mover);
            boards[mover] |= uint16(1 << square);
            assertStep(app, before, abi.encode(square), Turn(mover), gameOf(boards[0], boards[1], 1 - mover));
            if (hasThreeInARow(boards[mover])) {
                int256 delta = mover == 0 ? -int256(uint256(WAGER)) : int256(uint256(WAGER));
                return assertStands(app, gameOf(boards[0], boards[1], 1 - mover), Turn.Nobody, deltasOf(delta));
            }
            mover = 1 - mover;
        }
        assertStands(app, gameOf(boards[0], boards[1], mover), Turn.Nobody, deltasOf(0));
    }

    // In a dispute

    function test_WhoWalksAwayLoses() public {
        Scene memory scene = gameScene(1, 2, 0);
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(1, 2, 0), abi.encode(4)));
        closeBy(alice, scene);
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_WhoComesBackInTheLastSecondPlaysOn() public {
        Scene memory scene = gameScene(1, 2, 0);
        closeBy(bob, scene);
        vm.prank(bob);
        evaluate(scene, gameOf(1, 2, 0));
        assertEq(sumOf(scene, 0), int256(uint256(WAGER)), "as if Alice had walked away");
        vm.warp(evidenceDeadline() + WINDOW - 1);
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(1, 2, 0), abi.encode(4)));
        assertSettles(scene, evidenceDeadline() + 2 * WINDOW - 1, 40 ether, 20 ether);
    }

    function test_TheLongestGameIsForcedToTheEnd() public {
        Scene memory scene = gameScene(0, 0, 0);
        closeBy(alice, scene);
        uint8[9] memory squares = [0, 1, 2, 4, 3, 5, 7, 6, 8];
        uint16[2] memory boards;
        for (uint256 i; i < 9; ++i) {
            uint8 mover = uint8(i % 2);
            uint256 key = mover == 0 ? ALICE_KEY : BOB_KEY;
            bytes memory appState = gameOf(boards[0], boards[1], mover);
            force(scene, moveBy(key, scene, uint8(i + 1), appState, abi.encode(squares[i])));
            boards[mover] |= uint16(1 << squares[i]);
        }
        assertProgress(scene, gameOf(boards[0], boards[1], 1), 9, START);
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_HostileStepsChangeNothing() public {
        Scene memory scene = gameScene(1, 2, 0);
        bytes memory appState = gameOf(1, 2, 0);
        closeBy(bob, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, appState, abi.encode(4)));
        expectNoForce(scene, moveOf(1, appState, abi.encode(4)));
        expectNoForce(scene, moveBy(ALICE_KEY, scene, 1, appState, abi.encode(1)));
        Move memory forged = moveBy(CAROL_KEY, scene, 1, appState, abi.encode(4));
        vm.expectPartialRevert(IChannelErrors.StepSignerUnknown.selector);
        force(scene, forged);
        assertUntouched(scene);
        Move memory step = moveBy(ALICE_KEY, scene, 1, appState, abi.encode(4));
        force(scene, step);
        assertNotRepeated(scene, step);
        step.appState = gameOf(1 | 16, 2, 1);
        vm.expectPartialRevert(IChannelErrors.StepNumberMismatch.selector);
        force(scene, step);
    }

    function test_AWithheldStateVoidsTheMoveWhichIsMadeAgain() public {
        assertMadeAgain(gameScene(1, 2, 0), ALICE_KEY, gameOf(1, 2, 0), abi.encode(4));
    }

    function test_EachAssetIsWon() public {
        TicTacToe.Game memory game;
        game.wagers = new uint112[](2);
        (game.wagers[0], game.wagers[1]) = (7 ether, 3 ether);
        Scene memory scene = mixedScene(address(app), abi.encode(game));
        closeBy(alice, scene);
        force(scene, moveBy(ALICE_KEY, scene, 1, abi.encode(game), abi.encode(4)));
        assertEq(sumOf(scene, 1), -3 ether, "token");
        assertSettles(scene, evidenceDeadline() + WINDOW, 37 ether, 23 ether);
    }

    function test_AWagerIsClampedToTheStakes() public {
        Instance memory instance = instanceOf(address(app), gameOf(0, 0, 1));
        instance.stakes = stakesOf(30 ether, 4 ether);
        Scene memory scene = sceneOf(instance);
        evaluate(scene, gameOf(0, 0, 1));
        assertEq(sumOf(scene, 0), -4 ether, "clamped");
    }

    /// @dev A game of all nine squares: X O X / X O O / O X X.
    function test_TheAdvisedGasIsEnoughForEightAssets() public {
        TicTacToe.Game memory game;
        game.wagers = eightWagers();
        bytes memory appState = abi.encode(game);
        uint8[9] memory squares = [0, 1, 2, 4, 3, 5, 7, 6, 8];
        for (uint256 i; i < squares.length; ++i) {
            appState = assertGasSuffices(app, 60_000, appState, abi.encode(squares[i]), Turn(i % 2));
        }
    }

    // Boards

    function gameOf(uint16 board0, uint16 board1, uint8 mover) private pure returns (bytes memory) {
        TicTacToe.Game memory game;
        game.boards = [board0, board1];
        game.mover = mover;
        game.wagers = new uint112[](1);
        game.wagers[0] = WAGER;
        return abi.encode(game);
    }

    function gameScene(uint16 board0, uint16 board1, uint8 mover) private returns (Scene memory) {
        Instance memory instance = instanceOf(address(app), gameOf(board0, board1, mover));
        (instance.maxSteps, instance.appGas) = (9, 60_000);
        return sceneOf(instance);
    }

    /// @notice X O X / X O O / O X X.
    function drawnBoards() private pure returns (uint16 crosses, uint16 noughts) {
        crosses = 1 | 4 | 8 | 128 | 256;
        noughts = FULL & ~crosses;
    }

    /// @notice The first two squares that are not on the line.
    function pairBeside(uint16 line) private pure returns (uint16 pair) {
        uint256 missing = 2;
        for (uint256 square; missing > 0; ++square) {
            if (line >> square & 1 == 1) continue;
            pair |= uint16(1 << square);
            --missing;
        }
    }

    function isSound(uint16 board0, uint16 board1, uint8 mover) private pure returns (bool) {
        uint256[2] memory counts;
        if (mover > 1) return false;
        for (uint256 square; square < 16; ++square) {
            (bool first, bool second) = (board0 >> square & 1 == 1, board1 >> square & 1 == 1);
            if ((first || second) && square >= 9 || first && second) return false;
            if (first) ++counts[0];
            if (second) ++counts[1];
        }
        if (hasThreeInARow(mover == 0 ? board0 : board1)) return false;
        return counts[1 - mover] == counts[mover] || counts[1 - mover] == counts[mover] + 1;
    }

    /// @dev By coordinates.
    function hasThreeInARow(uint16 board) private pure returns (bool) {
        bool[3][3] memory taken;
        for (uint256 square; square < 9; ++square) {
            taken[square / 3][square % 3] = board >> square & 1 == 1;
        }
        for (uint256 i; i < 3; ++i) {
            if (taken[i][0] && taken[i][1] && taken[i][2] || taken[0][i] && taken[1][i] && taken[2][i]) return true;
        }
        return taken[1][1] && (taken[0][0] && taken[2][2] || taken[0][2] && taken[2][0]);
    }
}
