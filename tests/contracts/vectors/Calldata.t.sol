// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {Withdraw} from "../../../contracts/types/Messages.sol";
import {vm} from "../Vm.sol";
import {VectorsTest} from "./VectorsTest.sol";

contract CalldataVectorsTest is VectorsTest {
    /// @dev The challenge window of the channel, in seconds.
    uint256 private constant WINDOW = 1 days;

    /// @dev The function that the test is about, and how many it has been about so far.
    string private name;
    uint256 private count;

    function test_EveryFunctionIsEncodedAlike() public {
        file = read("calldata");

        enter("deposit");
        check(abi.encodeCall(IChannelManager.deposit, (data("terms"), number("amount"), uint8(number("side")))));
        enter("depositById");
        check(
            abi.encodeCall(
                IChannelManager.depositById, (word("channelId"), account("asset"), party(), number("amount"))
            )
        );
        enter("withdraw");
        check(abi.encodeCall(IChannelManager.withdraw, (data("terms"), withdrawal(), data("signatures"))));
        enter("claim");
        check(abi.encodeCall(IChannelManager.claim, (account("creditor"), account("asset"))));
        enter("claimTo");
        check(abi.encodeCall(IChannelManager.claimTo, (account("recipient"), account("asset"))));

        enter("snapshotSolo");
        check(abi.encodeCall(IChannelManager.snapshotSolo, (data("terms"), data("evidence"))));
        enter("slash");
        check(abi.encodeCall(IChannelManager.slash, (data("terms"), data("evidence"))));

        enter("closeMutual");
        check(abi.encodeCall(IChannelManager.closeMutual, (data("terms"), data("close"))));
        enter("closeSolo");
        check(abi.encodeCall(IChannelManager.closeSolo, (data("terms"), data("evidence"), flag("consent"))));
        enter("closeSoloAsDelegate");
        check(
            abi.encodeCall(
                IChannelManager.closeSoloAsDelegate,
                (data("terms"), data("evidence"), delegationAt("delegation"), data("delegationSignature"))
            )
        );
        enter("settle");
        check(abi.encodeCall(IChannelManager.settle, (data("terms"), data("state"))));

        enter("forceProgress");
        check(
            abi.encodeCall(
                IChannelManager.forceProgress, (data("terms"), data("evidence"), data("instance"), data("step"))
            )
        );
        enter("evaluate");
        check(
            abi.encodeCall(
                IChannelManager.evaluate, (data("terms"), data("evidence"), data("instance"), data("appState"))
            )
        );

        enter("revokeDelegations");
        check(abi.encodeCall(IChannelManager.revokeDelegations, (data("terms"))));
        enter("multicall");
        bytes[] memory calls = vm.parseJsonBytesArray(file, path("calls"));
        check(abi.encodeCall(IChannelManager.multicall, (calls, number("gasEach"))));

        enter("channelIdOf");
        check(abi.encodeCall(IChannelManager.channelIdOf, (data("terms"))));
        enter("domainSeparator");
        check(abi.encodeCall(IChannelManager.domainSeparator, ()));
        enter("windowBounds");
        check(abi.encodeCall(IChannelManager.windowBounds, ()));
        enter("load");
        check(abi.encodeCall(IChannelManager.load, (words("slots"))));

        assertEq(count, vm.parseJsonKeys(file, "$").length, "functions");
    }

    /// @notice The signatures are over what the contract itself computes: it accepts every call of a channel's life.
    function test_TheManagerAcceptsALife() public {
        file = read("calldata");
        send("deposit");
        send("depositById");
        send("withdraw");
        send("snapshotSolo");
        send("slash");
        send("forceProgress");
        send("evaluate");
        send("closeSolo");
        send("closeSoloAsDelegate");
        send("revokeDelegations");
        send("multicall");
        vm.warp(block.timestamp + 2 * WINDOW);
        send("settle");
        assertEq(address(manager).balance, 0, "all is paid out");
    }

    function test_TheManagerAcceptsAMutualEnd() public {
        file = read("calldata");
        send("deposit");
        send("depositById");
        send("closeMutual");
        assertEq(address(manager).balance, 0, "all is paid out");
    }

    /// @dev Reads the arguments of the function `name_` from here on.
    function enter(string memory name_) private {
        name = name_;
        at = string.concat(".", name_, ".arguments");
    }

    /// @dev Compares with the calldata of the vectors.
    function check(bytes memory actual) private {
        ++count;
        assertEq(keccak256(actual), keccak256(vm.parseJsonBytes(file, string.concat(".", name, ".data"))), name);
    }

    function send(string memory name_) private {
        string memory call = string.concat(".", name_);
        address sender = vm.parseJsonAddress(file, string.concat(call, ".sender"));
        uint256 value = vm.parseJsonUint(file, string.concat(call, ".value"));
        vm.deal(sender, value);
        vm.prank(sender);
        (bool success,) = address(manager).call{value: value}(vm.parseJsonBytes(file, string.concat(call, ".data")));
        assertTrue(success, name_);
    }

    function party() private view returns (uint8) {
        return uint8(number("party"));
    }

    function withdrawal() private view returns (Withdraw memory) {
        string memory type_ = "Withdraw(uint64 serial,uint256[] amounts,address[2] recipients,uint64 validUntil)";
        return abi.decode(decoded("message", type_), (Withdraw));
    }
}
