// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../../contracts/interfaces/IChannelErrors.sol";
import {Hashes} from "../../../contracts/libraries/Hashes.sol";
import {Merkle} from "../../../contracts/libraries/Merkle.sol";
import {Signatures} from "../../../contracts/libraries/Signatures.sol";
import {ChannelHashes} from "../../../contracts/periphery/ChannelHashes.sol";
import {Withdraw} from "../../../contracts/types/Messages.sol";
import {vm} from "../Vm.sol";
import {VectorsTest} from "./VectorsTest.sol";

/// @notice Ids, hashes, digests and signatures, through `ChannelHashes`, which hashes with the library of the manager.
contract HashVectorsTest is VectorsTest {
    ChannelHashes private hashes;

    function setUp() public override {
        super.setUp();
        hashes = new ChannelHashes();
    }

    function test_Signers() public view {
        for (uint256 i; i < 2; ++i) {
            string memory party = string.concat(".parties[", vm.toString(i), "]");
            uint256 key = vm.parseJsonUint(setup, string.concat(party, ".privateKey"));
            assertEq(vm.addr(key), vm.parseJsonAddress(setup, string.concat(party, ".signer")), party);
        }
    }

    function test_Domain() public view {
        bytes32 separator = vm.parseJsonBytes32(setup, ".domainSeparator");
        assertEq(Hashes.DOMAIN_TYPEHASH, vm.parseJsonBytes32(setup, ".domainTypeHash"), "type hash");
        assertEq(manager.domainSeparator(), separator, "manager");
        assertEq(Hashes.domain(address(manager)), separator, "library");
    }

    function test_Terms() public {
        file = read("terms");
        for (uint256 i; goTo(".cases", i); ++i) {
            assertEq(hashes.channelId(manager, data("packed")), word("hash"), what());
            assertEq(manager.channelIdOf(data("packed")), word("hash"), what());
        }
    }

    function test_Instance() public {
        file = read("instance");
        for (uint256 i; goTo(".cases", i); ++i) {
            assertEq(hashes.instanceHash(data("terms"), data("packed")), word("hash"), what());
        }
    }

    function test_State() public {
        load("state", Hashes.STATE_TYPEHASH);
        for (uint256 i; goTo(".cases", i); ++i) {
            bytes32 hash = hashes.stateHash(manager, terms(), data("packed.state"));
            assertEq(hash, word("structHash"), what());
            assertSigned(hashes.stateDigest(manager, terms(), data("packed.state")), 2);
        }
    }

    function test_RoundZeroHasHashZero() public {
        load("state", Hashes.STATE_TYPEHASH);
        goTo(".cases", 0);
        assertEq(hashes.stateHash(manager, terms(), ""), 0, "hash");
    }

    function test_Close() public {
        load("close", Hashes.CLOSE_TYPEHASH);
        for (uint256 i; goTo(".cases", i); ++i) {
            assertSigned(hashes.closeDigest(manager, terms(), data("packed.close")), 2);
        }
    }

    function test_Withdraw() public {
        load("withdraw", Hashes.WITHDRAW_TYPEHASH);
        for (uint256 i; goTo(".cases", i); ++i) {
            assertSigned(hashes.withdrawDigest(manager, terms(), withdrawal()), 2);
        }
    }

    function test_Delegation() public {
        load("delegation", Hashes.DELEGATION_TYPEHASH);
        for (uint256 i; goTo(".cases", i); ++i) {
            assertSigned(hashes.delegationDigest(manager, terms(), delegationAt("message")), 1);
        }
    }

    function test_Step() public {
        load("step", Hashes.STEP_TYPEHASH);
        for (uint256 i; goTo(".cases", i); ++i) {
            bytes memory state = data("packed.state");
            bytes memory instance = data("packed.instance");
            assertSigned(hashes.stepDigest(manager, terms(), state, instance, data("packed.step")), 1);
        }
    }

    function test_Merkle() public {
        file = read("merkle");
        for (uint256 i; goTo(".cases", i); ++i) {
            bytes32 root = word("root");
            bytes32[] memory leaves = words("leaves");
            for (uint256 j; j < leaves.length; ++j) {
                bytes32[] memory proof = words(string.concat("proofs[", vm.toString(j), "]"));
                assertEq(hashes.instancesRoot(leaves[j], proof), root, what());
                this.requireLeaf(root, leaves[j], abi.encodePacked(proof));
            }
        }
    }

    // The twin is as strict as the manager

    function testFuzz_TwinWalksAProofAsTheManager(bytes32 leaf, bytes32[] calldata siblings) public {
        bytes32[] calldata proof = siblings[:bound(siblings.length, 0, Merkle.MAX_DEPTH)];
        bytes32 root = hashes.instancesRoot(leaf, proof);
        bytes memory packed = abi.encodePacked(proof);
        this.requireLeaf(root, leaf, packed);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.InstanceNotInState.selector, ~root, root));
        this.requireLeaf(~root, leaf, packed);
    }

    function test_RevertIf_LengthIsNotThatOfTheTerms() public {
        load("step", Hashes.STEP_TYPEHASH);
        goTo(".cases", 0);
        bytes memory one = terms();
        bytes memory state = data("packed.state");
        bytes memory instance = data("packed.instance");
        bytes memory short = bytes.concat(state, hex"00");

        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, 108));
        hashes.channelId(manager, new bytes(108));
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, 108));
        hashes.instanceHash(new bytes(108), instance);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.StateLengthInvalid.selector, 72, 73));
        hashes.stateHash(manager, one, short);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.CloseLengthInvalid.selector, 48, 73));
        hashes.closeDigest(manager, one, short);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.InstanceLengthInvalid.selector, 154, 73));
        hashes.instanceHash(one, short);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.StepLengthInvalid.selector, 2));
        hashes.stepDigest(manager, one, state, instance, hex"0100");
        load("withdraw", Hashes.WITHDRAW_TYPEHASH);
        goTo(".cases", 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.AmountsLengthInvalid.selector, 2, 4));
        hashes.withdrawDigest(manager, one, withdrawal());
    }

    // The libraries read calldata

    function requireLeaf(bytes32 root, bytes32 leaf, bytes calldata proof) external pure {
        Merkle.requireLeaf(root, leaf, proof);
    }

    function recover(bytes32 digest, bytes calldata signature) external view returns (address) {
        return Signatures.recover(digest, signature);
    }

    function load(string memory name, bytes32 typeHash) private {
        file = read(name);
        assertEq(typeHash, vm.parseJsonBytes32(file, ".typeHash"), "type hash");
    }

    function terms() private view returns (bytes memory) {
        return data("packed.terms");
    }

    /// @dev The message is flat.
    function withdrawal() private view returns (Withdraw memory message) {
        message.serial = uint64(number("message.serial"));
        message.amounts = vm.parseJsonUintArray(file, path("message.amounts"));
        message.recipients = [account("message.recipient0"), account("message.recipient1")];
        message.validUntil = uint64(number("message.validUntil"));
    }

    /// @dev The digest is the case's, and each form of each signature recovers to its signer.
    function assertSigned(bytes32 digest, uint256 signers) private view {
        assertEq(digest, word("digest"), what());
        for (uint256 i; i < signers; ++i) {
            string memory signature = string.concat("signatures[", vm.toString(i), "].");
            address signer = account(string.concat(signature, "signer"));
            assertEq(this.recover(digest, data(string.concat(signature, "compact"))), signer, what());
            assertEq(this.recover(digest, data(string.concat(signature, "full"))), signer, what());
        }
    }
}
