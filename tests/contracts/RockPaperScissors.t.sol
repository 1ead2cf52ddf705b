// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {RockPaperScissors} from "../../contracts/apps/RockPaperScissors.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {ShippedAppTest} from "./ShippedAppTest.sol";
import {vm} from "./Vm.sol";

/// @notice Alice commits, Bob shows, Alice reveals.
contract RockPaperScissorsTest is ShippedAppTest {
    RockPaperScissors.Hand private constant NONE = RockPaperScissors.Hand.None;
    RockPaperScissors.Hand private constant ROCK = RockPaperScissors.Hand.Rock;
    RockPaperScissors.Hand private constant PAPER = RockPaperScissors.Hand.Paper;
    RockPaperScissors.Hand private constant SCISSORS = RockPaperScissors.Hand.Scissors;
    bytes32 private constant SALT = keccak256("salt");
    uint112 private constant WAGER = 10 ether;

    RockPaperScissors private app;

    function setUp() public override {
        super.setUp();
        app = new RockPaperScissors();
    }

    // Malformed app states

    function test_RevertIf_AppStateIsEncodedOtherwise() public view {
        assertEncodedInOneWay(app, gameOf(commitmentTo(ROCK), PAPER, ROCK));
    }

    function test_RevertIf_AHandIsNone() public view {
        for (uint256 i; i < 2; ++i) {
            for (uint256 hand = 1; hand < 6; ++hand) {
                (uint256 hand0, uint256 hand1) = i == 0 ? (hand, uint256(1)) : (uint256(1), hand);
                bytes memory appState = abi.encode(32, SALT, hand0, hand1, 128, 1, WAGER);
                assertEq(isRefused(app, appState) ? 1 : 0, hand > 3 ? 1 : 0, "refused");
            }
        }
    }

    function test_RevertIf_AHandIsShownBeforeItsTurn() public view {
        expectMalformed(app, gameOf(0, ROCK, NONE));
        expectMalformed(app, gameOf(0, ROCK, PAPER));
        expectMalformed(app, gameOf(0, NONE, PAPER));
        expectMalformed(app, gameOf(commitmentTo(ROCK), ROCK, NONE));
    }

    // Steps that are refused

    function testFuzz_RevertIf_ItIsNotThePartysTurn(uint8 stage, uint8 mover, bytes memory action) public view {
        (bytes memory appState, Turn turn) = stageOf(stage % 4);
        Turn wrong = Turn(mover % 4);
        if (turn != Turn.Nobody && wrong == turn) wrong = Turn.Anyone;
        expectOutOfTurn(app, appState, action, turn, wrong);
    }

    function testFuzz_RevertIf_TheActionHasAnotherLength(uint8 stage, bytes memory action) public view {
        (bytes memory appState, Turn turn) = stageOf(stage % 3);
        uint256 expected = stage % 3 == 2 ? 64 : 32;
        if (action.length == expected) action = bytes.concat(action, hex"00");
        expectActionLength(app, appState, action, turn, expected);
    }

    function test_RevertIf_TheCommitmentIsZero() public view {
        bytes memory reason = abi.encodeWithSelector(RockPaperScissors.CommitmentZero.selector);
        expectNoStep(app, gameOf(0, NONE, NONE), abi.encode(bytes32(0)), Turn.Party0, reason);
    }

    function test_RevertIf_NoHandIsShown() public view {
        bytes memory reason = abi.encodeWithSelector(RockPaperScissors.HandMissing.selector);
        expectNoStep(app, gameOf(commitmentTo(ROCK), NONE, NONE), abi.encode(NONE), Turn.Party1, reason);
        // Not even if that is what was committed to.
        expectNoStep(app, gameOf(commitmentTo(NONE), NONE, ROCK), abi.encode(NONE, SALT), Turn.Party0, reason);
    }

    function testFuzz_RevertIf_WhatIsShownIsNoHand(uint256 hand) public view {
        hand = bound(hand, 4, type(uint256).max);
        bytes32 commitment = keccak256(abi.encode(hand, SALT));
        assertNoStep(gameOf(commitment, NONE, NONE), abi.encode(hand), Turn.Party1);
        assertNoStep(gameOf(commitment, NONE, ROCK), abi.encode(hand, SALT), Turn.Party0);
    }

    function testFuzz_RevertIf_AnotherHandIsRevealed(uint8 committed, uint8 shown, uint8 revealed, bytes32 salt)
        public
        view
    {
        (committed, shown, revealed) = (1 + committed % 3, 1 + shown % 3, 1 + revealed % 3);
        if (committed == revealed && salt == SALT) salt = ~SALT;
        bytes32 commitment = commitmentTo(RockPaperScissors.Hand(committed));
        bytes memory action = abi.encode(revealed, salt);
        bytes memory reason =
            abi.encodeWithSelector(RockPaperScissors.CommitmentMismatch.selector, commitment, keccak256(action));
        expectNoStep(app, gameOf(commitment, NONE, RockPaperScissors.Hand(shown)), action, Turn.Party0, reason);
    }

    // Games

    function test_EachOfTheNineGamesEndsAsItShould() public view {
        RockPaperScissors.Hand[2][3] memory wins = [[PAPER, ROCK], [SCISSORS, PAPER], [ROCK, SCISSORS]];
        for (uint256 i; i < wins.length; ++i) {
            (RockPaperScissors.Hand winner, RockPaperScissors.Hand loser) = (wins[i][0], wins[i][1]);
            assertEnds(winner, loser, -int256(uint256(WAGER)));
            assertEnds(loser, winner, int256(uint256(WAGER)));
            assertEnds(winner, winner, 0);
        }
    }

    function testFuzz_WhoIsToMoveHasWalkedAway(bytes32 commitment, uint8 hand, uint112 wager0, uint112 wager1)
        public
        view
    {
        if (commitment == 0) commitment = SALT;
        RockPaperScissors.Game memory game;
        game.wagers = new uint112[](2);
        (game.wagers[0], game.wagers[1]) = (wager0, wager1);
        (int256 delta0, int256 delta1) = (int256(uint256(wager0)), int256(uint256(wager1)));
        assertStands(app, abi.encode(game), Turn.Party0, deltasOf(delta0, delta1));
        game.commitment = commitment;
        assertStands(app, abi.encode(game), Turn.Party1, deltasOf(-delta0, -delta1));
        game.hand1 = RockPaperScissors.Hand(1 + hand % 3);
        assertStands(app, abi.encode(game), Turn.Party0, deltasOf(delta0, delta1));
    }

    function testFuzz_AGameIsThreeSteps(uint8 hand0, uint8 hand1, bytes32 salt) public view {
        bytes memory reveal = abi.encode(1 + hand0 % 3, salt);
        bytes32 commitment = keccak256(reveal);
        RockPaperScissors.Hand answer = RockPaperScissors.Hand(1 + hand1 % 3);
        bytes memory committed = gameOf(commitment, NONE, NONE);
        bytes memory shown = gameOf(commitment, NONE, answer);
        bytes memory over = gameOf(commitment, RockPaperScissors.Hand(1 + hand0 % 3), answer);
        assertStep(app, gameOf(0, NONE, NONE), abi.encode(commitment), Turn.Party0, committed);
        assertStep(app, committed, abi.encode(answer), Turn.Party1, shown);
        assertStep(app, shown, reveal, Turn.Party0, over);
    }

    function test_TheAdvisedGasIsEnoughForEightAssets() public {
        bytes memory appState = abi.encode(RockPaperScissors.Game(0, NONE, NONE, eightWagers()));
        appState = assertGasSuffices(app, 50_000, appState, abi.encode(commitmentTo(ROCK)), Turn.Party0);
        appState = assertGasSuffices(app, 50_000, appState, abi.encode(PAPER), Turn.Party1);
        assertGasSuffices(app, 50_000, appState, abi.encode(ROCK, SALT), Turn.Party0);
    }

    // In a dispute

    function test_AGameIsForcedToTheEnd() public {
        Scene memory scene = gameScene();
        bytes32 commitment = commitmentTo(PAPER);
        closeBy(alice, scene);
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(0, NONE, NONE), abi.encode(commitment)));
        force(scene, moveBy(BOB_KEY, scene, 2, gameOf(commitment, NONE, NONE), abi.encode(ROCK)));
        Move memory reveal = moveBy(ALICE_KEY, scene, 3, gameOf(commitment, NONE, ROCK), abi.encode(PAPER, SALT));
        force(scene, reveal);
        assertNotRepeated(scene, reveal);
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_WhoDoesNotRevealLoses() public {
        Scene memory scene = gameScene();
        bytes32 commitment = commitmentTo(ROCK);
        closeBy(alice, scene);
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(0, NONE, NONE), abi.encode(commitment)));
        vm.warp(evidenceDeadline() + WINDOW - 1);
        force(scene, moveBy(BOB_KEY, scene, 2, gameOf(commitment, NONE, NONE), abi.encode(PAPER)));
        assertSettles(scene, evidenceDeadline() + 2 * WINDOW - 1, 20 ether, 40 ether);
    }

    function test_WhoDoesNotAnswerLoses() public {
        Scene memory scene = gameScene();
        closeBy(alice, scene);
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(0, NONE, NONE), abi.encode(commitmentTo(ROCK))));
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_HostileStepsChangeNothing() public {
        Scene memory scene = gameScene();
        bytes32 commitment = commitmentTo(ROCK);
        bytes memory shown = gameOf(commitment, NONE, PAPER);
        closeBy(bob, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, gameOf(0, NONE, NONE), abi.encode(commitment)));
        expectNoForce(scene, moveOf(1, gameOf(0, NONE, NONE), abi.encode(commitment)));
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(0, NONE, NONE), abi.encode(commitment)));
        expectNoForce(scene, moveBy(ALICE_KEY, scene, 2, gameOf(commitment, NONE, NONE), abi.encode(SCISSORS)));
        force(scene, moveBy(BOB_KEY, scene, 2, gameOf(commitment, NONE, NONE), abi.encode(PAPER)));
        // Alice would rather have had scissors; Bob reveals for her, once he has got hold of her salt.
        expectNoForce(scene, moveBy(ALICE_KEY, scene, 3, shown, abi.encode(SCISSORS, SALT)));
        expectNoForce(scene, moveBy(BOB_KEY, scene, 3, shown, abi.encode(ROCK, SALT)));
        Move memory late = moveBy(BOB_KEY, scene, 2, gameOf(commitment, NONE, NONE), abi.encode(SCISSORS));
        vm.expectPartialRevert(IChannelErrors.AppStateMismatch.selector);
        force(scene, late);
        assertProgress(scene, shown, 2, START);
    }

    function test_AWithheldStateVoidsTheStepWhichIsMadeAgain() public {
        assertMadeAgain(gameScene(), ALICE_KEY, gameOf(0, NONE, NONE), abi.encode(commitmentTo(ROCK)));
    }

    function test_AWithheldStateGivesTheHandBackThatWasShown() public {
        Scene memory scene = gameScene();
        closeBy(alice, scene);
        force(scene, moveBy(ALICE_KEY, scene, 1, gameOf(0, NONE, NONE), abi.encode(commitmentTo(ROCK))));
        force(scene, moveBy(BOB_KEY, scene, 2, gameOf(commitmentTo(ROCK), NONE, NONE), abi.encode(PAPER)));
        Scene memory withheld = sceneAt(ROUND + 1, scene);
        vm.warp(evidenceDeadline() - 1);
        snapshot(withheld);
        bytes32 commitment = commitmentTo(SCISSORS);
        force(withheld, moveBy(ALICE_KEY, withheld, 1, gameOf(0, NONE, NONE), abi.encode(commitment)));
        force(withheld, moveBy(BOB_KEY, withheld, 2, gameOf(commitment, NONE, NONE), abi.encode(ROCK)));
        assertEq(sumOf(withheld, 0), int256(uint256(WAGER)), "Bob was free to show another hand");
    }

    function test_EachAssetIsWon() public {
        RockPaperScissors.Game memory game;
        game.wagers = new uint112[](2);
        (game.wagers[0], game.wagers[1]) = (7 ether, 3 ether);
        Scene memory scene = mixedScene(address(app), abi.encode(game));
        closeBy(bob, scene);
        evaluate(scene, abi.encode(game));
        assertEq(sumOf(scene, 1), 3 ether, "token");
        assertSettles(scene, evidenceDeadline() + WINDOW, 23 ether, 37 ether);
    }

    function test_AWagerIsClampedToTheStakes() public {
        Instance memory instance = instanceOf(address(app), gameOf(0, NONE, NONE));
        instance.stakes = stakesOf(4 ether, 30 ether);
        Scene memory scene = sceneOf(instance);
        evaluate(scene, gameOf(0, NONE, NONE));
        assertEq(sumOf(scene, 0), 4 ether, "clamped");
    }

    function gameOf(bytes32 commitment, RockPaperScissors.Hand hand0, RockPaperScissors.Hand hand1)
        private
        pure
        returns (bytes memory)
    {
        uint112[] memory wagers = new uint112[](1);
        wagers[0] = WAGER;
        return abi.encode(RockPaperScissors.Game(commitment, hand0, hand1, wagers));
    }

    /// @notice After so many steps.
    function stageOf(uint256 steps) private pure returns (bytes memory, Turn) {
        if (steps == 0) return (gameOf(0, NONE, NONE), Turn.Party0);
        if (steps == 1) return (gameOf(commitmentTo(ROCK), NONE, NONE), Turn.Party1);
        if (steps == 2) return (gameOf(commitmentTo(ROCK), NONE, PAPER), Turn.Party0);
        return (gameOf(commitmentTo(ROCK), ROCK, PAPER), Turn.Nobody);
    }

    function gameScene() private returns (Scene memory) {
        Instance memory instance = instanceOf(address(app), gameOf(0, NONE, NONE));
        (instance.maxSteps, instance.appGas) = (3, 50_000);
        return sceneOf(instance);
    }

    function commitmentTo(RockPaperScissors.Hand hand) private pure returns (bytes32) {
        return keccak256(abi.encode(hand, SALT));
    }

    function assertEnds(RockPaperScissors.Hand hand0, RockPaperScissors.Hand hand1, int256 delta) private view {
        assertStands(app, gameOf(commitmentTo(hand0), hand0, hand1), Turn.Nobody, deltasOf(delta));
    }

    function assertNoStep(bytes memory appState, bytes memory action, Turn mover) private view {
        (bool success,) = address(app).staticcall(abi.encodeCall(app.transition, (appState, action, mover)));
        assertTrue(!success, "refused");
    }
}
