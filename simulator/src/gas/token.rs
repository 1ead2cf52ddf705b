//! The token of the measurements: OpenZeppelin's ERC20, compiled as its users do. `./scripts/gas --write` writes its artifact.

use alloy_sol_types::sol;

sol!(Token, "abi/gas/Token.json");
