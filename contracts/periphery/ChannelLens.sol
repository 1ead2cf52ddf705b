// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {IChannelManager} from "../interfaces/IChannelManager.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Payout} from "../libraries/Payout.sol";
import {StorageReader} from "../libraries/StorageReader.sol";
import {Window} from "../libraries/Window.sol";
import {Bounty} from "../types/Bounty.sol";
import {InstanceLibrary} from "../types/Instance.sol";
import {MessageLibrary} from "../types/Messages.sol";
import {Payouts} from "../types/Payouts.sol";
import {Progress} from "../types/Progress.sol";
import {Record} from "../types/Record.sol";
import {Tally} from "../types/Tally.sol";
import {TermsLibrary} from "../types/Terms.sol";

/// @title Channels as people and tools want to see them
/// @notice Reads the words that `ChannelManager` stores. Nobody's money depends on it, and it serves every manager.
/// @dev Times are Unix seconds, amounts units of the asset. A chain id other than the manager's is refused by the manager.
contract ChannelLens {
    using StorageReader for IChannelManager;
    using TermsLibrary for bytes;
    using MessageLibrary for bytes;
    using InstanceLibrary for bytes;

    /// @notice Where in its life a channel is.
    enum Status {
        Open,
        Closing,
        Closed
    }

    /// @notice All that is known of a channel by its terms alone.
    /// @param round the recorded round
    /// @param stateHash the first 192 bits of the recorded state's hash; 0 for round 0
    /// @param hasConsented which party has consented to settle the recorded state at once
    /// @param evidenceDeadline `E`; 0 unless closing
    /// @param serial the number of withdrawals made so far; 0 once closed
    /// @param epochs which epoch each party's delegations must name
    struct ChannelView {
        bytes32 channelId;
        Status status;
        uint256 round;
        bytes24 stateHash;
        bool[2] hasConsented;
        uint256 evidenceDeadline;
        uint256 serial;
        uint256[2] epochs;
        AssetView[] assets;
        BountyView bounty;
    }

    /// @notice What a channel holds of one asset.
    /// @param balance0 what party 0 put in less what it took out
    /// @param balance1 the same of party 1
    /// @param escrow the sum of both, which is never negative
    struct AssetView {
        address asset;
        int256 balance0;
        int256 balance1;
        uint256 escrow;
    }

    /// @notice What a stale close is going to cost; all zero unless closing under terms with a bounty.
    /// @param prover who made the bounty due
    /// @param closer the party in whose name closing was started
    /// @param closedRound the round that closing was started on
    struct BountyView {
        bool isDue;
        address prover;
        uint256 closer;
        uint256 closedRound;
    }

    /// @notice What settlement would do as of now.
    /// @param isRecorded whether the state is the recorded one; if not, the rest is unknown and zero
    /// @param finalTime the first second at which the channel may be settled, unless it is touched again; 0 while open
    /// @param payouts per asset, party 0's and party 1's, the bounty applied, as in the event `Settled`
    /// @param toProver what the prover of a bounty gets of `assets[0]`
    /// @param toParty what the closing party owes the other one as its part of the bounty, contained in `payouts`
    struct SettlementView {
        bool isRecorded;
        uint256 finalTime;
        uint256[] payouts;
        uint256 toProver;
        uint256 toParty;
    }

    /// @notice How far an instance is on a state.
    /// @param isRecorded whether the state is the recorded one; if not, no step on it counts
    /// @param steps forced so far
    /// @param lastTouch when the last touch was that extended the deadline
    /// @param appStateHash the first 192 bits of the hash of the app state that the instance is in
    /// @param deadline the first second at which it is too late to step or evaluate; 0 unless closing
    /// @param deltas per asset, what settlement adds to the nets
    struct InstanceView {
        bytes32 instanceHash;
        bool isRecorded;
        bool isTouched;
        uint256 steps;
        uint256 lastTouch;
        bytes24 appStateHash;
        uint256 deadline;
        int256[] deltas;
    }

    /// @notice What is known of a channel by its terms alone.
    function channelOf(IChannelManager manager, bytes calldata terms) external view returns (ChannelView memory shown) {
        bytes32 channelId = manager.channelIdOf(terms);
        Record record = manager.recordOf(channelId);
        shown.channelId = channelId;
        shown.status = _statusOf(manager, channelId, terms, record);
        shown.round = record.round();
        shown.stateHash = record.stateHash();
        shown.evidenceDeadline = record.evidenceDeadline();
        shown.serial = manager.fundsOf(channelId, terms.asset(0)).serial();
        for (uint256 party; party < 2; ++party) {
            shown.hasConsented[party] = record.consents() >> party & 1 == 1;
            shown.epochs[party] = manager.epochOf(channelId, party);
        }
        uint256 count = terms.assetCount();
        shown.assets = new AssetView[](count);
        for (uint256 i; i < count; ++i) {
            address asset = terms.asset(i);
            (int256 balance0, int256 balance1) = manager.fundsOf(channelId, asset).balances();
            shown.assets[i] = AssetView(asset, balance0, balance1, uint256(balance0 + balance1));
        }
        Bounty bounty = manager.bountyOf(channelId);
        address prover = bounty.prover();
        shown.bounty = BountyView(prover != address(0), prover, bounty.closer(), bounty.closedRound());
    }

    /// @notice What settlement would do as of now with what was forced so far, in an open channel too.
    /// @param state packed, as for `settle`
    function settlementOf(IChannelManager manager, bytes calldata terms, bytes calldata state)
        external
        view
        returns (SettlementView memory shown)
    {
        bytes32 channelId = manager.channelIdOf(terms);
        Record record = manager.recordOf(channelId);
        bytes32 stateHash = _hashOf(channelId, terms, state);
        if (_statusOf(manager, channelId, terms, record) == Status.Closed || !record.isOf(stateHash)) return shown;

        shown.isRecorded = true;
        Tally tally = manager.tallyOf(stateHash);
        if (record.isClosing()) {
            shown.finalTime = Window.finalTime(record, state.instancesRoot() != 0, tally, terms.window());
        }
        int256[] calldata nets = state.netsOfState();
        uint256 count = terms.assetCount();
        shown.payouts = new uint256[](2 * count);
        for (uint256 i; i < count; ++i) {
            int256 net = manager.deltaSumOf(stateHash, i);
            if (i == 0) net += tally.seatedDelta();
            if (nets.length != 0) net += nets[i];
            Payouts payouts = Payout.split(manager.fundsOf(channelId, terms.asset(i)), net, i);
            (shown.payouts[2 * i], shown.payouts[2 * i + 1]) = (payouts.payout0(), payouts.payout1());
        }
        _shareBounty(terms, manager.bountyOf(channelId), shown);
    }

    /// @notice How far an instance is on a state that contains it.
    /// @param state packed
    /// @param instance packed; behind it the sibling hashes from its leaf up to the state's root, as for `forceProgress`
    function instanceOf(IChannelManager manager, bytes calldata terms, bytes calldata state, bytes calldata instance)
        external
        view
        returns (InstanceView memory shown)
    {
        bytes32 channelId = manager.channelIdOf(terms);
        Record record = manager.recordOf(channelId);
        bytes32 stateHash = _hashOf(channelId, terms, state);
        bytes32 instanceHash = _leafOf(terms, state, instance);
        Progress progress = manager.progressOf(stateHash, instanceHash);
        shown.instanceHash = instanceHash;
        shown.isRecorded = record.isOf(stateHash);
        shown.isTouched = progress.isTouched();
        shown.steps = progress.steps();
        shown.lastTouch = progress.lastTouch();
        shown.appStateHash = shown.isTouched ? progress.appStateHash() : bytes24(instance.appStateHash());
        if (record.isClosing()) {
            shown.deadline = Window.instanceDeadline(record, progress, instance.matures(), terms.window());
        }
        shown.deltas = new int256[](terms.assetCount());
        for (uint256 i; i < shown.deltas.length; ++i) {
            bool isSeated = i == 0 && progress.isSeated();
            shown.deltas[i] =
                isSeated ? manager.tallyOf(stateHash).seatedDelta() : manager.deltaOf(stateHash, instanceHash, i);
        }
    }

    function _statusOf(IChannelManager manager, bytes32 channelId, bytes calldata terms, Record record)
        private
        view
        returns (Status)
    {
        if (record.isClosing()) return Status.Closing;
        return manager.fundsOf(channelId, terms.asset(0)).isClosed() ? Status.Closed : Status.Open;
    }

    function _hashOf(bytes32 channelId, bytes calldata terms, bytes calldata state) private pure returns (bytes32) {
        uint256 length = MessageLibrary.stateLengthFor(terms.assetCount());
        if (state.length != length && state.length != 0) {
            revert IChannelErrors.StateLengthInvalid(length, state.length);
        }
        return Hashes.state(channelId, state);
    }

    function _leafOf(bytes calldata terms, bytes calldata state, bytes calldata instance)
        private
        pure
        returns (bytes32 leaf)
    {
        uint256 length = InstanceLibrary.lengthFor(terms.assetCount());
        if (instance.length < length || (instance.length - length) % 32 != 0) {
            revert IChannelErrors.InstanceLengthInvalid(length, instance.length);
        }
        (bytes calldata packed, bytes calldata proof) = instance.split(length);
        leaf = Hashes.instance(packed);
        Merkle.requireLeaf(state.instancesRoot(), leaf, proof);
    }

    /// @dev A party that proves its peer's close stale leaves the prover's half to the other party.
    function _shareBounty(bytes calldata terms, Bounty bounty, SettlementView memory shown) private pure {
        address prover = bounty.prover();
        if (prover == address(0)) return;
        uint256 closer = bounty.closer();
        (shown.toProver, shown.toParty) = Payout.bounty(shown.payouts[closer], terms.bounty());
        for (uint256 party; party < 2; ++party) {
            bool isOwn = prover == terms.signer(party) || prover == terms.payee(party);
            if (isOwn) (shown.toProver, shown.toParty) = (0, shown.toProver + shown.toParty);
        }
        shown.payouts[closer] -= shown.toProver + shown.toParty;
        shown.payouts[1 - closer] += shown.toParty;
    }
}
