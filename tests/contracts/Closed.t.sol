// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {Delegation, State} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {Counter} from "../../contracts/apps/Counter.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {vm} from "./Vm.sol";

/// @notice A closed id is dead for ever, however it was closed.
contract ClosedTest is MoneyTest {
    Terms private terms;
    Instance private instance;
    State private state;
    bytes private appState;
    bytes[] private calls;
    address[] private senders;

    function setUp() public override {
        super.setUp();
        terms = pairTerms(address(token));
        appState = abi.encode(0, 2);
        instance = instanceOf(address(new Counter()), appState);
        instance.stakes = new uint112[](4);
        state = pairState(9, 1 ether, 0);
        state.instancesRoot = leafOf(instance);
        writeCalls();
    }

    function test_AfterAMutualClose() public {
        fund(terms);
        closeMutual(terms, pairClose(1));
        assertDeadForAll();
    }

    function test_AfterASettlement() public {
        fund(terms);
        closeAndSettle(terms, pairState(1, 1, 1));
        assertDeadForAll();
    }

    function test_AfterASettlementWithInstances() public {
        fund(terms);
        closeBy(alice, terms, state);
        vm.warp(evidenceDeadline() + WINDOW);
        manager.settle(pack(terms), pack(state));
        assertDeadForAll();
    }

    function test_AfterConsent() public {
        fund(terms);
        State memory agreed = pairState(1, 1, 1);
        bytes memory signatures = coSign(terms, agreed);
        vm.prank(alice);
        manager.closeSolo(pack(terms), bytes.concat(pack(agreed), signatures), true);
        vm.prank(bob);
        manager.closeSolo(pack(terms), pack(agreed), true);
        assertDeadForAll();
    }

    function test_AfterALifeWithoutTheFirstAsset() public {
        fund(terms, address(token));
        closeMutual(terms, pairClose(1));
        assertDeadForAll();
    }

    function test_AfterALifeWithoutMoney() public {
        closeAndSettle(terms, roundZero());
        assertDeadForAll();
    }

    function test_DelegationsAreStillRevoked() public {
        fund(terms);
        closeMutual(terms, pairClose(1));
        vm.prank(alice);
        manager.revokeDelegations(pack(terms));
        assertEq(StorageReader.epochOf(manager, idOf(terms), 0), 1, "epoch");
    }

    // Helpers

    function assertDeadForAll() private {
        vm.warp(START);
        bytes32 channelId = idOf(terms);
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, channelId);
        for (uint256 i; i < calls.length; ++i) {
            expectError(reason);
            vm.prank(senders[i]);
            (bool success,) = address(manager).call(calls[i]);
            success;
        }
        vm.deal(alice, 1);
        expectError(reason);
        vm.prank(alice);
        manager.deposit{value: 1}(pack(terms), 1, 0);
        assertIdRefused(NATIVE);
        assertIdRefused(address(token));
    }

    /// @notice Known assets are refused as closed, the others as unknown.
    function assertIdRefused(address asset) private {
        bytes32 channelId = idOf(terms);
        bool isKnown = fundsOf(terms, asset).isValidated();
        expectError(
            isKnown
                ? abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, channelId)
                : abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, asset)
        );
        manager.depositById{value: asset == NATIVE ? 1 : 0}(channelId, asset, 0, 1);
    }

    /// @notice Each operation, by somebody who might have made it the moment before.
    function writeCalls() private {
        bytes memory both = coSign(terms, state);
        add(address(this), abi.encodeCall(manager.deposit, (pack(terms), 1, sideOf(terms, address(token), 0))));
        add(
            stranger,
            abi.encodeCall(
                manager.withdraw, (pack(terms), pairWithdraw(0, 1, 0, 1, 0), coSign(terms, pairWithdraw(0, 1, 0, 1, 0)))
            )
        );
        add(stranger, abi.encodeCall(manager.snapshotSolo, (pack(terms), bytes.concat(pack(state), both))));
        add(stranger, abi.encodeCall(manager.slash, (pack(terms), bytes.concat(pack(state), both))));
        add(
            stranger,
            abi.encodeCall(
                manager.closeMutual, (pack(terms), bytes.concat(pack(pairClose(10)), coSign(terms, pairClose(10))))
            )
        );
        add(alice, abi.encodeCall(manager.closeSolo, (pack(terms), bytes.concat(pack(state), both), false)));
        add(alice, abi.encodeCall(manager.closeSolo, (pack(terms), pack(roundZero()), true)));
        add(carol, delegateCall(both));
        add(stranger, abi.encodeCall(manager.settle, (pack(terms), pack(state))));
        add(stranger, abi.encodeCall(manager.settle, (pack(terms), pack(roundZero()))));
        add(
            alice,
            abi.encodeCall(
                manager.forceProgress,
                (
                    pack(terms),
                    bytes.concat(pack(state), both),
                    pack(instance),
                    pack(stepOf(1, appState, ""), NO_SIGNATURE)
                )
            )
        );
        add(
            stranger,
            abi.encodeCall(manager.evaluate, (pack(terms), bytes.concat(pack(state), both), pack(instance), appState))
        );
    }

    function add(address sender, bytes memory call) private {
        senders.push(sender);
        calls.push(call);
    }

    function delegateCall(bytes memory both) private view returns (bytes memory) {
        Delegation memory delegation = Delegation(0, carol, 0, 0, VALID_UNTIL);
        bytes memory signature = sign(ALICE_KEY, hashes.delegation(idOf(terms), delegation));
        return abi.encodeCall(
            manager.closeSoloAsDelegate, (pack(terms), bytes.concat(pack(state), both), delegation, signature)
        );
    }
}
