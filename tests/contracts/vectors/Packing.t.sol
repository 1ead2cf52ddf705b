// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelHashes} from "../../../contracts/periphery/ChannelHashes.sol";
import {IChannelErrors} from "../../../contracts/interfaces/IChannelErrors.sol";
import {Instance, InstanceLibrary} from "../../../contracts/types/Instance.sol";
import {Close, MessageLibrary, State, Step} from "../../../contracts/types/Messages.sol";
import {Terms, TermsLibrary} from "../../../contracts/types/Terms.sol";
import {vm} from "../Vm.sol";
import {VectorsTest} from "./VectorsTest.sol";

/// @notice What travels packed: packing it gives the bytes of the vectors, and the readers find every field in them.
contract PackingVectorsTest is VectorsTest {
    ChannelHashes private hashes;

    function setUp() public override {
        super.setUp();
        hashes = new ChannelHashes();
    }

    function test_Terms() public {
        file = read("terms");
        string memory type_ =
            "Terms(Party[2] parties,uint32 window,uint112 bounty,uint16 staleMargin,uint64 salt,address[] assets)Party(address signer,address payee)";
        for (uint256 i; goTo(".cases", i); ++i) {
            Terms memory terms = abi.decode(decoded("fields", type_), (Terms));
            assertPacked(hashes.packTerms(terms), "packed");
            this.checkTerms(data("packed"), terms);
        }
    }

    function checkTerms(bytes calldata packed, Terms calldata terms) external view {
        assertTrue(TermsLibrary.isWellFormed(packed), what());
        for (uint256 party; party < 2; ++party) {
            assertEq(TermsLibrary.signer(packed, party), terms.parties[party].signer, what());
            assertEq(TermsLibrary.payee(packed, party), terms.parties[party].payee, what());
        }
        assertEq(TermsLibrary.window(packed), terms.window, what());
        assertEq(TermsLibrary.bounty(packed), terms.bounty, what());
        assertEq(TermsLibrary.staleMargin(packed), terms.staleMargin, what());
        assertEq(TermsLibrary.assetCount(packed), terms.assets.length, what());
        for (uint256 i; i < terms.assets.length; ++i) {
            assertEq(TermsLibrary.asset(packed, i), terms.assets[i], what());
        }
    }

    function test_Instance() public {
        file = read("instance");
        string memory type_ =
            "Instance(bytes32 id,address app,bytes32 appCodeHash,uint32 appGas,uint8 maxSteps,uint40 matures,bytes32 appStateHash,uint112[] stakes)";
        for (uint256 i; goTo(".cases", i); ++i) {
            Instance memory instance = abi.decode(decoded("fields", type_), (Instance));
            assertPacked(hashes.packInstance(instance), "packed");
            this.checkInstance(data("packed"), instance);
        }
    }

    function checkInstance(bytes calldata packed, Instance calldata instance) external view {
        assertEq(packed.length, InstanceLibrary.lengthFor(instance.stakes.length / 2), what());
        assertEq(InstanceLibrary.app(packed), instance.app, what());
        assertEq(InstanceLibrary.appCodeHash(packed), instance.appCodeHash, what());
        assertEq(InstanceLibrary.appGas(packed), instance.appGas, what());
        assertEq(InstanceLibrary.maxSteps(packed), instance.maxSteps, what());
        assertEq(InstanceLibrary.matures(packed), instance.matures, what());
        assertEq(InstanceLibrary.appStateHash(packed), instance.appStateHash, what());
        for (uint256 i; i < instance.stakes.length; ++i) {
            assertEq(InstanceLibrary.stake(packed, i / 2, i % 2), instance.stakes[i], what());
        }
    }

    function test_State() public {
        file = read("state");
        string memory type_ = "State(uint64 round,bytes32 instancesRoot,int256[] nets)";
        for (uint256 i; goTo(".cases", i); ++i) {
            State memory state = abi.decode(decoded("message", type_), (State));
            assertPacked(hashes.packState(state), "packed.state");
            this.checkState(data("packed.state"), state);
        }
    }

    function test_RoundZeroIsNoBytes() public {
        file = read("state");
        goTo(".cases", 0);
        State memory state;
        assertEq(hashes.packState(state).length, 0, "length");
        this.checkState("", state);
    }

    function checkState(bytes calldata packed, State calldata state) external view {
        assertEq(MessageLibrary.round(packed), state.round, what());
        assertEq(MessageLibrary.instancesRoot(packed), state.instancesRoot, what());
        assertNets(MessageLibrary.netsOfState(packed), state.nets);
    }

    function test_Close() public {
        file = read("close");
        string memory type_ = "Close(uint64 round,uint64 validUntil,int256[] nets)";
        for (uint256 i; goTo(".cases", i); ++i) {
            Close memory close = abi.decode(decoded("message", type_), (Close));
            assertPacked(hashes.packClose(close), "packed.close");
            this.checkClose(data("packed.close"), close);
        }
    }

    function checkClose(bytes calldata packed, Close calldata close) external view {
        assertEq(MessageLibrary.round(packed), close.round, what());
        assertEq(MessageLibrary.validUntil(packed), close.validUntil, what());
        assertNets(MessageLibrary.netsOfClose(packed), close.nets);
    }

    function test_Step() public {
        file = read("step");
        for (uint256 i; goTo(".cases", i); ++i) {
            Step memory step = Step(uint8(number("message.number")), data("packed.appState"), data("message.action"));
            assertPacked(hashes.packStep(step, ""), "packed.step");
            this.checkStep(data("packed.step"), step, "");
            this.checkStep(hashes.packStep(step, "signature"), step, "signature");
        }
    }

    function test_RevertIf_AStepIsTooLongToBePacked() public {
        uint256 longest = type(uint16).max;
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.AppBytesTooLong.selector, longest, longest + 1);
        vm.expectRevert(reason);
        hashes.packStep(Step(1, new bytes(longest + 1), ""), "");
        vm.expectRevert(reason);
        hashes.packStep(Step(1, "", new bytes(longest + 1)), "");
        assertEq(hashes.packStep(Step(1, new bytes(longest), ""), "").length, 5 + longest, "length");
    }

    function checkStep(bytes calldata packed, Step calldata step, bytes calldata signature) external view {
        assertTrue(MessageLibrary.isStep(packed), what());
        assertEq(MessageLibrary.number(packed), step.number, what());
        assertEq(keccak256(MessageLibrary.appState(packed)), keccak256(step.appState), what());
        assertEq(keccak256(MessageLibrary.action(packed)), keccak256(step.action), what());
        assertEq(keccak256(MessageLibrary.stepSignature(packed)), keccak256(signature), what());
    }

    function assertPacked(bytes memory actual, string memory field) private view {
        assertEq(keccak256(actual), keccak256(data(field)), what());
    }

    function assertNets(int256[] calldata actual, int256[] calldata expected) private view {
        assertEq(actual.length, expected.length, what());
        for (uint256 i; i < expected.length; ++i) {
            assertEq(actual[i], expected[i], what());
        }
    }
}
