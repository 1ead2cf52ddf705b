// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../../contracts/libraries/StorageReader.sol";
import {vm} from "../Vm.sol";
import {Model, NOTHING} from "./Model.sol";

/// @notice What is done to a channel.
enum Op {
    Deposit,
    Withdraw,
    Claim,
    Agree,
    Snapshot,
    Close,
    Consent,
    DelegateClose,
    Revoke,
    CloseMutual,
    Step,
    Evaluate,
    Settle,
    Multicall,
    Answer
}

bytes32 constant FORKED = "7 on another chain";

/// @notice Makes calls, and compares what the contract makes of them with what the model does.
/// @dev In the calm world only what is allowed is called. In the hostile one anything is. A difference is a finding against
/// the claims of PROTOCOL section 9 that it breaks; from then on nothing happens any more.
abstract contract Judge is Model {
    using StorageReader for IChannelManager;

    uint256 internal constant ENOUGH_GAS = 5_000_000;
    /// @dev Asks for the least gas with which the call succeeds: what it does must not depend on its gas.
    uint256 internal constant LEAST_GAS = 0;
    /// @dev How close to the least gas one gets: less than what any call to the outside needs.
    uint256 private constant GAS_STEP = 200;

    /// @notice Per claim, what was found against it.
    bytes32[10] public findings;
    /// @notice What the contract said when it refused what it should not have.
    bytes public reason;
    bool public isOver;

    mapping(Op op => uint256) public successes;
    mapping(bytes32 finding => uint256) public refusals;

    /// @dev Whether the next call is made on another chain, with the same contract at the same address.
    bool internal isForked;

    // Calls

    function attempt(Op op, address sender, bytes memory data, uint256 gasLimit, bytes32 finding)
        internal
        returns (bool)
    {
        return attemptPaying(op, sender, data, gasLimit, finding, 0);
    }

    /// @param finding why the rules refuse the call; nothing if they allow it
    /// @return whether the call was allowed and made
    function attemptPaying(Op op, address sender, bytes memory data, uint256 gasLimit, bytes32 finding, uint256 value)
        internal
        returns (bool)
    {
        if (!isHostile && finding != NOTHING) return false;
        if (isForked) {
            finding = FORKED;
            vm.chainId(FORK);
        }
        if (gasLimit == LEAST_GAS) gasLimit = leastGas(sender, data, value);
        (bool success, bytes memory answer) = call(sender, data, gasLimit, value);
        if (isForked) vm.chainId(CHAIN);
        isForked = false;
        if (success && finding != NOTHING) blame(finding);
        if (!success && finding == NOTHING && gasLimit == ENOUGH_GAS) {
            reason = answer;
            blame(refusalOf(op));
        }
        if (success) ++successes[op];
        else ++refusals[finding];
        return success && finding == NOTHING;
    }

    function leastGas(address sender, bytes memory data, uint256 value) private returns (uint256 enough) {
        uint256 fork = vm.snapshotState();
        uint256 tooLittle;
        enough = ENOUGH_GAS;
        while (enough - tooLittle > GAS_STEP) {
            uint256 gasLimit = (enough + tooLittle) / 2;
            (bool success,) = call(sender, data, gasLimit, value);
            vm.revertToState(fork);
            if (success) enough = gasLimit;
            else tooLittle = gasLimit;
        }
    }

    function call(address sender, bytes memory data, uint256 gasLimit, uint256 value)
        private
        returns (bool success, bytes memory answer)
    {
        if (sender != address(this)) vm.prank(sender);
        (success, answer) = address(manager).call{gas: gasLimit, value: value}(data);
    }

    /// @dev What is broken if the contract refuses what the rules allow.
    function refusalOf(Op op) internal view returns (bytes32) {
        if (op == Op.Snapshot) return "2 newer evidence is refused";
        if (op == Op.Close || op == Op.Consent || op == Op.DelegateClose) return "24 a close is refused";
        if (op == Op.Step) return "3 a step is refused";
        if (op == Op.Evaluate) return "3 an evaluation is refused";
        if (op == Op.Settle) {
            return isHostile ? bytes32("48 settlement is blocked") : bytes32("4 settlement is refused");
        }
        if (op == Op.Revoke) return "7 a delegation is not revoked";
        return "8 money is blocked";
    }

    /// @dev A finding begins with the numbers of the claims that it breaks.
    function blame(bytes32 finding) internal {
        for (uint256 i; finding[i] != " "; ++i) {
            findings[uint8(finding[i]) - 48] = finding;
        }
        isOver = true;
    }

    /// @dev Everybody has been paid, or is owed, just what the model says.
    function compareMoney() internal {
        for (uint256 i; i < assets.length; ++i) {
            for (uint256 j; j < accounts.length; ++j) {
                (address asset, address account) = (assets[i], accounts[j]);
                uint256 credit = manager.creditOf(account, asset);
                uint256 balance = balanceOf(asset, account);
                if (credit > owed[asset][account] && balance < paid[asset][account]) {
                    blame("8 credited instead of paid");
                } else if (credit != owed[asset][account]) {
                    blame("1 a wrong credit");
                } else if (balance != paid[asset][account]) {
                    blame("1 a wrong payment");
                }
            }
        }
    }
}
