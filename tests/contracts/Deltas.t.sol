// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Instance} from "../../contracts/types/Instance.sol";
import {State} from "../../contracts/types/Messages.sol";
import {Progress} from "../../contracts/types/Progress.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {Dial} from "./apps/Dial.sol";
import {Coin, InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

/// @notice What settlement counts of the touched instances, wherever the contract keeps it.
contract DeltasTest is InstanceTest {
    uint256 private constant INSTANCES = 3;
    uint256 private constant ASSETS = 2;

    Dial private dial;
    Coin private coin;

    /// @dev Kept by hand: per instance and asset.
    int256[ASSETS][INSTANCES] private expected;
    uint256[INSTANCES] private moves;

    function setUp() public override {
        super.setUp();
        dial = new Dial();
    }

    // The seat: the first instance that moves money of the first asset

    function test_TheFirstInstanceThatMovesMoneyIsSeated() public {
        Scene[] memory scenes = dialScenes();
        touch(scenes, 0, 3, 0);
        assertSeated(scenes, 0);
        touch(scenes, 1, 4, 0);
        assertSeated(scenes, 0);
        assertEq(unseatedSumOf(scenes[0], 0), 4, "beside the seat");
    }

    function test_AnInstanceThatMovesNothingLeavesTheSeatFree() public {
        Scene[] memory scenes = dialScenes();
        touch(scenes, 0, 0, 0);
        assertSeated(scenes, INSTANCES);
        touch(scenes, 1, -2, 0);
        assertSeated(scenes, 1);
    }

    function test_AnInstanceThatMovesNothingAtFirstIsSeatedLater() public {
        Scene[] memory scenes = dialScenes();
        touch(scenes, 0, 0, 0);
        touch(scenes, 0, 5, 0);
        assertSeated(scenes, 0);
    }

    function test_AnInstanceThatMovesOnlyTheSecondAssetLeavesTheSeatFree() public {
        Scene[] memory scenes = dialScenes();
        touch(scenes, 0, 0, 7);
        assertSeated(scenes, INSTANCES);
        touch(scenes, 0, 1, 7);
        touch(scenes, 1, 2, 7);
        touch(scenes, 2, 3, 7);
        assertKept(scenes);
    }

    function test_AnInstanceThatMovesSomethingLaterFindsTheSeatTaken() public {
        Scene[] memory scenes = dialScenes();
        touch(scenes, 0, 0, 0);
        touch(scenes, 1, 6, 0);
        touch(scenes, 0, 5, 0);
        assertSeated(scenes, 1);
        assertEq(unseatedDeltaOf(scenes[0], 0), 5, "not seated");
    }

    function test_TheSeatIsKeptAtZero() public {
        Scene[] memory scenes = dialScenes();
        touch(scenes, 0, 3, 1);
        touch(scenes, 0, 0, 0);
        assertSeated(scenes, 0);
        touch(scenes, 1, 4, 0);
        assertSeated(scenes, 0);
        touch(scenes, 0, -3, 0);
        assertSeated(scenes, 0);
    }

    function test_DeltasMayGoToZeroAndBackAndChangeSign() public {
        Scene[] memory scenes = dialScenes();
        int256[7] memory path = [int256(1), 0, -1, 1, 30 ether, -30 ether, 0];
        for (uint256 i; i < path.length; ++i) {
            touch(scenes, 0, path[i], -path[i]);
            touch(scenes, 1, -path[i], path[i]);
        }
        assertEq(sumOf(scenes[0], 0), 0, "first asset");
        assertEq(sumOf(scenes[0], 1), 0, "second asset");
    }

    function test_TwinsThatDifferInTheirIdAloneBothCount() public {
        Scene[] memory scenes = dialScenes();
        scenes[1].instance.stakes = scenes[0].instance.stakes;
        scenes[1].instance.appStateHash = scenes[0].instance.appStateHash;
        Instance[] memory twins = listOf(scenes[0].instance, scenes[1].instance);
        scenes = scenesOf(scenes[0].terms, scenes[0].state, twins);
        bytes memory appState = appStateOf(0);
        dial.set(bytes32(0), deltasOf(2, 3));
        evaluate(scenes[0], appState);
        evaluate(scenes[0], appState);
        evaluate(scenes[1], appState);
        assertEq(sumOf(scenes[0], 0), 4, "first asset");
        assertEq(sumOf(scenes[0], 1), 6, "second asset");
    }

    function test_EachOfEightAssetsCounts() public {
        Terms memory terms = termsOf(eightCoins());
        Instance memory instance = instanceOf(address(dial), appStateOf(0));
        (instance.stakes, instance.appGas) = (wholeStakes(8), 1_000_000);
        Scene memory scene = sceneOfEight(terms, instance);
        int256[] memory deltas = new int256[](8);
        for (uint256 i; i < 8; ++i) {
            deltas[i] = i % 2 == 0 ? int256(i) : -int256(i);
            for (uint8 party; party < 2; ++party) {
                manager.deposit(pack(terms), STAKE, sideOf(terms, terms.assets[i], party));
            }
        }
        dial.set(0, deltas);
        evaluate(scene, appStateOf(0));
        closeBy(alice, scene);
        vm.warp(evidenceDeadline() + WINDOW);
        settle(scene);
        for (uint256 i; i < 8; ++i) {
            uint256 toAlice = i % 2 == 0 ? STAKE - i : STAKE + i;
            assertEq(Coin(terms.assets[i]).balanceOf(alicePayee), toAlice, "Alice");
            assertEq(Coin(terms.assets[i]).balanceOf(bobPayee), 2 * STAKE - toAlice, "Bob");
        }
    }

    function test_ANewerRoundKeepsNothing() public {
        Scene[] memory scenes = dialScenes();
        for (uint256 i; i < INSTANCES; ++i) {
            touch(scenes, i, 5 ether, 5 ether);
        }
        scenes[0].state.round += 1;
        Instance[] memory instances = new Instance[](INSTANCES);
        for (uint256 i; i < INSTANCES; ++i) {
            instances[i] = scenes[i].instance;
        }
        delete expected;
        delete moves;
        scenes = scenesOf(scenes[0].terms, scenes[0].state, instances);
        snapshot(scenes[0]);
        assertKept(scenes);
        assertSeated(scenes, INSTANCES);
        touch(scenes, 1, 1 ether, 2 ether);
        assertSettlesAsExpected(scenes, 0, 0);
    }

    // Random touches against sums kept by hand

    function testFuzz_SettlementCountsEveryTouchedInstance(uint256 seed, int256 net0, int256 net1) public {
        Scene[] memory scenes = dialScenes();
        net0 = bound(net0, -2 * int256(STAKE), 2 * int256(STAKE));
        net1 = bound(net1, -2 * int256(STAKE), 2 * int256(STAKE));
        scenes[0].state.nets = deltasOf(net0, net1);
        Instance[] memory instances = new Instance[](INSTANCES);
        for (uint256 i; i < INSTANCES; ++i) {
            instances[i] = scenes[i].instance;
        }
        scenes = scenesOf(scenes[0].terms, scenes[0].state, instances);
        uint256 closing = seed % 16;
        for (uint256 turn; turn < 16; ++turn) {
            seed = uint256(keccak256(abi.encode(seed)));
            if (turn == closing) closeBy(bob, scenes[0]);
            touch(scenes, seed % INSTANCES, randomDelta(seed >> 8), randomDelta(seed >> 16), seed >> 24 & 1 == 1);
        }
        assertSettlesAsExpected(scenes, net0, net1);
    }

    // Helpers

    /// @notice Three instances of two assets in one state, each with stakes of its own, in a funded channel.
    function dialScenes() private returns (Scene[] memory) {
        Terms memory terms = mixedTerms();
        coin = Coin(terms.assets[1]);
        fund(terms);
        manager.deposit(pack(terms), STAKE, sideOf(terms, address(coin), 0));
        manager.deposit(pack(terms), STAKE, sideOf(terms, address(coin), 1));
        Instance[] memory instances = new Instance[](INSTANCES);
        for (uint256 i; i < INSTANCES; ++i) {
            instances[i] = instanceOf(address(dial), appStateOf(i));
            instances[i].id = bytes32(i);
            instances[i].maxSteps = type(uint8).max;
            instances[i].stakes = wholeStakes(ASSETS);
            instances[i].stakes[i] = uint112(10 ether + i);
        }
        return scenesOf(terms, pairState(), instances);
    }

    function sceneOfEight(Terms memory terms, Instance memory instance) private view returns (Scene memory) {
        return scenesOf(terms, State(ROUND, 0, new int256[](8)), listOf(instance))[0];
    }

    /// @notice Eight tokens in ascending order.
    function eightCoins() private returns (address[] memory coins) {
        coins = new address[](8);
        for (uint256 i; i < 8; ++i) {
            address next = address(new Coin());
            Coin(next).approve(address(manager), type(uint256).max);
            uint256 place = i;
            for (; place > 0 && coins[place - 1] > next; --place) {
                coins[place] = coins[place - 1];
            }
            coins[place] = next;
        }
    }

    function appStateOf(uint256 which) private view returns (bytes memory) {
        return abi.encode(bytes32(which), moves[which]);
    }

    function touch(Scene[] memory scenes, uint256 which, int256 delta0, int256 delta1) private {
        touch(scenes, which, delta0, delta1, false);
    }

    function touch(Scene[] memory scenes, uint256 which, int256 delta0, int256 delta1, bool isStep) private {
        dial.set(bytes32(which), deltasOf(delta0, delta1));
        bytes memory appState = appStateOf(which);
        if (isStep) force(scenes[which], moveOf(uint8(++moves[which]), appState, NO_ACTION));
        else evaluate(scenes[which], appState);
        expected[which][0] = clamped(scenes[which], 0, delta0);
        expected[which][1] = clamped(scenes[which], 1, delta1);
        assertKept(scenes);
    }

    function clamped(Scene memory scene, uint256 asset, int256 delta) private pure returns (int256) {
        int256 most = int256(uint256(scene.instance.stakes[2 * asset]));
        int256 least = -int256(uint256(scene.instance.stakes[2 * asset + 1]));
        return delta > most ? most : delta < least ? least : delta;
    }

    /// @notice None, small, within the stakes, beyond them.
    function randomDelta(uint256 seed) private pure returns (int256) {
        uint256 kind = seed % 8;
        if (kind < 2) return 0;
        if (kind == 2) return type(int256).max;
        if (kind == 3) return type(int256).min;
        int256 delta = int256(uint256(keccak256(abi.encode(seed))) % (kind == 4 ? 3 : 20 ether));
        return seed & 64 == 0 ? delta : -delta;
    }

    /// @notice The getters together tell what was kept by hand, and at most one instance is seated.
    function assertKept(Scene[] memory scenes) private view {
        uint256 seated;
        for (uint256 asset; asset < ASSETS; ++asset) {
            int256 sum;
            for (uint256 i; i < INSTANCES; ++i) {
                Progress progress = progressOf(scenes[i]);
                int256 delta = unseatedDeltaOf(scenes[i], asset);
                if (progress.isSeated() && asset == 0) {
                    assertEq(delta, 0, "the seated delta is in the tally alone");
                    delta = tallyOf(scenes[i]).seatedDelta();
                    ++seated;
                }
                assertEq(delta, expected[i][asset], "delta");
                assertEq(progress.steps(), moves[i], "steps");
                sum += delta;
            }
            assertEq(sumOf(scenes[0], asset), sum, "sum");
        }
        assertEq(seated, tallyOf(scenes[0]).isSeatTaken() ? 1 : 0, "seated");
    }

    /// @param which `INSTANCES` for none
    function assertSeated(Scene[] memory scenes, uint256 which) private view {
        for (uint256 i; i < INSTANCES; ++i) {
            assertTrue(progressOf(scenes[i]).isSeated() == (i == which), "seated");
        }
        assertTrue(tallyOf(scenes[0]).isSeatTaken() == (which < INSTANCES), "seat");
    }

    function assertSettlesAsExpected(Scene[] memory scenes, int256 net0, int256 net1) private {
        if (!recordIn(scenes[0].terms).isClosing()) closeBy(alice, scenes[0]);
        vm.warp(evidenceDeadline() + WINDOW);
        settle(scenes[0]);
        (uint256 toAlice, uint256 toBob) = payoutsOf(net0, 0);
        assertPaid(alicePayee, toAlice, "Alice, first asset");
        assertPaid(bobPayee, toBob, "Bob, first asset");
        (toAlice, toBob) = payoutsOf(net1, 1);
        assertEq(coin.balanceOf(alicePayee), toAlice, "Alice, second asset");
        assertEq(coin.balanceOf(bobPayee), toBob, "Bob, second asset");
    }

    function payoutsOf(int256 net, uint256 asset) private view returns (uint256 toAlice, uint256 toBob) {
        for (uint256 i; i < INSTANCES; ++i) {
            net += expected[i][asset];
        }
        int256 share = int256(STAKE) - net;
        if (share < 0) share = 0;
        if (share > 2 * int256(STAKE)) share = 2 * int256(STAKE);
        return (uint256(share), 2 * STAKE - uint256(share));
    }
}
