// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Hashes} from "../../contracts/libraries/Hashes.sol";
import {Delegation, Withdraw} from "../../contracts/types/Messages.sol";

/// @notice `Hashes` as external functions, because it reads calldata.
contract HashHarness {
    function channelId(bytes32 domainSeparator, bytes calldata terms) external pure returns (bytes32) {
        return Hashes.channelId(domainSeparator, terms);
    }

    function state(bytes32 id, bytes calldata message) external pure returns (bytes32) {
        return Hashes.state(id, message);
    }

    function close(bytes32 id, bytes calldata message) external pure returns (bytes32) {
        return Hashes.close(id, message);
    }

    function withdraw(bytes32 id, Withdraw calldata message) external pure returns (bytes32) {
        return Hashes.withdraw(id, message);
    }

    function delegation(bytes32 id, Delegation calldata message) external pure returns (bytes32) {
        return Hashes.delegation(id, message);
    }

    function instance(bytes calldata message) external pure returns (bytes32) {
        return Hashes.instance(message);
    }

    function step(
        bytes32 id,
        bytes32 stateHash,
        bytes32 instanceHash,
        uint256 number,
        bytes32 appStateHash,
        bytes calldata action
    ) external pure returns (bytes32) {
        return Hashes.step(id, stateHash, instanceHash, number, appStateHash, action);
    }
}
