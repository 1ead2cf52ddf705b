//! What nodes say of a transaction that they are handed.
//!
//! There are no codes for it that all of them use, so their words are read. Sources: go-ethereum `core/txpool/errors.go`, reth
//! `crates/rpc/rpc-eth-types/src/error`, Nethermind `AcceptTxResult`, Besu `TransactionInvalidReason`, Erigon
//! `txpool/txpoolcfg`, anvil.

use alloy_primitives::{B256, keccak256};

use super::{node::Failure, vote::Answers};
use crate::{chain::SendError, submit};

const KNOWN: [&str; 5] =
    ["already known", "already imported", "known transaction", "alreadyknown", "already in the pool"];
const NONCE_USED: [&str; 4] = ["nonce too low", "nonce is too low", "oldnonce", "nonce has already been used"];
const UNDERPRICED: [&str; 9] = [
    "underpriced",
    "could not replace existing tx",
    "replacementnotallowed",
    "feetoolow",
    "fee too low",
    "less than block base fee",
    "below configured minimum",
    "gas price too low",
    "max fee per gas less than",
];

/// What one node says.
enum Said {
    Taken,
    NonceUsed,
    Underpriced(String),
    Refused(String),
}

/// What comes of all that they say: one that takes it is enough.
pub(super) fn result(answers: &Answers<B256>, raw: &[u8]) -> Result<(), SendError> {
    let expected = keccak256(raw);
    let said: Vec<Said> = answers.iter().map(|(name, answer)| said(name, answer, expected)).collect();
    if said.iter().any(|it| matches!(it, Said::Taken)) {
        return Ok(());
    }
    if let Some(reason) =
        said.iter().find_map(|it| if let Said::Underpriced(reason) = it { Some(reason) } else { None })
    {
        return Err(SendError::Underpriced { reason: reason.clone() });
    }
    if said.iter().any(|it| matches!(it, Said::NonceUsed)) {
        let nonce = submit::read(raw).map(|(_, nonce, _)| nonce).unwrap_or_default();
        return Err(SendError::NonceUsed { nonce });
    }
    let reasons = said.into_iter().filter_map(|it| if let Said::Refused(reason) = it { Some(reason) } else { None });
    Err(SendError::Refused { reason: reasons.collect::<Vec<_>>().join("; ") })
}

fn said(name: &str, answer: &Result<B256, Failure>, expected: B256) -> Said {
    let failure = match answer {
        Ok(hash) if *hash == expected => return Said::Taken,
        Ok(hash) => return Said::Refused(format!("{name}: it names another transaction: {hash}")),
        Err(failure) => failure,
    };
    let reason = failure.reason();
    let words = reason.to_lowercase();
    let has = |any: &[&str]| any.iter().any(|phrase| words.contains(phrase));
    let reason = format!("{name}: {reason}");
    match failure {
        Failure::Unreachable(_) => Said::Refused(reason),
        Failure::Refused { .. } if has(&KNOWN) => Said::Taken,
        Failure::Refused { .. } if has(&NONCE_USED) => Said::NonceUsed,
        Failure::Refused { .. } if has(&UNDERPRICED) => Said::Underpriced(reason),
        Failure::Refused { .. } => Said::Refused(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(messages: &[Option<&str>]) -> Result<(), SendError> {
        let answer = |message: &Option<&str>| match message {
            Some(reason) => Err(Failure::Refused { reason: (*reason).to_owned(), data: None }),
            None => Ok(keccak256([])),
        };
        result(&messages.iter().map(|message| ("node".to_owned(), answer(message))).collect(), &[])
    }

    #[test]
    fn one_that_takes_it_is_enough() {
        assert_eq!(of(&[Some("replacement transaction underpriced"), None]), Ok(()));
        for known in ["already known", "transaction already imported", "Known transaction", "AlreadyKnown"] {
            assert_eq!(of(&[Some(known)]), Ok(()), "{known}");
        }
    }

    #[test]
    fn words_of_all_nodes_are_understood() {
        for low in [
            "transaction underpriced: tip needed 1",
            "FeeTooLow, MaxFeePerGas too low",
            "max fee per gas less than block base fee",
        ] {
            assert!(matches!(of(&[Some(low)]), Err(SendError::Underpriced { .. })), "{low}");
        }
        for used in ["nonce too low: next nonce 5, tx nonce 4", "OldNonce, Current nonce: 5", "Nonce too low"] {
            assert!(matches!(of(&[Some(used)]), Err(SendError::NonceUsed { .. })), "{used}");
        }
        let refused = of(&[Some("insufficient funds for gas * price + value")]);
        let reason = "node: insufficient funds for gas * price + value".to_owned();
        assert_eq!(refused, Err(SendError::Refused { reason }));
    }
}
