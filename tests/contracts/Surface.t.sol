// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelTest} from "./ChannelTest.sol";
import {vm} from "./Vm.sol";

/// @notice What the contract does not have: an owner, an upgrade, other code than its own.
contract SurfaceTest is ChannelTest {
    string private constant OUT = "target/forge/out/";

    function test_NoFunctionIsBeyondTheInterface() public view {
        string[] memory expected = functionsOf("IChannelManager.sol/IChannelManager.json");
        string[] memory actual = functionsOf("ChannelManager.sol/ChannelManager.json");
        assertEq(actual.length, expected.length, "number of functions");
        for (uint256 i; i < actual.length; ++i) {
            assertEq(keccak256(bytes(actual[i])), keccak256(bytes(expected[i])), actual[i]);
        }
    }

    function test_TheCodeRunsNoOtherCodeAndCannotBeDestroyed() public view {
        bytes memory code = address(manager).code;
        uint256[256] memory count;
        for (uint256 i; i < code.length; ++i) {
            uint8 opcode = uint8(code[i]);
            ++count[opcode];
            // The words that are pushed are no opcodes.
            if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
        }
        assertEq(count[0xf4], 1, "DELEGATECALL: multicall's, to the contract itself");
        assertEq(count[0xf2], 0, "CALLCODE");
        assertEq(count[0xff], 0, "SELFDESTRUCT");
        assertEq(count[0xf0], 0, "CREATE");
        assertEq(count[0xf5], 0, "CREATE2");
    }

    function functionsOf(string memory artifact) private view returns (string[] memory) {
        return vm.parseJsonKeys(vm.readFile(string.concat(OUT, artifact)), ".methodIdentifiers");
    }
}
