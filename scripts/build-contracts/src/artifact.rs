//! The files that are kept of a contract.

use std::path::Path;

use anyhow::Result;
use build_contracts::compile::Compiled;
use foundry_compilers::artifacts::{CompactContractBytecodeCow, Settings, StorageLayout};
use serde::Serialize;

use crate::drift::Files;

/// What `<Name>.json` holds: enough to call, to deploy and to recognise the contract, under forge's names.
///
/// Of an interface it is the ABI alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact<'a> {
    contract_name: &'a str,
    source_name: &'a Path,
    compiler: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<&'a Settings>,
    #[serde(flatten)]
    abi_and_code: CompactContractBytecodeCow<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_layout: Option<&'a StorageLayout>,
}

/// The contract's files: the artifact and, if it can be deployed, the compiler's input.
pub(crate) fn files(contract: &Compiled) -> Result<Files> {
    let mut files = file(contract)?;
    if contract.is_deployable() {
        files.insert(format!("{}.input.json", contract.name), pretty(&contract.input)?);
    }
    Ok(files)
}

/// The contract's artifact alone, for one that nobody verifies.
pub(crate) fn file(contract: &Compiled) -> Result<Files> {
    Ok(Files::from([(format!("{}.json", contract.name), pretty(&artifact(contract))?)]))
}

fn artifact(contract: &Compiled) -> Artifact<'_> {
    let abi_and_code = CompactContractBytecodeCow::from(&contract.output);
    let artifact = Artifact {
        contract_name: &contract.name,
        source_name: &contract.source,
        compiler: &contract.compiler,
        settings: Some(&contract.input.settings),
        abi_and_code,
        storage_layout: Some(&contract.output.storage_layout),
    };
    if contract.is_deployable() { artifact } else { abi_only(artifact) }
}

fn abi_only(artifact: Artifact<'_>) -> Artifact<'_> {
    let abi = artifact.abi_and_code.abi;
    let abi_and_code = CompactContractBytecodeCow { abi, bytecode: None, deployed_bytecode: None };
    Artifact { settings: None, abi_and_code, storage_layout: None, ..artifact }
}

fn pretty(document: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
