// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice The halmos cheatcodes that these proofs use: a value that was created stands for every value of its type.
interface Svm {
    function createAddress(string calldata name) external pure returns (address);
    function createBytes(uint256 size, string calldata name) external pure returns (bytes memory);
    function createBytes32(string calldata name) external pure returns (bytes32);
    function createUint(uint256 bits, string calldata name) external pure returns (uint256);
    function createUint256(string calldata name) external pure returns (uint256);
    function createInt256(string calldata name) external pure returns (int256);
    function enableSymbolicStorage(address account) external;
}

/// @dev Where halmos answers.
Svm constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
