// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {ChannelLens} from "../../contracts/periphery/ChannelLens.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {State, Withdraw} from "../../contracts/types/Messages.sol";
import {Payouts} from "../../contracts/types/Payouts.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {ChannelTest} from "./ChannelTest.sol";
import {Meter} from "./apps/Meter.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {Vm, vm} from "./Vm.sol";

contract ChannelLensTest is ChannelTest {
    uint16 private constant MARGIN = 3;
    /// @dev Round 0, packed.
    bytes private constant NOTHING = "";
    uint256 private immutable CHAIN_ID = block.chainid;

    ChannelLens private lens;
    Meter private meter;
    StandardToken private token;

    function setUp() public override {
        super.setUp();
        lens = new ChannelLens();
        meter = new Meter();
        token = new StandardToken();
        token.mint(address(this), 100 ether);
        token.approve(address(manager), 100 ether);
    }

    // channelOf

    function test_RevertIf_ThereIsNoAsset() public {
        Terms memory terms = termsOf(new address[](0));
        expectError(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, 108));
        lens.channelOf(manager, pack(terms));
    }

    function test_RevertIf_TheChainIsAnother() public {
        Terms memory terms = openChannel();
        vm.chainId(CHAIN_ID + 1);
        expectError(abi.encodeWithSelector(IChannelErrors.WrongChain.selector, CHAIN_ID, CHAIN_ID + 1));
        lens.channelOf(manager, pack(terms));
    }

    function test_AChannelThatWasNeverFundedIsOpenAndEmpty() public view {
        Terms memory terms = twoAssetTerms();
        ChannelLens.ChannelView memory shown = lens.channelOf(manager, pack(terms));
        assertEq(shown.channelId, idOf(terms), "id");
        assertStatus(shown, ChannelLens.Status.Open);
        assertEq(shown.round, 0, "round");
        assertEq(bytes32(shown.stateHash), 0, "state hash");
        assertEq(shown.evidenceDeadline, 0, "E");
        assertEq(shown.serial, 0, "serial");
        assertEq(shown.assets.length, 2, "assets");
        assertFunds(shown.assets[0], NATIVE, 0, 0);
        assertFunds(shown.assets[1], address(token), 0, 0);
    }

    function test_FundsAreShownPerAsset() public {
        Terms memory terms = fundedTwice();
        withdrawFrom0(terms, 40 ether);
        ChannelLens.ChannelView memory shown = lens.channelOf(manager, pack(terms));
        assertFunds(shown.assets[0], NATIVE, -10 ether, 30 ether);
        assertFunds(shown.assets[1], address(token), 5 ether, 7 ether);
        assertEq(shown.serial, 1, "serial");
    }

    function test_ARecordedStateIsShown() public {
        Terms memory terms = openChannel();
        State memory state = stateOf(7, 1 ether);
        snapshot(terms, state);
        ChannelLens.ChannelView memory shown = lens.channelOf(manager, pack(terms));
        assertStatus(shown, ChannelLens.Status.Open);
        assertEq(shown.round, 7, "round");
        assertEq(bytes32(shown.stateHash), bytes32(bytes24(hashOf(terms, state))), "state hash");
        assertEq(shown.evidenceDeadline, 0, "E");
    }

    function test_AClosingChannelShowsItsDeadlineAndItsConsents() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(1, 1 ether));
        ChannelLens.ChannelView memory shown = lens.channelOf(manager, pack(terms));
        assertStatus(shown, ChannelLens.Status.Closing);
        assertEq(shown.evidenceDeadline, evidenceDeadline(), "E");
        assertTrue(!shown.hasConsented[0] && !shown.hasConsented[1], "no consent");

        vm.prank(bob);
        manager.closeSolo(pack(terms), pack(stateOf(1, 1 ether)), true);
        shown = lens.channelOf(manager, pack(terms));
        assertTrue(!shown.hasConsented[0] && shown.hasConsented[1], "Bob's consent");
        slash(terms, stateOf(2, 1 ether));
        vm.prank(alice);
        manager.closeSolo(pack(terms), pack(stateOf(2, 1 ether)), true);
        shown = lens.channelOf(manager, pack(terms));
        assertTrue(shown.hasConsented[0] && !shown.hasConsented[1], "Alice's consent");
    }

    function test_AClosedChannelIsShownClosedAndEmpty() public {
        Terms memory terms = fundedTwice();
        closeBy(alice, terms, roundZero());
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), NOTHING);
        ChannelLens.ChannelView memory shown = lens.channelOf(manager, pack(terms));
        assertStatus(shown, ChannelLens.Status.Closed);
        assertEq(shown.evidenceDeadline, 0, "E");
        assertFunds(shown.assets[0], NATIVE, 0, 0);
        assertFunds(shown.assets[1], address(token), 0, 0);
    }

    function test_EpochsAreShownPerParty() public {
        Terms memory terms = nativeTerms();
        vm.startPrank(bob);
        manager.revokeDelegations(pack(terms));
        manager.revokeDelegations(pack(terms));
        vm.stopPrank();
        ChannelLens.ChannelView memory shown = lens.channelOf(manager, pack(terms));
        assertEq(shown.epochs[0], 0, "Alice's epoch");
        assertEq(shown.epochs[1], 2, "Bob's epoch");
    }

    function test_ABountyIsShownOnceItIsDue() public {
        Terms memory terms = bountyTerms(2 ether, MARGIN);
        fund(terms);
        closeBy(bob, terms, stateOf(4, 0));
        ChannelLens.BountyView memory bounty = lens.channelOf(manager, pack(terms)).bounty;
        assertTrue(!bounty.isDue, "not due");
        assertEq(bounty.prover, address(0), "no prover");
        assertEq(bounty.closer, 1, "closer");
        assertEq(bounty.closedRound, 4, "closed round");

        bytes memory evidence = evidenceOf(terms, stateOf(7, 0));
        vm.prank(stranger);
        manager.slash(pack(terms), evidence);
        bounty = lens.channelOf(manager, pack(terms)).bounty;
        assertTrue(bounty.isDue, "due");
        assertEq(bounty.prover, stranger, "prover");
        assertEq(bounty.closer, 1, "closer");
        assertEq(bounty.closedRound, 4, "closed round");
    }

    // settlementOf

    function test_RevertIf_TheStateHasAnotherLength() public {
        Terms memory terms = openChannel();
        bytes memory state = pack(stateOf(1, 0));
        expectError(abi.encodeWithSelector(IChannelErrors.StateLengthInvalid.selector, 72, 73));
        lens.settlementOf(manager, pack(terms), bytes.concat(state, hex"00"));
        expectError(abi.encodeWithSelector(IChannelErrors.StateLengthInvalid.selector, 72, 73));
        lens.instanceOf(manager, pack(terms), bytes.concat(state, hex"00"), NOTHING);
    }

    function test_SettlementIsUnknownForAnotherStateThanTheRecordedOne() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(2, 1 ether));
        assertUnknown(terms, stateOf(1, 1 ether));
        assertUnknown(terms, stateOf(2, 2 ether));
        assertUnknown(terms, roundZero());
    }

    function test_SettlementIsUnknownOnceClosed() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, roundZero());
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), NOTHING);
        assertUnknown(terms, roundZero());
    }

    function test_AnOpenChannelHasAPreviewAndNoFinalTime() public {
        Terms memory terms = openChannel();
        ChannelLens.SettlementView memory shown = lens.settlementOf(manager, pack(terms), NOTHING);
        assertTrue(shown.isRecorded, "round 0");
        assertEq(shown.finalTime, 0, "final time");
        assertPayouts(shown.payouts, 30 ether, 30 ether);
        snapshot(terms, stateOf(1, 40 ether));
        shown = lens.settlementOf(manager, pack(terms), pack(stateOf(1, 40 ether)));
        assertPayouts(shown.payouts, 0, 60 ether);
    }

    function test_WithoutInstancesTheFinalTimeIsTheEvidenceDeadline() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(1, 0));
        assertFinalFrom(terms, stateOf(1, 0), evidenceDeadline());
    }

    function test_WithInstancesTheFinalTimeIsAWindowLater() public {
        Terms memory terms = openChannel();
        Instance memory instance = instanceOf(address(meter), "");
        State memory state = stateOf(1, 0, leafOf(instance));
        closeBy(alice, terms, state);
        assertFinalFrom(terms, state, evidenceDeadline() + WINDOW);
    }

    function test_ATouchMovesTheFinalTime() public {
        Terms memory terms = openChannel();
        bytes memory appState = owedOf(Turn.Party0, 1 ether);
        Instance memory instance = instanceOf(address(meter), appState);
        State memory state = stateOf(1, 0, leafOf(instance));
        closeBy(alice, terms, state);
        vm.warp(evidenceDeadline() + 7);
        manager.evaluate(pack(terms), pack(state), pack(instance), appState);
        assertFinalFrom(terms, state, evidenceDeadline() + 7 + WINDOW);
    }

    function test_AMaturityMovesTheFinalTime() public {
        Terms memory terms = openChannel();
        bytes memory appState = owedOf(Turn.Party0, 1 ether);
        Instance memory instance = instanceOf(address(meter), appState);
        instance.matures = uint40(START + 10 * WINDOW);
        State memory state = stateOf(1, 0, leafOf(instance));
        manager.evaluate(pack(terms), evidenceOf(terms, state), pack(instance), appState);
        closeBy(alice, terms, state);
        assertFinalFrom(terms, state, START + 11 * WINDOW);
    }

    function test_ThePreviewIsWhatIsPaid(
        uint256 deposit0,
        uint256 deposit1,
        int256 net,
        int256 deltaA,
        int256 deltaB,
        uint112 bounty,
        uint256 proverOf
    ) public {
        deposit0 = bound(deposit0, 1, 400 ether);
        deposit1 = bound(deposit1, 1, 400 ether);
        net = bound(net, -500 ether, 500 ether);
        Terms memory terms = bountyTerms(uint112(bound(bounty, 0, 500 ether)), MARGIN);
        manager.deposit{value: deposit0}(pack(terms), deposit0, 0);
        manager.deposit{value: deposit1}(pack(terms), deposit1, 1);
        closeBy(alice, terms, roundZero());

        bytes memory stateA = owedOf(Turn.Party0, bound(deltaA, -40 ether, 40 ether));
        bytes memory stateB = owedOf(Turn.Party1, bound(deltaB, -40 ether, 40 ether));
        Instance memory a = instanceOf(address(meter), stateA);
        Instance memory b = instanceOf(address(meter), stateB);
        b.id = bytes32(uint256(2));
        (bytes32 root, bytes32[] memory proofA, bytes32[] memory proofB) = pairOf(a, b);
        State memory state = stateOf(MARGIN, net, root);
        bytes memory evidence = evidenceOf(terms, state);
        address[4] memory provers = [stranger, bob, alicePayee, bobPayee];
        vm.prank(provers[proverOf % 4]);
        manager.evaluate(pack(terms), evidence, inTree(a, proofA), stateA);
        manager.evaluate(pack(terms), pack(state), inTree(b, proofB), stateB);
        assertPreviewIsPaid(terms, state);
    }

    function test_ThePreviewHasNoBountyThatIsNotDue() public {
        Terms memory terms = bountyTerms(2 ether, MARGIN);
        fund(terms);
        State memory state = stateOf(4, 1 ether);
        closeBy(bob, terms, state);
        assertPreviewIsPaid(terms, state);
    }

    function test_ThePreviewIsWhatIsPaidInTwoAssets(int256 net0, int256 net1) public {
        Terms memory terms = fundedTwice();
        State memory state = stateOf(1, 0);
        state.nets = new int256[](2);
        state.nets[0] = bound(net0, -40 ether, 40 ether);
        state.nets[1] = bound(net1, -10 ether, 10 ether);
        closeBy(alice, terms, state);
        assertPreviewIsPaid(terms, state);
    }

    // instanceOf

    function test_RevertIf_TheInstanceHasAnotherLength() public {
        Terms memory terms = openChannel();
        bytes memory state = pack(stateOf(1, 0));
        bytes memory instance = pack(instanceOf(address(meter), ""));
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceLengthInvalid.selector, 154, 155));
        lens.instanceOf(manager, pack(terms), state, bytes.concat(instance, hex"00"));
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceLengthInvalid.selector, 154, 0));
        lens.instanceOf(manager, pack(terms), state, NOTHING);
    }

    function test_RevertIf_TheInstanceIsNotInTheState() public {
        Terms memory terms = openChannel();
        Instance memory instance = instanceOf(address(meter), "");
        State memory state = stateOf(1, 0, bytes32(uint256(1)));
        bytes32 leaf = leafOf(instance);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceNotInState.selector, bytes32(uint256(1)), leaf));
        lens.instanceOf(manager, pack(terms), pack(state), pack(instance));
    }

    function test_AnUntouchedInstanceIsInItsSignedState() public {
        Terms memory terms = openChannel();
        Instance memory instance = instanceOf(address(meter), "start");
        State memory state = stateOf(1, 0, leafOf(instance));
        ChannelLens.InstanceView memory shown = lens.instanceOf(manager, pack(terms), pack(state), pack(instance));
        assertTrue(!shown.isRecorded && !shown.isTouched, "neither recorded nor touched");
        assertEq(shown.instanceHash, leafOf(instance), "instance");
        assertEq(bytes32(shown.appStateHash), bytes32(bytes24(keccak256("start"))), "app state");
        assertEq(shown.steps, 0, "steps");
        assertEq(shown.lastTouch, 0, "last touch");
        assertEq(shown.deadline, 0, "deadline");
        assertEq(shown.deltas.length, 1, "deltas");
        assertEq(shown.deltas[0], 0, "delta");

        closeBy(alice, terms, state);
        shown = lens.instanceOf(manager, pack(terms), pack(state), pack(instance));
        assertTrue(shown.isRecorded && !shown.isTouched, "recorded, untouched");
        assertEq(shown.deadline, evidenceDeadline() + WINDOW, "deadline");
    }

    function test_ASteppedInstanceShowsWhereItIs() public {
        Terms memory terms = openChannel();
        bytes memory first = owedOf(Turn.Anyone, 0);
        bytes memory second = owedOf(Turn.Party0, 3 ether);
        Instance memory instance = instanceOf(address(meter), first);
        State memory state = stateOf(1, 0, leafOf(instance));
        closeBy(alice, terms, state);
        vm.warp(evidenceDeadline() + 9);
        manager.forceProgress(pack(terms), pack(state), pack(instance), pack(stepOf(1, first, second), NO_SIGNATURE));
        ChannelLens.InstanceView memory shown = lens.instanceOf(manager, pack(terms), pack(state), pack(instance));
        assertTrue(shown.isRecorded && shown.isTouched, "recorded and touched");
        assertEq(shown.steps, 1, "steps");
        assertEq(shown.lastTouch, evidenceDeadline() + 9, "last touch");
        assertEq(bytes32(shown.appStateHash), bytes32(bytes24(keccak256(second))), "app state");
        assertEq(shown.deadline, evidenceDeadline() + 9 + WINDOW, "deadline");
        assertEq(shown.deltas[0], 3 ether, "delta");

        vm.warp(shown.deadline);
        expectError(abi.encodeWithSelector(IChannelErrors.InstanceOver.selector, shown.deadline, shown.deadline));
        manager.evaluate(pack(terms), pack(state), pack(instance), second);
        vm.warp(shown.deadline - 1);
        manager.evaluate(pack(terms), pack(state), pack(instance), second);
    }

    function test_EachInstanceShowsItsOwnDeltas(int256 deltaA, int256 deltaB) public {
        Terms memory terms = openChannel();
        deltaA = bound(deltaA, -int256(STAKE), int256(STAKE));
        deltaB = bound(deltaB, -int256(STAKE), int256(STAKE));
        bytes memory stateA = owedOf(Turn.Party0, deltaA);
        bytes memory stateB = owedOf(Turn.Party0, deltaB);
        Instance memory a = instanceOf(address(meter), stateA);
        Instance memory b = instanceOf(address(meter), stateB);
        b.id = bytes32(uint256(2));
        (bytes32 root, bytes32[] memory proofA, bytes32[] memory proofB) = pairOf(a, b);
        State memory state = stateOf(1, 0, root);
        manager.evaluate(pack(terms), evidenceOf(terms, state), inTree(a, proofA), stateA);
        manager.evaluate(pack(terms), pack(state), inTree(b, proofB), stateB);
        assertEq(lens.instanceOf(manager, pack(terms), pack(state), inTree(a, proofA)).deltas[0], deltaA, "delta of a");
        assertEq(lens.instanceOf(manager, pack(terms), pack(state), inTree(b, proofB)).deltas[0], deltaB, "delta of b");
    }

    function test_AnInstanceOfAReplacedStateIsNotRecorded() public {
        Terms memory terms = openChannel();
        bytes memory appState = owedOf(Turn.Party0, 1 ether);
        Instance memory instance = instanceOf(address(meter), appState);
        State memory state = stateOf(1, 0, leafOf(instance));
        manager.evaluate(pack(terms), evidenceOf(terms, state), pack(instance), appState);
        snapshot(terms, stateOf(2, 0));
        ChannelLens.InstanceView memory shown = lens.instanceOf(manager, pack(terms), pack(state), pack(instance));
        assertTrue(!shown.isRecorded && shown.isTouched, "touched, no longer recorded");
    }

    // Channels

    function twoAssetTerms() private view returns (Terms memory) {
        address[] memory assets = new address[](2);
        (assets[0], assets[1]) = (NATIVE, address(token));
        return termsOf(assets);
    }

    /// @notice 30 + 30 of the native coin, 5 + 7 of the token.
    function fundedTwice() private returns (Terms memory terms) {
        terms = twoAssetTerms();
        fund(terms);
        manager.deposit(pack(terms), 5 ether, sideOf(terms, address(token), 0));
        manager.deposit(pack(terms), 7 ether, sideOf(terms, address(token), 1));
    }

    function withdrawFrom0(Terms memory terms, uint256 amount) private {
        Withdraw memory message;
        message.amounts = new uint256[](4);
        message.amounts[0] = amount;
        message.recipients = [alice, bob];
        message.validUntil = uint64(block.timestamp);
        manager.withdraw(pack(terms), message, coSign(terms, message));
    }

    function evidenceOf(Terms memory terms, State memory state) private view returns (bytes memory) {
        return bytes.concat(pack(state), coSign(terms, state));
    }

    function inTree(Instance memory instance, bytes32[] memory proof) private pure returns (bytes memory) {
        return abi.encodePacked(pack(instance), proof);
    }

    function owedOf(Turn turn, int256 delta) private pure returns (bytes memory) {
        int256[] memory owed = new int256[](1);
        owed[0] = delta;
        return abi.encode(turn, owed);
    }

    // Expectations

    function assertStatus(ChannelLens.ChannelView memory shown, ChannelLens.Status expected) private pure {
        assertEq(uint256(shown.status), uint256(expected), "status");
    }

    function assertFunds(ChannelLens.AssetView memory shown, address asset, int256 expected0, int256 expected1)
        private
        pure
    {
        assertEq(shown.asset, asset, "asset");
        assertEq(shown.balance0, expected0, "balance of party 0");
        assertEq(shown.balance1, expected1, "balance of party 1");
        assertEq(shown.escrow, uint256(expected0 + expected1), "escrow");
    }

    function assertUnknown(Terms memory terms, State memory state) private view {
        ChannelLens.SettlementView memory shown = lens.settlementOf(manager, pack(terms), pack(state));
        assertTrue(!shown.isRecorded, "unknown");
        assertEq(shown.finalTime, 0, "final time");
        assertEq(shown.payouts.length, 0, "payouts");
    }

    function assertPayouts(uint256[] memory payouts, uint256 expected0, uint256 expected1) private pure {
        assertEq(payouts.length, 2, "payouts");
        assertEq(payouts[0], expected0, "payout of party 0");
        assertEq(payouts[1], expected1, "payout of party 1");
    }

    /// @dev The lens says so, and the manager holds to it.
    function assertFinalFrom(Terms memory terms, State memory state, uint256 expected) private {
        assertEq(lens.settlementOf(manager, pack(terms), pack(state)).finalTime, expected, "final time");
        vm.warp(expected - 1);
        expectError(abi.encodeWithSelector(IChannelErrors.NotFinal.selector, expected, expected - 1));
        manager.settle(pack(terms), pack(state));
        vm.warp(expected);
        manager.settle(pack(terms), pack(state));
    }

    function assertPreviewIsPaid(Terms memory terms, State memory state) private {
        ChannelLens.SettlementView memory shown = lens.settlementOf(manager, pack(terms), pack(state));
        vm.warp(shown.finalTime);
        vm.recordLogs();
        manager.settle(pack(terms), pack(state));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 settled;
        bool isBountyPaid;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IChannelManager.Settled.selector) {
                Payouts payouts = abi.decode(logs[i].data, (Payouts));
                assertEq(shown.payouts[settled++], payouts.payout0(), "payout of party 0");
                assertEq(shown.payouts[settled++], payouts.payout1(), "payout of party 1");
            }
            if (logs[i].topics[0] == IChannelManager.BountyPaid.selector) {
                isBountyPaid = true;
                (, uint256 toProver, uint256 toParty) = abi.decode(logs[i].data, (address, uint256, uint256));
                assertEq(shown.toProver, toProver, "to the prover");
                assertEq(shown.toParty, toParty, "to the party");
            }
        }
        assertEq(settled, shown.payouts.length, "payouts");
        assertTrue(isBountyPaid || shown.toProver + shown.toParty == 0, "no bounty");
        assertEq(alicePayee.balance, shown.payouts[0], "Alice");
        assertEq(bobPayee.balance, shown.payouts[1], "Bob");
    }
}
