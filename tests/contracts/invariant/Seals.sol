// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Delegation, Step} from "../../../contracts/types/Messages.sol";
import {Terms, TermsLibrary} from "../../../contracts/types/Terms.sol";
import {Judge} from "./Judge.sol";
import {Ghost} from "./Model.sol";
import {World} from "./World.sol";

/// @notice Signatures, and all that can be wrong with them.
abstract contract Seals is Judge {
    /// @dev Whether what was signed last is something else than what it is handed in with.
    bool internal isForged;

    /// @dev Whether all calls are honest for now.
    bool internal isCandid;

    function lie(uint256 sides) internal override returns (bool) {
        return !isCandid && super.lie(sides);
    }

    /// @dev A lie that makes a signature one of something else.
    function forge(uint256 sides) internal returns (bool isLie) {
        isLie = lie(sides);
        if (isLie) isForged = true;
    }

    /// @dev The next call is made on another chain, with the same contract at the same address.
    function mayFork() internal {
        isForked = lie(40);
    }

    /// @dev Inclusive.
    function validUntil() internal returns (uint64) {
        if (lie(8)) return uint64(clock - 1);
        return uint64(clock + (chance(2) ? 0 : roll(1000)));
    }

    /// @dev As little gas as the sender can get away with, maybe.
    function starved() internal returns (uint256) {
        return lie(3) ? LEAST_GAS : ENOUGH_GAS;
    }

    /// @dev The domain and the channel that a message is signed for.
    function bind(Ghost storage g) internal returns (bytes32, bytes32) {
        if (!forge(12)) return (domain, g.id);
        uint256 way = roll(5);
        Terms memory terms = g.terms;
        if (way == 0) return (twinDomain, hashes.channelId(twinDomain, TermsLibrary.pack(terms)));
        if (way == 1) return (forkDomain, hashes.channelId(forkDomain, TermsLibrary.pack(terms)));
        if (way == 2) return (twinDomain, g.id);
        if (way == 3) terms.salt = ~terms.salt;
        else terms.window += 1;
        return (domain, hashes.channelId(domain, TermsLibrary.pack(terms)));
    }

    /// @dev Both parties' signatures; or one of them, if the sender is the other party.
    function sealBoth(bytes32 domain_, bytes32 structHash, address sender) internal returns (bytes memory) {
        bool isFull = chance(2);
        bytes memory a = sign(keys[0], domain_, structHash, isFull);
        bytes memory b = sign(keys[1], domain_, structHash, isFull);
        if (forge(16)) {
            uint256 way = roll(5);
            if (way == 0) return bytes.concat(b, a);
            if (way == 1) return bytes.concat(a, a);
            bytes memory c = sign(STRANGER_KEY, domain_, structHash, isFull);
            if (way == 2) return bytes.concat(a, c);
            if (way == 3) return bytes.concat(c, b);
            return partyOf(sender) == 0 ? a : partyOf(sender) == 1 ? b : c;
        }
        uint256 party = partyOf(sender);
        if (party == 2 || chance(2)) return bytes.concat(a, b);
        return party == 0 ? b : a;
    }

    function sealDelegation(Ghost storage g, Delegation memory delegation) internal returns (bytes memory) {
        (bytes32 domain_, bytes32 id) = bind(g);
        Delegation memory signed = abi.decode(abi.encode(delegation), (Delegation));
        if (forge(16)) signed.party = 1 - signed.party;
        if (forge(16)) signed.delegate = stranger;
        if (forge(16)) ++signed.epoch;
        if (forge(16)) ++signed.minRound;
        if (forge(16)) ++signed.validUntil;
        uint256 key = forge(16) ? keys[1 - delegation.party] : keys[delegation.party];
        return sign(key, domain_, hashes.delegation(id, signed), chance(2));
    }

    function sealStep(Ghost storage g, bytes32 base, bytes32 leaf, Step memory s, uint256 mover)
        internal
        returns (bytes memory)
    {
        (bytes32 domain_, bytes32 id) = bind(g);
        (uint256 number, bytes32 appStateHash) = (s.number, keccak256(s.appState));
        bytes memory action = s.action;
        if (forge(12)) number = number == 1 ? 2 : number - 1;
        if (forge(12)) appStateHash = ~appStateHash;
        if (forge(12)) base = ~base;
        if (forge(12)) leaf = ~leaf;
        if (forge(12)) action = abi.encode(action);
        uint256 key = forge(12) ? STRANGER_KEY : keys[mover];
        return sign(key, domain_, hashes.step(id, base, leaf, uint8(number), appStateHash, action), chance(2));
    }
}
