// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../interfaces/IApp.sol";
import {App} from "./App.sol";
import {PreimageRegistry} from "./PreimageRegistry.sol";

/// @title Money against a secret
/// @notice Transfers if the registry saw the preimage of a hash in time, and nothing otherwise. Payments over several
/// hops, and swaps with other chains, are made of such locks.
/// @dev App state: `abi.encode(Lock)`. There are no actions, for nobody ever moves: whoever is to be paid shows the
/// preimage to the registry and has the lock evaluated. Hops whose locks name the same registry look at the same entry:
/// all of them are paid or none is.
///
/// Of the instance: `matures` is `validUntil`, so that a lock which outlives the dispute is still decided, if it was
/// touched; `maxSteps` is 0; 40,000 `appGas` are enough for all eight assets.
///
/// Warning: a lock that nobody evaluates pays nothing, even if the preimage was seen.
/// Warning: touch a lock as soon as its channel closes, decided or not, well before `E + T`: evaluate it. Only a
/// touched lock has a window after `validUntil`. Of an untouched one the deadline is `E + T`, and its peer, together
/// with who is paid in the end, can close so that this is `validUntil + 1` and reveal at `validUntil`.
/// Warning: who passes a payment on signs an inbound lock that names the same registry address on the same chain as the
/// outbound one, with the same `validUntil` or a later one, never an earlier one. Two chains have two registries, and
/// so have two deployments on one chain: what one saw must be shown to the other. Where the addresses or chains differ,
/// the inbound `validUntil` is later by the time for a reveal and a margin for reorgs.
/// Warning: the registry is whatever contract the lock names. Sign none but a `PreimageRegistry`, known by its code.
/// Warning: a hash whose preimage the registry has seen is decided before it is signed: the payer looks whether
/// `seenAt` is zero. A preimage is used once.
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
