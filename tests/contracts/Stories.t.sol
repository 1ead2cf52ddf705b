// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Close, Delegation, State, Withdraw} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {vm} from "./Vm.sol";

/// @notice Whole lives of payment channels, each with its claim. 30 + 30 in escrow; in the co-signed state of round N Alice
/// has paid Bob N ether in sum.
contract StoriesTest is DisputeTest {
    // Stale closes and windows

    /// @dev Bob closes on r5, Alice slashes with r8, Bob tries r7: refused. Alice with r5 again: refused, extends nothing.
    function test_Story1_TheNewestShownStateSettles() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, paid(5));
        send(alice, slashCall(terms, paid(8)));
        expectRefused(bob, slashCall(terms, paid(7)), abi.encodeWithSelector(RoundStale.selector, 8, 7));
        vm.warp(evidenceDeadline() - 1);
        expectRefused(alice, slashCall(terms, paid(5)), abi.encodeWithSelector(RoundStale.selector, 8, 5));
        assertClosing(terms, paid(8));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev A slash one second before the evidence deadline is accepted, at it refused; a settlement one second before the
    /// final time refused, at it accepted.
    function test_Story2_DeadlinesAreExactToTheSecond() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, paid(5));
        bytes memory late = slashCall(terms, paid(9));
        vm.warp(evidenceDeadline() - 1);
        send(alice, slashCall(terms, paid(8)));
        expectNotFinal(terms, paid(8), evidenceDeadline() - 1);
        vm.warp(evidenceDeadline());
        bytes memory reason = abi.encodeWithSelector(EvidenceOver.selector, evidenceDeadline(), evidenceDeadline());
        expectRefused(alice, late, reason);
        send(stranger, settleCall(terms, paid(8)));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev The settlement is not mined 50 blocks after expiry: nobody can slash any more, a stranger settles.
    function test_Story3_ExpiryIsFinalWhoeverSettlesWhenever() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, paid(5));
        uint256 time = evidenceDeadline() + 50 * 12;
        vm.warp(time);
        bytes memory reason = abi.encodeWithSelector(EvidenceOver.selector, evidenceDeadline(), time);
        expectRefused(alice, slashCall(terms, paid(8)), reason);
        expectRefused(alice, closeCall(terms, paid(8)), reason);
        expectRefused(alice, snapshotCall(terms, paid(8)), reason);
        send(stranger, settleCall(terms, paid(5)));
        assertPayouts(25 ether, 35 ether);
    }

    /// @dev Bob slashes himself with r6, r7, r8, each in the last second: the deadline never moves.
    function test_Story4_SlashingOneselfGainsNoTime() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, paid(5));
        vm.warp(evidenceDeadline() - 1);
        for (uint64 round = 6; round <= 8; ++round) {
            send(bob, slashCall(terms, paid(round)));
            assertClosing(terms, paid(round));
        }
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev Alice closes on round 0 with no signature at all, nobody answers: 30 / 30 back.
    function test_Story5_RoundZeroGivesEverybodyTheirOwnBack() public {
        Terms memory terms = openChannel();
        send(alice, closeCall(terms, roundZero()));
        settleAt(evidenceDeadline(), terms, roundZero());
        assertPayouts(30 ether, 30 ether);
    }

    /// @dev The peer vanished right after only Alice's funding: she gets all of hers back.
    function test_Story5_WhoFundedAloneGetsAllBackAlone() public {
        Terms memory terms = nativeTerms();
        manager.deposit{value: 30 ether}(pack(terms), 30 ether, 0);
        send(alice, closeCall(terms, roundZero()));
        settleAt(evidenceDeadline(), terms, roundZero());
        assertPayouts(30 ether, 0);
    }

    /// @dev Both signers consent to the same state without instances: settles at once. A delegate's, a payee's or a merely
    /// repeated close is no consent.
    function test_Story6_OnlyBothSignersConsentsSettleAtOnce() public {
        Terms memory terms = openChannel();
        send(alice, consentCall(terms, paid(8)));
        send(carol, delegateCall(terms, paid(8), delegationTo(carol, 1, 0)));
        send(bobPayee, closeCall(terms, paid(8)));
        send(bob, closeCall(terms, paid(8)));
        send(alice, consentCall(terms, paid(8)));
        assertRecord(terms, paid(8), evidenceDeadline(), 1);
        send(bob, consentCall(terms, paid(8)));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev Bob front-runs Alice's close of r8 with his own close of r0: her call acts as a slash, r8 settles.
    function test_Story6_AFrontRunCloseCountsAsASlash() public {
        Terms memory terms = openChannel();
        bytes memory call = closeCall(terms, owed(8));
        send(bob, closeCall(terms, roundZero()));
        send(alice, call);
        settleAt(evidenceDeadline(), terms, owed(8));
        assertPayouts(38 ether, 22 ether);
    }

    /// @dev A co-signed withdrawal is front-run by a close: it is still executed, and the payout after settlement is right. A
    /// deposit lands during the dispute: it comes back to its party.
    function test_Story7_MoneyMovesInAndOutDuringADispute() public {
        Terms memory terms = openChannel();
        Withdraw memory message = withdrawOf(0, 10 ether, 5 ether);
        bytes memory call = abi.encodeCall(manager.withdraw, (pack(terms), message, coSign(terms, message)));
        closeBy(bob, terms, paid(8));
        send(alice, call);
        assertPayouts(10 ether, 5 ether);
        manager.deposit{value: 3 ether}(pack(terms), 3 ether, 1);
        assertClosing(terms, paid(8));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(10 ether + 12 ether, 5 ether + 36 ether);
    }

    /// @dev A withdrawal by agreement may come even between the evidence deadline and the settlement.
    function test_Story7_AWithdrawalLandsAfterTheFinalTime() public {
        Terms memory terms = openChannel();
        Withdraw memory message = withdrawOf(0, 10 ether, 0);
        closeBy(bob, terms, paid(8));
        vm.warp(evidenceDeadline() + 1);
        manager.withdraw(pack(terms), message, coSign(terms, message));
        send(stranger, settleCall(terms, paid(8)));
        assertPayouts(10 ether + 12 ether, 38 ether);
    }

    /// @dev Mutual close in the middle of a dispute.
    function test_Story8_AgreementEndsADisputeAtOnce() public {
        Terms memory terms = openChannel();
        closeBy(bob, terms, paid(5));
        closeMutual(terms, closeOf(6, -1 ether));
        assertClosed(terms);
        assertPayouts(31 ether, 29 ether);
        vm.warp(evidenceDeadline());
        bytes memory reason = abi.encodeWithSelector(ChannelClosed.selector, idOf(terms));
        expectRefused(bob, settleCall(terms, paid(5)), reason);
    }

    /// @dev A half-signed mutual close held back until after its `validUntil`, or after a higher round was recorded: refused.
    function test_Story8_AWithheldMutualCloseDiesByItself() public {
        Terms memory terms = openChannel();
        Close memory message = closeOf(6, 20 ether);
        message.validUntil = uint64(START + 1 hours);
        bytes memory ofAlice = sign(ALICE_KEY, hashes.close(idOf(terms), pack(message)));
        bytes memory call = abi.encodeCall(manager.closeMutual, (pack(terms), bytes.concat(pack(message), ofAlice)));
        uint256 id = vm.snapshotState();
        vm.warp(START + 1 hours);
        send(bob, call);
        assertPayouts(10 ether, 50 ether);

        vm.revertToState(id);
        vm.warp(START + 1 hours + 1);
        expectRefused(bob, call, abi.encodeWithSelector(Expired.selector, START + 1 hours, START + 1 hours + 1));

        vm.warp(START);
        snapshot(terms, paid(6));
        expectRefused(bob, call, abi.encodeWithSelector(RoundStale.selector, 6, 6));
        snapshot(terms, paid(7));
        expectRefused(bob, call, abi.encodeWithSelector(RoundStale.selector, 7, 6));
        closeBy(alice, terms, paid(7));
        expectRefused(bob, call, abi.encodeWithSelector(RoundStale.selector, 7, 6));
        settleAt(evidenceDeadline(), terms, paid(7));
        assertPayouts(23 ether, 37 ether);
    }

    /// @dev Bob closes just before Alice's snapshot of the same state: both go through.
    function test_Story9_ACloseAndASnapshotOfOneStateCross() public {
        Terms memory terms = openChannel();
        bytes memory call = snapshotCall(terms, paid(8));
        send(bob, closeCall(terms, paid(8)));
        send(alice, call);
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev The other way round: the snapshot does not kill the close.
    function test_Story9_ASnapshotBeforeTheCloseDoesNotKillIt() public {
        Terms memory terms = openChannel();
        bytes memory call = closeCall(terms, paid(8));
        send(alice, snapshotCall(terms, paid(9)));
        send(bob, call);
        settleAt(evidenceDeadline(), terms, paid(9));
        assertPayouts(21 ether, 39 ether);
    }

    // Money

    /// @dev A state counts on a deposit that was never mined, its net is larger than the escrow: it settles, clamped, and the
    /// sum is the escrow.
    function test_Story10_AStateThatCountsOnMissingMoneySettlesClamped() public {
        int256[4] memory nets = [int256(45 ether), -45 ether, 1e33, -1e33];
        for (uint256 i; i < nets.length; ++i) {
            uint256 id = vm.snapshotState();
            Terms memory terms = openChannel();
            closeBy(alice, terms, stateOf(1, nets[i]));
            settleAt(evidenceDeadline(), terms, stateOf(1, nets[i]));
            assertPayouts(nets[i] > 0 ? 0 : 60 ether, nets[i] > 0 ? 60 ether : 0);
            vm.revertToState(id);
        }
    }

    /// @dev When the deposit that the state counts on does arrive, even while closing, the state pays what it says.
    function test_Story10_ALateDepositMakesTheStateWhole() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(1, 45 ether));
        manager.deposit{value: 20 ether}(pack(terms), 20 ether, 0);
        settleAt(evidenceDeadline(), terms, stateOf(1, 45 ether));
        assertPayouts(5 ether, 75 ether);
    }

    /// @dev A channel that was closed is funded again by mistake: refused, money not lost.
    function test_Story12_AClosedChannelTakesNoMoney() public {
        Terms memory terms = openChannel();
        closeMutual(terms, closeOf(1, 0));
        uint256 before = stranger.balance;
        bytes memory reason = abi.encodeWithSelector(ChannelClosed.selector, idOf(terms));
        bytes memory first = abi.encodeCall(manager.deposit, (pack(terms), 1 ether, 0));
        bytes memory second = abi.encodeCall(manager.depositById, (idOf(terms), NATIVE, 0, 1 ether));
        expectPaymentRefused(first, reason);
        expectPaymentRefused(second, reason);
        assertPaid(stranger, before, "stranger");
        assertPaid(address(manager), 0, "manager");
        expectRefused(alice, closeCall(terms, roundZero()), reason);
        assertPayouts(30 ether, 30 ether);
    }

    /// @dev Also by an asset that it never held.
    function test_Story12_AClosedChannelTakesNoOtherAssetEither() public {
        (Terms memory terms, StandardToken token) = openPair();
        Terms memory other = terms;
        other.salt = 2;
        fund(other);
        send(alice, closeCall(other, roundZero()));
        settleAt(evidenceDeadline(), other, roundZero());
        token.mint(stranger, 1);
        vm.prank(stranger);
        token.approve(address(manager), 1);
        bytes memory call = abi.encodeCall(manager.deposit, (pack(other), 1, sideOf(other, address(token), 0)));
        expectRefused(stranger, call, abi.encodeWithSelector(ChannelClosed.selector, idOf(other)));
        assertEq(token.balanceOf(stranger), 1, "kept");
    }

    /// @dev Two assets exchanged inside the channel, wei against token, in one state.
    function test_Story13_TwoAssetsAreExchangedInOneState() public {
        (Terms memory terms, StandardToken token) = openPair();
        State memory state = stateOf(1, 2 ether);
        state.nets = new int256[](2);
        (state.nets[0], state.nets[1]) = (int256(2 ether), -500);
        closeBy(alice, terms, state);
        settleAt(evidenceDeadline(), terms, state);
        assertPayouts(28 ether, 32 ether);
        assertEq(token.balanceOf(alicePayee), 500, "Alice's tokens");
        assertEq(token.balanceOf(bobPayee), 500, "Bob's tokens");
        assertEq(token.balanceOf(address(manager)), 0, "nothing stays");
    }

    /// @dev Withdrawal to a third recipient.
    function test_Story13_AWithdrawalPaysAThirdRecipient() public {
        (Terms memory terms, StandardToken token) = openPair();
        Withdraw memory message = withdrawOf(0, 0, 0);
        message.amounts = new uint256[](4);
        (message.amounts[0], message.amounts[3]) = (4 ether, 100);
        message.recipients = [carol, carol];
        manager.withdraw(pack(terms), message, coSign(terms, message));
        assertPaid(carol, 4 ether, "Carol");
        assertEq(token.balanceOf(carol), 100, "Carol's tokens");
        send(bob, closeCall(terms, roundZero()));
        settleAt(evidenceDeadline(), terms, roundZero());
        assertPayouts(26 ether, 30 ether);
        assertEq(token.balanceOf(bobPayee), 900, "Bob's tokens");
    }

    // Signatures and replay

    /// @dev The same signatures on another deployment, in another channel of the same pair, as another message type: refused.
    /// The payouts are those of the messages that were meant. On another chain, and field by field: `Replay.t.sol`.
    function test_Story23_SignaturesWorkWhereTheyBelongAlone() public {
        Terms memory terms = openChannel();
        Terms memory other = nativeTerms();
        other.salt = 2;
        fund(other);
        Terms[2] memory both = [terms, other];
        bytes memory ofOther = coSign(other, paid(8));
        bytes memory ofClose = coSign(terms, closeOf(8, 8 ether));
        bytes memory evidence = bytes.concat(pack(paid(8)), ofOther);
        assertTrue(!trySend(stranger, abi.encodeCall(manager.slash, (pack(terms), evidence))), "other channel");
        evidence = bytes.concat(pack(paid(8)), ofClose);
        assertTrue(!trySend(stranger, abi.encodeCall(manager.slash, (pack(terms), evidence))), "other type");
        bytes memory close = bytes.concat(pack(closeOf(8, 8 ether)), coSign(terms, paid(8)));
        assertTrue(!trySend(stranger, abi.encodeCall(manager.closeMutual, (pack(terms), close))), "other type");
        evidence = evidenceOf(terms, paid(8));
        ChannelManager home = manager;
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        assertTrue(!trySend(stranger, abi.encodeCall(manager.slash, (pack(terms), evidence))), "other deployment");
        manager = home;
        send(stranger, abi.encodeCall(manager.slash, (pack(terms), evidence)));
        for (uint256 i; i < 2; ++i) {
            send(alice, closeCall(both[i], roundZero()));
        }
        settleAt(evidenceDeadline(), terms, paid(8));
        send(stranger, settleCall(other, roundZero()));
        assertPayouts(22 ether + 30 ether, 38 ether + 30 ether);
    }

    /// @dev An externally owned account with EIP-7702 code signs, sends and is paid; one whose code reverts is credited. The
    /// rest of the zoo: `Signatures.t.sol`.
    function test_Story24_AccountsWithCodeSignAndAreCreditedIfTheyRefuse() public {
        Terms memory terms = nativeTerms();
        (terms.parties[0].payee, terms.parties[1].payee) = (alice, bob);
        fund(terms);
        vm.etch(alice, abi.encodePacked(hex"ef0100", address(new Payable())));
        vm.etch(bob, abi.encodePacked(hex"ef0100", address(new NotPayable())));
        (uint256 ofAlice, uint256 ofBob) = (alice.balance, bob.balance);
        closeBy(alice, terms, paid(8));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPaid(alice, ofAlice + 22 ether, "Alice");
        assertPaid(bob, ofBob, "Bob");
        assertEq(StorageReader.creditOf(manager, bob, NATIVE), 38 ether, "Bob's credit");
        send(bob, abi.encodeCall(manager.claimTo, (bobPayee, NATIVE)));
        assertPaid(bobPayee, 38 ether, "where Bob sent it");
    }

    /// @dev A delegate closes for Alice; a revoked or an expired one cannot.
    function test_Story25_ADelegateClosesUntilRevokedOrExpired() public {
        Terms memory terms = openChannel();
        Delegation memory delegation = delegationTo(carol, 0, 0);
        bytes memory call = delegateCall(terms, paid(8), delegation);
        uint256 id = vm.snapshotState();
        send(alice, revokeCall(terms));
        expectRefused(carol, call, abi.encodeWithSelector(EpochMismatch.selector, 1, 0));

        vm.revertToState(id);
        vm.warp(delegation.validUntil + 1);
        uint256 validUntil = delegation.validUntil;
        expectRefused(carol, call, abi.encodeWithSelector(Expired.selector, validUntil, validUntil + 1));

        vm.warp(START);
        send(carol, call);
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev A stranger cannot close, can slash, snapshot and settle.
    function test_Story25_AStrangerDoesEverythingButClose() public {
        Terms memory terms = openChannel();
        bytes memory reason = abi.encodeWithSelector(SenderMayNotClose.selector, stranger);
        expectRefused(stranger, closeCall(terms, paid(5)), reason);
        send(stranger, snapshotCall(terms, paid(5)));
        expectRefused(stranger, closeCall(terms, paid(5)), reason);
        closeBy(bob, terms, paid(5));
        send(stranger, slashCall(terms, paid(8)));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether, 38 ether);
    }

    // The bounty: 4 ether, due 3 rounds behind

    /// @dev Stale by the margin pays watcher and victim, by less does not.
    function test_Story28_StaleByTheMarginPaysWatcherAndVictim() public {
        uint256 before = stranger.balance;
        Terms memory terms = watched(bob, 5);
        send(stranger, slashCall(terms, paid(7)));
        uint256 id = vm.snapshotState();
        settleAt(evidenceDeadline(), terms, paid(7));
        assertPayouts(23 ether, 37 ether);

        vm.revertToState(id);
        send(stranger, slashCall(terms, paid(8)));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether + 2 ether, 38 ether - 4 ether);
        assertPaid(stranger, before + 2 ether, "watcher");
    }

    /// @dev A tower that is also a delegate cannot close below its `minRound`, and so not earn from its principal.
    function test_Story28_ATowerCannotCloseStaleAndProveIt() public {
        Terms memory terms = bountyTerms(4 ether, 3);
        fund(terms);
        Delegation memory delegation = delegationTo(carol, 0, 8);
        bytes memory reason = abi.encodeWithSelector(RoundBelowDelegation.selector, 8, 5);
        expectRefused(carol, delegateCall(terms, paid(5), delegation), reason);
        send(carol, delegateCall(terms, paid(8), delegation));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether, 38 ether);
    }

    /// @dev The wronged party slashing for itself gets all of it.
    function test_Story28_TheVictimGetsAllIfItSlashesItself() public {
        Terms memory terms = watched(bob, 5);
        send(alice, slashCall(terms, paid(8)));
        settleAt(evidenceDeadline(), terms, paid(8));
        assertPayouts(22 ether + 4 ether, 38 ether - 4 ether);
    }

    /// @dev A thief slashing itself saves nothing, by its signer or by its payee.
    function test_Story28_AThiefSavesNothingBySlashingItself() public {
        address[2] memory faces = [bob, bobPayee];
        for (uint256 i; i < faces.length; ++i) {
            uint256 id = vm.snapshotState();
            Terms memory terms = watched(bob, 5);
            send(faces[i], slashCall(terms, paid(8)));
            settleAt(evidenceDeadline(), terms, paid(8));
            assertPayouts(22 ether + 4 ether, 38 ether - 4 ether);
            vm.revertToState(id);
        }
    }

    /// @dev The closer's share is smaller than the bounty: it is halved as it is, the odd unit to the victim.
    function test_Story28_ACloserWithLittlePaysWhatItHas() public {
        uint256 before = stranger.balance;
        Terms memory terms = watched(alice, 5);
        send(stranger, slashCall(terms, stateOf(8, 30 ether - 3)));
        settleAt(evidenceDeadline(), terms, stateOf(8, 30 ether - 3));
        assertPayouts(0, 60 ether - 3 + 2);
        assertPaid(stranger, before + 1, "watcher");
    }

    function paid(uint64 round) private pure returns (State memory) {
        return stateOf(round, int256(uint256(round) * 1 ether));
    }

    /// @notice The same towards Alice.
    function owed(uint64 round) private pure returns (State memory) {
        return stateOf(round, -int256(uint256(round) * 1 ether));
    }

    function watched(address closer, uint64 round) private returns (Terms memory terms) {
        terms = bountyTerms(4 ether, 3);
        fund(terms);
        closeBy(closer, terms, paid(round));
    }

    /// @notice 30 + 30 ether, and 0 + 1,000 tokens.
    function openPair() private returns (Terms memory terms, StandardToken token) {
        token = new StandardToken();
        address[] memory assets = new address[](2);
        assets[1] = address(token);
        terms = termsOf(assets);
        fund(terms);
        token.mint(address(this), 1000);
        token.approve(address(manager), 1000);
        manager.deposit(pack(terms), 1000, sideOf(terms, address(token), 1));
    }

    function expectNotFinal(Terms memory terms, State memory state, uint256 time) private {
        bytes memory reason = abi.encodeWithSelector(NotFinal.selector, evidenceDeadline(), time);
        expectRefused(stranger, settleCall(terms, state), reason);
    }

    function expectPaymentRefused(bytes memory call, bytes memory reason) private {
        vm.prank(stranger);
        (bool success, bytes memory answer) = address(manager).call{value: 1 ether}(call);
        if (success) revert NotRefused(reason);
        if (keccak256(answer) != keccak256(reason)) revert RefusedOtherwise(reason, answer);
    }
}

contract Payable {
    receive() external payable {}
}

contract NotPayable {}
