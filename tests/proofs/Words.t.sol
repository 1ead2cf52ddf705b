// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Bounty, BountyLibrary} from "../../contracts/types/Bounty.sol";
import {Funds, FundsLibrary} from "../../contracts/types/Funds.sol";
import {Payouts, PayoutsLibrary} from "../../contracts/types/Payouts.sol";
import {Progress, ProgressLibrary} from "../../contracts/types/Progress.sol";
import {MAX_ROUND, MAX_TIME, Record} from "../../contracts/types/Record.sol";
import {Tally} from "../../contracts/types/Tally.sol";
import {MAX_AMOUNT} from "../../contracts/types/Terms.sol";
import {vm} from "../contracts/Vm.sol";

/// @notice Packed words: for every word, a field that is written is read back, and every other bit stays.
contract WordsProof {
    int256 private constant MAX = int256(MAX_AMOUNT);

    function check_RecordTakesAState(Record record, uint256 round, bytes32 stateHash) external pure {
        vm.assume(round <= MAX_ROUND);
        Record changed = record.withState(round, stateHash);
        assert(changed.round() == round && changed.stateHash() == bytes24(stateHash) && changed.isOf(stateHash));
        assert(changed.evidenceDeadline() == record.evidenceDeadline() && changed.consents() == 0);
    }

    function check_RecordTakesADeadline(Record record, uint256 deadline) external pure {
        vm.assume(!record.isClosing() && deadline <= MAX_TIME);
        Record changed = record.withDeadline(deadline);
        assert(changed.evidenceDeadline() == deadline && changed.consents() == record.consents());
        assert(changed.round() == record.round() && changed.stateHash() == record.stateHash());
    }

    function check_RecordTakesConsents(Record record, uint256 consents) external pure {
        vm.assume(consents < 4);
        Record changed = record.withConsents(consents);
        assert(changed.consents() == record.consents() | consents);
        assert(Record.unwrap(changed) >> 2 == Record.unwrap(record) >> 2);
    }

    function check_FundsTakeBalances(Funds funds, int256 balance0, int256 balance1) external pure {
        vm.assume(balance0 <= MAX && balance0 >= -MAX && balance1 <= MAX && balance1 >= -MAX);
        Funds changed = funds.withBalances(balance0, balance1);
        (int256 read0, int256 read1) = changed.balances();
        assert(read0 == balance0 && read1 == balance1);
        assert(uint32(Funds.unwrap(changed)) == uint32(Funds.unwrap(funds)));
    }

    function check_FundsTakeADeposit(Funds funds, bool to1, uint256 amount) external pure {
        (int256 before0, int256 before1) = funds.balances();
        vm.assume(amount <= MAX_AMOUNT && before0 >= -MAX && before1 >= -MAX);
        (Funds changed, int256 balance) = funds.credited(to1 ? 1 : 0, amount);
        vm.assume(balance <= MAX);
        (int256 later0, int256 later1) = changed.balances();
        assert(later0 == before0 + (to1 ? int256(0) : int256(amount)));
        assert(later1 == before1 + (to1 ? int256(amount) : int256(0)));
        assert(balance == (to1 ? later1 : later0));
        assert(uint32(Funds.unwrap(changed)) == uint32(Funds.unwrap(funds)));
    }

    function check_FundsCountAWithdrawal(Funds funds) external pure {
        vm.assume(funds.serial() < FundsLibrary.MAX_SERIAL);
        Funds changed = funds.withNextSerial();
        assert(changed.serial() == funds.serial() + 1 && changed.isValidated());
        assert(changed.isClosed() == funds.isClosed() && changed.index() == funds.index());
        assert(Funds.unwrap(changed) >> 32 == Funds.unwrap(funds) >> 32);
    }

    function check_PayoutsRoundTrip(uint32 index, uint112 payout0, uint112 payout1) external pure {
        Payouts payouts = PayoutsLibrary.pack(index, payout0, payout1);
        assert(payouts.index() == index && payouts.payout0() == payout0 && payouts.payout1() == payout1);
    }

    function check_ProgressRoundTrips(bytes32 hash, uint8 steps, uint40 time, bool seated, bool has) external pure {
        Progress progress = ProgressLibrary.pack(hash, steps, time).withDeltas(seated, has);
        assert(progress.appStateHash() == bytes24(hash) && progress.steps() == steps && progress.lastTouch() == time);
        assert(progress.isSeated() == seated && progress.hasDeltas() == has);
    }

    function check_TallyTakesTimes(Tally tally, uint40 touch, uint40 matures, uint256 floor) external pure {
        Tally changed = tally.withTimes(touch, matures, floor);
        bool isTouch = touch > floor && touch > tally.latestTouch();
        bool isMatures = matures > floor && matures > tally.matures();
        assert(changed.latestTouch() == (isTouch ? touch : tally.latestTouch()));
        assert(changed.matures() == (isMatures ? matures : tally.matures()));
        assert(Tally.unwrap(changed) >> 80 == Tally.unwrap(tally) >> 80);
    }

    function check_TallyTakesADelta(Tally tally, int256 delta) external pure {
        int256 most = int256(uint256(type(uint112).max));
        vm.assume(delta <= most && delta >= -most);
        Tally changed = tally.withSeat(delta).withSums();
        assert(changed.seatedDelta() == delta && changed.isSeatTaken() && changed.hasSums());
        assert(changed.latestTouch() == tally.latestTouch() && changed.matures() == tally.matures());
    }

    function check_BountyRoundTrips(bool closer, uint256 round, address prover) external pure {
        vm.assume(round <= MAX_ROUND);
        Bounty bounty = BountyLibrary.pack(closer ? 1 : 0, round);
        assert(bounty.prover() == address(0));
        bounty = bounty.withProver(prover);
        assert(bounty.closer() == (closer ? 1 : 0) && bounty.closedRound() == round && bounty.prover() == prover);
    }
}
