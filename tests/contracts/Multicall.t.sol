// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {State} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {GasBurningToken} from "./tokens/GasBurningToken.sol";
import {PickyToken} from "./tokens/PickyToken.sol";
import {vm} from "./Vm.sol";

contract MulticallTest is MoneyTest {
    uint256 private constant GAS_EACH = 300_000;

    function test_RevertIf_TheGasOfACallIsNotLeft(uint256 gasEach, uint256 limit) public {
        gasEach = bound(gasEach, 100_000, 10_000_000);
        limit = bound(limit, 50_000, gasEach);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(manager.windowBounds, ());
        try manager.multicall{gas: limit}(calls, gasEach) {
            assertTrue(false, "accepted");
        } catch (bytes memory reason) {
            assertInsufficientGas(reason, gasEach);
        }
    }

    function test_RevertIf_TheGasOfTheSecondCallIsNotLeft() public {
        bytes[] memory calls = new bytes[](2);
        (calls[0], calls[1]) = (burningDeposit(), abi.encodeCall(manager.windowBounds, ()));
        try manager.multicall{gas: 2 * GAS_EACH}(calls, GAS_EACH) {
            assertTrue(false, "accepted");
        } catch (bytes memory reason) {
            assertInsufficientGas(reason, GAS_EACH);
        }
    }

    function test_RevertIf_TheGasIsAbsurd(uint256 gasEach) public {
        gasEach = bound(gasEach, 1 << 64, type(uint256).max);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(manager.windowBounds, ());
        vm.expectPartialRevert(IChannelErrors.InsufficientGas.selector);
        manager.multicall(calls, gasEach);
    }

    function test_RevertIf_CoinIsSentAlong() public {
        bytes memory call = abi.encodeCall(manager.multicall, (new bytes[](0), GAS_EACH));
        (bool success,) = address(manager).call{value: 1}(call);
        assertTrue(!success, "refused");
        (success,) = address(manager).call(call);
        assertTrue(success, "accepted without");
    }

    function test_NoCallsAreSuccess() public {
        assertEq(manager.multicall(new bytes[](0), GAS_EACH).length, 0, "no answers");
    }

    function test_AFailedCallStopsNothingAndIsReported() public {
        Terms[3] memory terms;
        bytes[] memory calls = new bytes[](3);
        for (uint256 i; i < 3; ++i) {
            terms[i] = nativeTerms();
            terms[i].salt = uint64(i + 10);
            fund(terms[i]);
            closeBy(alice, terms[i], roundZero());
            calls[i] = abi.encodeCall(
                manager.slash, (pack(terms[i]), bytes.concat(pack(stateOf(2, 1)), coSign(terms[i], stateOf(2, 1))))
            );
        }
        closeMutual(terms[1], closeOf(1, 0));

        bytes memory reason = abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, idOf(terms[1]));
        vm.expectEmit(address(manager));
        emit IChannelManager.CallFailed(1, reason);
        vm.prank(stranger);
        bool[] memory succeeded = manager.multicall(calls, GAS_EACH);

        assertEq(succeeded.length, 3, "one answer per call");
        assertTrue(succeeded[0] && !succeeded[1] && succeeded[2], "answers");
        assertEq(recordOf(terms[0]).round(), 2, "the first");
        assertEq(recordOf(terms[2]).round(), 2, "the last");
    }

    function test_AFailedCallChangesNothing() public {
        token.mint(stranger, 5);
        Terms memory terms = tokenTerms(address(token));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(manager.deposit, (pack(terms), 5, 0));
        calls[1] = abi.encodeCall(manager.deposit, (pack(terms), 5, 2));
        vm.prank(stranger);
        token.approve(address(manager), 4);
        vm.prank(stranger);
        bool[] memory succeeded = manager.multicall(calls, GAS_EACH);
        assertTrue(!succeeded[0] && !succeeded[1], "both failed");
        assertBalances(terms, address(token), 0, 0);
        assertHolds(address(token), stranger, 5, "the sender's purse");
        assertTrue(!fundsOf(terms, address(token)).isValidated(), "not validated");
    }

    function test_EachCallSeesTheOnesBefore() public {
        Terms memory terms = openChannel();
        bytes[] memory calls = new bytes[](4);
        State memory state = stateOf(1, 1 ether);
        calls[0] = abi.encodeCall(
            manager.closeMutual, (pack(terms), bytes.concat(pack(closeOf(2, 0)), coSign(terms, closeOf(1, 0))))
        );
        calls[1] = abi.encodeCall(manager.snapshotSolo, (pack(terms), bytes.concat(pack(state), coSign(terms, state))));
        calls[2] = abi.encodeCall(
            manager.closeMutual, (pack(terms), bytes.concat(pack(closeOf(1, 0)), coSign(terms, closeOf(1, 0))))
        );
        calls[3] = abi.encodeCall(
            manager.closeMutual, (pack(terms), bytes.concat(pack(closeOf(2, 2)), coSign(terms, closeOf(2, 2))))
        );
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.RoundStale.selector, 1, 1);
        vm.expectEmit(address(manager));
        emit IChannelManager.CallFailed(2, reason);
        bool[] memory succeeded = manager.multicall(calls, GAS_EACH);
        assertTrue(!succeeded[0] && succeeded[1] && !succeeded[2] && succeeded[3], "answers");
        assertPaid(alicePayee, STAKE - 2, "Alice");
    }

    function test_TheSenderStaysTheSender() public {
        Terms memory terms = openChannel();
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(manager.closeSolo, (pack(terms), pack(roundZero()), false));
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.SenderMayNotClose.selector, stranger);
        vm.expectEmit(address(manager));
        emit IChannelManager.CallFailed(0, reason);
        vm.prank(stranger);
        manager.multicall(calls, GAS_EACH);
        vm.prank(alice);
        assertTrue(manager.multicall(calls, GAS_EACH)[0], "closed");
        assertTrue(recordOf(terms).isClosing(), "closing");
    }

    function test_CreditsAreClaimedFromWithin() public {
        RevertingPayee payee = new RevertingPayee();
        Terms memory terms = nativeTerms();
        terms.parties[0].payee = address(payee);
        fund(terms);
        closeMutual(terms, closeOf(1, 0));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(manager.claim, (address(payee), NATIVE));
        calls[1] = abi.encodeCall(manager.claimTo, (carol, NATIVE));
        vm.prank(address(payee));
        bool[] memory succeeded = manager.multicall(calls, GAS_EACH);
        assertTrue(!succeeded[0] && succeeded[1], "answers");
        assertPaid(carol, STAKE, "Carol");
    }

    function test_NoCallCarriesCoin() public {
        bytes[] memory calls = new bytes[](2);
        Terms memory terms = openChannel();
        calls[0] = abi.encodeCall(manager.deposit, (pack(terms), 1, 0));
        calls[1] = abi.encodeCall(manager.depositById, (idOf(terms), NATIVE, 0, 1));
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.ValueMismatch.selector, 1, 0);
        for (uint256 i; i < 2; ++i) {
            vm.expectEmit(address(manager));
            emit IChannelManager.CallFailed(i, reason);
        }
        manager.multicall(calls, GAS_EACH);
        assertBalances(terms, NATIVE, int256(STAKE), int256(STAKE));
    }

    function test_TokensAreDepositedFromTheSender() public {
        Terms memory terms = tokenTerms(address(token));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(manager.deposit, (pack(terms), 5, 0));
        calls[1] = abi.encodeCall(manager.depositById, (idOf(terms), address(token), 1, 6));
        manager.multicall(calls, GAS_EACH);
        assertBalances(terms, address(token), 5, 6);
        assertHolds(address(token), address(this), 1000 ether - 11, "the sender's purse");
    }

    function test_UnknownCallsFailAlone() public {
        bytes[] memory calls = new bytes[](3);
        (calls[0], calls[1]) = (hex"", hex"12345678");
        calls[2] = abi.encodeCall(manager.windowBounds, ());
        for (uint256 i; i < 2; ++i) {
            vm.expectEmit(address(manager));
            emit IChannelManager.CallFailed(i, "");
        }
        bool[] memory succeeded = manager.multicall(calls, GAS_EACH);
        assertTrue(!succeeded[0] && !succeeded[1] && succeeded[2], "answers");
    }

    function test_ACallThatBurnsGasBurnsOnlyItsOwn() public {
        Terms memory terms = openChannel();
        bytes[] memory calls = new bytes[](3);
        State memory state = stateOf(1, 1);
        calls[0] = burningDeposit();
        calls[1] = calls[0];
        calls[2] = abi.encodeCall(manager.snapshotSolo, (pack(terms), bytes.concat(pack(state), coSign(terms, state))));
        uint256 before = gasleft();
        bool[] memory succeeded = manager.multicall(calls, GAS_EACH);
        uint256 spent = before - gasleft();
        assertTrue(!succeeded[0] && !succeeded[1] && succeeded[2], "answers");
        assertTrue(spent > 2 * GAS_EACH * 9 / 10 && spent < 3 * GAS_EACH, "gas");
    }

    function test_OneMulticallMayHoldAnother() public {
        Terms memory terms = openChannel();
        bytes[] memory inner = new bytes[](2);
        inner[0] = abi.encodeCall(manager.settle, (pack(terms), pack(roundZero())));
        inner[1] = abi.encodeCall(manager.closeSolo, (pack(terms), pack(roundZero()), false));
        bytes[] memory outer = new bytes[](2);
        outer[0] = abi.encodeCall(manager.multicall, (inner, GAS_EACH));
        outer[1] = abi.encodeCall(manager.multicall, (inner, 10 * GAS_EACH));
        vm.prank(alice);
        bool[] memory succeeded = manager.multicall(outer, 3 * GAS_EACH);
        assertTrue(succeeded[0] && !succeeded[1], "answers");
        assertTrue(recordOf(terms).isClosing(), "closing");
    }

    function test_ALongCallReallyGetsItsGas() public {
        PickyToken picky = new PickyToken();
        supply(picky);
        bytes memory call = abi.encodeCall(manager.deposit, (pack(tokenTerms(address(picky))), 5, 0));
        bytes[] memory calls = new bytes[](1);
        calls[0] = bytes.concat(call, new bytes(60_000));
        manager.multicall(calls, GAS_EACH);
        picky.want(0);
        manager.multicall(calls, GAS_EACH);
        picky.want(picky.least());

        (uint256 refused, uint256 accepted) = (0, 0);
        for (uint256 limit = GAS_EACH; limit < 2 * GAS_EACH; limit += 997) {
            uint256 fork = vm.snapshotState();
            try manager.multicall{gas: limit}(calls, GAS_EACH) returns (bool[] memory succeeded) {
                assertTrue(succeeded[0], "starved");
                ++accepted;
            } catch {
                ++refused;
            }
            vm.revertToState(fork);
        }
        assertTrue(refused != 0 && accepted != 0, "both sides of the boundary were seen");
    }

    // Helpers

    /// @notice A deposit of a token that burns all the gas it gets.
    function burningDeposit() private returns (bytes memory) {
        GasBurningToken burning = new GasBurningToken();
        supply(burning);
        burning.arm(true);
        return abi.encodeCall(manager.deposit, (pack(tokenTerms(address(burning))), 1, 0));
    }

    function assertInsufficientGas(bytes memory reason, uint256 gasEach) private pure {
        assertEq(bytes32(bytes4(reason)), bytes32(IChannelErrors.InsufficientGas.selector), "reason");
        uint256 required;
        uint256 available;
        assembly ("memory-safe") {
            required := mload(add(reason, 0x24))
            available := mload(add(reason, 0x44))
        }
        assertTrue(required >= gasEach, "required");
        assertTrue(available < required, "available");
    }
}
