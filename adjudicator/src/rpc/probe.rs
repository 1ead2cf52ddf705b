//! What a chain and its nodes are like, found out by trying.

use std::fmt::Debug;

use alloy_primitives::{Bytes, hex};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Block, Nodes, RpcError,
    node::Failure,
    nodes::at,
    vote::{Answers, agreed, reason},
};

/// What comes of trying something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed<T> {
    /// It is answered.
    Answered(T),
    /// It is refused.
    Refused {
        /// In the words of one of the nodes.
        reason: String,
        /// What the contract has answered, if it was a call that one has refused.
        data: Option<Bytes>,
    },
}

/// What one node says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Each {
    /// Its host, and its port.
    pub name: String,
    /// Its answer, or why it gives none.
    pub answer: Result<Value, String>,
}

impl<T> Probed<T> {
    /// The answer, if it was not refused.
    pub fn answer(self) -> Option<T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Refused { .. } => None,
        }
    }
}

impl Nodes {
    /// Asks something that may be refused: what enough nodes answer, or that enough of them refuse it, in whatever words.
    ///
    /// # Errors
    /// If too few nodes say the same.
    pub fn probe<T: DeserializeOwned + PartialEq + Debug>(
        &mut self,
        what: &str,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<Probed<T>, RpcError> {
        let (answers, needed): (Answers<T>, _) = self.each(method, parameters)?;
        let mut refusals = answers.iter().filter_map(|(_, answer)| match answer {
            Err(Failure::Refused { reason, data }) => Some((reason, data)),
            _ => None,
        });
        let refused = refusals.clone().count() >= needed;
        match refusals.next().filter(|_| refused) {
            Some((reason, data)) => {
                let data = data.as_ref().and_then(|data| hex::decode(data).ok());
                Ok(Probed::Refused { reason: reason.clone(), data: data.map(Into::into) })
            }
            None => agreed(what, needed, answers).map(Probed::Answered),
        }
    }

    /// Runs code as if it made a contract: what the contract's code would be.
    ///
    /// # Errors
    /// If too few nodes say the same.
    pub fn run(&mut self, what: &str, init_code: &Bytes, block: &Block) -> Result<Probed<Bytes>, RpcError> {
        self.probe(what, "eth_call", &serde_json::json!([{ "data": init_code }, at(block)]))
    }

    /// The greatest number that a node answers.
    ///
    /// # Errors
    /// If too few nodes answer.
    pub fn greatest<T: DeserializeOwned + Ord + Debug>(
        &mut self,
        what: &str,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<T, RpcError> {
        let (answers, needed): (Answers<T>, _) = self.each(method, parameters)?;
        if answers.iter().filter(|(_, answer)| answer.is_ok()).count() < needed {
            return Err(reason(what, needed, &answers));
        }
        answers.into_iter().filter_map(|(_, answer)| answer.ok()).max().ok_or(RpcError::NoNode)
    }

    /// What each node says that follows the chain.
    ///
    /// # Errors
    /// If no node does.
    pub fn ask_each(&mut self, method: &'static str, parameters: &impl Serialize) -> Result<Vec<Each>, RpcError> {
        let (answers, _): (Answers<Value>, _) = self.each(method, parameters)?;
        let each = |(name, answer): (String, Result<Value, Failure>)| Each {
            name,
            answer: answer.map_err(|failure| failure.reason().to_owned()),
        };
        Ok(answers.into_iter().map(each).collect())
    }

    /// The block of this number in the chain that was seen at the last look.
    ///
    /// # Errors
    /// If not enough nodes say the same.
    pub fn block_at(&mut self, number: u64) -> Result<Block, RpcError> {
        self.block(number)
    }
}
