// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Bounty, BountyLibrary} from "../../../contracts/types/Bounty.sol";
import {Funds, FundsLibrary} from "../../../contracts/types/Funds.sol";
import {Payouts, PayoutsLibrary} from "../../../contracts/types/Payouts.sol";
import {Progress, ProgressLibrary} from "../../../contracts/types/Progress.sol";
import {Record} from "../../../contracts/types/Record.sol";
import {Tally} from "../../../contracts/types/Tally.sol";
import {VectorsTest} from "./VectorsTest.sol";

contract WordVectorsTest is VectorsTest {
    function test_Record() public {
        file = read("words");
        for (uint256 i; goTo(".Record.cases", i); ++i) {
            Record record = Record.wrap(uint256(word("word")));
            assertEq(record.consents(), number("fields.consents"), what());
            assertEq(record.round(), number("fields.round"), what());
            assertEq(record.evidenceDeadline(), number("fields.evidenceDeadline"), what());
            assertEq(bytes32(record.stateHash()), hash("fields.stateHash"), what());

            Record packed = Record.wrap(0).withState(record.round(), record.stateHash());
            if (record.isClosing()) packed = packed.withDeadline(record.evidenceDeadline());
            packed = packed.withConsents(record.consents());
            assertEq(Record.unwrap(packed), Record.unwrap(record), what());
        }
    }

    function test_Funds() public {
        file = read("words");
        for (uint256 i; goTo(".Funds.cases", i); ++i) {
            Funds funds = Funds.wrap(uint256(word("word")));
            (int256 balance0, int256 balance1) = funds.balances();
            assertEq(toUint(funds.isValidated()), number("fields.isValidated"), what());
            assertEq(toUint(funds.isClosed()), number("fields.isClosed"), what());
            assertEq(funds.index(), number("fields.index"), what());
            assertEq(funds.serial(), number("fields.serial"), what());
            assertEq(balance0, integer("fields.balance0"), what());
            assertEq(balance1, integer("fields.balance1"), what());

            Funds packed = FundsLibrary.empty(funds.index()).withBalances(balance0, balance1);
            if (funds.isClosed()) packed = FundsLibrary.DEAD;
            if (funds.serial() != 0) {
                // All but the last withdrawal at once: one by one takes too long.
                packed = Funds.wrap(Funds.unwrap(packed) | (funds.serial() - 1) << 8).withNextSerial();
            }
            assertEq(Funds.unwrap(packed), Funds.unwrap(funds), what());
        }
    }

    function test_Progress() public {
        file = read("words");
        for (uint256 i; goTo(".Progress.cases", i); ++i) {
            Progress progress = Progress.wrap(uint256(word("word")));
            assertEq(progress.lastTouch(), number("fields.lastTouch"), what());
            assertEq(progress.steps(), number("fields.steps"), what());
            assertEq(toUint(progress.isSeated()), number("fields.isSeated"), what());
            assertEq(toUint(progress.hasDeltas()), number("fields.hasDeltas"), what());
            assertEq(bytes32(progress.appStateHash()), hash("fields.appStateHash"), what());

            Progress packed = ProgressLibrary.pack(progress.appStateHash(), progress.steps(), progress.lastTouch());
            packed = packed.withDeltas(progress.isSeated(), progress.hasDeltas());
            assertEq(Progress.unwrap(packed), Progress.unwrap(progress), what());
        }
    }

    function test_Tally() public {
        file = read("words");
        for (uint256 i; goTo(".Tally.cases", i); ++i) {
            Tally tally = Tally.wrap(uint256(word("word")));
            assertEq(tally.latestTouch(), number("fields.latestTouch"), what());
            assertEq(tally.matures(), number("fields.matures"), what());
            assertEq(toUint(tally.isSeatTaken()), number("fields.isSeatTaken"), what());
            assertEq(toUint(tally.hasSums()), number("fields.hasSums"), what());
            assertEq(tally.seatedDelta(), integer("fields.seatedDelta"), what());

            Tally packed = Tally.wrap(0).withTimes(tally.latestTouch(), tally.matures(), 0);
            if (tally.hasSums()) packed = packed.withSums();
            if (tally.isSeatTaken()) packed = packed.withSeat(tally.seatedDelta());
            assertEq(Tally.unwrap(packed), Tally.unwrap(tally), what());
        }
    }

    function test_Bounty() public {
        file = read("words");
        for (uint256 i; goTo(".Bounty.cases", i); ++i) {
            Bounty bounty = Bounty.wrap(uint256(word("word")));
            assertEq(bounty.prover(), account("fields.prover"), what());
            assertEq(bounty.closer(), number("fields.closer"), what());
            assertEq(bounty.closedRound(), number("fields.closedRound"), what());

            Bounty packed = BountyLibrary.pack(bounty.closer(), bounty.closedRound()).withProver(bounty.prover());
            assertEq(Bounty.unwrap(packed), Bounty.unwrap(bounty), what());
        }
    }

    function test_Payouts() public {
        file = read("words");
        for (uint256 i; goTo(".Payouts.cases", i); ++i) {
            Payouts payouts = Payouts.wrap(uint256(word("word")));
            assertEq(payouts.index(), number("fields.index"), what());
            assertEq(payouts.payout0(), number("fields.payout0"), what());
            assertEq(payouts.payout1(), number("fields.payout1"), what());

            Payouts packed = PayoutsLibrary.pack(payouts.index(), payouts.payout0(), payouts.payout1());
            assertEq(Payouts.unwrap(packed), Payouts.unwrap(payouts), what());
        }
    }

    /// @dev 24 bytes of the file, as the upper ones of a word.
    function hash(string memory field) private view returns (bytes32) {
        return bytes32(bytes24(data(field)));
    }

    function toUint(bool value) private pure returns (uint256) {
        return value ? 1 : 0;
    }
}
