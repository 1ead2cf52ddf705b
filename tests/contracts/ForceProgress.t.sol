// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {IApp, Turn} from "../../contracts/interfaces/IApp.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {State} from "../../contracts/types/Messages.sol";
import {MAX_ROUND} from "../../contracts/types/Record.sol";
import {MAX_AMOUNT, Terms} from "../../contracts/types/Terms.sol";
import {Bell} from "./apps/Bell.sol";
import {Nim} from "./apps/Nim.sol";
import {Ripening} from "./apps/Ripening.sol";
import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

contract ForceProgressTest is InstanceTest {
    uint256 private constant CHAIN = 31_337;
    uint256 private constant MAX_APP_BYTES = 4096;
    uint256 private constant MAX_DEPTH = 32;
    uint256 private constant CALL_OVERHEAD = 8000;
    uint256 private constant STATE_LENGTH = 72;
    uint256 private constant INSTANCE_LENGTH = 154;
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    bytes private start = owing(Turn.Party0, 0);
    bytes private moved = owing(Turn.Party1, 3 ether);

    // What is refused

    function test_RevertIf_StepIsTooShort() public {
        Scene memory scene = meterScene();
        bytes[7] memory steps =
            [bytes(""), hex"01", hex"01000000", hex"0100010000", hex"0100000001", hex"010001000177", hex"01ffffffff"];
        for (uint256 i; i < steps.length; ++i) {
            expectError(abi.encodeWithSelector(IChannelErrors.StepLengthInvalid.selector, steps[i].length));
            manager.forceProgress(pack(scene.terms), evidenceOf(scene), leafAndProof(scene), steps[i]);
        }
    }

    function test_RevertIf_ActionIsTooLong() public {
        Scene memory scene = meterScene();
        Move memory step = moveBy(ALICE_KEY, scene, 1, start, new bytes(MAX_APP_BYTES + 1));
        expectError(abi.encodeWithSelector(IChannelErrors.AppBytesTooLong.selector, MAX_APP_BYTES, MAX_APP_BYTES + 1));
        force(scene, step);
    }

    function test_RevertIf_ChainIdHasChanged() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        vm.chainId(CHAIN + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.WrongChain.selector, CHAIN, CHAIN + 1));
        force(scene, step);
    }

    function test_RevertIf_TermsAreTooShort() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.terms.assets = new address[](0);
        expectError(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, 108));
        force(scene, step);
    }

    function test_RevertIf_ChannelIsClosed() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        closeBy(alice, scene);
        vm.warp(evidenceDeadline() + WINDOW);
        settle(scene);
        expectError(abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, scene.channelId));
        force(scene, step);
    }

    function testFuzz_RevertIf_EvidenceIsTooShort(uint256 length) public {
        Scene memory scene = meterScene();
        length = bound(length, 1, STATE_LENGTH - 1);
        bytes memory step = pack(firstStep(scene));
        expectError(abi.encodeWithSelector(IChannelErrors.StateLengthInvalid.selector, STATE_LENGTH, length));
        manager.forceProgress(pack(scene.terms), new bytes(length), leafAndProof(scene), step);
    }

    function test_RevertIf_AnotherStateOfThisRoundIsRecorded() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        State memory other = stateOf(ROUND, 1);
        snapshot(scene.terms, other);
        bytes24 recorded = bytes24(hashOf(scene.terms, other));
        expectError(
            abi.encodeWithSelector(IChannelErrors.StateConflicting.selector, ROUND, recorded, bytes24(scene.stateHash))
        );
        force(scene, step);
    }

    function test_RevertIf_ANewerStateIsRecorded() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        snapshot(sceneAt(ROUND + 1, scene));
        expectError(abi.encodeWithSelector(IChannelErrors.RoundStale.selector, ROUND + 1, ROUND));
        force(scene, step);
    }

    function test_RevertIf_UnsignedStateIsNotRecorded() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.signatures = NO_SIGNATURE;
        expectError(abi.encodeWithSelector(IChannelErrors.StateNotRecorded.selector, 0, ROUND));
        force(scene, step);
    }

    function test_RevertIf_ANewerStateComesAtTheEvidenceDeadline() public {
        Scene memory scene = meterScene();
        closeBy(alice, scene);
        Scene memory newer = sceneAt(ROUND + 1, scene);
        Move memory step = firstStep(newer);
        vm.warp(evidenceDeadline());
        expectError(
            abi.encodeWithSelector(IChannelErrors.EvidenceOver.selector, evidenceDeadline(), evidenceDeadline())
        );
        force(newer, step);
    }

    function test_RevertIf_RoundIsAboveTheGreatest() public {
        Scene memory scene = sceneAt(uint64(MAX_ROUND + 1), meterScene());
        Move memory step = firstStep(scene);
        expectError(abi.encodeWithSelector(IChannelErrors.RoundOutOfRange.selector, MAX_ROUND, MAX_ROUND + 1));
        force(scene, step);
    }

    function test_RevertIf_NetIsOutOfRange() public {
        Scene memory scene = meterScene();
        scene.state.nets[0] = int256(MAX_AMOUNT) + 1;
        seal(scene);
        Move memory step = firstStep(scene);
        expectError(abi.encodeWithSelector(IChannelErrors.NetOutOfRange.selector, MAX_AMOUNT, scene.state.nets[0]));
        force(scene, step);
    }

    /// @dev What is behind the nets that there should be counts as signatures.
    function test_RevertIf_NetsAreNotOnePerAsset() public {
        Scene memory scene = meterScene();
        for (uint256 count = 2; count < 5; ++count) {
            scene.state.nets = new int256[](count);
            seal(scene);
            Move memory step = firstStep(scene);
            expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 96 + 32 * count));
            force(scene, step);
        }
    }

    function test_RevertIf_StateSignaturesHaveAWrongLength() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.signatures = new bytes(63);
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 63));
        force(scene, step);
    }

    function test_RevertIf_AStrangerBringsOneStateSignature() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.signatures = sign(ALICE_KEY, scene.stateHash);
        vm.prank(stranger);
        expectError(abi.encodeWithSelector(IChannelErrors.SenderNotSigner.selector, stranger));
        force(scene, step);
    }

    function test_RevertIf_StateIsSignedByOnePartyTwice() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.signatures = bytes.concat(sign(ALICE_KEY, scene.stateHash), sign(ALICE_KEY, scene.stateHash));
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, bob, alice));
        force(scene, step);
    }

    function testFuzz_RevertIf_InstanceHasAWrongLength(uint256 length) public {
        Scene memory scene = meterScene();
        length = bound(length, 0, INSTANCE_LENGTH + 32 * MAX_DEPTH);
        if (length >= INSTANCE_LENGTH && (length - INSTANCE_LENGTH) % 32 == 0) --length;
        bytes memory step = pack(firstStep(scene));
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceLengthInvalid.selector, INSTANCE_LENGTH, length));
        manager.forceProgress(pack(scene.terms), evidenceOf(scene), new bytes(length), step);
    }

    function test_RevertIf_ProofIsTooLong() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.proof = new bytes32[](MAX_DEPTH + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.ProofTooLong.selector, MAX_DEPTH, MAX_DEPTH + 1));
        force(scene, step);
    }

    function test_RevertIf_InstanceIsNotInTheState() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.instance.maxSteps += 1;
        bytes32 leaf = leafOf(scene.instance);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceNotInState.selector, scene.state.instancesRoot, leaf));
        force(scene, step);
    }

    function test_RevertIf_StateIsRoundZero() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.state = roundZero();
        scene.signatures = NO_SIGNATURE;
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceNotInState.selector, bytes32(0), scene.leaf));
        force(scene, step);
    }

    function test_RevertIf_InstanceIsOver() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        closeBy(alice, scene);
        uint256 deadline = evidenceDeadline() + WINDOW;
        vm.warp(deadline);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, deadline, deadline));
        force(scene, step);
    }

    function test_RevertIf_AppStateIsTooLong() public {
        bytes memory appState = new bytes(MAX_APP_BYTES + 1);
        Scene memory scene = sceneOf(address(meter), appState);
        Move memory step = moveBy(ALICE_KEY, scene, 1, appState, moved);
        expectError(abi.encodeWithSelector(IChannelErrors.AppBytesTooLong.selector, MAX_APP_BYTES, MAX_APP_BYTES + 1));
        force(scene, step);
    }

    function test_RevertIf_AppStateIsNotTheAgreedOne() public {
        Scene memory scene = meterScene();
        Move memory step = moveBy(ALICE_KEY, scene, 1, moved, start);
        expectError(mismatch(start, moved));
        force(scene, step);
    }

    function test_RevertIf_AppStateIsNotThatOfTheStepBefore() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        Move memory step = moveBy(BOB_KEY, scene, 2, start, owing(Turn.Party0, 1));
        expectError(mismatch(moved, start));
        force(scene, step);
    }

    function test_RevertIf_AppHasOtherCode() public {
        Scene memory scene = meterScene();
        scene.instance.appCodeHash = keccak256("other");
        seal(scene);
        Move memory step = firstStep(scene);
        bytes32 actual = address(meter).codehash;
        expectError(abi.encodeWithSelector(IChannelErrors.AppCodeMismatch.selector, keccak256("other"), actual));
        force(scene, step);
    }

    function test_RevertIf_NoStepsAreAllowed() public {
        Scene memory scene = meterScene();
        scene.instance.maxSteps = 0;
        seal(scene);
        Move memory step = firstStep(scene);
        expectError(abi.encodeWithSelector(IChannelErrors.StepsExhausted.selector, 0));
        force(scene, step);
    }

    function test_RevertIf_AllStepsAreMade() public {
        Scene memory scene = meterScene();
        scene.instance.maxSteps = 1;
        seal(scene);
        force(scene, firstStep(scene));
        Move memory step = moveBy(BOB_KEY, scene, 2, moved, start);
        expectError(abi.encodeWithSelector(IChannelErrors.StepsExhausted.selector, 1));
        force(scene, step);
    }

    function testFuzz_RevertIf_NumberIsNotTheNext(uint8 number) public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        if (number == 2) number = 0;
        Move memory step = moveBy(BOB_KEY, scene, number, moved, start);
        expectError(abi.encodeWithSelector(IChannelErrors.StepNumberMismatch.selector, 2, number));
        force(scene, step);
    }

    function test_RevertIf_AppMayWantMoreGasThanIsLeft() public {
        Scene memory scene = meterScene();
        scene.instance.appGas = type(uint32).max;
        seal(scene);
        Move memory step = firstStep(scene);
        (bool succeeded, bytes memory reason) = address(manager).call(forceCall(scene, step));
        assertTrue(!succeeded && bytes4(reason) == IChannelErrors.InsufficientGas.selector, "refused");
        (uint256 required, uint256 available) = abi.decode(slice(reason, 4, reason.length), (uint256, uint256));
        uint256 appGas = type(uint32).max;
        assertEq(required, appGas + appGas / 63 + CALL_OVERHEAD, "required");
        assertTrue(available < required, "available");
    }

    function test_RevertIf_StepSignatureHasAWrongLength() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        step.signature = bytes.concat(step.signature, step.signature);
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 128));
        force(scene, step);
    }

    function test_RevertIf_StepSignatureHasAWrongRecoveryId() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        (, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, digestOf(structHashOf(scene, step)));
        step.signature = abi.encodePacked(r, s, uint8(1));
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureRecoveryIdInvalid.selector, 1));
        force(scene, step);
    }

    function test_RevertIf_StepSignatureIsTheUpperOne() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, digestOf(structHashOf(scene, step)));
        bytes32 upper = bytes32(2 * HALF_ORDER + 1 - uint256(s));
        step.signature = abi.encodePacked(r, upper, v == 27 ? uint8(28) : uint8(27));
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureMalleable.selector, upper));
        force(scene, step);
    }

    function test_RevertIf_StepSignatureIsNobodys() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        step.signature = new bytes(64);
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureInvalid.selector));
        force(scene, step);
    }

    function testFuzz_RevertIf_StepIsSignedByAStrangersKey(uint256 key) public {
        key = bound(key, CAROL_KEY, type(uint128).max);
        Scene memory scene = meterScene();
        Move memory step = moveBy(key, scene, 1, start, moved);
        expectError(abi.encodeWithSelector(IChannelErrors.StepSignerUnknown.selector, vm.addr(key)));
        force(scene, step);

        force(scene, firstStep(scene));
        step = moveBy(key, scene, 2, moved, start);
        expectError(abi.encodeWithSelector(IChannelErrors.StepSignerUnknown.selector, vm.addr(key)));
        force(scene, step);
    }

    function test_RevertIf_StepIsSignedForAnotherChannel() public {
        Scene memory scene = meterScene();
        bytes32 other = keccak256("other");
        Move memory step = firstStep(scene);
        expectForged(scene, step, hashes.step(other, scene.stateHash, scene.leaf, 1, keccak256(start), step.action));
    }

    function test_RevertIf_StepIsSignedForAnotherBase() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        Scene memory other = sceneAt(ROUND + 1, scene);
        expectForged(scene, step, structHashOf(other, step));
    }

    function test_RevertIf_StepIsSignedForAnotherInstance() public {
        Instance memory twin = instanceOf(address(meter), start);
        twin.id = bytes32(uint256(2));
        (Scene memory scene, Scene memory other) = scenePairOf(instanceOf(address(meter), start), twin);
        Move memory step = firstStep(scene);
        expectForged(scene, step, structHashOf(other, step));
    }

    function test_RevertIf_StepIsSignedForAnotherNumber() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        Move memory other = firstStep(scene);
        other.number = 2;
        expectForged(scene, step, structHashOf(scene, other));
    }

    function test_RevertIf_StepIsSignedForAnotherAppState() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        Move memory other = firstStep(scene);
        other.appState = moved;
        expectForged(scene, step, structHashOf(scene, other));
    }

    function test_RevertIf_StepIsSignedForAnotherAction() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        Move memory other = firstStep(scene);
        other.action = start;
        expectForged(scene, step, structHashOf(scene, other));
    }

    /// @dev The packed step stays the same but for the length of its action.
    function testFuzz_RevertIf_TheActionIsCutElsewhere(uint256 cut) public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        bytes memory tail = bytes.concat(step.action, step.signature);
        cut = bound(cut, 0, tail.length - 1);
        uint256 rest = tail.length - cut;
        if (rest == 64 || rest == 65) (cut, rest) = (0, tail.length);
        (step.action, step.signature) = (slice(tail, 0, cut), slice(tail, cut, tail.length));
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, rest));
        force(scene, step);
    }

    /// @dev A longer signature gives its first byte to the action, and becomes a short one.
    function testFuzz_RevertIf_TheActionTakesAByteOfTheSignature(int256 owed) public {
        Scene memory scene = meterScene();
        Move memory step = moveOf(1, start, owing(Turn.Party1, owed));
        bytes memory full = signFull(ALICE_KEY, structHashOf(scene, step));
        step.action = bytes.concat(step.action, full[0]);
        step.signature = slice(full, 1, full.length);
        (bytes32 r, bytes32 vs) = abi.decode(step.signature, (bytes32, bytes32));
        bytes32 s = vs & bytes32(type(uint256).max >> 1);
        address recovered = ecrecover(digestOf(structHashOf(scene, step)), vs == s ? 27 : 28, r, s);
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.StepSignerUnknown.selector, recovered);
        if (recovered == address(0)) reason = abi.encodeWithSelector(IChannelErrors.SignatureInvalid.selector);
        if (uint256(s) > HALF_ORDER) reason = abi.encodeWithSelector(IChannelErrors.SignatureMalleable.selector, s);
        expectError(reason);
        force(scene, step);
    }

    function test_RevertIf_AnUnsignedStepHasBytesBehindIt() public {
        Scene memory scene = meterScene();
        Move memory step = moveOf(1, start, moved);
        step.signature = hex"00";
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 1));
        force(scene, step);
    }

    function test_RevertIf_SignatureIsOverTheStateInstead() public {
        Scene memory scene = meterScene();
        expectForged(scene, firstStep(scene), scene.stateHash);
    }

    function test_RevertIf_ThePartySignsOutOfTurn() public {
        Scene memory scene = meterScene();
        Move memory step = moveBy(BOB_KEY, scene, 1, start, moved);
        expectNotAllowed(scene, step, stranger);

        force(scene, firstStep(scene));
        step = moveBy(ALICE_KEY, scene, 2, moved, start);
        expectNotAllowed(scene, step, stranger);
    }

    function test_RevertIf_TheSenderIsOutOfTurn() public {
        Scene memory scene = meterScene();
        Move memory step = moveOf(1, start, moved);
        expectNotAllowed(scene, step, bob);
        expectNotAllowed(scene, step, stranger);
        expectNotAllowed(scene, step, alicePayee);

        force(scene, firstStep(scene));
        step = moveOf(2, moved, start);
        expectNotAllowed(scene, step, alice);
        expectNotAllowed(scene, step, stranger);
    }

    function test_RevertIf_TheSignatureIsOutOfTurnThoughTheSenderIsNot() public {
        Scene memory scene = meterScene();
        expectNotAllowed(scene, moveBy(BOB_KEY, scene, 1, start, moved), alice);
    }

    function test_RevertIf_NobodyMayMove() public {
        Scene memory scene = sceneOf(address(new Ripening()), abi.encode(0, 0));
        Move memory step = moveOf(1, abi.encode(0, 0), NO_ACTION);
        expectNotAllowed(scene, step, alice);
        expectNotAllowed(scene, step, bob);
        expectNotAllowed(scene, step, stranger);
    }

    function test_RevertIf_TheRulesForbidTheAction() public {
        Nim nim = new Nim();
        bytes memory appState = abi.encode(0, 7, STAKE);
        Scene memory scene = sceneOf(address(nim), appState);
        Move memory step = moveBy(ALICE_KEY, scene, 1, appState, abi.encode(4));
        expectError(
            abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, address(nim), nim.transition.selector)
        );
        force(scene, step);
    }

    function test_RevertIf_AppStateIsUnchanged() public {
        Scene memory scene = meterScene();
        Move memory step = moveBy(ALICE_KEY, scene, 1, start, start);
        expectError(abi.encodeWithSelector(IChannelErrors.AppStateUnchanged.selector, keccak256(start)));
        force(scene, step);
    }

    // Who moves

    function test_AStrangerSubmitsTheMoversStep() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        vm.expectEmit(address(manager));
        emit IChannelManager.Progressed(scene.channelId, scene.leaf, 1, moved);
        vm.prank(stranger);
        force(scene, step);
        assertProgress(scene, moved, 1, START);
        assertEq(sumOf(scene, 0), 3 ether, "sum");
    }

    function test_TheOtherPartySubmitsTheMoversStep() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        vm.prank(bob);
        force(scene, step);
        assertProgress(scene, moved, 1, START);
    }

    function test_ASignatureOf65BytesCounts() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        step.signature = signFull(ALICE_KEY, structHashOf(scene, step));
        force(scene, step);
        assertProgress(scene, moved, 1, START);
    }

    function test_TheSenderWhoseTurnItIsNeedsNoSignature() public {
        Scene memory scene = meterScene();
        vm.prank(alice);
        force(scene, moveOf(1, start, moved));
        vm.prank(bob);
        force(scene, moveOf(2, moved, start));
        assertProgress(scene, start, 2, START);
    }

    function test_ThePartiesMoveInTurn() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        vm.warp(START + 1);
        force(scene, moveBy(BOB_KEY, scene, 2, moved, start));
        vm.warp(START + 2);
        force(scene, moveBy(ALICE_KEY, scene, 3, start, moved));
        assertProgress(scene, moved, 3, START + 2);
    }

    function test_WhereAnyoneMayMoveAStrangerMovesUnsigned() public {
        Scene memory scene = bellScene();
        bytes memory silent = abi.encode(0, Turn.Anyone);
        vm.prank(stranger);
        force(scene, moveOf(1, silent, NO_ACTION));
        assertProgress(scene, abi.encode(1, Turn.Anyone), 1, START);
    }

    function test_WhereAnyoneMayMoveTheSenderIsTheMover() public {
        Scene memory scene = bellScene();
        vm.prank(alice);
        force(scene, moveOf(1, abi.encode(0, Turn.Anyone), NO_ACTION));
        assertProgress(scene, abi.encode(1, Turn.Party0), 1, START);
        assertEq(sumOf(scene, 0), -1 ether, "to Alice");
        vm.prank(bob);
        force(scene, moveOf(2, abi.encode(1, Turn.Party0), NO_ACTION));
        assertProgress(scene, abi.encode(2, Turn.Party1), 2, START);
        assertEq(sumOf(scene, 0), 1 ether, "to Bob");
    }

    function test_WhereAnyoneMayMoveWhoSignedIsTheMover() public {
        Scene memory scene = bellScene();
        Move memory step = moveBy(BOB_KEY, scene, 1, abi.encode(0, Turn.Anyone), NO_ACTION);
        vm.prank(alice);
        force(scene, step);
        assertProgress(scene, abi.encode(1, Turn.Party1), 1, START);
    }

    function test_RevertIf_AnyoneMayMoveButAStrangerSigned() public {
        Scene memory scene = bellScene();
        Move memory step = moveBy(CAROL_KEY, scene, 1, abi.encode(0, Turn.Anyone), NO_ACTION);
        expectError(abi.encodeWithSelector(IChannelErrors.StepSignerUnknown.selector, carol));
        force(scene, step);
    }

    function test_RevertIf_AnUnsignedStepNamesAnotherAppState() public {
        Scene memory scene = bellScene();
        force(scene, moveOf(1, abi.encode(0, Turn.Anyone), NO_ACTION));
        expectError(mismatch(abi.encode(1, Turn.Anyone), abi.encode(0, Turn.Anyone)));
        force(scene, moveOf(2, abi.encode(0, Turn.Anyone), NO_ACTION));
    }

    // What it does to the channel

    function test_ItStartsNoClockInAnOpenChannel() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        assertRecord(scene, 0);
        vm.warp(START + 100 * WINDOW);
        force(scene, moveBy(BOB_KEY, scene, 2, moved, start));
        assertRecord(scene, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.NotClosing.selector, scene.channelId));
        settle(scene);
    }

    function test_LifeGoesOnAtAHigherRound() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        State memory later = stateOf(ROUND + 1, 4 ether);
        closeBy(alice, scene.terms, later);
        vm.warp(evidenceDeadline());
        manager.settle(pack(scene.terms), pack(later));
        assertPaid(alicePayee, 26 ether, "Alice");
        assertPaid(bobPayee, 34 ether, "Bob");
    }

    function test_AHandedInStateIsRecordedFirst() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        vm.expectEmit(address(manager));
        emit IChannelManager.Recorded(scene.channelId, recordOf(scene, 0), scene.state.nets, scene.state.instancesRoot);
        vm.expectEmit(address(manager));
        emit IChannelManager.Progressed(scene.channelId, scene.leaf, 1, moved);
        force(scene, step);
        assertRecord(scene, 0);
    }

    function test_AHandedInStateKeepsTheEvidenceDeadline() public {
        Scene memory scene = meterScene();
        closeBy(bob, scene.terms, roundZero());
        vm.warp(evidenceDeadline() - 1);
        force(scene, firstStep(scene));
        assertRecord(scene, evidenceDeadline());
        assertProgress(scene, moved, 1, evidenceDeadline() - 1);
    }

    function test_AHandedInStateNeedsOneSignatureOfTheSendersPeer() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        scene.signatures = sign(BOB_KEY, scene.stateHash);
        vm.prank(alice);
        force(scene, step);
        assertRecord(scene, 0);
    }

    function test_AHandedInStateClearsConsent() public {
        Scene memory scene = meterScene();
        vm.prank(bob);
        manager.closeSolo(pack(scene.terms), pack(roundZero()), true);
        force(scene, firstStep(scene));
        assertEq(recordIn(scene.terms).consents(), 0, "consents");
    }

    function test_AHandedInStateProvesTheBounty() public {
        Terms memory terms = bountyTerms(2 ether, 3);
        fund(terms);
        Scene memory scene = scenesOf(terms, stateOf(ROUND, 0), listOf(instanceOf(address(meter), start)))[0];
        closeBy(bob, terms, roundZero());
        Move memory step = firstStep(scene);
        vm.prank(stranger);
        force(scene, step);
        assertSettles(scene, evidenceDeadline() + WINDOW, 28 ether, 31 ether);
        assertPaid(stranger, 1001 ether, "prover");
    }

    function test_ANewerStateVoidsTheSteps() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        Scene memory newer = sceneAt(ROUND + 1, scene);
        bytes memory other = owing(Turn.Party1, -1 ether);
        force(newer, moveBy(ALICE_KEY, newer, 1, start, other));
        assertProgress(newer, other, 1, START);
        assertEq(sumOf(newer, 0), -1 ether, "sum");
        expectError(abi.encodeWithSelector(IChannelErrors.RoundStale.selector, ROUND + 1, ROUND));
        force(scene, moveOf(2, moved, start));
        closeBy(alice, newer);
        assertSettles(newer, evidenceDeadline() + WINDOW, 31 ether, 29 ether);
    }

    function test_RevertIf_AStepOfTheOldBaseIsPutOnTheNew() public {
        Scene memory scene = meterScene();
        Move memory step = firstStep(scene);
        force(scene, step);
        Scene memory newer = sceneAt(ROUND + 1, scene);
        expectForged(newer, step, structHashOf(scene, step));
    }

    function test_TheEqualStateKeepsTheSteps() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        closeBy(bob, scene);
        vm.warp(evidenceDeadline() - 1);
        manager.slash(pack(scene.terms), evidenceOf(scene));
        assertProgress(scene, moved, 1, START);
        force(scene, moveBy(BOB_KEY, scene, 2, moved, start));
        assertProgress(scene, start, 2, evidenceDeadline() - 1);
    }

    function test_TheRecordedStateNeedsNoSignatureEvenAfterTheEvidenceDeadline() public {
        Scene memory scene = meterScene();
        closeBy(bob, scene);
        vm.warp(evidenceDeadline());
        scene.signatures = NO_SIGNATURE;
        force(scene, firstStep(scene));
        assertProgress(scene, moved, 1, evidenceDeadline());
    }

    function test_ACloseKeepsTheStepsMadeBefore() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        closeBy(bob, scene);
        assertProgress(scene, moved, 1, START);
        assertSettles(scene, evidenceDeadline() + WINDOW, 27 ether, 33 ether);
    }

    // What is kept of the step

    function test_AStepAfterWhichNobodyMovesDoesNotExtend() public {
        Scene memory scene = meterScene();
        closeBy(bob, scene);
        vm.warp(evidenceDeadline() + 10);
        force(scene, firstStep(scene));
        vm.warp(evidenceDeadline() + 20);
        bytes memory last = owing(Turn.Nobody, 4 ether);
        force(scene, moveBy(BOB_KEY, scene, 2, moved, last));
        assertProgress(scene, last, 2, evidenceDeadline() + 10);
        assertSettles(scene, evidenceDeadline() + 10 + WINDOW, 26 ether, 34 ether);
    }

    function test_AFirstStepAfterWhichNobodyMovesIsATouch() public {
        Scene memory scene = meterScene();
        closeBy(bob, scene);
        vm.warp(evidenceDeadline() + 10);
        bytes memory last = owing(Turn.Nobody, 4 ether);
        force(scene, moveBy(ALICE_KEY, scene, 1, start, last));
        assertProgress(scene, last, 1, evidenceDeadline() + 10);
        assertSettles(scene, evidenceDeadline() + 10 + WINDOW, 26 ether, 34 ether);
    }

    function test_The255thStepIsTheLast() public {
        Scene memory scene = bellScene();
        scene.instance.maxSteps = 255;
        seal(scene);
        for (uint256 i; i < 255; ++i) {
            force(scene, moveOf(uint8(i + 1), abi.encode(i, Turn.Anyone), NO_ACTION));
        }
        bytes memory last = abi.encode(255, Turn.Anyone);
        assertProgress(scene, last, 255, START);
        for (uint256 number; number < 2; ++number) {
            expectError(abi.encodeWithSelector(IChannelErrors.StepsExhausted.selector, 255));
            force(scene, moveOf(uint8(number), last, NO_ACTION));
        }
        evaluate(scene, last);
        assertProgress(scene, last, 255, START);
    }

    function test_TheNumberGoesOnAcrossTheClose() public {
        Scene memory scene = meterScene();
        force(scene, firstStep(scene));
        closeBy(bob, scene);
        expectError(abi.encodeWithSelector(IChannelErrors.StepNumberMismatch.selector, 2, 1));
        force(scene, moveOf(1, moved, start));
        force(scene, moveBy(BOB_KEY, scene, 2, moved, start));
        assertProgress(scene, start, 2, START);
    }

    function test_AppStateAndActionMayBeOfTheGreatestLength() public {
        bytes memory longStart = bytes.concat(start, new bytes(MAX_APP_BYTES - start.length));
        bytes memory longMoved = bytes.concat(moved, new bytes(MAX_APP_BYTES - moved.length));
        Scene memory scene = sceneOf(address(meter), longStart);
        force(scene, moveBy(ALICE_KEY, scene, 1, longStart, longMoved));
        force(scene, moveBy(BOB_KEY, scene, 2, longMoved, longStart));
        assertProgress(scene, longStart, 2, START);
    }

    function test_TheAgreedCodeIsAccepted() public {
        Scene memory scene = meterScene();
        scene.instance.appCodeHash = address(meter).codehash;
        seal(scene);
        force(scene, firstStep(scene));
        assertProgress(scene, moved, 1, START);
    }

    function testFuzz_TheDeltaIsClampedToTheStakes(int256 owed, uint256 stake0, uint256 stake1) public {
        Scene memory scene = meterScene();
        stake0 = bound(stake0, 0, type(uint112).max);
        stake1 = bound(stake1, 0, type(uint112).max);
        scene.instance.stakes = stakesOf(stake0, stake1);
        seal(scene);
        bytes memory next = owing(Turn.Party1, owed);
        int256 expected = owed;
        if (expected > int256(stake0)) expected = int256(stake0);
        if (expected < -int256(stake1)) expected = -int256(stake1);
        Move memory step = moveBy(ALICE_KEY, scene, 1, start, next);
        force(scene, step);
        assertEq(sumOf(scene, 0), expected, "sum");
    }

    // Helpers

    function bellScene() private returns (Scene memory) {
        return sceneOf(address(new Bell()), abi.encode(0, Turn.Anyone));
    }

    /// @notice Alice's: three ether are owed, and it is Bob's turn.
    function firstStep(Scene memory scene) private view returns (Move memory) {
        return moveBy(ALICE_KEY, scene, 1, start, moved);
    }

    /// @dev The step carries Alice's signature of something else, which recovers to some account.
    function expectForged(Scene memory scene, Move memory step, bytes32 signed) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, digestOf(signed));
        address recovered = ecrecover(digestOf(structHashOf(scene, step)), v, r, s);
        step.signature = abi.encodePacked(r, s, v);
        expectError(abi.encodeWithSelector(IChannelErrors.StepSignerUnknown.selector, recovered));
        force(scene, step);
    }

    /// @dev The app refuses the mover.
    function expectNotAllowed(Scene memory scene, Move memory step, address sender) private {
        bytes4 selector = IApp.transition.selector;
        expectError(abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, scene.instance.app, selector));
        vm.prank(sender);
        force(scene, step);
    }

    function mismatch(bytes memory expected, bytes memory actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IChannelErrors.AppStateMismatch.selector, bytes24(keccak256(expected)), bytes24(keccak256(actual))
        );
    }

    function slice(bytes memory data, uint256 start_, uint256 end) private pure returns (bytes memory part) {
        part = new bytes(end - start_);
        for (uint256 i; i < part.length; ++i) {
            part[i] = data[start_ + i];
        }
    }
}
