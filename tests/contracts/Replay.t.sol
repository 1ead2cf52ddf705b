// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../contracts/ChannelManager.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {App} from "../../contracts/apps/App.sol";
import {Instance} from "../../contracts/types/Instance.sol";
import {Close, Delegation, State, Step, Withdraw} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {DisputeTest} from "./DisputeTest.sol";
import {StandardToken} from "./tokens/StandardToken.sol";
import {vm} from "./Vm.sol";

/// @notice No message signed for one chain, contract, channel, type, serial, position or step number works for another.
contract ReplayTest is DisputeTest {
    enum Kind {
        State,
        Close,
        Withdraw,
        Delegation,
        Step
    }

    /// @dev What is handed in: one message of each kind, which a test may change after they were signed.
    struct Messages {
        State state;
        Close close;
        Withdraw withdraw;
        Delegation delegation;
        State base;
        Instance instance;
        Step step;
    }

    Messages private messages;
    Instance private twin;
    bytes32[2] private siblings;

    function setUp() public override {
        super.setUp();
        bytes memory appState = abi.encode(0);
        Instance memory instance = instanceOf(address(new Switch()), appState);
        Instance memory other = instanceOf(instance.app, appState);
        other.id = bytes32(uint256(2));
        (bytes32 root, bytes32[] memory proof, bytes32[] memory proofOfTwin) = pairOf(instance, other);
        siblings = [proof[0], proofOfTwin[0]];
        twin = other;
        messages.state = stateOf(1, 1 ether);
        messages.close = closeOf(1, 1 ether);
        messages.withdraw = withdrawOf(0, 1 ether, 2 ether);
        messages.delegation = delegationTo(stranger, 0, 0);
        messages.base = stateOf(1, 1 ether, root);
        messages.instance = instance;
        messages.step = stepOf(1, appState, "action");
    }

    function test_EachMessageWorksWhereItBelongs() public {
        Terms memory terms = openChannel();
        for (uint256 kind; kind < 5; ++kind) {
            uint256 id = vm.snapshotState();
            send(stranger, callOf(Kind(kind), terms, signBoth(structHashOf(Kind(kind), terms))));
            vm.revertToState(id);
        }
    }

    function test_RevertIf_SignedForAnotherChain() public {
        Terms memory terms = nativeTerms();
        uint256 id = vm.snapshotState();
        address here = address(new ChannelManager(MIN_WINDOW, MAX_WINDOW));
        vm.revertToState(id);

        vm.chainId(HOME + 1);
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        bytes[5] memory signatures = signAll(terms);
        vm.revertToState(id);

        vm.chainId(HOME);
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        assertEq(address(manager), here, "the same address on both chains");
        fund(terms);
        expectAllForeign(terms, signatures);
    }

    function test_RevertIf_TheChainHasAnotherIdSince() public {
        Terms memory terms = openChannel();
        bytes[5] memory calls;
        for (uint256 kind; kind < 5; ++kind) {
            calls[kind] = callOf(Kind(kind), terms, signBoth(structHashOf(Kind(kind), terms)));
        }
        vm.chainId(HOME + 1);
        for (uint256 kind; kind < 5; ++kind) {
            expectRefused(stranger, calls[kind], abi.encodeWithSelector(WrongChain.selector, HOME, HOME + 1));
        }
    }

    function test_RevertIf_SignedForAnotherContract() public {
        Terms memory terms = openChannel();
        bytes[5] memory signatures = signAll(terms);
        manager = new ChannelManager(MIN_WINDOW, MAX_WINDOW);
        fund(terms);
        expectAllForeign(terms, signatures);
    }

    /// @dev Each term by itself makes another channel.
    function test_RevertIf_SignedForAnotherChannel() public {
        bytes[5] memory signatures = signAll(openChannel());
        for (uint256 term; term < 8; ++term) {
            Terms memory other = nativeTerms();
            if (term == 0) other.salt = 2;
            if (term == 1) other.window = WINDOW + 1;
            if (term == 2) other.staleMargin = 1;
            if (term == 3) (other.bounty, other.staleMargin) = (1, 3);
            if (term == 4) other.parties[0].payee = carol;
            if (term == 5) other.parties[1].payee = carol;
            if (term == 6) (other.parties[0], other.parties[1]) = (other.parties[1], other.parties[0]);
            if (term == 7) other.parties[1].signer = carol;
            fund(other);
            expectAllForeign(other, signatures);
        }
    }

    function test_RevertIf_SignedForOtherAssets() public {
        bytes[5] memory signatures = signAll(openChannel());
        Terms memory other = nativeTerms();
        other.assets[0] = address(0x20);
        for (uint256 kind; kind < 5; ++kind) {
            expectForeign(Kind(kind), other, signatures[kind]);
        }
    }

    function test_RevertIf_SignedAsAnotherType() public {
        Terms memory terms = openChannel();
        bytes[5] memory signatures = signAll(terms);
        for (uint256 kind; kind < 5; ++kind) {
            for (uint256 other; other < 5; ++other) {
                if (other != kind) expectForeign(Kind(kind), terms, signatures[other]);
            }
        }
    }

    function test_RevertIf_AnyFieldOfAStateIsAnother() public {
        Terms memory terms = openChannel();
        bytes memory signatures = signBoth(structHashOf(Kind.State, terms));
        expectForeignState(terms, stateOf(2, 1 ether), signatures);
        expectForeignState(terms, stateOf(1, 1 ether + 1), signatures);
        expectForeignState(terms, stateOf(1, -1 ether), signatures);
        expectForeignState(terms, stateOf(1, 1 ether, bytes32(uint256(1))), signatures);
    }

    function test_RevertIf_AnyFieldOfACloseIsAnother() public {
        Terms memory terms = openChannel();
        Close memory signed = messages.close;
        bytes memory signatures = signBoth(structHashOf(Kind.Close, terms));
        messages.close = closeOf(2, 1 ether);
        expectForeign(Kind.Close, terms, signatures);
        messages.close = closeOf(1, 1 ether + 1);
        expectForeign(Kind.Close, terms, signatures);
        messages.close = signed;
        ++messages.close.validUntil;
        expectForeign(Kind.Close, terms, signatures);
    }

    function test_RevertIf_AnyFieldOfAWithdrawalIsAnother() public {
        Terms memory terms = openChannel();
        bytes memory signatures = signBoth(structHashOf(Kind.Withdraw, terms));
        messages.withdraw.amounts = [uint256(2 ether), 2 ether];
        expectForeign(Kind.Withdraw, terms, signatures);
        messages.withdraw.amounts = [uint256(1 ether), 1 ether];
        expectForeign(Kind.Withdraw, terms, signatures);
        messages.withdraw = withdrawOf(0, 1 ether, 2 ether);
        messages.withdraw.recipients[0] = stranger;
        expectForeign(Kind.Withdraw, terms, signatures);
        messages.withdraw.recipients = [alicePayee, stranger];
        expectForeign(Kind.Withdraw, terms, signatures);
        messages.withdraw = withdrawOf(0, 1 ether, 2 ether);
        ++messages.withdraw.validUntil;
        expectForeign(Kind.Withdraw, terms, signatures);
    }

    function test_RevertIf_AWithdrawalIsMadeTwice() public {
        Terms memory terms = openChannel();
        bytes memory signatures = signBoth(structHashOf(Kind.Withdraw, terms));
        send(stranger, callOf(Kind.Withdraw, terms, signatures));
        bytes memory reason = abi.encodeWithSelector(SerialMismatch.selector, 1, 0);
        expectRefused(stranger, callOf(Kind.Withdraw, terms, signatures), reason);
        messages.withdraw.serial = 1;
        expectForeign(Kind.Withdraw, terms, signatures);
        assertPayouts(1 ether, 2 ether);
    }

    /// @dev The first asset has no money when the withdrawals begin, and gets some between them.
    function test_RevertIf_AWithdrawalIsMadeTwiceAroundTheFirstDepositOfTheFirstAsset() public {
        StandardToken token = new StandardToken();
        token.mint(address(this), 10);
        token.approve(address(manager), 10);
        address[] memory assets = new address[](2);
        assets[1] = address(token);
        Terms memory terms = termsOf(assets);
        manager.deposit(pack(terms), 10, sideOf(terms, address(token), 0));
        Withdraw memory message = withdrawOf(0, 0, 0);
        message.amounts = new uint256[](4);
        message.amounts[2] = 1;
        bytes memory call = abi.encodeCall(manager.withdraw, (pack(terms), message, coSign(terms, message)));
        send(stranger, call);
        manager.deposit{value: 1}(pack(terms), 1, 0);
        expectRefused(stranger, call, abi.encodeWithSelector(SerialMismatch.selector, 1, 0));
        assertEq(token.balanceOf(alicePayee), 1, "paid once");
    }

    function test_RevertIf_AnyFieldOfADelegationIsAnother() public {
        Terms memory terms = openChannel();
        bytes memory signatures = signBoth(structHashOf(Kind.Delegation, terms));
        messages.delegation.minRound = 1;
        expectForeign(Kind.Delegation, terms, signatures);
        messages.delegation = delegationTo(stranger, 0, 0);
        ++messages.delegation.validUntil;
        expectForeign(Kind.Delegation, terms, signatures);
        messages.delegation = delegationTo(stranger, 1, 0);
        expectForeign(Kind.Delegation, terms, signatures);

        messages.delegation = delegationTo(carol, 0, 0);
        bytes memory reason = abi.encodeWithSelector(SenderNotDelegate.selector, carol, stranger);
        expectRefused(stranger, callOf(Kind.Delegation, terms, signatures), reason);
        expectForeignFrom(carol, Kind.Delegation, terms, signatures);

        send(alice, revokeCall(terms));
        messages.delegation = delegationTo(stranger, 0, 0);
        messages.delegation.epoch = 1;
        expectForeign(Kind.Delegation, terms, signatures);
    }

    function test_RevertIf_AnyFieldOfAStepIsAnother() public {
        Terms memory terms = openChannel();
        bytes memory signatures = signBoth(structHashOf(Kind.Step, terms));
        messages.step.action = "another action";
        expectForeign(Kind.Step, terms, signatures);
        messages.step.action = "action";

        // Another instance in the same app state.
        messages.instance = twin;
        (siblings[0], siblings[1]) = (siblings[1], siblings[0]);
        expectForeign(Kind.Step, terms, signatures);
        (siblings[0], siblings[1]) = (siblings[1], siblings[0]);
        messages.instance.id = bytes32(uint256(1));

        // The same instances on another base.
        messages.base.round = 2;
        expectForeign(Kind.Step, terms, signatures);
        messages.base.round = 1;
        send(stranger, callOf(Kind.Step, terms, signatures));
    }

    /// @dev After the second step the app is again in the state where the first began.
    function test_RevertIf_AStepIsMadeTwice() public {
        Terms memory terms = openChannel();
        bytes memory first = signBoth(structHashOf(Kind.Step, terms));
        bytes memory firstCall = callOf(Kind.Step, terms, first);
        send(stranger, firstCall);
        bytes memory reason = abi.encodeWithSelector(
            AppStateMismatch.selector, bytes24(keccak256(abi.encode(1))), bytes24(keccak256(abi.encode(0)))
        );
        expectRefused(stranger, firstCall, reason);

        // Another position at the same number.
        messages.step = stepOf(2, abi.encode(1), "action");
        expectForeign(Kind.Step, terms, first);
        send(stranger, callOf(Kind.Step, terms, signBoth(structHashOf(Kind.Step, terms))));

        // The same position at another number.
        expectRefused(stranger, firstCall, abi.encodeWithSelector(StepNumberMismatch.selector, 3, 1));
        messages.step = stepOf(3, abi.encode(0), "action");
        expectForeign(Kind.Step, terms, first);
    }

    function test_RevertIf_AClosedChannelIsClosedAgain() public {
        Terms memory terms = openChannel();
        bytes[5] memory signatures = signAll(terms);
        send(stranger, callOf(Kind.Close, terms, signatures[uint256(Kind.Close)]));
        for (uint256 kind; kind < 5; ++kind) {
            bytes memory reason = abi.encodeWithSelector(ChannelClosed.selector, idOf(terms));
            expectRefused(stranger, callOf(Kind(kind), terms, signatures[kind]), reason);
        }
    }

    // Each kind

    function callOf(Kind kind, Terms memory terms, bytes memory signatures) private view returns (bytes memory) {
        bytes memory packed = pack(terms);
        bytes memory single = firstOf(signatures);
        if (kind == Kind.State) {
            return abi.encodeCall(manager.slash, (packed, bytes.concat(pack(messages.state), signatures)));
        }
        if (kind == Kind.Close) {
            return abi.encodeCall(manager.closeMutual, (packed, bytes.concat(pack(messages.close), signatures)));
        }
        if (kind == Kind.Withdraw) return abi.encodeCall(manager.withdraw, (packed, messages.withdraw, signatures));
        if (kind == Kind.Delegation) {
            return abi.encodeCall(manager.closeSoloAsDelegate, (packed, "", messages.delegation, single));
        }
        bytes memory evidence = evidenceOf(terms, messages.base);
        if (terms.parties[0].signer != alice || terms.parties[1].signer != bob) evidence = "";
        bytes memory leaf = bytes.concat(pack(messages.instance), siblings[0]);
        return abi.encodeCall(manager.forceProgress, (packed, evidence, leaf, pack(messages.step, single)));
    }

    function structHashOf(Kind kind, Terms memory terms) private view returns (bytes32) {
        bytes32 id = idOf(terms);
        if (kind == Kind.State) return hashes.state(id, pack(messages.state));
        if (kind == Kind.Close) return hashes.close(id, pack(messages.close));
        if (kind == Kind.Withdraw) return hashes.withdraw(id, messages.withdraw);
        if (kind == Kind.Delegation) return hashes.delegation(id, messages.delegation);
        Step memory step = messages.step;
        bytes32 base = hashOf(terms, messages.base);
        return hashes.step(id, base, leafOf(messages.instance), step.number, keccak256(step.appState), step.action);
    }

    function signAll(Terms memory terms) private view returns (bytes[5] memory signatures) {
        for (uint256 kind; kind < 5; ++kind) {
            signatures[kind] = signBoth(structHashOf(Kind(kind), terms));
        }
    }

    function firstOf(bytes memory signatures) private pure returns (bytes memory signature) {
        signature = new bytes(64);
        for (uint256 i; i < 64; ++i) {
            signature[i] = signatures[i];
        }
    }

    // Expectations

    function expectAllForeign(Terms memory terms, bytes[5] memory signatures) private {
        for (uint256 kind; kind < 5; ++kind) {
            // Who cannot sign the base cannot be shown that a step on it is foreign.
            bool hasBase = terms.parties[0].signer == alice && terms.parties[1].signer == bob;
            if (Kind(kind) != Kind.Step || hasBase) expectForeign(Kind(kind), terms, signatures[kind]);
        }
    }

    /// @notice The signatures are somebody's who never signed: of another digest than the one that was signed.
    function expectForeign(Kind kind, Terms memory terms, bytes memory signatures) private {
        expectForeignFrom(stranger, kind, terms, signatures);
    }

    function expectForeignFrom(address sender, Kind kind, Terms memory terms, bytes memory signatures) private {
        address actual = recovered(digestOf(structHashOf(kind, terms)), firstOf(signatures));
        uint256 party = kind == Kind.Delegation ? messages.delegation.party : 0;
        bytes memory reason = kind == Kind.Step
            ? abi.encodeWithSelector(StepSignerUnknown.selector, actual)
            : abi.encodeWithSelector(SignerMismatch.selector, terms.parties[party].signer, actual);
        expectRefused(sender, callOf(kind, terms, signatures), reason);
    }

    function expectForeignState(Terms memory terms, State memory state, bytes memory signatures) private {
        messages.state = state;
        expectForeign(Kind.State, terms, signatures);
    }

    function recovered(bytes32 digest, bytes memory signature) private pure returns (address) {
        (bytes32 r, bytes32 vs) = abi.decode(signature, (bytes32, bytes32));
        return ecrecover(digest, vs >> 255 == 0 ? 27 : 28, r, vs << 1 >> 1);
    }
}

/// @notice Party 0 turns it on and off for ever.
contract Switch is App {
    function turnIn(bytes memory) internal pure override returns (Turn) {
        return Turn.Party0;
    }

    function act(bytes memory appState, bytes calldata, Turn) internal pure override returns (bytes memory) {
        return abi.encode(1 - abi.decode(appState, (uint256)));
    }

    function outcomeIn(bytes memory) internal pure override returns (int256[] memory) {
        return new int256[](1);
    }
}
