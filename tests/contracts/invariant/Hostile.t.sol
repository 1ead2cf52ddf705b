// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Invariants} from "./Invariants.sol";
import {FORKED, Op} from "./Judge.sol";
import "./Model.sol";

/// @notice Payees, tokens, apps and one party of each channel are hostile; anybody calls anything.
contract HostileInvariants is Invariants {
    function setUp() external {
        deploy(true);
    }

    function test_TheWalkReachesEverything() external {
        walk(4000);
        for (uint256 op; op <= uint256(type(Op).max); ++op) {
            requireSuccesses(Op(op), 5);
        }
        bytes32[14] memory refusals = [
            CLOSED,
            AMOUNT_WRONG,
            NO_MONEY,
            NO_CREDIT,
            CREDIT_LOST,
            ROUND_STALE,
            CONFLICT,
            NOT_RECORDED,
            NOT_CLOSING,
            WITHIN_EVIDENCE,
            NO_CONSENT,
            EVIDENCE_OVER,
            RUNNING,
            NOT_FINAL
        ];
        bytes32[14] memory others = [
            INSTANCE_OVER,
            EXHAUSTED,
            NOT_IN_STATE,
            NUMBER_WRONG,
            POSITION_WRONG,
            TURN_WRONG,
            APP_REFUSES,
            UNCHANGED,
            FORGED,
            SERIAL_WRONG,
            EXPIRED,
            REVOKED,
            NOT_ALLOWED,
            FORKED
        ];
        for (uint256 i; i < 14; ++i) {
            requireRefusal(refusals[i]);
            requireRefusal(others[i]);
        }
        assertTrue(handler.punishments() != 0, "no bounty was paid");
    }

    /// @dev Forge found that the model counted its instances twice: the same seed may come again.
    function test_OneStateAgreedTwiceIsOneState() external {
        handler.agree(1_185_580_851_617_956_204_724_327_927_215_259_811_223_066_964);
        handler.agree(type(uint256).max);
        uint256 agreed = handler.successes(Op.Agree);
        handler.agree(type(uint256).max);
        assertEq(handler.successes(Op.Agree), agreed, "the same dice made another state");
        handler.step(54_809_523_542_593_247_742_449_983_295_890_150_612_337_114_080_441);
        this.invariant_3_AnswersCount();
    }

    function requireRefusal(bytes32 finding) private view {
        assertTrue(handler.refusals(finding) != 0, string(abi.encodePacked("never refused: ", finding)));
    }
}
