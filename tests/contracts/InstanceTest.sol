// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {State, Step} from "../../contracts/types/Messages.sol";
import {Progress} from "../../contracts/types/Progress.sol";
import {Record} from "../../contracts/types/Record.sol";
import {Tally} from "../../contracts/types/Tally.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {Meter} from "./apps/Meter.sol";
import {ChannelTest} from "./ChannelTest.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

/// @notice A well-behaved token.
contract Coin is ERC20("Coin", "COIN") {
    constructor() {
        _mint(msg.sender, type(uint128).max);
    }
}

/// @notice Scenes: a channel, a co-signed state of it, and one instance in that state.
abstract contract InstanceTest is ChannelTest {
    using StorageReader for ChannelManager;

    /// @param signatures both parties', over the state
    struct Scene {
        Terms terms;
        State state;
        bytes signatures;
        Instance instance;
        bytes32[] proof;
        bytes32 channelId;
        bytes32 stateHash;
        bytes32 leaf;
    }

    /// @notice A step, and its mover's signature; empty for none.
    struct Move {
        uint8 number;
        bytes appState;
        bytes action;
        bytes signature;
    }

    uint64 internal constant ROUND = 5;
    bytes internal constant NO_ACTION = "";

    Meter internal meter;

    function setUp() public virtual override {
        super.setUp();
        meter = new Meter();
    }

    // Scenes

    /// @notice A funded channel of the native coin, and one instance in its state of round 5.
    function sceneOf(address app, bytes memory appState) internal returns (Scene memory) {
        return sceneOf(instanceOf(app, appState));
    }

    function sceneOf(Instance memory instance) internal returns (Scene memory) {
        return scenesOf(openChannel(), stateOf(ROUND, 0), listOf(instance))[0];
    }

    /// @notice A scene with a `Meter` that party 0 may set.
    function meterScene() internal returns (Scene memory) {
        return sceneOf(address(meter), owing(Turn.Party0, 0));
    }

    function scenePairOf(Instance memory a, Instance memory b) internal returns (Scene memory, Scene memory) {
        Scene[] memory scenes = scenesOf(openChannel(), stateOf(ROUND, 0), listOf(a, b));
        return (scenes[0], scenes[1]);
    }

    /// @notice One scene per instance, all in one state.
    function scenesOf(Terms memory terms, State memory state, Instance[] memory instances)
        internal
        view
        returns (Scene[] memory scenes)
    {
        bytes32[] memory leaves = new bytes32[](instances.length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = leafOf(instances[i]);
        }
        state.instancesRoot = Tree.root(leaves);
        bytes32 channelId = idOf(terms);
        bytes32 stateHash = hashOf(terms, state);
        bytes memory signatures = signBoth(stateHash);
        scenes = new Scene[](instances.length);
        for (uint256 i; i < leaves.length; ++i) {
            bytes32[] memory proof = Tree.proof(leaves, i);
            scenes[i] = Scene(terms, state, signatures, instances[i], proof, channelId, stateHash, leaves[i]);
        }
    }

    /// @notice The same instance in a state of another round.
    function sceneAt(uint64 round, Scene memory scene) internal view returns (Scene memory) {
        return scenesOf(scene.terms, stateOf(round, scene.state.nets[0]), listOf(scene.instance))[0];
    }

    /// @notice Hashes and signs the scene again, after its instance was changed.
    function seal(Scene memory scene) internal view {
        Scene memory sealed_ = scenesOf(scene.terms, scene.state, listOf(scene.instance))[0];
        (scene.signatures, scene.proof) = (sealed_.signatures, sealed_.proof);
        (scene.stateHash, scene.leaf) = (sealed_.stateHash, sealed_.leaf);
    }

    function listOf(Instance memory a) internal pure returns (Instance[] memory list) {
        list = new Instance[](1);
        list[0] = a;
    }

    function listOf(Instance memory a, Instance memory b) internal pure returns (Instance[] memory list) {
        list = new Instance[](2);
        (list[0], list[1]) = (a, b);
    }

    function deltasOf(int256 a) internal pure returns (int256[] memory list) {
        list = new int256[](1);
        list[0] = a;
    }

    function deltasOf(int256 a, int256 b) internal pure returns (int256[] memory list) {
        list = new int256[](2);
        (list[0], list[1]) = (a, b);
    }

    /// @notice Party 0's and party 1's.
    function stakesOf(uint256 stake0, uint256 stake1) internal pure returns (uint112[] memory list) {
        list = new uint112[](2);
        (list[0], list[1]) = (uint112(stake0), uint112(stake1));
    }

    /// @notice Both parties' whole stakes in each of `assets` assets.
    function wholeStakes(uint256 assets) internal pure returns (uint112[] memory list) {
        list = new uint112[](2 * assets);
        for (uint256 i; i < list.length; ++i) {
            list[i] = uint112(STAKE);
        }
    }

    /// @notice The terms of the native coin and a token, of both of which this contract has plenty.
    function mixedTerms() internal returns (Terms memory) {
        Coin coin = new Coin();
        coin.approve(address(manager), type(uint256).max);
        address[] memory assets = new address[](2);
        (assets[0], assets[1]) = (NATIVE, address(coin));
        return termsOf(assets);
    }

    /// @notice A state of two assets, with nothing transferred.
    function pairState() internal pure returns (State memory state) {
        state.round = ROUND;
        state.nets = new int256[](2);
    }

    // Apps

    /// @notice A `Meter`'s app state.
    function owing(Turn turn, int256 owed) internal pure returns (bytes memory) {
        return abi.encode(turn, deltasOf(owed));
    }

    function owing(Turn turn, int256 owed0, int256 owed1) internal pure returns (bytes memory) {
        return abi.encode(turn, deltasOf(owed0, owed1));
    }

    // Operations

    function moveOf(uint8 number, bytes memory appState, bytes memory action) internal pure returns (Move memory) {
        return Move(number, appState, action, NO_SIGNATURE);
    }

    function moveBy(uint256 key, Scene memory scene, uint8 number, bytes memory appState, bytes memory action)
        internal
        view
        returns (Move memory move)
    {
        move = moveOf(number, appState, action);
        move.signature = sign(key, structHashOf(scene, move));
    }

    function structHashOf(Scene memory scene, Move memory move) internal view returns (bytes32) {
        bytes32 appStateHash = keccak256(move.appState);
        return hashes.step(scene.channelId, scene.stateHash, scene.leaf, move.number, appStateHash, move.action);
    }

    function force(Scene memory scene, Move memory move) internal {
        manager.forceProgress(pack(scene.terms), evidenceOf(scene), leafAndProof(scene), pack(move));
    }

    function evaluate(Scene memory scene, bytes memory appState) internal {
        manager.evaluate(pack(scene.terms), evidenceOf(scene), leafAndProof(scene), appState);
    }

    /// @notice The calldata of `force`.
    function forceCall(Scene memory scene, Move memory move) internal view returns (bytes memory) {
        return
            abi.encodeCall(
                manager.forceProgress, (pack(scene.terms), evidenceOf(scene), leafAndProof(scene), pack(move))
            );
    }

    /// @notice The calldata of `evaluate`.
    function evaluateCall(Scene memory scene, bytes memory appState) internal view returns (bytes memory) {
        return abi.encodeCall(manager.evaluate, (pack(scene.terms), evidenceOf(scene), leafAndProof(scene), appState));
    }

    function evidenceOf(Scene memory scene) internal pure returns (bytes memory) {
        return bytes.concat(pack(scene.state), scene.signatures);
    }

    function leafAndProof(Scene memory scene) internal pure returns (bytes memory) {
        return bytes.concat(pack(scene.instance), abi.encodePacked(scene.proof));
    }

    function pack(Move memory move) internal pure returns (bytes memory) {
        return pack(Step(move.number, move.appState, move.action), move.signature);
    }

    function snapshot(Scene memory scene) internal {
        manager.snapshotSolo(pack(scene.terms), evidenceOf(scene));
    }

    function closeBy(address signer, Scene memory scene) internal {
        vm.prank(signer);
        manager.closeSolo(pack(scene.terms), evidenceOf(scene), false);
    }

    function settle(Scene memory scene) internal {
        manager.settle(pack(scene.terms), pack(scene.state));
    }

    /// @notice Settles at `finalTime`, not a second earlier, and checks who was paid what.
    function assertSettles(Scene memory scene, uint256 finalTime, uint256 toAlice, uint256 toBob) internal {
        vm.warp(finalTime - 1);
        expectError(abi.encodeWithSignature("NotFinal(uint256,uint256)", finalTime, finalTime - 1));
        settle(scene);
        vm.warp(finalTime);
        settle(scene);
        assertPaid(alicePayee, toAlice, "Alice");
        assertPaid(bobPayee, toBob, "Bob");
    }

    // What is stored

    /// @notice The record of the scene's state, without consents.
    /// @param deadline the evidence deadline; 0 while the channel is open
    function recordOf(Scene memory scene, uint256 deadline) internal pure returns (Record) {
        return Record.wrap(0).withState(scene.state.round, scene.stateHash).withDeadline(deadline);
    }

    function recordIn(Terms memory terms) internal view returns (Record) {
        return manager.recordOf(idOf(terms));
    }

    function assertRecord(Scene memory scene, uint256 deadline) internal view {
        Record record = recordIn(scene.terms);
        assertEq(Record.unwrap(record), Record.unwrap(recordOf(scene, deadline)), "record");
    }

    function progressOf(Scene memory scene) internal view returns (Progress) {
        return manager.progressOf(scene.stateHash, scene.leaf);
    }

    function tallyOf(Scene memory scene) internal view returns (Tally) {
        return manager.tallyOf(scene.stateHash);
    }

    /// @notice What all instances of the scene's state move in sum, of the asset at `index`.
    function sumOf(Scene memory scene, uint256 index) internal view returns (int256 sum) {
        sum = unseatedSumOf(scene, index);
        if (index == 0) sum += tallyOf(scene).seatedDelta();
    }

    /// @notice The same, without the instance in the seat.
    function unseatedSumOf(Scene memory scene, uint256 index) internal view returns (int256) {
        return manager.deltaSumOf(scene.stateHash, index);
    }

    /// @notice What the instance moves of the asset at `index`; 0 if it is kept in the seat.
    function unseatedDeltaOf(Scene memory scene, uint256 index) internal view returns (int256) {
        return manager.deltaOf(scene.stateHash, scene.leaf, index);
    }

    function assertProgress(Scene memory scene, bytes memory appState, uint256 steps, uint256 lastTouch) internal view {
        Progress progress = progressOf(scene);
        assertEq(progress.appStateHash(), bytes24(keccak256(appState)), "app state");
        assertEq(progress.steps(), steps, "steps");
        assertEq(progress.lastTouch(), lastTouch, "last touch");
    }

    function assertUntouched(Scene memory scene) internal view {
        assertEq(Progress.unwrap(progressOf(scene)), 0, "progress");
    }
}
