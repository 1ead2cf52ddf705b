// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {Window} from "../../contracts/libraries/Window.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {Close, Delegation, Withdraw} from "../../contracts/types/Messages.sol";
import {Progress, ProgressLibrary} from "../../contracts/types/Progress.sol";
import {MAX_TIME, Record} from "../../contracts/types/Record.sol";
import {Tally} from "../../contracts/types/Tally.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {Bell} from "./apps/Bell.sol";
import {Ripening} from "./apps/Ripening.sol";
import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

/// @notice Every deadline, a second before it and at it; closing starts at `START` unless said otherwise.
contract WindowTest is InstanceTest {
    Bell private bell;
    bytes private silent = abi.encode(0, Turn.Anyone);
    bytes private rungOnce = abi.encode(1, Turn.Anyone);
    bytes private rungTwice = abi.encode(2, Turn.Anyone);

    function setUp() public override {
        super.setUp();
        bell = new Bell();
    }

    // The evidence deadline

    function test_ANewerStateIsAcceptedASecondBeforeTheEvidenceDeadline() public {
        Scene memory scene = closingScene(0);
        Scene memory newer = sceneAt(ROUND + 1, scene);
        vm.warp(evidenceDeadline());
        bytes memory reason = evidenceOver();
        expectError(reason);
        snapshot(newer);
        expectError(reason);
        manager.slash(pack(newer.terms), evidenceOf(newer));
        vm.prank(alice);
        expectError(reason);
        manager.closeSolo(pack(newer.terms), evidenceOf(newer), false);
        expectError(reason);
        force(newer, moveOf(1, silent, NO_ACTION));
        expectError(reason);
        evaluate(newer, silent);

        vm.warp(evidenceDeadline() - 1);
        force(newer, moveOf(1, silent, NO_ACTION));
        assertEq(recordIn(scene.terms).round(), ROUND + 1, "round");
    }

    function test_ConsentCountsASecondBeforeTheEvidenceDeadline() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, roundZero());
        vm.warp(evidenceDeadline());
        vm.prank(bob);
        expectError(evidenceOver());
        manager.closeSolo(pack(terms), pack(roundZero()), true);

        vm.warp(evidenceDeadline() - 1);
        vm.prank(bob);
        manager.closeSolo(pack(terms), pack(roundZero()), true);
        assertEq(recordIn(terms).consents(), 2, "consents");
    }

    function test_TheEvidenceDeadlineFitsItsField() public {
        Terms memory terms = openChannel();
        vm.warp(MAX_TIME - WINDOW + 1);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IChannelErrors.TimeOutOfRange.selector, MAX_TIME, MAX_TIME + 1));
        manager.closeSolo(pack(terms), pack(roundZero()), false);

        vm.warp(MAX_TIME - WINDOW);
        closeBy(alice, terms, roundZero());
        assertEq(recordIn(terms).evidenceDeadline(), MAX_TIME, "deadline");
    }

    // The last valid second of a message

    function test_ACloseIsValidThroughItsLastSecond() public {
        Terms memory terms = openChannel();
        Close memory message = Close(1, uint64(START), deltasOf(0));
        bytes memory signatures = coSign(terms, message);
        vm.warp(START + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.Expired.selector, START, START + 1));
        manager.closeMutual(pack(terms), bytes.concat(pack(message), signatures));

        vm.warp(START);
        manager.closeMutual(pack(terms), bytes.concat(pack(message), signatures));
    }

    function test_AWithdrawalIsValidThroughItsLastSecond() public {
        Terms memory terms = openChannel();
        Withdraw memory message = Withdraw(0, new uint256[](2), [alice, bob], uint64(START));
        message.amounts[0] = 1;
        bytes memory signatures = coSign(terms, message);
        vm.warp(START + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.Expired.selector, START, START + 1));
        manager.withdraw(pack(terms), message, signatures);

        vm.warp(START);
        manager.withdraw(pack(terms), message, signatures);
    }

    function test_ADelegationIsValidThroughItsLastSecond() public {
        Terms memory terms = openChannel();
        Delegation memory message = Delegation(0, carol, 0, 0, uint64(START));
        bytes memory signature = sign(ALICE_KEY, hashes.delegation(idOf(terms), message));
        vm.warp(START + 1);
        vm.prank(carol);
        expectError(abi.encodeWithSelector(IChannelErrors.Expired.selector, START, START + 1));
        manager.closeSoloAsDelegate(pack(terms), pack(roundZero()), message, signature);

        vm.warp(START);
        vm.prank(carol);
        manager.closeSoloAsDelegate(pack(terms), pack(roundZero()), message, signature);
    }

    // The deadline of an instance

    function test_AnUntouchedInstanceIsOverOneWindowAfterTheEvidenceDeadline() public {
        assertInstanceEnds(closingScene(0), silent, 1, evidenceDeadline() + WINDOW);
    }

    function test_AnUntouchedInstanceThatMaturesLateIsOverNoLater() public {
        assertInstanceEnds(closingScene(type(uint40).max), silent, 1, evidenceDeadline() + WINDOW);
    }

    function test_AnUntouchedInstanceIsOverThoughAnotherMovedTheFinalTime() public {
        Instance memory other = instanceOf(address(bell), silent);
        (other.id, other.matures) = (bytes32(uint256(2)), uint40(evidenceDeadline() + 9 * WINDOW));
        (Scene memory scene, Scene memory touched) = scenePairOf(instanceOf(address(bell), silent), other);
        closeBy(alice, scene);
        vm.warp(evidenceDeadline() + WINDOW - 1);
        evaluate(touched, silent);
        assertInstanceEnds(scene, silent, 1, evidenceDeadline() + WINDOW);
    }

    function test_AnInstanceTouchedBeforeTheCloseHasItsFullTime() public {
        Scene memory scene = bellScene(0);
        force(scene, moveOf(1, silent, NO_ACTION));
        uint256 start = START + 50 * WINDOW;
        vm.warp(start);
        closeBy(bob, scene);
        assertInstanceEnds(scene, rungOnce, 2, start + 2 * WINDOW);
    }

    function test_AnInstanceTouchedBeforeTheEvidenceDeadlineGainsNothing() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() - 1);
        force(scene, moveOf(1, silent, NO_ACTION));
        assertInstanceEnds(scene, rungOnce, 2, evidenceDeadline() + WINDOW);
    }

    function test_AnInstanceTouchedAtTheEvidenceDeadlineGainsNothing() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline());
        force(scene, moveOf(1, silent, NO_ACTION));
        assertInstanceEnds(scene, rungOnce, 2, evidenceDeadline() + WINDOW);
    }

    function test_AnInstanceTouchedASecondLaterGainsASecond() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() + 1);
        force(scene, moveOf(1, silent, NO_ACTION));
        assertInstanceEnds(scene, rungOnce, 2, evidenceDeadline() + 1 + WINDOW);
    }

    function test_ATouchInTheLastSecondGainsAWindow() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() + WINDOW - 1);
        evaluate(scene, silent);
        assertInstanceEnds(scene, silent, 1, evidenceDeadline() + 2 * WINDOW - 1);
    }

    function test_ATouchedInstanceIsOverOneWindowAfterItMatures() public {
        uint256 matures = evidenceDeadline() + 5 * WINDOW;
        Scene memory scene = closingScene(uint40(matures));
        evaluate(scene, silent);
        assertInstanceEnds(scene, silent, 1, matures + WINDOW);
    }

    function test_ATouchedInstanceThatMaturesAtTheEvidenceDeadlineGainsNothing() public {
        Scene memory scene = closingScene(uint40(evidenceDeadline()));
        evaluate(scene, silent);
        assertInstanceEnds(scene, silent, 1, evidenceDeadline() + WINDOW);
    }

    function test_ATouchedInstanceThatMaturesASecondLaterGainsASecond() public {
        Scene memory scene = closingScene(uint40(evidenceDeadline() + 1));
        evaluate(scene, silent);
        assertInstanceEnds(scene, silent, 1, evidenceDeadline() + 1 + WINDOW);
    }

    function test_AStepAfterMaturityExtends() public {
        uint256 matures = evidenceDeadline() + 5 * WINDOW;
        Scene memory scene = closingScene(uint40(matures));
        evaluate(scene, silent);
        vm.warp(matures + 1);
        force(scene, moveOf(1, silent, NO_ACTION));
        assertInstanceEnds(scene, rungOnce, 2, matures + 1 + WINDOW);
    }

    function test_ARefusedStepExtendsNothing() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() + 1);
        evaluate(scene, silent);
        vm.warp(evidenceDeadline() + WINDOW);
        vm.expectPartialRevert(IChannelErrors.StepNumberMismatch.selector);
        force(scene, moveOf(2, silent, NO_ACTION));
        assertInstanceEnds(scene, silent, 1, evidenceDeadline() + 1 + WINDOW);
    }

    // The final time

    function test_WithoutInstancesTheFinalTimeIsTheEvidenceDeadline() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(ROUND, 1 ether));
        vm.warp(evidenceDeadline() - 1);
        expectError(
            abi.encodeWithSelector(IChannelErrors.NotFinal.selector, evidenceDeadline(), evidenceDeadline() - 1)
        );
        manager.settle(pack(terms), pack(stateOf(ROUND, 1 ether)));
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(stateOf(ROUND, 1 ether)));
    }

    function test_WithUntouchedInstancesTheFinalTimeIsOneWindowLater() public {
        assertSettles(closingScene(type(uint40).max), evidenceDeadline() + WINDOW, STAKE, STAKE);
    }

    function test_TheLatestTouchSetsTheFinalTime() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() + 3);
        force(scene, moveOf(1, silent, NO_ACTION));
        assertSettles(scene, evidenceDeadline() + 3 + WINDOW, STAKE, STAKE);
    }

    function test_ATouchASecondAfterTheEvidenceDeadlineMovesTheFinalTime() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() + 1);
        evaluate(scene, silent);
        assertSettles(scene, evidenceDeadline() + 1 + WINDOW, STAKE, STAKE);
    }

    function test_AMaturityASecondAfterTheEvidenceDeadlineMovesTheFinalTime() public {
        Scene memory scene = closingScene(uint40(evidenceDeadline() + 1));
        evaluate(scene, silent);
        assertSettles(scene, evidenceDeadline() + 1 + WINDOW, STAKE, STAKE);
    }

    function test_ATouchAtTheEvidenceDeadlineDoesNotMoveTheFinalTime() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline());
        force(scene, moveOf(1, silent, NO_ACTION));
        assertSettles(scene, evidenceDeadline() + WINDOW, STAKE, STAKE);
    }

    function test_TheLatestMaturitySetsTheFinalTime() public {
        uint256 matures = evidenceDeadline() + 5 * WINDOW;
        Scene memory scene = closingScene(uint40(matures));
        evaluate(scene, silent);
        assertSettles(scene, matures + WINDOW, STAKE, STAKE);
    }

    function test_AMaturityTouchedBeforeTheCloseSetsTheFinalTime() public {
        uint256 matures = evidenceDeadline() + 5 * WINDOW;
        Scene memory scene = bellScene(uint40(matures));
        evaluate(scene, silent);
        closeBy(bob, scene);
        assertSettles(scene, matures + WINDOW, STAKE, STAKE);
    }

    function test_AMaturityPastByTheCloseDoesNotSetTheFinalTime() public {
        Scene memory scene = bellScene(uint40(START + 5 * WINDOW));
        evaluate(scene, silent);
        uint256 start = START + 9 * WINDOW;
        vm.warp(start);
        closeBy(bob, scene);
        assertSettles(scene, start + 2 * WINDOW, STAKE, STAKE);
    }

    function test_AMaturityOnAVoidedBaseDoesNotSetTheFinalTime() public {
        Scene memory scene = bellScene(type(uint40).max);
        evaluate(scene, silent);
        closeBy(bob, scene);
        Scene memory newer = sceneAt(ROUND + 1, scene);
        snapshot(newer);
        assertSettles(newer, evidenceDeadline() + WINDOW, STAKE, STAKE);
    }

    function test_TheGreatestOfAllInstancesCounts() public {
        Instance memory early = instanceOf(address(bell), silent);
        Instance memory late = instanceOf(address(bell), silent);
        (late.id, late.matures) = (bytes32(uint256(2)), uint40(evidenceDeadline() + 4 * WINDOW));
        (Scene memory a, Scene memory b) = scenePairOf(early, late);
        closeBy(alice, a);
        vm.warp(evidenceDeadline() + 10);
        evaluate(b, silent);
        vm.warp(evidenceDeadline() + 20);
        force(a, moveOf(1, silent, NO_ACTION));
        assertSettles(a, evidenceDeadline() + 5 * WINDOW, STAKE, STAKE);
    }

    function test_TheLatestMaturityThatThereIsIsComparedWithoutOverflow() public {
        Scene memory scene = closingScene(type(uint40).max);
        evaluate(scene, silent);
        assertSettles(scene, uint256(type(uint40).max) + WINDOW, STAKE, STAKE);
    }

    function test_SettlingLateIsNoReasonForAnything() public {
        Scene memory scene = closingScene(0);
        vm.warp(evidenceDeadline() + 1000 * WINDOW);
        vm.prank(stranger);
        settle(scene);
        assertPaid(alicePayee, STAKE, "Alice");
    }

    function test_WhatMaturesLateIsCollectedIfItWasTouched() public {
        uint256 matures = evidenceDeadline() + 5 * WINDOW;
        (Scene memory scene, bytes memory appState) = ripeningScene(matures);
        closeBy(bob, scene);
        vm.warp(evidenceDeadline() + WINDOW - 1);
        evaluate(scene, appState);
        vm.warp(matures + WINDOW - 1);
        evaluate(scene, appState);
        assertSettles(scene, matures + WINDOW, 20 ether, 40 ether);
    }

    function test_WhatMaturesLateIsNotCollectedIfItWasNotTouched() public {
        uint256 matures = evidenceDeadline() + 5 * WINDOW;
        (Scene memory scene, bytes memory appState) = ripeningScene(matures);
        closeBy(bob, scene);
        uint256 deadline = evidenceDeadline() + WINDOW;
        vm.warp(deadline);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, deadline, deadline));
        evaluate(scene, appState);
        settle(scene);
        assertPaid(bobPayee, STAKE, "Bob");
    }

    // The bound

    function test_TheLongestDisputeEndsWithinTheBound() public {
        Scene memory scene = bellScene(0);
        scene.instance.maxSteps = 20;
        seal(scene);
        closeBy(alice, scene);
        uint256 deadline = evidenceDeadline() + WINDOW;
        vm.warp(deadline - 1);
        evaluate(scene, silent);
        deadline += WINDOW - 1;
        for (uint256 i; i < 20; ++i) {
            vm.warp(deadline - 1);
            evaluate(scene, abi.encode(i, Turn.Anyone));
            force(scene, moveOf(uint8(i + 1), abi.encode(i, Turn.Anyone), NO_ACTION));
            deadline += WINDOW - 1;
        }
        uint256 latest = START + WINDOW * (3 + 20);
        assertEq(deadline, latest - 21, "one second short of the bound for each touch");
        assertSettles(scene, deadline, STAKE, STAKE);
    }

    struct Played {
        uint256 steps;
        uint256 deadline;
        bool isTouched;
    }

    uint256 private constant INSTANCES = 3;

    /// @dev Random touches, most of them in the last second, against deadlines kept by hand.
    function testFuzz_NoDisputeOutlivesTheBound(uint256 seed, uint40[3] memory matures, uint8[3] memory maxSteps)
        public
    {
        Scene[] memory scenes = bellScenes(matures, maxSteps);
        Played[] memory played = new Played[](INSTANCES);
        uint256 bound_ = START;
        uint256 finalTime = evidenceDeadline() + WINDOW;
        uint256 now_ = START - 1 - seed % WINDOW;
        vm.warp(now_);
        if (seed % 2 == 0) {
            evaluate(scenes[0], silent);
            played[0].isTouched = true;
            if (matures[0] > bound_) bound_ = matures[0];
        }
        vm.warp(START);
        closeBy(bob, scenes[0]);
        for (uint256 i; i < INSTANCES; ++i) {
            played[i].deadline = evidenceDeadline() + WINDOW;
        }
        if (played[0].isTouched) played[0].deadline = max(played[0].deadline, matures[0] + WINDOW);
        finalTime = max(finalTime, played[0].deadline);

        now_ = START;
        uint256 most;
        for (uint256 i; i < INSTANCES; ++i) {
            if (maxSteps[i] > most) most = maxSteps[i];
        }
        for (uint256 turn; turn < 24; ++turn) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 which = seed % INSTANCES;
            Played memory it = played[which];
            uint256 when = seed >> 8 & 3;
            if (when == 1) now_ += (seed >> 16) % WINDOW;
            if (when > 1 && it.deadline > now_) now_ = it.deadline - 1;
            vm.warp(now_);
            bool isOver = now_ >= it.deadline;
            bool isStep = seed >> 12 & 1 == 1 && (isOver || it.steps < maxSteps[which]);
            if (isOver) {
                expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, it.deadline, now_));
            } else if (isStep || !it.isTouched) {
                it.deadline = max(max(now_, evidenceDeadline()), matures[which]) + WINDOW;
                bound_ = max(bound_, matures[which]);
                it.isTouched = true;
            }
            bytes memory appState = abi.encode(it.steps, Turn.Anyone);
            if (isStep) {
                force(scenes[which], moveOf(uint8(it.steps + 1), appState, NO_ACTION));
                if (!isOver) ++it.steps;
            } else {
                evaluate(scenes[which], appState);
            }
            finalTime = max(finalTime, it.deadline);
        }
        assertTrue(finalTime <= bound_ + WINDOW * (3 + most), "bound");
        assertSettles(scenes[0], finalTime, STAKE, STAKE);
    }

    // The library by itself

    function testFuzz_DeadlinesAreTheGreatestOfTheirTerms(
        uint40 touch,
        uint40 matures,
        uint256 evidence,
        uint32 window,
        bool hasInstances
    ) public pure {
        evidence = bound(evidence, 1, MAX_TIME);
        Record record = Record.wrap(0).withDeadline(evidence);
        Progress progress = ProgressLibrary.pack(keccak256("app state"), 3, touch).withDeltas(true, true);
        uint256 latest = max(max(touch, matures), evidence);
        uint256 expected = touch == 0 ? evidence + window : latest + window;
        assertEq(Window.instanceDeadline(record, progress, matures, window), expected, "instance");

        Tally tally = Tally.wrap(0).withTimes(touch, matures, evidence).withSums().withSeat(-1);
        expected = hasInstances ? latest + window : evidence;
        assertEq(Window.finalTime(record, hasInstances, tally, window), expected, "final");
    }

    // Helpers

    function bellScene(uint40 matures) private returns (Scene memory) {
        Instance memory instance = instanceOf(address(bell), silent);
        instance.matures = matures;
        return sceneOf(instance);
    }

    /// @notice Closing starts at `START`.
    function closingScene(uint40 matures) private returns (Scene memory scene) {
        scene = bellScene(matures);
        closeBy(alice, scene);
    }

    /// @notice Ten ether are Bob's from `matures` on.
    function ripeningScene(uint256 matures) private returns (Scene memory, bytes memory appState) {
        appState = abi.encode(matures, 10 ether);
        Instance memory instance = instanceOf(address(new Ripening()), appState);
        instance.matures = uint40(matures);
        return (sceneOf(instance), appState);
    }

    /// @dev Brings its arguments into range.
    function bellScenes(uint40[3] memory matures, uint8[3] memory maxSteps) private returns (Scene[] memory) {
        Instance[] memory instances = new Instance[](INSTANCES);
        for (uint256 i; i < INSTANCES; ++i) {
            matures[i] = uint40(bound(matures[i], START - WINDOW, START + 8 * WINDOW));
            maxSteps[i] %= 6;
            instances[i] = instanceOf(address(bell), silent);
            instances[i].id = bytes32(i);
            (instances[i].matures, instances[i].maxSteps) = (matures[i], maxSteps[i]);
        }
        return scenesOf(openChannel(), stateOf(ROUND, 0), instances);
    }

    /// @notice Steps and evaluations are refused at `deadline`, and accepted a second before.
    function assertInstanceEnds(Scene memory scene, bytes memory appState, uint8 number, uint256 deadline) private {
        vm.warp(deadline);
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, deadline, deadline);
        expectError(reason);
        force(scene, moveOf(number, appState, NO_ACTION));
        expectError(reason);
        evaluate(scene, appState);
        vm.warp(deadline - 1);
        evaluate(scene, appState);
        force(scene, moveOf(number, appState, NO_ACTION));
        assertEq(progressOf(scene).lastTouch(), deadline - 1, "last touch");
    }

    function evidenceOver() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IChannelErrors.EvidenceOver.selector, evidenceDeadline(), evidenceDeadline());
    }

    function max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
