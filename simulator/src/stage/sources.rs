//! The files that scenarios name.

use alloy_primitives::Bytes;

/// The files that a scenario names, which lie beside it.
pub trait Sources {
    /// The creation code in an artifact.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn artifact(&self, file: &str) -> Result<Bytes, String>;

    /// The creation code of a contract in Solidity.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn source(&self, file: &str, contract: &str) -> Result<Bytes, String>;
}

/// No scenario may name a file.
#[derive(Debug, Clone, Copy)]
pub struct NoSources;

impl Sources for NoSources {
    fn artifact(&self, file: &str) -> Result<Bytes, String> {
        Err(format!("{file} is not looked for: no files are read here"))
    }

    fn source(&self, file: &str, _: &str) -> Result<Bytes, String> {
        self.artifact(file)
    }
}
