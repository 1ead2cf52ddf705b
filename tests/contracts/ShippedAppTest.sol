// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {App} from "../../contracts/apps/App.sol";
import {IApp, Turn} from "../../contracts/interfaces/IApp.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Hashes} from "../../contracts/libraries/Hashes.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

/// @notice What tests of the apps that ship share: an app asked by itself, and an instance of it in a dispute.
abstract contract ShippedAppTest is InstanceTest {
    error NotRefused(bytes expected);
    error RefusedOtherwise(bytes expected, bytes actual);

    /// @dev The order of the curve.
    uint256 internal constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    // An app by itself

    function assertStands(IApp app, bytes memory appState, Turn expected, int256[] memory outcome) internal view {
        (Turn turn, int256[] memory deltas) = app.position(appState);
        assertEq(uint256(turn), uint256(expected), "turn");
        assertEq(keccak256(abi.encode(deltas)), keccak256(abi.encode(outcome)), "outcome");
    }

    /// @notice The step leads to `next`, and the answer says where the app stands there.
    function assertStep(IApp app, bytes memory appState, bytes memory action, Turn mover, bytes memory next)
        internal
        view
    {
        (bytes memory actual, Turn turn, int256[] memory deltas) = app.transition(appState, action, mover);
        assertEq(keccak256(actual), keccak256(next), "next app state");
        assertStands(app, next, turn, deltas);
    }

    /// @notice So much gas is enough to ask an app that nobody has called yet where it stands.
    function assertGasSuffices(IApp app, uint256 gasLimit, bytes memory appState) internal {
        vm.cool(address(app));
        app.position{gas: gasLimit}(appState);
    }

    /// @notice So much gas is enough for the step, and to ask where the app stands before and after it.
    function assertGasSuffices(IApp app, uint256 gasLimit, bytes memory appState, bytes memory action, Turn mover)
        internal
        returns (bytes memory next)
    {
        assertGasSuffices(app, gasLimit, appState);
        vm.cool(address(app));
        (next,,) = app.transition{gas: gasLimit}(appState, action, mover);
        assertGasSuffices(app, gasLimit, next);
    }

    function eightDeltas() internal pure returns (int256[] memory deltas) {
        deltas = new int256[](8);
        for (uint256 i; i < deltas.length; ++i) {
            deltas[i] = i % 2 == 0 ? type(int256).max : type(int256).min;
        }
    }

    function eightWagers() internal pure returns (uint112[] memory wagers) {
        wagers = new uint112[](8);
        for (uint256 i; i < wagers.length; ++i) {
            wagers[i] = type(uint112).max;
        }
    }

    /// @notice The step is refused with exactly this error.
    function expectNoStep(IApp app, bytes memory appState, bytes memory action, Turn mover, bytes memory reason)
        internal
        view
    {
        expectRefusal(app, abi.encodeCall(IApp.transition, (appState, action, mover)), reason);
    }

    function expectOutOfTurn(IApp app, bytes memory appState, bytes memory action, Turn turn, Turn mover)
        internal
        view
    {
        expectNoStep(app, appState, action, mover, abi.encodeWithSelector(App.NotYourTurn.selector, turn, mover));
    }

    /// @notice The app state can be read, but says what cannot be.
    function expectMalformed(IApp app, bytes memory appState) internal view {
        bytes memory reason = abi.encodeWithSelector(App.AppStateMalformed.selector);
        expectRefusal(app, abi.encodeCall(IApp.position, (appState)), reason);
        for (uint256 mover; mover < 3; ++mover) {
            expectNoStep(app, appState, NO_ACTION, Turn(mover), reason);
        }
    }

    function expectActionLength(IApp app, bytes memory appState, bytes memory action, Turn mover, uint256 expected)
        internal
        view
    {
        bytes memory reason = abi.encodeWithSelector(App.ActionLengthInvalid.selector, expected, action.length);
        expectNoStep(app, appState, action, mover, reason);
    }

    function isRefused(IApp app, bytes memory appState) internal view returns (bool) {
        (bool success,) = address(app).staticcall(abi.encodeCall(IApp.position, (appState)));
        return !success;
    }

    /// @notice Of the many texts that a decoder would take for the good `appState`, and of those cut short, none is
    /// taken.
    function assertEncodedInOneWay(IApp app, bytes memory appState) internal view {
        assertTrue(!isRefused(app, appState), "good");
        assertTrue(isRefused(app, bytes.concat(appState, hex"00")), "a byte behind");
        assertTrue(isRefused(app, bytes.concat(appState, bytes32(0))), "a word behind");
        assertTrue(isRefused(app, bytes.concat(bytes32(uint256(64)), appState)), "a word before");
        for (uint256 length; length < appState.length; ++length) {
            if (length % 32 > 1 && length % 32 < 31) continue;
            bytes memory cut = bytes.concat(appState);
            assembly ("memory-safe") {
                mstore(cut, length)
            }
            assertTrue(isRefused(app, cut), "cut short");
        }
    }

    function expectRefusal(IApp app, bytes memory call, bytes memory reason) private view {
        (bool success, bytes memory answer) = address(app).staticcall(call);
        if (success) revert NotRefused(reason);
        if (keccak256(answer) != keccak256(reason)) revert RefusedOtherwise(reason, answer);
    }

    // An instance in a dispute

    /// @notice The step is refused, because the app refuses it.
    function expectNoForce(Scene memory scene, Move memory move) internal {
        bytes4 selector = IApp.transition.selector;
        expectError(abi.encodeWithSelector(IChannelErrors.AppCallFailed.selector, scene.instance.app, selector));
        force(scene, move);
    }

    /// @notice A step that was made cannot be made once more.
    function assertNotRepeated(Scene memory scene, Move memory move) internal {
        vm.expectPartialRevert(IChannelErrors.AppStateMismatch.selector);
        force(scene, move);
    }

    /// @notice The channel closes, the step is made, a newer state with the same instance voids it in the last second,
    /// and it is made again, in the last second for that.
    /// @param key the mover's; 0 for a stranger
    function assertMadeAgain(Scene memory scene, uint256 key, bytes memory appState, bytes memory action) internal {
        closeBy(bob, scene);
        force(scene, stepBy(key, scene, appState, action));
        int256 sum = sumOf(scene, 0);
        Scene memory withheld = sceneAt(ROUND + 1, scene);
        vm.warp(evidenceDeadline() - 1);
        snapshot(withheld);
        assertUntouched(withheld);
        assertEq(sumOf(withheld, 0), 0, "voided");
        vm.warp(evidenceDeadline() + WINDOW - 1);
        force(withheld, stepBy(key, withheld, appState, action));
        assertEq(sumOf(withheld, 0), sum, "made again");
    }

    /// @notice The first step, signed unless `key` is 0.
    function stepBy(uint256 key, Scene memory scene, bytes memory appState, bytes memory action)
        internal
        view
        returns (Move memory)
    {
        return key == 0 ? moveOf(1, appState, action) : moveBy(key, scene, 1, appState, action);
    }

    /// @notice A scene of the native coin and a token, 30 of each from each party, all of it at stake.
    function mixedScene(address app, bytes memory appState) internal returns (Scene memory scene) {
        Instance memory instance = instanceOf(app, appState);
        instance.stakes = wholeStakes(2);
        scene = scenesOf(mixedTerms(), pairState(), listOf(instance))[0];
        for (uint256 side; side < 4; ++side) {
            uint256 value = side < 2 ? STAKE : 0;
            manager.deposit{value: value}(pack(scene.terms), STAKE, uint8(side));
        }
    }

    // Facts that are signed

    /// @notice What is signed of a fact, for the app at `app`.
    function factDigest(address app, bytes32 structHash) internal view returns (bytes32) {
        return Hashes.digest(Hashes.domain(app), structHash);
    }

    function signFact(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
        return abi.encodePacked(r, vs);
    }

    function signFactFull(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @notice The other signature of the same key, and its `s`.
    function signFactHigh(uint256 key, bytes32 digest) internal pure returns (bytes memory, bytes32) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        bytes32 high = bytes32(ORDER - uint256(s));
        return (abi.encodePacked(r, high, 55 - v), high);
    }

    /// @notice Of the right length, and nobody's.
    function nobodysSignature() internal pure returns (bytes memory) {
        return abi.encodePacked(bytes32(0), bytes32(0));
    }
}
