// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Counter} from "../../contracts/apps/Counter.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {Delegation, State, Step} from "../../contracts/types/Messages.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {vm} from "./Vm.sol";

/// @notice The calls that record a state which is handed in: the first two do nothing else, the next two close an open
/// channel, the last two need a state with instances.
enum Recording {
    SnapshotSolo,
    Slash,
    CloseSolo,
    CloseSoloAsDelegate,
    ForceProgress,
    Evaluate
}

/// @notice For tests of what holds alike for several of these calls.
abstract contract Recorder is DisputeTest {
    Recording internal recording;

    /// @dev A counter, which party 0 moves first.
    Instance internal instance;

    /// @notice The test holds for each of the calls up to `last`.
    modifier byEachUpTo(Recording last) {
        for (uint256 i; i <= uint256(last); ++i) {
            uint256 id = vm.snapshotState();
            recording = Recording(i);
            _;
            vm.revertToState(id);
        }
    }

    function setUp() public virtual override {
        super.setUp();
        instance = instanceOf(address(new Counter()), appState());
    }

    /// @notice The call, as `sender` may make it. A delegate is party 0's.
    function callOf(address sender, Terms memory terms, State memory state, bytes memory signatures)
        internal
        view
        returns (bytes memory)
    {
        return callOf(sender, pack(terms), terms, state, bytes.concat(pack(state), signatures));
    }

    /// @param packed what is handed in, rightly or wrongly, instead of `terms`
    /// @param evidence the same for `state`
    function callOf(address sender, bytes memory packed, Terms memory terms, State memory state, bytes memory evidence)
        internal
        view
        returns (bytes memory)
    {
        if (recording == Recording.SnapshotSolo) return abi.encodeCall(manager.snapshotSolo, (packed, evidence));
        if (recording == Recording.Slash) return abi.encodeCall(manager.slash, (packed, evidence));
        if (recording == Recording.CloseSolo) return abi.encodeCall(manager.closeSolo, (packed, evidence, false));
        if (recording == Recording.CloseSoloAsDelegate) {
            Delegation memory delegation = delegationTo(sender, 0, 0);
            bytes memory signature = signDelegation(terms, delegation);
            return abi.encodeCall(manager.closeSoloAsDelegate, (packed, evidence, delegation, signature));
        }
        if (recording == Recording.Evaluate) {
            return abi.encodeCall(manager.evaluate, (packed, evidence, pack(instance), appState()));
        }
        Step memory step = stepOf(1, appState(), "");
        bytes memory signed = pack(step, signStep(ALICE_KEY, terms, state, instance, step));
        return abi.encodeCall(manager.forceProgress, (packed, evidence, pack(instance), signed));
    }

    /// @notice Somebody who may make it.
    function recorder() internal view returns (address) {
        if (recording == Recording.CloseSolo) return alice;
        return recording == Recording.CloseSoloAsDelegate ? carol : stranger;
    }

    /// @notice Whether it starts closing an open channel.
    function isClose() internal view returns (bool) {
        return recording == Recording.CloseSolo || recording == Recording.CloseSoloAsDelegate;
    }

    /// @notice The root that a state must have to be handed in so.
    function root() internal view returns (bytes32) {
        return recording < Recording.ForceProgress ? bytes32(0) : leafOf(instance);
    }

    function recordable(uint64 round, int256 net) internal view returns (State memory) {
        return stateOf(round, net, root());
    }

    function handInCall(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return callOf(recorder(), pack(terms), terms, state, evidenceOf(terms, state));
    }

    function handIn(Terms memory terms, State memory state) internal {
        send(recorder(), handInCall(terms, state));
    }

    /// @notice The final time of a close made at `START`.
    function finalTime() internal view returns (uint256) {
        return root() == 0 ? evidenceDeadline() : evidenceDeadline() + WINDOW;
    }

    function appState() internal pure returns (bytes memory) {
        return abi.encode(0);
    }
}
