// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Deploy} from "../../scripts/Deploy.s.sol";
import {Assert} from "./Assert.sol";
import {vm} from "./Vm.sol";

/// @notice The forge script by itself; `scripts/test-deploy` tries it on chains.
contract DeployScriptTest is Assert {
    uint256 private constant MIN_WINDOW = 1 hours;
    uint256 private constant MAX_WINDOW = 30 days;
    uint256 private constant GREATEST_WINDOW = 100_000_000;
    bytes private constant OTHER_CODE = hex"6001600155";

    Deploy private script;
    address private deployer;

    function setUp() public {
        script = new Deploy();
        deployer = script.DEPLOYER();
    }

    function test_RevertIf_WindowBoundsAreSwapped() public {
        vm.expectRevert(abi.encodeWithSelector(IChannelErrors.WindowBoundsInvalid.selector, 2, 1, GREATEST_WINDOW));
        script.run(2, 1, 0);
    }

    function test_RevertIf_ThereIsNoDeployer() public {
        bytes32 expected = deployer.codehash;
        vm.etch(deployer, "");
        vm.expectRevert(
            abi.encodeWithSelector(Deploy.DeployerCodeUnknown.selector, deployer, expected, deployer.codehash)
        );
        script.run(MIN_WINDOW, MAX_WINDOW, 0);
    }

    function test_RevertIf_TheDeployerIsAnother() public {
        bytes32 expected = deployer.codehash;
        vm.etch(deployer, OTHER_CODE);
        vm.expectRevert(
            abi.encodeWithSelector(Deploy.DeployerCodeUnknown.selector, deployer, expected, keccak256(OTHER_CODE))
        );
        script.run(MIN_WINDOW, MAX_WINDOW, 0);
    }

    function test_RevertIf_SomethingElseIsAtTheManagersAddress() public {
        uint256 before = vm.snapshotState();
        (address manager, bytes32 codeHash) = script.run(MIN_WINDOW, MAX_WINDOW, 0);
        vm.revertToState(before);
        vm.etch(manager, OTHER_CODE);
        vm.expectRevert(
            abi.encodeWithSelector(Deploy.ManagerCodeUnknown.selector, manager, codeHash, keccak256(OTHER_CODE))
        );
        script.run(MIN_WINDOW, MAX_WINDOW, 0);
    }

    function test_DeploysAManagerOfTheseBounds() public {
        (address manager, bytes32 codeHash) = script.run(MIN_WINDOW, MAX_WINDOW, 0);
        assertEq(manager.codehash, codeHash, "the code");
        (uint256 min, uint256 max) = IChannelManager(manager).windowBounds();
        assertEq(min, MIN_WINDOW, "the lower bound");
        assertEq(max, MAX_WINDOW, "the upper bound");
    }

    function test_WhatIsDeployedIsFound() public {
        (address first, bytes32 codeHash) = script.run(MIN_WINDOW, MAX_WINDOW, 0);
        (address second, bytes32 secondCodeHash) = script.run(MIN_WINDOW, MAX_WINDOW, 0);
        assertEq(first, second, "the address");
        assertEq(codeHash, secondCodeHash, "the code");
    }

    function test_EveryChainHasTheSameAddressAndItsOwnCode() public {
        uint256 before = vm.snapshotState();
        (address here, bytes32 codeHash) = script.run(MIN_WINDOW, MAX_WINDOW, 0);
        vm.revertToState(before);
        vm.chainId(10);
        (address there, bytes32 codeHashThere) = script.run(MIN_WINDOW, MAX_WINDOW, 0);
        assertEq(here, there, "the address");
        assertTrue(codeHash != codeHashThere, "the code");
    }

    function testFuzz_BoundsAndSaltMakeTheAddress(uint256 minWindow, uint256 maxWindow, bytes32 salt) public {
        maxWindow = bound(maxWindow, 2, GREATEST_WINDOW);
        minWindow = bound(minWindow, 1, maxWindow - 1);
        (address manager,) = script.run(minWindow, maxWindow, salt);
        (address shorter,) = script.run(minWindow, maxWindow - 1, salt);
        (address longer,) = script.run(minWindow + 1, maxWindow, salt);
        (address salted,) = script.run(minWindow, maxWindow, ~salt);
        assertTrue(manager != shorter && manager != longer && manager != salted && shorter != longer, "the address");
    }
}
