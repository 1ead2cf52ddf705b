// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Delegation, MessageLibrary, Withdraw} from "../types/Messages.sol";
import {Words} from "./Words.sol";

/// @title Every hash of the protocol
/// @notice `channelId` hashes the domain separator and the packed terms, so it commits to chain, contract and every term. The
/// messages are EIP-712 and commit to the channel by its id: a struct hash identifies, `digest` of it is what is signed.
library Hashes {
    using MessageLibrary for bytes;

    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant NAME_HASH = keccak256("Recourse");
    bytes32 internal constant VERSION_HASH = keccak256("1");

    bytes32 internal constant STATE_TYPEHASH =
        keccak256("State(bytes32 channelId,uint64 round,int256[] nets,bytes32 instancesRoot)");
    bytes32 internal constant CLOSE_TYPEHASH =
        keccak256("Close(bytes32 channelId,uint64 round,int256[] nets,uint64 validUntil)");
    bytes32 internal constant WITHDRAW_TYPEHASH = keccak256(
        "Withdraw(bytes32 channelId,uint64 serial,uint256[] amounts,address recipient0,address recipient1,uint64 validUntil)"
    );
    bytes32 internal constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(bytes32 channelId,uint8 party,address delegate,uint64 epoch,uint64 minRound,uint64 validUntil)"
    );
    bytes32 internal constant STEP_TYPEHASH = keccak256(
        "Step(bytes32 channelId,bytes32 stateHash,bytes32 instanceHash,uint8 number,bytes32 appStateHash,bytes action)"
    );

    /// @notice The domain separator of the `ChannelManager` at `manager` on this chain.
    function domain(address manager) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, manager));
    }

    /// @notice What is signed: the struct hash, bound to chain and contract.
    function digest(bytes32 domainSeparator, bytes32 structHash) internal pure returns (bytes32) {
        return Words.digest(domainSeparator, structHash);
    }

    /// @notice The channel's id.
    /// @param terms packed, see `TermsLibrary`
    function channelId(bytes32 domainSeparator, bytes calldata terms) internal pure returns (bytes32) {
        return Words.hash(domainSeparator, terms);
    }

    /// @notice The hash of a co-signed state; 0 for round 0.
    /// @param packed see `MessageLibrary`
    function state(bytes32 id, bytes calldata packed) internal pure returns (bytes32) {
        if (packed.length == 0) return 0;
        bytes32 nets = Words.hash(packed.netsOfState());
        return Words.hash(STATE_TYPEHASH, id, packed.round(), nets, packed.instancesRoot());
    }

    /// @notice The struct hash of a mutual close.
    /// @param packed see `MessageLibrary`
    function close(bytes32 id, bytes calldata packed) internal pure returns (bytes32) {
        bytes32 nets = Words.hash(packed.netsOfClose());
        return Words.hash(CLOSE_TYPEHASH, id, packed.round(), nets, bytes32(packed.validUntil()));
    }

    /// @notice The struct hash of a withdrawal.
    function withdraw(bytes32 id, Withdraw calldata message) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                WITHDRAW_TYPEHASH,
                id,
                message.serial,
                Words.hash(message.amounts),
                message.recipients,
                message.validUntil
            )
        );
    }

    /// @notice The struct hash of a delegation.
    function delegation(bytes32 id, Delegation calldata message) internal pure returns (bytes32) {
        return keccak256(abi.encode(DELEGATION_TYPEHASH, id, message));
    }

    /// @notice The hash of an instance: its leaf in the tree.
    /// @param packed see `InstanceLibrary`
    function instance(bytes calldata packed) internal pure returns (bytes32) {
        return Words.hash(packed);
    }

    /// @notice The struct hash of a forced step.
    /// @param stateHash the base
    /// @param instanceHash the leaf
    /// @param appStateHash of the app state that the step starts from
    function step(
        bytes32 id,
        bytes32 stateHash,
        bytes32 instanceHash,
        uint256 number,
        bytes32 appStateHash,
        bytes calldata action
    ) internal pure returns (bytes32) {
        return Words.hash(STEP_TYPEHASH, id, stateHash, instanceHash, number, appStateHash, Words.hash(action));
    }
}
