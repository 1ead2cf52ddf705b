// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../../contracts/libraries/StorageReader.sol";
import {Withdraw} from "../../../contracts/types/Messages.sol";
import {vm} from "../../contracts/Vm.sol";
import {AnyToken} from "./AnyToken.sol";
import {RulesProof} from "./RulesProof.sol";
import {svm} from "../Svm.sol";

/// @notice The calls that move money, in a channel of a token that answers as it likes: they keep the rules, and what is
/// paid or credited is what the channel had.
/// @custom:halmos --solver z3
contract PaymentProof is RulesProof {
    using StorageReader for IChannelManager;

    function anyAsset() internal override returns (address) {
        return address(new AnyToken());
    }

    function anyPayee(uint256 party) internal pure override returns (address) {
        return address(uint160(0xA1 + party));
    }

    function check_CloseMutual(uint64 round, uint64 validUntil, int256 net, address sender, uint40 time) external {
        bytes memory close = abi.encodePacked(round, validUntil, net, svm.createBytes(130, "signatures"));
        assertPaysAll(abi.encodeCall(manager.closeMutual, (terms, close)), sender, time);
    }

    function check_SettleOnRoundZero(address sender, uint40 time) external {
        assertPaysAll(abi.encodeCall(manager.settle, (terms, "")), sender, time);
    }

    function check_Settle(address sender, uint40 time) external {
        assertPaysAll(abi.encodeCall(manager.settle, (terms, anyState())), sender, time);
    }

    function check_Consent(address sender, uint40 time) external {
        assertPaysAll(abi.encodeCall(manager.closeSolo, (terms, anyEvidence(3), true)), sender, time);
    }

    function check_Withdraw(Withdraw calldata message, address sender, uint40 time) external {
        vm.assume(message.amounts.length == 2);
        for (uint256 party; party < 2; ++party) {
            vm.assume(message.recipients[party] == agreed.parties[party].payee);
            assumeCreditFits(agreed.parties[party].payee);
        }
        bytes memory signatures = svm.createBytes(130, "signatures");
        (View memory before, View memory later) =
            assertRules(abi.encodeCall(manager.withdraw, (terms, message, signatures)), 0, sender, time);
        assert(asked() == escrowOf(before) - escrowOf(later));
        assert(later.funds.serial() == before.funds.serial() || message.serial == before.funds.serial());
    }

    function check_Deposit(uint256 amount, bool to1, address sender, uint40 time) external {
        bytes memory data = to1
            ? abi.encodeCall(manager.deposit, (terms, amount, 1))
            : abi.encodeCall(manager.deposit, (terms, amount, 0));
        assertRules(data, 0, sender, time);
        assert(asked() == 0);
    }

    function assertPaysAll(bytes memory data, address sender, uint40 time) private {
        assumeCreditFits(agreed.parties[0].payee);
        assumeCreditFits(agreed.parties[1].payee);
        vm.assume(manager.bountyOf(channelId).prover() == address(0));
        (View memory before, View memory later) = assertRules(data, 0, sender, time);
        assert(asked() == escrowOf(before) - escrowOf(later));
    }

    function asked() private view returns (uint256) {
        return AnyToken(agreed.assets[0]).asked();
    }

    function escrowOf(View memory seen) private pure returns (uint256) {
        (int256 balance0, int256 balance1) = seen.funds.balances();
        return uint256(balance0 + balance1);
    }
}
