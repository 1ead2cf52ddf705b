//! One node.

use std::time::Duration;

use alloy_rpc_client::RpcClient;
use alloy_transport::TransportError;
use reqwest::{Client, Url};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{RpcError, vote::short};

/// One node, by its URL.
#[derive(Debug)]
pub(super) struct Node {
    /// Its host, and its port if that is said: the rest of the URL may hold a secret.
    pub(super) name: String,
    client: RpcClient,
}

/// Why a node gives no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// It cannot be reached, or what it says is no answer.
    Unreachable(String),
    /// It refuses, with these words and, if it was a call, what the contract has answered.
    Refused { reason: String, data: Option<String> },
}

impl Failure {
    /// In words.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Unreachable(reason) | Self::Refused { reason, .. } => reason,
        }
    }
}

impl Node {
    pub(super) fn new(url: &str, timeout: Duration) -> Result<Self, RpcError> {
        let parsed: Url =
            url.parse().map_err(|reason| RpcError::BadUrl { url: String::new(), reason: format!("{reason}") })?;
        // The rest of it may hold a secret.
        let shown = format!("{}://{}", parsed.scheme(), parsed.host_str().unwrap_or_default());
        let bad = |reason: String| RpcError::BadUrl { url: shown.clone(), reason };
        if !["http", "https"].contains(&parsed.scheme()) {
            return Err(bad("it begins with neither http:// nor https://".to_owned()));
        }
        let host = parsed.host_str().ok_or_else(|| bad("it names no host".to_owned()))?;
        let name = parsed.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let client = Client::builder().timeout(timeout).build();
        let client = client.map_err(|reason| RpcError::Unable { reason: reason.to_string() })?;
        Ok(Self { name, client: RpcClient::new_http_with_client(client, parsed) })
    }

    /// Asks it.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<T, Failure> {
        let parameters = serde_json::value::to_raw_value(parameters)
            .map_err(|reason| Failure::Unreachable(format!("cannot be asked: {reason}")))?;
        let answer: Result<Box<RawValue>, TransportError> = self.client.request(method, parameters).await;
        let answer = answer.map_err(|error| self.failure(error))?;
        serde_json::from_str(answer.get()).map_err(|reason| Failure::Unreachable(format!("{method}: {reason}")))
    }

    /// What is told of it: never the URL, which may hold a secret.
    fn failure(&self, error: TransportError) -> Failure {
        let TransportError::ErrorResp(response) = error else {
            let reason = match &error {
                TransportError::Transport(_) => "it cannot be reached in time",
                _ => "it does not speak JSON-RPC",
            };
            return Failure::Unreachable(reason.to_owned());
        };
        let data = response.data.and_then(|data| serde_json::from_str(data.get()).ok());
        Failure::Refused { reason: short(&response.message), data }
    }
}
