// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice The forge cheatcodes that deploying takes.
interface DeployVm {
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
    function etch(address account, bytes calldata code) external;
    function broadcast() external;
}

/// @title Deploys a `ChannelManager` where everybody expects it
/// @notice Its address follows from the window bounds, the salt and the committed bytecode: it is the same on every chain.
/// @dev Sends one transaction, or none if the manager is there already. What must be there is computed before, by running
/// the constructor here. `./scripts/deploy` is this, with the arguments checked and the result verified a second way.
contract Deploy {
    /// @notice The usual CREATE2 deployer: it takes a salt and behind it the init code.
    address public constant DEPLOYER = 0x4e59b44847b379578588920cA78FbF26c0B4956C;

    bytes32 private constant DEPLOYER_CODE_HASH = 0x2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989;
    string private constant ARTIFACT = "adjudicator/abi/ChannelManager.json";
    DeployVm private constant vm = DeployVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice The deployer is not on this chain (then `actual` is zero), or something else is at its address.
    error DeployerCodeUnknown(address deployer, bytes32 expected, bytes32 actual);

    /// @notice There is other code at the manager's address than its constructor makes.
    error ManagerCodeUnknown(address manager, bytes32 expected, bytes32 actual);

    /// @notice Deploys the manager, or finds it deployed.
    /// @param minWindow seconds
    /// @param maxWindow seconds
    function run(uint256 minWindow, uint256 maxWindow, bytes32 salt)
        external
        returns (address manager, bytes32 codeHash)
    {
        bytes memory initCode = bytes.concat(vm.getCode(ARTIFACT), abi.encode(minWindow, maxWindow));
        bytes32 hash = keccak256(abi.encodePacked(hex"ff", DEPLOYER, salt, keccak256(initCode)));
        manager = address(uint160(uint256(hash)));
        codeHash = keccak256(_construct(manager, initCode));
        if (manager.code.length == 0) _create(salt, initCode);
        if (manager.codehash != codeHash) revert ManagerCodeUnknown(manager, codeHash, manager.codehash);
    }

    /// @dev A call to an account without code would succeed and do nothing: hence the look at the deployer's.
    function _create(bytes32 salt, bytes memory initCode) private {
        bytes32 found = DEPLOYER.codehash;
        if (found != DEPLOYER_CODE_HASH) revert DeployerCodeUnknown(DEPLOYER, DEPLOYER_CODE_HASH, found);
        vm.broadcast();
        (bool created, bytes memory reason) = DEPLOYER.call(bytes.concat(salt, initCode));
        if (!created) _revertWith(reason);
    }

    /// @dev The constructor's result at `manager`: for a moment the init code stands there and is called.
    function _construct(address manager, bytes memory initCode) private returns (bytes memory code) {
        bytes memory found = manager.code;
        bool done;
        vm.etch(manager, initCode);
        (done, code) = manager.staticcall("");
        vm.etch(manager, found);
        if (!done) _revertWith(code);
    }

    function _revertWith(bytes memory reason) private pure {
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }
}
