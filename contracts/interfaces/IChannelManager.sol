// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "./IChannelErrors.sol";
import {Bounty} from "../types/Bounty.sol";
import {Funds} from "../types/Funds.sol";
import {Close, Delegation, Instance, State, Step, Withdraw} from "../types/Messages.sol";
import {Progress} from "../types/Progress.sol";
import {Record} from "../types/Record.sol";
import {Tally} from "../types/Tally.sol";
import {Terms} from "../types/Terms.sol";

/// @title Two-party state channels
/// @notice Holds the money of channels, judges their disputes, and pays out. It has no owner and never changes.
/// @dev Words: a *party* has a signer and a payee; a *state* is co-signed and has a *round*; the *record* is what the
/// chain stores of the newest state it was shown; `E` is the evidence deadline; an *instance* is a running app. Every
/// function but `multicall`, `channelIdOf` and the getters is guarded against re-entrance by a transient lock.
///
/// Signatures are ECDSA, 64 bytes (EIP-2098) or 65 bytes, `s` in the lower half, `v` 27 or 28. An argument `signatures`
/// is one of: party 0's and party 1's, both of the same form, in this order; or one alone, the other party's, if the
/// sender is a party's signer; or, where the function says so, nothing.
///
/// @dev Warning: what the contract cannot know, the signer must check: see `docs/PROTOCOL.md`, section 10.
///
/// Assumptions about tokens, without which only channels of that token are hurt:
/// 1. A transfer moves exactly the amount it names off the sender's balance: no fee on top, no rebasing.
/// 2. Balances of the contract change by transfers alone.
/// A token may charge a fee on receipt, return nothing, refuse accounts, call back, or change its code to hurt its holders.
interface IChannelManager is IChannelErrors {
    // Events: a watcher who knows the terms decides from these alone.

    /// @notice `amount` units of `asset` arrived for `party`.
    event Deposited(bytes32 indexed channelId, uint256 party, address asset, uint256 amount);

    /// @notice Money was taken out: per asset, for party 0 and party 1.
    event Withdrawn(
        bytes32 indexed channelId, uint256 serial, uint256[] amounts0, uint256[] amounts1, address[2] recipients
    );

    /// @notice A newer state is recorded: enough to compute its hash, to slash it, and to settle it.
    event Recorded(bytes32 indexed channelId, uint256 round, int256[] nets, bytes32 instancesRoot);

    /// @notice Closing has started on `round`, in the name of `party`.
    event ClosingStarted(bytes32 indexed channelId, uint256 party, uint256 round, uint256 evidenceDeadline);

    /// @notice `party` has consented to settle the recorded state at once.
    event Consented(bytes32 indexed channelId, uint256 party, uint256 round);

    /// @notice The bounty became due by `round`.
    event StaleProved(bytes32 indexed channelId, uint256 round, address prover);

    /// @notice A step was forced on an instance of the recorded state.
    event Progressed(
        bytes32 indexed channelId, bytes32 indexed instanceHash, uint256 number, bytes appState, int256[] deltas
    );

    /// @notice The outcome of an instance of the recorded state was stored.
    event Evaluated(bytes32 indexed channelId, bytes32 indexed instanceHash, bytes32 appStateHash, int256[] deltas);

    /// @notice The channel is closed and paid: per asset, party 0's and party 1's payout.
    event Settled(bytes32 indexed channelId, uint256[] payouts);

    /// @notice The bounty was paid: `toProver` to the prover, the rest to the other party. Both are within `Settled`'s
    /// payouts only as far as a party received them.
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
    /// @param terms the channel
    /// @param party whose balance grows: 0 or 1
    /// @param asset one of the terms' assets
    /// @param amount units to pull from the sender; for the native coin, exactly the value sent along
    function deposit(Terms calldata terms, uint256 party, address asset, uint256 amount) external payable;

    /// @notice Adds to a party's balance of an asset that the channel already holds or held.
    function depositById(bytes32 channelId, uint256 party, address asset, uint256 amount) external payable;

    /// @notice Takes money out of a living channel, even while it is closing, by agreement of both parties.
    /// @dev A recipient that cannot be paid is credited.
    function withdraw(Terms calldata terms, Withdraw calldata message, bytes calldata signatures) external;

    /// @notice Pays a credit to its creditor. Anyone may.
    function claim(address creditor, address asset) external;

    /// @notice Pays the sender's credit to `recipient`.
    function claimTo(address recipient, address asset) external;

    // Evidence

    /// @notice Records a newer co-signed state. Anyone may; before `E` if the channel is closing.
    /// @dev The recorded state itself, handed in again, is success without effect.
    function snapshotSolo(Terms calldata terms, State calldata state, bytes calldata signatures) external;

    /// @notice Answers a close with a newer co-signed state. The same as `snapshotSolo`, so that it counts even if a reorg
    /// has taken the close away.
    function slash(Terms calldata terms, State calldata state, bytes calldata signatures) external;

    // Closing

    /// @notice Closes at once and pays, by agreement of both parties.
    function closeMutual(Terms calldata terms, Close calldata close, bytes calldata signatures) external;

    /// @notice Starts closing; or, if somebody else has started it, does what `slash` does.
    /// @dev For a party's signer, and where the terms have no bounty its payee. In an open channel a state of a lower
    /// round than recorded closes with the recorded one.
    /// @param state the newest co-signed state; without signatures, the state that is recorded or, at least, its round
    /// @param signatures may be empty if the state is recorded, or is round 0
    /// @param consent whether the sender, a signer, agrees to settle this very state at once
    function closeSolo(Terms calldata terms, State calldata state, bytes calldata signatures, bool consent) external;

    /// @notice `closeSolo` by a delegate, in its principal's name, without consent.
    /// @param delegationSignature the principal's
    function closeSoloAsDelegate(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Delegation calldata delegation,
        bytes calldata delegationSignature
    ) external;

    /// @notice Pays what is recorded, from the final time on. Anyone may.
    /// @param state the recorded state; for round 0 without nets
    function settle(Terms calldata terms, State calldata state) external;

    // Forced progress

    /// @notice Makes one step of an instance without the other party. Anyone may submit it.
    /// @dev It starts no clock in an open channel.
    /// @param state the base: the recorded state, or a newer one, which is recorded first
    /// @param signatures may be empty if the state is recorded
    /// @param proof sibling hashes from the instance's leaf up to the state's root
    function forceProgress(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Instance calldata instance,
        bytes32[] calldata proof,
        Step calldata step
    ) external;

    /// @notice Stores an instance's outcome as of now. Anyone may.
    /// @dev It uses up no step. It counts as a touch only if it is the first.
    /// @param appState the app state that the instance is in
    function evaluate(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Instance calldata instance,
        bytes32[] calldata proof,
        bytes calldata appState
    ) external;

    // The rest

    /// @notice Voids all delegations that the sender, a party's signer, has given in this channel.
    function revokeDelegations(Terms calldata terms) external;

    /// @notice Makes calls to this contract, each on its own: one that fails changes nothing and stops nothing.
    /// @dev The sender stays the sender. No call can carry the native coin.
    /// @param gasEach the most gas each call gets, which must really be left
    /// @return succeeded per call
    function multicall(bytes[] calldata calls, uint256 gasEach) external returns (bool[] memory succeeded);

    // Getters: raw words. `periphery/ChannelLens.sol` reads them for people.

    /// @notice The channel's id.
    function channelIdOf(Terms calldata terms) external view returns (bytes32);

    /// @notice The EIP-712 domain separator.
    function domainSeparator() external view returns (bytes32);

    /// @notice The bounds of `Terms.window`, in seconds.
    function windowBounds() external view returns (uint256 min, uint256 max);

    /// @notice The channel's record.
    function recordOf(bytes32 channelId) external view returns (Record);

    /// @notice The channel's funds of one asset.
    function fundsOf(bytes32 channelId, address asset) external view returns (Funds);

    /// @notice The channel's bounty, while closing.
    function bountyOf(bytes32 channelId) external view returns (Bounty);

    /// @notice The epoch that a party's delegations must name.
    function epochOf(bytes32 channelId, uint256 party) external view returns (uint256);

    /// @notice The tally of a base.
    function tallyOf(bytes32 stateHash) external view returns (Tally);

    /// @notice The sum of all deltas of a base in the asset at `index`, the seated one left out.
    function deltaSumOf(bytes32 stateHash, uint256 index) external view returns (int256);

    /// @notice The progress of an instance.
    function progressOf(bytes32 stateHash, bytes32 instanceHash) external view returns (Progress);

    /// @notice The delta of an instance in the asset at `index`, unless it is the seated one.
    function deltaOf(bytes32 stateHash, bytes32 instanceHash, uint256 index) external view returns (int256);

    /// @notice What waits to be claimed.
    function creditOf(address creditor, address asset) external view returns (uint256);
}
