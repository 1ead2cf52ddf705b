// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../interfaces/IApp.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {App} from "./App.sol";

/// @title Insurance by a signed feed
/// @notice Bob's tomatoes are insured against frost: a thermometer signs what it reads, and one reading of the insured
/// time that is out of range pays.
/// @dev App state: `abi.encode(Policy)`. Until the insurance is due anyone may move, which is in the interest of the
/// insured; then nobody.
///
/// Action: `abi.encode(int256 value, uint40 readAt)`, and behind these 64 bytes the signature, of 64 bytes or 65. The
/// station signs the EIP-712 message `Reading(bytes32 feed,int256 value,uint40 readAt)` under the domain of the
/// protocol with this app as verifying contract. When it was read is part of what is signed, so no clock is asked: a
/// reading counts whenever it is shown, as long as the instance can be stepped at all.
///
/// Of the instance: `matures` is the end of the insured time; `maxSteps` is 1; 60,000 `appGas` are enough for all eight
/// assets.
///
/// Warning: a reading proves what the station signed. It alone decides, also when it signs late, or two values of one
/// time.
/// Warning: `since` must not lie before signing, or a reading that there is already decides.
/// Warning: touch an insurance as soon as its channel closes, well before `E + T`: evaluate it. Untouched it cannot be
/// stepped from then on, and what is read later pays nothing.
/// Warning: one reading pays every policy on its feed that it is out of range of: that is what a feed is for.
/// Warning: without a step in time nothing is paid, whatever was read.
contract SignedFeed is App {
    /// @notice The reading is within the range, so nothing is due.
    error ReadingInRange(int256 least, int256 greatest, int256 value);
    /// @notice The reading is not of the insured time.
    error ReadingNotInsured(uint256 since, uint256 until, uint256 readAt);

    bytes32 private constant READING_TYPEHASH = keccak256("Reading(bytes32 feed,int256 value,uint40 readAt)");
    uint256 private constant READING_SIZE = 64;

    /// @param feed what is read, and in which unit, as the station names it
    /// @param station who signs the readings
    /// @param least the least value that is in range
    /// @param greatest the greatest one
    /// @param since the first insured second, in Unix time
    /// @param until the last one
    /// @param isDue whether a reading out of range has been shown
    /// @param deltas per asset what is due then, positive from party 0 to party 1
    struct Policy {
        bytes32 feed;
        address station;
        int256 least;
        int256 greatest;
        uint40 since;
        uint40 until;
        bool isDue;
        int256[] deltas;
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        return read(appState).isDue ? Turn.Nobody : Turn.Anyone;
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal view override returns (bytes memory) {
        Policy memory policy = read(appState);
        (int256 value, uint40 readAt) = abi.decode(action, (int256, uint40));
        if (value >= policy.least && value <= policy.greatest) {
            revert ReadingInRange(policy.least, policy.greatest, value);
        }
        if (readAt < policy.since || readAt > policy.until) {
            revert ReadingNotInsured(policy.since, policy.until, readAt);
        }
        bytes32 structHash = keccak256(abi.encode(READING_TYPEHASH, policy.feed, value, readAt));
        bytes32 digest = Hashes.digest(Hashes.domain(address(this)), structHash);
        Signatures.requireOne(digest, policy.station, action[READING_SIZE:]);
        policy.isDue = true;
        return abi.encode(policy);
    }

    function outcomeIn(bytes memory appState) internal pure override returns (int256[] memory) {
        Policy memory policy = read(appState);
        return policy.isDue ? policy.deltas : new int256[](policy.deltas.length);
    }

    function read(bytes memory appState) private pure returns (Policy memory policy) {
        policy = abi.decode(appState, (Policy));
        requireExact(appState, abi.encode(policy));
        if (policy.least > policy.greatest || policy.since > policy.until) revert AppStateMalformed();
    }
}
