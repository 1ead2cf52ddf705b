// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {IApp, Turn} from "../../contracts/interfaces/IApp.sol";
import {Instance} from "../../contracts/types/Instance.sol";

import {MAX_AMOUNT} from "../../contracts/types/Terms.sol";
import {Gauge} from "./apps/Gauge.sol";
import {Parrot} from "./apps/Parrot.sol";
import {Reentering} from "./apps/Reentering.sol";
import {Starvable} from "./apps/Starvable.sol";
import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

/// @notice Apps that misbehave: the operation is refused, or is what it would have been without.
contract AppsTest is InstanceTest {
    uint256 private constant MAX_APP_BYTES = 4096;
    bytes4 private constant POSITION = IApp.position.selector;
    bytes4 private constant TRANSITION = IApp.transition.selector;

    Parrot private parrot;
    /// @dev Anyone moves next, and one ether is party 1's.
    bytes private goodPosition = abi.encode(Turn.Anyone, deltasOf(1 ether));
    /// @dev The same, in an app state of one word.
    bytes private goodTransition = abi.encode(abi.encode(keccak256("next")), Turn.Anyone, deltasOf(1 ether));

    function setUp() public override {
        super.setUp();
        parrot = new Parrot();
    }

    // Calls that fail

    function test_RevertIf_TheAppReverts() public {
        for (uint256 size; size < 200; size += 68) {
            expectPositionFails(Parrot.Answer(Parrot.Manner.Revert, new bytes(size)));
            expectTransitionFails(Parrot.Answer(Parrot.Manner.Revert, new bytes(size)));
        }
    }

    function test_RevertIf_TheAppRevertsWithAGoodAnswer() public {
        expectPositionFails(Parrot.Answer(Parrot.Manner.Revert, goodPosition));
        expectTransitionFails(Parrot.Answer(Parrot.Manner.Revert, goodTransition));
    }

    function test_RevertIf_TheAppBurnsItsGas() public {
        expectPositionFails(Parrot.Answer(Parrot.Manner.BurnAllGas, ""));
        expectTransitionFails(Parrot.Answer(Parrot.Manner.BurnAllGas, ""));
    }

    function test_RevertIf_TheAppIsNoApp() public {
        address[4] memory apps = [alice, address(4), address(0), address(new Nothing())];
        for (uint256 i; i < apps.length; ++i) {
            Scene memory scene = dryScene(apps[i], "", 100_000);
            expectError(abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, apps[i], POSITION));
            evaluate(scene, "");
            expectError(abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, apps[i], TRANSITION));
            force(scene, moveOf(1, "", NO_ACTION));
        }
    }

    function test_RevertIf_TheAppIsGivenTooLittleGas() public {
        bytes memory appState = owing(Turn.Anyone, 0);
        for (uint32 appGas; appGas < 600; appGas += 300) {
            Scene memory scene = dryScene(address(meter), appState, appGas);
            expectError(abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, address(meter), POSITION));
            evaluate(scene, appState);
            expectError(abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, address(meter), TRANSITION));
            force(scene, moveOf(1, appState, owing(Turn.Anyone, 1)));
        }
    }

    function test_RevertIf_TheAppHasChangedItsCode() public {
        bytes memory appState = scriptOf(returning(goodPosition), returning(goodTransition));
        Scene memory scene = dryScene(address(parrot), appState, 100_000);
        bytes32 agreed = address(parrot).codehash;
        scene.instance.appCodeHash = agreed;
        seal(scene);
        bytes[3] memory codes = [bytes(""), hex"00", address(meter).code];
        for (uint256 i; i < codes.length; ++i) {
            vm.etch(address(parrot), codes[i]);
            bytes32 actual = address(parrot).codehash;
            expectError(abi.encodeWithSelector(IChannelErrors.AppCodeMismatch.selector, agreed, actual));
            evaluate(scene, appState);
            expectError(abi.encodeWithSelector(IChannelErrors.AppCodeMismatch.selector, agreed, actual));
            force(scene, moveOf(1, appState, NO_ACTION));
        }
    }

    // Positions that are malformed

    function test_RevertIf_APositionHasAWrongLength() public {
        for (uint256 length; length <= goodPosition.length + 64; ++length) {
            if (length % 32 > 1 && length % 32 < 31 || length == goodPosition.length) continue;
            expectPositionMalformed(resized(goodPosition, length));
        }
    }

    function test_RevertIf_APositionHasAWrongTurn() public {
        expectPositionMalformed(abi.encode(4, 64, 1, 1 ether));
        expectPositionMalformed(abi.encode(1 << 8, 64, 1, 1 ether));
        expectPositionMalformed(abi.encode(uint256(1 << 255) | 2, 64, 1, 1 ether));
        expectPositionMalformed(abi.encode(type(uint256).max, 64, 1, 1 ether));
    }

    function test_RevertIf_APositionHasAWrongOffset() public {
        uint256[7] memory offsets = [uint256(0), 32, 63, 65, 96, 128, type(uint256).max];
        for (uint256 i; i < offsets.length; ++i) {
            expectPositionMalformed(abi.encode(2, offsets[i], 1, 1 ether));
        }
    }

    function test_RevertIf_APositionHasAWrongNumberOfDeltas() public {
        expectPositionMalformed(abi.encode(Turn.Anyone, new int256[](0)));
        expectPositionMalformed(abi.encode(Turn.Anyone, new int256[](2)));
        expectPositionMalformed(abi.encode(Turn.Anyone, new int256[](9)));
        expectPositionMalformed(abi.encode(2, 64, 0, 1 ether));
        expectPositionMalformed(abi.encode(2, 64, 2, 1 ether));
        expectPositionMalformed(abi.encode(2, 64, type(uint256).max, 1 ether));
    }

    function testFuzz_APositionIsExactlyEncodedOrRefused(uint256 index, uint256 value) public {
        index %= goodPosition.length / 32;
        if (value % 2 == 0) value %= 200;
        bytes memory answer = withWord(goodPosition, index, value);
        bool isTurn = index == 0 && value <= uint256(type(Turn).max);
        if (isTurn || index == 3 || keccak256(answer) == keccak256(goodPosition)) {
            bytes memory appState = scriptOf(returning(answer), returning(""));
            Scene memory scene = dryScene(address(parrot), appState, 100_000);
            evaluate(scene, appState);
            assertProgress(scene, appState, 0, START);
        } else {
            expectPositionMalformed(answer);
        }
    }

    // Transitions that are malformed

    function test_RevertIf_ATransitionHasAWrongLength() public {
        for (uint256 length; length <= goodTransition.length + 64; ++length) {
            if (length % 32 > 1 && length % 32 < 31 || length == goodTransition.length) continue;
            expectTransitionMalformed(resized(goodTransition, length));
        }
    }

    function test_RevertIf_ATransitionHasAWrongTurn() public {
        expectTransitionMalformed(withWord(goodTransition, 1, 4));
        expectTransitionMalformed(withWord(goodTransition, 1, 1 << 8));
        expectTransitionMalformed(withWord(goodTransition, 1, 1 << 255 | 2));
        expectTransitionMalformed(withWord(goodTransition, 1, type(uint256).max));
    }

    function test_RevertIf_ATransitionHasAWrongOffset() public {
        uint256[7] memory offsets = [uint256(0), 32, 95, 97, 128, 192, type(uint256).max];
        for (uint256 i; i < offsets.length; ++i) {
            expectTransitionMalformed(withWord(goodTransition, 0, offsets[i]));
            expectTransitionMalformed(withWord(goodTransition, 2, offsets[i]));
        }
    }

    function test_RevertIf_ATransitionHasAWrongLengthWord() public {
        uint256[6] memory lengths = [uint256(0), 33, 64, MAX_APP_BYTES + 1, type(uint256).max, type(uint256).max - 30];
        for (uint256 i; i < lengths.length; ++i) {
            expectTransitionMalformed(withWord(goodTransition, 3, lengths[i]));
        }
    }

    /// @dev Rounded up to whole words in 256 bits such a length is nothing, which is what is there.
    function test_RevertIf_TheLengthOfAnAbsentAppStateWraps() public {
        for (uint256 i = 1; i < 32; ++i) {
            uint256 length;
            unchecked {
                length -= i;
            }
            expectTransitionMalformed(abi.encode(96, Turn.Anyone, 128, length, 1, 1 ether));
        }
    }

    function test_RevertIf_ATransitionHasAWrongNumberOfDeltas() public {
        bytes memory next = abi.encode(keccak256("next"));
        expectTransitionMalformed(abi.encode(next, Turn.Anyone, new int256[](0)));
        expectTransitionMalformed(abi.encode(next, Turn.Anyone, new int256[](2)));
        expectTransitionMalformed(abi.encode(next, Turn.Anyone, new int256[](9)));
        expectTransitionMalformed(withWord(goodTransition, 5, 0));
        expectTransitionMalformed(withWord(goodTransition, 5, 2));
        expectTransitionMalformed(withWord(goodTransition, 5, type(uint256).max));
    }

    /// @dev The same to a decoder, but not the encoding: the deltas come before the app state.
    function test_RevertIf_ATransitionIsEncodedOtherwise() public {
        expectTransitionMalformed(abi.encode(160, Turn.Anyone, 96, 1, 1 ether, 32, keccak256("next")));
    }

    function testFuzz_ATransitionIsExactlyEncodedOrRefused(uint256 index, uint256 value) public {
        index %= goodTransition.length / 32;
        if (value % 2 == 0) value %= 200;
        bytes memory answer = withWord(goodTransition, index, value);
        bool isTurn = index == 1 && value <= uint256(type(Turn).max);
        bool isShorter = index == 3 && value > 0 && value < 32;
        if (isTurn || isShorter || index == 4 || index == 6 || keccak256(answer) == keccak256(goodTransition)) {
            (bytes memory next,,) = abi.decode(answer, (bytes, Turn, int256[]));
            bytes memory appState = scriptOf(returning(""), returning(answer));
            Scene memory scene = dryScene(address(parrot), appState, 100_000);
            snapshot(scene);
            vm.expectEmit(address(manager));
            emit IChannelManager.Progressed(scene.channelId, scene.leaf, 1, next);
            force(scene, moveOf(1, appState, NO_ACTION));
            assertProgress(scene, next, 1, START);
        } else {
            expectTransitionMalformed(answer);
        }
    }

    function test_TheNextAppStateMayBeOfTheGreatestLength() public {
        expectTransitionMalformed(Parrot.Answer(Parrot.Manner.ReturnBomb, abi.encode(MAX_APP_BYTES + 1)));

        Parrot.Answer memory longest = Parrot.Answer(Parrot.Manner.ReturnBomb, abi.encode(MAX_APP_BYTES));
        bytes memory appState = scriptOf(returning(""), longest);
        Scene memory scene = dryScene(address(parrot), appState, 100_000);
        force(scene, moveOf(1, appState, NO_ACTION));
        assertProgress(scene, new bytes(MAX_APP_BYTES), 1, START);
    }

    function test_TheNextAppStateMayBeEmpty() public {
        bytes memory appState =
            scriptOf(returning(""), returning(abi.encode(new bytes(0), Turn.Anyone, deltasOf(1 ether))));
        Scene memory scene = dryScene(address(parrot), appState, 100_000);
        force(scene, moveOf(1, appState, NO_ACTION));
        assertProgress(scene, "", 1, START);
        assertEq(sumOf(scene, 0), 1 ether, "sum");
    }

    // Bombs

    function test_ABombIsNotCopied() public {
        Parrot.Manner[2] memory manners = [Parrot.Manner.ReturnBomb, Parrot.Manner.RevertBomb];
        for (uint256 i; i < manners.length; ++i) {
            Parrot.Answer memory bomb = Parrot.Answer(manners[i], abi.encode(500_000));
            bytes memory appState = scriptOf(bomb, bomb);
            Scene memory scene = dryScene(address(parrot), appState, 6_000_000);
            uint256 ofTheApp = costOf(address(parrot), abi.encodeCall(IApp.position, (appState)));
            assertTrue(ofTheApp > 1_000_000, "a bomb");
            uint256 ofAll = costOf(address(manager), evaluateCall(scene, appState));
            assertTrue(ofAll > ofTheApp && ofAll - ofTheApp < 100_000, "not copied by an evaluation");
            ofAll = costOf(address(manager), forceCall(scene, moveOf(1, appState, NO_ACTION)));
            assertTrue(ofAll > ofTheApp && ofAll - ofTheApp < 100_000, "not copied by a step");
        }
    }

    function test_RevertIf_TheAppReturnsABomb() public {
        expectPositionMalformed(Parrot.Answer(Parrot.Manner.ReturnBomb, abi.encode(50_000)));
        expectTransitionMalformed(Parrot.Answer(Parrot.Manner.ReturnBomb, abi.encode(50_000)));
        expectPositionFails(Parrot.Answer(Parrot.Manner.RevertBomb, abi.encode(50_000)));
        expectTransitionFails(Parrot.Answer(Parrot.Manner.RevertBomb, abi.encode(50_000)));
    }

    // Outcomes beyond the stakes

    function test_ExtremeOutcomesSettleAtTheStakes() public {
        int256[2] memory extremes = [type(int256).max, type(int256).min];
        for (uint256 i; i < extremes.length; ++i) {
            uint256 id = vm.snapshotState();
            bytes memory appState = owing(Turn.Nobody, extremes[i]);
            Instance memory instance = instanceOf(address(meter), appState);
            instance.stakes = stakesOf(7 ether, 9 ether);
            Scene memory scene = sceneOf(instance);
            closeBy(alice, scene);
            evaluate(scene, appState);
            (uint256 toAlice, uint256 toBob) = i == 0 ? (23 ether, 37 ether) : (39 ether, 21 ether);
            assertSettles(scene, evidenceDeadline() + WINDOW, toAlice, toBob);
            vm.revertToState(id);
        }
    }

    function test_TheGreatestNetsAndStakesSettleAtTheEscrow() public {
        int256[2] memory extremes = [type(int256).max, type(int256).min];
        for (uint256 i; i < extremes.length; ++i) {
            uint256 id = vm.snapshotState();
            bytes memory appState = owing(Turn.Nobody, extremes[i]);
            Instance memory a = instanceOf(address(meter), appState);
            a.stakes = stakesOf(type(uint112).max, type(uint112).max);
            Instance memory b = instanceOf(address(meter), appState);
            (b.id, b.stakes) = (bytes32(uint256(2)), a.stakes);
            int256 net = i == 0 ? int256(MAX_AMOUNT) : -int256(MAX_AMOUNT);
            Scene[] memory scenes = scenesOf(openChannel(), stateOf(ROUND, net), listOf(a, b));
            closeBy(alice, scenes[0]);
            evaluate(scenes[0], appState);
            evaluate(scenes[1], appState);
            int256 greatest = int256(uint256(type(uint112).max));
            assertEq(sumOf(scenes[0], 0), i == 0 ? 2 * greatest : -2 * greatest, "sum");
            (uint256 toAlice, uint256 toBob) = i == 0 ? (uint256(0), 2 * STAKE) : (2 * STAKE, uint256(0));
            assertSettles(scenes[0], evidenceDeadline() + WINDOW, toAlice, toBob);
            vm.revertToState(id);
        }
    }

    // Gas

    function test_AWarmAppFindsExactlyItsGasWhateverTheSubmitterBrings() public {
        assertExactGas(address(new Gauge()));
    }

    /// forge-config: default.isolate = true
    function test_AColdAppFindsExactlyItsGasWhateverTheSubmitterBrings() public {
        assertExactGas(address(new Gauge()));
    }

    /// @dev To call an account with EIP-7702 code opens two accounts.
    /// forge-config: default.isolate = true
    /// forge-config: default.evm_version = "prague"
    function test_ADelegatedAppFindsExactlyItsGasWhateverTheSubmitterBrings() public {
        address app = address(0x7702);
        vm.etch(app, bytes.concat(hex"ef0100", bytes20(address(new Gauge()))));
        assertExactGas(app);
    }

    function test_AStarvedAppCannotFalsifyItsOutcome() public {
        Starvable app = new Starvable();
        bytes memory appState = abi.encode(0);
        Scene memory scene = dryScene(address(app), appState, 60_000);
        snapshot(scene);
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), 1 ether, "truth");
        bytes memory evaluation = evaluateCall(scene, appState);
        uint256 succeeded;
        for (uint256 gasLimit; gasLimit < 400_000; gasLimit += 500) {
            uint256 id = vm.snapshotState();
            (bool success,) = address(manager).call{gas: gasLimit}(evaluation);
            if (success) ++succeeded;
            assertEq(sumOf(scene, 0), 1 ether, "truth");
            vm.revertToState(id);
        }
        assertTrue(succeeded > 0 && succeeded < 800, "both sides of the least gas");
    }

    function test_AStarvableAppFalsifiesItsOutcomeIfItIsAgreedToStarveIt() public {
        Starvable app = new Starvable();
        bytes memory appState = abi.encode(0);
        Scene memory scene = dryScene(address(app), appState, 40_000);
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), -1 ether, "falsified");
    }

    // Calls back

    function test_AnAppCannotChangeAnythingByCallingBack() public {
        Reentering app = new Reentering();
        Scene memory newer = sceneAt(ROUND + 1, dryScene(address(meter), goodPosition, 100_000));
        bytes memory shot = abi.encodeCall(manager.snapshotSolo, (pack(newer.terms), evidenceOf(newer)));
        bytes[] memory shots = new bytes[](1);
        shots[0] = shot;
        bytes[3] memory calls =
            [shot, abi.encodeCall(manager.multicall, (shots, 100_000)), abi.encodeCall(manager.claim, (alice, alice))];
        for (uint256 i; i < calls.length; ++i) {
            uint256 id = vm.snapshotState();
            bytes memory appState = abi.encode(address(manager), calls[i]);
            Scene memory scene = dryScene(address(app), appState, 400_000);
            evaluate(scene, appState);
            assertEq(sumOf(scene, 0), 1, "the call back failed");
            assertRecord(scene, 0);
            vm.revertToState(id);
        }
    }

    function test_AnAppMayReadTheChannel() public {
        Reentering app = new Reentering();
        bytes memory appState = abi.encode(address(manager), abi.encodeCall(manager.load, (new bytes32[](1))));
        Scene memory scene = dryScene(address(app), appState, 100_000);
        evaluate(scene, appState);
        assertEq(sumOf(scene, 0), 0, "the call back went through");
    }

    // Helpers

    /// @notice A scene in a channel without money.
    function dryScene(address app, bytes memory appState, uint32 appGas) private view returns (Scene memory) {
        Instance memory instance = instanceOf(app, appState);
        instance.appGas = appGas;
        return scenesOf(nativeTerms(), stateOf(ROUND, 0), listOf(instance))[0];
    }

    function returning(bytes memory data) private pure returns (Parrot.Answer memory) {
        return Parrot.Answer(Parrot.Manner.Return, data);
    }

    function scriptOf(Parrot.Answer memory position, Parrot.Answer memory transition)
        private
        pure
        returns (bytes memory)
    {
        return abi.encode(Parrot.Script(position, transition));
    }

    function malformed(bytes4 selector) private view returns (bytes memory) {
        return abi.encodeWithSelector(IChannelErrors.AppReturnMalformed.selector, address(parrot), selector);
    }

    function failed(bytes4 selector) private view returns (bytes memory) {
        return abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, address(parrot), selector);
    }

    function expectPositionMalformed(bytes memory answer) private {
        expectPositionMalformed(returning(answer));
    }

    function expectPositionMalformed(Parrot.Answer memory answer) private {
        expectPositionRefused(answer, malformed(POSITION));
    }

    function expectPositionFails(Parrot.Answer memory answer) private {
        expectPositionRefused(answer, failed(POSITION));
    }

    function expectPositionRefused(Parrot.Answer memory answer, bytes memory reason) private {
        bytes memory appState = scriptOf(answer, returning(goodTransition));
        Scene memory scene = dryScene(address(parrot), appState, 1_000_000);
        expectError(reason);
        evaluate(scene, appState);
    }

    function expectTransitionMalformed(bytes memory answer) private {
        expectTransitionMalformed(returning(answer));
    }

    function expectTransitionMalformed(Parrot.Answer memory answer) private {
        expectTransitionRefused(answer, malformed(TRANSITION));
    }

    function expectTransitionFails(Parrot.Answer memory answer) private {
        expectTransitionRefused(answer, failed(TRANSITION));
    }

    function expectTransitionRefused(Parrot.Answer memory answer, bytes memory reason) private {
        bytes memory appState = scriptOf(returning(goodPosition), answer);
        Scene memory scene = dryScene(address(parrot), appState, 1_000_000);
        expectError(reason);
        force(scene, moveOf(1, appState, NO_ACTION));
    }

    /// @dev Evaluates and steps a `Gauge`.
    function assertExactGas(address gauge) private {
        bytes memory appState = abi.encode(0);
        Scene memory scene = dryScene(gauge, appState, 1_000_000);
        evaluate(scene, appState);
        assertTrue(sumOf(scene, 0) > 999_000 && sumOf(scene, 0) < 1_000_000, "gas of the app");
        assertSameAtAnyGas(scene, evaluateCall(scene, appState));
        assertSameAtAnyGas(scene, forceCall(scene, moveOf(1, appState, NO_ACTION)));
    }

    /// @dev The call succeeds from some gas on, and wherever it does it stores the same: tried around the least such gas,
    /// one unit at a time.
    function assertSameAtAnyGas(Scene memory scene, bytes memory data) private {
        uint256 tooLittle;
        uint256 enough = 4_000_000;
        (, bytes32 stored) = callWith(scene, data, enough);
        while (enough - tooLittle > 1) {
            uint256 middle = (tooLittle + enough) / 2;
            (bool success,) = callWith(scene, data, middle);
            if (success) enough = middle;
            else tooLittle = middle;
        }
        assertTrue(enough > 1_000_000, "at least the gas of the app");
        for (uint256 gasLimit = enough - 300; gasLimit < enough + 300; ++gasLimit) {
            (bool success, bytes32 actual) = callWith(scene, data, gasLimit);
            if (success) assertEq(actual, stored, "stored");
        }
    }

    /// @return success of the call, which is then undone
    /// @return stored a hash of what it left
    function callWith(Scene memory scene, bytes memory data, uint256 gasLimit)
        private
        returns (bool success, bytes32 stored)
    {
        uint256 id = vm.snapshotState();
        (success,) = address(manager).call{gas: gasLimit}(data);
        stored = keccak256(abi.encode(progressOf(scene), tallyOf(scene)));
        vm.revertToState(id);
    }

    /// @notice The gas of a call whose answer is not copied.
    function costOf(address target, bytes memory data) private returns (uint256 cost) {
        assembly ("memory-safe") {
            cost := gas()
            pop(call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0))
            cost := sub(cost, gas())
        }
    }

    /// @notice The bytes with another word at `index`.
    function withWord(bytes memory data, uint256 index, uint256 word) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        assembly ("memory-safe") {
            mstore(add(changed, mul(0x20, add(index, 1))), word)
        }
    }

    /// @notice The first `length` bytes, with zeros where there are none.
    function resized(bytes memory data, uint256 length) private pure returns (bytes memory list) {
        list = new bytes(length);
        for (uint256 i; i < length && i < data.length; ++i) {
            list[i] = data[i];
        }
    }
}

/// @notice Has code, and no function.
contract Nothing {}
