// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Record} from "../../../contracts/types/Record.sol";
import {ManagerProof} from "./ManagerProof.sol";

/// @notice What no call does to a channel, whatever is stored, handed in, and sent by whom and when.
abstract contract RulesProof is ManagerProof {
    /// @dev After the call the channel is closed and its money paid out, or else its record and its serial have only grown.
    function assertRules(bytes memory data, uint256 value, address sender, uint40 time)
        internal
        returns (View memory before, View memory later)
    {
        before = look();
        assumeSound(before);
        bool success = send(data, value, sender, time);
        later = look();
        if (!success) return (before, later);
        assertSound(later);
        if (isGone(later)) return (before, later);
        assert(!before.funds.isClosed());
        assertRecordGrows(before.record, later.record, sender, time);
        assert(later.funds.serial() - before.funds.serial() < 2);
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
