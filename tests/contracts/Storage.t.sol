// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Close} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {InstanceTest} from "./InstanceTest.sol";
import {vm} from "./Vm.sol";

/// @notice `depositById` takes an id that nobody has hashed: it must not lead anywhere but to a channel's own money.
contract StorageTest is InstanceTest {
    using StorageReader for ChannelManager;

    /// @dev Where mappings and structs may begin, before and behind a hash.
    uint256 private constant REACH = 8;

    function test_ADepositByIdCannotReachACredit() public {
        openChannel();
        Terms memory terms = nativeTerms();
        terms.salt = uint64(uint256(keccak256("the thief's")));
        terms.parties[0].payee = address(this);
        manager.deposit{value: 1}(pack(terms), 1, 0);
        Close memory message = Close(1, uint64(START), deltasOf(0));
        manager.closeMutual(pack(terms), bytes.concat(pack(message), coSign(terms, message)));
        assertEq(manager.creditOf(address(this), NATIVE), 1, "credit");
        for (uint256 slot; slot < REACH; ++slot) {
            expectUnknownAround(keccak256(abi.encode(address(this), slot)));
        }
        assertEq(manager.creditOf(address(this), NATIVE), 1, "credit");
    }

    function test_ADepositByIdCannotReachADelta() public {
        // Odd sums, as those of a validated asset.
        bytes memory appState = owing(Turn.Party0, 5);
        (Scene memory seated, Scene memory scene) =
            scenePairOf(instanceOf(address(meter), owing(Turn.Party0, 9)), instanceOf(address(meter), appState));
        evaluate(seated, owing(Turn.Party0, 9));
        evaluate(scene, appState);
        assertEq(unseatedSumOf(scene, 0), 5, "sum");
        expectUnknownAround(scene.stateHash);
        for (uint256 slot; slot < REACH; ++slot) {
            bytes32 deltas = keccak256(abi.encode(scene.leaf, uint256(scene.stateHash) + slot));
            expectUnknownAround(deltas);
        }
        assertEq(unseatedSumOf(scene, 0), 5, "sum");
        assertEq(unseatedDeltaOf(scene, 0), 5, "delta");
    }

    function test_ADepositByIdCannotReachADelegationEpoch() public {
        Terms memory terms = openChannel();
        uint256 channelId = uint256(idOf(terms));
        vm.prank(alice);
        manager.revokeDelegations(pack(terms));
        for (uint256 offset = 1; offset < REACH; ++offset) {
            expectUnknown(bytes32(channelId - offset));
            expectUnknown(bytes32(channelId + offset));
        }
        assertEq(manager.epochOf(bytes32(channelId), 0), 1, "epoch");
    }

    function expectUnknownAround(bytes32 place) private {
        for (uint256 offset; offset < REACH; ++offset) {
            expectUnknown(bytes32(uint256(place) - offset));
            expectUnknown(bytes32(uint256(place) + offset));
        }
    }

    function expectUnknown(bytes32 channelId) private {
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, NATIVE));
        manager.depositById{value: 1}(channelId, NATIVE, 0, 1);
    }
}
