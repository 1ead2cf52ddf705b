// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice One running app inside a channel; the hash of its packed form is a leaf under `State.instancesRoot`.
/// @param id tells apart instances of one state
/// @param app an `IApp`
/// @param appCodeHash the app's code hash; 0 if the app may have any code
/// @param appGas gas that each call to the app gets
/// @param maxSteps most forced steps on one base
/// @param matures Unix seconds by which the outcome is decided, whatever the dispute's own deadlines
/// @param appStateHash keccak256 of the app state that both parties agreed on
/// @param stakes two per asset: the most that party 0 and party 1 can lose
struct Instance {
    bytes32 id;
    address app;
    bytes32 appCodeHash;
    uint32 appGas;
    uint8 maxSteps;
    uint40 matures;
    bytes32 appStateHash;
    uint112[] stakes;
}

/// @title Instances as they travel: the fields of `Instance` in their order, packed, without padding
/// @notice Nobody signs an instance by itself, so its hash need not be EIP-712: the state that is signed commits to it.
/// @dev The readers take an instance of the right length, and do no checks of their own.
library InstanceLibrary {
    uint256 private constant APP = 32;
    uint256 private constant APP_CODE_HASH = 52;
    uint256 private constant APP_GAS = 84;
    uint256 private constant MAX_STEPS = 88;
    uint256 private constant MATURES = 89;
    uint256 private constant APP_STATE_HASH = 94;
    uint256 private constant STAKES = 126;
    uint256 private constant STAKE_SIZE = 14;

    /// @notice Packs an instance for the contract.
    function pack(Instance memory instance) internal pure returns (bytes memory packed) {
        packed = abi.encodePacked(
            instance.id,
            instance.app,
            instance.appCodeHash,
            instance.appGas,
            instance.maxSteps,
            instance.matures,
            instance.appStateHash
        );
        for (uint256 i; i < instance.stakes.length; ++i) {
            packed = bytes.concat(packed, bytes14(instance.stakes[i]));
        }
    }

    /// @notice The length of an instance in a channel with so many assets.
    function lengthFor(uint256 assets) internal pure returns (uint256) {
        unchecked {
            return STAKES + 2 * assets * STAKE_SIZE;
        }
    }

    /// @notice An `IApp`.
    function app(bytes calldata instance) internal pure returns (address account) {
        assembly ("memory-safe") {
            account := shr(96, calldataload(add(instance.offset, APP)))
        }
    }

    /// @notice The app's code hash; 0 if the app may have any code.
    function appCodeHash(bytes calldata instance) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := calldataload(add(instance.offset, APP_CODE_HASH))
        }
    }

    /// @notice Gas that each call to the app gets.
    function appGas(bytes calldata instance) internal pure returns (uint256 gasLimit) {
        assembly ("memory-safe") {
            gasLimit := shr(224, calldataload(add(instance.offset, APP_GAS)))
        }
    }

    /// @notice Most forced steps on one base.
    function maxSteps(bytes calldata instance) internal pure returns (uint256 steps) {
        assembly ("memory-safe") {
            steps := shr(248, calldataload(add(instance.offset, MAX_STEPS)))
        }
    }

    /// @notice Unix seconds by which the outcome is decided.
    function matures(bytes calldata instance) internal pure returns (uint256 time) {
        assembly ("memory-safe") {
            time := shr(216, calldataload(add(instance.offset, MATURES)))
        }
    }

    /// @notice keccak256 of the app state that both parties agreed on.
    function appStateHash(bytes calldata instance) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := calldataload(add(instance.offset, APP_STATE_HASH))
        }
    }

    /// @notice The most that `party` can lose of the asset at `index`.
    function stake(bytes calldata instance, uint256 index, uint256 party) internal pure returns (uint256 amount) {
        assembly ("memory-safe") {
            let position := mul(add(shl(1, index), party), STAKE_SIZE)
            amount := shr(144, calldataload(add(add(instance.offset, STAKES), position)))
        }
    }
}
