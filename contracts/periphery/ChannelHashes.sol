// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {IChannelManager} from "../interfaces/IChannelManager.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Instance, InstanceLibrary} from "../types/Instance.sol";
import {Close, Delegation, MessageLibrary, State, Step, Withdraw} from "../types/Messages.sol";
import {Terms, TermsLibrary} from "../types/Terms.sol";

/// @title Every hash of the protocol, on chain
/// @notice For whoever signs or checks and would rather ask a node than hash: packs what travels packed, identifies it, and
/// tells what is signed. What is packed has nothing behind it here, neither signatures nor a proof; but a signature behind a
/// step is passed over. Hashes and digests refuse what the manager would refuse for its length; packing takes anything.
/// @dev Stateless; nobody's money depends on it. A `manager` is asked for its domain separator and nothing else, so an answer
/// is as honest as the manager that was named.
contract ChannelHashes is IChannelErrors {
    using MessageLibrary for bytes;
    using TermsLibrary for bytes;

    // What travels

    /// @notice Terms as the manager takes them.
    function packTerms(Terms calldata terms) external pure returns (bytes memory) {
        return TermsLibrary.pack(terms);
    }

    /// @notice An instance as the manager takes it.
    function packInstance(Instance calldata instance) external pure returns (bytes memory) {
        return InstanceLibrary.pack(instance);
    }

    /// @notice A state as the manager takes it; nothing at all for the implicit round 0.
    function packState(State calldata state) external pure returns (bytes memory) {
        return MessageLibrary.pack(state);
    }

    /// @notice A mutual close as the manager takes it.
    function packClose(Close calldata close) external pure returns (bytes memory) {
        return MessageLibrary.pack(close);
    }

    /// @notice A forced step as the manager takes it.
    /// @param signature by the mover; empty where none is needed
    function packStep(Step calldata step, bytes calldata signature) external pure returns (bytes memory) {
        return MessageLibrary.pack(step, signature);
    }

    // What identifies

    /// @notice The channel's id.
    function channelId(IChannelManager manager, bytes calldata terms) external view returns (bytes32) {
        return _channelId(manager.domainSeparator(), terms);
    }

    /// @notice The hash of a state, of which the record keeps the first 192 bits; 0 for the implicit round 0.
    function stateHash(IChannelManager manager, bytes calldata terms, bytes calldata state)
        external
        view
        returns (bytes32)
    {
        return _stateHash(_channelId(manager.domainSeparator(), terms), terms, state);
    }

    /// @notice The hash of an instance: its leaf in the tree of its state.
    function instanceHash(bytes calldata terms, bytes calldata instance) external pure returns (bytes32) {
        return _instanceHash(terms, instance);
    }

    /// @notice The root to which `proof` leads up from `leaf`, whatever its length; the manager takes at most 32 siblings.
    /// @param proof sibling hashes from the leaf up; an inner node is the hash of its two children, the lesser first
    function instancesRoot(bytes32 leaf, bytes32[] calldata proof) external pure returns (bytes32 root) {
        root = leaf;
        for (uint256 i; i < proof.length; ++i) {
            (bytes32 lesser, bytes32 greater) = root < proof[i] ? (root, proof[i]) : (proof[i], root);
            root = keccak256(abi.encodePacked(lesser, greater));
        }
    }

    // What is signed

    /// @notice What both parties sign to agree on a state.
    /// @dev The implicit round 0 needs no signature: of what is returned for it, none is worth anything.
    function stateDigest(IChannelManager manager, bytes calldata terms, bytes calldata state)
        external
        view
        returns (bytes32)
    {
        bytes32 domain = manager.domainSeparator();
        return Hashes.digest(domain, _stateHash(_channelId(domain, terms), terms, state));
    }

    /// @notice What both parties sign to close at once.
    function closeDigest(IChannelManager manager, bytes calldata terms, bytes calldata close)
        external
        view
        returns (bytes32)
    {
        bytes32 domain = manager.domainSeparator();
        bytes32 id = _channelId(domain, terms);
        uint256 length = MessageLibrary.closeLengthFor(terms.assetCount());
        if (close.length != length) revert CloseLengthInvalid(length, close.length);
        return Hashes.digest(domain, Hashes.close(id, close));
    }

    /// @notice What both parties sign to take money out.
    function withdrawDigest(IChannelManager manager, bytes calldata terms, Withdraw calldata message)
        external
        view
        returns (bytes32)
    {
        bytes32 domain = manager.domainSeparator();
        bytes32 id = _channelId(domain, terms);
        uint256 count = 2 * terms.assetCount();
        if (message.amounts.length != count) revert AmountsLengthInvalid(count, message.amounts.length);
        return Hashes.digest(domain, Hashes.withdraw(id, message));
    }

    /// @notice What a party signs to let a delegate close in its name.
    function delegationDigest(IChannelManager manager, bytes calldata terms, Delegation calldata delegation)
        external
        view
        returns (bytes32)
    {
        bytes32 domain = manager.domainSeparator();
        return Hashes.digest(domain, Hashes.delegation(_channelId(domain, terms), delegation));
    }

    /// @notice What a party signs to make a forced step.
    /// @param state the base: the co-signed state with the instance
    /// @param instance the one that is stepped
    function stepDigest(
        IChannelManager manager,
        bytes calldata terms,
        bytes calldata state,
        bytes calldata instance,
        bytes calldata step
    ) external view returns (bytes32) {
        if (!step.isStep()) revert StepLengthInvalid(step.length);
        bytes32 domain = manager.domainSeparator();
        bytes32 id = _channelId(domain, terms);
        bytes32 base = _stateHash(id, terms, state);
        bytes32 leaf = _instanceHash(terms, instance);
        bytes32 appStateHash = keccak256(step.appState());
        return Hashes.digest(domain, Hashes.step(id, base, leaf, step.number(), appStateHash, step.action()));
    }

    function _channelId(bytes32 domain, bytes calldata terms) private pure returns (bytes32) {
        if (!terms.isWellFormed()) revert TermsLengthInvalid(terms.length);
        return Hashes.channelId(domain, terms);
    }

    function _stateHash(bytes32 id, bytes calldata terms, bytes calldata state) private pure returns (bytes32) {
        uint256 length = MessageLibrary.stateLengthFor(terms.assetCount());
        if (state.length != length && state.length != 0) revert StateLengthInvalid(length, state.length);
        return Hashes.state(id, state);
    }

    function _instanceHash(bytes calldata terms, bytes calldata instance) private pure returns (bytes32) {
        if (!terms.isWellFormed()) revert TermsLengthInvalid(terms.length);
        uint256 length = InstanceLibrary.lengthFor(terms.assetCount());
        if (instance.length != length) revert InstanceLengthInvalid(length, instance.length);
        return Hashes.instance(instance);
    }
}
