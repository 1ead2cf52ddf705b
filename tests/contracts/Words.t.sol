// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Words} from "../../contracts/libraries/Words.sol";
import {Assert} from "./Assert.sol";

/// @notice Each hash is what the compiler's own way of making it gives, whatever stands in memory, and the free pointer stays.
contract WordsTest is Assert {
    /// @dev Bytes beyond the free pointer that are made dirty, so that nobody may take them for zero.
    uint256 private constant DIRTY = 8192;

    modifier scratching() {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
            for { let i := 0 } lt(i, DIRTY) { i := add(i, 0x20) } { mstore(add(free, i), not(i)) }
        }
        _;
        uint256 afterwards;
        assembly ("memory-safe") {
            afterwards := mload(0x40)
        }
        assertEq(afterwards, free, "the free pointer");
    }

    function testFuzz_SignedWords(int256[] calldata words) public view {
        assertEq(this.ofSigned(words), keccak256(abi.encodePacked(words)), "hash");
    }

    function testFuzz_UnsignedWords(uint256[] calldata words) public view {
        assertEq(this.ofUnsigned(words), keccak256(abi.encodePacked(words)), "hash");
    }

    function testFuzz_Bytes(bytes calldata data) public view {
        assertEq(this.ofBytes(data), keccak256(data), "hash");
    }

    function testFuzz_BytesBehindAPrefix(bytes32 prefix, bytes calldata data) public view {
        assertEq(this.ofPrefixed(prefix, data), keccak256(abi.encodePacked(prefix, data)), "hash");
    }

    function testFuzz_TwoWords(bytes32 a, bytes32 b) public view {
        assertEq(this.ofTwo(a, b), keccak256(abi.encodePacked(a, b)), "hash");
    }

    function testFuzz_FiveWords(bytes32 a, bytes32 b, uint256 c, bytes32 d, bytes32 e) public view {
        assertEq(this.ofFive(a, b, c, d, e), keccak256(abi.encode(a, b, c, d, e)), "hash");
    }

    function testFuzz_SevenWords(bytes32[6] calldata w, uint256 number) public view {
        bytes32 expected = keccak256(abi.encode(w[0], w[1], w[2], w[3], number, w[4], w[5]));
        assertEq(this.ofSeven(w, number), expected, "hash");
    }

    function testFuzz_Digest(bytes32 domainSeparator, bytes32 structHash) public view {
        bytes32 expected = keccak256(abi.encodePacked(hex"1901", domainSeparator, structHash));
        assertEq(this.ofDigest(domainSeparator, structHash), expected, "hash");
    }

    // The library reads calldata, so it is called from outside.

    function ofSigned(int256[] calldata words) external pure scratching returns (bytes32) {
        return Words.hash(words);
    }

    function ofUnsigned(uint256[] calldata words) external pure scratching returns (bytes32) {
        return Words.hash(words);
    }

    function ofBytes(bytes calldata data) external pure scratching returns (bytes32) {
        return Words.hash(data);
    }

    function ofPrefixed(bytes32 prefix, bytes calldata data) external pure scratching returns (bytes32) {
        return Words.hash(prefix, data);
    }

    function ofTwo(bytes32 a, bytes32 b) external pure scratching returns (bytes32) {
        return Words.hash(a, b);
    }

    function ofFive(bytes32 a, bytes32 b, uint256 c, bytes32 d, bytes32 e) external pure scratching returns (bytes32) {
        return Words.hash(a, b, c, d, e);
    }

    function ofSeven(bytes32[6] calldata w, uint256 number) external pure scratching returns (bytes32) {
        return Words.hash(w[0], w[1], w[2], w[3], number, w[4], w[5]);
    }

    function ofDigest(bytes32 domainSeparator, bytes32 structHash) external pure scratching returns (bytes32) {
        return Words.digest(domainSeparator, structHash);
    }
}
