// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IDeliveryOracle, OracleEscrow} from "../../contracts/apps/OracleEscrow.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {ShippedAppTest} from "./ShippedAppTest.sol";
import {vm} from "./Vm.sol";

/// @notice An oracle contract that says what its maker says.
contract DeliveryOracle is IDeliveryOracle {
    mapping(bytes32 escrowId => bool) public isDelivered;

    function deliver(bytes32 escrowId) external {
        isDelivered[escrowId] = true;
    }

    function takeBack(bytes32 escrowId) external {
        isDelivered[escrowId] = false;
    }
}

contract OracleEscrowTest is ShippedAppTest {
    bytes32 private constant ID = keccak256("one television");
    uint256 private constant ORACLES = 3;
    uint256 private constant PRICE = 10 ether;

    OracleEscrow private app;
    /// @dev The oracles' keys, in the order of their addresses.
    uint256[] private keys;

    function setUp() public override {
        super.setUp();
        app = new OracleEscrow();
        for (uint256 key = 1; key <= ORACLES; ++key) {
            keys.push(key);
            for (uint256 i = keys.length - 1; i > 0 && vm.addr(keys[i]) < vm.addr(keys[i - 1]); --i) {
                (keys[i], keys[i - 1]) = (keys[i - 1], keys[i]);
            }
        }
    }

    // Malformed app states

    function test_RevertIf_AppStateIsEncodedOtherwise() public {
        assertEncodedInOneWay(app, abi.encode(signedEscrow()));
        assertEncodedInOneWay(app, abi.encode(askedEscrow(new DeliveryOracle())));
    }

    function test_RevertIf_AnOracleIsNamedTwice() public view {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.signers[1] = escrow.signers[0];
        expectMalformed(app, abi.encode(escrow));
    }

    function test_RevertIf_OraclesAreNotAscending() public view {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        (escrow.signers[1], escrow.signers[2]) = (escrow.signers[2], escrow.signers[1]);
        expectMalformed(app, abi.encode(escrow));
    }

    function test_RevertIf_AnOracleIsZero() public view {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.signers[0] = address(0);
        expectMalformed(app, abi.encode(escrow));
    }

    function test_RevertIf_TheThresholdIsOutOfReach() public view {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        for (uint256 threshold = ORACLES + 1; threshold < 256; threshold += 36) {
            escrow.threshold = uint8(threshold);
            expectMalformed(app, abi.encode(escrow));
        }
    }

    function test_RevertIf_TheThresholdIsMoreThanAnActionHolds() public view {
        (OracleEscrow.Escrow memory escrow,) = greatEscrow(65, 66);
        for (uint256 threshold = 65; threshold <= escrow.signers.length; ++threshold) {
            escrow.threshold = uint8(threshold);
            expectMalformed(app, abi.encode(escrow));
        }
    }

    function test_RevertIf_NobodyDecides() public view {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.threshold = 0;
        expectMalformed(app, abi.encode(escrow));
        escrow.signers = new address[](0);
        expectMalformed(app, abi.encode(escrow));
    }

    function test_RevertIf_BothKindsOfOracleDecide() public {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.oracle = new DeliveryOracle();
        expectMalformed(app, abi.encode(escrow));
        escrow.threshold = 0;
        expectMalformed(app, abi.encode(escrow));
        escrow.signers = new address[](0);
        escrow.threshold = 1;
        expectMalformed(app, abi.encode(escrow));
    }

    function test_RevertIf_AContractIsNotWaitedFor() public {
        OracleEscrow.Escrow memory escrow = askedEscrow(new DeliveryOracle());
        escrow.isDelivered = true;
        expectMalformed(app, abi.encode(escrow));
    }

    // Steps that are refused

    function testFuzz_RevertIf_SomebodyMovesAfterTheDelivery(uint8 mover, bytes memory action) public view {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.isDelivered = true;
        expectOutOfTurn(app, abi.encode(escrow), action, Turn.Nobody, Turn(mover % 4));
    }

    function testFuzz_RevertIf_SomebodyMovesForAContract(uint8 mover, bytes memory action) public {
        bytes memory appState = abi.encode(askedEscrow(new DeliveryOracle()));
        expectOutOfTurn(app, appState, action, Turn.Nobody, Turn(mover % 4));
    }

    function test_RevertIf_SignaturesHaveNoCommonLength() public view {
        bytes memory full = signFactFull(keys[0], digestOfDelivery(ID));
        bytes memory compact = signFact(keys[1], digestOfDelivery(ID));
        expectActionLength(app, abi.encode(signedEscrow()), bytes.concat(full, compact), Turn.Party1, 128);
    }

    function test_RevertIf_ASignatureHasNoLengthOfOne() public view {
        bytes memory full = signFactFull(keys[0], digestOfDelivery(ID));
        expectNoSignatures("", abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 0));
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 66);
        expectNoSignatures(bytes.concat(full, hex"00", full, hex"00"), reason);
    }

    function test_RevertIf_TooFewOraclesHaveSigned() public view {
        bytes memory one = signFact(keys[0], digestOfDelivery(ID));
        expectNoSignatures(one, abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 32));
    }

    function test_RevertIf_MoreSignaturesComeThanAreCounted() public view {
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 96);
        expectNoSignatures(signatures(digestOfDelivery(ID), 0, 1, 2), reason);
    }

    function test_RevertIf_AnOracleSignedTwice() public view {
        for (uint256 i; i < ORACLES; ++i) {
            expectUnexpected(keys[i], signatures(digestOfDelivery(ID), i, i));
        }
        // In another form, it is the same oracle still.
        bytes memory full = signFactFull(keys[0], digestOfDelivery(ID));
        expectUnexpected(keys[0], bytes.concat(full, full));
    }

    function test_RevertIf_SignaturesAreNotInTheOrderOfTheOracles() public view {
        expectUnexpected(keys[0], signatures(digestOfDelivery(ID), 1, 0));
    }

    function testFuzz_RevertIf_SomebodyElseSigned(uint256 key, bool isFirst) public view {
        key = bound(key, ORACLES + 1, type(uint128).max);
        (bytes memory forged, bytes memory good) =
            (signFact(key, digestOfDelivery(ID)), signFact(keys[0], digestOfDelivery(ID)));
        expectUnexpected(key, isFirst ? bytes.concat(forged, good) : bytes.concat(good, forged));
    }

    function testFuzz_RevertIf_AnotherEscrowWasDelivered(bytes32 other) public view {
        if (other == ID) other = ~other;
        expectNotSigned(digestOfDelivery(other));
    }

    function test_RevertIf_ItWasDeliveredOnAnotherChain() public {
        vm.chainId(1);
        bytes memory elsewhere = signatures(digestOfDelivery(ID), 0, 1);
        vm.chainId(31_337);
        expectNoStepAtAll(elsewhere);
    }

    function test_RevertIf_ItWasDeliveredForAnotherApp() public {
        OracleEscrow other = new OracleEscrow();
        expectNotSigned(factDigest(address(other), structHashOf(ID)));
        expectNotSigned(factDigest(address(manager), structHashOf(ID)));
    }

    function test_RevertIf_SomethingElseWasSigned() public view {
        expectNotSigned(structHashOf(ID));
        expectNotSigned(ID);
        expectNotSigned(factDigest(address(app), keccak256(abi.encode(keccak256("Lost(bytes32 escrowId)"), ID))));
    }

    function test_RevertIf_ASignatureIsMalleable() public view {
        bytes memory good = signFactFull(keys[1], digestOfDelivery(ID));
        (bytes memory high, bytes32 s) = signFactHigh(keys[0], digestOfDelivery(ID));
        expectNoSignatures(
            bytes.concat(high, good), abi.encodeWithSelector(IChannelErrors.SignatureMalleable.selector, s)
        );
    }

    function test_RevertIf_NobodySigned() public view {
        bytes memory good = signFact(keys[0], digestOfDelivery(ID));
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.SignatureInvalid.selector);
        expectNoSignatures(bytes.concat(nobodysSignature(), good), reason);
        expectNoSignatures(bytes.concat(good, nobodysSignature()), reason);
    }

    // Where it stands

    function testFuzz_UndecidedIsARefundAndAnyoneMoves(int256 delta0, int256 delta1, uint40 now_) public {
        vm.warp(now_);
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.deltas = deltasOf(delta0, delta1);
        assertStands(app, abi.encode(escrow), Turn.Anyone, deltasOf(0, 0));
    }

    function testFuzz_AnyoneShowsAnyTwoOfThree(uint256 absent, uint8 mover, bool isFull, int256 delta) public view {
        absent %= ORACLES;
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.deltas = deltasOf(delta);
        bytes memory appState = abi.encode(escrow);
        bytes memory action;
        for (uint256 i; i < ORACLES; ++i) {
            if (i == absent) continue;
            bytes32 digest = digestOfDelivery(ID);
            action = bytes.concat(action, isFull ? signFactFull(keys[i], digest) : signFact(keys[i], digest));
        }
        escrow.isDelivered = true;
        assertStep(app, appState, action, Turn(mover % 3), abi.encode(escrow));
        assertStands(app, abi.encode(escrow), Turn.Nobody, deltasOf(delta));
    }

    function testFuzz_ManyOraclesNeedOnlyTheirThreshold(uint256 count, uint256 threshold, uint256 seed) public view {
        count = bound(count, 1, 40);
        threshold = bound(threshold, 1, count);
        uint256[] memory all = sortedKeys(count);
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.threshold = uint8(threshold);
        escrow.signers = new address[](count);
        bytes memory action;
        uint256 missing = threshold;
        for (uint256 i; i < count; ++i) {
            escrow.signers[i] = vm.addr(all[i]);
            bool isChosen = uint256(keccak256(abi.encode(seed, i))) % 2 == 0 || count - i == missing;
            if (!isChosen || missing == 0) continue;
            action = bytes.concat(action, signFact(all[i], digestOfDelivery(ID)));
            --missing;
        }
        bytes memory appState = abi.encode(escrow);
        escrow.isDelivered = true;
        assertStep(app, appState, action, Turn.Anyone, abi.encode(escrow));
    }

    function test_AnActionHoldsTheSignaturesOfTheGreatestThreshold() public {
        (OracleEscrow.Escrow memory escrow, bytes memory action) = greatEscrow(64, 66);
        bytes memory appState = abi.encode(escrow);
        Instance memory instance = instanceOf(address(app), appState);
        (instance.maxSteps, instance.appGas) = (1, 40_000 + 66 * 4000 + 64 * 6000);
        Scene memory scene = sceneOf(instance);
        closeBy(alice, scene);
        force(scene, moveOf(1, appState, action));
        assertSettles(scene, evidenceDeadline() + WINDOW, 20 ether, 40 ether);
    }

    function test_TheAdvisedGasIsEnoughForEightAssets() public {
        uint256[2] memory counts = [uint256(64), 111];
        for (uint256 i; i < counts.length; ++i) {
            (OracleEscrow.Escrow memory escrow, bytes memory action) = greatEscrow(64, counts[i]);
            escrow.deltas = eightDeltas();
            uint256 gasLimit = 40_000 + counts[i] * 4000 + 64 * 6000;
            assertGasSuffices(app, gasLimit, abi.encode(escrow), action, Turn.Anyone);
        }
        OracleEscrow.Escrow memory one = signedEscrow();
        (one.threshold, one.signers, one.deltas) = (1, new address[](1), eightDeltas());
        one.signers[0] = vm.addr(keys[0]);
        bytes memory signature = signFactFull(keys[0], digestOfDelivery(ID));
        assertGasSuffices(app, 40_000 + 4000 + 6000, abi.encode(one), signature, Turn.Anyone);
        DeliveryOracle oracle = new DeliveryOracle();
        OracleEscrow.Escrow memory asked = askedEscrow(oracle);
        asked.deltas = eightDeltas();
        vm.cool(address(oracle));
        assertGasSuffices(app, 40_000, abi.encode(asked));
    }

    function testFuzz_AContractDecidesByItself(int256 delta, bytes32 other) public {
        DeliveryOracle oracle = new DeliveryOracle();
        OracleEscrow.Escrow memory escrow = askedEscrow(oracle);
        escrow.deltas = deltasOf(delta);
        if (other != ID) oracle.deliver(other);
        assertStands(app, abi.encode(escrow), Turn.Nobody, deltasOf(0));
        oracle.deliver(ID);
        assertStands(app, abi.encode(escrow), Turn.Nobody, deltasOf(delta));
    }

    function test_RevertIf_TheOracleContractIsNone() public view {
        assertTrue(isRefused(app, abi.encode(askedEscrow(IDeliveryOracle(stranger)))), "plain account");
        assertTrue(isRefused(app, abi.encode(askedEscrow(IDeliveryOracle(address(app))))), "another contract");
    }

    // In a dispute

    function test_AliceRefusesToSignAndBobForcesHisPrice() public {
        Scene memory scene = sceneOf(escrowInstance());
        bytes memory appState = abi.encode(signedEscrow());
        closeBy(alice, scene);
        Move memory step = moveBy(BOB_KEY, scene, 1, appState, signatures(digestOfDelivery(ID), 0, 2));
        force(scene, step);
        assertNotRepeated(scene, step);
        assertSettles(scene, evidenceDeadline() + WINDOW, 20 ether, 40 ether);
    }

    function test_OneOracleIsNotEnoughAndAliceIsRefunded() public {
        Scene memory scene = sceneOf(escrowInstance());
        bytes memory appState = abi.encode(signedEscrow());
        closeBy(bob, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, appState, signatures(digestOfDelivery(ID), 1, 1)));
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, appState, signFact(keys[0], digestOfDelivery(ID))));
        assertUntouched(scene);
        assertSettles(scene, evidenceDeadline() + WINDOW, 30 ether, 30 ether);
    }

    function test_AWithheldStateVoidsTheStepWhichIsMadeAgain() public {
        bytes memory action = signatures(digestOfDelivery(ID), 0, 1);
        assertMadeAgain(sceneOf(escrowInstance()), BOB_KEY, abi.encode(signedEscrow()), action);
    }

    function test_AStrangerMayShowTheSignatures() public {
        bytes memory action = signatures(digestOfDelivery(ID), 1, 2);
        assertMadeAgain(sceneOf(escrowInstance()), 0, abi.encode(signedEscrow()), action);
    }

    function test_ADeliveryAfterTheDisputeIsPaidIfTheEscrowWasTouched() public {
        uint256 deliveryDate = START + 20 * WINDOW;
        Instance memory instance = escrowInstance();
        instance.matures = uint40(deliveryDate);
        Scene memory scene = sceneOf(instance);
        bytes memory appState = abi.encode(signedEscrow());
        closeBy(alice, scene);
        vm.prank(bob);
        evaluate(scene, appState);
        vm.warp(deliveryDate + WINDOW - 1);
        force(scene, moveOf(1, appState, signatures(digestOfDelivery(ID), 0, 1)));
        assertSettles(scene, deliveryDate + WINDOW, 20 ether, 40 ether);
    }

    function test_WhatAContractSaysIsEvaluated() public {
        DeliveryOracle oracle = new DeliveryOracle();
        bytes memory appState = abi.encode(askedEscrow(oracle));
        Scene memory scene = sceneOf(instanceOf(address(app), appState));
        closeBy(alice, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, appState, NO_ACTION));
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), 0, "undecided");
        oracle.deliver(ID);
        evaluate(scene, appState);
        assertSettles(scene, evidenceDeadline() + WINDOW, 20 ether, 40 ether);
    }

    function test_AContractThatTakesBackItsWordMovesMoneyBackUntilTheDeadline() public {
        DeliveryOracle oracle = new DeliveryOracle();
        bytes memory appState = abi.encode(askedEscrow(oracle));
        Scene memory scene = sceneOf(instanceOf(address(app), appState));
        closeBy(alice, scene);
        oracle.deliver(ID);
        evaluate(scene, appState);
        oracle.takeBack(ID);
        assertEq(sumOf(scene, 0), int256(PRICE), "not evaluated since");
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), 0, "taken back");
        oracle.deliver(ID);
        evaluate(scene, appState);
        oracle.takeBack(ID);
        uint256 deadline = evidenceDeadline() + WINDOW;
        vm.warp(deadline);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, deadline, deadline));
        evaluate(scene, appState);
        settle(scene);
        assertPaid(bobPayee, 40 ether, "Bob");
    }

    function test_EachAssetIsPaid() public {
        OracleEscrow.Escrow memory escrow = signedEscrow();
        escrow.deltas = deltasOf(7 ether, -3 ether);
        Scene memory scene = mixedScene(address(app), abi.encode(escrow));
        closeBy(alice, scene);
        force(scene, moveOf(1, abi.encode(escrow), signatures(digestOfDelivery(ID), 0, 1)));
        assertEq(sumOf(scene, 1), -3 ether, "token");
        assertSettles(scene, evidenceDeadline() + WINDOW, 23 ether, 37 ether);
    }

    function test_ThePriceIsClampedToTheStakes() public {
        Instance memory instance = escrowInstance();
        instance.stakes = stakesOf(4 ether, 0);
        Scene memory scene = sceneOf(instance);
        force(scene, moveOf(1, abi.encode(signedEscrow()), signatures(digestOfDelivery(ID), 0, 1)));
        assertEq(sumOf(scene, 0), 4 ether, "clamped");
    }

    // Escrows

    /// @notice Two of three oracles.
    function signedEscrow() private view returns (OracleEscrow.Escrow memory escrow) {
        escrow.escrowId = ID;
        escrow.threshold = 2;
        escrow.signers = new address[](ORACLES);
        for (uint256 i; i < ORACLES; ++i) {
            escrow.signers[i] = vm.addr(keys[i]);
        }
        escrow.deltas = deltasOf(int256(PRICE));
    }

    /// @notice So many of `count` oracles, and the signatures of the last ones.
    function greatEscrow(uint256 threshold, uint256 count)
        private
        view
        returns (OracleEscrow.Escrow memory escrow, bytes memory action)
    {
        uint256[] memory all = sortedKeys(count);
        escrow = signedEscrow();
        escrow.threshold = uint8(threshold);
        escrow.signers = new address[](all.length);
        for (uint256 i; i < all.length; ++i) {
            escrow.signers[i] = vm.addr(all[i]);
            if (i + threshold >= all.length) action = bytes.concat(action, signFact(all[i], digestOfDelivery(ID)));
        }
    }

    function askedEscrow(IDeliveryOracle oracle) private pure returns (OracleEscrow.Escrow memory escrow) {
        (escrow.escrowId, escrow.oracle) = (ID, oracle);
        escrow.deltas = deltasOf(int256(PRICE));
    }

    function escrowInstance() private view returns (Instance memory instance) {
        instance = instanceOf(address(app), abi.encode(signedEscrow()));
        (instance.maxSteps, instance.appGas) = (1, 40_000 + 3 * 4000 + 2 * 6000);
    }

    function structHashOf(bytes32 escrowId) private pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Delivered(bytes32 escrowId)"), escrowId));
    }

    function digestOfDelivery(bytes32 escrowId) private view returns (bytes32) {
        return factDigest(address(app), structHashOf(escrowId));
    }

    /// @notice Those of the oracles at two places.
    function signatures(bytes32 digest, uint256 first, uint256 second) private view returns (bytes memory) {
        return bytes.concat(signFact(keys[first], digest), signFact(keys[second], digest));
    }

    function signatures(bytes32 digest, uint256 first, uint256 second, uint256 third)
        private
        view
        returns (bytes memory)
    {
        return bytes.concat(signatures(digest, first, second), signFact(keys[third], digest));
    }

    function sortedKeys(uint256 count) private pure returns (uint256[] memory all) {
        all = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            all[i] = i + 1;
            for (uint256 j = i; j > 0 && vm.addr(all[j]) < vm.addr(all[j - 1]); --j) {
                (all[j], all[j - 1]) = (all[j - 1], all[j]);
            }
        }
    }

    // Expectations

    function expectNoSignatures(bytes memory action, bytes memory reason) private view {
        expectNoStep(app, abi.encode(signedEscrow()), action, Turn.Party1, reason);
    }

    function expectUnexpected(uint256 key, bytes memory action) private view {
        expectNoSignatures(action, abi.encodeWithSelector(OracleEscrow.OracleUnexpected.selector, vm.addr(key)));
    }

    /// @notice What the oracles signed is not what the app asks for.
    function expectNotSigned(bytes32 digest) private view {
        expectNoStepAtAll(signatures(digest, 0, 1));
    }

    /// @dev Who is recovered from the wrong digest is nobody in particular.
    function expectNoStepAtAll(bytes memory action) private view {
        bytes memory call = abi.encodeCall(app.transition, (abi.encode(signedEscrow()), action, Turn.Party1));
        (bool success, bytes memory answer) = address(app).staticcall(call);
        assertTrue(!success && bytes4(answer) == OracleEscrow.OracleUnexpected.selector, "refused");
    }
}
