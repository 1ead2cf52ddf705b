// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "./IChannelErrors.sol";
import {Bounty} from "../types/Bounty.sol";
import {Funds} from "../types/Funds.sol";
import {Delegation, Withdraw} from "../types/Messages.sol";
import {Payouts} from "../types/Payouts.sol";
import {Record} from "../types/Record.sol";

/// @title Two-party state channels
/// @notice Holds the money of channels, judges their disputes, and pays out. It has no owner and never changes.
/// @dev Everything that a dispute carries travels packed, for calldata is what disputes cost: terms as `TermsLibrary.pack`
/// does, instances as `InstanceLibrary.pack`, messages as `MessageLibrary.pack`. *Evidence* is a packed state with its
/// signatures behind it; a state alone where it is recorded already; nothing for round 0.
///
/// Words: a *party* has a signer and a payee; a *state* is co-signed and has a *round*; the *record* is what the
/// chain stores of the newest state it was shown; `E` is the evidence deadline; an *instance* is a running app. Every
/// function but `multicall`, `channelIdOf` and the getters is guarded against re-entrance by a transient lock.
///
/// Signatures are ECDSA, 64 bytes (EIP-2098) or 65 bytes, `s` in the lower half, `v` 27 or 28. Where two parties must agree
/// there are two, party 0's and party 1's, in this order and both of one form; or, if the sender is a party's signer, one
/// alone: the other party's.
///
/// Warning: a party's own call counts as its agreement, so an EIP-7702 signer that runs code lets whoever can make that code
/// call this contract agree in its name.
///
/// Warning: what the contract cannot know, the signer must check: see `docs/PROTOCOL.md`, section 10.
///
/// Assumptions about tokens, without which only channels of that token are hurt:
/// 1. A transfer moves exactly the amount it names off the sender's balance: no fee on top, no rebasing.
/// 2. Balances of the contract change by transfers alone.
/// A token may charge a fee on receipt, return nothing, refuse accounts, call back, or change its code to hurt its holders.
interface IChannelManager is IChannelErrors {
    // Events: a watcher who knows the terms decides from these alone. Packed words are read by their types' libraries.

    /// @notice Money arrived: `funds` is what the channel has of an asset since then.
    event Deposited(bytes32 indexed channelId, Funds funds);

    /// @notice Money was taken out: two amounts per asset.
    event Withdrawn(bytes32 indexed channelId, uint256 serial, uint256[] amounts, address[2] recipients);

    /// @notice The record was written: a newer state, the start of closing, a consent, or several of these.
    /// @param record round, hash, evidence deadline and consents, as stored
    /// @param nets the recorded state's, to settle it by; empty where the close that wrote it named a lower round
    /// @param instancesRoot the recorded state's, likewise
    event Recorded(bytes32 indexed channelId, Record record, int256[] nets, bytes32 instancesRoot);

    /// @notice The bounty was written: closing has started on a round, or was proved stale.
    event BountyChanged(bytes32 indexed channelId, Bounty bounty);

    /// @notice A step was forced on an instance of the recorded state.
    /// @param number of the step on this base
    /// @param appState where it led
    event Progressed(bytes32 indexed channelId, bytes32 indexed instanceHash, uint256 number, bytes appState);

    /// @notice The outcome of an instance of the recorded state was stored.
    /// @param deltas per asset, within the stakes
    event Evaluated(bytes32 indexed channelId, bytes32 indexed instanceHash, int256[] deltas);

    /// @notice The channel is closed, and pays this of an asset. One event per asset, in order.
    event Settled(bytes32 indexed channelId, Payouts payouts);

    /// @notice The bounty was paid out of the closing party's share: a part to the prover, the rest to the other party.
    /// @dev `Settled` tells what the parties have after it.
    event BountyPaid(bytes32 indexed channelId, address prover, uint256 toProver, uint256 toParty);

    /// @notice A payment could not be pushed and waits to be claimed.
    event Credited(address indexed creditor, address indexed asset, uint256 amount);

    /// @notice A credit was paid out.
    event Claimed(address indexed creditor, address indexed asset, address recipient, uint256 amount);

    /// @notice The party's delegations of earlier epochs are void.
    event DelegationsRevoked(bytes32 indexed channelId, uint256 party, uint256 epoch);

    /// @notice A call of a `multicall` failed and changed nothing.
    event CallFailed(uint256 indexed index, bytes reason);

    // Money in and out

    /// @notice Adds to a party's balance, and checks the terms if this is the channel's first money of this asset.
    /// @param amount units to pull from the sender; for the native coin, exactly the value sent along
    /// @param side 2 x the asset's index in the terms, + the party whose balance grows
    function deposit(bytes calldata terms, uint256 amount, uint8 side) external payable;

    /// @notice Adds to a party's balance of an asset that the channel already holds or held.
    function depositById(bytes32 channelId, address asset, uint8 party, uint256 amount) external payable;

    /// @notice Takes money out of a living channel, even while it is closing, by agreement of both parties.
    /// @dev A recipient that cannot be paid is credited.
    function withdraw(bytes calldata terms, Withdraw calldata message, bytes calldata signatures) external;

    /// @notice Pays a credit to its creditor. Anyone may.
    function claim(address creditor, address asset) external;

    /// @notice Pays the sender's credit to `recipient`.
    function claimTo(address recipient, address asset) external;

    // Evidence

    /// @notice Records a newer co-signed state. Anyone may; before `E` if the channel is closing.
    /// @dev The recorded state itself, handed in again, is success without effect.
    function snapshotSolo(bytes calldata terms, bytes calldata evidence) external;

    /// @notice Answers a close with a newer co-signed state. The same as `snapshotSolo`, so that it counts even if a reorg
    /// has taken the close away.
    function slash(bytes calldata terms, bytes calldata evidence) external;

    // Closing

    /// @notice Closes at once and pays, by agreement of both parties. No bounty is paid.
    /// @param close a packed `Close` with its signatures behind it
    function closeMutual(bytes calldata terms, bytes calldata close) external;

    /// @notice Starts closing; or, if somebody else has started it, does what `slash` does.
    /// @dev For a party's signer, and where the terms have no bounty its payee. In an open channel a state of a lower
    /// round than recorded closes with the recorded one: what somebody sent counts, whatever snapshot came before it. So a
    /// close that relies on the recorded state names the least that it expects.
    /// @param consent whether the sender, a signer, agrees to settle this very state at once
    function closeSolo(bytes calldata terms, bytes calldata evidence, bool consent) external;

    /// @notice `closeSolo` by a delegate, in its principal's name, without consent.
    /// @param delegationSignature the principal's
    function closeSoloAsDelegate(
        bytes calldata terms,
        bytes calldata evidence,
        Delegation calldata delegation,
        bytes calldata delegationSignature
    ) external;

    /// @notice Pays what is recorded, from the final time on. Anyone may.
    /// @param state the recorded state, without signatures; empty for round 0
    function settle(bytes calldata terms, bytes calldata state) external;

    // Forced progress

    /// @notice Makes one step of an instance without the other party. Anyone may submit it.
    /// @dev It starts no clock in an open channel. A newer state in the evidence is recorded first.
    /// @param instance a packed instance of the evidence's state; behind it the sibling hashes from its leaf up to the root
    /// @param step a packed step; behind it the mover's signature, or nothing if the mover is the sender or may be anyone
    function forceProgress(bytes calldata terms, bytes calldata evidence, bytes calldata instance, bytes calldata step)
        external;

    /// @notice Stores an instance's outcome as of now. Anyone may.
    /// @dev It uses up no step. It counts as a touch only if it is the first.
    /// @param instance as for `forceProgress`
    /// @param appState the app state that the instance is in
    function evaluate(bytes calldata terms, bytes calldata evidence, bytes calldata instance, bytes calldata appState)
        external;

    // The rest

    /// @notice Voids all delegations that the sender, a party's signer, has given in this channel.
    function revokeDelegations(bytes calldata terms) external;

    /// @notice Makes calls to this contract, each on its own: one that fails changes nothing and stops nothing.
    /// @dev The sender stays the sender. No call can carry the native coin.
    /// @param gasEach the most gas each call gets, which must really be left
    /// @return succeeded per call
    function multicall(bytes[] calldata calls, uint256 gasEach) external returns (bool[] memory succeeded);

    // Getters. `periphery/ChannelLens.sol` reads a channel for people.

    /// @notice The channel's id.
    function channelIdOf(bytes calldata terms) external view returns (bytes32);

    /// @notice The EIP-712 domain separator.
    function domainSeparator() external view returns (bytes32);

    /// @notice The bounds of `Terms.window`, in seconds.
    function windowBounds() external view returns (uint256 min, uint256 max);

    /// @notice Words of the contract's storage, which `libraries/StorageReader.sol` finds.
    function load(bytes32[] calldata slots) external view returns (bytes32[] memory words);
}
