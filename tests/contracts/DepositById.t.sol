// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {MAX_AMOUNT, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {vm} from "./Vm.sol";

contract DepositByIdTest is MoneyTest {
    function test_RevertIf_TheChainIdHasChanged(uint256 chainId) public {
        bytes32 channelId = idOf(openChannel());
        expectWrongChain(chainId);
        manager.depositById{value: 1}(channelId, NATIVE, 0, 1);
    }

    function test_RevertIf_TheIdIsUnknown(bytes32 channelId) public {
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, NATIVE));
        manager.depositById{value: 1}(channelId, NATIVE, 0, 1);
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, address(token)));
        manager.depositById(channelId, address(token), 0, 1);
    }

    function test_RevertIf_TheAssetWasNotValidatedUnderThisId() public {
        Terms memory terms = pairTerms(address(token));
        bytes32 channelId = idOf(terms);
        fund(terms);
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, address(token)));
        manager.depositById(channelId, address(token), 0, 1);
        fund(terms, address(token));
        manager.depositById(channelId, address(token), 0, 1);
        assertBalances(terms, address(token), int256(STAKE) + 1, int256(STAKE));
    }

    function test_RevertIf_OnlyALaterAssetWasValidated() public {
        Terms memory terms = pairTerms(address(token));
        bytes32 channelId = idOf(terms);
        fund(terms, address(token));
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, NATIVE));
        manager.depositById{value: 1}(channelId, NATIVE, 0, 1);
    }

    function test_RevertIf_TheChannelIsClosed() public {
        Terms memory terms = openPairChannel(address(token));
        bytes32 channelId = idOf(terms);
        closeAndSettle(terms, roundZero());
        expectClosed(terms);
        manager.depositById{value: 1}(channelId, NATIVE, 0, 1);
        expectClosed(terms);
        manager.depositById(channelId, address(token), 0, 1);
    }

    function test_RevertIf_ThereIsNoSuchParty(uint8 party) public {
        bytes32 channelId = idOf(openChannel());
        party = uint8(bound(party, 2, type(uint8).max));
        expectError(abi.encodeWithSelector(IChannelErrors.PartyInvalid.selector, party));
        manager.depositById{value: 1}(channelId, NATIVE, party, 1);
    }

    function test_RevertIf_TheValueIsNotTheAmount(uint256 amount, uint256 value) public {
        bytes32 channelId = idOf(openPairChannel(address(token)));
        amount = bound(amount, 0, MAX_AMOUNT);
        value = bound(value, 1, 100 ether);
        if (value == amount) ++amount;
        expectError(abi.encodeWithSelector(IChannelErrors.ValueMismatch.selector, amount, value));
        manager.depositById{value: value}(channelId, NATIVE, 0, amount);
        expectError(abi.encodeWithSelector(IChannelErrors.ValueMismatch.selector, 0, value));
        manager.depositById{value: value}(channelId, address(token), 0, 1);
    }

    function test_RevertIf_TheTokenIsNotApproved() public {
        bytes32 channelId = idOf(openTokenChannel(address(token)));
        token.approve(address(manager), 9);
        expectError(
            abi.encodeWithSelector(
                IChannelErrors.TokenTransferFailed.selector, token, address(this), address(manager), 10
            )
        );
        manager.depositById(channelId, address(token), 0, 10);
    }

    function test_RevertIf_TheAmountIsZero() public {
        bytes32 channelId = idOf(openPairChannel(address(token)));
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        manager.depositById(channelId, NATIVE, 0, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        manager.depositById(channelId, address(token), 0, 0);
    }

    function test_RevertIf_TheAmountOrTheBalanceIsTooLarge() public {
        token.mint(address(this), type(uint128).max);
        bytes32 channelId = idOf(openTokenChannel(address(token)));
        expectError(abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, MAX_AMOUNT + 1));
        manager.depositById(channelId, address(token), 1, MAX_AMOUNT + 1);
        uint256 room = MAX_AMOUNT - STAKE;
        expectError(abi.encodeWithSelector(IChannelErrors.AmountOutOfRange.selector, MAX_AMOUNT, MAX_AMOUNT + 1));
        manager.depositById(channelId, address(token), 1, room + 1);
        manager.depositById(channelId, address(token), 1, room);
    }

    function test_TheIdAloneIsEnoughLater(uint256 seed, uint256 party, uint256 amount) public {
        address sender = someone(seed);
        party = bound(party, 0, 1);
        amount = bound(amount, 1, 100 ether);
        Terms memory terms = openPairChannel(address(token));
        bytes32 channelId = idOf(terms);
        int256 balance0 = int256(STAKE + (party == 0 ? amount : 0));
        int256 balance1 = int256(STAKE + (party == 1 ? amount : 0));

        vm.deal(sender, amount);
        vm.expectEmit(address(manager));
        emit IChannelManager.Deposited(channelId, fundsWith(0, balance0, balance1));
        vm.prank(sender);
        manager.depositById{value: amount}(channelId, NATIVE, uint8(party), amount);
        assertBalances(terms, NATIVE, balance0, balance1);

        vm.expectEmit(address(manager));
        emit IChannelManager.Deposited(channelId, fundsWith(1, balance0, balance1));
        manager.depositById(channelId, address(token), uint8(party), amount);
        assertBalances(terms, address(token), balance0, balance1);
        assertHolds(address(token), address(manager), 2 * STAKE + amount, "held");
    }

    function test_AnEmptiedAssetStaysKnown() public {
        Terms memory terms = openChannel();
        withdraw(terms, withdrawOf(0, STAKE, STAKE));
        assertBalances(terms, NATIVE, 0, 0);
        manager.depositById{value: 5}(idOf(terms), NATIVE, 1, 5);
        assertBalances(terms, NATIVE, 0, 5);
    }

    function test_ADepositKeepsTheSerial() public {
        Terms memory terms = openChannel();
        withdraw(terms, withdrawOf(0, 1, 0));
        manager.depositById{value: 1}(idOf(terms), NATIVE, 0, 1);
        withdraw(terms, withdrawOf(1, 1, 0));
    }

    function test_AClosingChannelTakesDepositsUntilItIsSettled() public {
        Terms memory terms = openChannel();
        closeAndWait(terms, roundZero());
        manager.depositById{value: 5}(idOf(terms), NATIVE, 1, 5);
        manager.settle(pack(terms), pack(roundZero()));
        assertPaid(alicePayee, STAKE, "Alice");
        assertPaid(bobPayee, STAKE + 5, "Bob");
    }
}
