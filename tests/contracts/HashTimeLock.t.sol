// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {HashTimeLock} from "../../contracts/apps/HashTimeLock.sol";
import {PreimageRegistry} from "../../contracts/apps/PreimageRegistry.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {ShippedAppTest} from "./ShippedAppTest.sol";
import {vm} from "./Vm.sol";

contract HashTimeLockTest is ShippedAppTest {
    bytes32 private constant PREIMAGE = keccak256("preimage");
    uint256 private constant VALID_UNTIL = START + 10 * WINDOW;

    HashTimeLock private app;
    PreimageRegistry private registry;

    function setUp() public override {
        super.setUp();
        app = new HashTimeLock();
        registry = new PreimageRegistry();
    }

    function test_RevertIf_AppStateIsEncodedOtherwise() public view {
        assertEncodedInOneWay(app, lockOf(deltasOf(1 ether, -1)));
    }

    function test_RevertIf_ATimeHasMoreThanFortyBits() public view {
        uint256 tooLong = 1 << 40 | VALID_UNTIL;
        assertTrue(isRefused(app, abi.encode(32, registry, keccak256(""), tooLong, 128, 1, 1 ether)), "refused");
        assertTrue(!isRefused(app, abi.encode(32, registry, keccak256(""), VALID_UNTIL, 128, 1, 1 ether)), "good");
    }

    function test_RevertIf_TheRegistryIsNone() public view {
        HashTimeLock.Lock memory lock = HashTimeLock.Lock(registry, keccak256(""), uint40(VALID_UNTIL), deltasOf(1));
        address[3] memory others = [stranger, address(app), address(0)];
        for (uint256 i; i < others.length; ++i) {
            lock.registry = PreimageRegistry(others[i]);
            assertTrue(isRefused(app, abi.encode(lock)), "refused");
        }
    }

    function testFuzz_RevertIf_AnybodyMoves(uint8 mover, bytes memory action, bool isSeen) public {
        if (isSeen) registry.reveal(PREIMAGE);
        expectOutOfTurn(app, lockOf(deltasOf(1 ether)), action, Turn.Nobody, Turn(mover % 4));
    }

    function testFuzz_UndecidedTransfersNothing(uint40 now_, int256 delta0, int256 delta1) public {
        vm.warp(now_);
        registry.reveal("another preimage");
        assertStands(app, lockOf(deltasOf(delta0, delta1)), Turn.Nobody, deltasOf(0, 0));
    }

    function test_APreimageOfTheLastSecondCounts() public {
        vm.warp(VALID_UNTIL);
        registry.reveal(PREIMAGE);
        assertStands(app, lockOf(deltasOf(1 ether)), Turn.Nobody, deltasOf(1 ether));
    }

    function test_APreimageASecondLaterDoesNot() public {
        vm.warp(VALID_UNTIL + 1);
        registry.reveal(PREIMAGE);
        assertStands(app, lockOf(deltasOf(1 ether)), Turn.Nobody, deltasOf(0));
    }

    function testFuzz_ItPaysIfThePreimageWasSeenInTime(uint40 seenAt, uint40 askedAt, int256 delta0, int256 delta1)
        public
    {
        seenAt = uint40(bound(seenAt, VALID_UNTIL - 100, VALID_UNTIL + 100));
        vm.warp(seenAt);
        registry.reveal(PREIMAGE);
        vm.warp(bound(askedAt, seenAt, type(uint40).max));
        int256[] memory deltas = seenAt <= VALID_UNTIL ? deltasOf(delta0, delta1) : deltasOf(0, 0);
        assertStands(app, lockOf(deltasOf(delta0, delta1)), Turn.Nobody, deltas);
    }

    function testFuzz_WhatIsDecidedStays(uint256 first, uint256 second, bytes32 noise) public {
        first = bound(first, START, VALID_UNTIL);
        vm.warp(first);
        registry.reveal(PREIMAGE);
        vm.warp(bound(second, first, VALID_UNTIL + 1000 * WINDOW));
        registry.reveal(PREIMAGE);
        registry.reveal(noise);
        assertStands(app, lockOf(deltasOf(1 ether)), Turn.Nobody, deltasOf(1 ether));
    }

    function testFuzz_LocksOfOneHashAreDecidedAlike(uint256 seenAt, int256 inbound, int256 outbound) public {
        vm.warp(bound(seenAt, VALID_UNTIL - 1, VALID_UNTIL + 1));
        registry.reveal(PREIMAGE);
        bool isPaid = block.timestamp <= VALID_UNTIL;
        assertStands(app, lockOf(deltasOf(inbound)), Turn.Nobody, deltasOf(isPaid ? inbound : int256(0)));
        assertStands(app, lockOf(deltasOf(outbound)), Turn.Nobody, deltasOf(isPaid ? outbound : int256(0)));
    }

    function test_TheAdvisedGasIsEnoughForEightAssets() public {
        bytes memory lock = lockOf(eightDeltas());
        vm.cool(address(registry));
        assertGasSuffices(app, 40_000, lock);
        registry.reveal(PREIMAGE);
        vm.cool(address(registry));
        assertGasSuffices(app, 40_000, lock);
    }

    // In a dispute

    function test_ALockThatOutlivesTheDisputeIsCollected() public {
        (Scene memory scene, bytes memory lock) = lockScene(deltasOf(7 ether));
        closeBy(alice, scene);
        vm.prank(bob);
        evaluate(scene, lock);
        vm.warp(VALID_UNTIL);
        registry.reveal(PREIMAGE);
        vm.warp(VALID_UNTIL + WINDOW - 1);
        evaluate(scene, lock);
        assertSettles(scene, VALID_UNTIL + WINDOW, 23 ether, 37 ether);
    }

    function test_WhoRevealsTooLateGetsNothing() public {
        (Scene memory scene, bytes memory lock) = lockScene(deltasOf(7 ether));
        closeBy(alice, scene);
        evaluate(scene, lock);
        vm.warp(VALID_UNTIL + 1);
        registry.reveal(PREIMAGE);
        evaluate(scene, lock);
        assertSettles(scene, VALID_UNTIL + WINDOW, 30 ether, 30 ether);
    }

    /// @dev Alice pays Bob, who pays Carol by the lock of `lockOf`.
    function test_AHopWhoseInboundLockNamesAnotherRegistryLosesUnlessItIsValidForLonger() public {
        PreimageRegistry other = new PreimageRegistry();
        bytes memory inbound = lockIn(other, VALID_UNTIL, deltasOf(7 ether));
        bytes memory longer = lockIn(other, VALID_UNTIL + 1 hours, deltasOf(7 ether));
        Scene memory scene = sceneOf(lockInstance(inbound));
        closeBy(alice, scene);
        evaluate(scene, inbound);
        vm.warp(VALID_UNTIL);
        registry.reveal(PREIMAGE);
        vm.warp(VALID_UNTIL + 1);
        other.reveal(PREIMAGE);
        evaluate(scene, inbound);
        assertStands(app, lockOf(deltasOf(7 ether)), Turn.Nobody, deltasOf(7 ether));
        assertStands(app, longer, Turn.Nobody, deltasOf(7 ether));
        assertSettles(scene, VALID_UNTIL + WINDOW, 30 ether, 30 ether);
    }

    /// @dev Two like locks, closed so that `E + T` is one second after the last one at which the preimage counts.
    function test_AHopThatTouchedItsInboundLockInTimeCollectsAndOneThatDidNotCannot() public {
        bytes memory lock = lockOf(deltasOf(7 ether));
        (Instance memory first, Instance memory second) = (lockInstance(lock), lockInstance(lock));
        (first.stakes, second.stakes) = (stakesOf(7 ether, 0), stakesOf(7 ether, 0));
        second.id = bytes32(uint256(2));
        (Scene memory touched, Scene memory untouched) = scenePairOf(first, second);
        uint256 deadline = VALID_UNTIL + 1;
        vm.warp(deadline - 2 * WINDOW);
        closeBy(alice, touched);
        vm.prank(bob);
        evaluate(touched, lock);
        vm.warp(VALID_UNTIL);
        registry.reveal(PREIMAGE);
        vm.warp(deadline);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, deadline, deadline));
        evaluate(untouched, lock);
        vm.warp(VALID_UNTIL + WINDOW - 1);
        evaluate(touched, lock);
        assertSettles(touched, VALID_UNTIL + WINDOW, 23 ether, 37 ether);
    }

    function test_ALockThatNobodyEvaluatesPaysNothing() public {
        (Scene memory scene,) = lockScene(deltasOf(7 ether));
        closeBy(alice, scene);
        registry.reveal(PREIMAGE);
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_APreimageInAStepIsNoEvidence() public {
        bytes memory lock = lockOf(deltasOf(7 ether));
        Scene memory scene = sceneOf(address(app), lock);
        closeBy(bob, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, lock, abi.encode(PREIMAGE)));
        expectNoForce(scene, moveOf(1, lock, abi.encode(PREIMAGE)));
        evaluate(scene, lock);
        assertEq(sumOf(scene, 0), 0, "undecided");
    }

    function test_AWithheldStateVoidsTheEvaluationWhichIsMadeAgain() public {
        (Scene memory scene, bytes memory lock) = lockScene(deltasOf(7 ether));
        registry.reveal(PREIMAGE);
        closeBy(bob, scene);
        evaluate(scene, lock);
        assertEq(sumOf(scene, 0), 7 ether, "paid");
        Scene memory withheld = sceneAt(ROUND + 1, scene);
        vm.warp(evidenceDeadline() - 1);
        snapshot(withheld);
        assertEq(sumOf(withheld, 0), 0, "voided");
        evaluate(withheld, lock);
        assertSettles(withheld, VALID_UNTIL + WINDOW, 23 ether, 37 ether);
    }

    function test_EachAssetIsTransferredBothWays() public {
        bytes memory lock = lockOf(deltasOf(7 ether, -3 ether));
        Scene memory scene = mixedScene(address(app), lock);
        registry.reveal(PREIMAGE);
        closeBy(alice, scene);
        evaluate(scene, lock);
        assertEq(sumOf(scene, 0), 7 ether, "native coin");
        assertEq(sumOf(scene, 1), -3 ether, "token");
        assertSettles(scene, evidenceDeadline() + WINDOW, 23 ether, 37 ether);
    }

    function testFuzz_DeltasAreClampedToTheStakes(int256 delta, uint256 stake0, uint256 stake1) public {
        (stake0, stake1) = (bound(stake0, 0, STAKE), bound(stake1, 0, STAKE));
        bytes memory lock = lockOf(deltasOf(delta));
        Instance memory instance = instanceOf(address(app), lock);
        instance.stakes = stakesOf(stake0, stake1);
        Scene memory scene = sceneOf(instance);
        registry.reveal(PREIMAGE);
        evaluate(scene, lock);
        int256 most = delta > int256(stake0) ? int256(stake0) : delta;
        assertEq(sumOf(scene, 0), most < -int256(stake1) ? -int256(stake1) : most, "clamped");
    }

    function lockOf(int256[] memory deltas) private view returns (bytes memory) {
        return lockIn(registry, VALID_UNTIL, deltas);
    }

    function lockIn(PreimageRegistry asked, uint256 validUntil, int256[] memory deltas)
        private
        pure
        returns (bytes memory)
    {
        return abi.encode(HashTimeLock.Lock(asked, keccak256(abi.encode(PREIMAGE)), uint40(validUntil), deltas));
    }

    function lockInstance(bytes memory lock) private view returns (Instance memory instance) {
        instance = instanceOf(address(app), lock);
        (instance.maxSteps, instance.appGas, instance.matures) = (0, 40_000, uint40(VALID_UNTIL));
    }

    function lockScene(int256[] memory deltas) private returns (Scene memory, bytes memory lock) {
        lock = lockOf(deltas);
        return (sceneOf(lockInstance(lock)), lock);
    }
}
