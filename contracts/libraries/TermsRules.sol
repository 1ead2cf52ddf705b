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

    /// @notice Reverts unless the terms are valid.
    /// @param minWindow seconds
    /// @param maxWindow seconds
    function requireValid(bytes calldata terms, uint256 minWindow, uint256 maxWindow) internal view {
        requireParties(terms);
        uint256 window = terms.window();
        if (window < minWindow || window > maxWindow) {
            revert IChannelErrors.WindowOutOfRange(minWindow, maxWindow, window);
        }
        if (terms.bounty() != 0 && terms.staleMargin() < MIN_STALE_MARGIN) {
            revert IChannelErrors.StaleMarginTooSmall(MIN_STALE_MARGIN, terms.staleMargin());
        }
        requireAscending(terms);
    }

    function requireParties(bytes calldata terms) private view {
        for (uint256 party; party < 2; ++party) {
            if (terms.signer(party) == address(0)) revert IChannelErrors.SignerZero(party);
            address payee = terms.payee(party);
            if (payee == address(0) || payee == address(this)) revert IChannelErrors.PayeeInvalid(party, payee);
        }
        address signer = terms.signer(0);
        if (signer == terms.signer(1)) revert IChannelErrors.SignersEqual(signer);
    }

    function requireAscending(bytes calldata terms) private pure {
        uint256 count = terms.assetCount();
        for (uint256 i = 1; i < count; ++i) {
            (address previous, address asset) = (terms.asset(i - 1), terms.asset(i));
            if (asset <= previous) revert IChannelErrors.AssetsNotAscending(i, previous, asset);
        }
    }
}
