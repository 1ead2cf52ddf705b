// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Payout} from "../../contracts/libraries/Payout.sol";
import {Funds} from "../../contracts/types/Funds.sol";
import {Payouts} from "../../contracts/types/Payouts.sol";
import {MAX_AMOUNT} from "../../contracts/types/Terms.sol";
import {vm} from "../contracts/Vm.sol";

/// @notice Who gets what: for every word of funds whose balances are not negative in sum, and every net.
contract PayoutProof {
    function check_ThePayoutsAreTheEscrow(Funds funds, int256 net, uint32 index) external pure {
        uint256 escrow = escrowOf(funds);
        Payouts payouts = Payout.split(funds, net, index);
        assert(payouts.payout0() + payouts.payout1() == escrow);
        assert(payouts.payout0() <= escrow && payouts.payout1() <= escrow);
        assert(payouts.index() == index);
    }

    function check_EachIsPaidItsShareUnlessThereIsLess(Funds funds, int256 net) external pure {
        escrowOf(funds);
        (int256 balance0, int256 balance1) = funds.balances();
        Payouts payouts = Payout.split(funds, net, 0);
        if (net >= balance0) assert(payouts.payout0() == 0);
        else if (net <= -balance1) assert(payouts.payout1() == 0);
        else assert(int256(payouts.payout0()) == balance0 - net);
    }

    function check_ADepositLowersNobodysPayout(Funds funds, int256 net, bool to1, uint256 amount) external pure {
        vm.assume(amount <= MAX_AMOUNT);
        escrowOf(funds);
        (Funds richer, int256 balance) = funds.credited(to1 ? 1 : 0, amount);
        vm.assume(balance <= int256(MAX_AMOUNT));
        Payouts payouts = Payout.split(funds, net, 0);
        Payouts after_ = Payout.split(richer, net, 0);
        assert(after_.payout0() >= payouts.payout0());
        assert(after_.payout1() >= payouts.payout1());
        assert(escrowOf(richer) == escrowOf(funds) + amount);
    }

    /// @custom:halmos --solver z3
    function check_AGreaterNetNeverPaysParty0More(Funds funds, int256 net, int256 greater) external pure {
        vm.assume(net <= greater);
        escrowOf(funds);
        assert(Payout.split(funds, greater, 0).payout0() <= Payout.split(funds, net, 0).payout0());
    }

    function check_ADeltaIsTheNearestWithinTheStakes(int256 delta, uint112 stake0, uint112 stake1) external pure {
        int256 greatest = int256(uint256(stake0));
        int256 least = -int256(uint256(stake1));
        int256 clamped = Payout.clamp(delta, stake0, stake1);
        if (delta > greatest) assert(clamped == greatest);
        else if (delta < least) assert(clamped == least);
        else assert(clamped == delta);
    }

    function check_TheBountyIsHalvedWithinTheShare(uint256 share, uint256 bounty) external pure {
        (uint256 toProver, uint256 toParty) = Payout.bounty(share, bounty);
        uint256 due = toProver + toParty;
        assert(due == (bounty < share ? bounty : share));
        assert(toParty == toProver || toParty == toProver + 1);
    }

    /// @dev Balances that a channel can have: what is taken out is at most what there is.
    function escrowOf(Funds funds) private pure returns (uint256) {
        (int256 balance0, int256 balance1) = funds.balances();
        vm.assume(balance0 + balance1 >= 0);
        return uint256(balance0 + balance1);
    }
}
