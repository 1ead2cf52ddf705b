// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {RulesProof} from "./RulesProof.sol";

/// @notice Party 0, if it closes without consent, keeps the rules of the record, and the money where it is.
/// @custom:halmos --solver z3
contract CloseProof is RulesProof {
    function check_CloseSoloWithNothing(uint40 time) external {
        assertCloses("", time);
    }

    function check_CloseSoloWithASignedState(uint40 time) external {
        assertCloses(anyEvidence(2), time);
    }

    function assertCloses(bytes memory evidence, uint40 time) private {
        bytes memory data = abi.encodeCall(manager.closeSolo, (terms, evidence, false));
        (bool success,, View memory later) = assertPaysNothing(data, agreed.parties[0].signer, time);
        if (success) assert(later.record.isClosing());
    }
}
