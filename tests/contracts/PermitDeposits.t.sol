// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {IChannelErrors} from "../../contracts/interfaces/IChannelErrors.sol";
import {IChannelManager} from "../../contracts/interfaces/IChannelManager.sol";
import {IPermit2} from "../../contracts/interfaces/IPermit2.sol";
import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {PermitDeposits} from "../../contracts/periphery/PermitDeposits.sol";
import {MAX_AMOUNT, NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {IDeployedPermit2, Permit2Test} from "./Permit2Test.sol";
import {ApproveAnswerToken} from "./tokens/ApproveAnswerToken.sol";
import {EternalAllowanceToken} from "./tokens/EternalAllowanceToken.sol";
import {FalseToken} from "./tokens/FalseToken.sol";
import {FeeToken} from "./tokens/FeeToken.sol";
import {HalfToken} from "./tokens/HalfToken.sol";
import {NoReturnToken} from "./tokens/NoReturnToken.sol";
import {PermitToken} from "./tokens/PermitToken.sol";
import {ReentrantToken} from "./tokens/ReentrantToken.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {vm} from "./Vm.sol";

contract PermitDepositsTest is Permit2Test {
    using StorageReader for IChannelManager;

    bytes32 private constant EIP2612_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint256 private constant AMOUNT = 1000;

    PermitDeposits private helper;
    PermitToken private token;
    Terms private terms;
    bytes32 private channelId;

    function setUp() public override {
        super.setUp();
        helper = new PermitDeposits(manager, permit2);
        token = new PermitToken();
        terms = tokenTerms(address(token));
        channelId = idOf(terms);
        token.mint(alice, 10 * AMOUNT);
        vm.prank(alice);
        token.approve(address(permit2), type(uint256).max);
    }

    // What both ways refuse

    function test_RevertIf_TheNativeCoinIsTheAsset() public {
        expectError(abi.encodeWithSelector(PermitDeposits.TokenMissing.selector, NATIVE));
        vm.prank(alice);
        helper.depositWithPermit(pack(nativeTerms()), NATIVE, 0, AMOUNT, noPermit());

        expectError(abi.encodeWithSelector(PermitDeposits.TokenMissing.selector, NATIVE));
        helper.depositWithPermit2(pack(nativeTerms()), 0, alice, permitOf(NATIVE, AMOUNT, 0), NO_SIGNATURE);
    }

    function test_RevertIf_TheNativeCoinIsSentAlong() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        bytes memory call = abi.encodeCall(helper.depositWithPermit, (pack(terms), address(token), 0, AMOUNT, permit));
        vm.prank(alice);
        (bool isTaken,) = address(helper).call{value: 1}(call);
        assertTrue(!isTaken, "value with a deposit");
        vm.prank(alice);
        (isTaken,) = address(helper).call{value: 1}("");
        assertTrue(!isTaken, "value alone");
        vm.prank(alice);
        (isTaken,) = address(helper).call(call);
        assertTrue(isTaken, "the same without value");
    }

    function test_RevertIf_TheTokenHasNoCode() public {
        expectError(abi.encodeWithSelector(PermitDeposits.TokenMissing.selector, stranger));
        helper.depositByIdWithPermit(channelId, stranger, 0, AMOUNT, noPermit());

        expectError(abi.encodeWithSelector(PermitDeposits.TokenMissing.selector, stranger));
        helper.depositByIdWithPermit2(channelId, 0, alice, permitOf(stranger, AMOUNT, 0), NO_SIGNATURE);
    }

    function test_RevertIf_TheTokenReenters() public {
        ReentrantToken reentrant = new ReentrantToken();
        Terms memory theirs = tokenTerms(address(reentrant));
        reentrant.mint(alice, 10 * AMOUNT);
        vm.startPrank(alice);
        reentrant.approve(address(helper), AMOUNT);
        reentrant.approve(address(permit2), AMOUNT);
        vm.stopPrank();
        bytes memory reason = abi.encodeWithSelector(IChannelErrors.Reentered.selector);

        reentrant.arm(
            address(helper),
            abi.encodeCall(helper.depositWithPermit, (pack(theirs), address(reentrant), 1, AMOUNT, noPermit()))
        );
        vm.prank(alice);
        helper.depositWithPermit(pack(theirs), address(reentrant), 0, AMOUNT, noPermit());
        assertEq(reentrant.answerHash(), keccak256(reason), "refused in an EIP-2612 deposit");

        IPermit2.PermitTransferFrom memory permit = permitOf(address(reentrant), AMOUNT, 0);
        bytes memory signature = signDeposit(permit, theirs, 0);
        reentrant.arm(
            address(helper), abi.encodeCall(helper.depositWithPermit2, (pack(theirs), 0, alice, permit, signature))
        );
        helper.depositWithPermit2(pack(theirs), 0, alice, permit, signature);
        assertEq(reentrant.answerHash(), keccak256(reason), "refused in a Permit2 deposit");

        assertDeposited(theirs, 2 * AMOUNT, 0);
        assertNothingLeft(address(reentrant));
    }

    function test_RevertIf_TheTokenDoesNotApprove() public {
        ApproveAnswerToken odd = new ApproveAnswerToken();
        Terms memory theirs = tokenTerms(address(odd));
        odd.mint(alice, 10 * AMOUNT);
        vm.startPrank(alice);
        odd.approve(address(helper), 10 * AMOUNT);

        bytes[3] memory refusals = [abi.encode(false), abi.encode(2), hex"01"];
        for (uint256 i; i < refusals.length; ++i) {
            odd.arm(false, refusals[i]);
            expectError(abi.encodeWithSelector(PermitDeposits.ApproveFailed.selector, address(odd), AMOUNT));
            helper.depositWithPermit(pack(theirs), address(odd), 0, AMOUNT, noPermit());
        }
        odd.arm(true, "");
        expectError(abi.encodeWithSelector(PermitDeposits.ApproveFailed.selector, address(odd), AMOUNT));
        helper.depositWithPermit(pack(theirs), address(odd), 0, AMOUNT, noPermit());

        odd.arm(false, abi.encode(true));
        helper.depositWithPermit(pack(theirs), address(odd), 0, AMOUNT, noPermit());
        odd.arm(false, "");
        helper.depositWithPermit(pack(theirs), address(odd), 0, AMOUNT, noPermit());
        vm.stopPrank();
        assertDeposited(theirs, 2 * AMOUNT, 0);
    }

    function test_RevertIf_MoneyWouldStay() public {
        HalfToken half = new HalfToken();
        half.mint(alice, AMOUNT);
        vm.startPrank(alice);
        half.approve(address(helper), AMOUNT);
        expectError(abi.encodeWithSelector(PermitDeposits.MoneyLeft.selector, address(half), AMOUNT / 4, 0));
        helper.depositWithPermit(pack(tokenTerms(address(half))), address(half), 0, AMOUNT, noPermit());
        vm.stopPrank();
    }

    function test_RevertIf_AnAllowanceWouldStay() public {
        EternalAllowanceToken eternal = new EternalAllowanceToken();
        eternal.mint(alice, AMOUNT);
        vm.startPrank(alice);
        eternal.approve(address(helper), AMOUNT);
        expectError(abi.encodeWithSelector(PermitDeposits.MoneyLeft.selector, address(eternal), 0, AMOUNT));
        helper.depositWithPermit(pack(tokenTerms(address(eternal))), address(eternal), 0, AMOUNT, noPermit());
        vm.stopPrank();
    }

    function test_RevertIf_TheManagerRefuses() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.startPrank(alice);
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, address(token)));
        helper.depositByIdWithPermit(channelId, address(token), 0, AMOUNT, permit);

        Terms memory others = nativeTerms();
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, idOf(others), address(token)));
        helper.depositWithPermit(pack(others), address(token), 0, AMOUNT, permit);

        expectError(abi.encodeWithSelector(IChannelErrors.PartyInvalid.selector, 2));
        helper.depositWithPermit(pack(terms), address(token), 2, AMOUNT, permit);

        PermitDeposits.Permit memory permitNothing = sign2612(ALICE_KEY, 0, block.timestamp);
        expectError(abi.encodeWithSelector(IChannelErrors.AmountZero.selector));
        helper.depositWithPermit(pack(terms), address(token), 0, 0, permitNothing);
        vm.stopPrank();

        IPermit2.PermitTransferFrom memory permit2_ = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signDeposit(permit2_, terms, 0);
        expectError(abi.encodeWithSelector(IChannelErrors.AssetUnknown.selector, channelId, address(token)));
        helper.depositByIdWithPermit2(channelId, 0, alice, permit2_, signature);
        assertEq(token.balanceOf(alice), 10 * AMOUNT, "nothing is taken");
    }

    // EIP-2612

    function test_RevertIf_ThePermitIsExpired() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.warp(block.timestamp + 1);
        expectAllowanceTooLow(address(token), alice, 0);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
    }

    function test_RevertIf_ThePermitIsTooSmall() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT - 1, block.timestamp);
        expectAllowanceTooLow(address(token), alice, AMOUNT - 1);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
    }

    function test_RevertIf_ThePermitIsReplayed() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.startPrank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
        expectAllowanceTooLow(address(token), alice, 0);
        helper.depositByIdWithPermit(channelId, address(token), 0, AMOUNT, permit);
        vm.stopPrank();
    }

    function test_RevertIf_ATokenWithoutPermitIsNotApproved() public {
        StandardToken plain = new StandardToken();
        plain.mint(alice, AMOUNT);
        expectAllowanceTooLow(address(plain), alice, 0);
        vm.prank(alice);
        helper.depositWithPermit(pack(tokenTerms(address(plain))), address(plain), 0, AMOUNT, noPermit());
    }

    function test_RevertIf_AStrangerUsesThePermit() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        expectAllowanceTooLow(address(token), stranger, 0);
        vm.prank(stranger);
        helper.depositWithPermit(pack(otherTerms()), address(token), 1, AMOUNT, permit);
    }

    function test_RevertIf_AStrangerUsesWhatIsStillAllowed() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, 3 * AMOUNT, block.timestamp);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
        assertEq(token.allowance(alice, address(helper)), 2 * AMOUNT, "still allowed");
        expectAllowanceTooLow(address(token), stranger, 0);
        vm.prank(stranger);
        helper.depositByIdWithPermit(channelId, address(token), 1, AMOUNT, permit);
    }

    function test_RevertIf_TheTokenDoesNotTransfer() public {
        FalseToken striking = new FalseToken();
        striking.mint(alice, AMOUNT);
        striking.strike(true);
        vm.startPrank(alice);
        striking.approve(address(helper), AMOUNT);
        expectError(
            abi.encodeWithSelector(
                IChannelErrors.TokenTransferFailed.selector, address(striking), alice, address(helper), AMOUNT
            )
        );
        helper.depositWithPermit(pack(tokenTerms(address(striking))), address(striking), 0, AMOUNT, noPermit());
        vm.stopPrank();
    }

    function test_APermitDeposits(uint256 amount, uint256 value, uint8 party) public {
        amount = bound(amount, 1, MAX_AMOUNT / 2);
        value = bound(value, amount, type(uint256).max);
        party %= 2;
        token.mint(alice, amount);
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, value, block.timestamp);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), party, amount, permit);
        assertDeposited(terms, party == 0 ? amount : 0, party == 1 ? amount : 0);
        assertNothingLeft(address(token));
    }

    function test_APermitDepositsById() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
        permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.prank(alice);
        helper.depositByIdWithPermit(channelId, address(token), 1, AMOUNT, permit);
        assertDeposited(terms, AMOUNT, AMOUNT);
        assertNothingLeft(address(token));
    }

    function test_AFrontRunPermitDeposits() public {
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.prank(stranger);
        token.permit(alice, address(helper), AMOUNT, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
        assertDeposited(terms, AMOUNT, 0);
        assertNothingLeft(address(token));
    }

    function test_ATokenThatReturnsNothingDeposits() public {
        NoReturnToken silent = new NoReturnToken();
        Terms memory theirs = tokenTerms(address(silent));
        silent.mint(alice, 2 * AMOUNT);
        vm.startPrank(alice);
        silent.approve(address(helper), AMOUNT);
        silent.approve(address(permit2), AMOUNT);
        helper.depositWithPermit(pack(theirs), address(silent), 0, AMOUNT, noPermit());
        vm.stopPrank();
        IPermit2.PermitTransferFrom memory permit = permitOf(address(silent), AMOUNT, 0);
        helper.depositWithPermit2(pack(theirs), 0, alice, permit, signDeposit(permit, theirs, 0));
        assertDeposited(theirs, 2 * AMOUNT, 0);
        assertNothingLeft(address(silent));
    }

    function test_WhatArrivesOfAFeeTokenIsDeposited() public {
        FeeToken taxed = new FeeToken(10);
        Terms memory theirs = tokenTerms(address(taxed));
        taxed.mint(alice, 2 * AMOUNT);
        vm.startPrank(alice);
        taxed.approve(address(helper), AMOUNT);
        taxed.approve(address(permit2), AMOUNT);
        helper.depositWithPermit(pack(theirs), address(taxed), 0, AMOUNT, noPermit());
        vm.stopPrank();
        IPermit2.PermitTransferFrom memory permit = permitOf(address(taxed), AMOUNT, 0);
        helper.depositWithPermit2(pack(theirs), 1, alice, permit, signDeposit(permit, theirs, 1));
        assertDeposited(theirs, 810, 810);
        assertNothingLeft(address(taxed));
    }

    function test_StrayTokensStayUntouched(uint256 stray) public {
        stray = bound(stray, 1, MAX_AMOUNT);
        token.mint(address(helper), stray);
        PermitDeposits.Permit memory permit = sign2612(ALICE_KEY, AMOUNT, block.timestamp);
        vm.prank(alice);
        helper.depositWithPermit(pack(terms), address(token), 0, AMOUNT, permit);
        IPermit2.PermitTransferFrom memory permit2_ = permitOf(address(token), AMOUNT, 0);
        helper.depositWithPermit2(pack(terms), 1, alice, permit2_, signDeposit(permit2_, terms, 1));
        assertDeposited(terms, AMOUNT, AMOUNT);
        assertEq(token.balanceOf(address(helper)), stray, "stray tokens");
    }

    // Permit2

    function test_RevertIf_APermit2IsRedirected() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signDeposit(permit, terms, 0);

        Terms memory others = otherTerms();
        bytes32 otherId = idOf(others);

        expectRedirectRefused();
        helper.depositWithPermit2(pack(others), 0, alice, permit, signature);
        expectRedirectRefused();
        helper.depositByIdWithPermit2(otherId, 0, alice, permit, signature);
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 1, alice, permit, signature);
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 0, bob, permit, signature);

        PermitToken other = new PermitToken();
        permit.permitted.token = address(other);
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);

        permit.permitted.token = address(token);
        permit.permitted.amount = AMOUNT + 1;
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);

        permit.permitted.amount = AMOUNT;
        permit.nonce = 1;
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);

        permit.nonce = 0;
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
        assertDeposited(terms, AMOUNT, 0);
    }

    function test_RevertIf_APermit2IsForAnotherWitness(bytes32 witness) public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signPermit2(ALICE_KEY, permit, address(helper), witness);
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
    }

    function test_RevertIf_APermit2NamesAnotherAssetInItsWitness() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes32 witness = witnessOf(address(manager), channelId, 0, address(1));
        bytes memory signature = signPermit2(ALICE_KEY, permit, address(helper), witness);
        expectRedirectRefused();
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
    }

    function test_RevertIf_APermit2IsForAnotherManager() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signDeposit(permit, terms, 0);
        ChannelManager otherManager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        PermitDeposits otherHelper = new PermitDeposits(otherManager, permit2);
        expectRedirectRefused();
        otherHelper.depositByIdWithPermit2(channelId, 0, alice, permit, signature);

        // The witness alone must tell, if the spender is the same.
        vm.etch(address(helper), address(otherHelper).code);
        expectRedirectRefused();
        helper.depositByIdWithPermit2(channelId, 0, alice, permit, signature);
    }

    function test_RevertIf_APermit2IsTakenToPermit2Itself() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signDeposit(permit, terms, 0);
        bytes32 witness = witnessOf(address(manager), channelId, 0, address(token));
        string memory witnessType = helper.WITNESS_TYPE();
        expectRedirectRefused();
        vm.prank(stranger);
        permit2.permitWitnessTransferFrom(
            permit, IPermit2.SignatureTransferDetails(stranger, AMOUNT), alice, witness, witnessType, signature
        );
    }

    function test_RevertIf_APermit2IsExpired() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signDeposit(permit, terms, 0);
        vm.warp(permit.deadline + 1);
        expectError(abi.encodeWithSelector(IDeployedPermit2.SignatureExpired.selector, permit.deadline));
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
        vm.warp(permit.deadline);
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
    }

    function test_RevertIf_APermit2IsReplayed() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        bytes memory signature = signDeposit(permit, terms, 0);
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
        expectError(abi.encodeWithSelector(IDeployedPermit2.InvalidNonce.selector));
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signature);
        expectError(abi.encodeWithSelector(IDeployedPermit2.InvalidNonce.selector));
        helper.depositByIdWithPermit2(channelId, 0, alice, permit, signature);
    }

    function test_APermit2Deposits(uint256 amount, uint8 party, uint256 nonce, address sender) public {
        amount = bound(amount, 1, MAX_AMOUNT / 2);
        party %= 2;
        token.mint(alice, amount);
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), amount, nonce);
        bytes memory signature = signDeposit(permit, terms, party);
        vm.prank(sender);
        helper.depositWithPermit2(pack(terms), party, alice, permit, signature);
        assertDeposited(terms, party == 0 ? amount : 0, party == 1 ? amount : 0);
        assertEq(token.balanceOf(alice), 10 * AMOUNT, "of the owner");
        assertNothingLeft(address(token));
    }

    function test_APermit2DepositsById() public {
        IPermit2.PermitTransferFrom memory permit = permitOf(address(token), AMOUNT, 0);
        helper.depositWithPermit2(pack(terms), 0, alice, permit, signDeposit(permit, terms, 0));
        permit.nonce = 1;
        helper.depositByIdWithPermit2(channelId, 1, alice, permit, signDeposit(permit, terms, 1));
        assertDeposited(terms, AMOUNT, AMOUNT);
        assertNothingLeft(address(token));
    }

    function test_TheWitnessIsTheStructHash(bytes32 id, uint8 party, address asset) public view {
        assertEq(helper.witnessOf(id, party, asset), witnessOf(address(manager), id, party, asset), "witness");
        assertEq(address(helper.MANAGER()), address(manager), "manager");
        assertEq(address(helper.PERMIT2()), address(permit2), "Permit2");
    }

    // Terms, signatures, expectations

    function tokenTerms(address asset) private view returns (Terms memory) {
        address[] memory assets = new address[](1);
        assets[0] = asset;
        return termsOf(assets);
    }

    function otherTerms() private view returns (Terms memory others) {
        others = terms;
        others.salt = 2;
    }

    function noPermit() private pure returns (PermitDeposits.Permit memory permit) {}

    function sign2612(uint256 key, uint256 value, uint256 deadline)
        private
        view
        returns (PermitDeposits.Permit memory permit)
    {
        address owner = vm.addr(key);
        bytes32 structHash =
            keccak256(abi.encode(EIP2612_TYPEHASH, owner, address(helper), value, token.nonces(owner), deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
        (permit.value, permit.deadline) = (value, deadline);
        (permit.v, permit.r, permit.s) = vm.sign(key, digest);
    }

    /// @notice Alice's signature for a deposit by Permit2.
    function signDeposit(IPermit2.PermitTransferFrom memory permit, Terms memory terms_, uint256 party)
        private
        view
        returns (bytes memory)
    {
        bytes32 witness = witnessOf(address(manager), idOf(terms_), party, permit.permitted.token);
        return signPermit2(ALICE_KEY, permit, address(helper), witness);
    }

    function expectRedirectRefused() private {
        expectError(abi.encodeWithSelector(IDeployedPermit2.InvalidSigner.selector));
    }

    function expectAllowanceTooLow(address token_, address owner, uint256 actual) private {
        expectError(abi.encodeWithSelector(PermitDeposits.AllowanceTooLow.selector, token_, owner, AMOUNT, actual));
    }

    function assertDeposited(Terms memory terms_, uint256 expected0, uint256 expected1) private view {
        (int256 balance0, int256 balance1) = IChannelManager(manager).fundsOf(idOf(terms_), terms_.assets[0]).balances();
        assertEq(balance0, int256(expected0), "balance of party 0");
        assertEq(balance1, int256(expected1), "balance of party 1");
        uint256 escrow = StandardToken(terms_.assets[0]).balanceOf(address(manager));
        assertEq(escrow, expected0 + expected1, "escrow");
    }

    function assertNothingLeft(address asset) private view {
        assertEq(StandardToken(asset).balanceOf(address(helper)), 0, "balance left");
        assertEq(StandardToken(asset).allowance(address(helper), address(manager)), 0, "allowance left");
    }
}
