// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Withdraw} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {PickyPayee} from "./actors/PickyPayee.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {BlockListToken} from "./tokens/BlockListToken.sol";
import {vm} from "./Vm.sol";

contract ClaimTest is MoneyTest {
    RevertingPayee private creditor;
    BlockListToken private blockList;
    Terms private terms;
    uint64 private serial;

    function setUp() public override {
        super.setUp();
        creditor = new RevertingPayee();
        blockList = new BlockListToken();
        supply(blockList);
        blockList.setBlocked(address(creditor), true);
        terms = openPairChannel(address(blockList));
    }

    // claim

    function test_RevertIf_ThereIsNoCredit(uint256 seed) public {
        address account = someone(seed);
        expectError(abi.encodeWithSelector(IChannelErrors.CreditZero.selector, account, NATIVE));
        manager.claim(account, NATIVE);
    }

    function test_RevertIf_TheCreditIsOfAnotherAsset() public {
        credit(1 ether, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.CreditZero.selector, creditor, blockList));
        manager.claim(address(creditor), address(blockList));
    }

    function test_RevertIf_TheCreditIsClaimedTwice() public {
        credit(1 ether, 0);
        creditor.open();
        manager.claim(address(creditor), NATIVE);
        expectError(abi.encodeWithSelector(IChannelErrors.CreditZero.selector, creditor, NATIVE));
        manager.claim(address(creditor), NATIVE);
    }

    function test_RevertIf_TheCreditorStillRefusesCoins() public {
        credit(1 ether, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.PaymentFailed.selector, creditor, 1 ether));
        manager.claim(address(creditor), NATIVE);
        assertCredit(address(creditor), NATIVE, 1 ether);
    }

    function test_RevertIf_TheTokenStillRefusesTheCreditor() public {
        credit(0, 2 ether);
        expectError(
            abi.encodeWithSelector(IChannelErrors.TokenTransferFailed.selector, blockList, manager, creditor, 2 ether)
        );
        manager.claim(address(creditor), address(blockList));
        assertCredit(address(creditor), address(blockList), 2 ether);
    }

    function test_AnybodyClaimsButTheCreditorIsPaid(uint256 seed, uint256 amount) public {
        address sender = someone(seed);
        amount = bound(amount, 1, 2 * STAKE);
        credit(amount, amount);
        creditor.open();
        blockList.setBlocked(address(creditor), false);
        for (uint256 i; i < 2; ++i) {
            vm.expectEmit(address(manager));
            emit IChannelManager.Claimed(address(creditor), terms.assets[i], address(creditor), amount);
            vm.prank(sender);
            manager.claim(address(creditor), terms.assets[i]);
            assertCredit(address(creditor), terms.assets[i], 0);
        }
        assertPaid(address(creditor), amount, "coin");
        assertHolds(address(blockList), address(creditor), amount, "tokens");
    }

    function test_CreditsOfSeveralPaymentsAddUp(uint256 first, uint256 second) public {
        first = bound(first, 1, STAKE);
        second = bound(second, 1, STAKE);
        credit(first, 0);
        credit(second, 0);
        assertCredit(address(creditor), NATIVE, first + second);
        creditor.open();
        manager.claim(address(creditor), NATIVE);
        assertPaid(address(creditor), first + second, "both");
    }

    function test_AClaimGivesMoreGasThanAPush() public {
        address hungry = address(new PickyPayee(100_000));
        Withdraw memory message = pairWithdraw(0, 5, 0, 0, 0);
        message.recipients[0] = hungry;
        withdraw(terms, message);
        assertCredit(hungry, NATIVE, 5);
        manager.claim(hungry, NATIVE);
        assertPaid(hungry, 5, "hungry");
    }

    function test_CreditsOutliveTheChannelAndTheChainsId() public {
        credit(1 ether, 0);
        closeAndSettle(terms, roundZero());
        vm.chainId(CHAIN_ID + 1);
        creditor.open();
        manager.claim(address(creditor), NATIVE);
        assertPaid(address(creditor), 1 ether, "creditor");
    }

    // claimTo

    function test_RevertIf_TheRecipientIsZeroOrTheContract() public {
        credit(1 ether, 0);
        address[2] memory invalid = [address(0), address(manager)];
        for (uint256 i; i < 2; ++i) {
            expectError(abi.encodeWithSelector(IChannelErrors.RecipientInvalid.selector, invalid[i]));
            vm.prank(address(creditor));
            manager.claimTo(invalid[i], NATIVE);
        }
    }

    function test_RevertIf_TheSenderHasNoCredit(uint256 seed) public {
        address sender = someone(seed);
        credit(1 ether, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.CreditZero.selector, sender, NATIVE));
        vm.prank(sender);
        manager.claimTo(stranger, NATIVE);
    }

    function test_RevertIf_TheRecipientRefuses() public {
        credit(1 ether, 2 ether);
        expectError(abi.encodeWithSelector(IChannelErrors.PaymentFailed.selector, creditor, 1 ether));
        vm.prank(address(creditor));
        manager.claimTo(address(creditor), NATIVE);
        blockList.setBlocked(stranger, true);
        expectError(
            abi.encodeWithSelector(IChannelErrors.TokenTransferFailed.selector, blockList, manager, stranger, 2 ether)
        );
        vm.prank(address(creditor));
        manager.claimTo(stranger, address(blockList));
    }

    function test_TheCreditorSendsItsOwnCreditElsewhere(uint256 amount) public {
        amount = bound(amount, 1, STAKE);
        credit(amount, amount);
        address other = address(new RevertingPayee());
        Withdraw memory message = pairWithdraw(1, 7, 0, 0, 0);
        message.recipients[0] = other;
        withdraw(terms, message);

        for (uint256 i; i < 2; ++i) {
            vm.expectEmit(address(manager));
            emit IChannelManager.Claimed(address(creditor), terms.assets[i], carol, amount);
            vm.prank(address(creditor));
            manager.claimTo(carol, terms.assets[i]);
            assertCredit(address(creditor), terms.assets[i], 0);
        }
        assertPaid(carol, amount, "coin");
        assertHolds(address(blockList), carol, amount, "tokens");
        assertCredit(other, NATIVE, 7);
    }

    // Helpers

    /// @notice Makes credits of the coin and of the token, which the creditor cannot receive.
    function credit(uint256 coin, uint256 tokens) private {
        Withdraw memory message = pairWithdraw(serial++, coin, 0, tokens, 0);
        message.recipients[0] = address(creditor);
        withdraw(terms, message);
    }
}
