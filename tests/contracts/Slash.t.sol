// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {MAX_ROUND} from "../../contracts/types/Record.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {vm} from "./Vm.sol";

contract SlashTest is DisputeTest {
    function test_ASlashThatFindsTheChannelOpenIsASnapshot() public {
        Terms memory terms = openChannel();
        bytes memory call = slashCall(terms, stateOf(8, 1));
        uint256 beforeClose = vm.snapshotState();
        closeBy(bob, terms, stateOf(5, 2));
        send(stranger, call);
        assertClosing(terms, stateOf(8, 1));

        // A reorg takes the close away.
        vm.revertToState(beforeClose);
        send(stranger, call);
        assertOpen(terms, stateOf(8, 1));
        closeBy(bob, terms, stateOf(5, 2));
        assertClosing(terms, stateOf(8, 1));
    }

    function testFuzz_NoSlashMovesTheDeadline(uint256[8] memory times) public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, roundZero());
        uint256 time = START;
        for (uint64 i; i < times.length; ++i) {
            time = bound(times[i], time, evidenceDeadline() - 1);
            vm.warp(time);
            slash(terms, stateOf(i + 1, 0));
            assertClosing(terms, stateOf(i + 1, 0));
        }
        vm.warp(evidenceDeadline() - 1);
        bytes memory reason = abi.encodeWithSelector(NotFinal.selector, evidenceDeadline(), evidenceDeadline() - 1);
        expectRefused(stranger, settleCall(terms, stateOf(8, 0)), reason);
        settleAt(evidenceDeadline(), terms, stateOf(8, 0));
    }

    function testFuzz_TheHighestOfTwoRoundsWins(uint64 a, uint64 b) public {
        (a, b) = (uint64(bound(a, 1, MAX_ROUND)), uint64(bound(b, 1, MAX_ROUND)));
        if (a == b) b = a == 1 ? 2 : a - 1;
        Terms memory terms = openChannel();
        closeBy(bob, terms, roundZero());
        slash(terms, stateOf(a, 1 ether));
        bytes memory call = slashCall(terms, stateOf(b, 2 ether));
        if (b < a) expectRefused(stranger, call, abi.encodeWithSelector(RoundStale.selector, a, b));
        else send(stranger, call);
        assertClosing(terms, a > b ? stateOf(a, 1 ether) : stateOf(b, 2 ether));
    }
}
