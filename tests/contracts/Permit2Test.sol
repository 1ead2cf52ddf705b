// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IPermit2} from "../../contracts/interfaces/IPermit2.sol";
import {ChannelTest} from "./ChannelTest.sol";
import {vm} from "./Vm.sol";

/// @notice What Permit2 refuses, and what it tells.
interface IDeployedPermit2 is IPermit2 {
    error InvalidNonce();
    error InvalidSigner();
    error SignatureExpired(uint256 deadline);

    function DOMAIN_SEPARATOR() external view returns (bytes32);
}

/// @notice A chain on which the real Permit2 stands at its real address.
abstract contract Permit2Test is ChannelTest {
    bytes32 private constant TOKEN_PERMISSIONS_TYPEHASH = keccak256("TokenPermissions(address token,uint256 amount)");
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,ChannelDeposit witness)ChannelDeposit(address manager,bytes32 channelId,uint8 party,address asset)TokenPermissions(address token,uint256 amount)"
    );
    bytes32 private constant WITNESS_TYPEHASH =
        keccak256("ChannelDeposit(address manager,bytes32 channelId,uint8 party,address asset)");

    IDeployedPermit2 internal permit2;

    function setUp() public virtual override {
        super.setUp();
        permit2 = IDeployedPermit2(deployPermit2());
    }

    /// @dev That it gets its well-known address proves that the code is the one in use.
    function deployPermit2() private returns (address deployed) {
        string memory json = vm.readFile("tests/vectors/code/permit2.json");
        bytes memory code = vm.parseJsonBytes(json, ".creationCode");
        bytes32 salt = vm.parseJsonBytes32(json, ".salt");
        vm.prank(vm.parseJsonAddress(json, ".deployer"));
        assembly ("memory-safe") {
            deployed := create2(0, add(code, 0x20), mload(code), salt)
        }
        assertEq(deployed, vm.parseJsonAddress(json, ".address"), "Permit2's address");
    }

    /// @notice A permit that is valid for an hour.
    function permitOf(address token, uint256 amount, uint256 nonce)
        internal
        view
        returns (IPermit2.PermitTransferFrom memory)
    {
        return IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(token, amount), nonce, block.timestamp + 1 hours);
    }

    function witnessOf(address manager_, bytes32 channelId, uint256 party, address asset)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(WITNESS_TYPEHASH, manager_, channelId, party, asset));
    }

    /// @notice An owner's signature over a permit for `spender` with `witness`.
    function signPermit2(uint256 key, IPermit2.PermitTransferFrom memory permit, address spender, bytes32 witness)
        internal
        view
        returns (bytes memory)
    {
        bytes32 permitted = keccak256(abi.encode(TOKEN_PERMISSIONS_TYPEHASH, permit.permitted));
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, permitted, spender, permit.nonce, permit.deadline, witness));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, keccak256(abi.encodePacked(hex"1901", permit2.DOMAIN_SEPARATOR(), structHash)));
        return abi.encodePacked(r, s, v);
    }
}
