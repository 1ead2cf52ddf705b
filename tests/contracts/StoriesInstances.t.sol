// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {HashTimeLock} from "../../contracts/apps/HashTimeLock.sol";
import {OracleEscrow} from "../../contracts/apps/OracleEscrow.sol";
import {PreimageRegistry} from "../../contracts/apps/PreimageRegistry.sol";
import {SignedFeed} from "../../contracts/apps/SignedFeed.sol";
import {TicTacToe} from "../../contracts/apps/TicTacToe.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {State} from "../../contracts/types/Messages.sol";
import {Party, Terms} from "../../contracts/types/Terms.sol";
import {Bell} from "./apps/Bell.sol";
import {Nim} from "./apps/Nim.sol";
import {Ripening} from "./apps/Ripening.sol";
import {ShippedAppTest} from "./ShippedAppTest.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice Disputes with forced progress, each told to the end. Alice and Bob have put in 30 ether each.
contract StoriesInstancesTest is ShippedAppTest {
    uint256 private constant WAGER = 10 ether;
    bytes32 private constant ESCROW_ID = keccak256("one television");
    bytes32 private constant FEED = keccak256("degrees Celsius among the tomatoes");
    uint40 private constant INSURED_SINCE = uint40(START - 10 days);

    Nim private nim;

    function setUp() public override {
        super.setUp();
        nim = new Nim();
    }

    function test_Story14_AliceForcesHerWinningMoveAndLifeGoesOn() public {
        Scene memory scene = nimScene(0, 3);
        force(scene, moveBy(ALICE_KEY, scene, 1, nimState(0, 3), take(3)));
        assertTrue(!recordIn(scene.terms).isClosing(), "open");
        vm.warp(START + 30 * WINDOW);

        State memory later = stateOf(ROUND + 1, -int256(WAGER));
        closeBy(bob, scene.terms, later);
        assertPays(scene.terms, later, START + 31 * WINDOW, 40 ether, 20 ether);
    }

    function test_Story15_BobWalksAwayAndAliceGetsWhatTheGameSays() public {
        Scene memory scene = sceneOf(address(new TicTacToe()), boards(1, 2, 0));
        force(scene, moveBy(ALICE_KEY, scene, 1, boards(1, 2, 0), abi.encode(4)));
        closeBy(alice, scene);
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_Story15_BobComesBackInTheLastSecondAndWins() public {
        // X O .
        // X O .
        // . . .
        Scene memory scene = sceneOf(address(new TicTacToe()), boards(1 | 8, 2 | 16, 0));
        force(scene, moveBy(ALICE_KEY, scene, 1, boards(1 | 8, 2 | 16, 0), abi.encode(2)));
        closeBy(alice, scene);
        vm.warp(evidenceDeadline() + WINDOW - 1);
        force(scene, moveBy(BOB_KEY, scene, 2, boards(1 | 4 | 8, 2 | 16, 1), abi.encode(7)));
        assertSettles(scene, evidenceDeadline() + WINDOW, 20 ether, 40 ether);
    }

    function test_Story16_AStateThatIsNewerThanTheStepsVoidsThem() public {
        Scene memory scene = nimScene(1, 3);
        closeBy(bob, scene);
        force(scene, moveBy(BOB_KEY, scene, 1, nimState(1, 3), take(3)));
        State memory newer = stateOf(ROUND + 1, -4 ether);
        vm.warp(evidenceDeadline() - 1);
        slash(scene.terms, newer);
        assertPays(scene.terms, newer, evidenceDeadline(), 34 ether, 26 ether);
    }

    function test_Story16_AfterTheEvidenceDeadlineItDoesNot() public {
        Scene memory scene = nimScene(1, 3);
        closeBy(bob, scene);
        force(scene, moveBy(BOB_KEY, scene, 1, nimState(1, 3), take(3)));
        State memory newer = stateOf(ROUND + 1, -4 ether);
        bytes memory signatures = coSign(scene.terms, newer);
        vm.warp(evidenceDeadline());
        expectError(
            abi.encodeWithSelector(IChannelErrors.EvidenceOver.selector, evidenceDeadline(), evidenceDeadline())
        );
        manager.slash(pack(scene.terms), bytes.concat(pack(newer), signatures));
        assertSettles(scene, evidenceDeadline() + WINDOW, 20 ether, 40 ether);
    }

    function test_Story17_BadStepsChangeNothingAndExtendNothing() public {
        Instance memory other = nimInstance(0, 7);
        other.id = bytes32(uint256(2));
        (Scene memory scene, Scene memory elsewhere) = scenePairOf(nimInstance(0, 7), other);
        Scene memory older = sceneAt(ROUND - 1, scene);
        closeBy(bob, scene);
        bytes memory start = nimState(0, 7);
        uint256 touched = evidenceDeadline() + 1;
        vm.warp(touched);
        evaluate(scene, start);
        vm.warp(touched + WINDOW - 1);

        expectRefused(scene, moveBy(ALICE_KEY, scene, 1, start, take(4)), IChannelErrors.AppCallFailed.selector);
        expectRefused(scene, moveBy(BOB_KEY, scene, 1, start, take(1)), IChannelErrors.AppCallFailed.selector);
        expectRefused(scene, moveBy(CAROL_KEY, scene, 1, start, take(1)), IChannelErrors.StepSignerUnknown.selector);
        expectRefused(scene, moveBy(ALICE_KEY, elsewhere, 1, start, take(1)), IChannelErrors.StepSignerUnknown.selector);
        expectRefused(scene, moveBy(ALICE_KEY, older, 1, start, take(1)), IChannelErrors.StepSignerUnknown.selector);
        expectRefused(scene, moveBy(ALICE_KEY, scene, 2, start, take(1)), IChannelErrors.StepNumberMismatch.selector);
        Move memory renumbered = moveBy(ALICE_KEY, scene, 2, start, take(1));
        renumbered.number = 1;
        expectRefused(scene, renumbered, IChannelErrors.StepSignerUnknown.selector);

        assertProgress(scene, start, 0, touched);
        assertUntouched(elsewhere);
        assertSettles(scene, touched + WINDOW, 20 ether, 40 ether);
    }

    function test_Story18_EndlessStepsOnTwoInstancesEndWithinTheBound() public {
        Bell bell = new Bell();
        Instance memory one = instanceOf(address(bell), abi.encode(0, Turn.Anyone));
        one.maxSteps = 4;
        Instance memory two = instanceOf(address(bell), abi.encode(0, Turn.Anyone));
        (two.id, two.maxSteps) = (bytes32(uint256(2)), 4);
        (Scene memory a, Scene memory b) = scenePairOf(one, two);
        closeBy(bob, a);
        uint256 deadline = evidenceDeadline() + WINDOW;
        for (uint256 i; i <= 4; ++i) {
            bytes memory appState = abi.encode(i, i == 0 ? Turn.Anyone : Turn.Party1);
            vm.warp(deadline - 1);
            deadline += WINDOW - 1;
            evaluate(a, appState);
            evaluate(b, appState);
            if (i == 4) break;
            force(a, moveBy(BOB_KEY, a, uint8(i + 1), appState, NO_ACTION));
            force(b, moveBy(BOB_KEY, b, uint8(i + 1), appState, NO_ACTION));
        }
        deadline -= WINDOW - 1;
        assertTrue(deadline <= START + WINDOW * (3 + 4), "bound");
        assertSettles(a, deadline, 28 ether, 32 ether);
    }

    function test_Story18_TheEqualStateInTheLastSecondKeepsTheSteps() public {
        Scene memory scene = nimScene(0, 3);
        closeBy(alice, scene);
        force(scene, moveBy(ALICE_KEY, scene, 1, nimState(0, 3), take(3)));
        vm.warp(evidenceDeadline() - 1);
        vm.prank(bob);
        manager.slash(pack(scene.terms), evidenceOf(scene));
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_Story18a_AnAnswerDoesNotStandOnTopOfAnotherMove() public {
        Scene memory scene = nimScene(1, 7);
        closeBy(bob, scene);
        Move memory shown = moveBy(BOB_KEY, scene, 1, nimState(1, 7), take(3));
        Move memory hidden = moveBy(BOB_KEY, scene, 1, nimState(1, 7), take(2));
        Move memory answer = moveBy(ALICE_KEY, scene, 2, nimState(0, 4), take(1));
        force(scene, hidden);
        expectRefused(scene, shown, IChannelErrors.AppStateMismatch.selector);
        expectRefused(scene, answer, IChannelErrors.AppStateMismatch.selector);
        answer.appState = nimState(0, 5);
        expectRefused(scene, answer, IChannelErrors.StepSignerUnknown.selector);
        force(scene, moveBy(ALICE_KEY, scene, 2, nimState(0, 5), take(1)));
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_Story18a_AnEvaluationJustBeforeTheStepDoesNotVoidIt() public {
        Scene memory scene = nimScene(0, 3);
        closeBy(bob, scene);
        Move memory winning = moveBy(ALICE_KEY, scene, 1, nimState(0, 3), take(3));
        vm.prank(bob);
        evaluate(scene, nimState(0, 3));
        assertEq(sumOf(scene, 0), int256(WAGER), "as if Alice had walked away");
        force(scene, winning);
        assertSettles(scene, evidenceDeadline() + WINDOW, 40 ether, 20 ether);
    }

    function test_Story18b_TouchedOnAlicesTurnThenClosedSheHasHerFullTime() public {
        Scene memory scene = nimScene(0, 3);
        vm.prank(bob);
        evaluate(scene, nimState(0, 3));
        uint256 start = START + 10 * WINDOW;
        vm.warp(start);
        closeBy(bob, scene);
        vm.warp(start + 2 * WINDOW - 1);
        force(scene, moveBy(ALICE_KEY, scene, 1, nimState(0, 3), take(3)));
        assertSettles(scene, start + 2 * WINDOW, 40 ether, 20 ether);
    }

    function test_Story18b_ALateLockIsCollectedIfItWasTouched() public {
        (Scene memory scene, bytes memory appState, uint256 matures) = lateScene();
        closeBy(alice, scene);
        evaluate(scene, appState);
        vm.warp(matures);
        evaluate(scene, appState);
        assertSettles(scene, matures + WINDOW, 23 ether, 37 ether);
    }

    function test_Story18b_ALateLockPaysNothingIfItWasNotTouched() public {
        (Scene memory scene,,) = lateScene();
        closeBy(alice, scene);
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_Story18c_ASnapshotJustBeforeTheCloseDoesNotStopIt() public {
        Scene memory scene = nimScene(0, 3);
        State memory newer = stateOf(ROUND + 1, 2 ether);
        bytes memory signatures = coSign(scene.terms, newer);
        vm.prank(bob);
        manager.snapshotSolo(pack(scene.terms), bytes.concat(pack(newer), signatures));
        closeBy(alice, scene);
        assertPays(scene.terms, newer, evidenceDeadline(), 28 ether, 32 ether);
    }

    function test_Story19_TwoOfThreeOraclesSayDelivered() public {
        (Scene memory scene, bytes memory escrow) = escrowScene();
        closeBy(bob, scene);
        force(scene, moveBy(BOB_KEY, scene, 1, escrow, deliveries(scene, 2)));
        assertSettles(scene, evidenceDeadline() + WINDOW, 20 ether, 40 ether);
    }

    function test_Story19_OneOfThreeOraclesIsNotEnough() public {
        (Scene memory scene, bytes memory escrow) = escrowScene();
        closeBy(bob, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, escrow, deliveries(scene, 1)));
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_Story19_AWithheldStateVoidsTheStepAndBobMakesItAgain() public {
        (Scene memory scene, bytes memory escrow) = escrowScene();
        closeBy(bob, scene);
        force(scene, moveBy(BOB_KEY, scene, 1, escrow, deliveries(scene, 2)));
        Scene memory withheld = sceneAt(ROUND + 1, scene);
        vm.warp(evidenceDeadline() - 1);
        snapshot(withheld);
        assertUntouched(withheld);
        vm.warp(evidenceDeadline() + WINDOW - 1);
        force(withheld, moveBy(BOB_KEY, withheld, 1, escrow, deliveries(scene, 2)));
        assertSettles(withheld, evidenceDeadline() + 2 * WINDOW - 1, 20 ether, 40 ether);
    }

    function test_Story20_AColdReadingPaysTheInsurance() public {
        (Scene memory scene, bytes memory policy) = insuranceScene();
        closeBy(alice, scene);
        expectNoForce(scene, moveOf(1, policy, reading(scene, CAROL_KEY, -11, INSURED_SINCE - 1)));
        expectNoForce(scene, moveOf(1, policy, reading(scene, BOB_KEY, -11, INSURED_SINCE)));
        expectNoForce(scene, moveOf(1, policy, reading(scene, CAROL_KEY, -10, INSURED_SINCE)));
        assertUntouched(scene);
        vm.prank(stranger);
        force(scene, moveOf(1, policy, reading(scene, CAROL_KEY, -11, INSURED_SINCE)));
        assertSettles(scene, evidenceDeadline() + WINDOW, 15 ether, 45 ether);
    }

    function test_Story20_WithoutAReadingNothingIsPaid() public {
        (Scene memory scene,) = insuranceScene();
        closeBy(bob, scene);
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_Story21_ThreeOfAThousandLocksAreBroughtToTheChain() public {
        (HashTimeLock app, PreimageRegistry registry) = (new HashTimeLock(), new PreimageRegistry());
        Instance[] memory locks = new Instance[](1000);
        bytes[] memory appStates = new bytes[](locks.length);
        bytes32[] memory leaves = new bytes32[](locks.length);
        for (uint256 i; i < locks.length; ++i) {
            appStates[i] = lockState(registry, secretOf(i), START + 10 * WINDOW, int256(i + 1));
            locks[i] = instanceOf(address(app), appStates[i]);
            locks[i].id = bytes32(i);
            leaves[i] = keccak256(pack(locks[i]));
        }
        Terms memory terms = openChannel();
        State memory state = stateOf(ROUND, 0, Tree.root(leaves));
        closeBy(bob, terms, state);
        uint256[3] memory known = [uint256(7), 421, 999];
        for (uint256 i; i < known.length; ++i) {
            registry.reveal(secretOf(known[i]));
            bytes32[] memory proof = Tree.proof(leaves, known[i]);
            bytes memory lock = pack(locks[known[i]]);
            manager.evaluate(pack(terms), pack(state), bytes.concat(lock, abi.encodePacked(proof)), appStates[known[i]]);
        }
        uint256 revealed = 8 + 422 + 1000;
        assertPays(terms, state, evidenceDeadline() + WINDOW, 30 ether - revealed, 30 ether + revealed);
    }

    function test_Story22_TheHubCollectsWhatBobRevealsInTheLastSecond() public {
        PreimageRegistry registry = new PreimageRegistry();
        uint256 validUntil = START + 3 * WINDOW;
        (Scene memory inbound, bytes memory inLock) = hopOf(registry, ALICE_KEY, CAROL_KEY, validUntil, 6 ether);
        (Scene memory outbound, bytes memory outLock) = hopOf(registry, CAROL_KEY, BOB_KEY, validUntil, 5 ether);
        closeBy(carol, inbound);
        closeBy(carol, outbound);
        evaluate(inbound, inLock);
        evaluate(outbound, outLock);

        vm.warp(validUntil);
        registry.reveal(secretOf(0));
        evaluate(outbound, outLock);
        vm.warp(validUntil + WINDOW - 1);
        evaluate(inbound, inLock);
        assertHopsPay(inbound, outbound, validUntil + WINDOW, 24 ether, 36 ether + 25 ether, 35 ether);
    }

    function test_Story22_ASecretRevealedTooLateCountsInNeitherHop() public {
        PreimageRegistry registry = new PreimageRegistry();
        uint256 validUntil = START + 3 * WINDOW;
        (Scene memory inbound, bytes memory inLock) = hopOf(registry, ALICE_KEY, CAROL_KEY, validUntil, 6 ether);
        (Scene memory outbound, bytes memory outLock) = hopOf(registry, CAROL_KEY, BOB_KEY, validUntil, 5 ether);
        closeBy(carol, inbound);
        closeBy(carol, outbound);
        evaluate(inbound, inLock);
        evaluate(outbound, outLock);

        vm.warp(validUntil + 1);
        registry.reveal(secretOf(0));
        evaluate(outbound, outLock);
        evaluate(inbound, inLock);
        assertHopsPay(inbound, outbound, validUntil + WINDOW, 30 ether, 60 ether, 30 ether);
    }

    // Games

    function nimState(uint256 mover, uint256 stones) private pure returns (bytes memory) {
        return abi.encode(mover, stones, WAGER);
    }

    function nimInstance(uint256 mover, uint256 stones) private view returns (Instance memory) {
        return instanceOf(address(nim), nimState(mover, stones));
    }

    function nimScene(uint256 mover, uint256 stones) private returns (Scene memory) {
        return sceneOf(nimInstance(mover, stones));
    }

    function take(uint256 stones) private pure returns (bytes memory) {
        return abi.encode(stones);
    }

    /// @notice A game of tic-tac-toe: what Alice and Bob have taken, and whose turn it is.
    function boards(uint16 ofAlice, uint16 ofBob, uint8 mover) private pure returns (bytes memory) {
        TicTacToe.Game memory game = TicTacToe.Game([ofAlice, ofBob], mover, new uint112[](1));
        game.wagers[0] = uint112(WAGER);
        return abi.encode(game);
    }

    // Locks, escrows, insurances

    /// @notice Seven ether are Bob's at a time long after the dispute.
    function lateScene() private returns (Scene memory, bytes memory appState, uint256 matures) {
        matures = START + 20 * WINDOW;
        appState = abi.encode(matures, 7 ether);
        Instance memory instance = instanceOf(address(new Ripening()), appState);
        instance.matures = uint40(matures);
        return (sceneOf(instance), appState, matures);
    }

    function secretOf(uint256 which) private pure returns (bytes32) {
        return keccak256(abi.encode("secret", which));
    }

    function lockState(PreimageRegistry registry, bytes32 secret, uint256 validUntil, int256 amount)
        private
        pure
        returns (bytes memory)
    {
        bytes32 hash = keccak256(abi.encode(secret));
        return abi.encode(HashTimeLock.Lock(registry, hash, uint40(validUntil), deltasOf(amount)));
    }

    /// @notice A television for ten ether, to be paid if two of three oracles have seen it delivered.
    function escrowScene() private returns (Scene memory, bytes memory appState) {
        OracleEscrow.Escrow memory escrow;
        escrow.escrowId = ESCROW_ID;
        escrow.threshold = 2;
        escrow.signers = new address[](3);
        (escrow.signers[0], escrow.signers[1], escrow.signers[2]) = (vm.addr(2), vm.addr(3), vm.addr(1));
        escrow.deltas = deltasOf(10 ether);
        appState = abi.encode(escrow);
        return (sceneOf(address(new OracleEscrow()), appState), appState);
    }

    /// @notice What the first `count` oracles sign.
    function deliveries(Scene memory scene, uint256 count) private view returns (bytes memory signatures) {
        bytes32 structHash = keccak256(abi.encode(keccak256("Delivered(bytes32 escrowId)"), ESCROW_ID));
        for (uint256 key = 2; key < 2 + count; ++key) {
            signatures = bytes.concat(signatures, signFact(key, factDigest(scene.instance.app, structHash)));
        }
    }

    /// @notice Fifteen ether for Bob's frozen tomatoes, by Carol's thermometer.
    function insuranceScene() private returns (Scene memory, bytes memory appState) {
        SignedFeed.Policy memory policy;
        (policy.feed, policy.station) = (FEED, carol);
        (policy.least, policy.greatest) = (-10, 40);
        (policy.since, policy.until) = (INSURED_SINCE, INSURED_SINCE + 20 days);
        policy.deltas = deltasOf(15 ether);
        appState = abi.encode(policy);
        return (sceneOf(address(new SignedFeed()), appState), appState);
    }

    function reading(Scene memory scene, uint256 key, int256 degrees, uint40 readAt)
        private
        view
        returns (bytes memory)
    {
        bytes32 typeHash = keccak256("Reading(bytes32 feed,int256 value,uint40 readAt)");
        bytes32 structHash = keccak256(abi.encode(typeHash, FEED, degrees, readAt));
        bytes memory signature = signFact(key, factDigest(scene.instance.app, structHash));
        return bytes.concat(abi.encode(degrees, readAt), signature);
    }

    // Hops

    /// @notice A channel of two parties, and a lock on the first secret in its state.
    function hopOf(PreimageRegistry registry, uint256 payingKey, uint256 paidKey, uint256 validUntil, int256 amount)
        private
        returns (Scene memory scene, bytes memory appState)
    {
        Terms memory terms = nativeTerms();
        terms.parties[0] = Party(vm.addr(payingKey), payeeOf(payingKey));
        terms.parties[1] = Party(vm.addr(paidKey), payeeOf(paidKey));
        fund(terms);
        appState = lockState(registry, secretOf(0), validUntil, amount);
        Instance memory lock = instanceOf(address(new HashTimeLock()), appState);
        lock.matures = uint40(validUntil);
        scene = scenesOf(terms, stateOf(ROUND, 0), listOf(lock))[0];
        scene.signatures = bytes.concat(sign(payingKey, scene.stateHash), sign(paidKey, scene.stateHash));
    }

    function payeeOf(uint256 key) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("payee", key)))));
    }

    function assertHopsPay(
        Scene memory inbound,
        Scene memory outbound,
        uint256 finalTime,
        uint256 toAlice,
        uint256 toHub,
        uint256 toBob
    ) private {
        vm.warp(finalTime);
        settle(outbound);
        settle(inbound);
        assertPaid(payeeOf(ALICE_KEY), toAlice, "Alice");
        assertPaid(payeeOf(CAROL_KEY), toHub, "the hub");
        assertPaid(payeeOf(BOB_KEY), toBob, "Bob");
    }

    // Expectations

    /// @dev With this error; its values are the business of the tests by function.
    function expectRefused(Scene memory scene, Move memory move, bytes4 selector) private {
        vm.expectPartialRevert(selector);
        force(scene, move);
    }

    function assertPays(Terms memory terms, State memory state, uint256 finalTime, uint256 toAlice, uint256 toBob)
        private
    {
        vm.warp(finalTime - 1);
        expectError(abi.encodeWithSelector(IChannelErrors.NotFinal.selector, finalTime, finalTime - 1));
        manager.settle(pack(terms), pack(state));
        vm.warp(finalTime);
        manager.settle(pack(terms), pack(state));
        assertPaid(alicePayee, toAlice, "Alice");
        assertPaid(bobPayee, toBob, "Bob");
    }
}
