// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {PreimageRegistry} from "../../contracts/apps/PreimageRegistry.sol";
import {Assert} from "./Assert.sol";
import {vm} from "./Vm.sol";

contract PreimageRegistryTest is Assert {
    PreimageRegistry private registry = new PreimageRegistry();

    function test_RevertIf_CoinIsSentAlong() public {
        vm.deal(address(this), 1);
        (bool success,) = address(registry).call{value: 1}(abi.encodeCall(registry.reveal, ("secret")));
        assertTrue(!success, "refused");
    }

    function testFuzz_APreimageIsSeenWhenItIsRevealed(bytes32 preimage, uint40 time) public {
        vm.warp(bound(time, 1, type(uint40).max));
        bytes32 hash = keccak256(abi.encode(preimage));
        assertEq(registry.seenAt(hash), 0, "before");
        vm.expectEmit(address(registry));
        emit PreimageRegistry.PreimageSeen(hash, preimage);
        assertEq(registry.reveal(preimage), hash, "hash");
        assertEq(registry.seenAt(hash), block.timestamp, "after");
    }

    function testFuzz_TheFirstTimeStays(bytes32 preimage, uint256 first, uint256 later, address someone) public {
        first = bound(first, 1, type(uint40).max);
        vm.warp(first);
        bytes32 hash = registry.reveal(preimage);
        vm.warp(bound(later, first, type(uint40).max));
        vm.recordLogs();
        vm.prank(someone);
        assertEq(registry.reveal(preimage), hash, "hash");
        assertEq(vm.getRecordedLogs().length, 0, "logs");
        assertEq(registry.seenAt(hash), first, "time");
    }

    function testFuzz_OnePreimageSaysNothingOfAnother(bytes32 preimage, bytes32 other) public {
        if (other == preimage) other = ~other;
        registry.reveal(preimage);
        assertEq(registry.seenAt(keccak256(abi.encode(other))), 0, "other");
        assertEq(registry.seenAt(preimage), 0, "the preimage taken for a hash");
    }
}
