// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Bounty} from "../../contracts/types/Bounty.sol";
import {Funds, FundsLibrary} from "../../contracts/types/Funds.sol";
import {Close, State, Withdraw} from "../../contracts/types/Messages.sol";
import {Record} from "../../contracts/types/Record.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {ChannelTest} from "./ChannelTest.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {vm} from "./Vm.sol";

/// @notice Tokens, withdrawals, mutual closes, and what a channel and its parties hold.
abstract contract MoneyTest is ChannelTest {
    uint64 internal constant VALID_UNTIL = uint64(START + 1 hours);
    /// @dev Forge's; `block.chainid` must not be read in a test that changes it, as the compiler may read it later.
    uint256 internal constant CHAIN_ID = 31_337;

    StandardToken internal token;

    function setUp() public virtual override {
        super.setUp();
        token = new StandardToken();
        supply(token);
    }

    // Tokens

    /// @notice Gives this contract 1,000 units of 10^18, for the manager to pull.
    function supply(StandardToken token_) internal {
        token_.mint(address(this), 1000 ether);
        token_.approve(address(manager), type(uint256).max);
    }

    function tokenTerms(address token_) internal view returns (Terms memory) {
        address[] memory assets = new address[](1);
        assets[0] = token_;
        return termsOf(assets);
    }

    /// @notice A channel of the native coin and a token.
    function pairTerms(address token_) internal view returns (Terms memory) {
        address[] memory assets = new address[](2);
        assets[1] = token_;
        return termsOf(assets);
    }

    /// @notice 30 + 30 of a token.
    function fund(Terms memory terms, address token_) internal {
        manager.deposit(pack(terms), STAKE, sideOf(terms, token_, 0));
        manager.deposit(pack(terms), STAKE, sideOf(terms, token_, 1));
    }

    function openTokenChannel(address token_) internal returns (Terms memory terms) {
        terms = tokenTerms(token_);
        fund(terms, token_);
    }

    /// @notice Both assets, 30 + 30 each.
    function openPairChannel(address token_) internal returns (Terms memory terms) {
        terms = pairTerms(token_);
        fund(terms);
        fund(terms, token_);
    }

    /// @notice An account without code or money, that is nobody else.
    function someone(uint256 seed) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(seed)))));
    }

    // What the contract stores

    function recordOf(Terms memory terms) internal view returns (Record) {
        return StorageReader.recordOf(manager, idOf(terms));
    }

    function bountyOf(Terms memory terms) internal view returns (Bounty) {
        return StorageReader.bountyOf(manager, idOf(terms));
    }

    function fundsOf(Terms memory terms, address asset) internal view returns (Funds) {
        return StorageReader.fundsOf(manager, idOf(terms), asset);
    }

    function creditOf(address creditor, address asset) internal view returns (uint256) {
        return StorageReader.creditOf(manager, creditor, asset);
    }

    /// @notice Where the contract keeps a channel's funds of an asset.
    function fundsSlot(Terms memory terms, address asset) internal returns (bytes32) {
        vm.record();
        fundsOf(terms, asset);
        return firstRead();
    }

    /// @notice What the contract read first since `vm.record`.
    function firstRead() internal returns (bytes32) {
        (bytes32[] memory slots,) = vm.accesses(address(manager));
        return slots[0];
    }

    /// @notice Funds without withdrawals.
    function fundsWith(uint256 index, int256 balance0, int256 balance1) internal pure returns (Funds) {
        return FundsLibrary.empty(index).withBalances(balance0, balance1);
    }

    // Messages

    function withdrawOf(uint64 serial, uint256 amount0, uint256 amount1)
        internal
        view
        returns (Withdraw memory message)
    {
        message.serial = serial;
        message.amounts = listOf(amount0, amount1);
        message.recipients = [alicePayee, bobPayee];
        message.validUntil = VALID_UNTIL;
    }

    function closeOf(uint64 round, int256 net) internal pure returns (Close memory message) {
        message.round = round;
        message.nets = new int256[](1);
        message.nets[0] = net;
        message.validUntil = VALID_UNTIL;
    }

    /// @notice A mutual close of a channel of two assets, by the deposits.
    function pairClose(uint64 round) internal pure returns (Close memory message) {
        message = closeOf(round, 0);
        message.nets = new int256[](2);
    }

    /// @notice A withdrawal of a channel of two assets: both parties' amounts of the first, then of the second.
    function pairWithdraw(uint64 serial, uint256 first0, uint256 first1, uint256 second0, uint256 second1)
        internal
        view
        returns (Withdraw memory message)
    {
        message = withdrawOf(serial, 0, 0);
        message.amounts = new uint256[](4);
        (message.amounts[0], message.amounts[1]) = (first0, first1);
        (message.amounts[2], message.amounts[3]) = (second0, second1);
    }

    /// @notice A state of a channel of two assets.
    function pairState(uint64 round, int256 net0, int256 net1) internal pure returns (State memory state) {
        state.round = round;
        state.nets = new int256[](2);
        (state.nets[0], state.nets[1]) = (net0, net1);
    }

    function listOf(uint256 amount) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = amount;
    }

    function listOf(uint256 amount0, uint256 amount1) internal pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (amount0, amount1);
    }

    // Operations

    function withdraw(Terms memory terms, Withdraw memory message) internal {
        manager.withdraw(pack(terms), message, coSign(terms, message));
    }

    function closeMutual(Terms memory terms, Close memory message) internal {
        manager.closeMutual(pack(terms), bytes.concat(pack(message), coSign(terms, message)));
    }

    /// @notice From an open channel to the final time, on `state`.
    function closeAndWait(Terms memory terms, State memory state) internal {
        closeBy(alice, terms, state);
        vm.warp(recordOf(terms).evidenceDeadline());
    }

    function closeAndSettle(Terms memory terms, State memory state) internal {
        closeAndWait(terms, state);
        manager.settle(pack(terms), pack(state));
    }

    // Expectations

    /// @notice Another chain begins, of any id; the next call must be refused for it.
    function expectWrongChain(uint256 chainId) internal {
        chainId = bound(chainId, 1, type(uint64).max - 1);
        if (chainId == CHAIN_ID) ++chainId;
        vm.chainId(chainId);
        expectError(abi.encodeWithSelector(IChannelErrors.WrongChain.selector, CHAIN_ID, chainId));
    }

    /// @notice Packed terms that lack a byte; the next call must be refused for it.
    function malformed(Terms memory terms) internal returns (bytes memory packed) {
        packed = pack(terms);
        uint256 length = packed.length - 1;
        assembly ("memory-safe") {
            mstore(packed, length)
        }
        expectError(abi.encodeWithSelector(IChannelErrors.TermsLengthInvalid.selector, length));
    }

    function expectClosed(Terms memory terms) internal {
        expectError(abi.encodeWithSelector(IChannelErrors.ChannelClosed.selector, idOf(terms)));
    }

    /// @notice The first of two signatures must be refused because it signs another hash than `structHash`.
    function expectNotAlices(bytes32 structHash, bytes memory signatures) internal {
        expectError(
            abi.encodeWithSelector(
                IChannelErrors.SignerMismatch.selector, alice, signerOf(digestOf(structHash), signatures)
            )
        );
    }

    /// @notice Whom the first 64 bytes of `signatures` would make the signer of `digest`.
    function signerOf(bytes32 digest, bytes memory signatures) internal pure returns (address) {
        bytes32 r;
        uint256 vs;
        assembly {
            r := mload(add(signatures, 0x20))
            vs := mload(add(signatures, 0x40))
        }
        return ecrecover(digest, uint8(27 + (vs >> 255)), r, bytes32(vs << 1 >> 1));
    }

    function assertBalances(Terms memory terms, address asset, int256 balance0, int256 balance1) internal view {
        (int256 actual0, int256 actual1) = fundsOf(terms, asset).balances();
        assertEq(actual0, balance0, "balance of party 0");
        assertEq(actual1, balance1, "balance of party 1");
    }

    function assertDead(Terms memory terms) internal view {
        assertTrue(fundsOf(terms, terms.assets[0]).isClosed(), "closed");
    }

    function assertHolds(address token_, address account, uint256 amount, string memory what) internal view {
        assertEq(StandardToken(token_).balanceOf(account), amount, what);
    }

    function assertCredit(address account, address asset, uint256 amount) internal view {
        assertEq(creditOf(account, asset), amount, "credit");
    }
}
