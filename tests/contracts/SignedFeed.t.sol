// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {SignedFeed} from "../../contracts/apps/SignedFeed.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {ShippedAppTest} from "./ShippedAppTest.sol";
import {vm} from "./Vm.sol";

/// @notice Frost insurance by Carol's thermometer, in tenths of a degree.
contract SignedFeedTest is ShippedAppTest {
    bytes32 private constant FEED = keccak256("greenhouse, tenths of a degree Celsius");
    int256 private constant LEAST = -20;
    int256 private constant GREATEST = 400;
    uint40 private constant SINCE = uint40(START - 10 days);
    uint40 private constant UNTIL = uint40(START + 10 days);

    SignedFeed private app;

    function setUp() public override {
        super.setUp();
        app = new SignedFeed();
    }

    function test_RevertIf_AppStateIsEncodedOtherwise() public view {
        assertEncodedInOneWay(app, abi.encode(policyOf(deltasOf(1, 2))));
    }

    function test_RevertIf_NoValueIsInRange() public view {
        SignedFeed.Policy memory policy = policyOf(deltasOf(1));
        policy.least = GREATEST + 1;
        expectMalformed(app, abi.encode(policy));
    }

    function test_RevertIf_NoTimeIsInsured() public view {
        SignedFeed.Policy memory policy = policyOf(deltasOf(1));
        policy.since = UNTIL + 1;
        expectMalformed(app, abi.encode(policy));
    }

    function test_ASingleSecondCanBeInsured() public view {
        SignedFeed.Policy memory policy = policyOf(deltasOf(1));
        policy.since = UNTIL;
        (Turn turn,) = app.position(abi.encode(policy));
        assertTrue(turn == Turn.Anyone, "turn");
    }

    function testFuzz_RevertIf_SomebodyMovesWhenItIsDue(uint8 mover, bytes memory action) public view {
        SignedFeed.Policy memory policy = policyOf(deltasOf(1));
        policy.isDue = true;
        expectOutOfTurn(app, abi.encode(policy), action, Turn.Nobody, Turn(mover % 4));
    }

    function test_RevertIf_TheActionIsCutShort() public view {
        bytes memory good = readingOf(LEAST - 1, UNTIL);
        for (uint256 length; length < good.length; ++length) {
            bytes memory cut = bytes.concat(good);
            assembly ("memory-safe") {
                mstore(cut, length)
            }
            assertNoStep(cut);
        }
        assertNoStep(bytes.concat(good, hex"0000"));
    }

    function test_RevertIf_ATimeHasMoreThanFortyBits() public view {
        uint256 readAt = 1 << 40 | UNTIL;
        assertNoStep(
            bytes.concat(abi.encode(LEAST - 1, readAt), signFact(CAROL_KEY, digestOfReading(LEAST - 1, UNTIL)))
        );
    }

    function testFuzz_RevertIf_TheReadingIsInRange(int256 value) public view {
        value = bound(value, LEAST, GREATEST);
        bytes memory reason = abi.encodeWithSelector(SignedFeed.ReadingInRange.selector, LEAST, GREATEST, value);
        expectNoReading(readingOf(value, UNTIL), reason);
    }

    function test_RevertIf_TheReadingIsAtTheEdgeOfTheRange() public view {
        bytes memory reason = abi.encodeWithSelector(SignedFeed.ReadingInRange.selector, LEAST, GREATEST, LEAST);
        expectNoReading(readingOf(LEAST, UNTIL), reason);
        reason = abi.encodeWithSelector(SignedFeed.ReadingInRange.selector, LEAST, GREATEST, GREATEST);
        expectNoReading(readingOf(GREATEST, UNTIL), reason);
    }

    function testFuzz_RevertIf_TheReadingIsOld(uint40 readAt) public view {
        readAt = uint40(bound(readAt, 0, SINCE - 1));
        expectNotInsured(readAt);
        expectNotInsured(SINCE - 1);
    }

    function testFuzz_RevertIf_TheReadingIsLate(uint40 readAt) public view {
        readAt = uint40(bound(readAt, UNTIL + 1, type(uint40).max));
        expectNotInsured(readAt);
        expectNotInsured(UNTIL + 1);
    }

    function testFuzz_RevertIf_AnotherKeySigned(uint256 key) public view {
        key = bound(key, 1, type(uint128).max);
        if (key == CAROL_KEY) key = BOB_KEY;
        bytes memory forged = actionOf(LEAST - 1, UNTIL, signFact(key, digestOfReading(LEAST - 1, UNTIL)));
        expectNoReading(forged, abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, carol, vm.addr(key)));
    }

    function testFuzz_RevertIf_AnythingElseWasSigned(int256 value, uint40 readAt, bytes32 feed) public view {
        if (value != LEAST - 1) expectNotSigned(structHashOf(FEED, value, UNTIL));
        if (readAt != UNTIL) expectNotSigned(structHashOf(FEED, LEAST - 1, readAt));
        if (feed != FEED) expectNotSigned(structHashOf(feed, LEAST - 1, UNTIL));
    }

    function test_RevertIf_ItWasSignedForAnotherChain() public {
        vm.chainId(1);
        bytes memory elsewhere = readingOf(LEAST - 1, UNTIL);
        vm.chainId(31_337);
        assertNoStep(elsewhere);
    }

    function test_RevertIf_ItWasSignedForAnotherApp() public {
        bytes32 structHash = structHashOf(FEED, LEAST - 1, UNTIL);
        bytes32 digest = factDigest(address(new SignedFeed()), structHash);
        assertNoStep(actionOf(LEAST - 1, UNTIL, signFact(CAROL_KEY, digest)));
        assertNoStep(actionOf(LEAST - 1, UNTIL, signFact(CAROL_KEY, structHash)));
    }

    function test_RevertIf_TheSignatureIsMalleable() public view {
        (bytes memory high, bytes32 s) = signFactHigh(CAROL_KEY, digestOfReading(LEAST - 1, UNTIL));
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.SignatureMalleable.selector, s);
        expectNoReading(actionOf(LEAST - 1, UNTIL, high), reason);
    }

    function test_RevertIf_NobodySignedForAStationOfZero() public view {
        SignedFeed.Policy memory policy = policyOf(deltasOf(1));
        policy.station = address(0);
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.SignatureInvalid.selector);
        bytes memory action = actionOf(LEAST - 1, UNTIL, nobodysSignature());
        expectNoStep(app, abi.encode(policy), action, Turn.Party1, reason);
    }

    function testFuzz_NothingIsDueUntilAReadingIsShown(uint40 now_, int256 delta0, int256 delta1) public {
        vm.warp(now_);
        assertStands(app, abi.encode(policyOf(deltasOf(delta0, delta1))), Turn.Anyone, deltasOf(0, 0));
    }

    function testFuzz_AReadingOutOfRangePays(int256 value, uint40 readAt, uint8 mover, bool isFull, int256 delta)
        public
        view
    {
        value = value < GREATEST
            ? bound(value, type(int256).min, LEAST - 1)
            : bound(value, GREATEST + 1, type(int256).max);
        readAt = uint40(bound(readAt, SINCE, UNTIL));
        SignedFeed.Policy memory policy = policyOf(deltasOf(delta));
        bytes memory appState = abi.encode(policy);
        bytes32 digest = digestOfReading(value, readAt);
        bytes memory signature = isFull ? signFactFull(CAROL_KEY, digest) : signFact(CAROL_KEY, digest);
        policy.isDue = true;
        assertStep(app, appState, actionOf(value, readAt, signature), Turn(mover % 3), abi.encode(policy));
        assertStands(app, abi.encode(policy), Turn.Nobody, deltasOf(delta));
    }

    function testFuzz_NoClockIsRead(uint40 now_) public {
        vm.warp(now_);
        SignedFeed.Policy memory policy = policyOf(deltasOf(1));
        bytes memory appState = abi.encode(policy);
        policy.isDue = true;
        assertStep(app, appState, readingOf(LEAST - 1, SINCE), Turn.Anyone, abi.encode(policy));
    }

    function test_TheAdvisedGasIsEnoughForEightAssets() public {
        bytes memory appState = abi.encode(policyOf(eightDeltas()));
        assertGasSuffices(app, 60_000, appState, readingOf(LEAST - 1, UNTIL), Turn.Anyone);
        bytes memory full = signFactFull(CAROL_KEY, digestOfReading(LEAST - 1, UNTIL));
        assertGasSuffices(app, 60_000, appState, actionOf(LEAST - 1, UNTIL, full), Turn.Anyone);
    }

    // In a dispute

    function test_AFrostyNightIsPaidThoughAliceDoesNotSign() public {
        (Scene memory scene, bytes memory appState) = insuranceScene();
        closeBy(alice, scene);
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, appState, readingOf(LEAST, UNTIL)));
        expectNoForce(scene, moveBy(BOB_KEY, scene, 1, appState, readingOf(LEAST - 1, SINCE - 1)));
        Move memory step = moveBy(BOB_KEY, scene, 1, appState, readingOf(LEAST - 1, SINCE));
        force(scene, step);
        assertNotRepeated(scene, step);
        assertSettles(scene, UNTIL + WINDOW, 15 ether, 45 ether);
    }

    function test_AReadingOfTheLastInsuredSecondIsPaidAWindowLater() public {
        (Scene memory scene, bytes memory appState) = insuranceScene();
        closeBy(alice, scene);
        vm.prank(bob);
        evaluate(scene, appState);
        vm.warp(UNTIL + WINDOW - 1);
        force(scene, moveOf(1, appState, readingOf(GREATEST + 1, UNTIL)));
        assertSettles(scene, UNTIL + WINDOW, 15 ether, 45 ether);
    }

    function test_WithoutAReadingNothingIsPaid() public {
        (Scene memory scene, bytes memory appState) = insuranceScene();
        closeBy(alice, scene);
        evaluate(scene, appState);
        assertSettles(scene, UNTIL + WINDOW, 30 ether, 30 ether);
    }

    function test_AWithheldStateVoidsTheStepWhichIsMadeAgain() public {
        (Scene memory scene, bytes memory appState) = insuranceScene();
        assertMadeAgain(scene, 0, appState, readingOf(LEAST - 1, SINCE));
    }

    function test_EachAssetIsPaid() public {
        bytes memory appState = abi.encode(policyOf(deltasOf(7 ether, -3 ether)));
        Scene memory scene = mixedScene(address(app), appState);
        closeBy(alice, scene);
        force(scene, moveOf(1, appState, readingOf(LEAST - 1, SINCE)));
        assertEq(sumOf(scene, 1), -3 ether, "token");
        assertSettles(scene, evidenceDeadline() + WINDOW, 23 ether, 37 ether);
    }

    function test_TheInsuranceIsClampedToTheStakes() public {
        bytes memory appState = abi.encode(policyOf(deltasOf(15 ether)));
        Instance memory instance = instanceOf(address(app), appState);
        instance.stakes = stakesOf(4 ether, 30 ether);
        Scene memory scene = sceneOf(instance);
        force(scene, moveOf(1, appState, readingOf(LEAST - 1, SINCE)));
        assertEq(sumOf(scene, 0), 4 ether, "clamped");
    }

    function policyOf(int256[] memory deltas) private view returns (SignedFeed.Policy memory) {
        return SignedFeed.Policy(FEED, carol, LEAST, GREATEST, SINCE, UNTIL, false, deltas);
    }

    /// @notice Fifteen ether for Bob.
    function insuranceScene() private returns (Scene memory, bytes memory appState) {
        appState = abi.encode(policyOf(deltasOf(15 ether)));
        Instance memory instance = instanceOf(address(app), appState);
        (instance.maxSteps, instance.appGas, instance.matures) = (1, 60_000, UNTIL);
        return (sceneOf(instance), appState);
    }

    function structHashOf(bytes32 feed, int256 value, uint40 readAt) private pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Reading(bytes32 feed,int256 value,uint40 readAt)"), feed, value, readAt));
    }

    function digestOfReading(int256 value, uint40 readAt) private view returns (bytes32) {
        return factDigest(address(app), structHashOf(FEED, value, readAt));
    }

    function actionOf(int256 value, uint40 readAt, bytes memory signature) private pure returns (bytes memory) {
        return bytes.concat(abi.encode(value, readAt), signature);
    }

    /// @notice A reading that Carol has signed.
    function readingOf(int256 value, uint40 readAt) private view returns (bytes memory) {
        return actionOf(value, readAt, signFact(CAROL_KEY, digestOfReading(value, readAt)));
    }

    function expectNoReading(bytes memory action, bytes memory reason) private view {
        expectNoStep(app, abi.encode(policyOf(deltasOf(1))), action, Turn.Party1, reason);
    }

    function expectNotInsured(uint40 readAt) private view {
        bytes memory reason = abi.encodeWithSelector(SignedFeed.ReadingNotInsured.selector, SINCE, UNTIL, readAt);
        expectNoReading(readingOf(LEAST - 1, readAt), reason);
    }

    /// @notice Carol signed something else than the reading that is shown.
    function expectNotSigned(bytes32 structHash) private view {
        assertNoStep(actionOf(LEAST - 1, UNTIL, signFact(CAROL_KEY, factDigest(address(app), structHash))));
    }

    function assertNoStep(bytes memory action) private view {
        bytes memory appState = abi.encode(policyOf(deltasOf(1)));
        (bool success,) = address(app).staticcall(abi.encodeCall(app.transition, (appState, action, Turn.Party1)));
        assertTrue(!success, "refused");
    }
}
