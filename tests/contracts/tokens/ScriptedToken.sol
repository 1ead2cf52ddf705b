// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Temptation} from "../actors/Temptation.sol";

/// @notice A token that behaves as it was last told. Everybody has approved everybody.
/// @dev Its copy in Rust, which must behave the same, is `tests/differential/src/others/token.rs`.
contract ScriptedToken is Temptation {
    enum Mood {
        Honest, // returns true, as all of the next unless they say otherwise; all of them move money
        Silent, // returns nothing
        Wordy, // returns two words, the first of which is 1
        Charging, // a tenth of it never arrives
        Giving, // what arrives is `number`, whatever was asked
        Shrinking, // the receiver has half of what it had, and nothing arrives
        Two, // returns 2
        Short, // returns a byte less than a word
        Hungry, // takes 205,000 gas, which a push has not
        Picky, // reverts if it is to or from `target`
        Mute, // does not tell balances
        Curt, // tells balances a byte short
        Reentering, // calls as `Temptation` says
        // From here on none does.
        Lying, // returns true
        Refusing, // returns false
        Reverting,
        Bombing, // reverts with 60,000 bytes
        Burning // leaves no gas
    }

    uint256 private constant HUNGER = 205_000;

    mapping(address account => uint256) private balances;
    Mood private mood;
    address private target;
    uint256 private number;

    function become(Mood mood_, address target_, uint256 number_) external {
        (mood, target, number) = (mood_, target_, number_);
    }

    function mint(address to, uint256 amount) external {
        balances[to] += amount;
    }

    function balanceOf(address account) external view returns (uint256 held) {
        Mood current = mood;
        if (current == Mood.Mute) revert("not today");
        held = balances[account];
        assembly ("memory-safe") {
            mstore(0, held)
            return(0, sub(32, eq(current, 11)))
        }
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return move(from, to, amount);
    }

    function move(address from, address to, uint256 amount) private returns (bool) {
        Mood current = mood;
        if (current >= Mood.Lying) return moveNothing(current);
        if (current == Mood.Picky && (to == target || from == target)) revert("not with them");
        if (current == Mood.Reentering) giveIn();
        if (current == Mood.Hungry) eat();
        balances[from] -= amount;
        balances[to] = arrived(current, balances[to], amount);
        assembly ("memory-safe") {
            mstore(0, 1)
            switch current
            case 1 { return(0, 0) }
            case 2 { return(0, 64) }
            case 6 {
                mstore(0, 2)
                return(0, 32)
            }
            case 7 { return(0, 31) }
        }
        return true;
    }

    function arrived(Mood current, uint256 balance, uint256 amount) private view returns (uint256) {
        if (current == Mood.Shrinking) return balance / 2;
        if (current == Mood.Giving) amount = number;
        if (current == Mood.Charging) amount -= amount / 10;
        return balance + amount;
    }

    function moveNothing(Mood current) private pure returns (bool) {
        if (current == Mood.Reverting) revert("not today");
        assembly ("memory-safe") {
            switch current
            case 16 { revert(0, 60000) }
            case 17 { invalid() }
        }
        return current == Mood.Lying;
    }

    function eat() private view {
        uint256 start = gasleft();
        while (start - gasleft() < HUNGER) {}
    }
}
