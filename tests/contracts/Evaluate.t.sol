// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {State} from "../../contracts/types/Messages.sol";
import {MAX_ROUND} from "../../contracts/types/Record.sol";
import {MAX_AMOUNT} from "../../contracts/types/Terms.sol";
import {Dial} from "./apps/Dial.sol";
import {Nim} from "./apps/Nim.sol";
import {Ripening} from "./apps/Ripening.sol";
import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

contract EvaluateTest is InstanceTest {
    uint256 private constant CHAIN = 31_337;
    uint256 private constant MAX_APP_BYTES = 4096;
    uint256 private constant MAX_DEPTH = 32;

    bytes private start = owing(Turn.Party0, 2 ether);

    // What is refused

    function test_RevertIf_ChainIdHasChanged() public {
        Scene memory scene = startScene();
        vm.chainId(CHAIN + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.WrongChain.selector, CHAIN, CHAIN + 1));
        evaluate(scene, start);
    }

    function test_RevertIf_TermsAreTooShort() public {
        Scene memory scene = startScene();
        scene.terms.assets = new address[](0);
        expectError(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, 108));
        evaluate(scene, start);
    }

    function test_RevertIf_ChannelIsClosed() public {
        Scene memory scene = startScene();
        closeBy(alice, scene);
        vm.warp(evidenceDeadline() + WINDOW);
        settle(scene);
        expectError(abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, scene.channelId));
        evaluate(scene, start);
    }

    function test_RevertIf_EvidenceIsTooShort() public {
        Scene memory scene = startScene();
        (scene.state.nets, scene.signatures) = (new int256[](0), NO_SIGNATURE);
        expectError(abi.encodeWithSelector(IChannelErrors.StateLengthInvalid.selector, 72, 40));
        evaluate(scene, start);
    }

    function test_RevertIf_AnotherStateOfThisRoundIsRecorded() public {
        Scene memory scene = startScene();
        State memory other = stateOf(ROUND, 1);
        snapshot(scene.terms, other);
        bytes24 recorded = bytes24(hashOf(scene.terms, other));
        expectError(
            abi.encodeWithSelector(IChannelErrors.StateConflicting.selector, ROUND, recorded, bytes24(scene.stateHash))
        );
        evaluate(scene, start);
    }

    function test_RevertIf_ANewerStateIsRecorded() public {
        Scene memory scene = startScene();
        snapshot(sceneAt(ROUND + 1, scene));
        expectError(abi.encodeWithSelector(IChannelErrors.RoundStale.selector, ROUND + 1, ROUND));
        evaluate(scene, start);
    }

    function test_RevertIf_UnsignedStateIsNotRecorded() public {
        Scene memory scene = startScene();
        scene.signatures = NO_SIGNATURE;
        expectError(abi.encodeWithSelector(IChannelErrors.StateNotRecorded.selector, 0, ROUND));
        evaluate(scene, start);
    }

    function test_RevertIf_ANewerStateComesAtTheEvidenceDeadline() public {
        Scene memory scene = startScene();
        closeBy(alice, scene.terms, roundZero());
        vm.warp(evidenceDeadline());
        expectError(
            abi.encodeWithSelector(IChannelErrors.EvidenceOver.selector, evidenceDeadline(), evidenceDeadline())
        );
        evaluate(scene, start);
    }

    function test_RevertIf_RoundIsAboveTheGreatest() public {
        Scene memory scene = sceneAt(uint64(MAX_ROUND + 1), startScene());
        expectError(abi.encodeWithSelector(IChannelErrors.RoundOutOfRange.selector, MAX_ROUND, MAX_ROUND + 1));
        evaluate(scene, start);
    }

    function test_RevertIf_NetIsOutOfRange() public {
        Scene memory scene = startScene();
        scene.state.nets[0] = -int256(MAX_AMOUNT) - 1;
        seal(scene);
        expectError(abi.encodeWithSelector(IChannelErrors.NetOutOfRange.selector, MAX_AMOUNT, scene.state.nets[0]));
        evaluate(scene, start);
    }

    function test_RevertIf_StateIsSignedByOnePartyAlone() public {
        Scene memory scene = startScene();
        scene.signatures = sign(BOB_KEY, scene.stateHash);
        vm.prank(bob);
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, alice, bob));
        evaluate(scene, start);
    }

    function test_RevertIf_InstanceHasAWrongLength() public {
        Scene memory scene = startScene();
        scene.instance.stakes = new uint112[](1);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceLengthInvalid.selector, 154, 140));
        evaluate(scene, start);
        scene.instance.stakes = new uint112[](3);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceLengthInvalid.selector, 154, 168));
        evaluate(scene, start);
    }

    function test_RevertIf_ProofIsTooLong() public {
        Scene memory scene = startScene();
        scene.proof = new bytes32[](MAX_DEPTH + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.ProofTooLong.selector, MAX_DEPTH, MAX_DEPTH + 1));
        evaluate(scene, start);
    }

    function test_RevertIf_InstanceIsNotInTheState() public {
        Scene memory scene = startScene();
        scene.instance.stakes[0] += 1;
        bytes32 leaf = leafOf(scene.instance);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceNotInState.selector, scene.state.instancesRoot, leaf));
        evaluate(scene, start);
    }

    function test_RevertIf_InstanceIsOver() public {
        Scene memory scene = startScene();
        closeBy(alice, scene);
        uint256 deadline = evidenceDeadline() + WINDOW;
        vm.warp(deadline);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, deadline, deadline));
        evaluate(scene, start);
    }

    function test_RevertIf_AppStateIsTooLong() public {
        bytes memory appState = new bytes(MAX_APP_BYTES + 1);
        Scene memory scene = sceneOf(address(meter), appState);
        expectError(abi.encodeWithSelector(IChannelErrors.AppBytesTooLong.selector, MAX_APP_BYTES, MAX_APP_BYTES + 1));
        evaluate(scene, appState);
    }

    function test_RevertIf_AppStateIsNotTheInstances() public {
        Scene memory scene = startScene();
        bytes memory moved = owing(Turn.Party1, 3 ether);
        expectError(mismatch(start, moved));
        evaluate(scene, moved);
        force(scene, moveBy(ALICE_KEY, scene, 1, start, moved));
        expectError(mismatch(moved, start));
        evaluate(scene, start);
    }

    function test_RevertIf_AppHasOtherCode() public {
        Scene memory scene = startScene();
        scene.instance.appCodeHash = keccak256("other");
        seal(scene);
        bytes32 actual = address(meter).codehash;
        expectError(abi.encodeWithSelector(IChannelErrors.AppCodeMismatch.selector, keccak256("other"), actual));
        evaluate(scene, start);
    }

    function test_RevertIf_AppMayWantMoreGasThanIsLeft() public {
        Scene memory scene = startScene();
        scene.instance.appGas = type(uint32).max;
        seal(scene);
        vm.expectPartialRevert(IChannelErrors.InsufficientGas.selector);
        evaluate(scene, start);
    }

    // The first touch

    function test_AStrangerEvaluatesAnUntouchedInstance() public {
        Scene memory scene = startScene();
        snapshot(scene);
        vm.expectEmit(address(manager));
        emit IChannelManager.Evaluated(scene.channelId, scene.leaf, deltasOf(2 ether));
        vm.prank(stranger);
        evaluate(scene, start);
        assertProgress(scene, start, 0, START);
        assertEq(sumOf(scene, 0), 2 ether, "sum");
    }

    function test_AnUntouchedInstanceTransfersNothing() public {
        Scene memory scene = startScene();
        closeBy(alice, scene);
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_AnEvaluatedInstanceTransfersItsOutcome() public {
        Scene memory scene = startScene();
        closeBy(alice, scene);
        evaluate(scene, start);
        assertSettles(scene, evidenceDeadline() + WINDOW, 28 ether, 32 ether);
    }

    function test_TheFirstTouchAfterTheEvidenceDeadlineExtends() public {
        Scene memory scene = startScene();
        closeBy(alice, scene);
        uint256 touch = evidenceDeadline() + WINDOW - 1;
        vm.warp(touch);
        evaluate(scene, start);
        assertProgress(scene, start, 0, touch);
        assertSettles(scene, touch + WINDOW, 28 ether, 32 ether);
    }

    function test_LaterEvaluationsDoNotExtend() public {
        Scene memory scene = startScene();
        closeBy(alice, scene);
        uint256 touch = evidenceDeadline() + 7;
        vm.warp(touch);
        evaluate(scene, start);
        vm.warp(touch + WINDOW - 1);
        evaluate(scene, start);
        assertProgress(scene, start, 0, touch);
        assertSettles(scene, touch + WINDOW, 28 ether, 32 ether);
    }

    function test_ItStartsNoClockInAnOpenChannel() public {
        Scene memory scene = startScene();
        evaluate(scene, start);
        assertTrue(!recordIn(scene.terms).isClosing(), "open");
        vm.warp(START + 100 * WINDOW);
        evaluate(scene, start);
        assertProgress(scene, start, 0, START);
    }

    function test_AHandedInStateIsRecordedFirst() public {
        Scene memory scene = startScene();
        closeBy(bob, scene.terms, roundZero());
        vm.warp(evidenceDeadline() - 1);
        vm.expectEmit(address(manager));
        emit IChannelManager.Recorded(
            scene.channelId, recordOf(scene, evidenceDeadline()), scene.state.nets, scene.state.instancesRoot
        );
        evaluate(scene, start);
        assertRecord(scene, evidenceDeadline());
        assertSettles(scene, evidenceDeadline() + WINDOW, 28 ether, 32 ether);
    }

    function test_AHandedInStateVoidsEvaluations() public {
        Scene memory scene = startScene();
        evaluate(scene, start);
        Scene memory newer = sceneAt(ROUND + 1, scene);
        closeBy(bob, newer);
        assertUntouched(newer);
        assertSettles(newer, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_TheRecordedStateNeedsNoSignature() public {
        Scene memory scene = startScene();
        closeBy(bob, scene);
        vm.warp(evidenceDeadline());
        scene.signatures = NO_SIGNATURE;
        evaluate(scene, start);
        assertProgress(scene, start, 0, evidenceDeadline());
    }

    // Beside steps

    function test_ItUsesUpNoStep() public {
        Scene memory scene = startScene();
        bytes memory moved = owing(Turn.Party1, 3 ether);
        scene.instance.maxSteps = 1;
        seal(scene);
        evaluate(scene, start);
        evaluate(scene, start);
        force(scene, moveBy(ALICE_KEY, scene, 1, start, moved));
        evaluate(scene, moved);
        evaluate(scene, moved);
        assertProgress(scene, moved, 1, START);
    }

    function test_WhereNoStepsAreAllowedItCounts() public {
        Scene memory scene = startScene();
        scene.instance.maxSteps = 0;
        seal(scene);
        closeBy(alice, scene);
        evaluate(scene, start);
        assertSettles(scene, evidenceDeadline() + WINDOW, 28 ether, 32 ether);
    }

    function test_ItDoesNotVoidAStepSignedBefore() public {
        Scene memory scene = startScene();
        bytes memory moved = owing(Turn.Party1, 3 ether);
        bytes memory answered = owing(Turn.Party0, -1 ether);
        closeBy(alice, scene);
        vm.prank(bob);
        evaluate(scene, start);
        force(scene, moveBy(ALICE_KEY, scene, 1, start, moved));
        vm.prank(alice);
        evaluate(scene, moved);
        force(scene, moveBy(BOB_KEY, scene, 2, moved, answered));
        assertSettles(scene, evidenceDeadline() + WINDOW, 31 ether, 29 ether);
    }

    function test_TheMoverHasItsTimeAfterTheOthersEvaluation() public {
        Nim nim = new Nim();
        bytes memory appState = abi.encode(0, 3, STAKE);
        Scene memory scene = sceneOf(address(nim), appState);
        closeBy(bob, scene);
        uint256 touch = evidenceDeadline() + WINDOW - 1;
        vm.warp(touch);
        vm.prank(bob);
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), int256(STAKE), "Alice has walked away");
        vm.warp(touch + WINDOW - 1);
        vm.prank(alice);
        force(scene, moveOf(1, appState, abi.encode(3)));
        assertSettles(scene, touch + WINDOW, 60 ether, 0);
    }

    // As of now

    function test_TheOutcomeIsStoredAsOfNow() public {
        uint256 decidedAt = evidenceDeadline() + 5;
        bytes memory appState = abi.encode(decidedAt, -4 ether);
        Scene memory scene = sceneOf(address(new Ripening()), appState);
        closeBy(alice, scene);
        vm.warp(decidedAt - 1);
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), 0, "undecided");
        vm.warp(decidedAt);
        assertEq(sumOf(scene, 0), 0, "not evaluated since");
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), -4 ether, "decided");
        assertSettles(scene, decidedAt - 1 + WINDOW, 34 ether, 26 ether);
    }

    function testFuzz_TheLastOutcomeCounts(int256[8] memory outcomes, uint256 stake0, uint256 stake1) public {
        Dial dial = new Dial();
        bytes memory appState = abi.encode(bytes32(0), 0);
        Instance memory instance = instanceOf(address(dial), appState);
        stake0 = bound(stake0, 0, STAKE);
        stake1 = bound(stake1, 0, STAKE);
        instance.stakes = stakesOf(stake0, stake1);
        Scene memory scene = sceneOf(instance);
        int256 expected;
        for (uint256 i; i < outcomes.length; ++i) {
            // Every other outcome is a small one, and some are none.
            if (i % 2 == 1) outcomes[i] = bound(outcomes[i], -2, 2);
            expected = outcomes[i];
            if (expected > int256(stake0)) expected = int256(stake0);
            if (expected < -int256(stake1)) expected = -int256(stake1);
            dial.set(0, deltasOf(outcomes[i]));
            if (i == 0) snapshot(scene);
            vm.expectEmit(address(manager));
            emit IChannelManager.Evaluated(scene.channelId, scene.leaf, deltasOf(expected));
            evaluate(scene, appState);
            assertEq(sumOf(scene, 0), expected, "sum");
        }
        assertProgress(scene, appState, 0, START);
        closeBy(alice, scene);
        assertSettles(
            scene, evidenceDeadline() + WINDOW, uint256(int256(STAKE) - expected), uint256(int256(STAKE) + expected)
        );
    }

    // Helpers

    /// @notice Two ether are owed to Bob, and it is Alice's turn.
    function startScene() private returns (Scene memory) {
        return sceneOf(address(meter), start);
    }

    function mismatch(bytes memory expected, bytes memory actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IChannelErrors.AppStateMismatch.selector, bytes24(keccak256(expected)), bytes24(keccak256(actual))
        );
    }
}
