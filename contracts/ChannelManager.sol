// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "./interfaces/IChannelManager.sol";
import {Turn} from "./interfaces/IApp.sol";
import {AppCall} from "./libraries/AppCall.sol";
import {FundsStorage} from "./libraries/FundsStorage.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Merkle} from "./libraries/Merkle.sol";
import {Payout} from "./libraries/Payout.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {TermsRules} from "./libraries/TermsRules.sol";
import {TokenTransfer} from "./libraries/TokenTransfer.sol";
import {Window} from "./libraries/Window.sol";
import {Words} from "./libraries/Words.sol";
import {Bounty, BountyLibrary} from "./types/Bounty.sol";
import {Funds, FundsLibrary} from "./types/Funds.sol";
import {InstanceLibrary} from "./types/Instance.sol";
import {Delegation, MessageLibrary, Withdraw} from "./types/Messages.sol";
import {Payouts, PayoutsLibrary} from "./types/Payouts.sol";
import {Progress, ProgressLibrary} from "./types/Progress.sol";
import {MAX_ROUND, Record} from "./types/Record.sol";
import {Tally} from "./types/Tally.sol";
import {MAX_AMOUNT, NATIVE, TermsLibrary} from "./types/Terms.sol";

/// @title Two-party state channels
/// @notice The rules are in `IChannelManager`; this is how they are kept.
/// @dev An open channel without a record is one word per asset; a dispute adds the record, one word; a touched instance
/// one more, and what it moves. The closed mark lives in the funds of the first asset, a word that stays non-zero.
contract ChannelManager is IChannelManager {
    using TermsLibrary for bytes;
    using InstanceLibrary for bytes;
    using MessageLibrary for bytes;

    struct Channel {
        Record record;
        Bounty bounty;
        mapping(uint256 party => uint256) epochs;
    }

    /// @dev What was forced on top of one co-signed state. Another state is another base, so recording one voids it all.
    struct Base {
        Tally tally;
        mapping(uint256 index => int256) deltaSums;
        mapping(bytes32 instanceHash => Progress) progress;
        mapping(bytes32 instanceHash => mapping(uint256 index => int256)) deltas;
    }

    /// @dev A touch of an instance, checked, before anything is written.
    struct Touch {
        bytes32 channelId;
        bytes32 stateHash;
        bytes32 instanceHash;
        bytes32 appStateHash;
        Record previous;
        Record record;
        Progress progress;
        uint256 steps;
        bool extends;
    }

    /// @dev The longest window a deployment may allow: about three years.
    uint256 private constant GREATEST_WINDOW = 100_000_000;

    /// @dev What a call of a multicall costs beyond the gas it hands on.
    uint256 private constant MULTICALL_OVERHEAD = 5000;

    uint256 private immutable CHAIN_ID;
    bytes32 private immutable DOMAIN_SEPARATOR;
    uint256 private immutable MIN_WINDOW;
    uint256 private immutable MAX_WINDOW;

    mapping(bytes32 channelId => Channel) private channels;
    mapping(bytes32 stateHash => Base) private bases;
    mapping(address creditor => mapping(address asset => uint256)) private credits;

    uint256 private transient lock;

    /// @dev For what calls out: nothing else runs meanwhile.
    modifier guarded() {
        if (lock != 0) revert Reentered();
        lock = 1;
        _;
        lock = 0;
    }

    /// @dev For what does not call out: it only waits its turn.
    modifier unlocked() {
        if (lock != 0) revert Reentered();
        _;
    }

    /// @param minWindow seconds; on a chain with a sequencer at least twice its longest forced-inclusion delay
    /// @param maxWindow seconds
    constructor(uint256 minWindow, uint256 maxWindow) {
        if (minWindow == 0 || minWindow > maxWindow || maxWindow > GREATEST_WINDOW) {
            revert WindowBoundsInvalid(minWindow, maxWindow, GREATEST_WINDOW);
        }
        CHAIN_ID = block.chainid;
        DOMAIN_SEPARATOR = Hashes.domain(address(this));
        MIN_WINDOW = minWindow;
        MAX_WINDOW = maxWindow;
    }

    // Money in and out

    /// @inheritdoc IChannelManager
    function deposit(bytes calldata terms, uint256 amount, uint8 side) external payable unlocked {
        bytes32 channelId = channelIdOf(terms);
        uint256 index = side / 2;
        if (index >= terms.assetCount()) revert SideInvalid(2 * terms.assetCount(), side);
        address asset = terms.asset(index);
        FundsStorage.Place storage place = FundsStorage.at(channelId, asset);
        Funds funds = place.funds;
        if (!funds.isValidated()) {
            TermsRules.requireValid(terms, MIN_WINDOW, MAX_WINDOW);
            if (index != 0 && _anchorOf(channelId, terms).isClosed()) revert ChannelClosed(channelId);
            funds = FundsLibrary.empty(index);
        }
        _deposit(channelId, place, funds, asset, side % 2, amount);
    }

    /// @inheritdoc IChannelManager
    function depositById(bytes32 channelId, address asset, uint8 party, uint256 amount) external payable unlocked {
        _requireChain();
        if (party > 1) revert PartyInvalid(party);
        FundsStorage.Place storage place = FundsStorage.at(channelId, asset);
        Funds funds = place.funds;
        if (!funds.isValidated()) revert AssetUnknown(channelId, asset);
        _deposit(channelId, place, funds, asset, party, amount);
    }

    /// @inheritdoc IChannelManager
    function withdraw(bytes calldata terms, Withdraw calldata message, bytes calldata signatures) external guarded {
        (bytes32 channelId,,) = _living(terms);
        Window.requireValid(message.validUntil);
        uint256 serial = _anchorOf(channelId, terms).serial();
        if (message.serial != serial) revert SerialMismatch(serial, message.serial);
        if (serial == FundsLibrary.MAX_SERIAL) revert SerialsExhausted(FundsLibrary.MAX_SERIAL);
        Signatures.requireBoth(_digest(Hashes.withdraw(channelId, message)), terms, signatures);
        _takeOut(channelId, terms, message);
        emit Withdrawn(channelId, serial, message.amounts, message.recipients);
        for (uint256 i; i < message.amounts.length; ++i) {
            _push(terms.asset(i / 2), message.recipients[i % 2], message.amounts[i]);
        }
    }

    /// @inheritdoc IChannelManager
    function claim(address creditor, address asset) external guarded {
        _claim(creditor, creditor, asset);
    }

    /// @inheritdoc IChannelManager
    function claimTo(address recipient, address asset) external guarded {
        if (recipient == address(0) || recipient == address(this)) revert RecipientInvalid(recipient);
        _claim(msg.sender, recipient, asset);
    }

    // Evidence

    /// @inheritdoc IChannelManager
    function snapshotSolo(bytes calldata terms, bytes calldata evidence) external unlocked {
        _handIn(terms, evidence);
    }

    /// @inheritdoc IChannelManager
    function slash(bytes calldata terms, bytes calldata evidence) external unlocked {
        _handIn(terms, evidence);
    }

    // Closing

    /// @inheritdoc IChannelManager
    function closeMutual(bytes calldata terms, bytes calldata close) external guarded {
        bytes32 channelId = channelIdOf(terms);
        Channel storage channel = channels[channelId];
        Record record = channel.record;
        uint256 length = MessageLibrary.closeLengthFor(terms.assetCount());
        if (close.length < length) revert CloseLengthInvalid(length, close.length);
        bytes calldata signatures;
        (close, signatures) = close.split(length);
        Window.requireValid(close.validUntil());
        if (close.round() <= record.round()) revert RoundStale(record.round(), close.round());
        Signatures.requireBoth(_digest(Hashes.close(channelId, close)), terms, signatures);
        if (Record.unwrap(record) != 0) _clear(channel, terms);
        _payOut(channelId, terms, close.netsOfClose(), 0, Tally.wrap(0), Bounty.wrap(0));
    }

    /// @inheritdoc IChannelManager
    function closeSolo(bytes calldata terms, bytes calldata evidence, bool consent) external guarded {
        (bytes32 channelId, Channel storage channel, Record record) = _living(terms);
        uint256 party = _closerOf(terms, consent);
        _close(channelId, channel, terms, evidence, record, party, consent ? 1 << party : 0);
    }

    /// @inheritdoc IChannelManager
    function closeSoloAsDelegate(
        bytes calldata terms,
        bytes calldata evidence,
        Delegation calldata delegation,
        bytes calldata delegationSignature
    ) external guarded {
        (bytes32 channelId, Channel storage channel, Record record) = _living(terms);
        uint256 party = delegation.party;
        if (party > 1) revert PartyInvalid(party);
        if (msg.sender != delegation.delegate) revert SenderNotDelegate(delegation.delegate, msg.sender);
        Window.requireValid(delegation.validUntil);
        uint256 epoch = channel.epochs[party];
        if (delegation.epoch != epoch) revert EpochMismatch(epoch, delegation.epoch);
        bytes32 digest = _digest(Hashes.delegation(channelId, delegation));
        Signatures.requireOne(digest, terms.signer(party), delegationSignature);
        uint256 round = _close(channelId, channel, terms, evidence, record, party, 0);
        if (round < delegation.minRound) revert RoundBelowDelegation(delegation.minRound, round);
    }

    /// @inheritdoc IChannelManager
    function settle(bytes calldata terms, bytes calldata state) external guarded {
        (bytes32 channelId, Channel storage channel, Record record) = _living(terms);
        if (!record.isClosing()) revert NotClosing(channelId);
        uint256 length = MessageLibrary.stateLengthFor(terms.assetCount());
        if (state.length != length && state.length != 0) revert StateLengthInvalid(length, state.length);
        bytes32 base = Hashes.state(channelId, state);
        if (!record.isOf(base)) revert StateMismatch(record.stateHash(), bytes24(base));
        Tally tally;
        if (state.instancesRoot() == 0) base = 0;
        else tally = bases[base].tally;
        Window.requireFinal(Window.finalTime(record, base != 0, tally, terms.window()));
        _payOut(channelId, terms, state.netsOfState(), base, tally, _clear(channel, terms));
    }

    // Forced progress

    /// @inheritdoc IChannelManager
    function forceProgress(bytes calldata terms, bytes calldata evidence, bytes calldata instance, bytes calldata step)
        external
        unlocked
    {
        if (!step.isStep()) revert StepLengthInvalid(step.length);
        bytes calldata action = step.action();
        AppCall.requireLength(action.length);
        (bytes calldata state, Touch memory touch, Base storage base) =
            _enter(terms, evidence, instance, step.appState());
        touch.steps = touch.progress.steps() + 1;
        if (touch.steps > instance.maxSteps()) revert StepsExhausted(instance.maxSteps());
        if (step.number() != touch.steps) revert StepNumberMismatch(touch.steps, step.number());

        Turn mover = _moverOf(terms, touch, action, step.stepSignature());
        (bytes memory next, bool goesOn, int256[] memory deltas) =
            AppCall.transition(instance, step.appState(), action, mover, terms.assetCount());
        bytes32 nextHash = keccak256(next);
        if (nextHash == touch.appStateHash) revert AppStateUnchanged(nextHash);
        touch.appStateHash = nextHash;
        touch.extends = goesOn;
        _leave(terms, state, instance, touch, base, deltas);
        emit Progressed(touch.channelId, touch.instanceHash, touch.steps, next);
    }

    /// @inheritdoc IChannelManager
    function evaluate(bytes calldata terms, bytes calldata evidence, bytes calldata instance, bytes calldata appState)
        external
        unlocked
    {
        (bytes calldata state, Touch memory touch, Base storage base) = _enter(terms, evidence, instance, appState);
        touch.steps = touch.progress.steps();
        int256[] memory deltas = AppCall.outcome(instance, appState, terms.assetCount());
        _leave(terms, state, instance, touch, base, deltas);
        emit Evaluated(touch.channelId, touch.instanceHash, deltas);
    }

    // The rest

    /// @inheritdoc IChannelManager
    function revokeDelegations(bytes calldata terms) external unlocked {
        bytes32 channelId = channelIdOf(terms);
        uint256 party = Signatures.partyOf(terms, msg.sender);
        uint256 epoch = ++channels[channelId].epochs[party];
        emit DelegationsRevoked(channelId, party, epoch);
    }

    /// @inheritdoc IChannelManager
    function multicall(bytes[] calldata calls, uint256 gasEach) external returns (bool[] memory succeeded) {
        succeeded = new bool[](calls.length);
        if (gasEach > gasleft()) revert InsufficientGas(gasEach, gasleft());
        uint256 required = gasEach + gasEach / 63 + MULTICALL_OVERHEAD;
        for (uint256 i; i < calls.length; ++i) {
            bytes calldata data = calls[i];
            uint256 copy;
            // The copy comes before the check, for it costs gas, and always to the same place, for memory grows dear.
            assembly ("memory-safe") {
                copy := mload(0x40)
                calldatacopy(copy, data.offset, data.length)
            }
            if (gasleft() < required) revert InsufficientGas(required, gasleft());
            bool success;
            assembly ("memory-safe") {
                success := delegatecall(gasEach, address(), copy, data.length, 0, 0)
            }
            succeeded[i] = success;
            if (!success) _reportFailure(i);
        }
    }

    // Getters

    /// @inheritdoc IChannelManager
    function channelIdOf(bytes calldata terms) public view returns (bytes32) {
        _requireChain();
        if (!terms.isWellFormed()) revert TermsLengthInvalid(terms.length);
        return Hashes.channelId(DOMAIN_SEPARATOR, terms);
    }

    /// @inheritdoc IChannelManager
    function domainSeparator() external view returns (bytes32) {
        return DOMAIN_SEPARATOR;
    }

    /// @inheritdoc IChannelManager
    function windowBounds() external view returns (uint256, uint256) {
        return (MIN_WINDOW, MAX_WINDOW);
    }

    /// @inheritdoc IChannelManager
    function load(bytes32[] calldata slots) external view returns (bytes32[] memory words) {
        words = new bytes32[](slots.length);
        for (uint256 i; i < slots.length; ++i) {
            bytes32 slot = slots[i];
            bytes32 word;
            assembly ("memory-safe") {
                word := sload(slot)
            }
            words[i] = word;
        }
    }

    // The record: what may be recorded, and its one writer

    /// @dev A channel that is not closed.
    function _living(bytes calldata terms)
        private
        view
        returns (bytes32 channelId, Channel storage channel, Record record)
    {
        channelId = channelIdOf(terms);
        channel = channels[channelId];
        record = channel.record;
        // The record of a closed channel is cleared, so only one that seems open can be closed.
        if (!record.isClosing() && _anchorOf(channelId, terms).isClosed()) revert ChannelClosed(channelId);
    }

    /// @dev The state of the evidence and the signatures behind it: both may be empty.
    function _open(bytes calldata terms, bytes calldata evidence)
        private
        pure
        returns (bytes calldata state, bytes calldata signatures)
    {
        uint256 length = evidence.length == 0 ? 0 : MessageLibrary.stateLengthFor(terms.assetCount());
        if (evidence.length < length) revert StateLengthInvalid(length, evidence.length);
        return evidence.split(length);
    }

    /// @dev The recording rule: what the record becomes by this evidence. Nothing is written.
    function _accept(
        bytes32 channelId,
        Record record,
        bytes calldata terms,
        bytes calldata state,
        bytes calldata signatures
    ) private view returns (Record, bytes32 stateHash) {
        stateHash = Hashes.state(channelId, state);
        uint256 recorded = record.round();
        uint256 round = state.round();
        if (round == recorded) {
            if (record.isOf(stateHash)) return (record, stateHash);
            revert StateConflicting(recorded, record.stateHash(), bytes24(stateHash));
        }
        if (round < recorded) revert RoundStale(recorded, round);
        if (signatures.length == 0) revert StateNotRecorded(recorded, round);
        Window.requireEvidence(record);
        if (round > MAX_ROUND) revert RoundOutOfRange(MAX_ROUND, round);
        _requireNets(state.netsOfState());
        Signatures.requireBoth(_digest(stateHash), terms, signatures);
        return (record.withState(round, stateHash), stateHash);
    }

    function _handIn(bytes calldata terms, bytes calldata evidence) private {
        (bytes32 channelId, Channel storage channel, Record previous) = _living(terms);
        (bytes calldata state, bytes calldata signatures) = _open(terms, evidence);
        (Record record,) = _accept(channelId, previous, terms, state, signatures);
        _record(channelId, channel, terms, state, previous, record);
    }

    /// @dev The one writer of a record that goes on.
    function _record(
        bytes32 channelId,
        Channel storage channel,
        bytes calldata terms,
        bytes calldata state,
        Record previous,
        Record record
    ) private {
        if (Record.unwrap(record) == Record.unwrap(previous)) return;
        channel.record = record;
        // A lower round was accepted by a close, which closed with a state that is not at hand.
        if (state.round() != record.round()) (state,) = state.split(0);
        emit Recorded(channelId, record, state.netsOfState(), state.instancesRoot());
        bool isNewer = record.round() != previous.round();
        if (isNewer && previous.isClosing() && terms.bounty() != 0) _proveStale(channelId, channel, terms, record);
    }

    function _proveStale(bytes32 channelId, Channel storage channel, bytes calldata terms, Record record) private {
        Bounty bounty = channel.bounty;
        if (bounty.prover() != address(0)) return;
        if (record.round() < bounty.closedRound() + terms.staleMargin()) return;
        _setBounty(channelId, channel, bounty.withProver(msg.sender));
    }

    function _setBounty(bytes32 channelId, Channel storage channel, Bounty bounty) private {
        channel.bounty = bounty;
        emit BountyChanged(channelId, bounty);
    }

    /// @dev Ends the dispute. Returns its bounty.
    function _clear(Channel storage channel, bytes calldata terms) private returns (Bounty bounty) {
        channel.record = Record.wrap(0);
        if (terms.bounty() == 0) return bounty;
        bounty = channel.bounty;
        channel.bounty = Bounty.wrap(0);
    }

    // Closing

    /// @dev The party in whose name the sender may start closing.
    function _closerOf(bytes calldata terms, bool consent) private view returns (uint256) {
        if (msg.sender == terms.signer(0)) return 0;
        if (msg.sender == terms.signer(1)) return 1;
        if (consent) revert SenderNotSigner(msg.sender);
        if (terms.bounty() == 0) {
            if (msg.sender == terms.payee(0)) return 0;
            if (msg.sender == terms.payee(1)) return 1;
        }
        revert SenderMayNotClose(msg.sender);
    }

    /// @param consents the record's bit of the party that consents; 0 for none
    /// @return round the recorded round
    function _close(
        bytes32 channelId,
        Channel storage channel,
        bytes calldata terms,
        bytes calldata evidence,
        Record previous,
        uint256 party,
        uint256 consents
    ) private returns (uint256 round) {
        (bytes calldata state, bytes calldata signatures) = _open(terms, evidence);
        Record record = _closing(channelId, previous, terms, state, signatures, consents);
        round = record.round();
        _record(channelId, channel, terms, state, previous, record);
        if (!previous.isClosing() && terms.bounty() != 0) {
            _setBounty(channelId, channel, BountyLibrary.pack(party, round));
        }
        if (record.hasBothConsents()) {
            _payOut(channelId, terms, state.netsOfState(), 0, Tally.wrap(0), _clear(channel, terms));
        }
    }

    /// @dev What the record becomes by a close. Nothing is written.
    function _closing(
        bytes32 channelId,
        Record previous,
        bytes calldata terms,
        bytes calldata state,
        bytes calldata signatures,
        uint256 consents
    ) private view returns (Record record) {
        if (consents != 0 && state.instancesRoot() != 0) {
            revert ConsentWithInstances(state.instancesRoot());
        }
        record = previous;
        // Somebody's snapshot may have come first: the close still closes, with what is recorded.
        if (previous.isClosing() || state.round() >= previous.round()) {
            (record,) = _accept(channelId, previous, terms, state, signatures);
        }
        // Consent to another state than the recorded one does not count.
        if (consents != 0 && state.round() == record.round()) {
            Window.requireEvidence(previous);
            record = record.withConsents(consents);
        }
        if (!previous.isClosing()) record = record.withDeadline(Window.evidenceDeadline(terms.window()));
    }

    // Forced progress

    /// @dev Checks everything about a touch but what the app says.
    function _enter(bytes calldata terms, bytes calldata evidence, bytes calldata instance, bytes calldata appState)
        private
        view
        returns (bytes calldata state, Touch memory touch, Base storage base)
    {
        (touch.channelId,, touch.previous) = _living(terms);
        bytes calldata signatures;
        (state, signatures) = _open(terms, evidence);
        (touch.record, touch.stateHash) = _accept(touch.channelId, touch.previous, terms, state, signatures);
        touch.instanceHash = _requireInstance(terms, state, instance);
        base = bases[touch.stateHash];
        touch.progress = base.progress[touch.instanceHash];
        Window.requireInstance(touch.record, touch.progress, instance.matures(), terms.window());
        AppCall.requireLength(appState.length);
        touch.appStateHash = Words.hash(appState);
        bytes24 expected = touch.progress.isTouched() ? touch.progress.appStateHash() : bytes24(instance.appStateHash());
        if (bytes24(touch.appStateHash) != expected) revert AppStateMismatch(expected, bytes24(touch.appStateHash));
        AppCall.requireCode(instance);
    }

    /// @dev The hash of an instance that is in the state.
    function _requireInstance(bytes calldata terms, bytes calldata state, bytes calldata instance)
        private
        pure
        returns (bytes32 instanceHash)
    {
        uint256 length = InstanceLibrary.lengthFor(terms.assetCount());
        if (instance.length < length || (instance.length - length) % 32 != 0) {
            revert InstanceLengthInvalid(length, instance.length);
        }
        (bytes calldata leaf, bytes calldata proof) = instance.split(length);
        instanceHash = Hashes.instance(leaf);
        Merkle.requireLeaf(state.instancesRoot(), instanceHash, proof);
    }

    /// @dev Who makes the step: who signed it, else the sender if it is a party's signer, else anyone.
    function _moverOf(bytes calldata terms, Touch memory touch, bytes calldata action, bytes calldata signature)
        private
        view
        returns (Turn)
    {
        address mover = msg.sender;
        if (signature.length != 0) {
            bytes32 structHash = Hashes.step(
                touch.channelId, touch.stateHash, touch.instanceHash, touch.steps, touch.appStateHash, action
            );
            mover = Signatures.recover(_digest(structHash), signature);
        }
        if (mover == terms.signer(0)) return Turn.Party0;
        if (mover == terms.signer(1)) return Turn.Party1;
        if (signature.length != 0) revert StepSignerUnknown(mover);
        return Turn.Anyone;
    }

    /// @dev Writes a touch: the base if it is new, the instance, and what settlement must know of it.
    function _leave(
        bytes calldata terms,
        bytes calldata state,
        bytes calldata instance,
        Touch memory touch,
        Base storage base,
        int256[] memory deltas
    ) private {
        _record(touch.channelId, channels[touch.channelId], terms, state, touch.previous, touch.record);
        Progress before = touch.progress;
        uint256 lastTouch = touch.extends || !before.isTouched() ? block.timestamp : before.lastTouch();
        Progress progress = ProgressLibrary.pack(touch.appStateHash, touch.steps, lastTouch);
        uint256 floor = Window.tallyFloor(touch.record);
        bool moves = before.isSeated() || before.hasDeltas();
        for (uint256 i; i < deltas.length; ++i) {
            int256 delta = Payout.clamp(deltas[i], instance.stake(i, 0), instance.stake(i, 1));
            deltas[i] = delta;
            if (delta != 0) moves = true;
        }
        if (moves || lastTouch > floor || instance.matures() > floor) {
            Tally tally = base.tally;
            Tally newTally = tally.withTimes(lastTouch, instance.matures(), floor);
            if (moves) (progress, newTally) = _move(base, touch.instanceHash, before, progress, newTally, deltas);
            if (Tally.unwrap(newTally) != Tally.unwrap(tally)) base.tally = newTally;
        }
        base.progress[touch.instanceHash] = progress;
    }

    /// @dev Replaces the deltas of an instance, and what they add to.
    function _move(
        Base storage base,
        bytes32 instanceHash,
        Progress before,
        Progress progress,
        Tally tally,
        int256[] memory deltas
    ) private returns (Progress, Tally) {
        bool hasDeltas = before.hasDeltas();
        bool isSeated = before.isSeated() || (!hasDeltas && !tally.isSeatTaken() && deltas[0] != 0);
        if (isSeated) tally = tally.withSeat(deltas[0]);
        for (uint256 i = isSeated ? 1 : 0; i < deltas.length; ++i) {
            int256 old = before.hasDeltas() ? base.deltas[instanceHash][i] : int256(0);
            if (deltas[i] == old) continue;
            base.deltas[instanceHash][i] = deltas[i];
            base.deltaSums[i] += deltas[i] - old;
            hasDeltas = true;
            tally = tally.withSums();
        }
        return (progress.withDeltas(isSeated, hasDeltas), tally);
    }

    // Money

    function _deposit(
        bytes32 channelId,
        FundsStorage.Place storage place,
        Funds funds,
        address asset,
        uint256 party,
        uint256 amount
    ) private {
        if (funds.isClosed()) revert ChannelClosed(channelId);
        if (asset == NATIVE) {
            if (msg.value != amount) revert ValueMismatch(amount, msg.value);
        } else {
            if (msg.value != 0) revert ValueMismatch(0, msg.value);
            lock = 1;
            amount = TokenTransfer.pull(asset, amount);
            lock = 0;
        }
        if (amount == 0) revert AmountZero();
        _requireAmount(amount);
        int256 balance;
        (funds, balance) = funds.credited(party, amount);
        if (balance > int256(MAX_AMOUNT)) revert AmountOutOfRange(MAX_AMOUNT, uint256(balance));
        place.funds = funds;
        emit Deposited(channelId, funds);
    }

    /// @dev Lowers the balances by a withdrawal, and counts it.
    function _takeOut(bytes32 channelId, bytes calldata terms, Withdraw calldata message) private {
        uint256 count = 2 * terms.assetCount();
        if (message.amounts.length != count) revert AmountsLengthInvalid(count, message.amounts.length);
        uint256[2] memory sums;
        for (uint256 i; i < message.amounts.length; i += 2) {
            (uint256 amount0, uint256 amount1) = (message.amounts[i], message.amounts[i + 1]);
            _requireAmount(amount0);
            _requireAmount(amount1);
            if (i != 0 && amount0 + amount1 == 0) continue;
            sums[0] += amount0;
            sums[1] += amount1;
            address asset = terms.asset(i / 2);
            FundsStorage.Place storage place = FundsStorage.at(channelId, asset);
            Funds funds = place.funds;
            (int256 balance0, int256 balance1) = funds.balances();
            uint256 available = uint256(balance0 + balance1);
            if (amount0 + amount1 > available) revert EscrowExceeded(asset, available, amount0 + amount1);
            // What is taken is at most the sum, so neither balance falls below the least one.
            if (i == 0) funds = funds.withNextSerial();
            place.funds = funds.withBalances(balance0 - int256(amount0), balance1 - int256(amount1));
        }
        if (sums[0] + sums[1] == 0) revert AmountZero();
        for (uint256 party; party < 2; ++party) {
            address recipient = message.recipients[party];
            bool isInvalid = recipient == address(0) || recipient == address(this);
            if (isInvalid && sums[party] != 0) revert RecipientInvalid(recipient);
        }
    }

    /// @dev Closes for ever, then pays both parties, and the prover if the bounty is due.
    /// @param nets per asset; empty for round 0
    /// @param base hash of a state with instances, and its tally; 0 for none
    function _payOut(
        bytes32 channelId,
        bytes calldata terms,
        int256[] calldata nets,
        bytes32 base,
        Tally tally,
        Bounty bounty
    ) private {
        address anchor = terms.asset(0);
        FundsStorage.Place storage place = FundsStorage.at(channelId, anchor);
        Funds funds = place.funds;
        if (funds.isClosed()) revert ChannelClosed(channelId);
        place.funds = FundsLibrary.DEAD;
        Payouts payouts = Payout.split(funds, _netOf(nets, base, tally, 0), 0);
        Payouts[] memory others;
        if (terms.assetCount() != 1) others = _closeOthers(channelId, terms, nets, base, tally);
        if (bounty.prover() != address(0)) payouts = _payBounty(channelId, terms, bounty, payouts);
        _pay(channelId, terms, anchor, payouts);
        for (uint256 i; i < others.length; ++i) {
            _pay(channelId, terms, terms.asset(i + 1), others[i]);
        }
    }

    /// @dev Closes the assets behind the first. One that was never paid in stays unmarked: the anchor is marked for it.
    function _closeOthers(bytes32 channelId, bytes calldata terms, int256[] calldata nets, bytes32 base, Tally tally)
        private
        returns (Payouts[] memory payouts)
    {
        payouts = new Payouts[](terms.assetCount() - 1);
        for (uint256 i; i < payouts.length; ++i) {
            uint256 index = i + 1;
            address asset = terms.asset(index);
            FundsStorage.Place storage place = FundsStorage.at(channelId, asset);
            Funds funds = place.funds;
            if (funds.isValidated()) place.funds = FundsLibrary.DEAD;
            payouts[i] = Payout.split(funds, _netOf(nets, base, tally, index), index);
        }
    }

    /// @dev What party 0 owes party 1 of an asset: the state's net and what its instances came to.
    function _netOf(int256[] calldata nets, bytes32 base, Tally tally, uint256 index)
        private
        view
        returns (int256 net)
    {
        if (nets.length != 0) net = nets[index];
        // A recorded net is within int112, deltas within stakes of 112 bits, and no chain holds 2^128 touches; to the net of a
        // mutual close, which may be anything, nothing is added.
        unchecked {
            if (index == 0) net += tally.seatedDelta();
            if (tally.hasSums()) net += bases[base].deltaSums[index];
        }
    }

    function _pay(bytes32 channelId, bytes calldata terms, address asset, Payouts payouts) private {
        emit Settled(channelId, payouts);
        _push(asset, terms.payee(0), payouts.payout0());
        _push(asset, terms.payee(1), payouts.payout1());
    }

    /// @dev Takes a bounty that is due out of the closing party's payout, and pays the prover.
    function _payBounty(bytes32 channelId, bytes calldata terms, Bounty bounty, Payouts payouts)
        private
        returns (Payouts)
    {
        uint256[2] memory shares = [payouts.payout0(), payouts.payout1()];
        uint256 closer = bounty.closer();
        address prover = bounty.prover();
        (uint256 toProver, uint256 toParty) = Payout.bounty(shares[closer], terms.bounty());
        for (uint256 party; party < 2; ++party) {
            bool isOwn = prover == terms.signer(party) || prover == terms.payee(party);
            if (isOwn) (toProver, toParty) = (0, toProver + toParty);
        }
        shares[closer] -= toProver + toParty;
        shares[1 - closer] += toParty;
        emit BountyPaid(channelId, prover, toProver, toParty);
        _push(terms.asset(0), prover, toProver);
        return PayoutsLibrary.pack(0, shares[0], shares[1]);
    }

    /// @dev Pays, or credits what cannot be paid.
    function _push(address asset, address to, uint256 amount) private {
        if (amount == 0) return;
        if (asset == NATIVE ? TokenTransfer.pushNative(to, amount) : TokenTransfer.pushToken(asset, to, amount)) {
            return;
        }
        credits[to][asset] += amount;
        emit Credited(to, asset, amount);
    }

    function _claim(address creditor, address recipient, address asset) private {
        uint256 amount = credits[creditor][asset];
        if (amount == 0) revert CreditZero(creditor, asset);
        credits[creditor][asset] = 0;
        emit Claimed(creditor, asset, recipient, amount);
        TokenTransfer.pay(asset, recipient, amount);
    }

    // Small checks and hashes

    /// @dev Logs what the last call reverted with: an error of this contract, which is short.
    function _reportFailure(uint256 index) private {
        bytes memory reason;
        assembly ("memory-safe") {
            reason := mload(0x40)
            mstore(reason, returndatasize())
            returndatacopy(add(reason, 0x20), 0, returndatasize())
            mstore(0x40, and(add(add(reason, returndatasize()), 0x3f), not(0x1f)))
        }
        emit CallFailed(index, reason);
    }

    function _requireChain() private view {
        if (block.chainid != CHAIN_ID) revert WrongChain(CHAIN_ID, block.chainid);
    }

    function _anchorOf(bytes32 channelId, bytes calldata terms) private view returns (Funds) {
        return FundsStorage.at(channelId, terms.asset(0)).funds;
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return Hashes.digest(DOMAIN_SEPARATOR, structHash);
    }

    function _requireNets(int256[] calldata nets) private pure {
        for (uint256 i; i < nets.length; ++i) {
            int256 net = nets[i];
            if (net > int256(MAX_AMOUNT) || net < -int256(MAX_AMOUNT)) revert NetOutOfRange(MAX_AMOUNT, net);
        }
    }

    function _requireAmount(uint256 amount) private pure {
        if (amount > MAX_AMOUNT) revert AmountOutOfRange(MAX_AMOUNT, amount);
    }
}
