// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Temptation} from "./Temptation.sol";

/// @notice A payee that behaves as it was last told.
/// @dev Its copy in Rust, which must behave the same, is `tests/differential/src/others/payee.rs`.
contract ScriptedPayee is Temptation {
    enum Mood {
        Accepting,
        Flooding, // returns 60,000 bytes
        Greedy, // takes 44,000 gas, which a push has
        Hungry, // takes 52,000 gas, which a push has not
        Reentering, // calls as `Temptation` says
        // From here on it takes no coin.
        Reverting,
        Bombing, // reverts with 60,000 bytes
        Burning // leaves no gas
    }

    Mood private mood;

    function become(Mood mood_) external {
        mood = mood_;
    }

    /// @notice Claims to have signed everything (ERC-1271).
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }

    receive() external payable {
        Mood current = mood;
        if (current == Mood.Greedy) eat(44_000);
        if (current == Mood.Hungry) eat(52_000);
        if (current == Mood.Reentering) giveIn();
        if (current == Mood.Reverting) revert("not today");
        assembly ("memory-safe") {
            switch current
            case 1 { return(0, 60000) }
            case 6 { revert(0, 60000) }
            case 7 { invalid() }
        }
    }

    function eat(uint256 amount) private view {
        uint256 start = gasleft();
        while (start - gasleft() < amount) {}
    }
}
