// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @title Why `ChannelManager` refuses
/// @notice Each refusal carries what was found, and what would have been right.
/// @dev Times are Unix seconds, amounts units of the asset. A refused call changes nothing.
interface IChannelErrors {
    // Deployment and calls

    /// @notice The deployment's window bounds are zero, swapped or above the greatest bound.
    error WindowBoundsInvalid(uint256 minWindow, uint256 maxWindow, uint256 greatest);
    /// @notice The chain's id has changed since deployment.
    error WrongChain(uint256 expected, uint256 actual);
    /// @notice A guarded function was called while another one was running.
    error Reentered();
    /// @notice Less gas is left than an inner call must be given.
    error InsufficientGas(uint256 required, uint256 available);

    // Terms

    /// @notice A party's signer is zero.
    error SignerZero(uint256 party);
    /// @notice Both parties have the same signer.
    error SignersEqual(address signer);
    /// @notice A payee is zero or the contract itself.
    error PayeeInvalid(uint256 party, address payee);
    /// @notice Packed terms have this many bytes, which is not the length of one to eight assets.
    error TermsLengthInvalid(uint256 actual);
    /// @notice The asset at `index` is not above the one before it.
    error AssetsNotAscending(uint256 index, address previous, address actual);
    /// @notice The window is outside of the deployment's bounds.
    error WindowOutOfRange(uint256 min, uint256 max, uint256 actual);
    /// @notice With a bounty the stale margin must be at least `min`.
    error StaleMarginTooSmall(uint256 min, uint256 actual);

    // Status

    /// @notice The channel is closed, for ever.
    error ChannelClosed(bytes32 channelId);
    /// @notice The channel is open.
    error NotClosing(bytes32 channelId);

    // Money

    /// @notice There is no party of this number.
    error PartyInvalid(uint256 party);
    /// @notice The terms have `count` sides, two per asset, and none of this number.
    error SideInvalid(uint256 count, uint256 actual);
    /// @notice No amount was given, or nothing arrived.
    error AmountZero();
    /// @notice An amount or a balance would be above what a channel can hold.
    error AmountOutOfRange(uint256 max, uint256 actual);
    /// @notice The native coin sent with the call is not what it must be.
    error ValueMismatch(uint256 expected, uint256 actual);
    /// @notice The channel never had money of this asset.
    error AssetUnknown(bytes32 channelId, address asset);
    /// @notice The token did not move the money.
    error TokenTransferFailed(address token, address from, address to, uint256 amount);
    /// @notice A withdrawal does not have two amounts per asset.
    error AmountsLengthInvalid(uint256 expected, uint256 actual);
    /// @notice More is taken out than the channel holds of an asset.
    error EscrowExceeded(address asset, uint256 available, uint256 requested);
    /// @notice The withdrawal is not the next one.
    error SerialMismatch(uint256 expected, uint256 actual);
    /// @notice The channel has had as many withdrawals as it can count.
    error SerialsExhausted(uint256 max);
    /// @notice A recipient is zero or the contract itself.
    error RecipientInvalid(address recipient);
    /// @notice The creditor has no credit of this asset.
    error CreditZero(address creditor, address asset);
    /// @notice The native coin could not be paid.
    error PaymentFailed(address to, uint256 amount);

    // Signatures and permissions

    /// @notice Signatures have this many bytes in sum, which is neither of the forms that are accepted.
    error SignatureLengthInvalid(uint256 actual);
    /// @notice The upper of the two valid values of `s`.
    error SignatureMalleable(bytes32 s);
    /// @notice `v` is neither 27 nor 28.
    error SignatureRecoveryIdInvalid(uint256 v);
    /// @notice Nobody's signature.
    error SignatureInvalid();
    /// @notice Somebody else's signature, or a signature of something else.
    error SignerMismatch(address expected, address actual);
    /// @notice The step is signed by neither party.
    error StepSignerUnknown(address actual);
    /// @notice The sender is neither party's signer.
    error SenderNotSigner(address sender);
    /// @notice The sender may not start closing.
    error SenderMayNotClose(address sender);
    /// @notice The sender is not the delegate.
    error SenderNotDelegate(address expected, address actual);
    /// @notice The message may not be used any more.
    error Expired(uint256 validUntil, uint256 now_);
    /// @notice The delegation was revoked, or is not valid yet.
    error EpochMismatch(uint256 expected, uint256 actual);
    /// @notice A delegate would close on too low a round.
    error RoundBelowDelegation(uint256 min, uint256 actual);

    // States

    /// @notice The packed state is shorter than the channel's number of assets asks for, or, where no signatures may follow,
    /// longer.
    error StateLengthInvalid(uint256 expected, uint256 actual);
    /// @notice The packed close is shorter than the channel's number of assets asks for.
    error CloseLengthInvalid(uint256 expected, uint256 actual);
    /// @notice A state of this or a higher round is recorded.
    error RoundStale(uint256 recorded, uint256 actual);
    /// @notice Another state of the same round is recorded: somebody signed two.
    error StateConflicting(uint256 round, bytes24 recorded, bytes24 actual);
    /// @notice The state was handed in without signatures, but is not recorded.
    error StateNotRecorded(uint256 recordedRound, uint256 actual);
    /// @notice The state is not the recorded one.
    error StateMismatch(bytes24 expected, bytes24 actual);
    /// @notice The round cannot be recorded.
    error RoundOutOfRange(uint256 max, uint256 actual);
    /// @notice A net cannot be recorded.
    error NetOutOfRange(uint256 max, int256 actual);
    /// @notice Consent to a state with running instances, which cannot be settled at once.
    error ConsentWithInstances(bytes32 instancesRoot);

    // Time

    /// @notice No newer state is accepted, and no consent, from `deadline` on.
    error EvidenceOver(uint256 deadline, uint256 now_);
    /// @notice The instance can not be stepped or evaluated from `deadline` on.
    error InstanceOver(uint256 deadline, uint256 now_);
    /// @notice The channel can be settled from `finalTime` on.
    error NotFinal(uint256 finalTime, uint256 now_);
    /// @notice A deadline is too late to be stored.
    error TimeOutOfRange(uint256 max, uint256 actual);

    // Instances and apps

    /// @notice The proof is longer than a tree can be deep.
    error ProofTooLong(uint256 max, uint256 actual);
    /// @notice The instance is not in the state.
    error InstanceNotInState(bytes32 root, bytes32 actual);
    /// @notice The packed instance and its proof do not have the length that the channel's number of assets asks for, and a
    /// multiple of 32 more.
    error InstanceLengthInvalid(uint256 expected, uint256 actual);
    /// @notice The packed step has this many bytes, too few for its head, its app state and its action.
    error StepLengthInvalid(uint256 actual);
    /// @notice The app state is not the one that the instance is in.
    error AppStateMismatch(bytes24 expected, bytes24 actual);
    /// @notice The step is not the next one.
    error StepNumberMismatch(uint256 expected, uint256 actual);
    /// @notice No more steps are allowed on this base.
    error StepsExhausted(uint256 max);
    /// @notice The step leaves the app state as it was.
    error AppStateUnchanged(bytes32 appStateHash);
    /// @notice The app does not have the code that was agreed on.
    error AppCodeMismatch(bytes32 expected, bytes32 actual);
    /// @notice The app refused the step, or its mover; or it ran out of its gas, or has no code.
    error AppCallFailed(address app, bytes4 selector);
    /// @notice The app's return is not exactly what the interface says.
    error AppReturnMalformed(address app, bytes4 selector);
    /// @notice An app state or action is too long.
    error AppBytesTooLong(uint256 max, uint256 actual);
}
