// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A test that fails by reverting with what was found and what would have been right.
abstract contract Assert {
    error AssertionFailed(string what);
    error NotEqual(string what, uint256 expected, uint256 actual);
    error NotEqualInt(string what, int256 expected, int256 actual);
    error NotEqualBytes(string what, bytes32 expected, bytes32 actual);
    error NotEqualAddress(string what, address expected, address actual);

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert AssertionFailed(what);
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, expected, actual);
    }

    function assertEq(int256 actual, int256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualInt(what, expected, actual);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualBytes(what, expected, actual);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert NotEqualAddress(what, expected, actual);
    }

    /// @notice `x` brought into `[min, max]`, all values alike likely.
    function bound(uint256 x, uint256 min, uint256 max) internal pure returns (uint256) {
        if (x >= min && x <= max) return x;
        uint256 size = max - min + 1;
        return size == 0 ? x : min + x % size;
    }

    /// @notice `x` brought into `[min, max]`.
    function bound(int256 x, int256 min, int256 max) internal pure returns (int256) {
        uint256 shift = 1 << 255;
        uint256 shifted = bound(uint256(x) ^ shift, uint256(min) ^ shift, uint256(max) ^ shift);
        return int256(shifted ^ shift);
    }
}
