// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {State} from "../../contracts/types/Messages.sol";
import {PayoutsLibrary} from "../../contracts/types/Payouts.sol";
import {Record} from "../../contracts/types/Record.sol";
import {MAX_AMOUNT, MAX_ASSETS, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {BombPayee} from "./actors/BombPayee.sol";
import {GasBurningPayee} from "./actors/GasBurningPayee.sol";
import {PickyPayee} from "./actors/PickyPayee.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {PickyToken} from "./tokens/PickyToken.sol";
import {BlockListToken} from "./tokens/BlockListToken.sol";
import {FalseToken} from "./tokens/FalseToken.sol";
import {GasBurningToken} from "./tokens/GasBurningToken.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {vm} from "./Vm.sol";

contract SettleTest is MoneyTest {
    /// @dev What a push hands on, less what its receiver spends before it looks.
    uint256 private constant NATIVE_ALLOWANCE = 52_200;
    uint256 private constant TOKEN_ALLOWANCE = 199_000;

    Terms private terms;

    function setUp() public override {
        super.setUp();
        terms = openChannel();
    }

    function test_RevertIf_TheChainIdHasChanged(uint256 chainId) public {
        closeAndWait(terms, roundZero());
        expectWrongChain(chainId);
        manager.settle(pack(terms), pack(roundZero()));
    }

    function test_RevertIf_TermsAreNotWellFormed() public {
        closeAndWait(terms, roundZero());
        bytes memory cut = malformed(terms);
        manager.settle(cut, pack(roundZero()));
    }

    function test_RevertIf_TheChannelIsClosed() public {
        closeAndSettle(terms, stateOf(1, 1 ether));
        expectClosed(terms);
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
        expectClosed(terms);
        manager.settle(pack(terms), pack(roundZero()));
    }

    function test_RevertIf_TheChannelIsNotClosing() public {
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.NotClosing.selector, idOf(terms));
        expectError(reason);
        manager.settle(pack(terms), pack(roundZero()));
        snapshot(terms, stateOf(1, 1 ether));
        expectError(reason);
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
    }

    function test_RevertIf_TheStateHasAnotherLength(uint256 length) public {
        closeAndWait(terms, stateOf(5, 5 ether));
        length = bound(length, 1, 300);
        if (length == 72) ++length;
        expectError(abi.encodeWithSelector(IChannelErrors.StateLengthInvalid.selector, 72, length));
        manager.settle(pack(terms), new bytes(length));
    }

    function test_RevertIf_TheStateIsNotTheRecordedOne() public {
        closeAndWait(terms, stateOf(5, 5 ether));
        expectStateRefused(stateOf(5, 5 ether), stateOf(5, 6 ether));
        expectStateRefused(stateOf(5, 5 ether), stateOf(6, 5 ether));
        expectStateRefused(stateOf(5, 5 ether), stateOf(5, 5 ether, keccak256("instances")));
        expectStateRefused(stateOf(5, 5 ether), roundZero());
    }

    function test_RevertIf_RoundZeroComesWithNetsOrInstances() public {
        closeAndWait(terms, roundZero());
        expectStateRefused(roundZero(), stateOf(0, 0));
        expectStateRefused(roundZero(), stateOf(0, 1 ether));
        expectStateRefused(roundZero(), stateOf(1, 0));
        expectStateRefused(roundZero(), stateOf(0, 0, keccak256("instances")));
    }

    function test_RevertIf_ItIsTooEarly(uint256 time) public {
        closeBy(alice, terms, stateOf(1, 0));
        expectTooEarly(stateOf(1, 0), evidenceDeadline(), bound(time, START, evidenceDeadline() - 1));
        expectTooEarly(stateOf(1, 0), evidenceDeadline(), evidenceDeadline() - 1);
    }

    function test_RevertIf_ItIsTooEarlyForInstances(uint256 time) public {
        State memory state = stateOf(1, 0, keccak256("instances"));
        closeBy(alice, terms, state);
        uint256 finalTime = evidenceDeadline() + WINDOW;
        expectTooEarly(state, finalTime, bound(time, START, finalTime - 1));
        expectTooEarly(state, finalTime, finalTime - 1);
    }

    function test_TheFinalTimeItselfIsInTime() public {
        uint256 fork = vm.snapshotState();
        closeBy(alice, terms, stateOf(1, 0));
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(stateOf(1, 0)));
        vm.revertToState(fork);
        State memory state = stateOf(1, 0, keccak256("instances"));
        closeBy(alice, terms, state);
        vm.warp(evidenceDeadline() + WINDOW);
        manager.settle(pack(terms), pack(state));
        assertDead(terms);
    }

    function test_AnybodySettlesAndBothArePaid(uint256 seed, int256 net) public {
        net = bound(net, -int256(STAKE), int256(STAKE));
        closeAndWait(terms, stateOf(7, net));
        bytes32 channelId = idOf(terms);
        uint256 payout0 = uint256(int256(STAKE) - net);
        vm.expectEmit(address(manager));
        emit IChannelManager.Settled(channelId, PayoutsLibrary.pack(0, payout0, 2 * STAKE - payout0));
        vm.prank(someone(seed));
        manager.settle(pack(terms), pack(stateOf(7, net)));
        assertPaid(alicePayee, payout0, "Alice");
        assertPaid(bobPayee, 2 * STAKE - payout0, "Bob");
        assertDead(terms);
        assertEq(Record.unwrap(recordOf(terms)), 0, "record");
    }

    function test_RoundZeroPaysTheDeposits(uint256 stake0, uint256 stake1) public {
        terms.salt = 2;
        stake0 = bound(stake0, 1, 100 ether);
        stake1 = bound(stake1, 1, 100 ether);
        manager.deposit{value: stake0}(pack(terms), stake0, 0);
        manager.deposit{value: stake1}(pack(terms), stake1, 1);
        closeAndSettle(terms, roundZero());
        assertPaid(alicePayee, stake0, "Alice");
        assertPaid(bobPayee, stake1, "Bob");
    }

    function test_OneDepositAloneComesOut(uint256 party) public {
        party = bound(party, 0, 1);
        terms.salt = 2;
        manager.deposit{value: 5}(pack(terms), 5, uint8(party));
        closeAndSettle(terms, roundZero());
        assertPaid(party == 0 ? alicePayee : bobPayee, 5, "the depositor");
    }

    function test_NetsBeyondTheEscrowAreClamped(int256 net) public {
        closeAndWait(terms, stateOf(1, bound(net, int256(STAKE), int256(MAX_AMOUNT))));
        uint256 fork = vm.snapshotState();
        manager.settle(pack(terms), pack(stateOf(1, bound(net, int256(STAKE), int256(MAX_AMOUNT)))));
        assertPaid(alicePayee, 0, "Alice lost");
        assertPaid(bobPayee, 2 * STAKE, "Bob won");
        vm.revertToState(fork);
        State memory state = stateOf(2, bound(net, -int256(MAX_AMOUNT), -int256(STAKE)));
        vm.warp(START);
        slash(terms, state);
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(state));
        assertPaid(alicePayee, 2 * STAKE, "Alice won");
        assertPaid(bobPayee, 0, "Bob lost");
    }

    function test_AStateThatCountsOnAMissingDepositIsStillPaid() public {
        terms.salt = 2;
        manager.deposit{value: STAKE}(pack(terms), STAKE, 1);
        closeAndSettle(terms, stateOf(3, 40 ether));
        assertPaid(bobPayee, STAKE, "Bob");
    }

    function test_PayoutsAreTheEscrow(uint256[2] memory stakes, uint256[2] memory taken, int256 net) public {
        terms = tokenTerms(address(token));
        token.mint(address(this), 2 * MAX_AMOUNT);
        uint256 total;
        for (uint256 party; party < 2; ++party) {
            uint256 stake = bound(stakes[party], 1, MAX_AMOUNT);
            manager.deposit(pack(terms), stake, sideOf(terms, address(token), uint8(party)));
            total += stake;
        }
        uint256 most = total < MAX_AMOUNT ? total : MAX_AMOUNT;
        taken[0] = bound(taken[0], 0, most);
        taken[1] = bound(taken[1], 0, total - taken[0] < most ? total - taken[0] : most);
        if (taken[0] + taken[1] != 0) withdraw(terms, withdrawOf(0, taken[0], taken[1]));
        closeAndSettle(terms, stateOf(1, bound(net, -int256(MAX_AMOUNT), int256(MAX_AMOUNT))));
        assertHolds(address(token), address(manager), 0, "nothing stays");
        assertEq(token.balanceOf(alicePayee) + token.balanceOf(bobPayee), total, "everything is paid");
    }

    function test_AHostilePayeeBlocksNobody() public {
        address[5] memory hostile = hostilePayees();
        for (uint256 i; i < 2 * hostile.length; ++i) {
            address payee = hostile[i / 2];
            uint256 fork = vm.snapshotState();
            terms = pairTerms(address(token));
            terms.parties[i % 2].payee = payee;
            fund(terms);
            fund(terms, address(token));
            closeAndWait(terms, pairState(1, 1 ether, -1 ether));
            manager.settle{gas: 1_500_000}(pack(terms), pack(pairState(1, 1 ether, -1 ether)));
            bool isAlice = i % 2 == 0;
            assertCredit(payee, NATIVE, isAlice ? 29 ether : 31 ether);
            assertHolds(address(token), payee, isAlice ? 31 ether : 29 ether, "tokens of the hostile");
            assertPaid(isAlice ? bobPayee : alicePayee, isAlice ? 31 ether : 29 ether, "coin of the other");
            assertHolds(
                address(token), isAlice ? bobPayee : alicePayee, isAlice ? 29 ether : 31 ether, "tokens of the other"
            );
            vm.revertToState(fork);
        }
    }

    function test_BothPayeesMayBeHostile() public {
        terms.parties[0].payee = address(new GasBurningPayee());
        terms.parties[1].payee = address(new BombPayee());
        fund(terms);
        closeAndSettle(terms, stateOf(1, 1 ether));
        assertCredit(terms.parties[0].payee, NATIVE, 29 ether);
        assertCredit(terms.parties[1].payee, NATIVE, 31 ether);
    }

    function test_AHostileProverIsCredited() public {
        terms = bountyTerms(4 ether, 3);
        fund(terms);
        closeBy(alice, terms, stateOf(1, 0));
        State memory newer = stateOf(9, 1 ether);
        bytes memory evidence = bytes.concat(pack(newer), coSign(terms, newer));
        address prover = address(new GasBurningPayee());
        vm.prank(prover);
        manager.slash(pack(terms), evidence);
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(newer));
        assertPaid(alicePayee, 25 ether, "Alice");
        assertPaid(bobPayee, 33 ether, "Bob");
        assertCredit(prover, NATIVE, 2 ether);
    }

    function test_CoinForcedUponTheContractIsNobodys() public {
        vm.deal(address(manager), address(manager).balance + 5 ether);
        closeAndSettle(terms, stateOf(1, -int256(MAX_AMOUNT)));
        assertPaid(alicePayee, 2 * STAKE, "Alice");
        assertEq(address(manager).balance, 5 ether, "held");
    }

    function test_AnAccountThatDelegatedToHostileCodeIsCredited() public {
        address payee = terms.parties[1].payee = carol;
        vm.etch(payee, abi.encodePacked(hex"ef0100", address(new RevertingPayee())));
        fund(terms);
        closeAndSettle(terms, stateOf(1, 1 ether));
        assertPaid(alicePayee, 29 ether, "Alice");
        assertCredit(payee, NATIVE, 31 ether);
        vm.etch(payee, "");
        manager.claim(payee, NATIVE);
        assertPaid(payee, 31 ether, "after it revoked its delegation");
    }

    function test_ReturnedDataIsNotCopied() public {
        assertTrue(
            gasToSettleWith(address(new BombPayee())) < gasToSettleWith(address(new GasBurningPayee())),
            "a bomb costs less than its gas"
        );
    }

    function test_OneHostileTokenOfEightBlocksNothing(uint256 place, uint256 kind) public {
        place = bound(place, 1, MAX_ASSETS - 1);
        StandardToken hostile = hostileToken(bound(kind, 0, 3));
        terms = eightTerms(hostile, place);
        State memory state = stateOf(1, 1 ether);
        state.nets = new int256[](MAX_ASSETS);
        for (uint256 i; i < MAX_ASSETS; ++i) {
            if (i == 0) fund(terms);
            else fund(terms, terms.assets[i]);
            state.nets[i] = int256(i) * 1 ether;
        }
        closeAndWait(terms, state);
        turnHostile(hostile, kind);
        manager.settle{gas: 3_000_000}(pack(terms), pack(state));
        assertPaid(alicePayee, STAKE, "Alice's coin");
        assertPaid(bobPayee, STAKE, "Bob's coin");
        for (uint256 i = 1; i < MAX_ASSETS; ++i) {
            (uint256 payout0, uint256 payout1) = (STAKE - i * 1 ether, STAKE + i * 1 ether);
            assertCredit(alicePayee, terms.assets[i], i == place ? payout0 : 0);
            assertCredit(bobPayee, terms.assets[i], i == place ? payout1 : 0);
            if (i == place) continue;
            assertHolds(terms.assets[i], alicePayee, payout0, "Alice's tokens");
            assertHolds(terms.assets[i], bobPayee, payout1, "Bob's tokens");
        }
    }

    function test_ACreditIsClaimedOnceThePayeeIsReady() public {
        RevertingPayee payee = new RevertingPayee();
        terms.parties[0].payee = address(payee);
        fund(terms);
        closeAndWait(terms, stateOf(1, 1 ether));
        vm.expectEmit(address(manager));
        emit IChannelManager.Credited(address(payee), NATIVE, 29 ether);
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
        payee.open();
        manager.claim(address(payee), NATIVE);
        assertPaid(address(payee), 29 ether, "payee");
    }

    /// forge-config: default.isolate = true
    function test_AStarvedNativePushRevertsTheWhole() public {
        terms.parties[0].payee = address(new PickyPayee(NATIVE_ALLOWANCE));
        terms.parties[1].payee = address(new PickyPayee(NATIVE_ALLOWANCE));
        sweepNative();
    }

    /// forge-config: default.isolate = true
    /// forge-config: default.evm_version = "prague"
    function test_AStarvedPushToADelegatedAccountRevertsTheWhole() public {
        terms.parties[1].payee = carol;
        vm.etch(carol, abi.encodePacked(hex"ef0100", address(new PickyPayee(NATIVE_ALLOWANCE))));
        sweepNative();
    }

    /// forge-config: default.isolate = true
    function test_AStarvedTokenPushRevertsTheWhole() public {
        PickyToken picky = new PickyToken();
        supply(picky);
        terms = openTokenChannel(address(picky));
        // One payment alone, or the second would find the token warm.
        closeAndWait(terms, stateOf(1, int256(STAKE)));
        picky.want(TOKEN_ALLOWANCE);
        sweep(address(picky), stateOf(1, int256(STAKE)), 200_000, 300_000);
    }

    // Helpers

    function expectStateRefused(State memory recorded, State memory actual) private {
        bytes24 expectedHash = bytes24(hashOf(terms, recorded));
        bytes24 actualHash = bytes24(hashOf(terms, actual));
        expectError(abi.encodeWithSelector(IChannelErrors.StateMismatch.selector, expectedHash, actualHash));
        manager.settle(pack(terms), pack(actual));
    }

    function expectTooEarly(State memory state, uint256 finalTime, uint256 time) private {
        vm.warp(time);
        expectError(abi.encodeWithSelector(IChannelErrors.NotFinal.selector, finalTime, time));
        manager.settle(pack(terms), pack(state));
    }

    function hostilePayees() private returns (address[5] memory payees) {
        address reverting = address(new RevertingPayee());
        payees = [
            reverting,
            address(new GasBurningPayee()),
            address(new BombPayee()),
            address(new PickyPayee(NATIVE_ALLOWANCE + 500)),
            carol
        ];
        vm.etch(carol, abi.encodePacked(hex"ef0100", reverting));
    }

    function gasToSettleWith(address payee) private returns (uint256 spent) {
        uint256 fork = vm.snapshotState();
        terms.parties[1].payee = payee;
        fund(terms);
        closeAndWait(terms, stateOf(1, 1 ether));
        spent = gasleft();
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
        spent -= gasleft();
        vm.revertToState(fork);
    }

    function hostileToken(uint256 kind) private returns (StandardToken hostile) {
        if (kind == 0) hostile = new FalseToken();
        else if (kind == 1) hostile = new GasBurningToken();
        else if (kind == 2) hostile = new BlockListToken();
        else hostile = new StandardToken();
        supply(hostile);
    }

    /// @notice On strike, burning, refusing the contract, or without code.
    function turnHostile(StandardToken hostile, uint256 kind) private {
        kind = bound(kind, 0, 3);
        if (kind == 0) FalseToken(address(hostile)).strike(true);
        else if (kind == 1) GasBurningToken(address(hostile)).arm(true);
        else if (kind == 2) BlockListToken(address(hostile)).setBlocked(address(manager), true);
        else vm.etch(address(hostile), "");
    }

    /// @notice The native coin and seven tokens, one of them this one.
    function eightTerms(StandardToken hostile, uint256 place) private returns (Terms memory) {
        address[] memory assets = new address[](MAX_ASSETS);
        for (uint256 i = 1; i < MAX_ASSETS; ++i) {
            assets[i] = address(uint160(address(hostile)) - uint160(place) + uint160(i));
            if (i == place) continue;
            vm.etch(assets[i], address(token).code);
            supply(StandardToken(assets[i]));
        }
        return termsOf(assets);
    }

    function sweepNative() private {
        fund(terms);
        closeAndWait(terms, stateOf(1, 1 ether));
        sweep(NATIVE, stateOf(1, 1 ether), 60_000, 240_000);
    }

    /// @notice Settles with each gas limit in turn: the whole is refused, or both payees, who insist on their whole
    /// allowance, are paid.
    function sweep(address asset, State memory state, uint256 from, uint256 to) private {
        bytes memory call = abi.encodeCall(manager.settle, (pack(terms), pack(state)));
        (uint256 refused, uint256 paid) = (0, 0);
        for (uint256 limit = from; limit < to; limit += 197) {
            uint256 fork = vm.snapshotState();
            (bool success, bytes memory reason) = address(manager).call{gas: limit}(call);
            if (success) {
                assertCredit(terms.parties[0].payee, asset, 0);
                assertCredit(terms.parties[1].payee, asset, 0);
                ++paid;
            } else if (reason.length != 0) {
                assertEq(bytes32(bytes4(reason)), bytes32(IChannelErrors.InsufficientGas.selector), "reason");
                ++refused;
            }
            vm.revertToState(fork);
        }
        assertTrue(refused != 0 && paid != 0, "both sides of the boundary were seen");
    }
}
