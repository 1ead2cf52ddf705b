// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Window} from "../../contracts/libraries/Window.sol";
import {Progress, ProgressLibrary} from "../../contracts/types/Progress.sol";
import {MAX_TIME, Record} from "../../contracts/types/Record.sol";
import {Tally} from "../../contracts/types/Tally.sol";
import {vm} from "../contracts/Vm.sol";

/// @notice Deadlines: for every record, progress and tally, every window of 32 bits and every time of 40 bits.
/// @custom:halmos --solver z3
/// @dev Sums are checked by the compiler, and a panic fails a proof: none of them overflows.
contract WindowProof {
    function check_ClosingGivesAFullWindow(uint32 window, uint40 time) external {
        vm.warp(time);
        vm.assume(uint256(time) + window <= MAX_TIME);
        uint256 deadline = Window.evidenceDeadline(window);
        assert(deadline == uint256(time) + window);
        assert(Record.wrap(0).withDeadline(deadline).evidenceDeadline() == deadline);
    }

    function check_NoDeadlineIsCutByItsField(uint32 window, uint40 time) external {
        vm.warp(time);
        assert(Window.evidenceDeadline(window) <= MAX_TIME);
    }

    function check_ATouchNeverBringsTheDeadlineForward(
        Record record,
        Progress before,
        uint40 matures,
        uint32 window,
        uint40 time,
        bytes32 appStateHash,
        uint8 steps,
        bool extends
    ) external pure {
        vm.assume(before.lastTouch() <= time && time != 0);
        Progress touched = ProgressLibrary.pack(appStateHash, steps, touchOf(before, time, extends));
        uint256 deadline = Window.instanceDeadline(record, before, matures, window);
        uint256 later = Window.instanceDeadline(record, touched, matures, window);
        assert(deadline <= later);
        assert(record.evidenceDeadline() + window <= deadline);
    }

    function check_ATouchNeverBringsTheFinalTimeForward(
        Record record,
        Tally tally,
        uint40 touch,
        uint40 matures,
        uint256 floor,
        uint32 window
    ) external pure {
        uint256 finalTime = Window.finalTime(record, true, tally, window);
        Tally touched = tally.withTimes(touch, matures, floor).withSums().withSeat(-1);
        assert(finalTime <= Window.finalTime(record, true, touched, window));
        assert(record.evidenceDeadline() + window <= finalTime);
    }

    /// @dev The instance may have been touched while the channel was open, and the tally touched again since.
    function check_TheFinalTimeIsNoEarlierThanAnInstancesDeadline(
        Record record,
        Tally tally,
        Progress progress,
        uint40 matures,
        uint32 window,
        uint40 time,
        bool wasOpen
    ) external {
        vm.warp(time);
        vm.assume(record.isClosing());
        Record then = wasOpen ? Record.wrap(0) : record;
        if (wasOpen) vm.assume(time <= record.evidenceDeadline());
        vm.assume(progress.lastTouch() <= time && progress.isTouched());
        Tally touched = tally.withTimes(progress.lastTouch(), matures, Window.tallyFloor(then));
        uint256 deadline = Window.instanceDeadline(record, progress, matures, window);
        assert(deadline <= Window.finalTime(record, true, touched, window));
    }

    /// @dev What the tally does not keep was not needed: with and without it the final time is the same.
    function check_TheFinalTimeIsTheLatestOfItsTerms(
        Record record,
        uint40 touch,
        uint40 matures,
        uint32 window,
        bool hasInstances
    ) external pure {
        vm.assume(record.isClosing());
        uint256 evidence = record.evidenceDeadline();
        Tally tally = Tally.wrap(0).withTimes(touch, matures, evidence);
        uint256 finalTime = Window.finalTime(record, hasInstances, tally, window);
        uint256 latest = evidence;
        if (touch > latest) latest = touch;
        if (matures > latest) latest = matures;
        assert(finalTime == (hasInstances ? latest + window : evidence));
    }

    function check_EvidenceAndSettlementNeverOverlap(Record record, Tally tally, uint32 window, uint40 time, bool has)
        external
    {
        vm.warp(time);
        vm.assume(record.isClosing());
        Window.requireEvidence(record);
        assert(time < record.evidenceDeadline());
        assert(time < Window.finalTime(record, has, tally, window));
    }

    function check_ATouchIsOverBeforeSettlement(
        Record record,
        Tally tally,
        Progress progress,
        uint40 matures,
        uint32 window,
        uint40 time
    ) external {
        vm.warp(time);
        vm.assume(record.isClosing());
        Window.requireInstance(record, progress, matures, window);
        if (progress.isTouched()) {
            // What any touch has left in the tally, see above.
            vm.assume(tally.latestTouch() >= progress.lastTouch() || progress.lastTouch() <= record.evidenceDeadline());
            vm.assume(tally.matures() >= matures || matures <= record.evidenceDeadline());
        }
        assert(time < Window.finalTime(record, true, tally, window));
    }

    function touchOf(Progress before, uint256 time, bool extends) private pure returns (uint256) {
        return extends || !before.isTouched() ? time : before.lastTouch();
    }
}
