// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {StandardToken} from "./StandardToken.sol";

/// @notice A token with EIP-2612 permits.
contract PermitToken is StandardToken, ERC20Permit {
    constructor() ERC20Permit("Standard") {}
}
