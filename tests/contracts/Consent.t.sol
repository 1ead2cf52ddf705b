// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {State} from "../../contracts/types/Messages.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {vm} from "./Vm.sol";

contract ConsentTest is DisputeTest {
    bytes32 private constant ROOT = keccak256("instances");

    function test_RevertIf_SenderIsNoSigner() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, roundZero());
        address[4] memory senders = [alicePayee, bobPayee, carol, stranger];
        for (uint256 i; i < senders.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(SenderNotSigner.selector, senders[i]);
            expectRefused(senders[i], consentCall(terms, roundZero()), reason);
        }
    }

    function test_RevertIf_TheStateHasInstances() public {
        Terms memory terms = openChannel();
        bytes memory call = consentCall(terms, stateOf(5, 1, ROOT));
        bytes memory reason = abi.encodeWithSelector(ConsentWithInstances.selector, ROOT);
        expectRefused(alice, call, reason);
        closeBy(bob, terms, stateOf(5, 1, ROOT));
        expectRefused(alice, call, reason);
    }

    function test_RevertIf_EvidenceIsOver() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, stateOf(5, 1));
        bytes memory call = consentCall(terms, stateOf(5, 1));
        vm.warp(evidenceDeadline());
        bytes memory reason = abi.encodeWithSelector(EvidenceOver.selector, evidenceDeadline(), evidenceDeadline());
        expectRefused(alice, call, reason);
        vm.warp(evidenceDeadline() - 1);
        send(alice, call);
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
    }

    function test_RevertIf_TheNamedStateIsNotTheRecordedOneWhileClosing() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, stateOf(5, 1));
        expectRefused(alice, consentCall(terms, roundZero()), abi.encodeWithSelector(RoundStale.selector, 5, 0));
        bytes memory reason = abi.encodeWithSelector(
            StateConflicting.selector, 5, bytes24(hashOf(terms, stateOf(5, 1))), bytes24(hashOf(terms, stateOf(5, 2)))
        );
        expectRefused(alice, consentCall(terms, stateOf(5, 2)), reason);
    }

    function test_BothConsentsSettleAtOnce() public {
        for (uint256 first; first < 2; ++first) {
            uint256 id = vm.snapshotState();
            Terms memory terms = openChannel();
            State memory state = stateOf(5, 10 ether);
            bytes memory call = consentCall(terms, state);
            expectRecorded(terms, recordWith(terms, state, evidenceDeadline(), 1 << first), state);
            send(first == 0 ? alice : bob, call);
            assertRecord(terms, state, evidenceDeadline(), 1 << first);
            assertPayouts(0, 0);
            expectRecorded(terms, recordWith(terms, state, evidenceDeadline(), 3), state);
            send(first == 0 ? bob : alice, call);
            assertClosed(terms);
            assertPayouts(20 ether, 40 ether);
            vm.revertToState(id);
        }
    }

    function test_SettlesExactlyOnce() public {
        Terms memory terms = openChannel();
        State memory state = stateOf(5, 10 ether);
        bytes memory call = consentCall(terms, state);
        send(alice, call);
        send(bob, call);
        bytes memory reason = abi.encodeWithSelector(ChannelClosed.selector, idOf(terms));
        expectRefused(alice, call, reason);
        expectRefused(bob, call, reason);
        vm.warp(evidenceDeadline());
        expectRefused(stranger, settleCall(terms, state), reason);
        assertPayouts(20 ether, 40 ether);
    }

    function test_RoundZeroMayBeConsentedTo() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, roundZero()));
        assertRecord(terms, roundZero(), evidenceDeadline(), 1);
        send(bob, consentCall(terms, roundZero()));
        assertClosed(terms);
        assertPayouts(STAKE, STAKE);
    }

    function test_TheRecordedStateNeedsNoSignatures() public {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(5, 1 ether));
        bytes memory call = abi.encodeCall(manager.closeSolo, (pack(terms), pack(stateOf(5, 1 ether)), true));
        send(alice, call);
        send(bob, call);
        assertPayouts(29 ether, 31 ether);
    }

    function test_ClosingImpliesNoConsent() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, stateOf(5, 1));
        send(alice, consentCall(terms, stateOf(5, 1)));
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
    }

    function test_ARepeatedCloseIsNoConsent() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 1)));
        sendWithoutEffect(bob, terms, closeCall(terms, stateOf(5, 1)));
        sendWithoutEffect(bob, terms, closeCall(terms, stateOf(5, 1)));
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
    }

    function test_ADelegatesCloseIsNoConsent() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 1)));
        sendWithoutEffect(carol, terms, delegateCall(terms, stateOf(5, 1), delegationTo(carol, 1, 0)));
        sendWithoutEffect(bob, terms, delegateCall(terms, stateOf(5, 1), delegationTo(bob, 1, 0)));
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
    }

    function test_APayeesCloseIsNoConsent() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 1)));
        sendWithoutEffect(bobPayee, terms, closeCall(terms, stateOf(5, 1)));
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
    }

    function test_ConsentingTwiceIsOneConsentWithoutFurtherEffect() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 1)));
        sendWithoutEffect(alice, terms, consentCall(terms, stateOf(5, 1)));
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
    }

    function test_TheStartingCallConsentsOnlyIfTheNamedStateIsThenRecorded() public {
        Terms memory terms = openChannel();
        bytes memory call = consentCall(terms, stateOf(5, 10 ether));
        bytes memory consentToZero = consentCall(terms, roundZero());
        uint256 id = vm.snapshotState();
        send(alice, call);
        assertRecord(terms, stateOf(5, 10 ether), evidenceDeadline(), 1);

        vm.revertToState(id);
        snapshot(terms, stateOf(6, 20 ether));
        id = vm.snapshotState();
        send(alice, call);
        assertClosing(terms, stateOf(6, 20 ether));

        vm.revertToState(id);
        send(alice, consentToZero);
        assertClosing(terms, stateOf(6, 20 ether));
    }

    function test_TheStartingCallDoesNotConsentToAnotherStateWithInstances() public {
        Terms memory terms = openChannel();
        bytes memory call = consentCall(terms, stateOf(5, 1));
        snapshot(terms, stateOf(6, 2, ROOT));
        send(alice, call);
        assertClosing(terms, stateOf(6, 2, ROOT));
    }

    function test_AConsentThatReplacesIsToTheNewStateAlone() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 10 ether)));
        send(bob, consentCall(terms, stateOf(6, 20 ether)));
        assertRecord(terms, stateOf(6, 20 ether), evidenceDeadline(), 2);
        send(alice, consentCall(terms, stateOf(6, 20 ether)));
        assertPayouts(10 ether, 50 ether);
    }

    function test_AfterAReplacementBothMustConsentAnew() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 10 ether)));
        slash(terms, stateOf(6, 20 ether));
        assertClosing(terms, stateOf(6, 20 ether));
        send(bob, consentCall(terms, stateOf(6, 20 ether)));
        assertRecord(terms, stateOf(6, 20 ether), evidenceDeadline(), 2);
        assertPayouts(0, 0);
    }

    function test_AConsentIsPerClose() public {
        Terms memory terms = openChannel();
        Terms memory other = nativeTerms();
        other.salt = 2;
        fund(other);
        send(alice, consentCall(terms, stateOf(5, 1)));
        send(bob, consentCall(other, stateOf(5, 1)));
        assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1);
        assertRecord(other, stateOf(5, 1), evidenceDeadline(), 2);
    }

    function test_OneConsentSettlesAtTheDeadlineAsIfThereWereNone() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, stateOf(5, 10 ether)));
        vm.warp(evidenceDeadline() - 1);
        bytes memory reason = abi.encodeWithSelector(NotFinal.selector, evidenceDeadline(), evidenceDeadline() - 1);
        expectRefused(stranger, settleCall(terms, stateOf(5, 10 ether)), reason);
        settleAt(evidenceDeadline(), terms, stateOf(5, 10 ether));
        assertPayouts(20 ether, 40 ether);
    }

    function test_ABountyThatIsDueIsPaid() public {
        Terms memory terms = bountyTerms(2 ether, 3);
        fund(terms);
        closeBy(bob, terms, roundZero());
        uint256 before = stranger.balance;
        send(stranger, slashCall(terms, stateOf(5, 10 ether)));
        send(bob, consentCall(terms, stateOf(5, 10 ether)));
        send(alice, consentCall(terms, stateOf(5, 10 ether)));
        assertPayouts(21 ether, 38 ether);
        assertPaid(stranger, before + 1 ether, "prover");
    }

    /// @dev Each seed is a sequence of calls by both parties: hand in one of three rounds, with or without consent.
    function testFuzz_SettlesAtOnceIffBothConsentedToTheRecordedState(uint256 seed) public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, roundZero());
        uint64 recorded;
        bool[2] memory consented;
        for (uint256 i; i < 12 && !(consented[0] && consented[1]); ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            (uint256 party, uint64 round, bool flag) = (seed & 1, uint64(seed >> 8) % 4, seed & 4 != 0);
            if (round < recorded) round = recorded;
            if (round > recorded) (recorded, consented) = (round, [false, false]);
            State memory state = fuzzed(round);
            send(party == 0 ? alice : bob, flag ? consentCall(terms, state) : closeCall(terms, state));
            if (flag) consented[party] = true;
            if (!(consented[0] && consented[1])) {
                uint256 consents = (consented[0] ? 1 : 0) + (consented[1] ? 2 : 0);
                assertRecord(terms, state, evidenceDeadline(), consents);
            }
        }
        if (!(consented[0] && consented[1])) settleAt(evidenceDeadline(), terms, fuzzed(recorded));
        assertClosed(terms);
        assertPayouts(STAKE - recorded * 1 ether, STAKE + recorded * 1 ether);
    }

    function fuzzed(uint64 round) private pure returns (State memory) {
        return round == 0 ? roundZero() : stateOf(round, int256(uint256(round) * 1 ether));
    }
}
