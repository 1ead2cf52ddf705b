//! Blocks of a history on the real machine.

use alloy_primitives::{Address, Bytes};

use crate::{
    Error,
    history::{Before, History},
    world::{BlockContext, Call, Hardfork, Mined, Missing, Outcome, World},
};

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// It was in the block.
    Mined {
        /// What it did.
        outcome: Outcome,
        /// All calls within.
        call: Box<Call>,
    },
    /// It could not be run: why.
    Impossible(String),
}

/// Plays the transactions of a block. What one reads and nobody knows is asked of `supply`, which makes it known in the world, or
/// tells that it cannot.
///
/// # Errors
/// As `supply`.
pub(crate) fn play_block<'a, E>(
    world: &mut World,
    (context, hardfork): (&BlockContext, Hardfork),
    transactions: impl IntoIterator<Item = &'a Mined>,
    mut supply: impl FnMut(&mut World, Missing) -> Result<bool, E>,
) -> Result<Vec<Came>, E> {
    world.begin(context, hardfork);
    transactions.into_iter().map(|transaction| play(world, transaction, &mut supply)).collect()
}

/// Plays one transaction in the current block.
///
/// # Errors
/// As `supply`.
pub(super) fn play<E>(
    world: &mut World,
    transaction: &Mined,
    supply: &mut impl FnMut(&mut World, Missing) -> Result<bool, E>,
) -> Result<Came, E> {
    loop {
        match world.watch_mined(transaction) {
            Ok((outcome, call)) => return Ok(Came::Mined { outcome, call: Box::new(call) }),
            Err(Error::Unknown { missing }) if !world.knows(missing) => {
                if !supply(world, missing)? || !world.knows(missing) {
                    return Ok(Came::Impossible(Error::Unknown { missing }.to_string()));
                }
            }
            Err(error) => return Ok(Came::Impossible(error.to_string())),
        }
    }
}

/// Makes known what was there before a block. `code` is what the contract has instead of its own.
pub(crate) fn tell(world: &mut World, history: &History, before: &Before, code: Option<&Bytes>) {
    for (address, account) in &before.accounts {
        let code = code_of(history, *address, code).unwrap_or_else(|| history.code_of(account));
        world.tell_account(*address, account.balance, account.nonce, code);
    }
    for (account, words) in &before.words {
        words.iter().for_each(|(slot, word)| world.tell_word(*account, *slot, *word));
    }
    before.hashes.iter().for_each(|(number, hash)| world.tell_hash(*number, *hash));
}

/// The code that an account is to have instead of its own.
pub(super) fn code_of(history: &History, address: Address, code: Option<&Bytes>) -> Option<Bytes> {
    code.filter(|_| address == history.manager).cloned()
}
