// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {TermsLibrary} from "../types/Terms.sol";

/// @title Who signed
/// @notice ECDSA over secp256k1, in one form per key: `s` in the lower half, `v` 27 or 28.
/// @dev Contract signers (EIP-1271) are left out on purpose: a contract that changes its mind would revoke every state that
/// it ever signed. An account with EIP-7702 code signs with its key like any other.
library Signatures {
    using TermsLibrary for bytes;

    uint256 private constant COMPACT = 64;
    uint256 private constant FULL = 65;
    bytes32 private constant LOW_255_BITS = bytes32(type(uint256).max >> 1);
    /// @dev Half the order of the curve.
    uint256 private constant MAX_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Reverts unless both parties agreed to `digest`: by both signatures, or by one and the sender's own call.
    function requireBoth(bytes32 digest, bytes calldata terms, bytes calldata signatures) internal view {
        uint256 length = signatures.length;
        if (length == 2 * COMPACT || length == 2 * FULL) {
            (bytes calldata first, bytes calldata second) = halves(signatures);
            requireOne(digest, terms.signer(0), first);
            requireOne(digest, terms.signer(1), second);
        } else if (length == COMPACT || length == FULL) {
            uint256 other = 1 ^ partyOf(terms, msg.sender);
            requireOne(digest, terms.signer(other), signatures);
        } else {
            revert IChannelErrors.SignatureLengthInvalid(length);
        }
    }

    /// @notice Reverts unless `signature` is `expected`'s.
    function requireOne(bytes32 digest, address expected, bytes calldata signature) internal view {
        address actual = recover(digest, signature);
        if (actual != expected) revert IChannelErrors.SignerMismatch(expected, actual);
    }

    /// @notice The party whose signer `account` is; reverts if it is neither's.
    function partyOf(bytes calldata terms, address account) internal pure returns (uint256) {
        if (account == terms.signer(0)) return 0;
        if (account == terms.signer(1)) return 1;
        revert IChannelErrors.SenderNotSigner(account);
    }

    /// @notice Who signed `digest`; never zero.
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        bytes32 s;
        uint256 v;
        assembly ("memory-safe") {
            s := calldataload(add(signature.offset, 0x20))
        }
        if (signature.length == COMPACT) {
            unchecked {
                v = 27 + (uint256(s) >> 255);
            }
            s &= LOW_255_BITS;
        } else {
            if (signature.length != FULL) revert IChannelErrors.SignatureLengthInvalid(signature.length);
            v = uint8(signature[COMPACT]);
            if (v != 27 && v != 28) revert IChannelErrors.SignatureRecoveryIdInvalid(v);
        }
        if (uint256(s) > MAX_S) revert IChannelErrors.SignatureMalleable(s);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, digest)
            mstore(add(free, 0x20), v)
            mstore(add(free, 0x40), calldataload(signature.offset))
            mstore(add(free, 0x60), s)
            mstore(0, 0)
            // Nothing is returned where nobody signed.
            pop(staticcall(gas(), 1, free, 0x80, 0, 0x20))
            signer := mload(0)
        }
        if (signer == address(0)) revert IChannelErrors.SignatureInvalid();
    }

    function halves(bytes calldata both) private pure returns (bytes calldata first, bytes calldata second) {
        assembly ("memory-safe") {
            let half := shr(1, both.length)
            first.offset := both.offset
            first.length := half
            second.offset := add(both.offset, half)
            second.length := half
        }
    }
}
