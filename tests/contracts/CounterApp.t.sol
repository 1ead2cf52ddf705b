// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Counter} from "../../contracts/apps/Counter.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {Instance} from "../../contracts/types/Instance.sol";

import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

contract CounterAppTest is InstanceTest {
    Counter private counter;

    function setUp() public override {
        super.setUp();
        counter = new Counter();
    }

    function test_RevertIf_AppStateIsNotACount() public {
        bytes memory half = new bytes(31);
        vm.expectRevert();
        counter.position(half);
        vm.expectRevert();
        counter.transition(half, NO_ACTION, Turn.Party0);
    }

    function test_RevertIf_CountIsTheGreatest() public {
        vm.expectRevert();
        counter.transition(abi.encode(type(uint256).max), NO_ACTION, Turn.Party1);
    }

    function testFuzz_RevertIf_TheMoverIsOutOfTurn(uint256 count, uint256 mover) public {
        count = bound(count, 0, type(uint256).max - 1);
        Turn turn = turnAt(count);
        Turn other = Turn((uint256(turn) + 1 + mover % 3) % 4);
        vm.expectRevert(abi.encodeWithSelector(Counter.NotYourTurn.selector, turn, other));
        counter.transition(abi.encode(count), NO_ACTION, other);
    }

    function testFuzz_ThePartiesMoveInTurnAndNoMoneyMoves(uint256 count) public view {
        (Turn turn, int256[] memory deltas) = counter.position(abi.encode(count));
        assertTrue(turn == turnAt(count), "turn");
        assertTrue(deltas.length == 1 && deltas[0] == 0, "deltas");
    }

    function testFuzz_AStepAddsOneWhateverTheAction(uint256 count, bytes memory action) public view {
        count = bound(count, 0, type(uint256).max - 1);
        (bytes memory next, Turn turn, int256[] memory deltas) =
            counter.transition(abi.encode(count), action, turnAt(count));
        assertEq(keccak256(next), keccak256(abi.encode(count + 1)), "next");
        assertTrue(turn == turnAt(count + 1), "turn");
        assertTrue(deltas.length == 1 && deltas[0] == 0, "deltas");
    }

    function test_AForcedLife() public {
        Scene memory scene = sceneOf(address(counter), abi.encode(0));
        closeBy(alice, scene);
        for (uint256 i; i < 10; ++i) {
            uint256 key = i % 2 == 0 ? ALICE_KEY : BOB_KEY;
            force(scene, moveBy(key, scene, uint8(i + 1), abi.encode(i), NO_ACTION));
        }
        assertProgress(scene, abi.encode(10), 10, START);
        expectError(abi.encodeWithSelector(IChannelErrors.StepsExhausted.selector, 10));
        force(scene, moveOf(11, abi.encode(10), NO_ACTION));
        assertSettles(scene, evidenceDeadline() + WINDOW, STAKE, STAKE);
    }

    function test_RevertIf_TheChannelHasTwoAssets() public {
        Instance memory instance = instanceOf(address(counter), abi.encode(0));
        instance.stakes = wholeStakes(2);
        Scene memory scene = scenesOf(mixedTerms(), pairState(), listOf(instance))[0];
        Move memory step = moveBy(ALICE_KEY, scene, 1, abi.encode(0), NO_ACTION);
        bytes4 selector = counter.transition.selector;
        expectError(abi.encodeWithSelector(IChannelErrors.AppReturnMalformed.selector, address(counter), selector));
        force(scene, step);
    }

    function turnAt(uint256 count) private pure returns (Turn) {
        return count % 2 == 0 ? Turn.Party0 : Turn.Party1;
    }
}
