//! Runs the compiler once per source file, on that file and what it imports.
//!
//! A contract is compiled alone because source verifiers compile it alone: the standard JSON input that is kept beside
//! an artifact is the very one that made it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use foundry_compilers::{
    Project, ProjectBuilder, ProjectPathsConfig,
    artifacts::{BytecodeObject, CompilerOutput, Contract, SolcInput, Source, output_selection::OutputSelection},
    solc::{Solc, SolcCompiler, SolcSettings},
};

use crate::{Failure, Settings};

/// What the file name of an actor begins with.
const ACTOR_PREFIXES: [&str; 2] = ["PermitToken", "Scripted"];

/// A contract as the compiler made it, with all that is needed to make it again.
#[derive(Debug)]
pub struct Compiled {
    /// The contract's name, unique among those that are kept.
    pub name: String,
    /// The path of its source file, from the root.
    pub source: PathBuf,
    /// The compiler's version with its commit, the same on every platform.
    pub compiler: String,
    /// What the compiler was given.
    pub input: SolcInput,
    /// What the compiler gave back.
    pub output: Contract,
}

impl Compiled {
    /// The creation code; interfaces and abstract contracts have none.
    #[must_use]
    pub fn creation_code(&self) -> Option<&BytecodeObject> {
        let code = &self.output.evm.as_ref()?.bytecode.as_ref()?.object;
        (code.is_unlinked() || code.bytes_len() > 0).then_some(code)
    }

    /// Whether there is code to deploy and something to call, which a library of internal functions has not.
    #[must_use]
    pub fn is_deployable(&self) -> bool {
        self.creation_code().is_some() && self.output.abi.as_ref().is_some_and(|abi| !abi.is_empty())
    }
}

/// Compiles the interfaces and each contract that can be deployed, sorted by name.
///
/// Kept are the contracts of the sources' root, `apps/` and `periphery/` that can be deployed, and everything of
/// `interfaces/`. Libraries and types end up in the contracts that import them.
///
/// # Errors
/// If they do not compile, or not to what can be kept.
pub fn contracts(settings: &Settings) -> Result<Vec<Compiled>> {
    let compiler = Compiler::new(settings, &settings.sources)?;
    let interfaces = settings.sources.join("interfaces");
    let mut kept = Vec::new();
    for file in source_files(&settings.sources)? {
        let is_interface = file.starts_with(&interfaces);
        let contracts = compiler.compile(&file)?;
        kept.extend(contracts.into_iter().filter(|contract| is_interface || contract.is_deployable()));
    }
    sorted(kept)
}

/// Compiles the actors of simulations, sorted by name: each contract that can be deployed of the files among the tests
/// whose name begins as an actor's.
///
/// # Errors
/// If they do not compile, or not to what can be kept.
pub fn actors(settings: &Settings) -> Result<Vec<Compiled>> {
    let compiler = Compiler::new(settings, &settings.tests)?;
    let mut kept = Vec::new();
    for file in actor_files(&settings.tests)? {
        kept.extend(compiler.compile(&file)?.into_iter().filter(Compiled::is_deployable));
    }
    sorted(kept)
}

/// The creation code of one contract of any file, as the nearest `foundry.toml` at or above the file says.
///
/// # Errors
/// If there is no such contract, or it cannot be compiled to code that can be deployed.
pub fn creation_code(file: &Path, contract: &str) -> Result<Vec<u8>> {
    let file = file.canonicalize().with_context(|| format!("cannot open {}", file.display()))?;
    let folder = file.parent().unwrap_or(&file);
    let settings = Settings::read(&Settings::find_root(folder)?)?;
    let compiled = Compiler::new(&settings, folder)?.compile(&file)?;
    let names: Vec<String> = compiled.iter().map(|compiled| format!("`{}`", compiled.name)).collect();
    let found = compiled.into_iter().find(|compiled| compiled.name == contract);
    let found = found.ok_or_else(|| {
        Failure::Sources(format!("there is no contract `{contract}` in the file: there is {}", names.join(", ")))
    })?;
    let code = found.creation_code().and_then(BytecodeObject::as_bytes);
    let code = code.ok_or_else(|| Failure::Sources(format!("`{contract}` has no code that could be deployed")))?;
    Ok(code.to_vec())
}

fn sorted(mut kept: Vec<Compiled>) -> Result<Vec<Compiled>> {
    kept.sort_by(|one, other| one.name.cmp(&other.name));
    require_linked(&kept)?;
    require_unique_names(&kept)?;
    Ok(kept)
}

/// The files whose contracts may be kept.
fn source_files(sources: &Path) -> Result<Vec<PathBuf>> {
    let folders = ["apps", "interfaces", "periphery"].map(|folder| sources.join(folder));
    let is_kept =
        |file: &PathBuf| file.parent() == Some(sources) || folders.iter().any(|folder| file.starts_with(folder));
    let files = Source::read_sol_yul_from(sources).with_context(|| format!("cannot read {}", sources.display()))?;
    Ok(files.0.into_keys().filter(is_kept).collect())
}

/// The files of the actors; a project need not have tests.
fn actor_files(tests: &Path) -> Result<Vec<PathBuf>> {
    if !tests.exists() {
        return Ok(Vec::new());
    }
    let is_actor = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        ACTOR_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let files = Source::read_sol_yul_from(tests).with_context(|| format!("cannot read {}", tests.display()))?;
    Ok(files.0.into_keys().filter(is_actor).collect())
}

struct Compiler {
    solc: Solc,
    project: Project<SolcCompiler>,
}

impl Compiler {
    /// A compiler of the files below `sources`.
    fn new(settings: &Settings, sources: &Path) -> Result<Self> {
        let solc = Solc::new(&settings.solc).with_context(|| format!("cannot run {}", settings.solc.display()))?;
        let paths = ProjectPathsConfig::builder()
            .sources(sources)
            .no_libs()
            .remappings(settings.remappings.clone())
            .build_with_root(&settings.root);
        let settings = SolcSettings { settings: settings.solc_settings.clone(), ..SolcSettings::default() };
        let project = ProjectBuilder::<SolcCompiler>::default().paths(paths).settings(settings);
        Ok(Self { project: project.build(SolcCompiler::Specific(solc.clone()))?, solc })
    }

    fn compile(&self, file: &Path) -> Result<Vec<Compiled>> {
        let source = file.strip_prefix(self.project.root())?.to_owned();
        let mut input = SolcInput::from(self.project.standard_json_input(file)?);
        input.settings.output_selection = output_selection(&source);
        let mut output = self.solc.compile(&input).with_context(|| format!("cannot compile {}", source.display()))?;
        require_no_errors(&output)?;
        let contracts = output.contracts.remove(&source).unwrap_or_default().into_iter();
        let (source, compiler) = (&source, self.version());
        let compiled = |(name, output)| Compiled {
            name,
            source: source.clone(),
            compiler: compiler.clone(),
            input: input.clone(),
            output,
        };
        Ok(contracts.map(compiled).collect())
    }

    /// The version and the commit; what else solc says of itself is its platform, on which the bytecode does not depend.
    fn version(&self) -> String {
        let commit: Vec<_> = self.solc.version.build.split('.').take(2).collect();
        format!("{}+{}", self.solc.version_short(), commit.join("."))
    }
}

fn output_selection(source: &Path) -> OutputSelection {
    let outputs = [
        "abi",
        "evm.bytecode.linkReferences",
        "evm.bytecode.object",
        "evm.deployedBytecode.immutableReferences",
        "evm.deployedBytecode.linkReferences",
        "evm.deployedBytecode.object",
        "storageLayout",
    ];
    let contracts = [("*".to_owned(), outputs.map(str::to_owned).to_vec())];
    OutputSelection([(source.display().to_string(), contracts.into())].into())
}

fn require_no_errors(output: &CompilerOutput) -> Result<(), Failure> {
    let errors = output.errors.iter().filter(|error| error.is_error());
    let errors: Vec<_> =
        errors.map(|error| error.formatted_message.as_ref().unwrap_or(&error.message).trim()).collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::Sources(errors.join("\n\n"))) }
}

fn require_linked(contracts: &[Compiled]) -> Result<(), Failure> {
    let is_unlinked = |contract: &&Compiled| contract.creation_code().is_some_and(BytecodeObject::is_unlinked);
    contracts.iter().find(is_unlinked).map_or(Ok(()), |contract| {
        Err(Failure::Sources(format!(
            "{} calls a library that is deployed apart; make its functions internal",
            contract.name
        )))
    })
}

fn require_unique_names(contracts: &[Compiled]) -> Result<(), Failure> {
    let mut pairs = contracts.iter().zip(contracts.iter().skip(1));
    pairs.find(|(one, other)| one.name == other.name).map_or(Ok(()), |(one, other)| {
        let (first, second) = (one.source.display(), other.source.display());
        Err(Failure::Sources(format!("{first} and {second} both declare {}", one.name)))
    })
}
