//! `deployments`: whether a chain has what `deployments/` says, or what was planned.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use adjudicator::{
    deploy::Plan,
    eip712::Domain,
    rpc::{Block, Nodes},
    types::Window,
};
use alloy_primitives::{Address, B256, U256, keccak256};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    answer::{Answer, Facts, note},
    deployed::{answers, code, not_running, plan},
    failure::wrong_use,
    files,
    rpc::RpcOptions,
    typed::address,
};

/// What is deployed, and what is planned.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Compare a chain with the records and plans of a registry, or with the bounds of one manager.
    Verify(Verify),
}

/// What is compared with the chain.
#[derive(Args)]
pub(crate) struct Verify {
    /// The folder with `planned.json`, and `CHAIN ID/ADDRESS.json` for each record.
    #[arg(long, value_name = "DIR", default_value = "deployments")]
    registry: PathBuf,
    /// One manager alone, by what it was deployed with: the shortest window.
    #[arg(long, value_name = "SECONDS", requires = "max_window", conflicts_with = "registry")]
    min_window: Option<Window>,
    /// The longest window of that manager.
    #[arg(long, value_name = "SECONDS", requires = "min_window")]
    max_window: Option<Window>,
    /// What tells it from others of equal windows.
    #[arg(long, value_name = "HASH", requires = "min_window", default_value_t = B256::ZERO)]
    salt: B256,
    /// Where that manager is [default: where the CREATE2 deployer makes it].
    #[arg(long, value_name = "ADDRESS", value_parser = address, requires = "min_window")]
    address: Option<Address>,
    #[command(flatten)]
    rpc: RpcOptions,
}

impl Command {
    pub(super) fn run(self) -> Result<Answer> {
        match self {
            Self::Verify(arguments) => arguments.run(),
        }
    }
}

impl Verify {
    fn run(self) -> Result<Answer> {
        let one = match (self.min_window, self.max_window) {
            (Some(least), Some(greatest)) => Some(plan(least, greatest, self.salt)?),
            _ => None,
        };
        let mut nodes = self.rpc.connect(&[], None)?;
        let head = nodes.look()?;
        nodes.left_out().for_each(note);
        let entries = match one {
            Some(plan) => {
                let address = self.address.unwrap_or_else(|| plan.address());
                let entry = Entry::of_plan("named", plan, address, nodes.chain_id())?;
                vec![Entry { may_be_missing: false, ..entry }]
            }
            None => registry(&self.registry, nodes.chain_id())?,
        };
        let found = entries.iter().map(|entry| entry.verify(&mut nodes, &head)).collect::<Result<Vec<_>>>()?;
        answer(nodes.chain_id(), &found)
    }
}

/// All that a registry says of a chain.
fn registry(folder: &Path, chain_id: U256) -> Result<Vec<Entry>> {
    let plans: Vec<Planned> = document(&folder.join("planned.json"), "planned")?;
    let mut entries = plans.iter().map(|planned| planned.entry(chain_id)).collect::<Result<Vec<_>>>()?;
    for path in records(&folder.join(chain_id.to_string()))? {
        entries.push(document::<Record>(&path, "deployment")?.entry(&path, chain_id)?);
    }
    Ok(entries)
}

/// The files of a chain's records, in order.
fn records(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.with_context(|| files::name(folder))?,
    };
    let paths =
        listed.map(|entry| Ok(entry.with_context(|| files::name(folder))?.path())).collect::<Result<Vec<_>>>()?;
    let mut paths: Vec<_> = paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    paths.sort();
    Ok(paths)
}

/// The content of a file of the registry. `./scripts/deploy registry` checks all of its form.
fn document<T: DeserializeOwned>(path: &Path, expected: &str) -> Result<T> {
    #[derive(Deserialize)]
    struct Envelope<T> {
        recourse: String,
        r#type: String,
        content: T,
    }
    let text = files::read(path)?;
    let Envelope { recourse, r#type, content } =
        serde_json::from_str::<Envelope<T>>(&text).map_err(|error| files::unreadable(path, &text, &error))?;
    if recourse != "1" || r#type != expected {
        let name = files::name(path);
        return Err(wrong_use(format!(
            "{name}: a document {type:?} of version {recourse:?}, where {expected:?} of version \"1\" is expected"
        )));
    }
    Ok(content)
}

/// What was given to the constructor, in seconds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounds {
    min_window: Window,
    max_window: Window,
}

/// A plan.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    name: String,
    address: Address,
    salt: B256,
    init_code_hash: B256,
    constructor_arguments: Bounds,
}

/// A record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    chain: RecordedChain,
    address: Address,
    salt: B256,
    init_code_hash: B256,
    code_hash: B256,
    constructor_arguments: Bounds,
}

#[derive(Deserialize)]
struct RecordedChain {
    id: U256,
    name: String,
}

impl Planned {
    fn entry(&self, chain_id: U256) -> Result<Entry> {
        let Bounds { min_window, max_window } = self.constructor_arguments;
        let plan = plan(min_window, max_window, self.salt)?;
        let entry = Entry::of_plan(&self.name, plan, self.address, chain_id)?;
        let is_of_this_build = keccak256(plan.init_code()) == self.init_code_hash && plan.address() == self.address;
        Ok(if is_of_this_build { entry } else { Entry { expected: None, ..entry } })
    }
}

impl Record {
    fn entry(self, path: &Path, chain_id: U256) -> Result<Entry> {
        let Bounds { min_window, max_window } = self.constructor_arguments;
        let is_named = path.file_stem().is_some_and(|name| *name == *format!("{:#x}", self.address));
        if !is_named || self.chain.id != chain_id {
            let (name, id) = (files::name(path), self.chain.id);
            return Err(wrong_use(format!(
                "{name}: it is of {:#x} on chain {id}, which is not its name",
                self.address
            )));
        }
        let plan = plan(min_window, max_window, self.salt)?;
        let is_of_this_build = keccak256(plan.init_code()) == self.init_code_hash;
        let follows = if is_of_this_build { Some(keccak256(code(&plan, chain_id, self.address)?)) } else { None };
        Ok(Entry {
            name: format!("record, {}", self.chain.name),
            address: self.address,
            bounds: [min_window, max_window],
            expected: Some(self.code_hash),
            follows,
            may_be_missing: false,
        })
    }
}

/// What must be somewhere.
struct Entry {
    name: String,
    address: Address,
    bounds: [Window; 2],
    /// The hash of the code that must be there; nothing for a plan of another build, which says only where it would be.
    expected: Option<B256>,
    /// The hash that follows from this program's build, if it is of that.
    follows: Option<B256>,
    /// Whether it is no failure if nothing is there.
    may_be_missing: bool,
}

/// What became of the comparison.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    name: String,
    address: Address,
    status: &'static str,
    code_hash: Option<B256>,
    expected_code_hash: Option<B256>,
    /// What the contract itself answers.
    min_window: Option<String>,
    max_window: Option<String>,
    domain_separator: Option<B256>,
    /// What is wrong, or could not be said.
    reason: Option<String>,
    is_failure: bool,
}

impl Entry {
    fn of_plan(name: &str, plan: Plan, address: Address, chain_id: U256) -> Result<Self> {
        let expected = Some(keccak256(code(&plan, chain_id, address)?));
        let follows = expected;
        Ok(Self { name: name.to_owned(), address, bounds: plan.bounds(), expected, follows, may_be_missing: true })
    }

    fn verify(&self, nodes: &mut Nodes, head: &Block) -> Result<Found> {
        let code = nodes.code(self.address, head)?;
        let mut found = Found {
            name: self.name.clone(),
            address: self.address,
            status: "verified",
            code_hash: Some(keccak256(&code)).filter(|_| !code.is_empty()),
            expected_code_hash: self.expected,
            min_window: None,
            max_window: None,
            domain_separator: None,
            reason: None,
            is_failure: false,
        };
        let Some(expected) = self.expected else {
            let reason = "it is of another build than this program: `./scripts/deploy registry --write` writes it anew";
            return Ok(Found { status: "other build", reason: Some(reason.to_owned()), is_failure: true, ..found });
        };
        if code.is_empty() {
            let (status, reason) = ("not deployed here", "there is no code".to_owned());
            let reason = Some(reason).filter(|_| !self.may_be_missing);
            return Ok(Found { status, reason, is_failure: !self.may_be_missing, ..found });
        }
        if let Ok(answers) = answers(nodes, self.address, head)? {
            let [least, greatest] = answers.bounds.map(|seconds| Some(seconds.to_string()));
            (found.min_window, found.max_window, found.domain_separator) = (least, greatest, Some(answers.separator));
        }
        let hash = keccak256(&code);
        if hash != expected {
            let reason = Some(format!("the hash of its code is {hash}, must be {expected}"));
            return Ok(Found { status: "other code", reason, is_failure: true, ..found });
        }
        if let Some(follows) = self.follows.filter(|follows| *follows != expected) {
            let reason = Some(format!("the record says so, but {follows} follows from the bounds"));
            return Ok(Found { status: "other code", reason, is_failure: true, ..found });
        }
        if let Some(reason) = not_running(nodes, self.bounds, self.address, head)? {
            return Ok(Found { status: "does not work", reason: Some(reason), is_failure: true, ..found });
        }
        if self.follows.is_none() {
            let reason =
                "it is of another build than this program: that its code follows from the bounds is not checked";
            found.reason = Some(reason.to_owned());
        }
        Ok(found)
    }
}

fn answer(chain_id: U256, all: &[Found]) -> Result<Answer> {
    let is_failure = all.iter().any(|found| found.is_failure);
    let texts = all.iter().map(|found| {
        let mut facts = Facts::default();
        facts.add("name", &found.name).add("address", found.address).add("status", found.status);
        facts.add("code hash", found.code_hash.map_or_else(|| "no code".to_owned(), |hash| hash.to_string()));
        if let (Some(least), Some(greatest)) = (&found.min_window, &found.max_window) {
            facts.add("says windows", format!("{least} to {greatest} seconds"));
        }
        if let Some(separator) = found.domain_separator {
            let expected = Domain::new(chain_id, found.address).separator();
            let remark = if separator == expected { "" } else { ", which is wrong" };
            facts.add("says separator", format!("{separator}{remark}"));
        }
        if let Some(reason) = &found.reason {
            facts.add("because", reason);
        }
        facts.text()
    });
    let text = [format!("chain {chain_id}")].into_iter().chain(texts).collect::<Vec<_>>().join("\n\n");
    let answer = Answer::new(text, &json!({ "chainId": chain_id.to_string(), "deployments": all }))?;
    Ok(answer.refused_if(is_failure))
}
