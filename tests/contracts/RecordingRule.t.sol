// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {State} from "../../contracts/types/Messages.sol";
import {MAX_ROUND} from "../../contracts/types/Record.sol";
import {MAX_AMOUNT, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {Recorder, Recording} from "./Recorder.sol";
import {vm} from "./Vm.sol";

/// @notice The recording rule, which is one for all calls that record.
contract RecordingRuleTest is Recorder {
    function test_RevertIf_ChainIsAnother() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        bytes memory call = handInCall(terms, recordable(1, 0));
        vm.chainId(HOME + 1);
        expectRefused(recorder(), call, abi.encodeWithSelector(WrongChain.selector, HOME, HOME + 1));
    }

    function test_RevertIf_TermsAreTooShortOrTooLong() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        State memory state = recordable(1, 0);
        uint256[7] memory lengths = [uint256(0), 1, 107, 108, 127, 129, 288];
        for (uint256 i; i < lengths.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(TermsLengthInvalid.selector, lengths[i]);
            bytes memory cut = resized(pack(terms), lengths[i]);
            expectRefused(recorder(), callOf(recorder(), cut, terms, state, evidenceOf(terms, state)), reason);
        }
    }

    function test_RevertIf_ChannelIsClosed() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        closeMutual(terms, closeOf(1, 0));
        bytes memory reason = abi.encodeWithSelector(ChannelClosed.selector, idOf(terms));
        expectRefused(recorder(), handInCall(terms, recordable(2, 0)), reason);
    }

    function test_RevertIf_EvidenceIsShorterThanAState() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        State memory state = recordable(1, 0);
        uint256[3] memory lengths = [uint256(1), 40, 71];
        for (uint256 i; i < lengths.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(StateLengthInvalid.selector, 72, lengths[i]);
            bytes memory cut = resized(pack(state), lengths[i]);
            expectRefused(recorder(), callOf(recorder(), pack(terms), terms, state, cut), reason);
        }
    }

    function test_RevertIf_AnotherStateOfTheRoundIsRecorded() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        State memory recorded = recordable(5, 1);
        snapshot(terms, recorded);
        expectConflict(terms, recorded, recordable(5, 2));
        closeBy(bob, terms, recorded);
        expectConflict(terms, recorded, recordable(5, 2));
        vm.warp(evidenceDeadline());
        expectConflict(terms, recorded, recordable(5, 2));
    }

    function test_RevertIf_RoundZeroIsNotTheImplicitOne() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        expectConflict(terms, roundZero(), recordable(0, 1));
        expectConflict(terms, roundZero(), recordable(0, 0));
    }

    function test_RevertIf_RoundIsLowerWhileClosing() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        closeBy(bob, terms, recordable(8, 0));
        expectStale(terms, 8, recordable(7, 0));
        expectStale(terms, 8, roundZero());
        vm.warp(evidenceDeadline());
        expectStale(terms, 8, recordable(7, 0));
    }

    function test_RevertIf_HigherRoundHasNoSignatures() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        bytes memory call = callOf(recorder(), terms, recordable(6, 0), NO_SIGNATURE);
        expectRefused(recorder(), call, abi.encodeWithSelector(StateNotRecorded.selector, 0, 6));
        closeBy(bob, terms, recordable(5, 0));
        expectRefused(recorder(), call, abi.encodeWithSelector(StateNotRecorded.selector, 5, 6));
    }

    function test_RevertIf_EvidenceIsOver() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        closeBy(bob, terms, recordable(5, 0));
        bytes memory call = handInCall(terms, recordable(6, 0));
        for (uint256 late; late < 3; ++late) {
            uint256 time = evidenceDeadline() + late * WINDOW / 2;
            vm.warp(time);
            expectRefused(recorder(), call, abi.encodeWithSelector(EvidenceOver.selector, evidenceDeadline(), time));
        }
        assertClosing(terms, recordable(5, 0));
    }

    function test_RevertIf_RoundIsOutOfRange() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        uint64[2] memory rounds = [uint64(MAX_ROUND + 1), type(uint64).max];
        for (uint256 i; i < rounds.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(RoundOutOfRange.selector, MAX_ROUND, rounds[i]);
            expectRefused(recorder(), handInCall(terms, recordable(rounds[i], 0)), reason);
        }
    }

    function test_RevertIf_NetIsOutOfRange() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        int256[4] memory nets = [int256(MAX_AMOUNT) + 1, -int256(MAX_AMOUNT) - 1, type(int256).max, type(int256).min];
        for (uint256 i; i < nets.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(NetOutOfRange.selector, MAX_AMOUNT, nets[i]);
            expectRefused(recorder(), handInCall(terms, recordable(1, nets[i])), reason);
        }
    }

    function test_GreatestRoundAndNetsAreRecorded() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        handIn(terms, recordable(1, int256(MAX_AMOUNT)));
        handIn(terms, recordable(uint64(MAX_ROUND), -int256(MAX_AMOUNT)));
        assertRecord(terms, recordable(uint64(MAX_ROUND), -int256(MAX_AMOUNT)), deadlineIfClose(), 0);
    }

    function test_HigherRoundReplacesWhileOpen() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        snapshot(terms, recordable(5, 1));
        expectRecorded(terms, recordWith(terms, recordable(6, 2), deadlineIfClose(), 0), recordable(6, 2));
        handIn(terms, recordable(6, 2));
        assertRecord(terms, recordable(6, 2), deadlineIfClose(), 0);
    }

    function test_HigherRoundReplacesUntilTheLastSecond() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        closeBy(bob, terms, recordable(5, 1));
        handIn(terms, recordable(6, 2));
        assertClosing(terms, recordable(6, 2));
        vm.warp(evidenceDeadline() - 1);
        expectRecorded(terms, recordWith(terms, recordable(9, 3), evidenceDeadline(), 0), recordable(9, 3));
        handIn(terms, recordable(9, 3));
        assertClosing(terms, recordable(9, 3));
    }

    function test_ReplacingClearsConsents() public byEachUpTo(Recording.Evaluate) {
        for (uint256 party; party < 2; ++party) {
            uint256 id = vm.snapshotState();
            Terms memory terms = openChannel();
            send(party == 0 ? alice : bob, consentCall(terms, stateOf(5, 1)));
            assertRecord(terms, stateOf(5, 1), evidenceDeadline(), 1 << party);
            handIn(terms, recordable(6, 2));
            assertClosing(terms, recordable(6, 2));
            vm.revertToState(id);
        }
    }

    function test_SenderNeedNotSign() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = openChannel();
        State memory state = recordable(5, 1);
        bytes memory signature = sign(BOB_KEY, hashOf(terms, state));
        send(alice, callOf(alice, terms, state, signature));
        assertRecord(terms, state, deadlineIfClose(), 0);

        state = recordable(6, 1);
        signature = sign(ALICE_KEY, hashOf(terms, state));
        send(bob, callOf(bob, terms, state, signature));
        assertRecord(terms, state, deadlineIfClose(), 0);
    }

    function test_AChannelWithoutMoneyIsNoException() public byEachUpTo(Recording.Evaluate) {
        Terms memory terms = nativeTerms();
        closeBy(bob, terms, roundZero());
        handIn(terms, recordable(1, 1));
        settleAt(finalTime(), terms, recordable(1, 1));
        assertClosed(terms);
        assertPayouts(0, 0);
    }

    function testFuzz_WhatIsRecordedIsPaid(uint8 by, uint64 round, int256 net, uint256 funds0, uint256 funds1) public {
        recording = Recording(by % 6);
        Terms memory terms = nativeTerms();
        (funds0, funds1) = (bound(funds0, 1, 100 ether), bound(funds1, 1, 100 ether));
        manager.deposit{value: funds0}(pack(terms), funds0, 0);
        manager.deposit{value: funds1}(pack(terms), funds1, 1);
        net = round % 2 == 0 ? bound(net, -101 ether, 101 ether) : bound(net, -int256(MAX_AMOUNT), int256(MAX_AMOUNT));
        State memory state = recordable(uint64(bound(round, 1, MAX_ROUND)), net);
        closeBy(bob, terms, roundZero());
        handIn(terms, state);
        settleAt(finalTime(), terms, state);
        (uint256 payout0, uint256 payout1) = payoutsOf(funds0, funds1, net);
        assertPayouts(payout0, payout1);
    }

    /// @dev Each seed is a sequence of rounds, with repeats and with two versions of each.
    function testFuzz_TheRecordNeverDecreases(uint8 by, uint256 seed, bool isClosing) public {
        recording = Recording(by % 6);
        Terms memory terms = openChannel();
        if (isClosing) closeBy(bob, terms, roundZero());
        State memory highest = roundZero();
        for (uint256 i; i < 10; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            State memory state = recordable(uint64(1 + seed % 12), seed >> 128 & 3 == 0 ? int256(1) : int256(0));
            bool wasClosing = recordOf(terms).isClosing();
            bool success = trySend(recorder(), handInCall(terms, state));
            if (state.round < highest.round) assertTrue(success == (isClose() && !wasClosing), "lower");
            if (state.round > highest.round) {
                assertTrue(success, "higher");
                highest = state;
            }
            bool isNowClosing = wasClosing || (isClose() && success);
            assertRecord(terms, highest, isNowClosing ? evidenceDeadline() : 0, 0);
        }
    }

    // The calls that do nothing but record

    function test_EqualStateIsSuccessWithoutEffect() public byEachUpTo(Recording.CloseSoloAsDelegate) {
        Terms memory terms = bountyTerms(1 ether, 3);
        fund(terms);
        State memory state = stateOf(5, 1);
        closeBy(bob, terms, roundZero());
        slash(terms, state);
        uint256[4] memory times = [START, evidenceDeadline() - 1, evidenceDeadline(), evidenceDeadline() + WINDOW];
        for (uint256 i; i < times.length; ++i) {
            vm.warp(times[i]);
            sendWithoutEffect(recorder(), terms, handInCall(terms, state));
        }
    }

    function test_EqualStateNeedsNoSignatures() public byEachUpTo(Recording.CloseSoloAsDelegate) {
        Terms memory terms = openChannel();
        State memory state = stateOf(5, 1);
        closeBy(bob, terms, state);
        sendWithoutEffect(recorder(), terms, callOf(recorder(), terms, state, NO_SIGNATURE));
        sendWithoutEffect(recorder(), terms, callOf(recorder(), terms, state, hex"c0ffee"));
    }

    function test_RoundZeroIsEqualToRoundZero() public byEachUpTo(Recording.CloseSoloAsDelegate) {
        Terms memory terms = openChannel();
        closeBy(bob, terms, roundZero());
        sendWithoutEffect(recorder(), terms, callOf(recorder(), terms, roundZero(), NO_SIGNATURE));
    }

    function test_EqualStateKeepsConsents() public byEachUpTo(Recording.CloseSoloAsDelegate) {
        Terms memory terms = openChannel();
        State memory state = stateOf(5, 1);
        send(bob, consentCall(terms, state));
        sendWithoutEffect(recorder(), terms, handInCall(terms, state));
        assertRecord(terms, state, evidenceDeadline(), 2);
    }

    // The calls that anyone makes with evidence alone

    function test_RevertIf_RoundIsLowerWhileOpen() public byEachUpTo(Recording.Slash) {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(8, 0));
        expectStale(terms, 8, stateOf(7, 0));
        expectStale(terms, 8, roundZero());
    }

    function test_AnOpenChannelStaysOpen() public byEachUpTo(Recording.Slash) {
        Terms memory terms = openChannel();
        handIn(terms, stateOf(5, 1));
        assertOpen(terms, stateOf(5, 1));
        vm.warp(START + 10 * WINDOW);
        handIn(terms, stateOf(6, 1));
        assertOpen(terms, stateOf(6, 1));
        bytes memory reason = abi.encodeWithSelector(NotClosing.selector, idOf(terms));
        expectRefused(stranger, settleCall(terms, stateOf(6, 1)), reason);
    }

    function test_EqualStateIsSuccessWithoutEffectWhileOpen() public byEachUpTo(Recording.Slash) {
        Terms memory terms = openChannel();
        sendWithoutEffect(stranger, terms, callOf(stranger, terms, roundZero(), NO_SIGNATURE));
        snapshot(terms, stateOf(5, 1));
        sendWithoutEffect(stranger, terms, handInCall(terms, stateOf(5, 1)));
    }

    function test_AnyoneMay() public byEachUpTo(Recording.Slash) {
        Terms memory terms = openChannel();
        address[6] memory senders = [stranger, alice, bob, alicePayee, bobPayee, carol];
        for (uint64 i; i < senders.length; ++i) {
            send(senders[i], handInCall(terms, stateOf(i + 1, 0)));
            assertOpen(terms, stateOf(i + 1, 0));
        }
    }

    function test_TheRecordedStateOfTwoAssetsHasBothNets() public byEachUpTo(Recording.Slash) {
        address[] memory assets = new address[](2);
        assets[1] = address(0x20);
        Terms memory terms = termsOf(assets);
        State memory state = stateOf(1, 0);
        bytes memory call = abi.encodeCall(manager.slash, (pack(terms), pack(state)));
        expectRefused(stranger, call, abi.encodeWithSelector(StateLengthInvalid.selector, 104, 72));

        state.nets = new int256[](2);
        (state.nets[0], state.nets[1]) = (int256(1), int256(MAX_AMOUNT) + 1);
        bytes memory reason = abi.encodeWithSelector(NetOutOfRange.selector, MAX_AMOUNT, state.nets[1]);
        expectRefused(stranger, handInCall(terms, state), reason);

        state.nets[1] = -2;
        handIn(terms, state);
        assertOpen(terms, state);
    }

    function expectConflict(Terms memory terms, State memory recorded, State memory state) internal {
        bytes24 expected = bytes24(hashOf(terms, recorded));
        bytes24 actual = bytes24(hashOf(terms, state));
        bytes memory reason = abi.encodeWithSelector(StateConflicting.selector, recorded.round, expected, actual);
        expectRefused(recorder(), handInCall(terms, state), reason);
    }

    function expectStale(Terms memory terms, uint256 recorded, State memory state) internal {
        bytes memory reason = abi.encodeWithSelector(RoundStale.selector, recorded, state.round);
        expectRefused(recorder(), handInCall(terms, state), reason);
    }

    function resized(bytes memory data, uint256 length) internal pure returns (bytes memory result) {
        result = new bytes(length);
        for (uint256 i; i < length && i < data.length; ++i) {
            result[i] = data[i];
        }
    }

    function deadlineIfClose() internal view returns (uint256) {
        return isClose() ? evidenceDeadline() : 0;
    }
}
