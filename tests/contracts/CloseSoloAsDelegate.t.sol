// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Bounty} from "../../contracts/types/Bounty.sol";
import {Delegation, State} from "../../contracts/types/Messages.sol";
import {MAX_ROUND, MAX_TIME} from "../../contracts/types/Record.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {vm} from "./Vm.sol";

contract CloseSoloAsDelegateTest is DisputeTest {
    function test_RevertIf_ThereIsNoSuchParty() public {
        Terms memory terms = openChannel();
        uint8[2] memory parties = [2, 255];
        for (uint256 i; i < parties.length; ++i) {
            Delegation memory delegation = delegationTo(carol, parties[i], 0);
            bytes memory reason = abi.encodeWithSelector(PartyInvalid.selector, parties[i]);
            expectRefused(carol, delegateCall(terms, stateOf(5, 1), delegation), reason);
        }
    }

    function test_RevertIf_SenderIsNotTheDelegate() public {
        Terms memory terms = openChannel();
        bytes memory call = delegateCall(terms, stateOf(5, 1), delegationTo(carol, 0, 0));
        address[4] memory senders = [stranger, alice, bob, alicePayee];
        for (uint256 i; i < senders.length; ++i) {
            expectRefused(senders[i], call, abi.encodeWithSelector(SenderNotDelegate.selector, carol, senders[i]));
        }
    }

    function test_RevertIf_DelegationHasExpired() public {
        Terms memory terms = openChannel();
        Delegation memory delegation = delegationTo(carol, 0, 0);
        delegation.validUntil = uint64(START + 1 hours);
        bytes memory call = delegateCall(terms, stateOf(5, 1), delegation);
        vm.warp(START + 1 hours + 1);
        expectRefused(carol, call, abi.encodeWithSelector(Expired.selector, START + 1 hours, START + 1 hours + 1));
        vm.warp(START + 1 hours);
        send(carol, call);
        assertRecord(terms, stateOf(5, 1), START + 1 hours + WINDOW, 0);
    }

    function test_RevertIf_EpochIsNotTheCurrentOne() public {
        Terms memory terms = openChannel();
        Delegation memory delegation = delegationTo(carol, 0, 0);
        delegation.epoch = 1;
        bytes memory reason = abi.encodeWithSelector(EpochMismatch.selector, 0, 1);
        expectRefused(carol, delegateCall(terms, stateOf(5, 1), delegation), reason);

        send(alice, revokeCall(terms));
        reason = abi.encodeWithSelector(EpochMismatch.selector, 1, 0);
        expectRefused(carol, delegateCall(terms, stateOf(5, 1), delegationTo(carol, 0, 0)), reason);
        send(carol, delegateCall(terms, stateOf(5, 1), delegation));
        assertClosing(terms, stateOf(5, 1));
    }

    function test_RevertIf_SomebodyElseSignedTheDelegation() public {
        Terms memory terms = openChannel();
        for (uint8 party; party < 2; ++party) {
            Delegation memory delegation = delegationTo(carol, party, 0);
            bytes32 structHash = hashes.delegation(idOf(terms), delegation);
            address principal = party == 0 ? alice : bob;
            uint256 otherKey = party == 0 ? BOB_KEY : ALICE_KEY;
            bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, principal, vm.addr(otherKey));
            expectRefused(carol, callSignedBy(otherKey, structHash, terms, delegation), reason);
            reason = abi.encodeWithSelector(SignerMismatch.selector, principal, carol);
            expectRefused(carol, callSignedBy(CAROL_KEY, structHash, terms, delegation), reason);
        }
    }

    function test_RevertIf_DeadlineIsTooLateToBeStored() public {
        Terms memory terms = openChannel();
        Delegation memory delegation = delegationTo(carol, 0, 0);
        delegation.validUntil = type(uint64).max;
        bytes memory call = delegateCall(terms, roundZero(), delegation);
        vm.warp(MAX_TIME + 1 - WINDOW);
        expectRefused(carol, call, abi.encodeWithSelector(TimeOutOfRange.selector, MAX_TIME, MAX_TIME + 1));
    }

    function test_RevertIf_RoundIsBelowTheDelegations() public {
        Terms memory terms = openChannel();
        Delegation memory delegation = delegationTo(carol, 0, 6);
        expectBelow(terms, delegation, roundZero(), 0);
        expectBelow(terms, delegation, stateOf(5, 1), 5);
        assertOpen(terms, roundZero());
        snapshot(terms, stateOf(4, 1));
        expectBelow(terms, delegation, stateOf(4, 1), 4);
        expectBelow(terms, delegation, stateOf(3, 1), 4);
        closeBy(alice, terms, stateOf(4, 1));
        expectBelow(terms, delegation, stateOf(5, 1), 5);
        assertClosing(terms, stateOf(4, 1));
    }

    function test_TheLeastRoundOfTheDelegationIsEnough() public {
        Terms memory terms = openChannel();
        send(carol, delegateCall(terms, stateOf(6, 1), delegationTo(carol, 0, 6)));
        assertClosing(terms, stateOf(6, 1));
    }

    function test_TheRecordedRoundCountsNotTheNamedOne() public {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(8, 1));
        send(carol, delegateCall(terms, stateOf(3, 1), delegationTo(carol, 0, 6)));
        assertClosing(terms, stateOf(8, 1));
    }

    function test_ClosesInItsPrincipalsName() public {
        for (uint8 party; party < 2; ++party) {
            uint256 id = vm.snapshotState();
            Terms memory terms = bountyTerms(1 ether, 3);
            fund(terms);
            bytes32 channelId = idOf(terms);
            bytes memory call = delegateCall(terms, stateOf(5, 1), delegationTo(carol, party, 0));
            vm.expectEmit(address(manager));
            emit IChannelManager.BountyChanged(channelId, Bounty.wrap(5 << 161 | uint256(party) << 160));
            send(carol, call);
            assertClosing(terms, stateOf(5, 1));
            assertEq(bountyOf(terms).closer(), party, "closer");
            assertEq(bountyOf(terms).closedRound(), 5, "closed round");
            vm.revertToState(id);
        }
    }

    function test_AFrontRunCloseMakesItASlash() public {
        Terms memory terms = openChannel();
        bytes memory call = delegateCall(terms, stateOf(8, 1), delegationTo(carol, 0, 8));
        closeBy(bob, terms, roundZero());
        vm.warp(evidenceDeadline() - 1);
        send(carol, call);
        assertClosing(terms, stateOf(8, 1));
    }

    function test_ADelegateMayDoNothingElseThatAStrangerMayNot() public {
        Terms memory terms = openChannel();
        bytes memory reason = abi.encodeWithSelector(SenderMayNotClose.selector, carol);
        expectRefused(carol, closeCall(terms, stateOf(5, 1)), reason);
        reason = abi.encodeWithSelector(SenderNotSigner.selector, carol);
        expectRefused(carol, consentCall(terms, stateOf(5, 1)), reason);
        expectRefused(carol, revokeCall(terms), reason);
        bytes memory evidence = bytes.concat(pack(stateOf(5, 1)), sign(BOB_KEY, hashOf(terms, stateOf(5, 1))));
        expectRefused(carol, abi.encodeCall(manager.snapshotSolo, (pack(terms), evidence)), reason);
        Delegation memory delegation = delegationTo(carol, 0, 0);
        bytes memory ofAlice = signDelegation(terms, delegation);
        bytes memory call = abi.encodeCall(manager.closeSoloAsDelegate, (pack(terms), evidence, delegation, ofAlice));
        expectRefused(carol, call, reason);
    }

    function testFuzz_ClosesIffTheRecordIsThenAtLeastTheLeastRound(uint64 minRound, uint64 round, uint64 recorded)
        public
    {
        minRound = uint64(bound(minRound, 0, 20));
        (round, recorded) = (uint64(bound(round, 1, 20)), uint64(bound(recorded, 0, 20)));
        Terms memory terms = openChannel();
        if (recorded != 0) snapshot(terms, stateOf(recorded, 0));
        uint64 highest = round > recorded ? round : recorded;
        Delegation memory delegation = delegationTo(carol, 0, minRound);
        if (highest < minRound) {
            expectBelow(terms, delegation, stateOf(round, 0), highest);
        } else {
            send(carol, delegateCall(terms, stateOf(round, 0), delegation));
            assertClosing(terms, stateOf(highest, 0));
        }
    }

    function callSignedBy(uint256 key, bytes32 structHash, Terms memory terms, Delegation memory delegation)
        private
        view
        returns (bytes memory)
    {
        bytes memory signature = sign(key, structHash);
        return abi.encodeCall(manager.closeSoloAsDelegate, (pack(terms), "", delegation, signature));
    }

    function expectBelow(Terms memory terms, Delegation memory delegation, State memory state, uint256 actual) private {
        bytes memory reason = abi.encodeWithSelector(RoundBelowDelegation.selector, delegation.minRound, actual);
        expectRefused(carol, delegateCall(terms, state, delegation), reason);
    }
}
