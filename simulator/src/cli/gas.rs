//! `gas`.

use anyhow::{Context, Result};
use clap::Args;
use simulator::gas::Measured;

use super::print;

/// Measure the gas of whole lives of channels, and how it grows: with the instances of a state, and with the channels of a
/// multicall. What `docs/GAS.md` has comes out the same to the unit.
#[derive(Args)]
pub(super) struct Gas {
    /// Print one JSON document instead.
    #[arg(long)]
    json: bool,
}

impl Gas {
    /// Measures, and tells. The exit code.
    pub(super) fn run(self) -> Result<u8> {
        let measured = Measured::measure().context("nothing is reported")?;
        match self.json {
            true => print(&serde_json::to_string_pretty(&measured)?)?,
            false => print(&measured.to_string())?,
        }
        Ok(0)
    }
}
