//! `explore`.

mod text;

use std::{
    fs,
    io::IsTerminal,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::available_parallelism,
    time::Instant,
};

use adjudicator::abi::CHANNEL_MANAGER;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use simulator::{
    explore::{Attack, Covered, Found, Mistake, Observer, Plan, Stop, Strategy, as_foundry, as_scenario, explore},
    run::plain,
    scenario::{Scenario, Span, locate, read, read_json, read_toml},
};

use self::text::Text;
use super::{INCOMPLETE, VIOLATION, WrongUse, files, print};

/// Search for a schedule by which an honest party loses, or a rule is broken.
///
/// What happens in the scenario is left out: its contracts, messages, instances and money are what the search begins with. All
/// but the honest party are hostile.
#[derive(Args)]
pub(super) struct Explore {
    /// The scenario file.
    scenario: PathBuf,
    /// Who is honest: a party of the channel.
    #[arg(long, value_name = "NAME", default_value = "alice")]
    honest: String,
    /// In which channel, if it is a party of several.
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// What the honest party does.
    #[arg(long, value_enum, default_value = "last-moment")]
    strategy: Named,
    /// How late it sees the chain, if it follows its adjudicator.
    #[arg(long, value_name = "TIME", default_value = "10min")]
    late: Span,
    /// How long before each deadline it looks at the chain, if it is offline otherwise.
    #[arg(long, value_name = "TIME", default_value = "10min")]
    before: Span,
    /// For how long its transactions can be kept out of blocks.
    #[arg(long, value_name = "TIME", default_value = "0s")]
    delay: Span,
    /// How many transactions the hostile side sends at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    depth: u8,
    /// The order in which things are tried follows from it.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// How many MiB the search may take for what it knows.
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    memory: usize,
    /// How many threads search; as many as there are cores unless told.
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
    /// The artifact of another contract to search.
    #[arg(long, value_name = "ARTIFACT")]
    contract: Option<PathBuf>,
    /// Go on from this file if it is there; and write it if the search is stopped, as by Ctrl-C. It is removed when all is done.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Write what is found as a scenario into a file.
    #[arg(long, value_name = "FILE")]
    scenario_file: Option<PathBuf>,
    /// Write what is found as a test for Foundry into a file.
    #[arg(long, value_name = "FILE")]
    foundry_file: Option<PathBuf>,
    /// Print one JSON document instead.
    #[arg(long)]
    json: bool,
}

/// A strategy by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Named {
    /// It shows its newest state once, in the last second in which that counts, and does nothing else.
    LastMoment,
    /// It follows its adjudicator, and sees the chain some time late.
    Decide,
    /// It looks at the chain some time before each deadline, and follows its adjudicator then.
    Offline,
}

impl Explore {
    /// Searches. The exit code.
    pub(super) fn run(self) -> Result<u8> {
        let (scenario, text) = self.scenario()?;
        let code = match &self.contract {
            Some(path) => files::artifact(path)?,
            None => CHANNEL_MANAGER.creation_code().clone(),
        };
        let plan = self.plan();
        let saved = self.saved()?;
        let mut watching = Watching::new()?;
        let beside = files::Beside(&self.scenario);
        let found = explore((&scenario, &text), &plan, &code, &beside, saved.as_deref(), &mut watching);
        watching.bar.finish_and_clear();
        let found = found.map_err(|mistake| match mistake {
            Mistake::Scenario(wrong) => {
                let misread = locate(&text, &wrong.path, wrong.to_string());
                WrongUse(format!("{}:{misread}", self.scenario.display()))
            }
            other => WrongUse(other.to_string()),
        })?;
        self.keep(&found, (&scenario, &text), &plan)?;
        let file = plain(&self.scenario.to_string_lossy());
        let text = Text { file: &file, plan: &plan, found: &found };
        if self.json {
            print(&serde_json::to_string_pretty(&text.document())?)?
        } else {
            print(&text.to_string())?
        }
        Ok(match found.stopped {
            None => 0,
            Some(Stop::Broken) => VIOLATION,
            Some(Stop::Asked | Stop::Memory) => INCOMPLETE,
        })
    }

    fn scenario(&self) -> Result<(Scenario, String)> {
        let path = &self.scenario;
        let text = match files::scenario(path)? {
            Ok(text) => text,
            Err(misread) => bail!(WrongUse(format!("{}:{misread}", path.display()))),
        };
        let scenario = match path.extension().and_then(std::ffi::OsStr::to_str) {
            Some("json") => read_json(&text),
            Some("toml") => read_toml(&text),
            _ => read(&text),
        };
        let scenario = scenario.map_err(|misread| WrongUse(format!("{}:{misread}", path.display())))?;
        Ok((scenario, text))
    }

    fn plan(&self) -> Plan {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        Plan {
            honest: self.honest.clone(),
            channel: self.channel.clone(),
            strategy: match self.strategy {
                Named::LastMoment => Strategy::LastMoment,
                Named::Decide => Strategy::Decide { late: self.late.0 },
                Named::Offline => Strategy::Offline { before: self.before.0 },
            },
            delay: self.delay.0,
            depth: self.depth,
            seed: self.seed,
            memory: self.memory.saturating_mul(1 << 20),
            threads: self.threads.unwrap_or(cores),
        }
    }

    /// Writes what is to be kept: a checkpoint, and what was found.
    fn keep(&self, found: &Found, (scenario, text): (&Scenario, &str), plan: &Plan) -> Result<()> {
        let write = |file: &PathBuf, bytes: &[u8]| {
            fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))
        };
        if let (Some(file), Some(bytes)) = (&self.checkpoint, &found.checkpoint) {
            write(file, bytes)?;
        }
        if let (Some(file), None) = (&self.checkpoint, &found.checkpoint)
            && file.exists()
        {
            fs::remove_file(file).with_context(|| format!("{} cannot be removed", file.display()))?;
        }
        let Some(Attack { broken, schedule, .. }) = &found.attack else { return Ok(()) };
        let claim = format!("A search found this: {broken}.");
        let beside = files::Beside(&self.scenario);
        if let Some(file) = &self.scenario_file {
            write(file, as_scenario((text, &claim), schedule, &beside)?.as_bytes())?;
        }
        if let Some(file) = &self.foundry_file {
            let name = file.file_name().and_then(std::ffi::OsStr::to_str).and_then(|name| name.split('.').next());
            let test = as_foundry((name.unwrap_or("found"), &claim), (scenario, plan), schedule, &beside)?;
            write(file, test.as_bytes())?;
        }
        Ok(())
    }

    fn saved(&self) -> Result<Option<Vec<u8>>> {
        let Some(file) = &self.checkpoint else { return Ok(None) };
        match fs::read(file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
    }
}

/// Shows on a terminal how far a search is, and stops it when it is asked to.
struct Watching {
    bar: ProgressBar,
    begin: Instant,
    is_asked: Arc<AtomicBool>,
}

impl Watching {
    fn new() -> Result<Self> {
        let is_asked = Arc::new(AtomicBool::new(false));
        let asked = is_asked.clone();
        ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed)).context("Ctrl-C cannot be heard")?;
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.set_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        Ok(Self { bar, begin: Instant::now(), is_asked })
    }
}

impl Observer for Watching {
    fn progress(&mut self, covered: &Covered) {
        let seconds = self.begin.elapsed().as_secs().max(1);
        let rate = covered.tried.checked_div(seconds).unwrap_or_default();
        let mebibytes = covered.bytes.wrapping_shr(20);
        self.bar.set_message(format!(
            "depth {}, {} states, {} left, {rate} transactions a second, {mebibytes} MiB",
            covered.layer, covered.states, covered.frontier
        ));
    }

    fn is_stopped(&mut self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }
}
