// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {MAX_AMOUNT, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {BlockListToken} from "./tokens/BlockListToken.sol";
import {FalseToken} from "./tokens/FalseToken.sol";
import {FeeToken} from "./tokens/FeeToken.sol";
import {GarbageToken} from "./tokens/GarbageToken.sol";
import {GasBurningToken} from "./tokens/GasBurningToken.sol";
import {LyingToken} from "./tokens/LyingToken.sol";
import {NoReturnToken} from "./tokens/NoReturnToken.sol";
import {RebasingToken} from "./tokens/RebasingToken.sol";
import {SurchargeToken} from "./tokens/SurchargeToken.sol";
import {vm} from "./Vm.sol";

/// @notice What tokens do to a channel, and what they cannot do to others.
contract TokensTest is MoneyTest {
    // Supported

    function test_AStandardTokenLivesAWholeLife(uint256 stake0, uint256 stake1, int256 net) public {
        stake0 = bound(stake0, 1, 100 ether);
        stake1 = bound(stake1, 1, 100 ether);
        net = bound(net, -int256(stake1), int256(stake0));
        Terms memory terms = tokenTerms(address(token));
        manager.deposit(pack(terms), stake0, sideOf(terms, address(token), 0));
        manager.deposit(pack(terms), stake1, sideOf(terms, address(token), 1));
        closeAndSettle(terms, stateOf(1, net));
        assertHolds(address(token), alicePayee, uint256(int256(stake0) - net), "Alice");
        assertHolds(address(token), bobPayee, uint256(int256(stake1) + net), "Bob");
    }

    function test_ATokenMayReturnNothing() public {
        NoReturnToken silent = new NoReturnToken();
        silent.mint(address(this), 2 * STAKE);
        silent.approve(address(manager), 2 * STAKE);
        Terms memory terms = openTokenChannel(address(silent));
        withdraw(terms, withdrawOf(0, 1 ether, 0));
        closeAndSettle(terms, stateOf(1, 2 ether));
        assertHolds(address(silent), alicePayee, 28 ether + 1 ether - 1 ether, "Alice");
        assertHolds(address(silent), bobPayee, 32 ether, "Bob");
    }

    function test_ATokenThatReturnsNothingRevertsToRefuse() public {
        NoReturnToken silent = new NoReturnToken();
        expectNotPulled(address(silent), 1);
    }

    function test_WhatArrivesOfAFeeTokenCounts(uint256 percent, uint256 amount) public {
        percent = bound(percent, 0, 99);
        amount = bound(amount, 1, 100 ether);
        FeeToken costly = new FeeToken(percent);
        supply(costly);
        uint256 arrived = amount - amount * percent / 100;
        Terms memory terms = tokenTerms(address(costly));
        manager.deposit(pack(terms), amount, sideOf(terms, address(costly), 0));
        assertBalances(terms, address(costly), int256(arrived), 0);
        closeAndSettle(terms, roundZero());
        assertHolds(address(costly), alicePayee, arrived - arrived * percent / 100, "Alice");
        assertHolds(address(costly), address(manager), 0, "held");
    }

    function test_ADonationIsNoDeposit(uint256 donation, uint256 amount) public {
        donation = bound(donation, 0, 100 ether);
        amount = bound(amount, 1, 100 ether);
        token.mint(address(manager), donation);
        Terms memory terms = tokenTerms(address(token));
        manager.deposit(pack(terms), amount, sideOf(terms, address(token), 0));
        assertBalances(terms, address(token), int256(amount), 0);
        closeAndSettle(terms, roundZero());
        assertHolds(address(token), address(manager), donation, "held");
    }

    function test_FeeChannelsDoNotPayForEachOther() public {
        FeeToken costly = new FeeToken(3);
        supply(costly);
        Terms memory terms = openTokenChannel(address(costly));
        Terms memory other = tokenTerms(address(costly));
        other.salt = 2;
        fund(other, address(costly));
        closeAndSettle(terms, stateOf(1, 1 ether));
        closeAndSettle(other, stateOf(1, -1 ether));
        assertHolds(address(costly), address(manager), 0, "held");
        assertCredit(alicePayee, address(costly), 0);
        assertCredit(bobPayee, address(costly), 0);
    }

    // Refusing

    function test_ATokenThatSaysFalseIsNotPulled() public {
        FalseToken striking = new FalseToken();
        supply(striking);
        striking.strike(true);
        expectNotPulled(address(striking), 5);
    }

    function test_ATokenThatSaysFalseIsCreditedAndClaimedLater() public {
        FalseToken striking = new FalseToken();
        supply(striking);
        Terms memory terms = openTokenChannel(address(striking));
        closeAndWait(terms, stateOf(1, 1 ether));
        striking.strike(true);
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
        assertCredit(alicePayee, address(striking), 29 ether);
        assertCredit(bobPayee, address(striking), 31 ether);
        expectError(
            abi.encodeWithSelector(IChannelErrors.TokenTransferFailed.selector, striking, manager, bobPayee, 31 ether)
        );
        manager.claim(bobPayee, address(striking));
        striking.strike(false);
        manager.claim(bobPayee, address(striking));
        assertHolds(address(striking), bobPayee, 31 ether, "Bob");
    }

    function test_ABlockedSenderCannotDeposit() public {
        BlockListToken strict = new BlockListToken();
        supply(strict);
        strict.setBlocked(address(this), true);
        expectNotPulled(address(strict), 5);
    }

    function test_ABlockedPayeeIsCreditedAndSendsItElsewhere() public {
        BlockListToken strict = new BlockListToken();
        supply(strict);
        Terms memory terms = openTokenChannel(address(strict));
        strict.setBlocked(bobPayee, true);
        closeAndSettle(terms, stateOf(1, 1 ether));
        assertHolds(address(strict), alicePayee, 29 ether, "Alice");
        assertCredit(bobPayee, address(strict), 31 ether);
        vm.prank(bobPayee);
        manager.claimTo(carol, address(strict));
        assertHolds(address(strict), carol, 31 ether, "Carol");
    }

    function test_ABlockedContractCreditsBoth() public {
        BlockListToken strict = new BlockListToken();
        supply(strict);
        Terms memory terms = openTokenChannel(address(strict));
        strict.setBlocked(address(manager), true);
        closeAndSettle(terms, stateOf(1, 1 ether));
        strict.setBlocked(address(manager), false);
        manager.claim(alicePayee, address(strict));
        manager.claim(bobPayee, address(strict));
        assertHolds(address(strict), alicePayee, 29 ether, "Alice");
        assertHolds(address(strict), bobPayee, 31 ether, "Bob");
    }

    // No token at all

    function test_AnAccountWithoutCodeIsNoToken() public {
        expectNotPulled(address(0xC0DE), 5);
    }

    function test_AContractWithoutBalancesIsNoToken() public {
        expectNotPulled(address(new RevertingPayee()), 5);
    }

    function test_AContractThatAnswersNothingIsNoToken() public {
        address mute = address(0xC0DE);
        vm.etch(mute, hex"00");
        expectNotPulled(mute, 5);
    }

    function test_APrecompileIsNoToken(uint160 precompile) public {
        address account = address(uint160(bound(precompile, 1, 10)));
        vm.expectPartialRevert(IChannelErrors.TokenTransferFailed.selector);
        manager.deposit(pack(tokenTerms(account)), 5, 0);
    }

    function test_TheContractItselfIsNoToken() public {
        expectNotPulled(address(manager), 5);
    }

    function test_ATokenThatLosesItsCodeIsCredited() public {
        Terms memory terms = openTokenChannel(address(token));
        bytes memory code = address(token).code;
        vm.etch(address(token), "");
        closeAndSettle(terms, stateOf(1, 1 ether));
        assertCredit(alicePayee, address(token), 29 ether);
        assertCredit(bobPayee, address(token), 31 ether);
        expectError(
            abi.encodeWithSelector(IChannelErrors.TokenTransferFailed.selector, token, manager, bobPayee, 31 ether)
        );
        manager.claim(bobPayee, address(token));
        vm.etch(address(token), code);
        manager.claim(bobPayee, address(token));
        assertHolds(address(token), bobPayee, 31 ether, "Bob");
    }

    // Nonsense

    function test_OnlyTheWordOneIsSuccess(uint256 word, uint256 size) public {
        GarbageToken garbage = new GarbageToken();
        supply(garbage);
        size = bound(size, 32, 1000);
        if (word == 1) ++word;
        garbage.arm(false, word, size);
        expectNotPulled(address(garbage), 5);
        garbage.arm(false, 1, size);
        manager.deposit(pack(tokenTerms(address(garbage))), 5, 0);
        assertBalances(tokenTerms(address(garbage)), address(garbage), 5, 0);
    }

    function test_LessThanAWordIsNoSuccess(uint256 word, uint256 size) public {
        GarbageToken garbage = new GarbageToken();
        supply(garbage);
        size = bound(size, 1, 31);
        garbage.arm(false, word, size);
        expectNotPulled(address(garbage), 5);
        // A balance of one is the word that a careless reader would take for the missing rest of the answer.
        garbage.mint(address(manager), 1);
        garbage.arm(false, 0, size);
        expectNotPulled(address(garbage), 5);
        garbage.arm(false, 0, 0);
        manager.deposit(pack(tokenTerms(address(garbage))), 5, 0);
    }

    function test_AnyRevertIsARefusal(uint256 word, uint256 size) public {
        GarbageToken garbage = new GarbageToken();
        supply(garbage);
        garbage.arm(true, word, bound(size, 0, 1000));
        expectNotPulled(address(garbage), 5);
        garbage.arm(true, 1, 32);
        expectNotPulled(address(garbage), 5);
    }

    function test_HugeAnswersAreNotCopied() public {
        GarbageToken garbage = new GarbageToken();
        supply(garbage);
        Terms memory terms = openTokenChannel(address(garbage));
        closeAndWait(terms, stateOf(1, 1 ether));
        for (uint256 i; i < 2; ++i) {
            uint256 fork = vm.snapshotState();
            garbage.arm(i == 0, 1, 200_000);
            uint256 before = gasleft();
            manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
            assertTrue(before - gasleft() < 400_000, "gas");
            assertCredit(bobPayee, address(garbage), i == 0 ? 31 ether : 0);
            vm.revertToState(fork);
        }
    }

    function test_ATokenThatBurnsGasBurnsOnlyItsAllowance() public {
        GasBurningToken burning = new GasBurningToken();
        supply(burning);
        Terms memory terms = pairTerms(address(burning));
        fund(terms);
        fund(terms, address(burning));
        closeAndWait(terms, pairState(1, 1 ether, 1 ether));
        burning.arm(true);
        uint256 before = gasleft();
        manager.settle(pack(terms), pack(pairState(1, 1 ether, 1 ether)));
        assertTrue(before - gasleft() < 600_000, "gas");
        assertPaid(alicePayee, 29 ether, "Alice's coin");
        assertPaid(bobPayee, 31 ether, "Bob's coin");
        assertCredit(alicePayee, address(burning), 29 ether);
        assertCredit(bobPayee, address(burning), 31 ether);
        burning.arm(false);
        manager.claim(bobPayee, address(burning));
        assertHolds(address(burning), bobPayee, 31 ether, "Bob's tokens");
    }

    // Lies

    function test_WhatIsSaidToHaveArrivedCounts(uint256 before, uint256 arrived, uint256 amount) public {
        LyingToken lying = new LyingToken();
        arrived = bound(arrived, 1, MAX_AMOUNT);
        before = bound(before, 0, type(uint256).max - arrived);
        amount = bound(amount, 1, type(uint256).max);
        lying.arm(before, before + arrived);
        manager.deposit(pack(tokenTerms(address(lying))), amount, 0);
        assertBalances(tokenTerms(address(lying)), address(lying), int256(arrived), 0);
    }

    function test_RevertIf_NothingIsSaidToHaveArrived(uint256 before, uint256 afterwards) public {
        LyingToken lying = new LyingToken();
        lying.arm(before, bound(afterwards, 0, before));
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        manager.deposit(pack(tokenTerms(address(lying))), 5, 0);
    }

    function test_RevertIf_TooMuchIsSaidToHaveArrived(uint256 before, uint256 arrived) public {
        LyingToken lying = new LyingToken();
        arrived = bound(arrived, MAX_AMOUNT + 1, type(uint256).max);
        before = bound(before, 0, type(uint256).max - arrived);
        lying.arm(before, before + arrived);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, arrived));
        manager.deposit(pack(tokenTerms(address(lying))), 5, 0);
    }

    // Not supported: only channels of the token are hurt

    function test_ASurchargeHurtsOnlyChannelsOfItsToken() public {
        SurchargeToken greedy = new SurchargeToken();
        supply(greedy);
        (Terms memory first, Terms memory second) = (openTriple(address(greedy), 1), openTriple(address(greedy), 2));
        assertHurtAlone(first, second, address(greedy));
    }

    function test_ARebaseHurtsOnlyChannelsOfItsToken() public {
        RebasingToken shrinking = new RebasingToken();
        supply(shrinking);
        (Terms memory first, Terms memory second) =
            (openTriple(address(shrinking), 1), openTriple(address(shrinking), 2));
        shrinking.rebase(90);
        assertHurtAlone(first, second, address(shrinking));
    }

    // Helpers

    /// @notice The bad token cannot pay all of two channels, so whoever comes last is credited. The coin and the good token
    /// in the same channels, and in a channel of their own, are paid in full.
    function assertHurtAlone(Terms memory first, Terms memory second, address bad) private {
        Terms memory bystander = openPairChannel(address(token));
        closeAndSettle(first, roundZero());
        assertCredit(bobPayee, bad, 0);
        closeAndSettle(second, roundZero());
        assertCredit(bobPayee, bad, STAKE);
        closeAndSettle(bystander, roundZero());
        assertPaid(alicePayee, 3 * STAKE, "Alice's coin");
        assertPaid(bobPayee, 3 * STAKE, "Bob's coin");
        assertHolds(address(token), alicePayee, 3 * STAKE, "Alice's tokens");
        assertHolds(address(token), bobPayee, 3 * STAKE, "Bob's tokens");
    }

    /// @notice A channel of the coin, the good token and a bad one, 30 + 30 each.
    function openTriple(address bad, uint256 salt) private returns (Terms memory terms) {
        address[] memory assets = new address[](3);
        (assets[1], assets[2]) = bad < address(token) ? (bad, address(token)) : (address(token), bad);
        terms = termsOf(assets);
        terms.salt = uint64(salt + 100);
        fund(terms);
        fund(terms, assets[1]);
        fund(terms, assets[2]);
    }

    function expectNotPulled(address token_, uint256 amount) private {
        expectError(
            abi.encodeWithSelector(IChannelErrors.TokenTransferFailed.selector, token_, address(this), manager, amount)
        );
        manager.deposit(pack(tokenTerms(token_)), amount, 0);
    }
}
