// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {State} from "../../contracts/types/Messages.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";

contract SnapshotSoloTest is DisputeTest {
    function test_ASnapshotThatFindsTheChannelClosingIsASlash() public {
        Terms memory terms = bountyTerms(2 ether, 3);
        fund(terms);
        bytes memory call = snapshotCall(terms, stateOf(5, 1 ether));
        closeBy(bob, terms, roundZero());
        send(stranger, call);
        assertClosing(terms, stateOf(5, 1 ether));
        assertEq(bountyOf(terms).prover(), stranger, "prover");
    }

    function test_ASnapshotOfTheStateThatWasJustClosedOnIsSuccess() public {
        Terms memory terms = openChannel();
        bytes memory call = snapshotCall(terms, stateOf(5, 1));
        closeBy(bob, terms, stateOf(5, 1));
        sendWithoutEffect(alice, terms, call);
    }

    function test_ASnapshotStoresOneWord() public {
        Terms memory terms = bountyTerms(2 ether, 3);
        fund(terms);
        State memory state = stateOf(5, 1);
        snapshot(terms, state);
        (, bytes32 bounty) = disputeOf(terms);
        assertEq(bounty, 0, "bounty");
    }
}
