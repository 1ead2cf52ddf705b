//! Several calls in one transaction.

use std::path::{Path, PathBuf};

use adjudicator::{
    action::{Action, Multicall as MulticallCall},
    bundle::Bundle,
    types::document::{Content, type_of},
};
use alloy_primitives::{Bytes, U256, hex};
use anyhow::Result;
use clap::Args;
use serde::Deserialize;

use super::Built;
use crate::cli::{
    channel::PlaceOptions,
    failure::{refused, wrong_use},
    files,
};

/// Which calls.
#[derive(Args)]
pub(in crate::cli) struct Multicall {
    /// A file with calldata in hex, or with what `build --json` prints; once for each call, in their order.
    #[arg(value_name = "FILE", required = true)]
    calls: Vec<PathBuf>,
    /// The most gas of each call.
    #[arg(long, value_name = "GAS", default_value_t = 1_000_000)]
    gas_each: u64,
    #[command(flatten)]
    place: PlaceOptions,
}

impl Multicall {
    pub(super) fn build(self) -> Result<Built> {
        let calls = self.calls.iter().map(|path| call(path)).collect::<Result<Vec<_>>>()?;
        Built::at(&self.place, MulticallCall { calls, gas_each: U256::from(self.gas_each) })
    }
}

/// What is read of a transaction.
#[derive(Deserialize)]
struct Transaction {
    data: Bytes,
}

/// One call, which must be one of the contract that needs no coin.
fn call(path: &Path) -> Result<Bytes> {
    let (text, name) = (files::read(path)?, files::name(path));
    let data = if type_of(&text).is_ok_and(|name| name == Bundle::TYPE) {
        files::parse::<Bundle>(path, &text)?.calldata
    } else if text.trim_start().starts_with('{') {
        let transaction: Transaction =
            serde_json::from_str(&text).map_err(|error| files::unreadable(path, &text, &error))?;
        transaction.data
    } else {
        let bytes = hex::decode(text.trim());
        bytes.map_err(|_| wrong_use(format!("{name}: calldata in hex, or JSON with it as `data`, is expected")))?.into()
    };
    let action = Action::decode(&data).map_err(|reason| wrong_use(format!("{name}: {reason}")))?;
    match action.value() {
        U256::ZERO => Ok(data),
        value => Err(refused(format!("{name}: it needs {value} of the native coin, and a multicall carries none"))),
    }
}
