// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice What the contracts use of ERC-20.
interface IERC20 {
    /// @notice Units held by `account`.
    function balanceOf(address account) external view returns (uint256);

    /// @notice Lets `spender` move up to `amount` of the caller's units.
    function approve(address spender, uint256 amount) external returns (bool);

    /// @notice Moves `amount` units of the caller's to `to`.
    function transfer(address to, uint256 amount) external returns (bool);

    /// @notice Moves `amount` units of `from`'s to `to`, out of the caller's allowance.
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}
