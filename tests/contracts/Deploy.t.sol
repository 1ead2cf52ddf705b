// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {State} from "../../contracts/types/Messages.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {ChannelTest} from "./ChannelTest.sol";
import {vm} from "./Vm.sol";

contract DeployTest is ChannelTest {
    uint256 private constant GREATEST_WINDOW = 100_000_000;

    function test_RevertIf_WindowBoundsAreZeroSwappedOrHuge() public {
        expectBoundsRefused(0, 1);
        expectBoundsRefused(2, 1);
        expectBoundsRefused(1, GREATEST_WINDOW + 1);
        new ChannelManager(1, GREATEST_WINDOW);
        new ChannelManager(7, 7);
    }

    function test_AWholeLife() public {
        Terms memory terms = openChannel();
        State memory state = stateOf(5, 10 ether);
        closeBy(alice, terms, state);
        slash(terms, stateOf(6, -2 ether));
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(stateOf(6, -2 ether)));
        assertPaid(alicePayee, 32 ether, "Alice");
        assertPaid(bobPayee, 28 ether, "Bob");
    }

    function expectBoundsRefused(uint256 min, uint256 max) private {
        expectError(abi.encodeWithSelector(IChannelErrors.WindowBoundsInvalid.selector, min, max, GREATEST_WINDOW));
        new ChannelManager(min, max);
    }
}
