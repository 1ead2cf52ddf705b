// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";

/// @notice A token that is honest, or awkward, or hostile. It never invents or forgets money that somebody holds.
contract FickleToken {
    enum Mood {
        Honest,
        Silent,
        Charging,
        Reentering,
        Lying,
        Reverting,
        Bombing,
        Burning
    }

    IChannelManager private immutable HOST;

    mapping(address account => uint256) public balanceOf;
    Mood public mood;
    bytes32 private channelId;

    constructor(IChannelManager host) {
        HOST = host;
    }

    /// @param channelId_ where it deposits while it is asked to move money
    function become(Mood mood_, bytes32 channelId_) external {
        (mood, channelId) = (mood_, channelId_);
    }

    /// @notice Whether it moves money now.
    function moves() external view returns (bool) {
        return mood < Mood.Lying;
    }

    /// @notice What arrives at the contract out of `amount`.
    function arriving(uint256 amount) public view returns (uint256) {
        return mood == Mood.Charging ? amount - amount / 10 : amount;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return move(msg.sender, to, amount, amount);
    }

    /// @dev Everybody has approved everybody.
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (mood == Mood.Reentering && from != address(this)) reenter(amount);
        return move(from, to, amount, arriving(amount));
    }

    function move(address from, address to, uint256 amount, uint256 arrives) private returns (bool) {
        Mood current = mood;
        if (current == Mood.Lying) return false;
        if (current == Mood.Reverting) revert("not today");
        assembly ("memory-safe") {
            switch current
            case 6 { revert(0, 60000) }
            case 7 { invalid() }
        }
        balanceOf[from] -= amount;
        balanceOf[to] += arrives;
        assembly ("memory-safe") {
            if eq(current, 1) { return(0, 0) }
        }
        return true;
    }

    function reenter(uint256 amount) private {
        balanceOf[address(this)] += amount;
        try HOST.depositById(channelId, address(this), 0, amount) {} catch {}
    }
}
