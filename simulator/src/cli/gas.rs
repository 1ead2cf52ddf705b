//! `gas`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use simulator::gas::{Measured, page};

use super::print;

/// Measure the gas of whole lives of channels, and how it grows: with the instances of a state, and with the channels of a
/// multicall. What `docs/GAS.md` has comes out the same to the unit.
#[derive(Args)]
pub(super) struct Gas {
    /// Print one JSON document instead.
    #[arg(long)]
    json: bool,
    /// Write everything as one page into a file, for a browser.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Gas {
    /// Measures, and tells. The exit code.
    pub(super) fn run(self) -> Result<u8> {
        let measured = Measured::measure().context("nothing is reported")?;
        if let Some(file) = &self.report {
            fs::write(file, page(&measured)).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        let text = if self.json { serde_json::to_string_pretty(&measured)? } else { measured.to_string() };
        print(&text)?;
        Ok(0)
    }
}
