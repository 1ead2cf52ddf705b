//! Completions and manual pages, made from the commands as they are.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::{Arguments, answer::Answer, files};

/// For which shell.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Where the pages go.
#[derive(Args)]
pub(crate) struct Man {
    /// Write the pages of all commands into this folder [default: print the first page].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Completions {
    pub(super) fn run(self) -> Result<Answer> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "adjudicator", &mut script);
        let script = String::from_utf8(script)?;
        Answer::new(script.as_str(), &json!({ "shell": self.shell.to_string(), "script": script }))
    }
}

impl Man {
    pub(super) fn run(self) -> Result<Answer> {
        let Some(folder) = self.out else {
            let mut page = Vec::new();
            clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
            let page = String::from_utf8(page)?;
            return Answer::new(page.as_str(), &json!({ "page": page }));
        };
        clap_mangen::generate_to(Arguments::command(), &folder).with_context(|| files::name(&folder))?;
        Answer::new(format!("manual pages in {}", folder.display()), &json!({ "folder": folder }))
    }
}
