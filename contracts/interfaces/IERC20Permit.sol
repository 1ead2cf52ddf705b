// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "./IERC20.sol";

/// @notice What `PermitDeposits` uses of ERC-20 tokens, those with EIP-2612 and those without.
interface IERC20Permit is IERC20 {
    /// @notice What `spender` may still move of `owner`'s units.
    function allowance(address owner, address spender) external view returns (uint256);

    /// @notice Lets `spender` move up to `value` of `owner`'s units, by the owner's signature.
    /// @param deadline last second, inclusive
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;
}
