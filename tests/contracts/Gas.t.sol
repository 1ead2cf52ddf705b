// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Counter} from "../../contracts/apps/Counter.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {Delegation, State, Step} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {RevertingPayee} from "./actors/RevertingPayee.sol";
import {vm} from "./Vm.sol";

/// @notice One gas snapshot per operation, each a transaction of its own: run with `--isolate`.
/// @dev Payees hold something already, as payees do.
contract OperationsGasTest is MoneyTest {
    uint256 private constant BATCH = 32;

    function setUp() public override {
        super.setUp();
        vm.deal(alicePayee, 1);
        vm.deal(bobPayee, 1);
        token.mint(alicePayee, 1);
        token.mint(bobPayee, 1);
        fund(otherTerms(), address(token));
    }

    // Money in and out

    function test_Deposit() public {
        bytes memory packed = pack(nativeTerms());
        manager.deposit{value: STAKE}(packed, STAKE, 0);
        snap("deposit_first");
        manager.deposit{value: STAKE}(packed, STAKE, 1);
        snap("deposit_second");
        manager.depositById{value: STAKE}(idOf(nativeTerms()), NATIVE, 0, STAKE);
        snap("depositById");
    }

    function test_DepositToken() public {
        bytes memory packed = pack(tokenTerms(address(token)));
        manager.deposit(packed, STAKE, 0);
        snap("deposit_token_first");
        manager.deposit(packed, STAKE, 1);
        snap("deposit_token_second");
        manager.depositById(idOf(tokenTerms(address(token))), address(token), 0, STAKE);
        snap("depositById_token");
    }

    function test_Withdraw() public {
        withdraw(openChannel(), withdrawOf(0, 1 ether, 2 ether));
        snap("withdraw");
        withdraw(openTokenChannel(address(token)), withdrawOf(0, 1 ether, 2 ether));
        snap("withdraw_token");
    }

    function test_Claim() public {
        address creditor = address(new RevertingPayee());
        Terms memory terms = nativeTerms();
        terms.parties[0].payee = creditor;
        fund(terms);
        closeMutual(terms, closeOf(1, 0));
        snap("closeMutual_credited");
        uint256 fork = vm.snapshotState();
        RevertingPayee(payable(creditor)).open();
        manager.claim(creditor, NATIVE);
        snap("claim");
        vm.revertToState(fork);
        vm.prank(creditor);
        manager.claimTo(alicePayee, NATIVE);
        snap("claimTo");
    }

    // Evidence

    function test_SnapshotSolo() public {
        Terms memory terms = openChannel();
        snapshot(terms, stateOf(1, 1 ether));
        snap("snapshotSolo_first");
        snapshot(terms, stateOf(2, 2 ether));
        snap("snapshotSolo_next");
    }

    function test_Slash() public {
        Terms memory terms = openChannel();
        closeBy(alice, terms, stateOf(1, 1 ether));
        slash(terms, stateOf(2, 2 ether));
        snap("slash");
    }

    function test_SlashForABounty() public {
        Terms memory terms = bountyTerms(1 ether, 3);
        fund(terms);
        closeBy(alice, terms, stateOf(1, 1 ether));
        snap("closeSolo_bounty");
        slash(terms, stateOf(9, 2 ether));
        snap("slash_bounty");
        vm.warp(evidenceDeadline());
        manager.settle(pack(terms), pack(stateOf(9, 2 ether)));
        snap("settle_bounty");
    }

    // Closing

    function test_CloseMutual() public {
        closeMutual(openChannel(), closeOf(1, 1 ether));
        snap("closeMutual");
        closeMutual(openTokenChannel(address(token)), closeOf(1, 1 ether));
        snap("closeMutual_token");
    }

    function test_CloseSolo() public {
        Terms memory terms = openChannel();
        uint256 fork = vm.snapshotState();
        closeBy(alice, terms, stateOf(1, 1 ether));
        snap("closeSolo");
        vm.revertToState(fork);
        closeBy(alice, terms, roundZero());
        snap("closeSolo_round_zero");
        vm.revertToState(fork);
        snapshot(terms, stateOf(1, 1 ether));
        vm.prank(alice);
        manager.closeSolo(pack(terms), pack(stateOf(1, 1 ether)), false);
        snap("closeSolo_recorded");
    }

    function test_Consent() public {
        Terms memory terms = openChannel();
        State memory state = stateOf(1, 1 ether);
        bytes memory signature = sign(BOB_KEY, hashOf(terms, state));
        vm.prank(alice);
        manager.closeSolo(pack(terms), bytes.concat(pack(state), signature), true);
        snap("closeSolo_consent");
        vm.prank(bob);
        manager.closeSolo(pack(terms), pack(state), true);
        snap("closeSolo_consent_settles");
    }

    function test_CloseSoloAsDelegate() public {
        Terms memory terms = openChannel();
        State memory state = stateOf(1, 1 ether);
        Delegation memory delegation = Delegation(0, carol, 0, 0, VALID_UNTIL);
        bytes memory signature = sign(ALICE_KEY, hashes.delegation(idOf(terms), delegation));
        bytes memory both = coSign(terms, state);
        vm.prank(carol);
        manager.closeSoloAsDelegate(pack(terms), bytes.concat(pack(state), both), delegation, signature);
        snap("closeSoloAsDelegate");
    }

    function test_Settle() public {
        Terms memory terms = openChannel();
        closeAndWait(terms, stateOf(1, 1 ether));
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
        snap("settle");
    }

    function test_SettleToken() public {
        Terms memory terms = openTokenChannel(address(token));
        closeAndWait(terms, stateOf(1, 1 ether));
        manager.settle(pack(terms), pack(stateOf(1, 1 ether)));
        snap("settle_token");
    }

    // Forced progress

    function test_ForceProgressAndEvaluate() public {
        Terms memory terms = openChannel();
        Instance memory instance = instanceOf(address(new Counter()), abi.encode(0));
        State memory state = stateOf(1, 1 ether, leafOf(instance));
        closeBy(alice, terms, state);
        bytes memory packed = pack(instance);
        uint256 fork = vm.snapshotState();
        manager.evaluate(pack(terms), pack(state), packed, abi.encode(0));
        snap("evaluate_first");
        vm.revertToState(fork);
        bytes memory step = stepBy(ALICE_KEY, terms, state, instance, 1);
        manager.forceProgress(pack(terms), pack(state), packed, step);
        snap("forceProgress_first");
        step = stepBy(BOB_KEY, terms, state, instance, 2);
        manager.forceProgress(pack(terms), pack(state), packed, step);
        snap("forceProgress_next");
        manager.evaluate(pack(terms), pack(state), packed, abi.encode(2));
        snap("evaluate_next");
        vm.warp(evidenceDeadline() + WINDOW);
        manager.settle(pack(terms), pack(state));
        snap("settle_instances");
    }

    // The rest

    function test_RevokeDelegations() public {
        Terms memory terms = openChannel();
        vm.prank(alice);
        manager.revokeDelegations(pack(terms));
        snap("revokeDelegations_first");
        vm.prank(alice);
        manager.revokeDelegations(pack(terms));
        snap("revokeDelegations_next");
    }

    function test_MulticallOf32Slashes() public {
        bytes[] memory calls = new bytes[](BATCH);
        State memory state = stateOf(2, 2 ether);
        for (uint256 i; i < BATCH; ++i) {
            Terms memory terms = nativeTerms();
            terms.salt = uint64(i + 100);
            manager.deposit{value: 2}(pack(terms), 2, 0);
            closeBy(alice, terms, stateOf(1, 1));
            calls[i] = abi.encodeCall(manager.slash, (pack(terms), bytes.concat(pack(state), coSign(terms, state))));
        }
        bool[] memory succeeded = manager.multicall(calls, 100_000);
        snap("multicall_32_slashes");
        for (uint256 i; i < BATCH; ++i) {
            assertTrue(succeeded[i], "slashed");
        }
    }

    // Helpers

    function snap(string memory name) private {
        vm.snapshotGasLastCall("operations", name);
    }

    /// @notice A signed and packed step of the counter.
    function stepBy(uint256 key, Terms memory terms, State memory state, Instance memory instance, uint8 number)
        private
        view
        returns (bytes memory)
    {
        Step memory step = stepOf(number, abi.encode(number - 1), "");
        return pack(step, signStep(key, terms, state, instance, step));
    }

    /// @notice A channel that nobody measures, so that the contract holds some of the token.
    function otherTerms() private view returns (Terms memory terms) {
        terms = tokenTerms(address(token));
        terms.salt = 2;
    }
}
