// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Funds, FundsLibrary} from "../../../contracts/types/Funds.sol";
import {Record} from "../../../contracts/types/Record.sol";
import {MAX_AMOUNT} from "../../../contracts/types/Terms.sol";
import {ManagerProof} from "./ManagerProof.sol";

/// @notice What no call does to a channel, whatever is stored, handed in, and sent by whom and when.
abstract contract RulesProof is ManagerProof {
    /// @dev After the call the channel is closed and its money paid out, or else its record and its serial have only grown.
    function assertRules(bytes memory data, uint256 value, address sender, uint40 time)
        internal
        returns (bool success, View memory before, View memory later)
    {
        before = look();
        assumeSound(before);
        success = send(data, value, sender, time);
        later = look();
        if (!success) return (success, before, later);
        assertSound(later);
        if (isGone(later)) return (success, before, later);
        assert(!before.funds.isClosed());
        assertRecordGrows(before.record, later.record, sender, time);
        assert(later.funds.serial() - before.funds.serial() < 2);
    }

    /// @dev The rules, and no money moves: neither what the channel has nor the manager's coins.
    function assertPaysNothing(bytes memory data, address sender, uint40 time)
        internal
        returns (bool success, View memory before, View memory later)
    {
        (success, before, later) = assertRules(data, 0, sender, time);
        assert(isGone(later) == isGone(before));
        assert(Funds.unwrap(later.funds) == Funds.unwrap(before.funds));
        assert(later.coins == before.coins);
    }

    /// @dev That one party's balance is greater by what arrived, and all else is as it was, but for the mark of a first
    /// deposit.
    function assertDeposited(View memory before, View memory later, uint256 party, uint256 arrived) internal pure {
        (int256 before0, int256 before1) = before.funds.balances();
        (int256 later0, int256 later1) = later.funds.balances();
        assert(party < 2 && arrived <= MAX_AMOUNT);
        assert(later0 == before0 + int256(party == 0 ? arrived : 0));
        assert(later1 == before1 + int256(party == 1 ? arrived : 0));
        Funds marked = before.funds.isValidated() ? before.funds : FundsLibrary.empty(0);
        assert(uint32(Funds.unwrap(later.funds)) == uint32(Funds.unwrap(marked)));
        assert(Record.unwrap(later.record) == Record.unwrap(before.record));
    }

    function assertRecordGrows(Record before, Record record, address sender, uint40 time) private view {
        uint256 gained = record.consents();
        assert(record.round() >= before.round());
        if (record.round() == before.round()) {
            assert(record.stateHash() == before.stateHash());
            assert(record.consents() & before.consents() == before.consents());
            gained -= before.consents();
        } else if (before.isClosing()) {
            assert(time < before.evidenceDeadline());
        }
        if (before.isClosing()) assert(record.evidenceDeadline() == before.evidenceDeadline());
        else if (record.isClosing()) assert(record.evidenceDeadline() == uint256(time) + agreed.window);
        if (sender != agreed.parties[0].signer) assert(gained & 1 == 0);
        if (sender != agreed.parties[1].signer) assert(gained & 2 == 0);
    }
}
