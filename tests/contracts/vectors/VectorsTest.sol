// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../../contracts/ChannelManager.sol";
import {Counter} from "../../../contracts/apps/Counter.sol";
import {Delegation} from "../../../contracts/types/Messages.sol";
import {Assert} from "../Assert.sol";
import {vm} from "../Vm.sol";

/// @notice The vectors of tests/vectors/, which viem made, against the contracts: the manager and the app stand where the
/// vectors say, on their chain.
abstract contract VectorsTest is Assert {
    uint256 private constant START = 1_800_000_000;

    ChannelManager internal manager;
    string internal setup;
    /// @dev The file that the test is about, and the case in it, as a path that ends before the field's dot.
    string internal file;
    string internal at;

    function setUp() public virtual {
        vm.warp(START);
        setup = read("setup");
        vm.chainId(vm.parseJsonUint(setup, ".domain.chainId"));
        vm.startPrank(vm.parseJsonAddress(setup, ".deployer"));
        manager = new ChannelManager(1 hours, 30 days);
        Counter counter = new Counter();
        vm.stopPrank();
        assertEq(address(manager), vm.parseJsonAddress(setup, ".domain.verifyingContract"), "manager");
        assertEq(address(counter), vm.parseJsonAddress(setup, ".counter"), "counter");
    }

    function read(string memory name) internal view returns (string memory) {
        return vm.readFile(string.concat("tests/vectors/", name, ".json"));
    }

    /// @notice Goes to a case of `list`, an array in the file that is not empty; false after the last one.
    function goTo(string memory list, uint256 index) internal returns (bool exists) {
        at = string.concat(list, "[", vm.toString(index), "]");
        exists = vm.keyExistsJson(file, at);
        assertTrue(exists || index != 0, "no cases");
    }

    /// @notice The path of a field of this case.
    function path(string memory field) internal view returns (string memory) {
        return string.concat(at, ".", field);
    }

    /// @notice What an assertion about this case is called.
    function what() internal view returns (string memory) {
        return vm.parseJsonString(file, path("name"));
    }

    function word(string memory field) internal view returns (bytes32) {
        return vm.parseJsonBytes32(file, path(field));
    }

    function words(string memory field) internal view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(file, path(field));
    }

    function number(string memory field) internal view returns (uint256) {
        return vm.parseJsonUint(file, path(field));
    }

    function integer(string memory field) internal view returns (int256) {
        return vm.parseJsonInt(file, path(field));
    }

    function flag(string memory field) internal view returns (bool) {
        return vm.parseJsonBool(file, path(field));
    }

    function account(string memory field) internal view returns (address) {
        return vm.parseJsonAddress(file, path(field));
    }

    function data(string memory field) internal view returns (bytes memory) {
        return vm.parseJsonBytes(file, path(field));
    }

    function delegationAt(string memory field) internal view returns (Delegation memory) {
        return abi.decode(
            decoded(field, "Delegation(uint8 party,address delegate,uint64 epoch,uint64 minRound,uint64 validUntil)"),
            (Delegation)
        );
    }

    /// @notice An object of the file, ABI-encoded.
    /// @param type_ as EIP-712 writes it
    function decoded(string memory field, string memory type_) internal view returns (bytes memory) {
        return vm.parseJsonType(file, path(field), type_);
    }
}
