// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Op} from "./Judge.sol";
import {Invariants} from "./Invariants.sol";

/// @notice Honest payees, tokens, apps and parties, who only do what the rules allow: nothing may be refused.
contract CalmInvariants is Invariants {
    function setUp() external {
        deploy(false);
    }

    function test_TheWalkReachesEverything() external {
        walk(4000);
        for (uint256 op; op <= uint256(type(Op).max); ++op) {
            // Where everybody can be paid there is nothing to claim.
            if (Op(op) != Op.Claim) requireSuccesses(Op(op), 10);
        }
        assertTrue(handler.punishments() != 0, "no bounty was paid");
    }
}
