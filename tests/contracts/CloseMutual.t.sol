// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Hashes} from "../../contracts/libraries/Hashes.sol";
import {Close, State} from "../../contracts/types/Messages.sol";
import {PayoutsLibrary} from "../../contracts/types/Payouts.sol";
import {MAX_AMOUNT, MAX_ASSETS, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {Record} from "../../contracts/types/Record.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {vm} from "./Vm.sol";

contract CloseMutualTest is MoneyTest {
    Terms private terms;

    function setUp() public override {
        super.setUp();
        terms = openChannel();
    }

    function test_RevertIf_TheChainIdHasChanged(uint256 chainId) public {
        bytes memory signatures = coSign(terms, closeOf(1, 0));
        expectWrongChain(chainId);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signatures));
    }

    function test_RevertIf_TermsAreNotWellFormed() public {
        bytes memory signatures = coSign(terms, closeOf(1, 0));
        bytes memory cut = malformed(terms);
        manager.closeMutual(cut, bytes.concat(pack(closeOf(1, 0)), signatures));
    }

    function test_RevertIf_ItIsTooShort(uint256 length) public {
        length = bound(length, 0, 47);
        expectError(abi.encodeWithSelector(IChannelErrors.CloseLengthInvalid.selector, 48, length));
        manager.closeMutual(pack(terms), new bytes(length));
        Terms memory pair = pairTerms(address(token));
        bytes memory close = bytes.concat(pack(closeOf(1, 0)), new bytes(31));
        expectError(abi.encodeWithSelector(IChannelErrors.CloseLengthInvalid.selector, 80, 79));
        manager.closeMutual(pack(pair), close);
    }

    function test_RevertIf_ItHasANetTooMany() public {
        Close memory message = closeOf(1, 0);
        message.nets = new int256[](2);
        expectRefused(message, abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 32 + 128));
    }

    function test_RevertIf_ItHasExpired(uint256 time) public {
        expectExpired(VALID_UNTIL + 1);
        expectExpired(bound(time, VALID_UNTIL + 1, START + 100 * uint256(WINDOW)));
    }

    function test_RevertIf_TheRoundIsNotAboveTheRecordedOne(uint64 recorded, uint64 round, bool isClosing) public {
        recorded = uint64(bound(recorded, 1, 1 << 28));
        round = uint64(bound(round, 0, recorded));
        if (isClosing) closeBy(alice, terms, stateOf(recorded, 1));
        else snapshot(terms, stateOf(recorded, 1));
        expectRoundRefused(recorded, round);
        expectRoundRefused(recorded, recorded);
    }

    function test_RevertIf_TheRoundIsZero() public {
        expectRoundRefused(0, 0);
    }

    function test_AnyNetIsPaidAsFarAsThereIsMoney(int256 net) public {
        uint256 fork = vm.snapshotState();
        int256[5] memory nets =
            [net, type(int256).max, type(int256).min, int256(MAX_AMOUNT) + 1, -int256(MAX_AMOUNT) - 1];
        for (uint256 i; i < nets.length; ++i) {
            closeMutual(terms, closeOf(1, nets[i]));
            int256 expected = nets[i] > int256(STAKE) ? int256(STAKE) : nets[i];
            if (expected < -int256(STAKE)) expected = -int256(STAKE);
            assertPaid(alicePayee, uint256(int256(STAKE) - expected), "Alice");
            assertPaid(bobPayee, uint256(int256(STAKE) + expected), "Bob");
            vm.revertToState(fork);
        }
    }

    function test_RevertIf_SignaturesAreMissing() public {
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, 0));
        vm.prank(alice);
        manager.closeMutual(pack(terms), pack(closeOf(1, 0)));
    }

    function test_RevertIf_AStrangerBringsOneSignature() public {
        bytes memory signature = sign(BOB_KEY, hashes.close(idOf(terms), pack(closeOf(1, 0))));
        expectError(abi.encodeWithSelector(IChannelErrors.SenderNotSigner.selector, stranger));
        vm.prank(stranger);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signature));
    }

    function test_RevertIf_OnePartySignsForBoth() public {
        bytes memory signature = sign(BOB_KEY, hashes.close(idOf(terms), pack(closeOf(1, 0))));
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, alice, bob));
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), bytes.concat(signature, signature)));
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, alice, bob));
        vm.prank(bob);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signature));
    }

    function test_RevertIf_AnyFieldIsAnotherThanWasSigned() public {
        bytes memory signatures = coSign(terms, closeOf(1, 5));
        Close[3] memory others = [closeOf(2, 5), closeOf(1, 6), closeOf(1, 5)];
        others[2].validUntil += 1;
        for (uint256 i; i < others.length; ++i) {
            expectNotAlices(hashes.close(idOf(terms), pack(others[i])), signatures);
            manager.closeMutual(pack(terms), bytes.concat(pack(others[i]), signatures));
        }
    }

    function test_RevertIf_AStateOrAWithdrawalWasSigned() public {
        bytes32 structHash = hashes.close(idOf(terms), pack(closeOf(1, 5)));
        bytes memory signatures = coSign(terms, stateOf(1, 5));
        expectNotAlices(structHash, signatures);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 5)), signatures));
        signatures = coSign(terms, withdrawOf(1, 5, 5));
        expectNotAlices(structHash, signatures);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 5)), signatures));
    }

    function test_RevertIf_ItWasSignedForAnotherChannel() public {
        bytes memory signatures = coSign(terms, closeOf(1, 0));
        terms.salt = 2;
        fund(terms);
        expectNotAlices(hashes.close(idOf(terms), pack(closeOf(1, 0))), signatures);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signatures));
    }

    function test_RevertIf_ItWasSignedForAnotherContract() public {
        ChannelManager here = manager;
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        bytes memory signatures = coSign(terms, closeOf(1, 0));
        manager = here;
        expectNotAlices(hashes.close(idOf(terms), pack(closeOf(1, 0))), signatures);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signatures));
    }

    function test_RevertIf_ItWasSignedForAnotherChain() public {
        vm.chainId(CHAIN_ID + 1);
        bytes32 domain = Hashes.domain(address(manager));
        vm.chainId(CHAIN_ID);
        bytes32 digest = Hashes.digest(domain, hashes.close(hashes.channelId(domain, pack(terms)), pack(closeOf(1, 0))));
        (bytes32 r, bytes32 vs) = vm.signCompact(ALICE_KEY, digest);
        bytes memory signature = abi.encodePacked(r, vs);
        (r, vs) = vm.signCompact(BOB_KEY, digest);
        expectNotAlices(hashes.close(idOf(terms), pack(closeOf(1, 0))), signature);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), abi.encodePacked(signature, r, vs)));
    }

    function test_RevertIf_TheChannelIsClosed() public {
        closeMutual(terms, closeOf(1, 0));
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, idOf(terms));
        expectRefused(closeOf(1, 0), reason);
        expectRefused(closeOf(2, 1), reason);
    }

    function test_BothArePaidAndTheIdIsDead(uint64 round, int256 net) public {
        round = uint64(bound(round, 1, type(uint64).max));
        net = bound(net, -int256(STAKE), int256(STAKE));
        bytes memory signatures = coSign(terms, closeOf(round, net));
        bytes32 channelId = idOf(terms);
        uint256 payout0 = uint256(int256(STAKE) - net);
        vm.expectEmit(address(manager));
        emit IChannelManager.Settled(channelId, PayoutsLibrary.pack(0, payout0, 2 * STAKE - payout0));
        vm.prank(stranger);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(round, net)), signatures));
        assertPaid(alicePayee, payout0, "Alice");
        assertPaid(bobPayee, 2 * STAKE - payout0, "Bob");
        assertDead(terms);
    }

    function test_OneSignatureIsEnoughIfTheOtherPartySends(bool isAlice, bool isFull) public {
        bytes32 structHash = hashes.close(idOf(terms), pack(closeOf(1, 0)));
        uint256 key = isAlice ? BOB_KEY : ALICE_KEY;
        bytes memory signature = isFull ? signFull(key, structHash) : sign(key, structHash);
        vm.prank(isAlice ? alice : bob);
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signature));
        assertDead(terms);
    }

    function test_FullSignaturesAreTakenToo() public {
        bytes32 structHash = hashes.close(idOf(terms), pack(closeOf(1, 0)));
        bytes memory signatures = bytes.concat(signFull(ALICE_KEY, structHash), signFull(BOB_KEY, structHash));
        manager.closeMutual(pack(terms), bytes.concat(pack(closeOf(1, 0)), signatures));
        assertDead(terms);
    }

    function test_TheLastValidSecondIsInclusive() public {
        vm.warp(VALID_UNTIL);
        closeMutual(terms, closeOf(1, 0));
        assertDead(terms);
    }

    function test_NetsBeyondTheEscrowAreClamped() public {
        uint256 fork = vm.snapshotState();
        closeMutual(terms, closeOf(1, int256(MAX_AMOUNT)));
        assertPaid(alicePayee, 0, "Alice lost");
        assertPaid(bobPayee, 2 * STAKE, "Bob won");
        vm.revertToState(fork);
        closeMutual(terms, closeOf(1, -int256(MAX_AMOUNT)));
        assertPaid(alicePayee, 2 * STAKE, "Alice won");
        assertPaid(bobPayee, 0, "Bob lost");
    }

    function test_ItEndsADisputeAtAnyTime(uint256 time) public {
        closeBy(bob, terms, stateOf(5, 30 ether));
        time = bound(time, START, START + 3 * WINDOW);
        vm.warp(time);
        Close memory message = closeOf(6, -5 ether);
        message.validUntil = uint64(time);
        closeMutual(terms, message);
        assertPaid(alicePayee, 35 ether, "Alice");
        assertPaid(bobPayee, 25 ether, "Bob");
        assertEq(Record.unwrap(recordOf(terms)), 0, "record");
    }

    function test_ItPaysNoBounty() public {
        terms = bountyTerms(10 ether, 3);
        fund(terms);
        closeBy(alice, terms, stateOf(1, 0));
        State memory newer = stateOf(4, 1 ether);
        bytes memory signatures = coSign(terms, newer);
        uint256 before = stranger.balance;
        vm.prank(stranger);
        manager.slash(pack(terms), bytes.concat(pack(newer), signatures));
        assertEq(bountyOf(terms).prover(), stranger, "due");
        closeMutual(terms, closeOf(5, 0));
        assertEq(stranger.balance, before, "prover");
        assertPaid(alicePayee, STAKE, "Alice");
        assertPaid(bobPayee, STAKE, "Bob");
    }

    function test_RecordedInstancesDoNotMatter() public {
        closeBy(alice, terms, stateOf(5, 30 ether, keccak256("instances")));
        closeMutual(terms, closeOf(6, 0));
        assertPaid(alicePayee, STAKE, "Alice");
        assertPaid(bobPayee, STAKE, "Bob");
    }

    function test_AChannelWithoutMoneyIsClosedForEverToo() public {
        terms.salt = 2;
        closeMutual(terms, closeOf(1, 0));
        assertDead(terms);
        expectClosed(terms);
        manager.deposit{value: 1}(pack(terms), 1, 0);
    }

    function test_EachAssetIsPaidByItsOwnNet(int256 net0, int256 net1) public {
        net0 = bound(net0, -int256(STAKE), int256(STAKE));
        net1 = bound(net1, -int256(STAKE), int256(STAKE));
        terms = openPairChannel(address(token));
        Close memory message = closeOf(1, 0);
        message.nets = pairState(1, net0, net1).nets;
        closeMutual(terms, message);
        assertPaid(alicePayee, uint256(int256(STAKE) - net0), "Alice's coin");
        assertPaid(bobPayee, uint256(int256(STAKE) + net0), "Bob's coin");
        assertHolds(address(token), alicePayee, uint256(int256(STAKE) - net1), "Alice's tokens");
        assertHolds(address(token), bobPayee, uint256(int256(STAKE) + net1), "Bob's tokens");
    }

    function test_WhatCannotBePushedIsCredited() public {
        terms.parties[1].payee = address(new RevertingPayee());
        fund(terms);
        closeMutual(terms, closeOf(1, 1 ether));
        assertPaid(alicePayee, 29 ether, "Alice");
        assertCredit(terms.parties[1].payee, NATIVE, 31 ether);
    }

    // Helpers

    function expectExpired(uint256 time) private {
        vm.warp(time);
        expectRefused(closeOf(1, 0), abi.encodeWithSelector(IChannelErrors.Expired.selector, VALID_UNTIL, time));
    }

    function expectRefused(Close memory message, bytes memory reason) private {
        bytes memory signatures = coSign(terms, message);
        expectError(reason);
        manager.closeMutual(pack(terms), bytes.concat(pack(message), signatures));
    }

    function expectRoundRefused(uint64 recorded, uint64 round) private {
        expectRefused(closeOf(round, 0), abi.encodeWithSelector(IChannelErrors.RoundStale.selector, recorded, round));
    }
}
