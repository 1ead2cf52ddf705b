// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ChannelManager} from "../../../contracts/ChannelManager.sol";
import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../../contracts/libraries/StorageReader.sol";
import {Funds, FundsLibrary} from "../../../contracts/types/Funds.sol";
import {MAX_TIME, Record} from "../../../contracts/types/Record.sol";
import {MAX_AMOUNT, Party, Terms, TermsLibrary} from "../../../contracts/types/Terms.sol";
import {vm} from "../../contracts/Vm.sol";
import {svm} from "../Svm.sol";

/// @notice The manager's own bytecode on any storage, and a channel of any terms with one asset.
abstract contract ManagerProof {
    using StorageReader for IChannelManager;

    /// @dev What a proof looks at before and after a call.
    struct View {
        Record record;
        Funds funds;
        uint256 coins;
    }

    uint256 private constant COMPACT = 64;
    uint256 private constant FULL = 65;
    int256 private constant MAX = int256(MAX_AMOUNT);
    bytes4 private constant PANIC = 0x4e487b71;

    IChannelManager internal manager;
    Terms internal agreed;
    bytes internal terms;
    bytes32 internal channelId;

    function setUp() public {
        manager = new ChannelManager(1, 100_000_000);
        svm.enableSymbolicStorage(address(manager));
        vm.deal(address(manager), svm.createUint(128, "held"));
        Terms memory any;
        any.parties[0] = Party(svm.createAddress("signer0"), anyPayee(0));
        any.parties[1] = Party(svm.createAddress("signer1"), anyPayee(1));
        any.window = uint32(svm.createUint(32, "window"));
        any.bounty = uint112(svm.createUint(112, "bounty"));
        any.staleMargin = uint16(svm.createUint(16, "staleMargin"));
        any.salt = uint64(svm.createUint(64, "salt"));
        any.assets = new address[](1);
        any.assets[0] = anyAsset();
        agreed = any;
        terms = TermsLibrary.pack(any);
        channelId = manager.channelIdOf(terms);
    }

    /// @notice The channel's asset: the native coin, or a token at any address.
    function anyAsset() internal virtual returns (address) {
        return svm.createAddress("asset");
    }

    function anyPayee(uint256 party) internal virtual returns (address) {
        return svm.createAddress(party == 0 ? "payee0" : "payee1");
    }

    /// @notice Calls the manager from `sender` at `time`. No call ends in an overflow or another panic.
    function send(bytes memory data, uint256 value, address sender, uint40 time) internal returns (bool success) {
        vm.assume(time != 0 && time <= MAX_TIME);
        vm.warp(time);
        vm.prank(sender);
        bytes memory answer;
        (success, answer) = address(manager).call{value: value}(data);
        assert(success || bytes4(answer) != PANIC);
    }

    /// @notice The channel as it is.
    function look() internal view returns (View memory seen) {
        seen.record = manager.recordOf(channelId);
        seen.funds = manager.fundsOf(channelId, agreed.assets[0]);
        seen.coins = address(manager).balance;
    }

    /// @notice Of the storage is assumed what `assertSound` shows to hold again after each call that has a proof.
    function assumeSound(View memory seen) internal pure {
        (int256 balance0, int256 balance1) = seen.funds.balances();
        vm.assume(balance0 <= MAX && balance0 >= -MAX);
        vm.assume(balance1 <= MAX && balance1 >= -MAX);
        vm.assume(balance0 + balance1 >= 0);
        if (seen.funds.isClosed()) vm.assume(isGone(seen));
        if (!seen.funds.isValidated()) vm.assume(Funds.unwrap(seen.funds) == 0);
        vm.assume(seen.record.consents() < (seen.record.isClosing() ? 3 : 1));
    }

    /// @notice No balance is out of bounds, and the escrow is never less than nothing; a closed channel has no record and
    /// no money; an asset without a valid deposit or withdrawal has an empty word; consents are cleared with the dispute, and never are both waiting.
    function assertSound(View memory seen) internal pure {
        (int256 balance0, int256 balance1) = seen.funds.balances();
        assert(balance0 <= MAX && balance0 >= -MAX);
        assert(balance1 <= MAX && balance1 >= -MAX);
        assert(balance0 + balance1 >= 0);
        if (seen.funds.isClosed()) assert(isGone(seen));
        if (!seen.funds.isValidated()) assert(Funds.unwrap(seen.funds) == 0);
        assert(seen.record.consents() < (seen.record.isClosing() ? 3 : 1));
    }

    /// @notice Whether the channel is closed: no record, and nothing but marks where the money was.
    function isGone(View memory seen) internal pure returns (bool) {
        return Record.unwrap(seen.record) | (Funds.unwrap(seen.funds) ^ Funds.unwrap(FundsLibrary.DEAD)) == 0;
    }

    /// @notice There is less money than 2^128 units, so no credit overflows.
    function assumeCreditFits(address creditor) internal view {
        vm.assume(manager.creditOf(creditor, agreed.assets[0]) <= type(uint128).max);
    }

    // What may be handed in

    /// @notice Nothing at all, or a state alone, with one signature, or with both.
    function anyEvidence(uint256 form) internal pure returns (bytes memory) {
        if (form == 0) return "";
        return bytes.concat(anyState(), anySignatures(form - 1));
    }

    function anyState() internal pure returns (bytes memory) {
        return abi.encodePacked(
            uint64(svm.createUint(64, "round")), svm.createBytes32("instancesRoot"), svm.createInt256("net")
        );
    }

    /// @notice None, the other party's, or both; whatever their length is, they are checked: see `Signatures.t.sol`.
    function anySignatures(uint256 form) internal pure returns (bytes memory) {
        if (form == 0) return "";
        return svm.createBytes(form == 1 ? FULL : 2 * COMPACT, "signatures");
    }
}
