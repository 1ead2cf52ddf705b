// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {StorageReader} from "../../contracts/libraries/StorageReader.sol";
import {Close, Delegation, State, Step, Withdraw} from "../../contracts/types/Messages.sol";
import {NATIVE, Terms} from "../../contracts/types/Terms.sol";
import {Recorder, Recording} from "./Recorder.sol";
import {vm} from "./Vm.sol";

/// @notice The signature zoo: each call that takes signatures, with each kind of them.
/// @dev Calls are numbered: the recording ones, then closeMutual and withdraw. All messages are of one channel, and each call
/// is one that the sender may make, so that nothing but the signatures is at stake.
contract SignaturesTest is Recorder {
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 private constant MAX_S = ORDER / 2;
    uint256 private constant CLOSE_MUTUAL = 6;
    uint256 private constant WITHDRAW = 7;
    uint256 private constant CALLS = 8;

    Terms private terms;

    function setUp() public override {
        super.setUp();
        terms = openChannel();
    }

    function test_RevertIf_TwoSignaturesHaveAnotherLength() public {
        uint16[10] memory lengths = [1, 63, 66, 96, 127, 129, 131, 195, 256, 260];
        for (uint256 call; call < CALLS; ++call) {
            for (uint256 i; i < lengths.length; ++i) {
                bytes memory reason = abi.encodeWithSelector(SignatureLengthInvalid.selector, lengths[i]);
                expectBothRefused(alicePayee, call, new bytes(lengths[i]), reason);
            }
        }
    }

    function test_RevertIf_ThereIsNoSignature() public {
        bytes memory reason = abi.encodeWithSelector(SignatureLengthInvalid.selector, 0);
        expectBothRefused(alicePayee, CLOSE_MUTUAL, "", reason);
        expectBothRefused(alicePayee, WITHDRAW, "", reason);
        expectRefused(carol, delegationCall(""), reason);
        reason = abi.encodeWithSelector(StateNotRecorded.selector, 0, 1);
        for (uint256 call; call < CLOSE_MUTUAL; ++call) {
            expectBothRefused(alicePayee, call, "", reason);
        }
    }

    function test_RevertIf_OneSignatureHasAnotherLength() public {
        uint8[6] memory lengths = [1, 63, 66, 128, 130, 255];
        for (uint256 i; i < lengths.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(SignatureLengthInvalid.selector, lengths[i]);
            expectEachRefused(new bytes(lengths[i]), reason);
        }
    }

    function test_RevertIf_FormsAreMixed() public {
        bytes memory reason = abi.encodeWithSelector(SignatureLengthInvalid.selector, 129);
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            bytes memory mixed = bytes.concat(sign(ALICE_KEY, hash), signFull(BOB_KEY, hash));
            expectBothRefused(alicePayee, call, mixed, reason);
            mixed = bytes.concat(signFull(ALICE_KEY, hash), sign(BOB_KEY, hash));
            expectBothRefused(alicePayee, call, mixed, reason);
        }
    }

    function test_RevertIf_RecoveryIdIsNeither27Nor28() public {
        uint8[6] memory ids = [0, 1, 26, 29, 35, 255];
        for (uint256 i; i < ids.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(SignatureRecoveryIdInvalid.selector, ids[i]);
            for (uint256 call; call < CALLS; ++call) {
                bytes32 hash = structHashOf(call);
                bytes memory ofAlice = withRecoveryId(signFull(ALICE_KEY, hash), ids[i]);
                bytes memory ofBob = withRecoveryId(signFull(BOB_KEY, hash), ids[i]);
                expectBothRefused(alicePayee, call, bytes.concat(ofAlice, signFull(BOB_KEY, hash)), reason);
                expectBothRefused(alicePayee, call, bytes.concat(signFull(ALICE_KEY, hash), ofBob), reason);
                expectBothRefused(alice, call, ofBob, reason);
            }
            expectRefused(carol, delegationCall(withRecoveryId(signFull(ALICE_KEY, delegationHash()), ids[i])), reason);
            expectRefused(carol, stepCall(withRecoveryId(signFull(ALICE_KEY, stepHash()), ids[i])), reason);
        }
    }

    function test_RevertIf_SIsTheUpperOne() public {
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            (bytes memory ofAlice, bytes memory reason) = mirrored(ALICE_KEY, hash);
            expectBothRefused(alicePayee, call, bytes.concat(ofAlice, signFull(BOB_KEY, hash)), reason);
            bytes memory ofBob;
            (ofBob, reason) = mirrored(BOB_KEY, hash);
            expectBothRefused(alicePayee, call, bytes.concat(signFull(ALICE_KEY, hash), ofBob), reason);
            expectBothRefused(alice, call, ofBob, reason);
        }
        (bytes memory signature, bytes memory why) = mirrored(ALICE_KEY, delegationHash());
        expectRefused(carol, delegationCall(signature), why);
        (signature, why) = mirrored(ALICE_KEY, stepHash());
        expectRefused(carol, stepCall(signature), why);
    }

    function test_RevertIf_SIsAboveHalfTheOrderInTheShortForm() public {
        bytes32[2] memory values = [bytes32(MAX_S + 1), bytes32(type(uint256).max >> 1)];
        for (uint256 i; i < values.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(SignatureMalleable.selector, values[i]);
            expectEachRefused(abi.encodePacked(uint256(1), values[i]), reason);
            expectEachRefused(abi.encodePacked(uint256(1), uint256(values[i]) | 1 << 255), reason);
        }
    }

    function test_TheGreatestSIsNoReason() public {
        bytes memory short = abi.encodePacked(uint256(1), MAX_S);
        bytes memory long = abi.encodePacked(uint256(1), MAX_S, uint8(27));
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            address actual = ecrecover(digestOf(hash), 27, bytes32(uint256(1)), bytes32(MAX_S));
            bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, bob, actual);
            expectBothRefused(alice, call, short, reason);
            expectBothRefused(alice, call, long, reason);
        }
    }

    function test_RevertIf_NobodyIsRecovered() public {
        bytes memory reason = abi.encodeWithSelector(SignatureInvalid.selector);
        // The x coordinate 5 is on no point of the curve.
        uint256[2][5] memory values = [[uint256(0), 1], [uint256(1), 0], [uint256(0), 0], [ORDER, 1], [uint256(5), 1]];
        for (uint256 i; i < values.length; ++i) {
            expectEachRefused(abi.encodePacked(values[i][0], values[i][1]), reason);
            expectEachRefused(abi.encodePacked(values[i][0], values[i][1], uint8(27)), reason);
            expectEachRefused(abi.encodePacked(values[i][0], values[i][1], uint8(28)), reason);
        }
    }

    function test_RevertIf_SignaturesAreSwapped() public {
        bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, alice, bob);
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            expectBothRefused(alicePayee, call, bytes.concat(sign(BOB_KEY, hash), sign(ALICE_KEY, hash)), reason);
        }
    }

    function test_RevertIf_OnePartySignedTwice() public {
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            (bytes memory ofAlice, bytes memory ofBob) = (sign(ALICE_KEY, hash), sign(BOB_KEY, hash));
            bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, bob, alice);
            expectBothRefused(alicePayee, call, bytes.concat(ofAlice, ofAlice), reason);
            reason = abi.encodeWithSelector(SignerMismatch.selector, alice, bob);
            expectBothRefused(alicePayee, call, bytes.concat(ofBob, ofBob), reason);
        }
    }

    function test_RevertIf_AStrangerSigned() public {
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            bytes memory ofCarol = sign(CAROL_KEY, hash);
            bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, alice, carol);
            expectBothRefused(alicePayee, call, bytes.concat(ofCarol, sign(BOB_KEY, hash)), reason);
            expectBothRefused(bob, call, ofCarol, reason);
            reason = abi.encodeWithSelector(SignerMismatch.selector, bob, carol);
            expectBothRefused(alicePayee, call, bytes.concat(sign(ALICE_KEY, hash), ofCarol), reason);
            expectBothRefused(alice, call, ofCarol, reason);
        }
        bytes memory refusal = abi.encodeWithSelector(SignerMismatch.selector, alice, carol);
        expectRefused(carol, delegationCall(sign(CAROL_KEY, delegationHash())), refusal);
        expectRefused(
            carol, stepCall(sign(CAROL_KEY, stepHash())), abi.encodeWithSelector(StepSignerUnknown.selector, carol)
        );
    }

    function test_RevertIf_TheSenderOfOneSignatureIsNoSigner() public {
        bytes memory reason = abi.encodeWithSelector(SenderNotSigner.selector, alicePayee);
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            expectBothRefused(alicePayee, call, sign(ALICE_KEY, hash), reason);
            expectBothRefused(alicePayee, call, sign(BOB_KEY, hash), reason);
            expectBothRefused(alicePayee, call, signFull(BOB_KEY, hash), reason);
        }
    }

    function test_RevertIf_TheOneSignatureIsTheSendersOwn() public {
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, bob, alice);
            expectBothRefused(alice, call, sign(ALICE_KEY, hash), reason);
            reason = abi.encodeWithSelector(SignerMismatch.selector, alice, bob);
            expectBothRefused(bob, call, sign(BOB_KEY, hash), reason);
        }
    }

    function test_BothFormsFromAnyoneAndOneFromEachParty() public {
        for (uint256 call; call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            expectBothAccepted(alicePayee, call, bytes.concat(sign(ALICE_KEY, hash), sign(BOB_KEY, hash)));
            expectBothAccepted(alicePayee, call, bytes.concat(signFull(ALICE_KEY, hash), signFull(BOB_KEY, hash)));
            expectBothAccepted(alice, call, sign(BOB_KEY, hash));
            expectBothAccepted(alice, call, signFull(BOB_KEY, hash));
            expectBothAccepted(bob, call, sign(ALICE_KEY, hash));
            expectBothAccepted(bob, call, signFull(ALICE_KEY, hash));
        }
        expectAccepted(carol, delegationCall(sign(ALICE_KEY, delegationHash())));
        expectAccepted(carol, delegationCall(signFull(ALICE_KEY, delegationHash())));
        expectAccepted(carol, stepCall(sign(ALICE_KEY, stepHash())));
        expectAccepted(carol, stepCall(signFull(ALICE_KEY, stepHash())));
    }

    function test_AccountsWithDelegatedCodeSignAndSendLikeOthers() public {
        delegateAccounts(address(new Accepting()));
        test_BothFormsFromAnyoneAndOneFromEachParty();
    }

    function test_AccountsWithDelegatedCodeArePaidAsPayees() public {
        delegateAccounts(address(new Accepting()));
        uint256 before = alice.balance;
        settleToSigners();
        assertPaid(alice, before + 20 ether, "Alice");
        assertEq(StorageReader.creditOf(manager, alice, NATIVE), 0, "credit");
    }

    function test_AccountsWithDelegatedCodeThatRevertsAreCredited() public {
        delegateAccounts(address(new Refusing()));
        uint256 before = alice.balance;
        Terms memory paid = settleToSigners();
        assertClosed(paid);
        assertPaid(alice, before, "Alice");
        assertPaid(bobPayee, 40 ether, "Bob");
        assertEq(StorageReader.creditOf(manager, alice, NATIVE), 20 ether, "credit");
        send(alice, abi.encodeCall(manager.claimTo, (stranger, NATIVE)));
        assertPaid(stranger, 1020 ether, "whom the creditor names");
    }

    /// @dev Its `isValidSignature` says yes to everything, and is never asked.
    function test_RevertIf_AContractClaimsToHaveSigned() public {
        Agreeing signer = new Agreeing();
        Terms memory paid = nativeTerms();
        paid.parties[0].signer = address(signer);
        fund(paid);
        State memory state = stateOf(1, 30 ether);
        bytes32 hash = hashOf(paid, state);
        bytes memory reason = abi.encodeWithSelector(SignerMismatch.selector, address(signer), alice);
        bytes memory evidence = bytes.concat(pack(state), signBoth(hash));
        expectRefused(stranger, abi.encodeCall(manager.slash, (pack(paid), evidence)), reason);
        evidence = bytes.concat(pack(state), sign(ALICE_KEY, hash));
        expectRefused(bob, abi.encodeCall(manager.slash, (pack(paid), evidence)), reason);
        assertTrue(!signer.wasAsked(), "asked");
    }

    function testFuzz_AnyTwoKeysSign(uint256 key0, uint256 key1, uint64 round, int256 net, uint8 form) public {
        (key0, key1) = (bound(key0, 1, ORDER - 1), bound(key1, 1, ORDER - 1));
        if (key0 == key1) key1 = key1 == 1 ? 2 : key1 - 1;
        Terms memory others = nativeTerms();
        (others.parties[0].signer, others.parties[1].signer) = (vm.addr(key0), vm.addr(key1));
        State memory state = stateOf(uint64(bound(round, 1, 1 << 28)), bound(net, -30 ether, 30 ether));
        bytes32 hash = hashOf(others, state);
        bytes memory signatures = form % 2 == 0
            ? bytes.concat(sign(key0, hash), sign(key1, hash))
            : bytes.concat(signFull(key0, hash), signFull(key1, hash));
        bytes memory call = abi.encodeCall(manager.slash, (pack(others), bytes.concat(pack(state), signatures)));
        send(stranger, call);
        assertOpen(others, state);
    }

    function testFuzz_RevertIf_OneBitIsWrong(uint8 call, uint16 bit, bool isShort) public {
        uint256 taker = call % CALLS;
        bytes32 hash = structHashOf(taker);
        bytes memory signatures = isShort
            ? bytes.concat(sign(ALICE_KEY, hash), sign(BOB_KEY, hash))
            : bytes.concat(signFull(ALICE_KEY, hash), signFull(BOB_KEY, hash));
        uint256 position = uint256(bit) % (8 * signatures.length);
        signatures[position / 8] ^= bytes1(uint8(1 << position % 8));
        assertTrue(!trySend(alicePayee, bothCall(taker, alicePayee, signatures)), "accepted");
    }

    function testFuzz_RevertIf_SignaturesAreNoise(uint8 call, bytes memory noise, uint8 length) public {
        uint8[4] memory lengths = [64, 65, 128, 130];
        bytes memory signatures = new bytes(lengths[length % 4]);
        for (uint256 i; i < signatures.length && i < noise.length; ++i) {
            signatures[i] = noise[i];
        }
        assertTrue(!trySend(alice, bothCall(call % CALLS, alice, signatures)), "accepted");
    }

    // The calls

    function bothCall(uint256 call, address sender, bytes memory signatures) private returns (bytes memory) {
        if (call == CLOSE_MUTUAL) {
            return abi.encodeCall(manager.closeMutual, (pack(terms), bytes.concat(pack(closeMessage()), signatures)));
        }
        if (call == WITHDRAW) return abi.encodeCall(manager.withdraw, (pack(terms), withdrawMessage(), signatures));
        recording = Recording(call);
        return callOf(sender, terms, stateMessage(), signatures);
    }

    function structHashOf(uint256 call) private view returns (bytes32) {
        if (call == CLOSE_MUTUAL) return hashes.close(idOf(terms), pack(closeMessage()));
        if (call == WITHDRAW) return hashes.withdraw(idOf(terms), withdrawMessage());
        return hashOf(terms, stateMessage());
    }

    function delegationCall(bytes memory signature) private view returns (bytes memory) {
        return abi.encodeCall(manager.closeSoloAsDelegate, (pack(terms), "", delegationMessage(), signature));
    }

    function delegationHash() private view returns (bytes32) {
        return hashes.delegation(idOf(terms), delegationMessage());
    }

    /// @dev By a sender who is neither party, so that only the signature can tell who moves.
    function stepCall(bytes memory signature) private view returns (bytes memory) {
        bytes memory step = pack(firstStep(), signature);
        return
            abi.encodeCall(
                manager.forceProgress, (pack(terms), evidenceOf(terms, stateMessage()), pack(instance), step)
            );
    }

    function stepHash() private view returns (bytes32) {
        return hashes.step(
            idOf(terms), hashOf(terms, stateMessage()), leafOf(instance), 1, keccak256(appState()), firstStep().action
        );
    }

    // The messages

    /// @dev With an instance, as forced steps need one and the other calls do not mind.
    function stateMessage() private view returns (State memory) {
        return stateOf(1, 10 ether, leafOf(instance));
    }

    function closeMessage() private pure returns (Close memory) {
        return closeOf(1, 10 ether);
    }

    function withdrawMessage() private view returns (Withdraw memory) {
        return withdrawOf(0, 1 ether, 2 ether);
    }

    function delegationMessage() private view returns (Delegation memory) {
        return delegationTo(carol, 0, 0);
    }

    function firstStep() private pure returns (Step memory) {
        return stepOf(1, appState(), "");
    }

    // Expectations

    function expectBothRefused(address sender, uint256 call, bytes memory signatures, bytes memory reason) private {
        expectRefused(sender, bothCall(call, sender, signatures), reason);
    }

    /// @dev In every place where one signature stands alone.
    function expectEachRefused(bytes memory signature, bytes memory reason) private {
        bool isOne = signature.length == 64 || signature.length == 65;
        for (uint256 call; isOne && call < CALLS; ++call) {
            bytes32 hash = structHashOf(call);
            bytes memory ofAlice = signature.length == 64 ? sign(ALICE_KEY, hash) : signFull(ALICE_KEY, hash);
            expectBothRefused(alice, call, signature, reason);
            expectBothRefused(alicePayee, call, bytes.concat(signature, signature), reason);
            expectBothRefused(alicePayee, call, bytes.concat(ofAlice, signature), reason);
        }
        expectRefused(carol, delegationCall(signature), reason);
        expectRefused(carol, stepCall(signature), reason);
    }

    function expectBothAccepted(address sender, uint256 call, bytes memory signatures) private {
        expectAccepted(sender, bothCall(call, sender, signatures));
    }

    function expectAccepted(address sender, bytes memory call) private {
        uint256 id = vm.snapshotState();
        vm.recordLogs();
        send(sender, call);
        assertTrue(vm.getRecordedLogs().length != 0, "no effect");
        vm.revertToState(id);
    }

    function delegateAccounts(address code) private {
        vm.etch(alice, abi.encodePacked(hex"ef0100", code));
        vm.etch(bob, abi.encodePacked(hex"ef0100", code));
    }

    /// @notice 20 to Alice's signer, 40 to Bob's payee.
    function settleToSigners() private returns (Terms memory paid) {
        paid = nativeTerms();
        paid.parties[0].payee = alice;
        fund(paid);
        closeBy(alice, paid, stateOf(1, 10 ether));
        settleAt(evidenceDeadline(), paid, stateOf(1, 10 ether));
    }

    function withRecoveryId(bytes memory signature, uint8 id) private pure returns (bytes memory) {
        signature[64] = bytes1(id);
        return signature;
    }

    /// @notice The other valid signature that ecrecover takes for the same signer, and why it is refused.
    function mirrored(uint256 key, bytes32 hash) private view returns (bytes memory, bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(hash));
        bytes32 upper = bytes32(ORDER - uint256(s));
        assertEq(ecrecover(digestOf(hash), 55 - v, r, upper), vm.addr(key), "mirror");
        return (abi.encodePacked(r, upper, 55 - v), abi.encodeWithSelector(SignatureMalleable.selector, upper));
    }
}

contract Accepting {
    receive() external payable {}
}

contract Refusing {
    error NotToMe();

    receive() external payable {
        revert NotToMe();
    }
}

contract Agreeing {
    bool public wasAsked;

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        wasAsked = true;
        return 0x1626ba7e;
    }
}
