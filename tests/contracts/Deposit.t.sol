// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Funds} from "../../contracts/types/Funds.sol";
import {MAX_AMOUNT, MAX_ASSETS, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {FeeToken} from "./tokens/FeeToken.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {vm} from "./Vm.sol";

contract DepositTest is MoneyTest {
    uint256 private constant MIN_STALE_MARGIN = 3;
    /// @dev Bytes of packed terms before their assets.
    uint256 private constant HEAD = 108;

    function test_RevertIf_TheChainIdHasChanged(uint256 chainId) public {
        Terms memory terms = nativeTerms();
        expectWrongChain(chainId);
        manager.deposit{value: 1}(pack(terms), 1, 0);
    }

    function test_RevertIf_ASignerIsZero() public {
        for (uint256 party; party < 2; ++party) {
            Terms memory terms = nativeTerms();
            terms.parties[party].signer = address(0);
            expectRefused(terms, abi.encodeWithSelector(IChannelErrors.SignerZero.selector, party));
        }
    }

    function test_RevertIf_APayeeIsZeroOrTheContract() public {
        for (uint256 party; party < 2; ++party) {
            Terms memory terms = nativeTerms();
            terms.parties[party].payee = address(0);
            expectRefused(terms, abi.encodeWithSelector(IChannelErrors.PayeeInvalid.selector, party, address(0)));
            terms.parties[party].payee = address(manager);
            expectRefused(terms, abi.encodeWithSelector(IChannelErrors.PayeeInvalid.selector, party, address(manager)));
        }
    }

    function test_RevertIf_SignersAreEqual(address signer) public {
        signer = address(uint160(bound(uint160(signer), 1, type(uint160).max)));
        Terms memory terms = nativeTerms();
        terms.parties[0].signer = signer;
        terms.parties[1].signer = signer;
        expectRefused(terms, abi.encodeWithSelector(IChannelErrors.SignersEqual.selector, signer));
    }

    function test_RevertIf_ThereIsNoAssetOrNine() public {
        expectRefused(
            termsOf(new address[](0)), abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, HEAD)
        );
        expectRefused(
            ascendingTerms(MAX_ASSETS + 1),
            abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, HEAD + 20 * (MAX_ASSETS + 1))
        );
    }

    function test_RevertIf_PackedTermsHaveAnotherLength(uint256 length) public {
        length = bound(length, 0, 1000);
        if (length > HEAD && length <= HEAD + 20 * MAX_ASSETS && (length - HEAD) % 20 == 0) ++length;
        bytes memory packed = new bytes(length);
        expectError(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, length));
        manager.deposit{value: 1}(packed, 1, 0);
    }

    function test_RevertIf_TheWindowIsOutOfBounds(uint32 window) public {
        window = uint32(bound(window, MAX_WINDOW + 1, type(uint32).max));
        expectWindowRefused(window);
        expectWindowRefused(0);
        expectWindowRefused(uint32(MIN_WINDOW - 1));
        expectWindowRefused(uint32(MAX_WINDOW + 1));
        expectWindowRefused(type(uint32).max);
    }

    function test_RevertIf_TheStaleMarginIsTooSmallForABounty(uint112 bounty, uint16 margin) public {
        Terms memory terms =
            bountyTerms(uint112(bound(bounty, 1, type(uint112).max)), uint16(bound(margin, 0, MIN_STALE_MARGIN - 1)));
        expectRefused(
            terms,
            abi.encodeWithSelector(IChannelErrors.StaleMarginTooSmall.selector, MIN_STALE_MARGIN, terms.staleMargin)
        );
    }

    function test_RevertIf_AnAssetComesTwice(uint256 count, uint256 index) public {
        count = bound(count, 2, MAX_ASSETS);
        index = bound(index, 1, count - 1);
        Terms memory terms = ascendingTerms(count);
        address asset = terms.assets[index - 1];
        terms.assets[index] = asset;
        expectRefused(terms, abi.encodeWithSelector(IChannelErrors.AssetsNotAscending.selector, index, asset, asset));
    }

    function test_RevertIf_AssetsDescend(uint256 count, uint256 index) public {
        count = bound(count, 2, MAX_ASSETS);
        index = bound(index, 1, count - 1);
        Terms memory terms = ascendingTerms(count);
        (address lower, address higher) = (terms.assets[index - 1], terms.assets[index]);
        (terms.assets[index - 1], terms.assets[index]) = (higher, lower);
        expectRefused(terms, abi.encodeWithSelector(IChannelErrors.AssetsNotAscending.selector, index, higher, lower));
    }

    function test_RevertIf_ThereIsNoSuchSide(uint256 count, uint8 side) public {
        count = bound(count, 1, MAX_ASSETS);
        side = uint8(bound(side, 2 * count, type(uint8).max));
        Terms memory terms = ascendingTerms(count);
        expectError(abi.encodeWithSelector(IChannelErrors.SideInvalid.selector, 2 * count, side));
        manager.deposit{value: 1}(pack(terms), 1, side);
    }

    function test_RevertIf_TheChannelIsClosed() public {
        Terms memory terms = openChannel();
        closeMutual(terms, closeOf(1, 0));
        expectClosed(terms);
        manager.deposit{value: 1}(pack(terms), 1, 0);
    }

    function test_RevertIf_TheChannelIsClosedAndTheAssetWasNeverUsed() public {
        Terms memory terms = pairTerms(address(token));
        fund(terms);
        closeAndSettle(terms, roundZero());
        expectClosed(terms);
        manager.deposit(pack(terms), 1, sideOf(terms, address(token), 0));
    }

    function test_RevertIf_TheChannelWasClosedWithoutMoney() public {
        Terms memory terms = pairTerms(address(token));
        closeAndSettle(terms, roundZero());
        expectClosed(terms);
        manager.deposit{value: 1}(pack(terms), 1, 0);
        expectClosed(terms);
        manager.deposit(pack(terms), 1, sideOf(terms, address(token), 0));
    }

    function test_RevertIf_TheValueIsNotTheAmount(uint256 amount, uint256 value) public {
        amount = bound(amount, 0, MAX_AMOUNT);
        value = bound(value, 0, 100 ether);
        if (value == amount) ++amount;
        expectError(abi.encodeWithSelector(IChannelErrors.ValueMismatch.selector, amount, value));
        manager.deposit{value: value}(pack(nativeTerms()), amount, 0);
    }

    function test_RevertIf_CoinComesAlongWithAToken(uint256 value) public {
        value = bound(value, 1, 100 ether);
        Terms memory terms = pairTerms(address(token));
        expectError(abi.encodeWithSelector(IChannelErrors.ValueMismatch.selector, 0, value));
        manager.deposit{value: value}(pack(terms), 1, sideOf(terms, address(token), 0));
        expectError(abi.encodeWithSelector(IChannelErrors.ValueMismatch.selector, 0, value));
        manager.deposit{value: value}(pack(terms), value, sideOf(terms, address(token), 0));
    }

    function test_RevertIf_TheTokenIsNotApproved() public {
        token.approve(address(manager), 9);
        expectError(
            abi.encodeWithSelector(
                IChannelErrors.TokenTransferFailed.selector, token, address(this), address(manager), 10
            )
        );
        manager.deposit(pack(tokenTerms(address(token))), 10, 0);
    }

    function test_RevertIf_TheAmountIsZero() public {
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        manager.deposit(pack(nativeTerms()), 0, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        manager.deposit(pack(tokenTerms(address(token))), 0, 0);
    }

    function test_RevertIf_NothingArrives() public {
        FeeToken greedy = new FeeToken(100);
        supply(greedy);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        manager.deposit(pack(tokenTerms(address(greedy))), 10, 0);
    }

    function test_RevertIf_TheAmountIsTooLarge(uint256 amount) public {
        amount = bound(amount, MAX_AMOUNT + 1, type(uint256).max - 1000 ether);
        token.mint(address(this), amount);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, amount));
        manager.deposit(pack(tokenTerms(address(token))), amount, 0);
    }

    function test_RevertIf_TheNativeAmountIsTooLarge() public {
        vm.deal(address(this), MAX_AMOUNT + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, MAX_AMOUNT + 1));
        manager.deposit{value: MAX_AMOUNT + 1}(pack(nativeTerms()), MAX_AMOUNT + 1, 0);
    }

    function test_RevertIf_TheBalanceWouldBeTooLarge(uint256 first, uint256 second, uint256 party) public {
        party = bound(party, 0, 1);
        first = bound(first, 1, MAX_AMOUNT);
        second = bound(second, MAX_AMOUNT - first + 1, MAX_AMOUNT);
        token.mint(address(this), 2 * MAX_AMOUNT);
        Terms memory terms = tokenTerms(address(token));
        manager.deposit(pack(terms), first, sideOf(terms, address(token), uint8(party)));
        expectError(abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, first + second));
        manager.deposit(pack(terms), second, sideOf(terms, address(token), uint8(party)));
    }

    function test_RevertIf_CoinComesWithoutADeposit() public {
        (bool success,) = address(manager).call{value: 1}("");
        assertTrue(!success, "nothing called");
        (success,) = address(manager).call{value: 1}(hex"12345678");
        assertTrue(!success, "nothing known called");
        (success,) = address(manager).call{value: 1}(abi.encodeCall(manager.windowBounds, ()));
        assertTrue(!success, "another function called");
    }

    function test_TheBoundsOfTheTermsAreWithin() public {
        Terms memory terms = ascendingTerms(MAX_ASSETS);
        terms.window = uint32(MIN_WINDOW);
        manager.deposit{value: 1}(pack(terms), 1, 0);
        terms = bountyTerms(type(uint112).max, uint16(MIN_STALE_MARGIN));
        terms.window = uint32(MAX_WINDOW);
        manager.deposit{value: 1}(pack(terms), 1, 0);
    }

    function test_PayeesMayBeEqualToEachOtherAndToSigners() public {
        Terms memory terms = nativeTerms();
        terms.parties[0].payee = alice;
        terms.parties[1].payee = alice;
        fund(terms);
        uint256 before = alice.balance;
        closeMutual(terms, closeOf(1, 1 ether));
        assertEq(alice.balance, before + 2 * STAKE, "both payouts");
    }

    function test_TheGreatestBalancesAreHeldAndPaid() public {
        token.mint(address(this), 2 * MAX_AMOUNT);
        Terms memory terms = tokenTerms(address(token));
        manager.deposit(pack(terms), MAX_AMOUNT, sideOf(terms, address(token), 0));
        manager.deposit(pack(terms), MAX_AMOUNT, sideOf(terms, address(token), 1));
        assertBalances(terms, address(token), int256(MAX_AMOUNT), int256(MAX_AMOUNT));
        closeMutual(terms, closeOf(1, -int256(MAX_AMOUNT)));
        assertHolds(address(token), alicePayee, 2 * MAX_AMOUNT, "Alice");
    }

    function test_AnybodyDepositsForTheNamedPartyFromTheirOwnPurse(uint256 seed, uint256 party, uint256 amount) public {
        address sender = someone(seed);
        party = bound(party, 0, 1);
        amount = bound(amount, 1, MAX_AMOUNT);
        Terms memory terms = pairTerms(address(token));

        vm.deal(sender, amount);
        expectDeposited(terms, party, NATIVE, amount);
        vm.prank(sender);
        manager.deposit{value: amount}(pack(terms), amount, uint8(party));
        assertEq(address(manager).balance, amount, "held coin");
        assertBalances(terms, NATIVE, party == 0 ? int256(amount) : int256(0), party == 0 ? int256(0) : int256(amount));

        token = new StandardToken();
        terms = pairTerms(address(token));
        token.mint(sender, amount);
        vm.prank(sender);
        token.approve(address(manager), amount);
        expectDeposited(terms, party, address(token), amount);
        vm.prank(sender);
        manager.deposit(pack(terms), amount, sideOf(terms, address(token), uint8(party)));
        assertHolds(address(token), address(manager), amount, "held token");
        assertHolds(address(token), sender, 0, "the sender's purse");
        assertBalances(
            terms, address(token), party == 0 ? int256(amount) : int256(0), party == 0 ? int256(0) : int256(amount)
        );
    }

    function test_DepositsAddUp(uint256[6] memory amounts) public {
        Terms memory terms = nativeTerms();
        int256[2] memory sums;
        for (uint256 i; i < amounts.length; ++i) {
            uint256 amount = bound(amounts[i], 1, 10 ether);
            manager.deposit{value: amount}(pack(terms), amount, uint8(i % 2));
            sums[i % 2] += int256(amount);
        }
        assertBalances(terms, NATIVE, sums[0], sums[1]);
    }

    function test_AnAssetMayBeDepositedFirstAfterOthers() public {
        Terms memory terms = pairTerms(address(token));
        fund(terms, address(token));
        assertBalances(terms, NATIVE, 0, 0);
        closeBy(bob, terms, roundZero());
        fund(terms);
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(roundZero()));
        assertPaid(alicePayee, STAKE, "Alice's coin");
        assertPaid(bobPayee, STAKE, "Bob's coin");
        assertHolds(address(token), alicePayee, STAKE, "Alice's tokens");
        assertHolds(address(token), bobPayee, STAKE, "Bob's tokens");
    }

    function test_ADepositWhileClosingIsReturnedToItsParty(uint256 party, uint256 amount, uint256 time) public {
        party = bound(party, 0, 1);
        amount = bound(amount, 1, 100 ether);
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(1, 10 ether));
        vm.warp(bound(time, START, START + 3 * WINDOW));
        manager.deposit{value: amount}(pack(terms), amount, uint8(party));
        vm.warp(START + 3 * WINDOW);
        manager.settle(pack(terms), pack(stateOf(1, 10 ether)));
        assertPaid(alicePayee, 20 ether + (party == 0 ? amount : 0), "Alice");
        assertPaid(bobPayee, 40 ether + (party == 1 ? amount : 0), "Bob");
    }

    function test_NoDepositLowersAPayout(uint256 stake0, uint256 stake1, uint256 party, uint256 amount, int256 net)
        public
    {
        stake0 = bound(stake0, 1, 100 ether);
        stake1 = bound(stake1, 1, 100 ether);
        amount = bound(amount, 1, 100 ether);
        net = bound(net, -300 ether, 300 ether);
        Terms memory terms = nativeTerms();
        manager.deposit{value: stake0}(pack(terms), stake0, 0);
        manager.deposit{value: stake1}(pack(terms), stake1, 1);
        uint256 fork = vm.snapshotState();
        closeMutual(terms, closeOf(1, net));
        (uint256 paid0, uint256 paid1) = (alicePayee.balance, bobPayee.balance);
        vm.revertToState(fork);
        manager.deposit{value: amount}(pack(terms), amount, uint8(bound(party, 0, 1)));
        closeMutual(terms, closeOf(1, net));
        assertTrue(alicePayee.balance >= paid0, "Alice");
        assertTrue(bobPayee.balance >= paid1, "Bob");
        assertEq(alicePayee.balance + bobPayee.balance, paid0 + paid1 + amount, "sum");
    }

    function test_ADepositLeavesTheRecordAsItIs() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(7, 1 ether));
        bytes32 before = keccak256(abi.encode(recordOf(terms)));
        manager.deposit{value: 1}(pack(terms), 1, 1);
        assertEq(keccak256(abi.encode(recordOf(terms))), before, "record");
    }

    function test_EachTermMakesAnotherChannel() public {
        Terms memory terms = openChannel();
        Terms[9] memory others;
        for (uint256 i; i < others.length; ++i) {
            others[i] = nativeTerms();
        }
        others[0].parties[0].signer = carol;
        others[1].parties[1].signer = carol;
        others[2].parties[0].payee = carol;
        others[3].parties[1].payee = carol;
        others[4].assets = pairTerms(address(token)).assets;
        others[5].window = WINDOW + 1;
        others[6].staleMargin = 1;
        others[7].salt = 2;
        others[8].bounty = 1;
        for (uint256 i; i < others.length; ++i) {
            assertBalances(others[i], NATIVE, 0, 0);
        }
        assertBalances(terms, NATIVE, int256(STAKE), int256(STAKE));
    }

    // Helpers

    function expectRefused(Terms memory terms, bytes memory reason) private {
        expectError(reason);
        manager.deposit{value: 1}(pack(terms), 1, 0);
    }

    function expectWindowRefused(uint32 window) private {
        Terms memory terms = nativeTerms();
        terms.window = window;
        expectRefused(
            terms,
            abi.encodeWithSelector(IChannelErrors.WindowOutOfRange.selector, MIN_WINDOW, MAX_WINDOW, terms.window)
        );
    }

    /// @notice The first money of an asset is announced.
    function expectDeposited(Terms memory terms, uint256 party, address asset, uint256 amount) private {
        bytes32 channelId = idOf(terms);
        int256 sum = int256(amount);
        uint256 index = asset == NATIVE ? 0 : 1;
        Funds funds = fundsWith(index, party == 0 ? sum : int256(0), party == 0 ? int256(0) : sum);
        vm.expectEmit(address(manager));
        emit IChannelManager.Deposited(channelId, funds);
    }

    /// @notice The native coin, and tokens without code.
    function ascendingTerms(uint256 count) private view returns (Terms memory) {
        address[] memory assets = new address[](count);
        for (uint256 i = 1; i < count; ++i) {
            assets[i] = address(uint160(1000 * i));
        }
        return termsOf(assets);
    }
}
