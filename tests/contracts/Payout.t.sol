// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Payout} from "../../contracts/libraries/Payout.sol";
import {FundsLibrary} from "../../contracts/types/Funds.sol";
import {Payouts} from "../../contracts/types/Payouts.sol";
import {MAX_AMOUNT} from "../../contracts/types/Terms.sol";
import {Assert} from "./Assert.sol";

contract PayoutTest is Assert {
    int256 private constant MAX = int256(MAX_AMOUNT);

    function test_TheNetMovesMoneyFromParty0ToParty1() public pure {
        assertSplit(30, 30, 0, 30, 30);
        assertSplit(30, 30, 10, 20, 40);
        assertSplit(30, 30, -10, 40, 20);
        assertSplit(30, 30, 30, 0, 60);
        assertSplit(30, 30, -30, 60, 0);
    }

    function test_ANetAboveWhatThereIsTakesAll() public pure {
        assertSplit(30, 30, 31, 0, 60);
        assertSplit(30, 30, -31, 60, 0);
        assertSplit(0, 60, 1, 0, 60);
        assertSplit(60, 0, -1, 60, 0);
        assertSplit(0, 0, MAX, 0, 0);
        assertSplit(-MAX, MAX, type(int256).max, 0, 0);
        assertSplit(MAX, MAX, type(int256).max, 0, uint256(2 * MAX));
        assertSplit(MAX, MAX, type(int256).min, uint256(2 * MAX), 0);
    }

    function test_ABalanceBelowZeroCountsForTheOther() public pure {
        assertSplit(-20, 30, 0, 0, 10);
        assertSplit(-20, 30, -25, 5, 5);
        assertSplit(30, -20, 0, 10, 0);
        assertSplit(30, -20, 25, 5, 5);
    }

    function testFuzz_TheSumIsTheEscrow(int256 balance0, int256 balance1, int256 net) public pure {
        (balance0, balance1) = balancesOf(balance0, balance1);
        (uint256 payout0, uint256 payout1) = split(balance0, balance1, net);
        assertEq(payout0 + payout1, uint256(balance0 + balance1), "sum");
    }

    function testFuzz_EachIsPaidItsShareUnlessThereIsLess(int256 balance0, int256 balance1, int256 net) public pure {
        (balance0, balance1) = balancesOf(balance0, balance1);
        net = bound(net, -3 * MAX, 3 * MAX);
        (uint256 payout0, uint256 payout1) = split(balance0, balance1, net);
        if (balance0 - net <= 0) assertEq(payout0, 0, "party 0 has nothing");
        else if (balance1 + net <= 0) assertEq(payout1, 0, "party 1 has nothing");
        else assertEq(payout0, uint256(balance0 - net), "party 0");
    }

    function testFuzz_ADepositLowersNobodysPayout(int256 balance0, int256 balance1, int256 net, uint256 amount)
        public
        pure
    {
        (balance0, balance1) = balancesOf(balance0, balance1);
        net = bound(net, -3 * MAX, 3 * MAX);
        (uint256 payout0, uint256 payout1) = split(balance0, balance1, net);
        int256 deposit = int256(bound(amount, 0, uint256(MAX - balance0)));
        (uint256 richer0, uint256 richer1) = split(balance0 + deposit, balance1, net);
        assertTrue(richer0 >= payout0 && richer1 >= payout1, "party 0 deposits");
        deposit = int256(bound(amount, 0, uint256(MAX - balance1)));
        (richer0, richer1) = split(balance0, balance1 + deposit, net);
        assertTrue(richer0 >= payout0 && richer1 >= payout1, "party 1 deposits");
    }

    function testFuzz_AGreaterNetNeverPaysParty0More(int256 balance0, int256 balance1, int256 net, uint256 more)
        public
        pure
    {
        (balance0, balance1) = balancesOf(balance0, balance1);
        net = bound(net, -3 * MAX, 3 * MAX);
        (uint256 payout0,) = split(balance0, balance1, net);
        (uint256 less0,) = split(balance0, balance1, net + int256(bound(more, 0, MAX_AMOUNT)));
        assertTrue(less0 <= payout0, "party 0");
    }

    function test_TheDeltaIsClampedAtBothStakes() public pure {
        assertEq(Payout.clamp(5, 5, 7), 5, "at stake 0");
        assertEq(Payout.clamp(6, 5, 7), 5, "above stake 0");
        assertEq(Payout.clamp(-7, 5, 7), -7, "at stake 1");
        assertEq(Payout.clamp(-8, 5, 7), -7, "below stake 1");
        assertEq(Payout.clamp(type(int256).max, MAX_AMOUNT, 0), MAX, "greatest");
        assertEq(Payout.clamp(type(int256).min, 0, MAX_AMOUNT), -MAX, "least");
        assertEq(Payout.clamp(type(int256).max, 0, 0), 0, "no stakes, greatest");
        assertEq(Payout.clamp(type(int256).min, 0, 0), 0, "no stakes, least");
    }

    function testFuzz_TheClampedDeltaIsTheNearestWithinTheStakes(int256 delta, uint256 stake0, uint256 stake1)
        public
        pure
    {
        int256 greatest = int256(bound(stake0, 0, type(uint112).max));
        int256 least = -int256(bound(stake1, 0, type(uint112).max));
        int256 clamped = Payout.clamp(delta, uint256(greatest), uint256(-least));
        assertTrue(clamped >= least && clamped <= greatest, "within the stakes");
        if (delta >= least && delta <= greatest) assertEq(clamped, delta, "unchanged");
        else assertEq(clamped, delta > 0 ? greatest : least, "nearest");
    }

    function testFuzz_TheBountyIsHalvedAndTheOddUnitIsThePartys(uint256 share, uint256 bounty) public pure {
        share = bound(share, 0, 2 * MAX_AMOUNT);
        bounty = bound(bounty, 0, type(uint112).max);
        (uint256 toProver, uint256 toParty) = Payout.bounty(share, bounty);
        assertEq(toProver + toParty, bounty < share ? bounty : share, "sum");
        assertTrue(toParty == toProver || toParty == toProver + 1, "halves");
    }

    // Helpers

    function split(int256 balance0, int256 balance1, int256 net) private pure returns (uint256, uint256) {
        Payouts payouts = Payout.split(FundsLibrary.empty(0).withBalances(balance0, balance1), net, 7);
        assertEq(payouts.index(), 7, "index");
        return (payouts.payout0(), payouts.payout1());
    }

    /// @dev Within int112 each, and no less than nothing in sum.
    function balancesOf(int256 balance0, int256 balance1) private pure returns (int256, int256) {
        balance0 = bound(balance0, -MAX, MAX);
        return (balance0, bound(balance1, -balance0, MAX));
    }

    function assertSplit(int256 balance0, int256 balance1, int256 net, uint256 expected0, uint256 expected1)
        private
        pure
    {
        (uint256 payout0, uint256 payout1) = split(balance0, balance1, net);
        assertEq(payout0, expected0, "party 0");
        assertEq(payout1, expected1, "party 1");
    }
}
