// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Hashes} from "../../contracts/libraries/Hashes.sol";
import {Funds, FundsLibrary} from "../../contracts/types/Funds.sol";
import {Close, State, Withdraw} from "../../contracts/types/Messages.sol";
import {MAX_AMOUNT, MAX_ASSETS, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {vm} from "./Vm.sol";

contract WithdrawTest is MoneyTest {
    Terms private terms;

    function setUp() public override {
        super.setUp();
        terms = openChannel();
    }

    function test_RevertIf_TheChainIdHasChanged(uint256 chainId) public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes memory signatures = coSign(terms, message);
        expectWrongChain(chainId);
        manager.withdraw(pack(terms), message, signatures);
    }

    function test_RevertIf_TermsAreNotWellFormed() public {
        bytes memory signatures = coSign(terms, withdrawOf(0, 1, 1));
        bytes memory cut = malformed(terms);
        manager.withdraw(cut, withdrawOf(0, 1, 1), signatures);
    }

    function test_RevertIf_TheChannelIsClosed() public {
        closeMutual(terms, closeOf(1, 0));
        expectRefused(withdrawOf(0, 1, 1), abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, idOf(terms)));
    }

    function test_RevertIf_ItHasExpired(uint256 time) public {
        expectExpired(VALID_UNTIL + 1);
        expectExpired(bound(time, VALID_UNTIL + 1, START + 100 * uint256(WINDOW)));
    }

    function test_RevertIf_TheSerialIsNotTheNext(uint64 serial) public {
        withdraw(terms, withdrawOf(0, 1, 1));
        withdraw(terms, withdrawOf(1, 1, 1));
        if (serial == 2) ++serial;
        expectRefused(
            withdrawOf(serial, 1, 1), abi.encodeWithSelector(IChannelErrors.SerialMismatch.selector, 2, serial)
        );
    }

    function test_RevertIf_ItIsReplayed() public {
        Withdraw memory message = withdrawOf(0, 1 ether, 0);
        bytes memory signatures = coSign(terms, message);
        manager.withdraw(pack(terms), message, signatures);
        for (uint256 i; i < 3; ++i) {
            expectError(abi.encodeWithSelector(IChannelErrors.SerialMismatch.selector, 1, 0));
            manager.withdraw(pack(terms), message, signatures);
        }
        assertPaid(alicePayee, 1 ether, "once");
    }

    function test_RevertIf_AllSerialsAreUsed() public {
        uint256 last = FundsLibrary.MAX_SERIAL;
        setSerial(last - 1);
        withdraw(terms, withdrawOf(uint64(last - 1), 1, 1));
        expectRefused(
            withdrawOf(uint64(last), 1, 1), abi.encodeWithSelector(IChannelErrors.SerialsExhausted.selector, last)
        );
    }

    function test_RevertIf_SignaturesHaveAnotherLength(uint256 length) public {
        length = bound(length, 0, 200);
        if (length == 64 || length == 65 || length == 128 || length == 130) ++length;
        if (length == 65) ++length;
        bytes memory signatures = new bytes(length);
        expectError(abi.encodeWithSelector(IChannelErrors.SignatureLengthInvalid.selector, length));
        manager.withdraw(pack(terms), withdrawOf(0, 1, 1), signatures);
    }

    function test_RevertIf_AStrangerBringsOneSignature() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes memory signature = sign(ALICE_KEY, hashes.withdraw(idOf(terms), message));
        expectError(abi.encodeWithSelector(IChannelErrors.SenderNotSigner.selector, stranger));
        vm.prank(stranger);
        manager.withdraw(pack(terms), message, signature);
    }

    function test_RevertIf_ThePartyBringsItsOwnSignature() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes memory signature = sign(ALICE_KEY, hashes.withdraw(idOf(terms), message));
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, bob, alice));
        vm.prank(alice);
        manager.withdraw(pack(terms), message, signature);
    }

    function test_RevertIf_OnePartySignsTwice() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes memory signature = sign(ALICE_KEY, hashes.withdraw(idOf(terms), message));
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, bob, alice));
        manager.withdraw(pack(terms), message, bytes.concat(signature, signature));
        signature = sign(BOB_KEY, hashes.withdraw(idOf(terms), message));
        expectError(abi.encodeWithSelector(IChannelErrors.SignerMismatch.selector, alice, bob));
        manager.withdraw(pack(terms), message, bytes.concat(signature, signature));
    }

    function test_RevertIf_AnyFieldIsAnotherThanWasSigned() public {
        Withdraw memory signed = withdrawOf(0, 3, 4);
        bytes memory signatures = coSign(terms, signed);
        Withdraw[6] memory others;
        for (uint256 i; i < others.length; ++i) {
            others[i] = withdrawOf(0, 3, 4);
        }
        others[0].amounts[0] = 4;
        others[1].amounts[1] = 5;
        others[2].amounts = listOf(4, 3);
        others[3].recipients[0] = stranger;
        others[4].recipients[1] = stranger;
        others[5].validUntil += 1;
        for (uint256 i; i < others.length; ++i) {
            expectNotAlices(hashes.withdraw(idOf(terms), others[i]), signatures);
            manager.withdraw(pack(terms), others[i], signatures);
        }
    }

    function test_RevertIf_ItWasSignedForAnotherChannel() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes memory signatures = coSign(terms, message);
        terms.salt = 2;
        fund(terms);
        expectNotAlices(hashes.withdraw(idOf(terms), message), signatures);
        manager.withdraw(pack(terms), message, signatures);
    }

    function test_RevertIf_ItWasSignedForAnotherContract() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        ChannelManager here = manager;
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        bytes memory signatures = coSign(terms, message);
        manager = here;
        expectNotAlices(hashes.withdraw(idOf(terms), message), signatures);
        manager.withdraw(pack(terms), message, signatures);
    }

    function test_RevertIf_ItWasSignedForAnotherChain() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes32 digest = foreignDigest(message);
        (bytes32 r, bytes32 vs) = vm.signCompact(ALICE_KEY, digest);
        bytes memory signature = abi.encodePacked(r, vs);
        (r, vs) = vm.signCompact(BOB_KEY, digest);
        expectNotAlices(hashes.withdraw(idOf(terms), message), signature);
        manager.withdraw(pack(terms), message, abi.encodePacked(signature, r, vs));
    }

    function test_RevertIf_AStateOrACloseWasSigned() public {
        Withdraw memory message = withdrawOf(0, 1, 1);
        bytes32 structHash = hashes.withdraw(idOf(terms), message);
        bytes memory signatures = coSign(terms, stateOf(1, 1));
        expectNotAlices(structHash, signatures);
        manager.withdraw(pack(terms), message, signatures);
        signatures = coSign(terms, closeOf(1, 1));
        expectNotAlices(structHash, signatures);
        manager.withdraw(pack(terms), message, signatures);
    }

    function test_RevertIf_AmountsAreNotTwoPerAsset(uint256 length) public {
        length = bound(length, 0, 20);
        if (length == 2) ++length;
        Withdraw memory message = withdrawOf(0, 1, 1);
        message.amounts = new uint256[](length);
        expectRefused(message, abi.encodeWithSelector(IChannelErrors.AmountsLengthInvalid.selector, 2, length));
        terms = pairTerms(address(token));
        fund(terms);
        expectRefused(withdrawOf(0, 1, 1), abi.encodeWithSelector(IChannelErrors.AmountsLengthInvalid.selector, 4, 2));
    }

    function test_RevertIf_AnAmountIsTooLarge(uint256 amount) public {
        amount = bound(amount, MAX_AMOUNT + 1, type(uint256).max);
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, amount);
        expectRefused(withdrawOf(0, amount, 0), reason);
        expectRefused(withdrawOf(0, 0, amount), reason);
        expectRefused(withdrawOf(0, amount, type(uint256).max - amount + 1), reason);
    }

    function test_RevertIf_ItIsMoreThanTheEscrow(uint256 amount0, uint256 amount1) public {
        amount0 = bound(amount0, 0, 2 * STAKE + 1);
        amount1 = bound(amount1, 2 * STAKE + 1 - amount0, 4 * STAKE);
        expectRefused(
            withdrawOf(0, amount0, amount1),
            abi.encodeWithSelector(IChannelErrors.EscrowExceeded.selector, NATIVE, 2 * STAKE, amount0 + amount1)
        );
    }

    function test_RevertIf_ItTakesAnAssetThatTheChannelDoesNotHold() public {
        terms = pairTerms(address(token));
        fund(terms);
        expectRefused(
            pairWithdraw(0, 1, 0, 1, 0), abi.encodeWithSelector(IChannelErrors.EscrowExceeded.selector, token, 0, 1)
        );
    }

    function test_RevertIf_ItIsTheMoneyOfAnotherChannel() public {
        Terms memory rich = terms;
        terms.salt = 2;
        expectRefused(withdrawOf(0, 1, 0), abi.encodeWithSelector(IChannelErrors.EscrowExceeded.selector, NATIVE, 0, 1));
        assertBalances(rich, NATIVE, int256(STAKE), int256(STAKE));
    }

    function test_RevertIf_AllAmountsAreZero() public {
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.AmountZero.selector);
        expectRefused(withdrawOf(0, 0, 0), reason);
        terms = pairTerms(address(token));
        expectRefused(pairWithdraw(0, 0, 0, 0, 0), reason);
    }

    function test_RevertIf_ARecipientIsZeroOrTheContract() public {
        address[2] memory invalid = [address(0), address(manager)];
        for (uint256 i; i < 4; ++i) {
            Withdraw memory message = withdrawOf(0, 1, 1);
            message.recipients[i / 2] = invalid[i % 2];
            expectRefused(message, abi.encodeWithSelector(IChannelErrors.RecipientInvalid.selector, invalid[i % 2]));
        }
    }

    function test_WhoTakesNothingNeedsNoRecipient() public {
        Withdraw memory message = withdrawOf(0, 1, 0);
        message.recipients[1] = address(0);
        withdraw(terms, message);
        message = withdrawOf(1, 0, 1);
        message.recipients[0] = address(manager);
        withdraw(terms, message);
        assertPaid(alicePayee, 1, "Alice");
        assertPaid(bobPayee, 1, "Bob");
    }

    function test_BothArePaidAndItIsCounted(uint256 amount0, uint256 amount1) public {
        amount0 = bound(amount0, 0, 2 * STAKE);
        amount1 = bound(amount1, amount0 == 0 ? 1 : 0, 2 * STAKE - amount0);
        Withdraw memory message = withdrawOf(0, amount0, amount1);
        bytes memory signatures = coSign(terms, message);
        bytes32 channelId = idOf(terms);
        vm.expectEmit(address(manager));
        emit IChannelManager.Withdrawn(channelId, 0, message.amounts, message.recipients);
        vm.prank(stranger);
        manager.withdraw(pack(terms), message, signatures);
        assertPaid(alicePayee, amount0, "Alice");
        assertPaid(bobPayee, amount1, "Bob");
        assertBalances(terms, NATIVE, int256(STAKE) - int256(amount0), int256(STAKE) - int256(amount1));
        assertEq(fundsOf(terms, NATIVE).serial(), 1, "serial");
    }

    function test_OneSignatureIsEnoughIfTheOtherPartySends() public {
        Withdraw memory message = withdrawOf(0, 1, 2);
        bytes memory signature = sign(BOB_KEY, hashes.withdraw(idOf(terms), message));
        vm.prank(alice);
        manager.withdraw(pack(terms), message, signature);
        message = withdrawOf(1, 1, 2);
        signature = signFull(ALICE_KEY, hashes.withdraw(idOf(terms), message));
        vm.prank(bob);
        manager.withdraw(pack(terms), message, signature);
        assertPaid(alicePayee, 2, "Alice");
        assertPaid(bobPayee, 4, "Bob");
    }

    function test_TheLastValidSecondIsInclusive() public {
        vm.warp(VALID_UNTIL);
        withdraw(terms, withdrawOf(0, 1, 0));
        assertPaid(alicePayee, 1, "in time");
    }

    function test_TheWholeEscrowMayLeaveAtTheBoundary(uint256 amount0) public {
        amount0 = bound(amount0, 0, 2 * STAKE);
        withdraw(terms, withdrawOf(0, amount0, 2 * STAKE - amount0));
        assertEq(address(manager).balance, 0, "held");
        expectRefused(withdrawOf(1, 1, 0), abi.encodeWithSelector(IChannelErrors.EscrowExceeded.selector, NATIVE, 0, 1));
    }

    function test_WhoEarnedMoreThanItDepositedWithdrawsIt() public {
        snapshot(terms, stateOf(1, -20 ether));
        withdraw(terms, withdrawOf(0, 45 ether, 0));
        assertBalances(terms, NATIVE, -15 ether, int256(STAKE));
        closeAndSettle(terms, stateOf(1, -20 ether));
        assertPaid(alicePayee, 50 ether, "Alice");
        assertPaid(bobPayee, 10 ether, "Bob");
    }

    function test_WhoPutNothingInMayTakeTheGreatestAmount() public {
        terms = tokenTerms(address(token));
        token.mint(address(this), MAX_AMOUNT);
        manager.deposit(pack(terms), MAX_AMOUNT, sideOf(terms, address(token), 1));
        withdraw(terms, withdrawOf(0, MAX_AMOUNT, 0));
        assertBalances(terms, address(token), -int256(MAX_AMOUNT), int256(MAX_AMOUNT));
        closeAndSettle(terms, stateOf(1, -int256(MAX_AMOUNT)));
        assertHolds(address(token), alicePayee, MAX_AMOUNT, "Alice");
    }

    function test_EveryWithdrawalWithinTheEscrowIsPossible(uint256[2] memory stakes, uint256[4] memory amounts) public {
        terms = tokenTerms(address(token));
        token.mint(address(this), 2 * MAX_AMOUNT);
        uint256 total;
        for (uint256 party; party < 2; ++party) {
            uint256 stake = bound(stakes[party], 1, MAX_AMOUNT);
            manager.deposit(pack(terms), stake, sideOf(terms, address(token), uint8(party)));
            total += stake;
        }
        for (uint64 serial; serial < 2; ++serial) {
            uint256 amount0 = bound(amounts[2 * serial], 0, total < MAX_AMOUNT ? total : MAX_AMOUNT);
            total -= amount0;
            uint256 amount1 = bound(amounts[2 * serial + 1], 0, total < MAX_AMOUNT ? total : MAX_AMOUNT);
            total -= amount1;
            if (amount0 + amount1 != 0) withdraw(terms, withdrawOf(serial, amount0, amount1));
            else break;
        }
        assertHolds(address(token), address(manager), total, "held");
    }

    function test_AThirdPartyMayBeARecipient(uint256 seed) public {
        address recipient = someone(seed);
        Withdraw memory message = withdrawOf(0, 3, 4);
        message.recipients = [recipient, recipient];
        withdraw(terms, message);
        assertPaid(recipient, 7, "recipient");
    }

    function test_ItWorksWhileClosing(uint256 time) public {
        closeBy(bob, terms, stateOf(3, 5 ether));
        time = bound(time, START, START + 3 * WINDOW);
        vm.warp(time);
        Withdraw memory message = withdrawOf(0, 1 ether, 2 ether);
        message.validUntil = uint64(time);
        withdraw(terms, message);
        vm.warp(START + 3 * WINDOW);
        manager.settle(pack(terms), pack(stateOf(3, 5 ether)));
        assertPaid(alicePayee, 25 ether, "Alice");
        assertPaid(bobPayee, 35 ether, "Bob");
    }

    function test_ItLeavesTheRecordAsItIs() public {
        closeBy(bob, terms, stateOf(3, 5 ether));
        bytes32 before = keccak256(abi.encode(recordOf(terms)));
        withdraw(terms, withdrawOf(0, 1, 1));
        assertEq(keccak256(abi.encode(recordOf(terms))), before, "record");
    }

    function test_EachAssetIsTakenOnItsOwn() public {
        terms = openPairChannel(address(token));
        withdraw(terms, pairWithdraw(0, 1 ether, 2 ether, 0, 0));
        withdraw(terms, pairWithdraw(1, 0, 0, 3 ether, 4 ether));
        assertBalances(terms, NATIVE, 29 ether, 28 ether);
        assertBalances(terms, address(token), 27 ether, 26 ether);
        assertHolds(address(token), alicePayee, 3 ether, "Alice's tokens");
        assertHolds(address(token), bobPayee, 4 ether, "Bob's tokens");
        assertEq(fundsOf(terms, NATIVE).serial(), 2, "serial");
    }

    function test_ItIsCountedThoughTheFirstAssetWasNeverUsed() public {
        terms = pairTerms(address(token));
        fund(terms, address(token));
        withdraw(terms, pairWithdraw(0, 0, 0, 1 ether, 0));
        expectRefused(
            pairWithdraw(0, 0, 0, 1 ether, 0), abi.encodeWithSelector(IChannelErrors.SerialMismatch.selector, 1, 0)
        );
        withdraw(terms, pairWithdraw(1, 0, 0, 1 ether, 0));
        assertBalances(terms, NATIVE, 0, 0);
        assertBalances(terms, address(token), 28 ether, 30 ether);
        closeMutual(terms, pairClose(1));
        assertHolds(address(token), alicePayee, STAKE, "Alice");
    }

    function test_RevertIf_ItIsReplayedAfterTheFirstAssetIsFunded() public {
        terms = pairTerms(address(token));
        fund(terms, address(token));
        Withdraw memory message = pairWithdraw(0, 0, 0, 1 ether, 0);
        withdraw(terms, message);
        fund(terms);
        expectRefused(message, abi.encodeWithSelector(IChannelErrors.SerialMismatch.selector, 1, 0));
        withdraw(terms, pairWithdraw(1, 1 ether, 0, 0, 0));
        assertBalances(terms, NATIVE, 29 ether, 30 ether);
    }

    function test_WhatCannotBePushedIsCredited() public {
        address hostile = address(new RevertingPayee());
        Withdraw memory message = withdrawOf(0, 3, 4);
        message.recipients[0] = hostile;
        bytes memory signatures = coSign(terms, message);
        vm.expectEmit(address(manager));
        emit IChannelManager.Credited(hostile, NATIVE, 3);
        manager.withdraw(pack(terms), message, signatures);
        assertCredit(hostile, NATIVE, 3);
        assertPaid(bobPayee, 4, "Bob");
        assertBalances(terms, NATIVE, int256(STAKE) - 3, int256(STAKE) - 4);
    }

    function test_WithdrawalsAndSettlementPayTheEscrow(uint256[6] memory amounts, int256 net) public {
        for (uint64 serial; serial < 3; ++serial) {
            uint256 amount0 = bound(amounts[serial], 1, 10 ether);
            uint256 amount1 = bound(amounts[serial + 3], 0, 10 ether);
            withdraw(terms, withdrawOf(serial, amount0, amount1));
        }
        closeAndSettle(terms, stateOf(9, bound(net, -int256(MAX_AMOUNT), int256(MAX_AMOUNT))));
        assertEq(alicePayee.balance + bobPayee.balance, 2 * STAKE, "paid in sum");
        assertEq(address(manager).balance, 0, "held");
    }

    // Helpers

    function expectExpired(uint256 time) private {
        vm.warp(time);
        expectRefused(withdrawOf(0, 1, 1), abi.encodeWithSelector(IChannelErrors.Expired.selector, VALID_UNTIL, time));
    }

    function expectRefused(Withdraw memory message, bytes memory reason) private {
        bytes memory signatures = coSign(terms, message);
        expectError(reason);
        manager.withdraw(pack(terms), message, signatures);
    }

    /// @notice As if this many withdrawals had been made.
    function setSerial(uint256 serial) private {
        uint256 word = Funds.unwrap(fundsOf(terms, NATIVE)) | serial << 8;
        vm.store(address(manager), fundsSlot(terms, NATIVE), bytes32(word));
        assertEq(fundsOf(terms, NATIVE).serial(), serial, "serial");
    }

    /// @notice What the parties sign for the contract at the same address on another chain.
    function foreignDigest(Withdraw memory message) private returns (bytes32 digest) {
        vm.chainId(CHAIN_ID + 1);
        bytes32 domain = Hashes.domain(address(manager));
        vm.chainId(CHAIN_ID);
        digest = Hashes.digest(domain, hashes.withdraw(hashes.channelId(domain, pack(terms)), message));
    }
}
