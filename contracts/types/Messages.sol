// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";

// What the parties sign. The signed EIP-712 types begin with `bytes32 channelId`, which the contract computes from the terms
// and therefore does not travel; see `libraries/Hashes.sol`. What a dispute carries travels packed, see `MessageLibrary`.

/// @notice A co-signed state. Round 0 is implicit: no nets, no instances, no signature, hash 0, and packed nothing at all.
/// @param round grows by at least one with each co-signed state; at most `MAX_ROUND`
/// @param instancesRoot Merkle root of the running instances; 0 for none
/// @param nets per asset, what party 0 has transferred to party 1 so far, in sum
struct State {
    uint64 round;
    bytes32 instancesRoot;
    int256[] nets;
}

/// @notice Agreement of both parties to close at once and pay by `nets`.
/// @param round must be above the recorded round
/// @param validUntil last second, inclusive, at which it may be used
/// @param nets as in `State`
struct Close {
    uint64 round;
    uint64 validUntil;
    int256[] nets;
}

/// @notice Agreement of both parties to take money out of a living channel.
/// @param serial number of withdrawals made so far
/// @param amounts two per asset: what is taken out of party 0's and of party 1's side
/// @param recipients who is paid party 0's and party 1's amounts
/// @param validUntil last second, inclusive, at which it may be used
struct Withdraw {
    uint64 serial;
    uint256[] amounts;
    address[2] recipients;
    uint64 validUntil;
}

/// @notice The power to close in a party's name, and nothing else.
/// @param party whose name
/// @param delegate who may close
/// @param epoch the party's delegation epoch in this channel; revoking raises it
/// @param minRound the delegate may close only if the recorded round is then at least this
/// @param validUntil last second, inclusive, at which it may be used
struct Delegation {
    uint8 party;
    address delegate;
    uint64 epoch;
    uint64 minRound;
    uint64 validUntil;
}

/// @notice One forced step of an instance.
/// @param number 1 for the first step on this base
/// @param appState the app state that it starts from
/// @param action what the app is given
struct Step {
    uint8 number;
    bytes appState;
    bytes action;
}

/// @title Messages as they travel: the fields in their order, packed, without padding
/// @notice Nested dynamic ABI types would cost several thousand gas of calldata and decoding in each call. *Evidence* is a
/// packed state and behind it the signatures; nothing at all for round 0; a state alone where it is recorded already.
/// @dev The readers take messages that are long enough, and do no checks of their own.
library MessageLibrary {
    uint256 private constant STATE_HEAD = 40;
    uint256 private constant CLOSE_HEAD = 16;
    uint256 private constant STEP_HEAD = 5;

    /// @notice Packs a state for the contract: nothing for round 0, else round, root, nets.
    function pack(State memory state) internal pure returns (bytes memory) {
        if (state.round == 0 && state.instancesRoot == 0 && state.nets.length == 0) return "";
        return abi.encodePacked(state.round, state.instancesRoot, state.nets);
    }

    /// @notice Packs a mutual close for the contract: round, time, nets.
    function pack(Close memory close) internal pure returns (bytes memory) {
        return abi.encodePacked(close.round, close.validUntil, close.nets);
    }

    /// @notice Packs a step for the contract: number, both lengths in two bytes each, app state, action, signature.
    /// @param signature by the mover; empty where none is needed
    function pack(Step memory step, bytes memory signature) internal pure returns (bytes memory) {
        // A length that was cut would make it another step.
        uint256 longest = step.appState.length > step.action.length ? step.appState.length : step.action.length;
        if (longest > type(uint16).max) revert IChannelErrors.AppBytesTooLong(type(uint16).max, longest);
        bytes memory lengths = abi.encodePacked(uint16(step.appState.length), uint16(step.action.length));
        return abi.encodePacked(step.number, lengths, step.appState, step.action, signature);
    }

    /// @notice The length of a packed state in a channel with so many assets.
    function stateLengthFor(uint256 assets) internal pure returns (uint256) {
        unchecked {
            return STATE_HEAD + 32 * assets;
        }
    }

    /// @notice The length of a packed close in a channel with so many assets.
    function closeLengthFor(uint256 assets) internal pure returns (uint256) {
        unchecked {
            return CLOSE_HEAD + 32 * assets;
        }
    }

    /// @notice Cuts a message in two; the caller knows that it has at least `length` bytes.
    function split(bytes calldata message, uint256 length)
        internal
        pure
        returns (bytes calldata head, bytes calldata tail)
    {
        assembly ("memory-safe") {
            head.offset := message.offset
            head.length := length
            tail.offset := add(message.offset, length)
            tail.length := sub(message.length, length)
        }
    }

    /// @notice The round of a packed state or close; 0 of nothing.
    function round(bytes calldata message) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mul(shr(192, calldataload(message.offset)), gt(message.length, 0))
        }
    }

    /// @notice The root of a packed state; 0 of nothing.
    function instancesRoot(bytes calldata state) internal pure returns (bytes32 root) {
        assembly ("memory-safe") {
            root := mul(calldataload(add(state.offset, 8)), gt(state.length, 0))
        }
    }

    /// @notice The time of a packed close.
    function validUntil(bytes calldata close) internal pure returns (uint256 time) {
        assembly ("memory-safe") {
            time := shr(192, calldataload(add(close.offset, 8)))
        }
    }

    /// @notice The nets of a packed state; none of nothing.
    function netsOfState(bytes calldata state) internal pure returns (int256[] calldata nets) {
        assembly ("memory-safe") {
            nets.offset := add(state.offset, STATE_HEAD)
            nets.length := mul(shr(5, sub(state.length, STATE_HEAD)), gt(state.length, 0))
        }
    }

    /// @notice The nets of a packed close.
    function netsOfClose(bytes calldata close) internal pure returns (int256[] calldata nets) {
        assembly ("memory-safe") {
            nets.offset := add(close.offset, CLOSE_HEAD)
            nets.length := shr(5, sub(close.length, CLOSE_HEAD))
        }
    }

    /// @notice Whether a packed step is long enough for its head, its app state and its action.
    function isStep(bytes calldata step) internal pure returns (bool) {
        unchecked {
            return step.length >= STEP_HEAD && step.length >= STEP_HEAD + appStateLength(step) + actionLength(step);
        }
    }

    /// @notice The number of a packed step.
    function number(bytes calldata step) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(step.offset))
        }
    }

    /// @notice The app state that a packed step starts from.
    function appState(bytes calldata step) internal pure returns (bytes calldata part) {
        uint256 length = appStateLength(step);
        assembly ("memory-safe") {
            part.offset := add(step.offset, STEP_HEAD)
            part.length := length
        }
    }

    /// @notice The action of a packed step.
    function action(bytes calldata step) internal pure returns (bytes calldata part) {
        uint256 appLength = appStateLength(step);
        uint256 length = actionLength(step);
        assembly ("memory-safe") {
            part.offset := add(add(step.offset, STEP_HEAD), appLength)
            part.length := length
        }
    }

    /// @notice The signature behind a packed step; empty if there is none.
    function stepSignature(bytes calldata step) internal pure returns (bytes calldata part) {
        uint256 appLength = appStateLength(step);
        uint256 length = actionLength(step);
        assembly ("memory-safe") {
            let start := add(STEP_HEAD, add(appLength, length))
            part.offset := add(step.offset, start)
            part.length := sub(step.length, start)
        }
    }

    function appStateLength(bytes calldata step) private pure returns (uint256 length) {
        assembly ("memory-safe") {
            length := and(shr(232, calldataload(step.offset)), 0xffff)
        }
    }

    function actionLength(bytes calldata step) private pure returns (uint256 length) {
        assembly ("memory-safe") {
            length := and(shr(216, calldataload(step.offset)), 0xffff)
        }
    }
}
