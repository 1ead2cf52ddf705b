// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Bounty} from "../../contracts/types/Bounty.sol";
import {State} from "../../contracts/types/Messages.sol";
import {MAX_TIME} from "../../contracts/types/Record.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {vm} from "./Vm.sol";

contract CloseSoloTest is DisputeTest {
    function test_RevertIf_SenderConsentsButIsNoSigner() public {
        Terms memory terms = openChannel();
        address[3] memory senders = [stranger, alicePayee, bobPayee];
        for (uint256 i; i < senders.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(SenderNotSigner.selector, senders[i]);
            expectRefused(senders[i], consentCall(terms, stateOf(5, 1)), reason);
        }
    }

    function test_RevertIf_SenderIsNeitherSignerNorPayee() public {
        Terms memory terms = openChannel();
        expectMayNotClose(stranger, terms, roundZero());
        expectMayNotClose(stranger, terms, stateOf(5, 1));
        closeBy(bob, terms, stateOf(5, 1));
        expectMayNotClose(stranger, terms, stateOf(5, 1));
        expectMayNotClose(stranger, terms, stateOf(6, 1));
    }

    function test_RevertIf_SenderIsPayeeAndThereIsABounty() public {
        Terms memory terms = bountyTerms(1, 3);
        fund(terms);
        expectMayNotClose(alicePayee, terms, roundZero());
        expectMayNotClose(bobPayee, terms, roundZero());
        closeBy(bob, terms, roundZero());
    }

    function test_RevertIf_DeadlineIsTooLateToBeStored() public {
        Terms memory terms = openChannel();
        bytes memory call = closeCall(terms, stateOf(5, 1));
        vm.warp(MAX_TIME + 1 - WINDOW);
        expectRefused(alice, call, abi.encodeWithSelector(TimeOutOfRange.selector, MAX_TIME, MAX_TIME + 1));
        vm.warp(1 << 40);
        expectRefused(alice, call, abi.encodeWithSelector(TimeOutOfRange.selector, MAX_TIME, (1 << 40) + WINDOW));
        vm.warp(MAX_TIME - WINDOW);
        send(alice, call);
        assertRecord(terms, stateOf(5, 1), MAX_TIME, 0);
        settleAt(MAX_TIME, terms, stateOf(5, 1));
        assertClosed(terms);
    }

    function test_EitherSignerStartsClosing() public {
        for (uint256 party; party < 2; ++party) {
            uint256 id = vm.snapshotState();
            Terms memory terms = openChannel();
            State memory state = stateOf(5, 1);
            expectStart(terms, state, state);
            send(party == 0 ? alice : bob, closeCall(terms, state));
            assertClosing(terms, state);
            vm.revertToState(id);
        }
    }

    function test_EitherPayeeStartsClosingWhereThereIsNoBounty() public {
        for (uint256 party; party < 2; ++party) {
            uint256 id = vm.snapshotState();
            Terms memory terms = openChannel();
            expectStart(terms, roundZero(), roundZero());
            send(party == 0 ? alicePayee : bobPayee, closeCall(terms, roundZero()));
            assertClosing(terms, roundZero());
            vm.revertToState(id);
        }
    }

    function test_ASignerActsAsOneEvenIfItIsTheOthersPayee() public {
        Terms memory terms = nativeTerms();
        terms.parties[0].payee = bob;
        fund(terms);
        send(bob, consentCall(terms, roundZero()));
        assertRecord(terms, roundZero(), evidenceDeadline(), 2);
    }

    function test_RoundZeroNeedsNoSignature() public {
        Terms memory terms = openChannel();
        send(alice, abi.encodeCall(manager.closeSolo, (pack(terms), "", false)));
        settleAt(evidenceDeadline(), terms, roundZero());
        assertPayouts(STAKE, STAKE);
    }

    function test_TheRecordedStateNeedsNoSignature() public {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(5, 1));
        send(alice, abi.encodeCall(manager.closeSolo, (pack(terms), pack(stateOf(5, 1)), false)));
        assertClosing(terms, stateOf(5, 1));
    }

    function test_TheLogOfAStartCarriesTheStateThatWasNamed() public {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(5, 1));
        expectStart(terms, stateOf(5, 1), stateOf(5, 1));
        send(alice, closeCall(terms, stateOf(5, 1)));
    }

    function test_AStartWritesTheBounty() public {
        Terms memory terms = bountyTerms(2 ether, 3);
        fund(terms);
        bytes32 id = idOf(terms);
        bytes memory call = closeCall(terms, stateOf(5, 1));
        vm.expectEmit(address(manager));
        emit IChannelManager.BountyChanged(id, Bounty.wrap(5 << 161 | 1 << 160));
        send(bob, call);
        assertEq(bountyOf(terms).closer(), 1, "closer");
        assertEq(bountyOf(terms).closedRound(), 5, "closed round");
        assertEq(bountyOf(terms).prover(), address(0), "prover");
    }

    function test_ALowerRoundClosesAnOpenChannelWithTheRecordedState() public {
        State[3] memory lower = [roundZero(), stateOf(1, 3 ether), stateOf(7, 2 ether)];
        for (uint256 i; i < lower.length; ++i) {
            uint256 id = vm.snapshotState();
            Terms memory terms = openChannel();
            bytes memory call = closeCall(terms, lower[i]);
            snapshot(terms, stateOf(8, 1 ether));
            expectStart(terms, stateOf(8, 1 ether), roundZero());
            send(alice, call);
            assertClosing(terms, stateOf(8, 1 ether));
            settleAt(evidenceDeadline(), terms, stateOf(8, 1 ether));
            assertPayouts(29 ether, 31 ether);
            vm.revertToState(id);
        }
    }

    function test_ALowerRoundNeedsNoSignature() public {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(8, 1));
        send(alice, abi.encodeCall(manager.closeSolo, (pack(terms), pack(stateOf(5, 1)), false)));
        assertClosing(terms, stateOf(8, 1));
    }

    function test_ACloseThatFindsTheChannelClosingIsASlash() public {
        Terms memory terms = bountyTerms(2 ether, 3);
        fund(terms);
        bytes memory call = closeCall(terms, stateOf(8, 1 ether));
        closeBy(bob, terms, roundZero());
        vm.warp(evidenceDeadline() - 1);
        send(alice, call);
        assertClosing(terms, stateOf(8, 1 ether));
        assertEq(bountyOf(terms).closer(), 1, "closer");
        assertEq(bountyOf(terms).closedRound(), 0, "closed round");
        assertEq(bountyOf(terms).prover(), alice, "prover");
    }

    function testFuzz_TheDeadlineIsOneWindowAfterTheStart(uint256 start, uint32 window, uint64 round) public {
        Terms memory terms = nativeTerms();
        terms.window = uint32(bound(window, MIN_WINDOW, MAX_WINDOW));
        fund(terms);
        start = bound(start, START, MAX_TIME - terms.window);
        State memory state = stateOf(uint64(bound(round, 1, 1000)), 1 ether);
        vm.warp(start);
        send(bob, closeCall(terms, state));
        assertRecord(terms, state, start + terms.window, 0);
        settleAt(start + terms.window, terms, state);
        assertPayouts(29 ether, 31 ether);
    }

    function expectStart(Terms memory terms, State memory recorded, State memory named) private {
        expectRecorded(terms, recordWith(terms, recorded, evidenceDeadline(), 0), named);
    }

    function expectMayNotClose(address sender, Terms memory terms, State memory state) private {
        bytes memory reason = abi.encodeWithSelector(SenderMayNotClose.selector, sender);
        expectRefused(sender, closeCall(terms, state), reason);
    }
}
