// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {Hashes} from "../../contracts/libraries/Hashes.sol";
import {Instance, InstanceLibrary} from "../../contracts/types/Instance.sol";
import {Close, Delegation, MessageLibrary, State, Step, Withdraw} from "../../contracts/types/Messages.sol";
import {NATIVE, Party, Terms, TermsLibrary} from "../../contracts/types/Terms.sol";
import {Assert} from "./Assert.sol";
import {HashHarness} from "./HashHarness.sol";
import {vm} from "./Vm.sol";

/// @notice Alice (party 0), Bob (party 1), a stranger, and a channel of theirs with 30 + 30 ether.
abstract contract ChannelTest is Assert {
    uint256 internal constant ALICE_KEY = 0xA11CE;
    uint256 internal constant BOB_KEY = 0xB0B;
    uint256 internal constant CAROL_KEY = 0xCA401;
    uint256 internal constant START = 1_800_000_000;
    uint32 internal constant WINDOW = 1 days;
    uint256 internal constant MIN_WINDOW = 1 hours;
    uint256 internal constant MAX_WINDOW = 30 days;
    uint256 internal constant STAKE = 30 ether;
    bytes internal constant NO_SIGNATURE = "";

    address internal immutable alice = vm.addr(ALICE_KEY);
    address internal immutable bob = vm.addr(BOB_KEY);
    address internal immutable carol = vm.addr(CAROL_KEY);
    address internal immutable alicePayee = address(0xA1);
    address internal immutable bobPayee = address(0xB1);
    address internal immutable stranger = address(0x57A4);

    ChannelManager internal manager;
    HashHarness internal hashes;

    function setUp() public virtual {
        vm.warp(START);
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        hashes = new HashHarness();
        vm.deal(alice, 1000 ether);
        vm.deal(bob, 1000 ether);
        vm.deal(stranger, 1000 ether);
        vm.deal(address(this), 1000 ether);
    }

    // Terms

    function nativeTerms() internal view returns (Terms memory) {
        address[] memory assets = new address[](1);
        assets[0] = NATIVE;
        return termsOf(assets);
    }

    function termsOf(address[] memory assets) internal view returns (Terms memory terms) {
        terms.parties[0] = Party(alice, alicePayee);
        terms.parties[1] = Party(bob, bobPayee);
        terms.assets = assets;
        terms.window = WINDOW;
        terms.salt = 1;
    }

    function bountyTerms(uint112 bounty, uint16 staleMargin) internal view returns (Terms memory terms) {
        terms = nativeTerms();
        terms.bounty = bounty;
        terms.staleMargin = staleMargin;
    }

    function pack(Terms memory terms) internal pure returns (bytes memory) {
        return TermsLibrary.pack(terms);
    }

    function pack(State memory state) internal pure returns (bytes memory) {
        return MessageLibrary.pack(state);
    }

    function pack(Close memory message) internal pure returns (bytes memory) {
        return MessageLibrary.pack(message);
    }

    function pack(Step memory step, bytes memory signature) internal pure returns (bytes memory) {
        return MessageLibrary.pack(step, signature);
    }

    function pack(Instance memory instance) internal pure returns (bytes memory) {
        return InstanceLibrary.pack(instance);
    }

    function idOf(Terms memory terms) internal view returns (bytes32) {
        return manager.channelIdOf(pack(terms));
    }

    /// @notice The side that `party` has of `asset`, one of the terms'.
    function sideOf(Terms memory terms, address asset, uint256 party) internal pure returns (uint8) {
        uint256 index;
        while (terms.assets[index] != asset) ++index;
        return uint8(2 * index + party);
    }

    /// @notice 30 + 30 of the native coin.
    function fund(Terms memory terms) internal {
        manager.deposit{value: STAKE}(pack(terms), STAKE, 0);
        manager.deposit{value: STAKE}(pack(terms), STAKE, 1);
    }

    /// @notice A channel of the native coin alone, funded 30 + 30.
    function openChannel() internal returns (Terms memory terms) {
        terms = nativeTerms();
        fund(terms);
    }

    // States

    function roundZero() internal pure returns (State memory state) {}

    function stateOf(uint64 round, int256 net) internal pure returns (State memory state) {
        state.round = round;
        state.nets = new int256[](1);
        state.nets[0] = net;
    }

    function stateOf(uint64 round, int256 net, bytes32 root) internal pure returns (State memory state) {
        state = stateOf(round, net);
        state.instancesRoot = root;
    }

    function hashOf(Terms memory terms, State memory state) internal view returns (bytes32) {
        if (state.round == 0 && state.nets.length == 0 && state.instancesRoot == 0) return 0;
        return hashes.state(idOf(terms), pack(state));
    }

    // Signatures: 64 bytes unless said otherwise

    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        return Hashes.digest(manager.domainSeparator(), structHash);
    }

    function sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digestOf(structHash));
        return abi.encodePacked(r, vs);
    }

    function signFull(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(structHash));
        return abi.encodePacked(r, s, v);
    }

    function signBoth(bytes32 structHash) internal view returns (bytes memory) {
        return bytes.concat(sign(ALICE_KEY, structHash), sign(BOB_KEY, structHash));
    }

    function coSign(Terms memory terms, State memory state) internal view returns (bytes memory) {
        return signBoth(hashOf(terms, state));
    }

    function coSign(Terms memory terms, Close memory message) internal view returns (bytes memory) {
        return signBoth(hashes.close(idOf(terms), pack(message)));
    }

    function coSign(Terms memory terms, Withdraw memory message) internal view returns (bytes memory) {
        return signBoth(hashes.withdraw(idOf(terms), message));
    }

    // Operations

    function snapshot(Terms memory terms, State memory state) internal {
        manager.snapshotSolo(pack(terms), bytes.concat(pack(state), coSign(terms, state)));
    }

    function slash(Terms memory terms, State memory state) internal {
        manager.slash(pack(terms), bytes.concat(pack(state), coSign(terms, state)));
    }

    /// @notice Closing by `party`'s signer, with a state signed by both, or the recorded one.
    function closeBy(address signer, Terms memory terms, State memory state) internal {
        bytes memory signatures = state.round == 0 ? NO_SIGNATURE : coSign(terms, state);
        vm.prank(signer);
        manager.closeSolo(pack(terms), bytes.concat(pack(state), signatures), false);
    }

    /// @notice `E` of a close that was made at `START`.
    function evidenceDeadline() internal pure returns (uint256) {
        return START + WINDOW;
    }

    // Instances

    /// @notice An instance over the native coin, all of both parties' stakes in it.
    function instanceOf(address app, bytes memory appState) internal pure returns (Instance memory instance) {
        instance.id = bytes32(uint256(1));
        instance.app = app;
        instance.appGas = 100_000;
        instance.maxSteps = 10;
        instance.stakes = new uint112[](2);
        (instance.stakes[0], instance.stakes[1]) = (uint112(STAKE), uint112(STAKE));
        instance.appStateHash = keccak256(appState);
    }

    function leafOf(Instance memory instance) internal view returns (bytes32) {
        return hashes.instance(pack(instance));
    }

    function noProof() internal pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    /// @notice The root over two instances, and the proof of each.
    function pairOf(Instance memory a, Instance memory b)
        internal
        view
        returns (bytes32 root, bytes32[] memory proofA, bytes32[] memory proofB)
    {
        (bytes32 left, bytes32 right) = (leafOf(a), leafOf(b));
        (proofA, proofB) = (new bytes32[](1), new bytes32[](1));
        (proofA[0], proofB[0]) = (right, left);
        root = left < right ? keccak256(abi.encodePacked(left, right)) : keccak256(abi.encodePacked(right, left));
    }

    function stepOf(uint8 number, bytes memory appState, bytes memory action) internal pure returns (Step memory) {
        return Step(number, appState, action);
    }

    function signStep(uint256 key, Terms memory terms, State memory base, Instance memory instance, Step memory step)
        internal
        view
        returns (bytes memory)
    {
        bytes32 appStateHash = keccak256(step.appState);
        bytes32 structHash =
            hashes.step(idOf(terms), hashOf(terms, base), leafOf(instance), step.number, appStateHash, step.action);
        return sign(key, structHash);
    }

    // Expectations

    /// @notice The next call must be refused with exactly this error.
    function expectError(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function assertPaid(address account, uint256 amount, string memory what) internal view {
        assertEq(account.balance, amount, what);
    }
}
