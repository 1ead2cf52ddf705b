// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../../contracts/libraries/StorageReader.sol";
import {Progress} from "../../../contracts/types/Progress.sol";
import {Record} from "../../../contracts/types/Record.sol";
import {Assert} from "../Assert.sol";
import {vm} from "../Vm.sol";
import {Handler, Sight} from "./Handler.sol";
import {Op} from "./Judge.sol";
import {Spot} from "./Model.sol";

/// @notice The claims of PROTOCOL section 9, by their numbers. Of the ninth a script takes care.
/// @dev What the handler finds against a claim after each call, it remembers; from time to time each claim is asked, and the
/// chain's words are compared with the model's.
abstract contract Invariants is Assert {
    using StorageReader for IChannelManager;

    error ClaimBroken(uint256 claim, string finding, bytes reason);

    error HandlerReverted(bytes4 selector, uint256 seed);

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant SLOTS = 2;

    Handler internal handler;
    IChannelManager internal manager;

    function deploy(bool isHostile) internal {
        handler = Handler(vm.deployCode("Handler.sol:Handler", abi.encode(isHostile)));
        manager = handler.manager();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), operations());
    }

    function operations() internal pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](21);
        selectors[0] = Handler.deposit.selector;
        selectors[1] = Handler.withdraw.selector;
        selectors[2] = Handler.claim.selector;
        selectors[3] = Handler.agree.selector;
        selectors[4] = Handler.agree.selector;
        selectors[5] = Handler.reveal.selector;
        selectors[6] = Handler.misbehave.selector;
        selectors[7] = Handler.snapshot.selector;
        selectors[8] = Handler.close.selector;
        selectors[9] = Handler.consent.selector;
        selectors[10] = Handler.closeAsDelegate.selector;
        selectors[11] = Handler.revoke.selector;
        selectors[12] = Handler.closeMutual.selector;
        selectors[13] = Handler.step.selector;
        selectors[14] = Handler.step.selector;
        selectors[15] = Handler.step.selector;
        selectors[16] = Handler.step.selector;
        selectors[17] = Handler.evaluate.selector;
        selectors[18] = Handler.settle.selector;
        selectors[19] = Handler.multicall.selector;
        selectors[20] = Handler.wait.selector;
    }

    /// @notice No money from nowhere, none lost, and no channel pays with another one's.
    function invariant_1_PayoutsAreTheEscrow() external view {
        requireNoFinding(1);
        for (uint256 i; i < 3; ++i) {
            address asset = handler.assets(i);
            uint256 liabilities;
            for (uint256 j; j < handler.channelCount(); ++j) {
                liabilities += escrowOf(handler.sightOf(j).id, asset);
            }
            for (uint256 j; j < handler.accountCount(); ++j) {
                liabilities += manager.creditOf(handler.accounts(j), asset);
            }
            assertEq(handler.balanceOf(asset, address(manager)), liabilities, "1: held, and owed");
        }
        for (uint256 slot; slot < SLOTS; ++slot) {
            Sight memory sight = handler.current(slot);
            for (uint256 i; i < sight.assets.length; ++i) {
                (int256 balance0, int256 balance1) = manager.fundsOf(sight.id, sight.assets[i]).balances();
                assertEq(balance0, handler.balanceIn(handler.slots(slot), i, 0), "1: party 0's balance");
                assertEq(balance1, handler.balanceIn(handler.slots(slot), i, 1), "1: party 1's balance");
            }
        }
    }

    /// @notice Who has shown its highest state in time gets that state, or a newer one.
    function invariant_2_WhatWasShownCounts() external view {
        requireNoFinding(2);
        for (uint256 slot; slot < SLOTS; ++slot) {
            Sight memory sight = handler.current(slot);
            if (sight.isClosed) continue;
            Record record = manager.recordOf(sight.id);
            assertTrue(record.round() >= sight.shown, "2: a lower round than was shown");
            assertEq(record.stateHash(), bytes24(sight.recorded), "2: the recorded state");
            assertEq(record.consents(), sight.consents, "2: who has consented");
        }
    }

    /// @notice Who answers in time gets at least the worst outcome that the apps allow.
    function invariant_3_AnswersCount() external view {
        requireNoFinding(3);
        for (uint256 slot; slot < SLOTS; ++slot) {
            Sight memory sight = handler.current(slot);
            if (sight.isClosed || sight.recorded == 0) continue;
            for (uint256 i; i < sight.assets.length; ++i) {
                int256 sum = manager.deltaSumOf(sight.recorded, i);
                if (i == 0) sum += manager.tallyOf(sight.recorded).seatedDelta();
                assertEq(sum, handler.movedOn(sight.recorded, i), "3: what the instances move");
            }
        }
    }

    /// @notice One party alone can empty any channel, within the bound of section 6, whatever others do.
    function invariant_4_OnePartyCanLeave() external {
        requireNoFinding(4);
        uint256 dice = handler.clock();
        Sight memory sight = handler.current(dice % SLOTS);
        if (sight.isClosed) return;
        assertEq(manager.recordOf(sight.id).evidenceDeadline(), sight.evidence, "4: the evidence deadline");
        assertTrue(sight.evidence == 0 || sight.end <= sight.bound, "4: the bound");
        handler.drive(dice % SLOTS, dice / 2 % 2, dice / 4 % 2 == 0);
        requireNoFinding(4);
        requireEmpty(sight);
    }

    /// @notice The recorded round of a living channel never decreases.
    function invariant_5_RoundsOnlyGrow() external view {
        requireNoFinding(5);
        for (uint256 slot; slot < SLOTS; ++slot) {
            Sight memory sight = handler.current(slot);
            if (!sight.isClosed) assertEq(manager.recordOf(sight.id).round(), sight.round, "5: the recorded round");
        }
    }

    /// @notice Each instance is where the app's own rules have brought it, step by step.
    function invariant_6_OnlyAllowedStepsCount() external view {
        requireNoFinding(6);
        for (uint256 slot; slot < SLOTS; ++slot) {
            Sight memory sight = handler.current(slot);
            if (sight.isClosed) continue;
            bytes32[] memory leaves = handler.runningOn(sight.recorded);
            for (uint256 i; i < leaves.length; ++i) {
                Spot memory spot = handler.spotOf(sight.recorded, leaves[i]);
                Progress progress = manager.progressOf(sight.recorded, leaves[i]);
                assertEq(progress.lastTouch(), spot.lastTouch, "6: the last touch");
                assertEq(progress.steps(), spot.steps, "6: the number of steps");
                bytes24 position = spot.lastTouch == 0 ? bytes24(0) : bytes24(keccak256(spot.appState));
                assertEq(progress.appStateHash(), position, "6: the position");
            }
        }
    }

    /// @notice Nothing that was signed for one purpose serves another.
    function invariant_7_SignaturesBind() external view {
        requireNoFinding(7);
        for (uint256 slot; slot < SLOTS; ++slot) {
            Sight memory sight = handler.current(slot);
            assertEq(manager.epochOf(sight.id, 0), sight.epochs[0], "7: the epoch of party 0");
            assertEq(manager.epochOf(sight.id, 1), sight.epochs[1], "7: the epoch of party 1");
            if (sight.isClosed) continue;
            assertEq(manager.fundsOf(sight.id, sight.assets[0]).serial(), sight.serial, "7: the serial");
        }
    }

    /// @notice Hostile payees, tokens, apps and submitters hurt nobody else.
    function invariant_8_NobodyBlocksTheRest() external {
        requireNoFinding(8);
        uint256 dice = handler.clock();
        Sight memory sight = handler.current(dice % SLOTS);
        handler.drive(dice % SLOTS, dice / 2 % 2, false);
        requireNoFinding(8);
        requireEmpty(sight);
    }

    function requireNoFinding(uint256 claim) private view {
        bytes32 finding = handler.findings(claim);
        if (finding != 0) revert ClaimBroken(claim, string(abi.encodePacked(finding)), handler.reason());
    }

    function requireEmpty(Sight memory sight) private view {
        if (handler.isOver()) return;
        for (uint256 i; i < sight.assets.length; ++i) {
            assertEq(escrowOf(sight.id, sight.assets[i]), 0, "8: money is left behind");
        }
    }

    function escrowOf(bytes32 channelId, address asset) private view returns (uint256) {
        (int256 balance0, int256 balance1) = manager.fundsOf(channelId, asset).balances();
        return uint256(balance0 + balance1);
    }

    // That the walk is not idle

    function walk(uint256 length) internal {
        bytes4[] memory selectors = operations();
        for (uint256 i; i < length; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(i)));
            bytes4 selector = selectors[dice % selectors.length];
            (bool success,) = address(handler).call(abi.encodeWithSelector(selector, dice));
            if (!success) revert HandlerReverted(selector, dice);
            if (handler.isOver()) break;
        }
        for (uint256 claim = 1; claim <= 8; ++claim) {
            requireNoFinding(claim);
        }
    }

    function requireSuccesses(Op op, uint256 least) internal view {
        assertTrue(handler.successes(op) >= least, string.concat("too seldom: operation ", vm.toString(uint256(op))));
    }
}
