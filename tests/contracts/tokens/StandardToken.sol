// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token as OpenZeppelin makes it, that anybody can mint.
contract StandardToken is ERC20 {
    constructor() ERC20("Standard", "STD") {}

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}
