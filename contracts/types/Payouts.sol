// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One word per asset in the log of a settlement: what each party gets of it.
/// @dev Bits: 0-111 party 1's payout, 112-223 party 0's, 224-255 the asset's index in the terms.
type Payouts is uint256;

using PayoutsLibrary for Payouts global;

/// @notice Reads and writes the fields of `Payouts`.
library PayoutsLibrary {
    uint256 private constant PAYOUT_0_SHIFT = 112;
    uint256 private constant INDEX_SHIFT = 224;

    /// @notice What party 0 gets, in units of the asset.
    function payout0(Payouts self) internal pure returns (uint256) {
        return uint112(Payouts.unwrap(self) >> PAYOUT_0_SHIFT);
    }

    /// @notice What party 1 gets, in units of the asset.
    function payout1(Payouts self) internal pure returns (uint256) {
        return uint112(Payouts.unwrap(self));
    }

    /// @notice The asset's index in the terms.
    function index(Payouts self) internal pure returns (uint256) {
        return Payouts.unwrap(self) >> INDEX_SHIFT;
    }

    /// @notice Packs payouts of an asset, whose sum is at most twice the greatest balance and therefore fits 112 bits.
    function pack(uint256 index_, uint256 payout0_, uint256 payout1_) internal pure returns (Payouts) {
        return Payouts.wrap(index_ << INDEX_SHIFT | payout0_ << PAYOUT_0_SHIFT | payout1_);
    }
}
