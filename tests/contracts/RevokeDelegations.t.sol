// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Delegation} from "../../contracts/types/Messages.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {vm} from "./Vm.sol";

contract RevokeDelegationsTest is DisputeTest {
    function test_RevertIf_ChainIsAnother() public {
        bytes memory call = revokeCall(openChannel());
        vm.chainId(HOME + 1);
        expectRefused(alice, call, abi.encodeWithSelector(WrongChain.selector, HOME, HOME + 1));
    }

    function test_RevertIf_SenderIsNoSigner() public {
        Terms memory terms = openChannel();
        address[4] memory senders = [stranger, alicePayee, bobPayee, carol];
        for (uint256 i; i < senders.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(SenderNotSigner.selector, senders[i]);
            expectRefused(senders[i], revokeCall(terms), reason);
        }
    }

    function test_EachPartyRaisesItsOwnEpoch() public {
        Terms memory terms = openChannel();
        expectRevoked(terms, 0, 1);
        send(alice, revokeCall(terms));
        assertEpochs(terms, 1, 0);
        expectRevoked(terms, 1, 1);
        send(bob, revokeCall(terms));
        expectRevoked(terms, 1, 2);
        send(bob, revokeCall(terms));
        assertEpochs(terms, 1, 2);
    }

    function test_OnlyOwnDelegationsAreVoid() public {
        Terms memory terms = openChannel();
        Delegation memory ofAlice = delegationTo(carol, 0, 0);
        Delegation memory ofBob = delegationTo(carol, 1, 0);
        send(alice, revokeCall(terms));
        bytes memory reason = abi.encodeWithSelector(EpochMismatch.selector, 1, 0);
        expectRefused(carol, delegateCall(terms, roundZero(), ofAlice), reason);
        send(carol, delegateCall(terms, roundZero(), ofBob));
        assertClosing(terms, roundZero());
    }

    function test_ANewEpochHasNewDelegations() public {
        Terms memory terms = openChannel();
        Delegation memory delegation = delegationTo(carol, 0, 0);
        delegation.epoch = 1;
        send(alice, revokeCall(terms));
        send(carol, delegateCall(terms, roundZero(), delegation));
        assertClosing(terms, roundZero());
    }

    function test_OtherChannelsAreUntouched() public {
        Terms memory terms = openChannel();
        Terms memory other = nativeTerms();
        other.salt = 2;
        send(alice, revokeCall(other));
        assertEpochs(terms, 0, 0);
        send(carol, delegateCall(terms, roundZero(), delegationTo(carol, 0, 0)));
    }

    function test_BeforeMoneyWhileClosingAndWhenClosed() public {
        Terms memory terms = nativeTerms();
        send(alice, revokeCall(terms));
        fund(terms);
        closeBy(bob, terms, roundZero());
        send(alice, revokeCall(terms));
        assertClosing(terms, roundZero());
        settleAt(evidenceDeadline(), terms, roundZero());
        send(alice, revokeCall(terms));
        assertEpochs(terms, 3, 0);
    }

    function testFuzz_TheEpochCountsRevocations(bool[16] memory byAlice) public {
        Terms memory terms = openChannel();
        uint256[2] memory counts;
        for (uint256 i; i < byAlice.length; ++i) {
            send(byAlice[i] ? alice : bob, revokeCall(terms));
            ++counts[byAlice[i] ? 0 : 1];
        }
        assertEpochs(terms, counts[0], counts[1]);
    }

    function expectRevoked(Terms memory terms, uint256 party, uint256 epoch) private {
        bytes32 id = idOf(terms);
        vm.expectEmit(address(manager));
        emit IChannelManager.DelegationsRevoked(id, party, epoch);
    }

    function assertEpochs(Terms memory terms, uint256 ofAlice, uint256 ofBob) private view {
        assertEq(StorageReader.epochOf(manager, idOf(terms), 0), ofAlice, "Alice's epoch");
        assertEq(StorageReader.epochOf(manager, idOf(terms), 1), ofBob, "Bob's epoch");
    }
}
