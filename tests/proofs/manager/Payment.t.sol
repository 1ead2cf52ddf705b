// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {StorageReader} from "../../../contracts/libraries/StorageReader.sol";
import {Funds} from "../../../contracts/types/Funds.sol";
import {vm} from "../../contracts/Vm.sol";
import {AnyToken} from "./AnyToken.sol";
import {RulesProof} from "./RulesProof.sol";
import {svm} from "../Svm.sol";

/// @notice The calls that move money, in a channel of a token that answers as it likes: they keep the rules of the
/// record, and a settlement asks the token for all that the channel had.
/// @custom:halmos --solver z3
contract PaymentProof is RulesProof {
    using StorageReader for IChannelManager;

    function anyAsset() internal override returns (address) {
        return address(new AnyToken());
    }

    function anyPayee(uint256 party) internal pure override returns (address) {
        return address(uint160(0xA1 + party));
    }

    function check_SettleOnRoundZero(address sender, uint40 time) external {
        assumeCreditFits(agreed.parties[0].payee);
        assumeCreditFits(agreed.parties[1].payee);
        vm.assume(manager.bountyOf(channelId).prover() == address(0));
        (, View memory before, View memory later) =
            assertRules(abi.encodeCall(manager.settle, (terms, "")), 0, sender, time);
        assert(asked() == escrowOf(before) - escrowOf(later));
        if (Funds.unwrap(later.funds) == Funds.unwrap(before.funds)) return;
        assert(before.record.isClosing() && time >= before.record.evidenceDeadline());
        assert(isGone(later));
    }

    function check_Deposit(uint256 amount, bool to1, address sender, uint40 time) external {
        bytes memory data = to1
            ? abi.encodeCall(manager.deposit, (terms, amount, 1))
            : abi.encodeCall(manager.deposit, (terms, amount, 0));
        AnyToken token = AnyToken(agreed.assets[0]);
        uint256 balance = token.balance();
        (bool success, View memory before, View memory later) = assertRules(data, 0, sender, time);
        assert(asked() == 0);
        if (!success) return;
        assert(token.balance() > balance);
        assertDeposited(before, later, to1 ? 1 : 0, token.balance() - balance);
    }

    function asked() private view returns (uint256) {
        return AnyToken(agreed.assets[0]).asked();
    }

    function escrowOf(View memory seen) private pure returns (uint256) {
        (int256 balance0, int256 balance1) = seen.funds.balances();
        return uint256(balance0 + balance1);
    }
}
