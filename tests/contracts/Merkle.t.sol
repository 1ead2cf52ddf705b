// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Merkle} from "../../contracts/libraries/Merkle.sol";
import {Assert} from "./Assert.sol";
import {Tree} from "./Tree.sol";
import {vm} from "./Vm.sol";

contract MerkleTest is Assert {
    uint256 private constant MAX_DEPTH = 32;

    function test_RevertIf_ProofIsTooLong() public {
        bytes32[] memory proof = new bytes32[](MAX_DEPTH + 1);
        bytes32 root = foldOf(keccak256("leaf"), proof);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.ProofTooLong.selector, MAX_DEPTH, MAX_DEPTH + 1));
        this.requireLeaf(root, keccak256("leaf"), abi.encodePacked(proof));
    }

    function testFuzz_RevertIf_ANodeOfTheProofIsChanged(
        bytes32 leaf,
        bytes32[] memory proof,
        uint256 index,
        uint256 flip
    ) public {
        proof = shortened(proof, 1 + index % MAX_DEPTH);
        bytes32 root = foldOf(leaf, proof);
        proof[flip % proof.length] ^= bytes32(uint256(1) << (flip % 256));
        expectNotInState(root, foldOf(leaf, proof));
        this.requireLeaf(root, leaf, abi.encodePacked(proof));
    }

    function testFuzz_RevertIf_TheLeafIsAnother(uint256 size, uint256 index, bytes32 other) public {
        bytes32[] memory leaves = leavesOf(bound(size, 1, 40));
        index %= leaves.length;
        bytes32[] memory proof = Tree.proof(leaves, index);
        bytes32 root = Tree.root(leaves);
        expectNotInState(root, foldOf(other, proof));
        this.requireLeaf(root, other, abi.encodePacked(proof));
    }

    function testFuzz_RevertIf_TheProofIsCutShort(uint256 size, uint256 index) public {
        bytes32[] memory leaves = leavesOf(bound(size, 2, 40));
        index %= leaves.length;
        bytes32[] memory proof = Tree.proof(leaves, index);
        proof = shortened(proof, proof.length - 1);
        bytes32 root = Tree.root(leaves);
        expectNotInState(root, foldOf(leaves[index], proof));
        this.requireLeaf(root, leaves[index], abi.encodePacked(proof));
    }

    function testFuzz_RevertIf_TheRootIsZero(bytes32 leaf) public {
        if (leaf == 0) leaf = keccak256("leaf");
        expectNotInState(0, leaf);
        this.requireLeaf(0, leaf, "");
    }

    function testFuzz_ASingleLeafIsItsOwnRoot(bytes32 leaf) public view {
        this.requireLeaf(leaf, leaf, "");
    }

    function testFuzz_EveryLeafOfATreeIsProved(uint256 size) public view {
        bytes32[] memory leaves = leavesOf(bound(size, 1, 40));
        bytes32 root = Tree.root(leaves);
        for (uint256 i; i < leaves.length; ++i) {
            this.requireLeaf(root, leaves[i], abi.encodePacked(Tree.proof(leaves, i)));
        }
    }

    function testFuzz_ProofsUpToTheGreatestDepthAreAccepted(bytes32 leaf, bytes32 sibling) public view {
        for (uint256 depth; depth <= MAX_DEPTH; ++depth) {
            bytes32[] memory proof = new bytes32[](depth);
            for (uint256 i; i < depth; ++i) {
                proof[i] = keccak256(abi.encode(sibling, i));
            }
            this.requireLeaf(foldOf(leaf, proof), leaf, abi.encodePacked(proof));
        }
    }

    function testFuzz_SiblingsAreSorted(bytes32 a, bytes32 b) public view {
        bytes32 root = a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = b;
        this.requireLeaf(root, a, abi.encodePacked(proof));
        proof[0] = a;
        this.requireLeaf(root, b, abi.encodePacked(proof));
    }

    // Helpers

    /// @dev External, because the library reads calldata.
    function requireLeaf(bytes32 root, bytes32 leaf, bytes calldata proof) external pure {
        Merkle.requireLeaf(root, leaf, proof);
    }

    function expectNotInState(bytes32 root, bytes32 actual) private {
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.InstanceNotInState.selector, root, actual));
    }

    function leavesOf(uint256 size) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i; i < size; ++i) {
            leaves[i] = keccak256(abi.encode("leaf", i));
        }
    }

    function foldOf(bytes32 leaf, bytes32[] memory proof) private pure returns (bytes32 node) {
        node = leaf;
        for (uint256 i; i < proof.length; ++i) {
            node = Tree.parent(node, proof[i]);
        }
    }

    /// @notice The first `length` nodes; what is missing is made up.
    function shortened(bytes32[] memory proof, uint256 length) private pure returns (bytes32[] memory list) {
        list = new bytes32[](length);
        for (uint256 i; i < length; ++i) {
            list[i] = i < proof.length ? proof[i] : keccak256(abi.encode(i));
        }
    }
}
