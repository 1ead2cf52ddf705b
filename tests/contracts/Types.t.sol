// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Bounty, BountyLibrary} from "../../contracts/types/Bounty.sol";
import {Funds, FundsLibrary} from "../../contracts/types/Funds.sol";
import {Payouts, PayoutsLibrary} from "../../contracts/types/Payouts.sol";
import {Progress, ProgressLibrary} from "../../contracts/types/Progress.sol";
import {MAX_ROUND, MAX_TIME, Record} from "../../contracts/types/Record.sol";
import {Tally} from "../../contracts/types/Tally.sol";
import {MAX_AMOUNT} from "../../contracts/types/Terms.sol";
import {Assert} from "./Assert.sol";

/// @notice Each packed word gives back what was put in, and no field reaches into another.
contract TypesTest is Assert {
    int256 private constant MAX = int256(MAX_AMOUNT);
    int256 private constant MAX_DELTA = int256(uint256(type(uint112).max));

    // Record

    function test_TheZeroRecordIsAnOpenChannelOnRoundZero() public pure {
        assertRecord(Record.wrap(0), 0, 0, 0, 0);
        assertTrue(!Record.wrap(0).isClosing() && !Record.wrap(0).hasBothConsents(), "open");
        assertTrue(Record.wrap(0).isOf(0), "round 0");
    }

    function testFuzz_RecordFieldsAreIsolated(uint256 round, bytes32 stateHash, uint256 deadline, bool c0, bool c1)
        public
        pure
    {
        round = extreme(round, MAX_ROUND);
        deadline = extreme(deadline, MAX_TIME);
        Record record = Record.wrap(0).withState(round, stateHash);
        assertRecord(record, round, stateHash, 0, 0);
        record = record.withDeadline(deadline);
        assertRecord(record, round, stateHash, deadline, 0);
        if (c0) record = record.withConsents(1);
        if (c1) record = record.withConsents(2);
        assertRecord(record, round, stateHash, deadline, (c0 ? 1 : 0) | (c1 ? 2 : 0));
        assertTrue(record.hasBothConsents() == (c0 && c1), "both consents");
        assertTrue(record.isClosing() == (deadline != 0), "closing");
    }

    function testFuzz_AnotherStateKeepsTheDeadlineAndClearsConsents(uint256 word, uint256 round, bytes32 stateHash)
        public
        pure
    {
        round = extreme(round, MAX_ROUND);
        Record record = Record.wrap(word);
        assertRecord(record.withState(round, stateHash), round, stateHash, record.evidenceDeadline(), 0);
    }

    function testFuzz_ConsentsAddUpAndChangeNothingElse(uint256 word, uint256 consents) public pure {
        consents %= 4;
        Record record = Record.wrap(word);
        Record consented = record.withConsents(consents);
        assertEq(consented.consents(), record.consents() | consents, "consents");
        assertEq(Record.unwrap(consented) >> 2, word >> 2, "the rest");
    }

    function testFuzz_ARecordIsOfAStateByItsFirst192Bits(bytes32 stateHash, uint256 round, uint256 bit) public pure {
        Record record = Record.wrap(0).withState(extreme(round, MAX_ROUND), stateHash);
        bit %= 256;
        assertTrue(record.isOf(stateHash), "same");
        assertTrue(record.isOf(stateHash ^ bytes32(uint256(1) << bit)) == (bit < 64), "another");
    }

    function assertRecord(Record record, uint256 round, bytes32 stateHash, uint256 deadline, uint256 consents)
        private
        pure
    {
        assertEq(record.round(), round, "round");
        assertEq(record.stateHash(), bytes24(stateHash), "state hash");
        assertEq(record.evidenceDeadline(), deadline, "deadline");
        assertEq(record.consents(), consents, "consents");
    }

    // Funds

    function test_TheZeroWordIsAnUnknownAsset() public pure {
        assertTrue(!Funds.wrap(0).isValidated() && !Funds.wrap(0).isClosed(), "unknown");
    }

    function test_TheDeadWordIsClosedAndHoldsNothing() public pure {
        Funds dead = FundsLibrary.DEAD;
        (int256 balance0, int256 balance1) = dead.balances();
        assertTrue(dead.isValidated() && dead.isClosed(), "closed");
        assertTrue(balance0 == 0 && balance1 == 0 && dead.serial() == 0, "nothing");
    }

    function testFuzz_FundsFieldsAreIsolated(uint256 index, int256 balance0, int256 balance1) public pure {
        index %= 64;
        (balance0, balance1) = (extreme(balance0, MAX), extreme(balance1, MAX));
        assertFunds(FundsLibrary.empty(index), index, 0, 0, 0);
        assertFunds(FundsLibrary.empty(index).withBalances(balance0, balance1), index, 0, balance0, balance1);
    }

    function testFuzz_OtherBalancesKeepTheRest(uint256 word, int256 balance0, int256 balance1) public pure {
        (balance0, balance1) = (extreme(balance0, MAX), extreme(balance1, MAX));
        Funds funds = livingFunds(word);
        assertFunds(funds.withBalances(balance0, balance1), funds.index(), funds.serial(), balance0, balance1);
    }

    function testFuzz_TheNextSerialKeepsTheRest(uint256 word, uint256 serial) public pure {
        serial = extreme(serial, FundsLibrary.MAX_SERIAL - 1);
        Funds funds = livingFunds((word & ~(FundsLibrary.MAX_SERIAL << 8)) | serial << 8);
        (int256 balance0, int256 balance1) = funds.balances();
        assertFunds(funds.withNextSerial(), funds.index(), serial + 1, balance0, balance1);
    }

    /// @notice Any word of a validated asset of a channel that is not closed.
    function livingFunds(uint256 word) private pure returns (Funds) {
        return Funds.wrap((word & ~uint256(3)) | 1);
    }

    function assertFunds(Funds funds, uint256 index, uint256 serial, int256 balance0, int256 balance1) private pure {
        (int256 actual0, int256 actual1) = funds.balances();
        assertEq(funds.index(), index, "index");
        assertEq(funds.serial(), serial, "serial");
        assertEq(actual0, balance0, "balance 0");
        assertEq(actual1, balance1, "balance 1");
        assertTrue(funds.isValidated() && !funds.isClosed(), "living");
    }

    // Payouts

    function testFuzz_PayoutsFieldsAreIsolated(uint256 index, uint256 payout0, uint256 payout1) public pure {
        index = extreme(index, type(uint32).max);
        payout0 = extreme(payout0, type(uint112).max);
        payout1 = extreme(payout1, type(uint112).max);
        Payouts payouts = PayoutsLibrary.pack(index, payout0, payout1);
        assertEq(payouts.index(), index, "index");
        assertEq(payouts.payout0(), payout0, "payout 0");
        assertEq(payouts.payout1(), payout1, "payout 1");
    }

    // Progress

    function test_TheZeroWordIsAnUntouchedInstance() public pure {
        assertTrue(!Progress.wrap(0).isTouched() && !Progress.wrap(0).isSeated(), "untouched");
    }

    function testFuzz_ProgressFieldsAreIsolated(
        bytes32 appStateHash,
        uint8 steps,
        uint256 lastTouch,
        bool isSeated,
        bool hasDeltas
    ) public pure {
        lastTouch = extreme(lastTouch, type(uint40).max);
        Progress progress = ProgressLibrary.pack(appStateHash, steps, lastTouch);
        assertProgress(progress, appStateHash, steps, lastTouch);
        assertTrue(!progress.isSeated() && !progress.hasDeltas(), "no deltas");
        progress = progress.withDeltas(isSeated, hasDeltas);
        assertProgress(progress, appStateHash, steps, lastTouch);
        assertTrue(progress.isSeated() == isSeated, "seated");
        assertTrue(progress.hasDeltas() == hasDeltas, "deltas");
        assertEq(Progress.unwrap(progress) >> 50 & 0x3fff, 0, "spare bits");
    }

    function assertProgress(Progress progress, bytes32 appStateHash, uint256 steps, uint256 lastTouch) private pure {
        assertEq(progress.appStateHash(), bytes24(appStateHash), "app state hash");
        assertEq(progress.steps(), steps, "steps");
        assertEq(progress.lastTouch(), lastTouch, "last touch");
        assertTrue(progress.isTouched() == (lastTouch != 0), "touched");
    }

    // Tally

    function testFuzz_TallyFieldsAreIsolated(uint256 touch, uint256 matures, int256 delta) public pure {
        touch = extreme(touch, type(uint40).max);
        matures = extreme(matures, type(uint40).max);
        delta = extreme(delta, MAX_DELTA);
        Tally tally = Tally.wrap(0).withTimes(touch, matures, 0);
        assertTally(tally, touch, matures, 0);
        assertTrue(!tally.isSeatTaken() && !tally.hasSums(), "free");
        tally = tally.withSeat(delta);
        assertTally(tally, touch, matures, delta);
        assertTrue(tally.isSeatTaken() && !tally.hasSums(), "taken");
        tally = tally.withSums();
        assertTally(tally, touch, matures, delta);
        assertTrue(tally.isSeatTaken() && tally.hasSums(), "sums");
        assertEq(Tally.unwrap(tally) >> 82 & ((1 << 54) - 1), 0, "spare bits");
    }

    function testFuzz_AnotherSeatedDeltaReplacesTheOld(int256 a, int256 b, uint40 touch, uint40 matures) public pure {
        (a, b) = (extreme(a, MAX_DELTA), extreme(b, MAX_DELTA));
        Tally tally = Tally.wrap(0).withTimes(touch, matures, 0).withSums().withSeat(a).withSeat(b);
        assertTally(tally, touch, matures, b);
        assertTrue(tally.isSeatTaken() && tally.hasSums(), "marks");
    }

    function testFuzz_TheGreatestTimesAboveTheFloorAreKept(
        uint40[4] memory touches,
        uint40[4] memory floors,
        int256 seat
    ) public pure {
        seat = extreme(seat, MAX_DELTA);
        Tally tally = Tally.wrap(0).withSeat(seat);
        uint256 latest;
        uint256 matures;
        for (uint256 i; i < 4; ++i) {
            uint256 matures_ = touches[3 - i];
            tally = tally.withTimes(touches[i], matures_, floors[i]);
            if (touches[i] > floors[i] && touches[i] > latest) latest = touches[i];
            if (matures_ > floors[i] && matures_ > matures) matures = matures_;
            assertTally(tally, latest, matures, seat);
        }
    }

    function assertTally(Tally tally, uint256 latestTouch, uint256 matures, int256 seatedDelta) private pure {
        assertEq(tally.latestTouch(), latestTouch, "latest touch");
        assertEq(tally.matures(), matures, "matures");
        assertEq(tally.seatedDelta(), seatedDelta, "seated delta");
    }

    // Bounty

    function testFuzz_BountyFieldsAreIsolated(uint256 closer, uint256 round, address prover) public pure {
        closer %= 2;
        round = extreme(round, MAX_ROUND);
        Bounty bounty = BountyLibrary.pack(closer, round);
        assertBounty(bounty, closer, round, address(0));
        assertBounty(bounty.withProver(prover), closer, round, prover);
        assertBounty(bounty.withProver(address(type(uint160).max)), closer, round, address(type(uint160).max));
    }

    function assertBounty(Bounty bounty, uint256 closer, uint256 round, address prover) private pure {
        assertEq(bounty.closer(), closer, "closer");
        assertEq(bounty.closedRound(), round, "round");
        assertEq(bounty.prover(), prover, "prover");
    }

    // Helpers

    /// @notice `x` within `[0, max]`, the ends themselves half of the time.
    function extreme(uint256 x, uint256 max) private pure returns (uint256) {
        if (x % 4 == 0) return 0;
        if (x % 4 == 1) return max;
        return bound(x, 0, max);
    }

    /// @notice `x` of either sign within `max`, the ends and -1 themselves half of the time.
    function extreme(int256 x, int256 max) private pure returns (int256) {
        if (x % 6 == 1) return -1;
        if (x % 6 == 2) return max;
        if (x % 6 == 3) return -max;
        return bound(x, -max, max);
    }
}
