// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {TermsLibrary} from "../types/Terms.sol";

/// @title Which terms a channel may have
/// @notice Checked before the first money is taken: money paid into terms that break these rules might never come out.
library TermsRules {
    using TermsLibrary for bytes;

    /// @dev Two crossing proposals of one round must not freeze a channel whose stale closes cost a bounty.
    uint256 internal constant MIN_STALE_MARGIN = 3;

    /// @notice The index of `asset` in the terms; reverts unless they are valid and it is among them.
    /// @param minWindow seconds
    /// @param maxWindow seconds
    function requireValid(bytes32 channelId, bytes calldata terms, address asset, uint256 minWindow, uint256 maxWindow)
        internal
        view
        returns (uint256 index)
    {
        address signer0 = requireParty(terms, 0);
        address signer1 = requireParty(terms, 1);
        if (signer0 == signer1) revert IChannelErrors.SignersEqual(signer0);
        uint256 window = terms.window();
        if (window < minWindow || window > maxWindow) {
            revert IChannelErrors.WindowOutOfRange(minWindow, maxWindow, window);
        }
        if (terms.bounty() != 0 && terms.staleMargin() < MIN_STALE_MARGIN) {
            revert IChannelErrors.StaleMarginTooSmall(MIN_STALE_MARGIN, terms.staleMargin());
        }
        return requireAssets(channelId, terms, asset);
    }

    function requireParty(bytes calldata terms, uint256 party) private view returns (address signer) {
        signer = terms.signer(party);
        if (signer == address(0)) revert IChannelErrors.SignerZero(party);
        address payee = terms.payee(party);
        if (payee == address(0) || payee == address(this)) revert IChannelErrors.PayeeInvalid(party, payee);
    }

    /// @dev All assets must ascend, and `wanted` be one of them.
    function requireAssets(bytes32 channelId, bytes calldata terms, address wanted)
        private
        pure
        returns (uint256 index)
    {
        address previous = terms.asset(0);
        bool isFound = previous == wanted;
        uint256 count = terms.assetCount();
        for (uint256 i = 1; i < count; ++i) {
            address asset = terms.asset(i);
            if (asset <= previous) revert IChannelErrors.AssetsNotAscending(i, previous, asset);
            if (asset == wanted) (index, isFound) = (i, true);
            previous = asset;
        }
        if (!isFound) revert IChannelErrors.AssetUnknown(channelId, wanted);
    }
}
