// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "./interfaces/IChannelManager.sol";
import {Turn} from "./interfaces/IApp.sol";
import {AppCall} from "./libraries/AppCall.sol";
import {Hashes} from "./libraries/Hashes.sol";
import {Merkle} from "./libraries/Merkle.sol";
import {Payout} from "./libraries/Payout.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {TermsRules} from "./libraries/TermsRules.sol";
import {TokenTransfer} from "./libraries/TokenTransfer.sol";
import {Window} from "./libraries/Window.sol";
import {Bounty, BountyLibrary} from "./types/Bounty.sol";
import {Funds, FundsLibrary} from "./types/Funds.sol";
import {Close, Delegation, Instance, State, Step, Withdraw} from "./types/Messages.sol";
import {Progress, ProgressLibrary} from "./types/Progress.sol";
import {MAX_ROUND, Record} from "./types/Record.sol";
import {Tally} from "./types/Tally.sol";
import {MAX_AMOUNT, MAX_ASSETS, NATIVE, Terms} from "./types/Terms.sol";

/// @title Two-party state channels
/// @notice The rules are in `IChannelManager`; this is how they are kept.
/// @dev An open channel without a record is one word per asset; a dispute adds the record, one word; a touched instance
/// one more, and what it moves. The closed mark lives in the funds of the first asset, a word that stays non-zero.
contract ChannelManager is IChannelManager {
    struct Channel {
        Record record;
        Bounty bounty;
        mapping(uint256 party => uint256) epochs;
        mapping(address asset => Funds) funds;
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

    bool private transient locked;

    modifier guarded() {
        if (locked) revert Reentered();
        locked = true;
        _;
        locked = false;
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
    function deposit(Terms calldata terms, uint256 party, address asset, uint256 amount) external payable guarded {
        bytes32 channelId = channelIdOf(terms);
        Channel storage channel = channels[channelId];
        Funds funds = channel.funds[asset];
        if (!funds.isValidated()) {
            TermsRules.requireValid(terms, MIN_WINDOW, MAX_WINDOW);
            TermsRules.requireAsset(channelId, terms, asset);
            if (channel.funds[terms.assets[0]].isClosed()) revert ChannelClosed(channelId);
        }
        _deposit(channelId, channel, funds, party, asset, amount);
    }

    /// @inheritdoc IChannelManager
    function depositById(bytes32 channelId, uint256 party, address asset, uint256 amount) external payable guarded {
        Channel storage channel = channels[channelId];
        Funds funds = channel.funds[asset];
        if (!funds.isValidated()) revert AssetUnknown(channelId, asset);
        _deposit(channelId, channel, funds, party, asset, amount);
    }

    /// @inheritdoc IChannelManager
    function withdraw(Terms calldata terms, Withdraw calldata message, bytes calldata signatures) external guarded {
        (bytes32 channelId, Channel storage channel,) = _living(terms);
        Window.requireValid(message.validUntil);
        uint256 serial = channel.funds[terms.assets[0]].serial();
        if (message.serial != serial || serial == FundsLibrary.MAX_SERIAL) {
            revert SerialMismatch(serial, message.serial);
        }
        Signatures.requireBoth(_digest(Hashes.withdraw(channelId, message)), terms, signatures);
        _takeOut(channel, terms, message);
        emit Withdrawn(channelId, serial, message.amounts0, message.amounts1, message.recipients);
        for (uint256 i; i < terms.assets.length; ++i) {
            _push(terms.assets[i], message.recipients[0], message.amounts0[i]);
            _push(terms.assets[i], message.recipients[1], message.amounts1[i]);
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
    function snapshotSolo(Terms calldata terms, State calldata state, bytes calldata signatures) external guarded {
        _handIn(terms, state, signatures);
    }

    /// @inheritdoc IChannelManager
    function slash(Terms calldata terms, State calldata state, bytes calldata signatures) external guarded {
        _handIn(terms, state, signatures);
    }

    // Closing

    /// @inheritdoc IChannelManager
    function closeMutual(Terms calldata terms, Close calldata message, bytes calldata signatures) external guarded {
        (bytes32 channelId, Channel storage channel, Record record) = _living(terms);
        Window.requireValid(message.validUntil);
        if (message.round <= record.round()) revert RoundStale(record.round(), message.round);
        _requireNets(terms, message.nets);
        Signatures.requireBoth(_digest(Hashes.close(channelId, message)), terms, signatures);
        _payOut(channelId, channel, terms, message.nets, 0, Bounty.wrap(0));
    }

    /// @inheritdoc IChannelManager
    function closeSolo(Terms calldata terms, State calldata state, bytes calldata signatures, bool consent)
        external
        guarded
    {
        _close(terms, state, signatures, _closerOf(terms, consent), consent);
    }

    /// @inheritdoc IChannelManager
    function closeSoloAsDelegate(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Delegation calldata delegation,
        bytes calldata delegationSignature
    ) external guarded {
        bytes32 channelId = channelIdOf(terms);
        uint256 party = delegation.party;
        if (party > 1) revert PartyInvalid(party);
        if (msg.sender != delegation.delegate) revert SenderNotDelegate(delegation.delegate, msg.sender);
        Window.requireValid(delegation.validUntil);
        uint256 epoch = channels[channelId].epochs[party];
        if (delegation.epoch != epoch) revert EpochMismatch(epoch, delegation.epoch);
        bytes32 digest = _digest(Hashes.delegation(channelId, delegation));
        Signatures.requireOne(digest, terms.parties[party].signer, delegationSignature);
        uint256 round = _close(terms, state, signatures, party, false);
        if (round < delegation.minRound) revert RoundBelowDelegation(delegation.minRound, round);
    }

    /// @inheritdoc IChannelManager
    function settle(Terms calldata terms, State calldata state) external guarded {
        (bytes32 channelId, Channel storage channel, Record record) = _living(terms);
        if (!record.isClosing()) revert NotClosing(channelId);
        bytes32 stateHash = _hashOf(channelId, state);
        if (!record.isOf(stateHash)) revert StateMismatch(record.stateHash(), bytes24(stateHash));
        bytes32 base = state.instancesRoot == 0 ? bytes32(0) : stateHash;
        Tally tally = base == 0 ? Tally.wrap(0) : bases[base].tally;
        Window.requireFinal(Window.finalTime(record, base != 0, tally, terms.window));
        _payOut(channelId, channel, terms, state.nets, base, _bountyOf(channel, terms));
    }

    // Forced progress

    /// @inheritdoc IChannelManager
    function forceProgress(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Instance calldata instance,
        bytes32[] calldata proof,
        Step calldata step
    ) external guarded {
        AppCall.requireLength(step.action.length);
        Touch memory touch = _enter(terms, state, signatures, instance, proof, step.appState);
        uint256 number = touch.progress.steps() + 1;
        if (number > instance.maxSteps) revert StepsExhausted(instance.maxSteps);
        if (step.number != number) revert StepNumberMismatch(number, step.number);

        Turn turn = AppCall.turn(instance, step.appState);
        Turn mover = _moverOf(terms, touch, step, turn);
        if (turn != Turn.Anyone && turn != mover) revert TurnMismatch(turn, mover);
        bytes memory next = AppCall.transition(instance, step.appState, step.action, mover);
        bytes32 nextHash = keccak256(next);
        if (nextHash == touch.appStateHash) revert AppStateUnchanged(nextHash);
        bool extends = AppCall.turn(instance, next) != Turn.Nobody;
        int256[] memory deltas = AppCall.outcome(instance, next, terms.assets.length);

        touch.appStateHash = nextHash;
        _leave(terms, state, instance, touch, number, extends, deltas);
        emit Progressed(touch.channelId, touch.instanceHash, number, next, deltas);
    }

    /// @inheritdoc IChannelManager
    function evaluate(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Instance calldata instance,
        bytes32[] calldata proof,
        bytes calldata appState
    ) external guarded {
        Touch memory touch = _enter(terms, state, signatures, instance, proof, appState);
        int256[] memory deltas = AppCall.outcome(instance, appState, terms.assets.length);
        _leave(terms, state, instance, touch, touch.progress.steps(), false, deltas);
        emit Evaluated(touch.channelId, touch.instanceHash, touch.appStateHash, deltas);
    }

    // The rest

    /// @inheritdoc IChannelManager
    function revokeDelegations(Terms calldata terms) external guarded {
        bytes32 channelId = channelIdOf(terms);
        uint256 party = Signatures.partyOf(terms, msg.sender);
        uint256 epoch = ++channels[channelId].epochs[party];
        emit DelegationsRevoked(channelId, party, epoch);
    }

    /// @inheritdoc IChannelManager
    function multicall(bytes[] calldata calls, uint256 gasEach) external returns (bool[] memory succeeded) {
        succeeded = new bool[](calls.length);
        // Checked addition: a `gasEach` near the greatest word reverts.
        uint256 required = gasEach + gasEach / 63 + MULTICALL_OVERHEAD;
        for (uint256 i; i < calls.length; ++i) {
            if (gasleft() < required) revert InsufficientGas(required, gasleft());
            bytes memory reason;
            (succeeded[i], reason) = address(this).delegatecall{gas: gasEach}(calls[i]);
            if (!succeeded[i]) emit CallFailed(i, reason);
        }
    }

    // Getters

    /// @inheritdoc IChannelManager
    function channelIdOf(Terms calldata terms) public view returns (bytes32) {
        if (block.chainid != CHAIN_ID) revert WrongChain(CHAIN_ID, block.chainid);
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
    function recordOf(bytes32 channelId) external view returns (Record) {
        return channels[channelId].record;
    }

    /// @inheritdoc IChannelManager
    function fundsOf(bytes32 channelId, address asset) external view returns (Funds) {
        return channels[channelId].funds[asset];
    }

    /// @inheritdoc IChannelManager
    function bountyOf(bytes32 channelId) external view returns (Bounty) {
        return channels[channelId].bounty;
    }

    /// @inheritdoc IChannelManager
    function epochOf(bytes32 channelId, uint256 party) external view returns (uint256) {
        return channels[channelId].epochs[party];
    }

    /// @inheritdoc IChannelManager
    function tallyOf(bytes32 stateHash) external view returns (Tally) {
        return bases[stateHash].tally;
    }

    /// @inheritdoc IChannelManager
    function deltaSumOf(bytes32 stateHash, uint256 index) external view returns (int256) {
        return bases[stateHash].deltaSums[index];
    }

    /// @inheritdoc IChannelManager
    function progressOf(bytes32 stateHash, bytes32 instanceHash) external view returns (Progress) {
        return bases[stateHash].progress[instanceHash];
    }

    /// @inheritdoc IChannelManager
    function deltaOf(bytes32 stateHash, bytes32 instanceHash, uint256 index) external view returns (int256) {
        return bases[stateHash].deltas[instanceHash][index];
    }

    /// @inheritdoc IChannelManager
    function creditOf(address creditor, address asset) external view returns (uint256) {
        return credits[creditor][asset];
    }

    // The record: what may be recorded, and its one writer

    /// @dev A channel that is not closed.
    function _living(Terms calldata terms)
        private
        view
        returns (bytes32 channelId, Channel storage channel, Record record)
    {
        channelId = channelIdOf(terms);
        channel = channels[channelId];
        record = channel.record;
        if (record.isClosing()) return (channelId, channel, record);
        if (terms.assets.length == 0) revert AssetCountOutOfRange(MAX_ASSETS, 0);
        if (channel.funds[terms.assets[0]].isClosed()) revert ChannelClosed(channelId);
    }

    /// @dev The recording rule: what the record becomes when this state is handed in. Nothing is written.
    function _accept(
        bytes32 channelId,
        Record record,
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures
    ) private view returns (Record, bytes32 stateHash) {
        stateHash = _hashOf(channelId, state);
        uint256 recorded = record.round();
        if (state.round == recorded) {
            if (record.isOf(stateHash)) return (record, stateHash);
            revert StateConflicting(recorded, record.stateHash(), bytes24(stateHash));
        }
        if (state.round < recorded) revert RoundStale(recorded, state.round);
        if (signatures.length == 0) revert StateNotRecorded(recorded, state.round);
        Window.requireEvidence(record);
        if (state.round > MAX_ROUND) revert RoundOutOfRange(MAX_ROUND, state.round);
        _requireNets(terms, state.nets);
        Signatures.requireBoth(_digest(stateHash), terms, signatures);
        return (record.withState(state.round, stateHash), stateHash);
    }

    function _handIn(Terms calldata terms, State calldata state, bytes calldata signatures) private {
        (bytes32 channelId, Channel storage channel, Record previous) = _living(terms);
        (Record record,) = _accept(channelId, previous, terms, state, signatures);
        _record(channelId, channel, terms, state, previous, record);
    }

    /// @dev The one writer of a record that does not settle. `state` is the new record's, if its round is new.
    function _record(
        bytes32 channelId,
        Channel storage channel,
        Terms calldata terms,
        State calldata state,
        Record previous,
        Record record
    ) private {
        if (Record.unwrap(record) == Record.unwrap(previous)) return;
        channel.record = record;
        if (record.round() == previous.round()) return;
        emit Recorded(channelId, state.round, state.nets, state.instancesRoot);
        if (terms.bounty != 0 && previous.isClosing()) _proveStale(channelId, channel, terms, state.round);
    }

    function _proveStale(bytes32 channelId, Channel storage channel, Terms calldata terms, uint256 round) private {
        Bounty bounty = channel.bounty;
        if (bounty.prover() != address(0) || round < bounty.closedRound() + terms.staleMargin) return;
        channel.bounty = bounty.withProver(msg.sender);
        emit StaleProved(channelId, round, msg.sender);
    }

    // Closing

    /// @dev The party in whose name the sender may start closing.
    function _closerOf(Terms calldata terms, bool consent) private view returns (uint256) {
        if (msg.sender == terms.parties[0].signer) return 0;
        if (msg.sender == terms.parties[1].signer) return 1;
        if (consent) revert SenderNotSigner(msg.sender);
        if (terms.bounty == 0) {
            if (msg.sender == terms.parties[0].payee) return 0;
            if (msg.sender == terms.parties[1].payee) return 1;
        }
        revert SenderMayNotClose(msg.sender);
    }

    /// @return round the recorded round
    function _close(Terms calldata terms, State calldata state, bytes calldata signatures, uint256 party, bool consent)
        private
        returns (uint256 round)
    {
        if (consent && state.instancesRoot != 0) revert ConsentWithInstances(state.instancesRoot);
        (bytes32 channelId, Channel storage channel, Record previous) = _living(terms);
        Record record = previous;
        // Somebody's snapshot may have come first: the close still closes, with what is recorded.
        if (previous.isClosing() || state.round >= previous.round()) {
            (record,) = _accept(channelId, previous, terms, state, signatures);
        }
        round = record.round();
        if (!previous.isClosing()) {
            uint256 deadline = Window.evidenceDeadline(terms.window);
            record = record.withDeadline(deadline);
            if (terms.bounty != 0) channel.bounty = BountyLibrary.pack(party, round);
            emit ClosingStarted(channelId, party, round, deadline);
        }
        // Otherwise the consent is to another state than the recorded one, and does not count.
        bool counts = consent && state.round == round;
        if (counts) {
            Window.requireEvidence(previous);
            record = record.withConsent(party);
        }
        _record(channelId, channel, terms, state, previous, record);
        if (counts) emit Consented(channelId, party, round);
        if (record.hasBothConsents()) {
            _payOut(channelId, channel, terms, state.nets, 0, _bountyOf(channel, terms));
        }
    }

    // Forced progress

    /// @dev Checks everything about a touch but what the app says.
    function _enter(
        Terms calldata terms,
        State calldata state,
        bytes calldata signatures,
        Instance calldata instance,
        bytes32[] calldata proof,
        bytes calldata appState
    ) private view returns (Touch memory touch) {
        Channel storage channel;
        (touch.channelId, channel, touch.previous) = _living(terms);
        (touch.record, touch.stateHash) = _accept(touch.channelId, touch.previous, terms, state, signatures);
        touch.instanceHash = Hashes.instance(instance);
        Merkle.requireLeaf(state.instancesRoot, touch.instanceHash, proof);
        _requireStakes(terms, instance.stakes0);
        _requireStakes(terms, instance.stakes1);
        touch.progress = bases[touch.stateHash].progress[touch.instanceHash];
        Window.requireInstance(touch.record, touch.progress, instance.matures, terms.window);
        AppCall.requireLength(appState.length);
        touch.appStateHash = keccak256(appState);
        bytes24 expected = touch.progress.isTouched() ? touch.progress.appStateHash() : bytes24(instance.appStateHash);
        if (bytes24(touch.appStateHash) != expected) revert AppStateMismatch(expected, bytes24(touch.appStateHash));
        AppCall.requireCode(instance);
    }

    /// @dev Who makes the step: who signed it, else the sender if it is a party's signer, else anyone.
    function _moverOf(Terms calldata terms, Touch memory touch, Step calldata step, Turn turn)
        private
        view
        returns (Turn)
    {
        address mover = msg.sender;
        if (step.signature.length != 0) {
            bytes32 structHash = Hashes.step(
                touch.channelId, touch.stateHash, touch.instanceHash, step.number, touch.appStateHash, step.action
            );
            mover = Signatures.recover(_digest(structHash), step.signature);
        }
        if (mover == terms.parties[0].signer) return Turn.Party0;
        if (mover == terms.parties[1].signer) return Turn.Party1;
        if (step.signature.length == 0) return Turn.Anyone;
        revert SignerMismatch(terms.parties[turn == Turn.Party1 ? 1 : 0].signer, mover);
    }

    /// @dev Writes a touch: the base if it is new, the instance, and what settlement must know of it.
    function _leave(
        Terms calldata terms,
        State calldata state,
        Instance calldata instance,
        Touch memory touch,
        uint256 steps,
        bool extends,
        int256[] memory deltas
    ) private {
        _record(touch.channelId, channels[touch.channelId], terms, state, touch.previous, touch.record);
        Base storage base = bases[touch.stateHash];
        Progress before = touch.progress;
        bool isTouched = before.isTouched();
        uint256 lastTouch = extends || !isTouched ? block.timestamp : before.lastTouch();

        Tally tally = base.tally;
        Tally newTally = tally.withTimes(lastTouch, instance.matures, Window.tallyFloor(touch.record));
        bool isSeated = before.isSeated();
        for (uint256 i; i < deltas.length; ++i) {
            int256 delta = Payout.clamp(deltas[i], instance.stakes0[i], instance.stakes1[i]);
            deltas[i] = delta;
            int256 old = isTouched && !(isSeated && i == 0) ? base.deltas[touch.instanceHash][i] : int256(0);
            if (i == 0 && !isSeated && old == 0 && delta != 0) isSeated = !newTally.isSeatTaken();
            if (i == 0 && isSeated) {
                newTally = newTally.withSeat(delta);
            } else if (delta != old) {
                base.deltas[touch.instanceHash][i] = delta;
                base.deltaSums[i] += delta - old;
            }
        }
        if (Tally.unwrap(newTally) != Tally.unwrap(tally)) base.tally = newTally;
        base.progress[touch.instanceHash] = ProgressLibrary.pack(touch.appStateHash, steps, lastTouch, isSeated);
    }

    // Money

    function _deposit(
        bytes32 channelId,
        Channel storage channel,
        Funds funds,
        uint256 party,
        address asset,
        uint256 amount
    ) private {
        if (funds.isClosed()) revert ChannelClosed(channelId);
        if (party > 1) revert PartyInvalid(party);
        uint256 value = asset == NATIVE ? amount : 0;
        if (msg.value != value) revert ValueMismatch(value, msg.value);
        if (asset != NATIVE && amount != 0) amount = TokenTransfer.pull(asset, amount);
        if (amount == 0) revert AmountZero();
        _requireAmount(amount);
        (int256 balance0, int256 balance1) = funds.balances();
        if (party == 0) balance0 += int256(amount);
        else balance1 += int256(amount);
        _requireBalance(party == 0 ? balance0 : balance1);
        channel.funds[asset] = FundsLibrary.pack(funds.serial(), balance0, balance1);
        emit Deposited(channelId, party, asset, amount);
    }

    /// @dev Lowers the balances by a withdrawal, and counts it.
    function _takeOut(Channel storage channel, Terms calldata terms, Withdraw calldata message) private {
        uint256 count = terms.assets.length;
        if (message.amounts0.length != count) revert LengthMismatch(count, message.amounts0.length);
        if (message.amounts1.length != count) revert LengthMismatch(count, message.amounts1.length);
        uint256[2] memory sums;
        for (uint256 i; i < count; ++i) {
            uint256 amount0 = message.amounts0[i];
            uint256 amount1 = message.amounts1[i];
            _requireAmount(amount0);
            _requireAmount(amount1);
            if (i != 0 && amount0 + amount1 == 0) continue;
            sums[0] += amount0;
            sums[1] += amount1;
            address asset = terms.assets[i];
            Funds funds = channel.funds[asset];
            (int256 balance0, int256 balance1) = funds.balances();
            uint256 available = uint256(balance0 + balance1);
            if (amount0 + amount1 > available) revert EscrowExceeded(asset, available, amount0 + amount1);
            balance0 -= int256(amount0);
            balance1 -= int256(amount1);
            _requireBalance(balance0);
            _requireBalance(balance1);
            uint256 serial = i == 0 ? message.serial + 1 : 0;
            channel.funds[asset] = FundsLibrary.pack(serial, balance0, balance1);
        }
        // Money that comes out went in, so the terms are valid, as the anchor is now marked.
        if (sums[0] + sums[1] == 0) revert AmountZero();
        for (uint256 party; party < 2; ++party) {
            address recipient = message.recipients[party];
            bool isInvalid = recipient == address(0) || recipient == address(this);
            if (isInvalid && sums[party] != 0) revert RecipientInvalid(recipient);
        }
    }

    /// @dev Closes for ever, then pays both parties, and the prover if the bounty is due.
    /// @param nets per asset; empty for round 0
    /// @param base hash of a state with instances; 0 for none
    function _payOut(
        bytes32 channelId,
        Channel storage channel,
        Terms calldata terms,
        int256[] calldata nets,
        bytes32 base,
        Bounty bounty
    ) private {
        channel.record = Record.wrap(0);
        if (terms.bounty != 0) channel.bounty = Bounty.wrap(0);
        uint256 count = terms.assets.length;
        uint256[] memory payouts = new uint256[](2 * count);
        for (uint256 i; i < count; ++i) {
            Funds funds = channel.funds[terms.assets[i]];
            if (i != 0 && !funds.isValidated()) continue;
            channel.funds[terms.assets[i]] = FundsLibrary.DEAD;
            int256 net = nets.length == 0 ? int256(0) : nets[i];
            if (base != 0) net += bases[base].deltaSums[i];
            if (base != 0 && i == 0) net += bases[base].tally.seatedDelta();
            (int256 balance0, int256 balance1) = funds.balances();
            (payouts[2 * i], payouts[2 * i + 1]) = Payout.split(balance0, balance1, net);
        }
        uint256 toProver = bounty.prover() == address(0) ? 0 : _shareBounty(channelId, terms, bounty, payouts);
        emit Settled(channelId, payouts);
        _push(terms.assets[0], bounty.prover(), toProver);
        for (uint256 i; i < count; ++i) {
            _push(terms.assets[i], terms.parties[0].payee, payouts[2 * i]);
            _push(terms.assets[i], terms.parties[1].payee, payouts[2 * i + 1]);
        }
    }

    /// @dev Takes a bounty that is due out of the closing party's payout.
    function _shareBounty(bytes32 channelId, Terms calldata terms, Bounty bounty, uint256[] memory payouts)
        private
        returns (uint256 toProver)
    {
        uint256 closer = bounty.closer();
        address prover = bounty.prover();
        uint256 toParty;
        (toProver, toParty) = Payout.bounty(payouts[closer], terms.bounty);
        for (uint256 party; party < 2; ++party) {
            bool isOwn = prover == terms.parties[party].signer || prover == terms.parties[party].payee;
            if (isOwn) (toProver, toParty) = (0, toProver + toParty);
        }
        payouts[closer] -= toProver + toParty;
        payouts[1 - closer] += toParty;
        emit BountyPaid(channelId, prover, toProver, toParty);
    }

    /// @dev Pays, or credits what cannot be paid.
    function _push(address asset, address to, uint256 amount) private {
        if (amount == 0 || TokenTransfer.push(asset, to, amount)) return;
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

    function _bountyOf(Channel storage channel, Terms calldata terms) private view returns (Bounty) {
        return terms.bounty == 0 ? Bounty.wrap(0) : channel.bounty;
    }

    /// @dev Round 0 has no message: its hash is 0, as in the record of a channel that was never in dispute.
    function _hashOf(bytes32 channelId, State calldata state) private pure returns (bytes32) {
        if (state.round == 0 && state.nets.length == 0 && state.instancesRoot == 0) return 0;
        return Hashes.state(channelId, state);
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return Hashes.digest(DOMAIN_SEPARATOR, structHash);
    }

    function _requireNets(Terms calldata terms, int256[] calldata nets) private pure {
        if (nets.length != terms.assets.length) revert LengthMismatch(terms.assets.length, nets.length);
        for (uint256 i; i < nets.length; ++i) {
            int256 net = nets[i];
            if (net > int256(MAX_AMOUNT) || net < -int256(MAX_AMOUNT)) revert NetOutOfRange(MAX_AMOUNT, net);
        }
    }

    function _requireStakes(Terms calldata terms, uint256[] calldata stakes) private pure {
        if (stakes.length != terms.assets.length) revert LengthMismatch(terms.assets.length, stakes.length);
        for (uint256 i; i < stakes.length; ++i) {
            if (stakes[i] > MAX_AMOUNT) revert StakeOutOfRange(MAX_AMOUNT, stakes[i]);
        }
    }

    function _requireAmount(uint256 amount) private pure {
        if (amount > MAX_AMOUNT) revert AmountOutOfRange(MAX_AMOUNT, amount);
    }

    /// @dev Only a token with absurd amounts can come here.
    function _requireBalance(int256 balance) private pure {
        uint256 size = balance < 0 ? uint256(-balance) : uint256(balance);
        if (size > MAX_AMOUNT) revert AmountOutOfRange(MAX_AMOUNT, size);
    }
}
