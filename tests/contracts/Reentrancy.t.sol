// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {Counter} from "../../contracts/apps/Counter.sol";
import {Funds, FundsLibrary} from "../../contracts/types/Funds.sol";
import {Delegation, State, Withdraw} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {MoneyTest} from "./MoneyTest.sol";
import {ReentrantPayee} from "./actors/ReentrantPayee.sol";
import {ReentrantToken} from "./tokens/ReentrantToken.sol";
import {vm} from "./Vm.sol";

/// @notice Whoever is called in the middle of an operation can start no other, in this channel or another.
contract ReentrancyTest is MoneyTest {
    ReentrantToken private reentrant;
    ReentrantPayee private payee;
    /// @dev A channel of the coin and the token, whose party 0 is paid to `payee`.
    Terms private terms;
    /// @dev Every guarded function, called with something well formed.
    bytes[] private entries;

    function setUp() public override {
        super.setUp();
        reentrant = new ReentrantToken();
        payee = new ReentrantPayee();
        supply(reentrant);
        terms = pairTerms(address(reentrant));
        terms.parties[0].payee = address(payee);
        fund(terms);
        fund(terms, address(reentrant));
        reentrant.mint(address(reentrant), 1 ether);
        vm.prank(address(reentrant));
        reentrant.approve(address(manager), 1 ether);
        writeEntries();
        credit();
    }

    function test_ATokenCannotReenterADeposit() public {
        tryAll(depositing, address(reentrant));
    }

    function test_ATokenCannotReenterADepositById() public {
        tryAll(depositingById, address(reentrant));
    }

    function test_ATokenCannotReenterAWithdrawal() public {
        tryAll(withdrawing, address(reentrant));
    }

    function test_ATokenCannotReenterAMutualClose() public {
        tryAll(closingMutually, address(reentrant));
    }

    function test_ATokenCannotReenterASettlement() public {
        tryAll(settling, address(reentrant));
    }

    function test_ATokenCannotReenterASettlementByConsent() public {
        tryAll(consenting, address(reentrant));
    }

    function test_ATokenCannotReenterAClaim() public {
        tryAll(claimingToken, address(reentrant));
        tryAll(claimingTokenTo, address(reentrant));
    }

    function test_APayeeCannotReenterAWithdrawal() public {
        tryAll(withdrawing, address(payee));
    }

    function test_APayeeCannotReenterAMutualClose() public {
        tryAll(closingMutually, address(payee));
    }

    function test_APayeeCannotReenterASettlement() public {
        tryAll(settling, address(payee));
    }

    function test_APayeeCannotReenterASettlementByConsent() public {
        tryAll(consenting, address(payee));
    }

    function test_APayeeCannotReenterAClaim() public {
        tryAll(claiming, address(payee));
        tryAll(claimingTo, address(payee));
    }

    function test_NobodyReentersThroughAMulticall() public {
        bytes memory call = abi.encodeCall(manager.multicall, (entries, 10_000));
        reentrant.arm(address(manager), call);
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.Reentered.selector);
        for (uint256 i; i < entries.length; ++i) {
            vm.expectEmit(address(manager));
            emit IChannelManager.CallFailed(i, reason);
        }
        depositing();
        assertTrue(reentrant.succeeded(), "the multicall itself holds no guard");
        assertEq(reentrant.answerHash(), keccak256(abi.encode(new bool[](entries.length))), "all refused");
    }

    function test_ACallbackDoesNotCountAnArrivalTwice() public {
        bytes memory inner =
            abi.encodeCall(manager.deposit, (pack(terms), 1 ether, sideOf(terms, address(reentrant), 1)));
        reentrant.arm(address(manager), inner);
        depositing();
        assertBalances(terms, address(reentrant), int256(STAKE), int256(STAKE));
        assertHolds(address(reentrant), address(manager), 2 * STAKE + 1 ether, "held");
    }

    function test_APayeeReadsThatTheChannelIsClosed() public {
        expectRead(fundsSlot(terms, address(reentrant)), Funds.unwrap(FundsLibrary.DEAD), settling);
    }

    function test_APayeeReadsWhatIsLeftAfterAWithdrawal() public {
        Funds left = fundsWith(0, int256(STAKE) - 2 ether, int256(STAKE)).withNextSerial().withNextSerial();
        expectRead(fundsSlot(terms, NATIVE), Funds.unwrap(left), withdrawing);
    }

    function test_APayeeReadsThatItsCreditIsSpent() public {
        vm.record();
        creditOf(address(payee), NATIVE);
        expectRead(firstRead(), 0, claiming);
    }

    function test_TheGuardIsReleasedBetweenOperations() public {
        depositing();
        depositingById();
        withdrawing();
        closingMutually();
        assertDead(terms);
    }

    // Operations that call out

    function depositing() private {
        manager.deposit(pack(terms), 1 ether, sideOf(terms, address(reentrant), 0));
    }

    function depositingById() private {
        manager.depositById(idOf(terms), address(reentrant), 0, 1 ether);
    }

    function withdrawing() private {
        withdraw(terms, withdrawToPayee(1));
    }

    function closingMutually() private {
        closeMutual(terms, pairClose(1));
    }

    function settling() private {
        closeAndSettle(terms, roundZero());
    }

    function consenting() private {
        vm.prank(alice);
        manager.closeSolo(pack(terms), pack(roundZero()), true);
        vm.prank(bob);
        manager.closeSolo(pack(terms), pack(roundZero()), true);
    }

    function claiming() private {
        manager.claim(address(payee), NATIVE);
    }

    function claimingToken() private {
        manager.claim(address(payee), address(reentrant));
    }

    function claimingTo() private {
        vm.prank(address(payee));
        manager.claimTo(address(payee), NATIVE);
    }

    function claimingTokenTo() private {
        vm.prank(address(payee));
        manager.claimTo(address(payee), address(reentrant));
    }

    // Helpers

    /// @notice In the middle of `act`, `hostile` calls each function in turn.
    function tryAll(function() internal act, address hostile) private {
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.Reentered.selector);
        for (uint256 i; i < entries.length; ++i) {
            uint256 fork = vm.snapshotState();
            ReentrantPayee(payable(hostile)).arm(address(manager), entries[i]);
            act();
            assertTrue(!ReentrantPayee(payable(hostile)).succeeded(), "succeeded");
            assertEq(ReentrantPayee(payable(hostile)).answerHash(), keccak256(reason), "reason");
            vm.revertToState(fork);
        }
    }

    /// @notice In the middle of `act`, the payee reads this word in this slot.
    function expectRead(bytes32 slot, uint256 word, function() internal act) private {
        bytes32[] memory words = new bytes32[](1);
        words[0] = slot;
        payee.arm(address(manager), abi.encodeCall(manager.load, (words)));
        act();
        words[0] = bytes32(word);
        assertEq(payee.answerHash(), keccak256(abi.encode(words)), "word");
    }

    function withdrawToPayee(uint64 serial) private view returns (Withdraw memory message) {
        message = pairWithdraw(serial, 1 ether, 0, 1 ether, 0);
        message.recipients[0] = address(payee);
    }

    /// @notice Credits the payee, by a withdrawal that neither it nor the token takes part in.
    function credit() private {
        (bytes memory payeeCode, bytes memory tokenCode) = (address(payee).code, address(reentrant).code);
        vm.etch(address(payee), hex"fe");
        vm.etch(address(reentrant), "");
        withdraw(terms, withdrawToPayee(0));
        vm.etch(address(payee), payeeCode);
        vm.etch(address(reentrant), tokenCode);
    }

    function writeEntries() private {
        bytes memory packed = pack(terms);
        State memory state = pairState(1, 0, 0);
        bytes memory both = coSign(terms, state);
        bytes memory instance = pack(instanceOf(address(new Counter()), ""));
        Delegation memory delegation = Delegation(0, address(payee), 0, 0, VALID_UNTIL);
        entries.push(abi.encodeCall(manager.deposit, (packed, 1, sideOf(terms, address(reentrant), 1))));
        entries.push(abi.encodeCall(manager.deposit, (packed, 0, 1)));
        entries.push(abi.encodeCall(manager.depositById, (idOf(terms), address(reentrant), 1, 1)));
        entries.push(abi.encodeCall(manager.withdraw, (packed, withdrawToPayee(1), coSign(terms, withdrawToPayee(1)))));
        entries.push(abi.encodeCall(manager.claim, (address(payee), NATIVE)));
        entries.push(abi.encodeCall(manager.claimTo, (stranger, address(reentrant))));
        entries.push(abi.encodeCall(manager.snapshotSolo, (packed, bytes.concat(pack(state), both))));
        entries.push(abi.encodeCall(manager.slash, (packed, bytes.concat(pack(state), both))));
        entries.push(
            abi.encodeCall(manager.closeMutual, (packed, bytes.concat(pack(pairClose(1)), coSign(terms, pairClose(1)))))
        );
        entries.push(abi.encodeCall(manager.closeSolo, (packed, bytes.concat(pack(state), both), false)));
        entries.push(
            abi.encodeCall(
                manager.closeSoloAsDelegate, (packed, bytes.concat(pack(state), both), delegation, NO_SIGNATURE)
            )
        );
        entries.push(abi.encodeCall(manager.settle, (packed, pack(roundZero()))));
        entries.push(
            abi.encodeCall(
                manager.forceProgress,
                (packed, bytes.concat(pack(state), both), instance, pack(stepOf(1, "", ""), NO_SIGNATURE))
            )
        );
        entries.push(abi.encodeCall(manager.evaluate, (packed, bytes.concat(pack(state), both), instance, "")));
        entries.push(abi.encodeCall(manager.revokeDelegations, (packed)));
    }
}
