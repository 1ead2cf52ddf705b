// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Signatures} from "../../contracts/libraries/Signatures.sol";
import {TermsLibrary} from "../../contracts/types/Terms.sol";
import {vm} from "../contracts/Vm.sol";
import {svm} from "./Svm.sol";

/// @notice Who signed: for every digest, every terms and every signature of the lengths that are taken, and some others.
contract SignaturesProof {
    using TermsLibrary for bytes;

    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    function check_BothAgreed(bytes32 digest, address sender, uint8 form) external {
        uint256[7] memory lengths = [uint256(0), 63, 64, 65, 66, 128, 130];
        vm.assume(form < lengths.length);
        bytes memory terms = svm.createBytes(128, "terms");
        for (uint256 i; i < lengths.length; ++i) {
            if (i != form) continue;
            bytes memory signatures = svm.createBytes(lengths[i], "signatures");
            vm.prank(sender);
            this.requireBoth(digest, terms, signatures);
            assert(lengths[i] == 64 || lengths[i] == 65 || lengths[i] == 128 || lengths[i] == 130);
            this.assertAgreed(digest, terms, signatures, sender);
        }
    }

    function requireBoth(bytes32 digest, bytes calldata terms, bytes calldata signatures) external view {
        Signatures.requireBoth(digest, terms, signatures);
    }

    /// @dev By the compiler's own `ecrecover`: each party's signature is there, or the party is the sender.
    function assertAgreed(bytes32 digest, bytes calldata terms, bytes calldata signatures, address sender)
        external
        pure
    {
        (address signer0, address signer1) = (terms.signer(0), terms.signer(1));
        if (signatures.length < 128) {
            assert(sender == signer0 || sender == signer1);
            assert(signerOf(digest, signatures) == (sender == signer0 ? signer1 : signer0));
        } else {
            uint256 half = signatures.length / 2;
            assert(signerOf(digest, signatures[:half]) == signer0);
            assert(signerOf(digest, signatures[half:]) == signer1);
        }
    }

    function signerOf(bytes32 digest, bytes calldata signature) private pure returns (address signer) {
        bytes32 r = bytes32(signature[:32]);
        uint256 s = uint256(bytes32(signature[32:64]));
        uint8 v = signature.length == 65 ? uint8(signature[64]) : uint8(27 + (s >> 255));
        if (signature.length == 64) s &= type(uint256).max >> 1;
        assert((v == 27 || v == 28) && s <= HALF_ORDER);
        signer = ecrecover(digest, v, r, bytes32(s));
        assert(signer != address(0));
    }
}
