// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {Terms} from "../types/Terms.sol";

/// @title Who signed
/// @notice ECDSA over secp256k1, in one form per key: `s` in the lower half, `v` 27 or 28.
/// @dev Contract signers (EIP-1271) are left out on purpose: a contract that changes its mind would revoke every state that
/// it ever signed. An account with EIP-7702 code signs with its key like any other.
library Signatures {
    uint256 private constant COMPACT = 64;
    uint256 private constant FULL = 65;
    bytes32 private constant LOW_255_BITS = bytes32(type(uint256).max >> 1);
    /// @dev Half the order of the curve.
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Reverts unless both parties agreed to `digest`: by both signatures, or by one and the sender's own call.
    function requireBoth(bytes32 digest, Terms calldata terms, bytes calldata signatures) internal view {
        uint256 length = signatures.length;
        if (length == COMPACT || length == FULL) {
            uint256 sender = partyOf(terms, msg.sender);
            requireOne(digest, terms.parties[1 - sender].signer, signatures);
        } else if (length == 2 * COMPACT || length == 2 * FULL) {
            requireOne(digest, terms.parties[0].signer, signatures[:length / 2]);
            requireOne(digest, terms.parties[1].signer, signatures[length / 2:]);
        } else {
            revert IChannelErrors.SignatureLengthInvalid(length);
        }
    }

    /// @notice Reverts unless `signature` is `expected`'s.
    function requireOne(bytes32 digest, address expected, bytes calldata signature) internal pure {
        address actual = recover(digest, signature);
        if (actual != expected) revert IChannelErrors.SignerMismatch(expected, actual);
    }

    /// @notice The party whose signer `account` is; reverts if it is neither's.
    function partyOf(Terms calldata terms, address account) internal pure returns (uint256) {
        if (account == terms.parties[0].signer) return 0;
        if (account == terms.parties[1].signer) return 1;
        revert IChannelErrors.SenderNotSigner(account);
    }

    /// @notice Who signed `digest`; never zero.
    function recover(bytes32 digest, bytes calldata signature) internal pure returns (address signer) {
        bytes32 r;
        bytes32 s;
        uint8 v;
        if (signature.length == COMPACT) {
            r = bytes32(signature[:32]);
            bytes32 vs = bytes32(signature[32:]);
            s = vs & LOW_255_BITS;
            v = vs == s ? 27 : 28;
        } else if (signature.length == FULL) {
            r = bytes32(signature[:32]);
            s = bytes32(signature[32:64]);
            v = uint8(signature[64]);
            if (v != 27 && v != 28) revert IChannelErrors.SignatureRecoveryIdInvalid(v);
        } else {
            revert IChannelErrors.SignatureLengthInvalid(signature.length);
        }
        if (uint256(s) > MAX_S) revert IChannelErrors.SignatureMalleable(s);
        signer = ecrecover(digest, v, r, s);
        if (signer == address(0)) revert IChannelErrors.SignatureInvalid();
    }
}
