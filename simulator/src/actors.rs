//! Tokens, payees and apps that behave as they are told: their interfaces, and their bytecode.
//!
//! Each binding is a module named like its contract, with its creation code as `BYTECODE`. What they do is documented
//! in `tests/contracts/`, in the folders `tokens`, `actors` and `apps`.

#![expect(missing_docs, reason = "the contracts are documented where they are written")]

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::sol;

sol!(
    #![sol(all_derives)]
    ScriptedToken,
    "abi/ScriptedToken.json"
);
sol!(
    #![sol(all_derives)]
    ScriptedPayee,
    "abi/ScriptedPayee.json"
);
sol!(
    #![sol(all_derives)]
    ScriptedApp,
    "abi/ScriptedApp.json"
);

sol!(
    #![sol(all_derives)]
    PermitToken,
    "abi/PermitToken.json"
);

/// The account whose code tells an actor what to call when it gives in to its temptation.
#[must_use]
pub fn temptation_of(actor: Address) -> Address {
    let number = U256::from_be_bytes(actor.into_word().0).wrapping_add(U256::ONE);
    Address::from_word(number.into())
}

/// The code of that account: whom to call, and with what.
#[must_use]
pub fn temptation(callee: Address, calldata: &[u8]) -> Bytes {
    [callee.as_slice(), calldata].concat().into()
}
