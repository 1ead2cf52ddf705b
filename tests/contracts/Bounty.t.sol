// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Bounty} from "../../contracts/types/Bounty.sol";
import {State} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {Recorder, Recording} from "./Recorder.sol";
import {vm} from "./Vm.sol";

contract BountyTest is Recorder {
    uint112 private constant BOUNTY = 2 ether + 1;
    uint16 private constant MARGIN = 4;
    uint64 private constant CLOSED = 5;

    // By each of the calls that record, where Bob has closed on round 5

    function test_NotDueOneRoundBelowTheMargin() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = closing();
        handIn(terms, recordable(CLOSED + MARGIN - 1, 0));
        assertEq(bountyOf(terms).prover(), address(0), "prover");
        settleAt(finalTime(), terms, recordable(CLOSED + MARGIN - 1, 0));
        assertPayouts(STAKE, STAKE);
    }

    function test_DueAtExactlyTheMargin() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = closing();
        vm.warp(evidenceDeadline() - 1);
        expectStaleProved(terms);
        handIn(terms, recordable(CLOSED + MARGIN, 0));
        assertClosing(terms, recordable(CLOSED + MARGIN, 0));
        assertEq(bountyOf(terms).prover(), recorder(), "prover");
        assertEq(bountyOf(terms).closer(), 1, "closer");
        assertEq(bountyOf(terms).closedRound(), CLOSED, "closed round");

        uint256 before = recorder().balance;
        uint256 toProver = recorder() == alice ? 0 : 1 ether;
        expectBountyPaid(terms, recorder(), toProver, BOUNTY - toProver);
        settleAt(finalTime(), terms, recordable(CLOSED + MARGIN, 0));
        assertPayouts(STAKE + BOUNTY - toProver, STAKE - BOUNTY);
        assertPaid(recorder(), before + toProver, "prover");
    }

    function test_DueByTheSumOfSmallSteps() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = closing();
        for (uint64 round = CLOSED + 1; round < CLOSED + MARGIN; ++round) {
            handIn(terms, recordable(round, 0));
            assertEq(bountyOf(terms).prover(), address(0), "too early");
        }
        handIn(terms, recordable(CLOSED + MARGIN, 0));
        assertEq(bountyOf(terms).prover(), recorder(), "prover");
    }

    function test_OnlyTheFirstProofCounts() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = closing();
        send(bobPayee, slashCall(terms, stateOf(CLOSED + MARGIN, 0)));
        handIn(terms, recordable(CLOSED + 2 * MARGIN, 0));
        assertClosing(terms, recordable(CLOSED + 2 * MARGIN, 0));
        assertEq(bountyOf(terms).prover(), bobPayee, "prover");
    }

    function test_OnceDueItStaysDueWhateverIsRecordedLater() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = closing();
        handIn(terms, recordable(CLOSED + MARGIN, 0));
        slash(terms, stateOf(CLOSED + MARGIN + 1, 0));
        assertEq(bountyOf(terms).prover(), recorder(), "prover");
    }

    function test_TheWrongedPartyGetsAllOfItIfItProves() public byEachUpTo(Recording.Evaluate) {
        expectAllToAlice(alice);
    }

    function test_TheCloserSavesNothingByProvingItself() public byEachUpTo(Recording.Evaluate) {
        expectAllToAlice(bob);
    }

    // By a slash

    function test_TheRoundOfTheStartCountsWhateverWasNamed() public {
        Terms memory terms = funded();
        snapshot(terms, stateOf(5, 0));
        closeBy(bob, terms, stateOf(1, 0));
        assertEq(bountyOf(terms).closedRound(), 5, "closed round");
        send(stranger, slashCall(terms, stateOf(8, 0)));
        assertEq(bountyOf(terms).prover(), address(0), "below the margin");
        send(stranger, slashCall(terms, stateOf(9, 0)));
        assertEq(bountyOf(terms).prover(), stranger, "at the margin");
    }

    function test_NothingIsProvedInAnOpenChannel() public {
        Terms memory terms = funded();
        snapshot(terms, stateOf(1, 0));
        snapshot(terms, stateOf(100, 0));
        (, bytes32 bounty) = disputeOf(terms);
        assertEq(bounty, 0, "bounty");
        closeBy(bob, terms, stateOf(200, 0));
        assertEq(bountyOf(terms).prover(), address(0), "prover");
        settleAt(evidenceDeadline(), terms, stateOf(200, 0));
        assertPayouts(STAKE, STAKE);
    }

    function test_AStaleCloseThatNobodyProvesCostsNothing() public {
        Terms memory terms = funded();
        closeBy(bob, terms, roundZero());
        settleAt(evidenceDeadline(), terms, roundZero());
        assertPayouts(STAKE, STAKE);
    }

    function test_EitherPartyPays() public {
        Terms memory terms = proved(alice, 0, stranger);
        uint256 before = stranger.balance;
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, 0));
        assertPayouts(STAKE - BOUNTY, STAKE + 1 ether + 1);
        assertPaid(stranger, before + 1 ether, "prover");
    }

    function test_APayeeThatProvesGivesAllToTheOtherParty() public {
        address[2] memory payees = [alicePayee, bobPayee];
        for (uint256 i; i < payees.length; ++i) {
            uint256 id = vm.snapshotState();
            Terms memory terms = proved(bob, 0, payees[i]);
            settleAt(evidenceDeadline(), terms, stateOf(MARGIN, 0));
            assertPayouts(STAKE + BOUNTY, STAKE - BOUNTY);
            vm.revertToState(id);
        }
    }

    function test_APayeeOfBothPartiesThatProvesIsPaidTheEscrow() public {
        Terms memory terms = bountyTerms(BOUNTY, MARGIN);
        terms.parties[1].payee = alicePayee;
        fund(terms);
        closeBy(bob, terms, roundZero());
        send(alicePayee, slashCall(terms, stateOf(MARGIN, 0)));
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, 0));
        assertPayouts(2 * STAKE, 0);
    }

    function test_TheOddUnitGoesToTheParty() public {
        Terms memory terms = bountyTerms(1, MARGIN);
        fund(terms);
        closeBy(bob, terms, roundZero());
        uint256 before = stranger.balance;
        send(stranger, slashCall(terms, stateOf(MARGIN, 0)));
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, 0));
        assertPayouts(STAKE + 1, STAKE - 1);
        assertPaid(stranger, before, "prover");
    }

    function test_ItIsClampedToTheClosersShare() public {
        Terms memory terms = proved(bob, -int256(STAKE - 1 ether), stranger);
        uint256 before = stranger.balance;
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, -int256(STAKE - 1 ether)));
        assertPayouts(STAKE + 29.5 ether, 0);
        assertPaid(stranger, before + 0.5 ether, "prover");
    }

    function test_ACloserWithNothingPaysNothing() public {
        Terms memory terms = proved(bob, -int256(STAKE), stranger);
        uint256 before = stranger.balance;
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, -int256(STAKE)));
        assertPayouts(2 * STAKE, 0);
        assertPaid(stranger, before, "prover");
    }

    function test_ADelegatesCloseCountsAsItsPrincipals() public {
        Terms memory terms = funded();
        send(carol, delegateCall(terms, stateOf(5, 0), delegationTo(carol, 1, 5)));
        uint256 before = stranger.balance;
        send(stranger, slashCall(terms, stateOf(5 + MARGIN, 0)));
        settleAt(evidenceDeadline(), terms, stateOf(5 + MARGIN, 0));
        assertPayouts(STAKE + 1 ether + 1, STAKE - BOUNTY);
        assertPaid(stranger, before + 1 ether, "prover");
    }

    function test_ACloseMutualPaysNone() public {
        Terms memory terms = proved(bob, 0, stranger);
        uint256 before = stranger.balance;
        closeMutual(terms, closeOf(100, 0));
        assertPayouts(STAKE, STAKE);
        assertPaid(stranger, before, "prover");
        (bytes32 record, bytes32 bounty) = disputeOf(terms);
        assertEq(record, 0, "record");
        assertEq(bounty, 0, "bounty");
    }

    function test_AProverThatCannotBePaidIsCredited() public {
        Unpayable prover = new Unpayable();
        Terms memory terms = proved(bob, 0, address(prover));
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, 0));
        assertPayouts(STAKE + 1 ether + 1, STAKE - BOUNTY);
        assertPaid(address(prover), 0, "prover");
        assertEq(StorageReader.creditOf(manager, address(prover), NATIVE), 1 ether, "credit");
    }

    function test_NoProofMovesTheDeadline() public {
        Terms memory terms = funded();
        closeBy(bob, terms, roundZero());
        for (uint64 i = 1; i < 5; ++i) {
            vm.warp(evidenceDeadline() - 5 + i);
            slash(terms, stateOf(i * MARGIN, 0));
            assertClosing(terms, stateOf(i * MARGIN, 0));
        }
    }

    function test_TermsWithoutABountyStoreNone() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, stateOf(5, 0));
        slash(terms, stateOf(500, 0));
        (, bytes32 bounty) = disputeOf(terms);
        assertEq(bounty, 0, "bounty");
    }

    function test_NothingIsLeftBehind() public {
        Terms memory terms = proved(bob, 0, stranger);
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, 0));
        (bytes32 record, bytes32 bounty) = disputeOf(terms);
        assertEq(record, 0, "record");
        assertEq(bounty, 0, "bounty");
    }

    function testFuzz_DueIffTheMarginIsReached(uint16 margin, uint64 closed, uint64 round, bool byAlice) public {
        margin = uint16(bound(margin, 3, type(uint16).max));
        closed = uint64(bound(closed, 0, 1 << 28));
        round = uint64(bound(round, closed + 1, closed + 2 * uint256(margin)));
        Terms memory terms = bountyTerms(BOUNTY, margin);
        fund(terms);
        closeBy(byAlice ? alice : bob, terms, closed == 0 ? roundZero() : stateOf(closed, 0));
        send(stranger, slashCall(terms, stateOf(round, 0)));
        address expected = round >= closed + margin ? stranger : address(0);
        assertEq(bountyOf(terms).prover(), expected, "prover");
        assertEq(bountyOf(terms).closer(), byAlice ? 0 : 1, "closer");
        assertEq(bountyOf(terms).closedRound(), closed, "closed round");
    }

    function testFuzz_TheCloserPaysItsShareAtMost(uint112 bounty, int256 net, uint256 proverSeed, bool byAlice) public {
        bounty = uint112(bound(bounty, 1, 40 ether));
        net = bound(net, -35 ether, 35 ether);
        address[6] memory provers = [stranger, carol, alice, bob, alicePayee, bobPayee];
        address prover = provers[proverSeed % provers.length];
        bool isOutsider = prover == stranger || prover == carol;
        Terms memory terms = bountyTerms(bounty, MARGIN);
        fund(terms);
        closeBy(byAlice ? alice : bob, terms, roundZero());
        send(prover, slashCall(terms, stateOf(MARGIN, net)));

        (uint256 ofAlice, uint256 ofBob) = payoutsOf(STAKE, STAKE, net);
        uint256 share = byAlice ? ofAlice : ofBob;
        uint256 due = share < bounty ? share : bounty;
        uint256 toProver = isOutsider ? due / 2 : 0;
        if (byAlice) (ofAlice, ofBob) = (ofAlice - due, ofBob + due - toProver);
        else (ofAlice, ofBob) = (ofAlice + due - toProver, ofBob - due);
        uint256 before = prover.balance;
        settleAt(evidenceDeadline(), terms, stateOf(MARGIN, net));
        assertPayouts(ofAlice, ofBob);
        if (isOutsider) assertPaid(prover, before + toProver, "prover");
        assertPaid(address(manager), 0, "nothing stays");
    }

    function expectAllToAlice(address prover) private {
        Terms memory terms = closing();
        State memory state = recordable(CLOSED + MARGIN, 0);
        send(prover, callOf(prover, terms, state, coSign(terms, state)));
        uint256 before = prover.balance;
        expectBountyPaid(terms, prover, 0, BOUNTY);
        settleAt(finalTime(), terms, state);
        assertPayouts(STAKE + BOUNTY, STAKE - BOUNTY);
        assertPaid(prover, before, "prover");
    }

    function closing() private returns (Terms memory terms) {
        terms = bountyTerms(BOUNTY, MARGIN);
        fund(terms);
        closeBy(bob, terms, stateOf(CLOSED, 0));
    }

    function expectStaleProved(Terms memory terms) private {
        bytes32 id = idOf(terms);
        vm.expectEmit(address(manager));
        emit IChannelManager.BountyChanged(id, Bounty.wrap(uint256(CLOSED) << 161 | 1 << 160 | uint160(recorder())));
    }

    function expectBountyPaid(Terms memory terms, address prover, uint256 toProver, uint256 toParty) private {
        bytes32 id = idOf(terms);
        vm.expectEmit(address(manager));
        emit IChannelManager.BountyPaid(id, prover, toProver, toParty);
    }

    function funded() private returns (Terms memory terms) {
        terms = bountyTerms(BOUNTY, MARGIN);
        fund(terms);
    }

    /// @notice Closed on round 0, and proved stale by a state of exactly the margin.
    function proved(address closer, int256 net, address prover) private returns (Terms memory terms) {
        terms = funded();
        State memory state = stateOf(MARGIN, net);
        closeBy(closer, terms, roundZero());
        send(prover, slashCall(terms, state));
    }
}

contract Unpayable {
    error NotToMe();

    receive() external payable {
        revert NotToMe();
    }
}
