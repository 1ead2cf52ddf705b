// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice What `PermitDeposits` uses of Permit2, which stands at the same address on most chains.
interface IPermit2 {
    /// @notice What an owner lets the spender take.
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    /// @notice A permission for one transfer.
    /// @param nonce any number that the owner has not used yet
    /// @param deadline last second, inclusive
    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice Where the spender sends it.
    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice Moves `owner`'s tokens, by a signature that names the caller as spender and carries a witness.
    /// @param witness the witness's EIP-712 struct hash
    /// @param witnessTypeString the rest of the signed type's string, from the witness's type on
    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external;
}
