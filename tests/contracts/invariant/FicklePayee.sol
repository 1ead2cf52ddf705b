// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

/// @notice A payee contract that is as greedy for gas as it may be, or hostile.
contract FicklePayee {
    enum Mood {
        Greedy,
        Flooding,
        Reentering,
        Reverting,
        Bombing,
        Burning
    }

    uint256 private constant GREED = 35_000;

    Mood public mood;
    address private host;
    bytes private temptation;

    /// @param temptation_ what it calls `host_` with while it is paid
    function become(Mood mood_, address host_, bytes calldata temptation_) external {
        (mood, host, temptation) = (mood_, host_, temptation_);
    }

    /// @notice Whether it can be paid now.
    function takes() external view returns (bool) {
        return mood < Mood.Reverting;
    }

    receive() external payable {
        Mood current = mood;
        if (current == Mood.Greedy) waste(GREED);
        if (current == Mood.Reentering) reenter();
        if (current == Mood.Reverting) revert("not today");
        assembly ("memory-safe") {
            switch current
            case 1 { return(0, 60000) }
            case 4 { revert(0, 60000) }
            case 5 { invalid() }
        }
    }

    function reenter() private {
        (bool success,) = host.call(temptation);
        success;
    }

    function waste(uint256 amount) private view {
        uint256 start = gasleft();
        while (start - gasleft() < amount) {}
    }
}
