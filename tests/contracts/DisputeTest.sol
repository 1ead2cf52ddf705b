// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Bounty} from "../../contracts/types/Bounty.sol";
import {Close, Delegation, State, Withdraw} from "../../contracts/types/Messages.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Record} from "../../contracts/types/Record.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {ChannelTest} from "./ChannelTest.sol";
import {Vm, vm} from "./Vm.sol";

/// @notice What tests of disputes share: calls as data with a sender each, refusals to the last byte, whole records.
abstract contract DisputeTest is ChannelTest, IChannelErrors {
    error NotRefused(bytes expected);
    error RefusedOtherwise(bytes expected, bytes actual);

    /// @dev Forge's chain id. `block.chainid` may be read before a cheatcode changes it.
    uint256 internal constant HOME = 31_337;

    // Calls

    function send(address sender, bytes memory call) internal {
        vm.prank(sender);
        (bool success, bytes memory answer) = address(manager).call(call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function trySend(address sender, bytes memory call) internal returns (bool success) {
        vm.prank(sender);
        (success,) = address(manager).call(call);
    }

    /// @notice The call succeeds, and neither a word of the dispute nor a log says that it was made.
    function sendWithoutEffect(address sender, Terms memory terms, bytes memory call) internal {
        (bytes32 record, bytes32 bounty) = disputeOf(terms);
        vm.recordLogs();
        send(sender, call);
        assertEq(vm.getRecordedLogs().length, 0, "logs");
        (bytes32 recordAfter, bytes32 bountyAfter) = disputeOf(terms);
        assertEq(recordAfter, record, "record");
        assertEq(bountyAfter, bounty, "bounty");
    }

    /// @notice The call is refused with exactly this error.
    function expectRefused(address sender, bytes memory call, bytes memory reason) internal {
        vm.prank(sender);
        (bool success, bytes memory answer) = address(manager).call(call);
        if (success) revert NotRefused(reason);
        if (keccak256(answer) != keccak256(reason)) revert RefusedOtherwise(reason, answer);
    }

    function snapshotCall(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return abi.encodeCall(manager.snapshotSolo, (pack(terms), evidenceOf(terms, state)));
    }

    function slashCall(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return abi.encodeCall(manager.slash, (pack(terms), evidenceOf(terms, state)));
    }

    function closeCall(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return abi.encodeCall(manager.closeSolo, (pack(terms), evidenceOf(terms, state), false));
    }

    /// @notice A close with the flag.
    function consentCall(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return abi.encodeCall(manager.closeSolo, (pack(terms), evidenceOf(terms, state), true));
    }

    function settleCall(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return abi.encodeCall(manager.settle, (pack(terms), pack(state)));
    }

    function revokeCall(Terms memory terms) internal view returns (bytes memory) {
        return abi.encodeCall(manager.revokeDelegations, (pack(terms)));
    }

    /// @notice A state with both signatures; nothing for round 0.
    function evidenceOf(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return state.round == 0 ? pack(state) : bytes.concat(pack(state), coSign(terms, state));
    }

    function settleAt(uint256 time, Terms memory terms, State memory state) internal {
        vm.warp(time);
        send(stranger, settleCall(terms, state));
    }

    // Messages

    function closeOf(uint64 round, int256 net) internal pure returns (Close memory message) {
        message.round = round;
        message.nets = new int256[](1);
        message.nets[0] = net;
        message.validUntil = uint64(START + 365 days);
    }

    function closeMutual(Terms memory terms, Close memory message) internal {
        manager.closeMutual(pack(terms), bytes.concat(pack(message), coSign(terms, message)));
    }

    function withdrawOf(uint64 serial, uint256 amount0, uint256 amount1)
        internal
        view
        returns (Withdraw memory message)
    {
        message.serial = serial;
        message.amounts = new uint256[](2);
        (message.amounts[0], message.amounts[1]) = (amount0, amount1);
        message.recipients = [alicePayee, bobPayee];
        message.validUntil = uint64(START + 365 days);
    }

    /// @notice A delegation of epoch 0.
    function delegationTo(address delegate, uint8 party, uint64 minRound) internal pure returns (Delegation memory) {
        return Delegation(party, delegate, 0, minRound, uint64(START + 365 days));
    }

    /// @notice By the party that it names.
    function signDelegation(Terms memory terms, Delegation memory delegation) internal view returns (bytes memory) {
        bytes32 structHash = hashes.delegation(idOf(terms), delegation);
        return sign(delegation.party == 0 ? ALICE_KEY : BOB_KEY, structHash);
    }

    function delegateCall(Terms memory terms, State memory state, Delegation memory delegation)
        internal
        view
        returns (bytes memory)
    {
        return abi.encodeCall(
            manager.closeSoloAsDelegate,
            (pack(terms), evidenceOf(terms, state), delegation, signDelegation(terms, delegation))
        );
    }

    // Expectations

    function recordOf(Terms memory terms) internal view returns (Record) {
        return StorageReader.recordOf(manager, idOf(terms));
    }

    function bountyOf(Terms memory terms) internal view returns (Bounty) {
        return StorageReader.bountyOf(manager, idOf(terms));
    }

    function disputeOf(Terms memory terms) internal view returns (bytes32 record, bytes32 bounty) {
        return (bytes32(Record.unwrap(recordOf(terms))), bytes32(Bounty.unwrap(bountyOf(terms))));
    }

    /// @notice The word of a record.
    /// @param deadline `E`, 0 while open
    /// @param consents bit `i` for party `i`
    function recordWith(Terms memory terms, State memory state, uint256 deadline, uint256 consents)
        internal
        view
        returns (Record)
    {
        uint256 hash = uint256(hashOf(terms, state)) >> 64 << 64;
        return Record.wrap(hash | deadline << 31 | uint256(state.round) << 2 | consents);
    }

    function assertRecord(Terms memory terms, State memory state, uint256 deadline, uint256 consents) internal view {
        Record record = recordOf(terms);
        assertEq(record.round(), state.round, "round");
        assertEq(record.evidenceDeadline(), deadline, "evidence deadline");
        assertEq(record.consents(), consents, "consents");
        uint256 expected = Record.unwrap(recordWith(terms, state, deadline, consents));
        assertEq(Record.unwrap(record), expected, "record");
    }

    /// @notice The next call writes this record, and says so.
    /// @param named the state that the log carries the rest of
    function expectRecorded(Terms memory terms, Record record, State memory named) internal {
        bytes32 id = idOf(terms);
        vm.expectEmit(address(manager));
        emit IChannelManager.Recorded(id, record, named.nets, named.instancesRoot);
    }

    function assertOpen(Terms memory terms, State memory state) internal view {
        assertRecord(terms, state, 0, 0);
    }

    /// @notice Closing since `START`, without consents.
    function assertClosing(Terms memory terms, State memory state) internal view {
        assertRecord(terms, state, evidenceDeadline(), 0);
    }

    function assertClosed(Terms memory terms) internal view {
        assertTrue(StorageReader.fundsOf(manager, idOf(terms), terms.assets[0]).isClosed(), "closed");
    }

    function assertPayouts(uint256 alicePayout, uint256 bobPayout) internal view {
        assertPaid(alicePayee, alicePayout, "Alice");
        assertPaid(bobPayee, bobPayout, "Bob");
    }

    /// @notice The payouts that section 4 of the protocol names, in its own words.
    function payoutsOf(uint256 funds0, uint256 funds1, int256 net) internal pure returns (uint256, uint256) {
        uint256 total = funds0 + funds1;
        if (net >= int256(funds0)) return (0, total);
        if (net <= -int256(funds1)) return (total, 0);
        uint256 payout0 = net < 0 ? funds0 + uint256(-net) : funds0 - uint256(net);
        return (payout0, total - payout0);
    }
}
