// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice Who may make the next step of an instance.
enum Turn {
    Party0,
    Party1,
    Anyone,
    Nobody
}

/// @title What two parties can agree on beyond payments
/// @notice The rules of a game, a lock, an escrow: a state machine over app states, each with an outcome in money.
/// @dev Assumptions about an app, which both parties check before they sign an instance of it, by its code hash:
/// 1. Its answers depend on its arguments, and on facts that can only go from undecided to decided.
/// 2. `transition` never reads the clock: a newer co-signed state voids steps, which must then be possible again. Evidence
///    that counts only before a deadline comes from a registry that stores when it was first seen.
/// 3. It has no owner, no delegatecall and no selfdestruct, and reads no opcode that the sender can choose.
/// Each operation makes one call: a staticcall with exactly `Instance.appGas`. A revert, a return longer than it should be or not exactly
/// ABI-encoded, or a wrong number of deltas refuses the whole operation, and changes nothing.
interface IApp {
    /// @notice The app state after `action`, and where the app stands then.
    /// @dev Warning: the app itself must refuse an action that is not `mover`'s to make; `apps/App.sol` does it for it.
    /// @param mover the party that signed or sent the step, or `Anyone` if neither party did
    /// @return next the new app state, at most 4,096 bytes, not equal to `appState`
    /// @return turn as of `position`, in the new app state
    /// @return deltas as of `position`, in the new app state
    function transition(bytes calldata appState, bytes calldata action, Turn mover)
        external
        view
        returns (bytes memory next, Turn turn, int256[] memory deltas);

    /// @notice Where the app stands: who moves next, and what holds if the channel settles in this app state.
    /// @dev The outcome of a game is that the party whose turn it is has walked away. The contract clamps each delta to the
    /// stakes.
    /// @return turn who may make the next step
    /// @return deltas the outcome: per asset of the channel, in its units, positive from party 0 to party 1
    function position(bytes calldata appState) external view returns (Turn turn, int256[] memory deltas);
}
