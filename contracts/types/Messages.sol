// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

// What the parties sign, as handed to the contract. The signed EIP-712 types begin with `bytes32 channelId`, which the
// contract computes from the terms and therefore does not travel; see `libraries/Hashes.sol`.

/// @notice A co-signed state. Round 0 is implicit: no nets, no instances, no signature, and hash 0.
/// @param round grows by at least one with each co-signed state; at most `MAX_ROUND`
/// @param nets per asset, what party 0 has transferred to party 1 so far, in sum
/// @param instancesRoot Merkle root of the running instances; 0 for none
struct State {
    uint64 round;
    int256[] nets;
    bytes32 instancesRoot;
}

/// @notice Agreement of both parties to close at once and pay by `nets`.
/// @param round must be above the recorded round
/// @param nets as in `State`
/// @param validUntil last second, inclusive, at which it may be used
struct Close {
    uint64 round;
    int256[] nets;
    uint64 validUntil;
}

/// @notice Agreement of both parties to take money out of a living channel.
/// @param serial number of withdrawals made so far
/// @param amounts0 per asset, what is taken out of party 0's side
/// @param amounts1 per asset, what is taken out of party 1's side
/// @param recipients who is paid `amounts0` and `amounts1`
/// @param validUntil last second, inclusive, at which it may be used
struct Withdraw {
    uint64 serial;
    uint256[] amounts0;
    uint256[] amounts1;
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

/// @notice One running app inside a channel; its EIP-712 hash is a leaf under `State.instancesRoot`.
/// @param id tells apart instances of one state
/// @param app an `IApp`
/// @param appCodeHash the app's code hash; 0 if the app may have any code
/// @param appGas gas that each call to the app gets
/// @param maxSteps most forced steps on one base
/// @param matures Unix seconds by which the outcome is decided, whatever the dispute's own deadlines
/// @param stakes0 per asset, the most that party 0 can lose
/// @param stakes1 per asset, the most that party 1 can lose
/// @param appStateHash keccak256 of the app state that both parties agreed on
struct Instance {
    bytes32 id;
    address app;
    bytes32 appCodeHash;
    uint32 appGas;
    uint8 maxSteps;
    uint40 matures;
    uint256[] stakes0;
    uint256[] stakes1;
    bytes32 appStateHash;
}

/// @notice One forced step of an instance.
/// @param number 1 for the first step on this base
/// @param appState the app state that it starts from
/// @param action what the app is given
/// @param signature by the party whose turn it is; empty if that party sends it, or if the app lets anyone move
struct Step {
    uint8 number;
    bytes appState;
    bytes action;
    bytes signature;
}
