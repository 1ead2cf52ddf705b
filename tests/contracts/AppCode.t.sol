// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Counter} from "../../contracts/apps/Counter.sol";
import {HashTimeLock} from "../../contracts/apps/HashTimeLock.sol";
import {OracleEscrow} from "../../contracts/apps/OracleEscrow.sol";
import {PreimageRegistry} from "../../contracts/apps/PreimageRegistry.sol";
import {RockPaperScissors} from "../../contracts/apps/RockPaperScissors.sol";
import {SignedFeed} from "../../contracts/apps/SignedFeed.sol";
import {TicTacToe} from "../../contracts/apps/TicTacToe.sol";
import {Assert} from "./Assert.sol";

/// @notice What a party looks for in the code of an app before it signs an instance of it.
contract AppCodeTest is Assert {
    // BALANCE ORIGIN CALLER GASPRICE BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT SELFBALANCE BASEFEE BLOBHASH
    // BLOBBASEFEE
    bytes private constant SURROUNDINGS = hex"3132333a4041424344454748494a";
    // SLOAD SSTORE TLOAD TSTORE LOG0 LOG1 LOG2 LOG3 LOG4
    bytes private constant MEMORIES = hex"54555c5da0a1a2a3a4";
    // CREATE CALL CALLCODE DELEGATECALL CREATE2 SELFDESTRUCT
    bytes private constant DEEDS = hex"f0f1f2f4f5ff";

    function test_AppsReadNoClockAndNothingThatTheSenderChooses() public {
        assertHasNone(SURROUNDINGS);
    }

    function test_AppsRememberNothing() public {
        assertHasNone(MEMORIES);
    }

    function test_AppsDoNothingAndCannotBeDestroyed() public {
        assertHasNone(DEEDS);
    }

    function test_TheRegistryHasNoOwnerAndCallsNobody() public {
        uint256[256] memory count = opcodesOf(address(new PreimageRegistry()));
        for (uint256 i; i < DEEDS.length; ++i) {
            assertEq(count[uint8(DEEDS[i])], 0, "deeds");
        }
        assertEq(count[0x33] + count[0x32], 0, "CALLER, ORIGIN: it makes no difference who asks");
        assertEq(count[0x55], 1, "SSTORE: one thing is written, once");
    }

    function assertHasNone(bytes memory opcodes) private {
        address[6] memory apps = [
            address(new Counter()),
            address(new HashTimeLock()),
            address(new OracleEscrow()),
            address(new SignedFeed()),
            address(new TicTacToe()),
            address(new RockPaperScissors())
        ];
        for (uint256 i; i < apps.length; ++i) {
            uint256[256] memory count = opcodesOf(apps[i]);
            for (uint256 j; j < opcodes.length; ++j) {
                assertEq(count[uint8(opcodes[j])], 0, "opcode");
            }
        }
    }

    /// @notice How often each is there. The words that are pushed are none.
    function opcodesOf(address account) private view returns (uint256[256] memory count) {
        bytes memory code = account.code;
        for (uint256 i; i < code.length; ++i) {
            uint8 opcode = uint8(code[i]);
            ++count[opcode];
            if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
        }
    }
}
