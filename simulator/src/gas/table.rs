//! The figures of `docs/GAS.md`.

use adjudicator::{
    abi::{
        Artifact, CHANNEL_HASHES, CHANNEL_LENS, CHANNEL_MANAGER, COUNTER, HASH_TIME_LOCK, ORACLE_ESCROW,
        PERMIT_DEPOSITS, PREIMAGE_REGISTRY, ROCK_PAPER_SCISSORS, SIGNED_FEED, TIC_TAC_TOE,
    },
    types::Asset,
};
use serde::{Serialize, Serializer};

use super::{
    Unmeasured,
    apps::APP_LIVES,
    batch::{closing, slash_all},
    chain::Chain,
    life::Life,
    lived::{Lived, live, live_all},
    lives::{FURTHER_LIVES, NATIVE_LIVES, TOKEN_LIVES, mutual},
    meanings::{APP_STEPS, OPERATIONS, Operation},
};

type Result<T, E = Unmeasured> = std::result::Result<T, E>;

/// Channels in the multicall.
const BATCH: u32 = 32;

/// What whole lives of channels cost, and their operations: what `./scripts/gas --json` prints, under the same names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Lives of channels of the native coin.
    pub eth: Rows,
    /// Lives of channels of a token.
    pub erc20: Rows,
    /// A slash in a multicall of 32, its part of the whole transaction.
    pub slash_per_channel_batch32: u64,
    /// One transaction of each operation.
    pub steps: Rows,
    /// One transaction of each step of the apps that ship.
    pub apps: Rows,
    /// The size of the contracts, in bytes.
    pub runtime_bytes: Rows,
}

/// Figures by their names, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows(pub Vec<Row>);

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// How much it is: gas, but for sizes.
    pub number: u64,
    /// What it is of, where the name does not say it.
    pub what: &'static str,
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_map(self.0.iter().map(|row| (row.name, row.number)))
    }
}

impl Table {
    /// Measures everything, on a chain of its own.
    ///
    /// # Errors
    /// If anything did not happen as it must.
    pub fn measure() -> Result<Self> {
        let mut chain = Chain::new()?;
        let token = chain.token()?;
        for asset in [Asset::NATIVE, token] {
            // Not measured: a whole life, and one that goes on, for a contract in use holds other people's money.
            live(&mut chain, asset, "mutual", mutual)?;
            let channel = chain.channel(asset)?;
            Life::new(&mut chain, &channel).deposit()?;
        }
        let native = live_all(&mut chain, Asset::NATIVE, NATIVE_LIVES)?;
        let tokens = live_all(&mut chain, token, TOKEN_LIVES)?;
        let further = live_all(&mut chain, Asset::NATIVE, FURTHER_LIVES)?;
        let channels = closing(&mut chain, BATCH)?;
        let slash_per_channel_batch32 = slash_all(&mut chain, &channels)?.div_ceil(BATCH.into());
        let apps: [&'static Artifact; 6] =
            [&PREIMAGE_REGISTRY, &HASH_TIME_LOCK, &ORACLE_ESCROW, &SIGNED_FEED, &TIC_TAC_TOE, &ROCK_PAPER_SCISSORS];
        for artifact in apps {
            chain.deploy_artifact(artifact)?;
        }
        let apps = live_all(&mut chain, Asset::NATIVE, APP_LIVES)?;
        Ok(Self {
            eth: totals(&native),
            erc20: totals(&tokens),
            slash_per_channel_batch32,
            steps: operations(&[native, further].concat(), &tokens)?,
            apps: app_steps(&apps)?,
            runtime_bytes: sizes(),
        })
    }
}

fn totals(lives: &[Lived]) -> Rows {
    Rows(lives.iter().map(|life| Row { name: life.name, number: life.total(), what: "" }).collect())
}

fn operations(native: &[Lived], tokens: &[Lived]) -> Result<Rows> {
    let row = |operation: &Operation| {
        let Operation { name, life, step, what } = *operation;
        let lives = if name.ends_with("_erc20") { tokens } else { native };
        let lived = lives.iter().find(|lived| lived.name == life).ok_or(Unmeasured::NoStep { life, step })?;
        Ok(Row { name, number: lived.step(step)?, what })
    };
    OPERATIONS.iter().map(row).collect::<Result<_>>().map(Rows)
}

fn app_steps(lives: &[Lived]) -> Result<Rows> {
    let row = |(name, what): &(&'static str, &'static str)| {
        let (name, what) = (*name, *what);
        let gas = lives.iter().find_map(|lived| lived.step(name).ok());
        Ok(Row { name, number: gas.ok_or(Unmeasured::NoStep { life: "apps", step: name })?, what })
    };
    APP_STEPS.iter().map(row).collect::<Result<_>>().map(Rows)
}

fn sizes() -> Rows {
    let contracts: [&'static Artifact; 11] = [
        &CHANNEL_HASHES,
        &CHANNEL_LENS,
        &CHANNEL_MANAGER,
        &COUNTER,
        &HASH_TIME_LOCK,
        &ORACLE_ESCROW,
        &PERMIT_DEPOSITS,
        &PREIMAGE_REGISTRY,
        &ROCK_PAPER_SCISSORS,
        &SIGNED_FEED,
        &TIC_TAC_TOE,
    ];
    let size = |contract: &'static Artifact| u64::try_from(contract.runtime_code().len()).unwrap_or(u64::MAX);
    Rows(contracts.map(|contract| Row { name: contract.name(), number: size(contract), what: "" }).to_vec())
}
