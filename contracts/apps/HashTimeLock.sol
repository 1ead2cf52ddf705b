// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../interfaces/IApp.sol";
import {App} from "./App.sol";
import {PreimageRegistry} from "./PreimageRegistry.sol";

/// @title Money against a secret
/// @notice Transfers if the registry saw the preimage of a hash in time, and nothing otherwise. Payments over several
/// hops, and swaps with other chains, are made of such locks.
/// @dev App state: `abi.encode(Lock)`. There are no actions, for nobody ever moves: whoever is to be paid shows the
/// preimage to the registry and has the lock evaluated. Every hop looks at the same entry, so all of them are paid or
/// none is.
///
/// Of the instance: `matures` is `validUntil`, so that a lock which outlives the dispute is still decided, if it was
/// touched; `maxSteps` is 0; 40,000 `appGas` are enough for all eight assets.
///
/// Warning: a lock that nobody evaluates pays nothing, even if the preimage was seen.
/// Warning: who passes a payment on is paid by evaluating within the window after `validUntil`, in its own channel; it
/// gives the inbound lock the same `validUntil` as the outbound one, or a later one, never an earlier one.
/// Warning: the registry is whatever contract the lock names. Sign none but a `PreimageRegistry`, known by its code.
contract HashTimeLock is App {
    /// @param registry the only evidence
    /// @param hash the keccak256 of a preimage of 32 bytes
    /// @param validUntil the last second, in Unix time, at which the preimage counts if it was seen by then
    /// @param deltas per asset what the preimage moves, positive from party 0 to party 1
    struct Lock {
        PreimageRegistry registry;
        bytes32 hash;
        uint40 validUntil;
        int256[] deltas;
    }

    /// @dev The facts come from the registry, so there is nothing to do.
    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Nobody;
    }

    /// @dev Never asked, as it is nobody's turn; and a step that changes nothing would be refused, too.
    function act(bytes memory appState, bytes calldata, Turn) internal pure override returns (bytes memory) {
        return appState;
    }

    /// @dev Undecided it transfers nothing, like a lock whose time is over; decided it stays, for nothing is ever
    /// forgotten.
    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory) {
        Lock memory lock = abi.decode(appState, (Lock));
        requireExact(appState, abi.encode(lock));
        uint256 seenAt = lock.registry.seenAt(lock.hash);
        if (seenAt == 0 || seenAt > lock.validUntil) return new int256[](lock.deltas.length);
        return lock.deltas;
    }
}
