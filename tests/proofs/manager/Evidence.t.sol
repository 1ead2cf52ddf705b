// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../../contracts/libraries/StorageReader.sol";
import {vm} from "../../contracts/Vm.sol";
import {RulesProof} from "./RulesProof.sol";

/// @notice Calls that pay nothing out keep the rules of the record, and the money where it is.
/// @custom:halmos --solver z3
contract EvidenceProof is RulesProof {
    using StorageReader for IChannelManager;

    function check_SnapshotSolo(uint8 form, address sender, uint40 time) external {
        assertPaysNothing(abi.encodeCall(manager.snapshotSolo, (terms, evidenceOf(form))), sender, time);
    }

    function check_Slash(uint8 form, address sender, uint40 time) external {
        assertPaysNothing(abi.encodeCall(manager.slash, (terms, evidenceOf(form))), sender, time);
    }

    function check_RevokeDelegations(address sender, uint40 time) external {
        // Nobody revokes 2^256 times.
        vm.assume(manager.epochOf(channelId, 0) < type(uint256).max);
        vm.assume(manager.epochOf(channelId, 1) < type(uint256).max);
        assertPaysNothing(abi.encodeCall(manager.revokeDelegations, (terms)), sender, time);
    }

    function check_DepositById(uint8 party, uint256 amount, uint128 value, address sender, uint40 time) external {
        vm.assume(sender != address(manager));
        vm.deal(sender, type(uint128).max);
        bytes memory data = abi.encodeCall(manager.depositById, (channelId, agreed.assets[0], party, amount));
        (bool success, View memory before, View memory later) = assertRules(data, value, sender, time);
        if (!success) return;
        assertDeposited(before, later, party, value);
        assert(later.coins == before.coins + value);
    }

    /// @dev None, a state alone, with the other party's signature, or with both.
    function evidenceOf(uint8 form) private pure returns (bytes memory) {
        vm.assume(form < 4);
        return anyEvidence(form);
    }
}
