// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @title Hashes, without the copying and allocating that the compiler does
/// @notice Each stands beside its plain version in `tests/contracts/Words.t.sol`, which it must equal. Memory beyond the free
/// pointer serves as scratch, and the pointer stays.
library Words {
    /// @notice `keccak256(abi.encodePacked(words))`.
    function hash(int256[] calldata words) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            let size := shl(5, words.length)
            calldatacopy(free, words.offset, size)
            result := keccak256(free, size)
        }
    }

    /// @notice `keccak256(abi.encodePacked(words))`.
    function hash(uint256[] calldata words) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            let size := shl(5, words.length)
            calldatacopy(free, words.offset, size)
            result := keccak256(free, size)
        }
    }

    /// @notice `keccak256(data)`.
    function hash(bytes calldata data) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, data.offset, data.length)
            result := keccak256(free, data.length)
        }
    }

    /// @notice `keccak256(abi.encodePacked(prefix, data))`.
    function hash(bytes32 prefix, bytes calldata data) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, prefix)
            calldatacopy(add(free, 0x20), data.offset, data.length)
            result := keccak256(free, add(0x20, data.length))
        }
    }

    /// @notice `keccak256(abi.encodePacked(a, b))`.
    function hash(bytes32 a, bytes32 b) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            mstore(0, a)
            mstore(0x20, b)
            result := keccak256(0, 0x40)
        }
    }

    /// @notice `keccak256(abi.encode(a, b, c, d, e))`.
    function hash(bytes32 a, bytes32 b, uint256 c, bytes32 d, bytes32 e) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, a)
            mstore(add(free, 0x20), b)
            mstore(add(free, 0x40), c)
            mstore(add(free, 0x60), d)
            mstore(add(free, 0x80), e)
            result := keccak256(free, 0xa0)
        }
    }

    /// @notice `keccak256(abi.encode(a, b, c, d, e, f, g))`.
    function hash(bytes32 a, bytes32 b, bytes32 c, bytes32 d, uint256 e, bytes32 f, bytes32 g)
        internal
        pure
        returns (bytes32 result)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, a)
            mstore(add(free, 0x20), b)
            mstore(add(free, 0x40), c)
            mstore(add(free, 0x60), d)
            mstore(add(free, 0x80), e)
            mstore(add(free, 0xa0), f)
            mstore(add(free, 0xc0), g)
            result := keccak256(free, 0xe0)
        }
    }

    /// @notice `keccak256(abi.encodePacked(hex"1901", domainSeparator, structHash))`.
    function digest(bytes32 domainSeparator, bytes32 structHash) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hex"1901")
            mstore(add(free, 0x02), domainSeparator)
            mstore(add(free, 0x22), structHash)
            result := keccak256(free, 0x42)
        }
    }
}
