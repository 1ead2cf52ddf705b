// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Close, Delegation, Instance, State, Withdraw} from "../types/Messages.sol";
import {Terms} from "../types/Terms.sol";

/// @title Every hash of the protocol
/// @notice EIP-712 throughout: a struct hash identifies, `digest` of it is what is signed. `channelId` is the digest of the
/// terms, so it commits to chain and contract; the other types commit to the channel by its id.
library Hashes {
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant NAME_HASH = keccak256("Recourse");
    bytes32 internal constant VERSION_HASH = keccak256("1");

    bytes32 internal constant TERMS_TYPEHASH = keccak256(
        "Terms(address signer0,address payee0,address signer1,address payee1,address[] assets,uint32 window,uint112 bounty,uint16 staleMargin,bytes32 salt)"
    );
    bytes32 internal constant STATE_TYPEHASH =
        keccak256("State(bytes32 channelId,uint64 round,int256[] nets,bytes32 instancesRoot)");
    bytes32 internal constant CLOSE_TYPEHASH =
        keccak256("Close(bytes32 channelId,uint64 round,int256[] nets,uint64 validUntil)");
    bytes32 internal constant WITHDRAW_TYPEHASH = keccak256(
        "Withdraw(bytes32 channelId,uint64 serial,uint256[] amounts0,uint256[] amounts1,address recipient0,address recipient1,uint64 validUntil)"
    );
    bytes32 internal constant DELEGATION_TYPEHASH = keccak256(
        "Delegation(bytes32 channelId,uint8 party,address delegate,uint64 epoch,uint64 minRound,uint64 validUntil)"
    );
    bytes32 internal constant INSTANCE_TYPEHASH = keccak256(
        "Instance(bytes32 id,address app,bytes32 appCodeHash,uint32 appGas,uint8 maxSteps,uint40 matures,uint256[] stakes0,uint256[] stakes1,bytes32 appStateHash)"
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
        return keccak256(abi.encodePacked(hex"1901", domainSeparator, structHash));
    }

    /// @notice The channel's id.
    function channelId(bytes32 domainSeparator, Terms calldata terms) internal pure returns (bytes32) {
        bytes32 assets = keccak256(abi.encodePacked(terms.assets));
        return digest(
            domainSeparator,
            keccak256(
                abi.encode(
                    TERMS_TYPEHASH, terms.parties, assets, terms.window, terms.bounty, terms.staleMargin, terms.salt
                )
            )
        );
    }

    /// @notice The hash of a co-signed state. Round 0 has hash 0, which the caller sees to.
    function state(bytes32 id, State calldata message) internal pure returns (bytes32) {
        bytes32 nets = keccak256(abi.encodePacked(message.nets));
        return keccak256(abi.encode(STATE_TYPEHASH, id, message.round, nets, message.instancesRoot));
    }

    /// @notice The struct hash of a mutual close.
    function close(bytes32 id, Close calldata message) internal pure returns (bytes32) {
        bytes32 nets = keccak256(abi.encodePacked(message.nets));
        return keccak256(abi.encode(CLOSE_TYPEHASH, id, message.round, nets, message.validUntil));
    }

    /// @notice The struct hash of a withdrawal.
    function withdraw(bytes32 id, Withdraw calldata message) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                WITHDRAW_TYPEHASH,
                id,
                message.serial,
                keccak256(abi.encodePacked(message.amounts0)),
                keccak256(abi.encodePacked(message.amounts1)),
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
    function instance(Instance calldata message) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                INSTANCE_TYPEHASH,
                message.id,
                message.app,
                message.appCodeHash,
                message.appGas,
                message.maxSteps,
                message.matures,
                keccak256(abi.encodePacked(message.stakes0)),
                keccak256(abi.encodePacked(message.stakes1)),
                message.appStateHash
            )
        );
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
        return keccak256(
            abi.encode(STEP_TYPEHASH, id, stateHash, instanceHash, number, appStateHash, keccak256(action))
        );
    }
}
