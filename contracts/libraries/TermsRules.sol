// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {MAX_ASSETS, MIN_STALE_MARGIN, Terms} from "../types/Terms.sol";

/// @title Which terms a channel may have
/// @notice Checked before the first money is taken: money paid into terms that break these rules might never come out.
library TermsRules {
    /// @notice Reverts unless the terms are valid.
    /// @param minWindow seconds
    /// @param maxWindow seconds
    function requireValid(Terms calldata terms, uint256 minWindow, uint256 maxWindow) internal view {
        requireParty(terms, 0);
        requireParty(terms, 1);
        if (terms.parties[0].signer == terms.parties[1].signer) {
            revert IChannelErrors.SignersEqual(terms.parties[0].signer);
        }
        requireAssets(terms.assets);
        if (terms.window < minWindow || terms.window > maxWindow) {
            revert IChannelErrors.WindowOutOfRange(minWindow, maxWindow, terms.window);
        }
        if (terms.bounty != 0 && terms.staleMargin < MIN_STALE_MARGIN) {
            revert IChannelErrors.StaleMarginTooSmall(MIN_STALE_MARGIN, terms.staleMargin);
        }
    }

    /// @notice Reverts unless `asset` is one of the terms'.
    function requireAsset(bytes32 channelId, Terms calldata terms, address asset) internal pure {
        for (uint256 i; i < terms.assets.length; ++i) {
            if (terms.assets[i] == asset) return;
        }
        revert IChannelErrors.AssetUnknown(channelId, asset);
    }

    function requireParty(Terms calldata terms, uint256 party) private view {
        if (terms.parties[party].signer == address(0)) revert IChannelErrors.SignerZero(party);
        address payee = terms.parties[party].payee;
        if (payee == address(0) || payee == address(this)) revert IChannelErrors.PayeeInvalid(party, payee);
    }

    function requireAssets(address[] calldata assets) private pure {
        if (assets.length == 0 || assets.length > MAX_ASSETS) {
            revert IChannelErrors.AssetCountOutOfRange(MAX_ASSETS, assets.length);
        }
        for (uint256 i = 1; i < assets.length; ++i) {
            if (assets[i] <= assets[i - 1]) revert IChannelErrors.AssetsNotAscending(i, assets[i - 1], assets[i]);
        }
    }
}
