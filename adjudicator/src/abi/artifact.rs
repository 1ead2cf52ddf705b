//! What is known about a contract's bytecode, read from the artifacts in this crate's `abi/`.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::LazyLock,
};

use alloy_primitives::{B256, Bytes, keccak256};
use serde::Deserialize;

/// The artifact of `ChannelManager`.
pub static CHANNEL_MANAGER: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(
        include_str!("../../abi/ChannelManager.json"),
        include_str!("../../abi/ChannelManager.input.json"),
    )
});

/// The artifact of `Counter`.
pub static COUNTER: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/Counter.json"), include_str!("../../abi/Counter.input.json"))
});

/// The artifact of `HashTimeLock`.
pub static HASH_TIME_LOCK: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/HashTimeLock.json"), include_str!("../../abi/HashTimeLock.input.json"))
});

/// The artifact of `OracleEscrow`.
pub static ORACLE_ESCROW: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/OracleEscrow.json"), include_str!("../../abi/OracleEscrow.input.json"))
});

/// The artifact of `PreimageRegistry`.
pub static PREIMAGE_REGISTRY: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(
        include_str!("../../abi/PreimageRegistry.json"),
        include_str!("../../abi/PreimageRegistry.input.json"),
    )
});

/// The artifact of `RockPaperScissors`.
pub static ROCK_PAPER_SCISSORS: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(
        include_str!("../../abi/RockPaperScissors.json"),
        include_str!("../../abi/RockPaperScissors.input.json"),
    )
});

/// The artifact of `SignedFeed`.
pub static SIGNED_FEED: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/SignedFeed.json"), include_str!("../../abi/SignedFeed.input.json"))
});

/// The artifact of `TicTacToe`.
pub static TIC_TAC_TOE: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/TicTacToe.json"), include_str!("../../abi/TicTacToe.input.json"))
});

/// The artifact of `ChannelHashes`.
pub static CHANNEL_HASHES: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/ChannelHashes.json"), include_str!("../../abi/ChannelHashes.input.json"))
});

/// The artifact of `ChannelLens`.
pub static CHANNEL_LENS: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(include_str!("../../abi/ChannelLens.json"), include_str!("../../abi/ChannelLens.input.json"))
});

/// The artifact of `PermitDeposits`.
pub static PERMIT_DEPOSITS: LazyLock<Artifact> = LazyLock::new(|| {
    Artifact::embedded(
        include_str!("../../abi/PermitDeposits.json"),
        include_str!("../../abi/PermitDeposits.input.json"),
    )
});

/// A contract that can be deployed, recognised and verified.
#[derive(Debug)]
pub struct Artifact {
    file: File,
    runtime_code_hash: B256,
    standard_json_input: &'static str,
}

impl Artifact {
    /// Reads an artifact that is part of this crate.
    #[expect(clippy::expect_used, reason = "what is embedded is fixed at build time, and a test reads it")]
    fn embedded(file: &str, standard_json_input: &'static str) -> Self {
        let file: File = serde_json::from_str(file).expect("build-contracts wrote the artifact");
        Self { runtime_code_hash: keccak256(&file.deployed_bytecode.object), file, standard_json_input }
    }

    /// The contract's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.contract_name
    }

    /// The compiler's version with its commit, as source verifiers name it after a `v`.
    #[must_use]
    pub fn compiler(&self) -> &str {
        &self.file.compiler
    }

    /// The code to send, followed by the encoded constructor's arguments, in order to deploy.
    #[must_use]
    pub fn creation_code(&self) -> &Bytes {
        &self.file.bytecode.object
    }

    /// The code that a deployed contract has, but with zeros where its immutables are.
    #[must_use]
    pub fn runtime_code(&self) -> &Bytes {
        &self.file.deployed_bytecode.object
    }

    /// Its keccak256, as `EXTCODEHASH` tells it of a contract without immutables.
    #[must_use]
    pub const fn runtime_code_hash(&self) -> B256 {
        self.runtime_code_hash
    }

    /// Whether `code`, found at some address, is this contract's, whatever its immutables.
    ///
    /// The immutables must be judged apart: they are the constructor's choices.
    #[must_use]
    pub fn is_runtime_code(&self, code: &[u8]) -> bool {
        let mut blank = code.to_vec();
        for immutable in self.file.deployed_bytecode.immutable_references.values().flatten() {
            if let Some(value) = blank.get_mut(immutable.range()) {
                value.fill(0);
            }
        }
        blank == *self.runtime_code()
    }

    /// The code that a deployed contract has with these immutables, in the order of their declaration; nothing if it has
    /// another number of them.
    #[must_use]
    pub fn runtime_code_with(&self, immutables: &[B256]) -> Option<Bytes> {
        let references = &self.file.deployed_bytecode.immutable_references;
        // The compiler numbers declarations in their order.
        let mut places = references
            .iter()
            .map(|(number, places)| Some((number.parse::<u64>().ok()?, places)))
            .collect::<Option<Vec<_>>>()?;
        places.sort_by_key(|(number, _)| *number);
        if places.len() != immutables.len() {
            return None;
        }
        let mut code = self.runtime_code().to_vec();
        for ((_, places), value) in places.into_iter().zip(immutables) {
            for place in places {
                let word = code.get_mut(place.range()).filter(|word| word.len() == value.len())?;
                word.copy_from_slice(value.as_slice());
            }
        }
        Some(code.into())
    }

    /// Each instruction that is somewhere in the code, deployed or while it is being deployed, by its number.
    ///
    /// The compiler is told to put no data behind the code, so nothing is mistaken for an instruction.
    #[must_use]
    pub fn instructions(&self) -> BTreeSet<u8> {
        instructions(self.creation_code()).chain(instructions(self.runtime_code())).map(|(number, _)| number).collect()
    }

    /// The document that makes the compiler, or a source verifier, produce this very code.
    #[must_use]
    pub fn standard_json_input(&self) -> &'static str {
        self.standard_json_input
    }
}

/// The instructions of some code one after the other, each with what it pushes.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    const PUSH1: u8 = 0x60;
    const PUSH32: u8 = 0x7f;
    let mut rest = code;
    std::iter::from_fn(move || {
        let (number, behind) = rest.split_first()?;
        let length = match *number {
            push @ PUSH1..=PUSH32 => usize::from(push.saturating_sub(PUSH1)).saturating_add(1),
            _ => 0,
        };
        // The last one may lack some of what it pushes.
        let (pushed, behind) = behind.split_at(length.min(behind.len()));
        rest = behind;
        Some((*number, pushed))
    })
}

/// The parts of an artifact's file that are used.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    contract_name: String,
    compiler: String,
    bytecode: Bytecode,
    deployed_bytecode: DeployedBytecode,
}

#[derive(Debug, Deserialize)]
struct Bytecode {
    object: Bytes,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeployedBytecode {
    object: Bytes,
    /// Where each immutable is, by its number in the compiler's syntax tree.
    #[serde(default)]
    immutable_references: BTreeMap<String, Vec<Immutable>>,
}

/// One place of an immutable in the runtime code, in bytes.
#[derive(Debug, Deserialize)]
struct Immutable {
    start: usize,
    length: usize,
}

impl Immutable {
    fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, &LazyLock<Artifact>); 8] = [
        ("ChannelManager", &CHANNEL_MANAGER),
        ("Counter", &COUNTER),
        ("HashTimeLock", &HASH_TIME_LOCK),
        ("OracleEscrow", &ORACLE_ESCROW),
        ("PreimageRegistry", &PREIMAGE_REGISTRY),
        ("RockPaperScissors", &ROCK_PAPER_SCISSORS),
        ("SignedFeed", &SIGNED_FEED),
        ("TicTacToe", &TIC_TAC_TOE),
    ];

    #[test]
    fn every_embedded_artifact_can_be_read() {
        for (name, artifact) in ALL {
            assert_eq!(artifact.name(), name);
            assert!(artifact.creation_code().len() > artifact.runtime_code().len(), "{name}");
            assert!(artifact.standard_json_input().contains(&format!("contract {name} ")), "{name}");
        }
    }

    #[test]
    fn code_is_recognised_whatever_its_immutables() {
        let mut code = CHANNEL_MANAGER.runtime_code().to_vec();
        assert!(CHANNEL_MANAGER.is_runtime_code(&code));
        let immutables = &CHANNEL_MANAGER.file.deployed_bytecode.immutable_references;
        for immutable in immutables.values().flatten() {
            code[immutable.range()].fill(0xff);
        }
        assert!(CHANNEL_MANAGER.is_runtime_code(&code));
    }

    #[test]
    fn each_immutable_is_filled_in_at_all_its_places() {
        let words: Vec<B256> = (1..=4).map(B256::repeat_byte).collect();
        let code = CHANNEL_MANAGER.runtime_code_with(&words).unwrap();
        assert!(CHANNEL_MANAGER.is_runtime_code(&code));
        for (places, word) in CHANNEL_MANAGER.file.deployed_bytecode.immutable_references.values().zip(&words) {
            assert!(!places.is_empty() && places.iter().all(|place| code[place.range()] == word[..]));
        }
        assert_eq!(CHANNEL_MANAGER.runtime_code_with(&words[1..]), None);
        assert_eq!(COUNTER.runtime_code_with(&[]).as_ref(), Some(COUNTER.runtime_code()));
    }

    #[test]
    fn what_is_pushed_is_no_instruction() {
        let code = [0x60, 0x5f, 0x01, 0x61, 0x5c];
        let found: Vec<_> = instructions(&code).collect();
        assert_eq!(found, [(0x60, &[0x5f][..]), (0x01, &[]), (0x61, &[0x5c])]);
    }

    #[test]
    fn other_code_is_not_recognised() {
        let code = CHANNEL_MANAGER.runtime_code();
        let mut flipped = code.to_vec();
        flipped[0] ^= 1;
        for other in [&[], &code[1..], &flipped, &[&code[..], &[0]].concat(), COUNTER.runtime_code()] {
            assert!(!CHANNEL_MANAGER.is_runtime_code(other));
        }
    }
}
